import { type DType, dtypeInfo, HostArray, isFloat, numElements } from '../../base/index.ts';
import { type Attr, type AttrDict, DenseElements, dialectAttr } from '../attribute.ts';
import type { Location } from '../location.ts';
import { printAttribute } from '../text/attribute-text.ts';
import { floatFromBits } from '../text/dense-text.ts';
import { type TensorType, type Type, tokenType, typeText } from '../types.ts';
import type { ByteReader } from './bytes.ts';
import { attributeCodes as codes, elementTypeCodes, enumerations, typeCodes } from './vhlo-table.ts';

/*
 * One encoded attribute, type or location of the builtin dialect or of VHLO, as ours.
 * Source: MLIR, BuiltinDialectBytecode.td; StableHLO, VhloBytecode.cpp.
 */

/** The tables that entries refer to by number. */
export interface Tables {
  readonly string: (index: number) => string;
  readonly attribute: (index: number) => Attr;
  readonly type: (index: number) => Type;
  readonly location: (index: number) => Location;
}

const dtypeOfCode = new Map<number, DType>(elementTypeCodes);
const enumerationOfCode = new Map(enumerations.map((e) => [e.code, e]));

/** The element type that a type stands for, where tensors can have it. */
function elementOf(t: Type): DType | undefined {
  return t.kind === 'tensor' && t.shape.length === 0 && t.encoding === ELEMENT ? t.dtype : undefined;
}
/** Element types are passed as rank-0 tensors with this mark, so that they can be told from tensors. */
const ELEMENT = '#element';
const elementType = (dtype: DType): TensorType => ({ kind: 'tensor', shape: [], dtype, encoding: ELEMENT });

/** A type that is no part of a tensor type: element types become their names. */
export function finishedType(t: Type): Type {
  const dtype = elementOf(t);
  return dtype === undefined ? t : { kind: 'opaque', text: dtypeInfo(dtype).mlir };
}
const textOf = (t: Type): string => typeText(finishedType(t));

function tensorOf(r: ByteReader, shape: readonly number[], element: Type, encoding?: Attr): Type {
  const dims = shape.map((d) => (d < 0 ? -1 : d));
  const dtype = elementOf(element);
  const suffix = encoding ? printAttribute(encoding) : undefined;
  if (dtype === undefined) {
    const text = dims.map((d) => `${d < 0 ? '?' : d}x`).join('');
    return { kind: 'opaque', text: `tensor<${text}${textOf(element)}${suffix ? `, ${suffix}` : ''}>` };
  }
  if (!Number.isSafeInteger(numElements(dims.filter((d) => d > 0)))) r.fail('a tensor has too many elements');
  return { kind: 'tensor', shape: dims, dtype, ...(suffix ? { encoding: suffix } : {}) };
}

const shapeOf = (r: ByteReader): number[] =>
  r.list(() => {
    const n = r.signedNumber();
    if (!Number.isSafeInteger(n) && n > 0) r.fail(`a dimension of ${n}`);
    return n;
  });

export function readVhloType(r: ByteReader, t: Tables): Type {
  const code = r.varint();
  const type = (): Type => t.type(r.varint());
  const types = (): Type[] => r.list(type).map(finishedType);
  const dtype = dtypeOfCode.get(code);
  if (dtype !== undefined) return elementType(dtype);
  switch (code) {
    case typeCodes.complex:
      return complexOf(r, type());
    case typeCodes.function:
      return { kind: 'function', inputs: types(), results: types() };
    case typeCodes.index:
      return { kind: 'opaque', text: 'index' };
    case typeCodes.rankedTensor:
      return tensorOf(r, shapeOf(r), type());
    case typeCodes.encodedTensor: {
      const encoding = t.attribute(r.varint());
      return tensorOf(r, shapeOf(r), type(), encoding);
    }
    case typeCodes.token:
      return tokenType;
    case typeCodes.tuple:
      return { kind: 'tuple', types: types() };
    case typeCodes.quantized:
    case typeCodes.quantizedPerAxis:
      return quantizedOf(r, type, code === typeCodes.quantizedPerAxis);
    case typeCodes.unrankedTensor:
      return { kind: 'opaque', text: `tensor<*x${textOf(type())}>` };
    case typeCodes.witness:
      return { kind: 'opaque', text: '!shape.witness' };
    case typeCodes.none:
      return { kind: 'opaque', text: 'none' };
    case typeCodes.tf32:
      return { kind: 'opaque', text: 'tf32' };
    case typeCodes.buffer: {
      const dims = shapeOf(r).map((d) => `${d < 0 ? '?' : d}x`);
      return { kind: 'opaque', text: `memref<${dims.join('')}${textOf(type())}>` };
    }
    case typeCodes.future:
      return { kind: 'opaque', text: `!stablehlo.future<${types().map(typeText).join(', ')}>` };
  }
  return r.fail(`unknown type code ${code}`);
}

function complexOf(r: ByteReader, part: Type): Type {
  const dtype = elementOf(part);
  if (dtype !== 'f32' && dtype !== 'f64') return r.fail(`complex numbers of ${textOf(part)}`);
  return elementType(dtype === 'f32' ? 'c64' : 'c128');
}

/** `!quant.uniform<i8:f32, 0.5:3>`; such types are carried as text. */
function quantizedOf(r: ByteReader, type: () => Type, perAxis: boolean): Type {
  r.varint();
  const [storage, expressed] = [type(), type()];
  const double = (): number => floatFromBits(r.bits(64), 'f64');
  if (!perAxis) {
    const scale = double();
    const zero = r.signed();
    const range = `${r.signed()}:${r.signed()}`;
    return {
      kind: 'opaque',
      text: `!quant.uniform<${textOf(storage)}<${range}>:${textOf(expressed)}, ${scale}:${zero}>`,
    };
  }
  const dimension = r.varint();
  const range = `${r.signed()}:${r.signed()}`;
  const scales = r.list(double);
  const zeros = r.list(() => r.signed());
  const pairs = scales.map((s, i) => `${s}:${zeros[i]}`).join(', ');
  return {
    kind: 'opaque',
    text: `!quant.uniform<${textOf(storage)}<${range}>:${textOf(expressed)}:${dimension}, {${pairs}}>`,
  };
}

export function readBuiltinType(r: ByteReader, t: Tables): Type {
  const code = r.varint();
  const type = (): Type => t.type(r.varint());
  const types = (): Type[] => r.list(type).map(finishedType);
  switch (code) {
    case 0: {
      const packed = r.varint();
      const [width, sign] = [packed >> 2, packed & 3];
      if (width === 1 && sign === 0) return elementType('bool');
      const name = `${sign === 2 ? 'u' : 'i'}${width}`;
      const dtype = elementTypeCodes.find(([, d]) => d === name)?.[1];
      return dtype
        ? elementType(dtype)
        : { kind: 'opaque', text: `${sign === 2 ? 'u' : sign === 1 ? 's' : ''}i${width}` };
    }
    case 1:
      return { kind: 'opaque', text: 'index' };
    case 2:
      return { kind: 'function', inputs: types(), results: types() };
    case 3:
    case 4:
    case 5:
    case 6:
      return elementType((['bf16', 'f16', 'f32', 'f64'] as const)[code - 3]);
    case 9:
      return complexOf(r, type());
    case 12:
      return { kind: 'opaque', text: 'none' };
    case 13:
      return tensorOf(r, shapeOf(r), type());
    case 14: {
      const encoding = t.attribute(r.varint());
      return tensorOf(r, shapeOf(r), type(), encoding);
    }
    case 15:
      return { kind: 'tuple', types: types() };
    case 18:
      return { kind: 'opaque', text: `tensor<*x${textOf(type())}>` };
  }
  return r.fail(`unknown builtin type code ${code}`);
}

function integerOf(r: ByteReader, type: Type): Attr {
  const dtype = elementOf(type);
  if (dtype === undefined || isFloat(dtype)) {
    if (type.kind === 'opaque' && type.text === 'index') return { kind: 'int', value: r.signed(), type: 'index' };
    return r.fail(`an integer of type ${textOf(type)}`);
  }
  const { bits, kind } = dtypeInfo(dtype);
  const raw = r.bits(bits);
  if (dtype === 'bool') return { kind: 'bool', value: raw !== 0n };
  return { kind: 'int', value: kind === 'unsigned' ? raw : BigInt.asIntN(bits, raw), type: dtype };
}

function floatOf(r: ByteReader, type: Type): Attr {
  const dtype = elementOf(type);
  if (dtype === undefined || !isFloat(dtype)) return r.fail(`a real number of type ${textOf(type)}`);
  return { kind: 'float', value: floatFromBits(r.bits(dtypeInfo(dtype).bits), dtype), type: dtype };
}

/** Data of a dense tensor: all elements, or one for all of them. Bools are bytes or bits. */
function denseOf(r: ByteReader, type: Type, data: Uint8Array): Attr {
  const index = type.kind === 'opaque' ? /^tensor<((?:\d+x)*)index>$/.exec(type.text) : null;
  const tensor: Type = index
    ? { kind: 'tensor', dtype: 'i64', shape: index[1].split('x').filter(Boolean).map(Number) }
    : type;
  if (tensor.kind !== 'tensor' || tensor.shape.some((d) => d < 0)) return r.fail(`dense data of type ${textOf(type)}`);
  const { dtype, shape } = tensor;
  const count = numElements(shape);
  const { bytes, bits } = dtypeInfo(dtype);
  let raw = new Uint8Array(data);
  if (dtype === 'bool') {
    if (raw.length === 1 && raw[0] === 0xff) raw = Uint8Array.of(1);
    else if (raw.length === Math.ceil(count / 8) && raw.length !== count)
      raw = Uint8Array.from({ length: count }, (_, i) => (data[i >> 3] >> (i & 7)) & 1);
    raw = raw.map((b) => (b === 0 ? 0 : 1));
  } else if (bits < 8 && !isFloat(dtype)) {
    const unused = 8 - bits;
    raw = raw.map((b) =>
      dtypeInfo(dtype).kind === 'signed' ? ((b << unused) << 24) >> (24 + unused) : b & (0xff >> unused),
    );
  }
  const elements = index ? ({ elements: 'index' } as const) : {};
  if (raw.length === bytes && count > 0)
    return {
      kind: 'dense',
      value: DenseElements.splatOf({ kind: 'tensor', dtype, shape }, HostArray.fromBytes(dtype, [], raw)),
      ...elements,
    };
  if (raw.length !== count * bytes)
    return r.fail(`${raw.length} bytes of data for ${textOf(type)}`, { expected: `${count * bytes}` });
  return { kind: 'dense', value: DenseElements.of(HostArray.fromBytes(dtype, shape, raw)), ...elements };
}

function dictionaryOf(r: ByteReader, entries: readonly (readonly [Attr, Attr])[]): Attr {
  const out: Record<string, Attr> = {};
  for (const [key, value] of entries) {
    if (key.kind !== 'string' || key.value === '__proto__') return r.fail('a name of an attribute is no string');
    out[key.value] = value;
  }
  return { kind: 'dictionary', entries: out as AttrDict };
}

const typeAttr = (t: Type): Attr => ({ kind: 'type', type: finishedType(t) });
const opaque = (text: string): Attr => ({ kind: 'type', type: { kind: 'opaque', text } });
const listText = (values: readonly (number | bigint)[]): string => `[${values.join(', ')}]`;

export function readVhloAttribute(r: ByteReader, t: Tables): Attr {
  const code = r.varint();
  const attribute = (): Attr => t.attribute(r.varint());
  const type = (): Type => t.type(r.varint());
  const integers = (): bigint[] => r.list(() => r.signed());
  const enumeration = enumerationOfCode.get(code);
  if (enumeration) {
    const value = r.varint();
    const word = enumeration.words[value];
    if (!word) r.fail(`unknown ${enumeration.kind} ${value}`);
    return dialectAttr('stablehlo', `${enumeration.kind} ${word}`);
  }
  switch (code) {
    case codes.array:
      return { kind: 'array', elements: r.list(attribute) };
    case codes.boolean:
      return { kind: 'bool', value: r.varint() !== 0 };
    case codes.customCallApiVersion:
      return { kind: 'int', value: r.wideVarint(), type: 'i32' };
    case codes.dictionary:
      return dictionaryOf(
        r,
        r.list(() => [attribute(), attribute()] as const),
      );
    case codes.float:
      return floatOf(r, type());
    case codes.integer:
      return integerOf(r, type());
    case codes.outputOperandAlias: {
      const [output, operand, tuple] = [integers(), r.signed(), integers()];
      return dialectAttr(
        'stablehlo.output_operand_alias',
        `output_tuple_indices = ${listText(output)}, operand_index = ${operand}, operand_tuple_indices = ${listText(tuple)}`,
      );
    }
    case codes.string:
      return { kind: 'string', value: t.string(r.varint()) };
    case codes.tensor: {
      const of = type();
      return denseOf(r, of, r.take(r.varint()));
    }
    case codes.type:
      return typeAttr(type());
    case codes.typeExtensions:
      return dialectAttr(
        'stablehlo.bounds',
        integers()
          .map((n) => (n < 0n ? '?' : String(n)))
          .join(', '),
      );
    case codes.resultAccuracy: {
      const double = (): number => floatFromBits(r.bits(64), 'f64');
      const [atol, rtol, ulps] = [double(), double(), r.signed()];
      const mode = printAttribute(attribute());
      return dialectAttr('stablehlo.result_accuracy', `atol = ${atol}, rtol = ${rtol}, ulps = ${ulps}, mode = ${mode}`);
    }
    case codes.subAxisInfo:
      return dialectAttr('stablehlo.sub_axis_info', `pre_size = ${r.signed()}, size = ${r.signed()}`);
    case codes.axisRef: {
      const name = printAttribute(attribute());
      const sub = r.varint() !== 0 ? `, sub_axis_info = ${printAttribute(attribute())}` : '';
      return dialectAttr('stablehlo.axis_ref', `name = ${name}${sub}`);
    }
    case codes.replicaGroupMeshAxes: {
      const [mesh, axes] = [attribute(), attribute()];
      const name = mesh.kind === 'string' ? `@${mesh.value}` : printAttribute(mesh);
      return dialectAttr('stablehlo.replica_group_mesh_axes', `mesh = ${name}, axes = ${printAttribute(axes)}`);
    }
    case codes.meshAxis:
      return dialectAttr('stablehlo.mesh_axis', `name = ${printAttribute(attribute())}, size = ${r.signed()}`);
    case codes.mesh: {
      const axes = printAttribute(attribute());
      const packed = r.varint();
      const ids = packed & 1 ? `, device_ids = ${printAttribute(t.attribute(packed >> 1))}` : '';
      return dialectAttr('stablehlo.mesh', `axes = ${axes}${ids}`);
    }
  }
  return r.fail(`unknown attribute code ${code}`);
}

export function readBuiltinAttribute(r: ByteReader, t: Tables): Attr {
  const code = r.varint();
  const attribute = (): Attr => t.attribute(r.varint());
  const type = (): Type => t.type(r.varint());
  const text = (a: Attr): string => (a.kind === 'string' ? a.value : r.fail('a name is no string'));
  switch (code) {
    case 0:
      return { kind: 'array', elements: r.list(attribute) };
    case 1:
      return dictionaryOf(
        r,
        r.list(() => [attribute(), attribute()] as const),
      );
    case 2:
      return { kind: 'string', value: t.string(r.varint()) };
    case 3: {
      const value = t.string(r.varint());
      type();
      return { kind: 'string', value };
    }
    case 4:
      return { kind: 'symbol', path: [text(attribute())] };
    case 5: {
      const root = text(attribute());
      const nested = r.list(attribute);
      return { kind: 'symbol', path: [root, ...nested.flatMap((a) => (a.kind === 'symbol' ? a.path : []))] };
    }
    case 6:
      return typeAttr(type());
    case 7:
      return { kind: 'unit' };
    case 8:
      return integerOf(r, type());
    case 9:
      return floatOf(r, type());
    case 16:
      return r.fail('resources are not supported', { advice: 'export the program with its constants inline' });
    case 17: {
      const element = elementOf(type());
      const size = r.varint();
      const data = r.take(r.varint());
      if (element === undefined) return r.fail('an array of an unknown element type');
      const dense = denseOf(r, { kind: 'tensor', dtype: element, shape: [size] }, data);
      const values = dense.kind === 'dense' ? dense.value.toHostArray() : undefined;
      return {
        kind: 'denseArray',
        dtype: element,
        values: Array.from({ length: size }, (_, i) => values!.get(i) as number),
      };
    }
    case 18: {
      const of = type();
      return denseOf(r, of, r.take(r.varint()));
    }
    case 10:
    case 11:
    case 12:
    case 13:
    case 14:
    case 15:
    case 22:
      return opaque('loc');
  }
  return r.fail(`unknown builtin attribute code ${code}`);
}

export function readLocation(r: ByteReader, t: Tables): Location {
  const code = r.varint();
  const location = (): Location => t.location(r.varint());
  const text = (): string => {
    const a = t.attribute(r.varint());
    return a.kind === 'string' ? a.value : r.fail('a name is no string');
  };
  switch (code) {
    case 10: {
      const callee = location();
      return { kind: 'callsite', callee, caller: location() };
    }
    case 11:
      return { kind: 'file', file: text(), line: r.varint(), column: r.varint() };
    case 22: {
      const file = text();
      const [line = 0, column = 0] = r.list(() => r.varint());
      return { kind: 'file', file, line, column };
    }
    case 12:
    case 13:
      return { kind: 'fused', locations: r.list(location) };
    case 14: {
      const name = text();
      const child = location();
      return child.kind === 'opaque' ? { kind: 'name', name } : { kind: 'name', name, child };
    }
  }
  return { kind: 'opaque', text: 'unknown' };
}
