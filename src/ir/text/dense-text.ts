import {
  allocate,
  fromHex as bytesOfHex,
  type DType,
  dtypeInfo,
  HostArray,
  isComplex,
  isFloat,
  numElements,
  realDType,
  roundToFloat,
  type Scalar,
  toHex,
} from '../../base/index.ts';
import { type Attr, DenseElements } from '../attribute.ts';
import { DYNAMIC, type TensorType, type Type, typeText } from '../types.ts';
import { isHexCode, isWordCode } from './cursor.ts';
import { floatText } from './number-text.ts';
import type { Source } from './source.ts';
import { parseType } from './type-text.ts';

/** More elements than this are printed as one hex string, as `mlir-opt` does. */
const HEX_THRESHOLD = 100;

/** `dense<…> : T` of any type: numbers of tensors with an element type of ours or `index`; undefined for others, which stay text. */
export function parseDenseAttribute(s: Source): Attr | undefined {
  const { type, end } = denseExtent(s);
  if (type.kind === 'tensor') return { kind: 'dense', value: parseDense(s) };
  const found = type.kind === 'opaque' && /^tensor<((?:\d+x)*)index>$/.exec(type.text);
  if (!found) {
    s.pos = end;
    return undefined;
  }
  const shape = found[1].split('x').filter(Boolean).map(Number);
  return { kind: 'dense', value: parseDense(s, { kind: 'tensor', dtype: 'i64', shape }), elements: 'index' };
}

/** `dense<…> : tensor<…>`; the cursor is after the word `dense`. `as`: read the values as this type instead of the one written. */
export function parseDense(s: Source, as?: TensorType): DenseElements {
  const { open, close, type: written, end, typeAt } = denseExtent(s);
  const type = as ?? written;
  if (type.kind !== 'tensor' || type.shape.includes(DYNAMIC))
    return s.fail(`dense<…> needs a statically shaped tensor type, got ${typeText(type)}`, typeAt);
  s.pos = open + 1;
  const value = parseLiteral(s, type, open, close - open);
  s.expect('>');
  s.pos = end;
  return value;
}

/** Where the literal and the type of a `dense<…> : T` are; the cursor stays where it is. */
function denseExtent(s: Source): { open: number; close: number; type: Type; typeAt: number; end: number } {
  s.skip();
  const open = s.pos;
  s.expect('<');
  if (s.code() === 34) {
    const end = s.text.indexOf('"', s.pos + 1);
    if (end < 0) s.fail('unterminated string');
    s.pos = end + 1;
  }
  const close = s.text.indexOf('>', s.pos);
  if (close < 0) s.fail('unterminated dense<…>', open);
  s.pos = close + 1;
  s.expect(':');
  const typeAt = s.pos;
  const type = parseType(s);
  const end = s.pos;
  s.pos = open;
  return { open, close, type, typeAt, end };
}

/** `dense_resource<name> : tensor<…>`; the cursor is after the word. */
export function parseDenseResource(s: Source): DenseElements {
  s.expect('<');
  const at = s.pos;
  const name = s.code() === 34 ? s.string() : s.word();
  s.expect('>');
  s.expect(':');
  const type = parseType(s);
  if (type.kind !== 'tensor' || type.shape.includes(DYNAMIC))
    return s.fail('dense_resource needs a statically shaped tensor type', at);
  const blob = s.resource(name) ?? s.fail(`unknown resource "${name}"`, at);
  return fromHex(s, type, blob.start, blob.end, at);
}

function parseLiteral(s: Source, type: TensorType, at: number, length: number): DenseElements {
  const code = s.code();
  if (code === 34) {
    const start = s.pos;
    const end = s.text.indexOf('"', start + 1);
    s.pos = end + 1;
    if (!s.text.startsWith('0x', start + 1)) s.fail('expected "0x…" in dense<…>', start);
    return fromHex(s, type, start + 3, end, at);
  }
  if (code === 62) {
    if (numElements(type.shape) !== 0) s.fail(`dense<> needs a type without elements, got ${typeText(type)}`, at);
    return DenseElements.of(HostArray.zeros(type.dtype, type.shape));
  }
  if (code !== 91) {
    const one = HostArray.zeros(type.dtype, []);
    readElement(s, one, 0);
    return DenseElements.splatOf(type, one);
  }
  // Every element takes at least one character, so the text bounds what is allocated.
  if (numElements(type.shape) > length) s.fail(`too few values for ${typeText(type)}`, at);
  const out = HostArray.zeros(type.dtype, type.shape);
  let n = 0;
  const list = (depth: number): void => {
    s.expect('[');
    let count = 0;
    if (s.code() !== 93) {
      do {
        if (s.code() === 91) {
          if (depth + 1 >= type.shape.length) s.fail(`too many nested lists for ${typeText(type)}`);
          s.nested(() => list(depth + 1));
        } else {
          if (depth + 1 !== type.shape.length) s.fail(`too few nested lists for ${typeText(type)}`);
          if (n >= out.size) s.fail(`too many values for ${typeText(type)}`);
          readElement(s, out, n++);
        }
        count++;
      } while (s.accept(','));
    }
    if (count !== type.shape[depth]) s.fail(`list of ${count} values for dimension ${depth} of ${typeText(type)}`);
    s.expect(']');
  };
  list(0);
  return DenseElements.of(out);
}

/** Reads one literal and stores it as element `i`; hex literals of floats are their bits. */
function readElement(s: Source, out: HostArray, i: number): void {
  const { dtype } = out;
  if (isComplex(dtype)) {
    const part = realDType(dtype);
    s.expect('(');
    const re = readScalar(s, part);
    s.expect(',');
    const im = readScalar(s, part);
    s.expect(')');
    out.set(i, [Number(re), Number(im)]);
    return;
  }
  if (isFloat(dtype) && s.code() === 48 && s.text.charCodeAt(s.pos + 1) === 120) {
    const at = s.pos;
    const bits = BigInt(readScalar(s, 'u64') as bigint);
    if (bits >> BigInt(dtypeInfo(dtype).bits) !== 0n) s.fail(`too many bits for ${dtypeInfo(dtype).mlir}`, at);
    setBits(out, i, bits);
    return;
  }
  out.set(i, readScalar(s, dtype));
}

/** Stores raw bits, so that NaN payloads survive. */
function setBits(out: HostArray, i: number, bits: bigint): void {
  const { bytes } = dtypeInfo(out.dtype);
  const little = new Uint8Array(8);
  new DataView(little.buffer).setBigUint64(0, bits, true);
  out.bytes.set(little.subarray(0, bytes), i * bytes);
}

function getBits(values: HostArray, i: number): bigint {
  const { bytes } = dtypeInfo(values.dtype);
  const little = new Uint8Array(8);
  little.set(values.bytes.subarray(i * bytes, (i + 1) * bytes));
  return new DataView(little.buffer).getBigUint64(0, true);
}

/** One number, `true` or `false` at the cursor, as a value of `dtype`. */
export function readScalar(s: Source, dtype: DType): Scalar {
  s.skip();
  const { text } = s;
  const start = s.pos;
  let p = start;
  const first = text.charCodeAt(p);
  if (first === 45 || first === 43) p++;
  if (text.charCodeAt(p) === 48 && text.charCodeAt(p + 1) === 120) {
    p += 2;
    while (isHexCode(text.charCodeAt(p))) p++;
    s.pos = p;
    if (text.charCodeAt(p - 1) === 120) s.fail('expected hexadecimal digits');
    const bits = BigInt(text.slice(first === 45 || first === 43 ? start + 1 : start, p));
    if (isFloat(dtype)) return floatFromBits(bits, dtype);
    return checkedInteger(s, first === 45 ? -bits : bits, dtype, start);
  }
  for (;;) {
    const c = text.charCodeAt(p);
    if (isWordCode(c)) p++;
    else if ((c === 43 || c === 45) && (text.charCodeAt(p - 1) | 32) === 101) p++;
    else break;
  }
  const token = text.slice(start, p);
  if (token === 'true' || token === 'false') {
    if (dtype !== 'bool') s.fail(`expected a number of type ${dtypeInfo(dtype).mlir}`, start);
    s.pos = p;
    return token === 'true';
  }
  if (!isFloat(dtype)) {
    if (!/^[-+]?\d+$/.test(token)) s.fail('expected an integer', start);
    s.pos = p;
    return checkedInteger(s, BigInt(token), dtype, start);
  }
  const value = Number(token);
  if (token === '' || Number.isNaN(value)) s.fail('expected a number', start);
  s.pos = p;
  return roundToFloat(value, dtype);
}

/**
 * An integer that fits into the bits of its type, as MLIR has it: an `i8` has no sign in text, so both -128 and 255 fit; a `ui8` cannot
 * be negative.
 */
export function checkedInteger(s: Source, value: bigint, dtype: DType, at: number): Scalar {
  const { bits, kind, scalar, mlir } = dtypeInfo(dtype);
  const width = BigInt(bits);
  const least = kind === 'unsigned' ? 0n : -(1n << (width - 1n));
  if (value < least || value >> width > 0n)
    s.fail(`${value} does not fit ${mlir}: expected ${least} to ${(1n << width) - 1n}`, at);
  return scalar === 'bigint' ? value : Number(value);
}

/** The float with these raw bits. */
export function floatFromBits(bits: bigint, dtype: DType): number {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, bits, true);
  const array = HostArray.fromBytes(dtype, [], bytes.slice(0, dtypeInfo(dtype).bytes));
  return array.number(0);
}

function fromHex(s: Source, type: TensorType, start: number, end: number, at: number): DenseElements {
  const info = dtypeInfo(type.dtype);
  const count = numElements(type.shape);
  const given = (end - start) / 2;
  const elementBytes = info.bytes;
  const bits = type.dtype === 'bool' && given === Math.ceil(count / 8) && count > 1;
  const splat = given === elementBytes && count !== 1;
  if (!bits && !splat && given !== count * elementBytes)
    s.fail(`${given} bytes of data for ${typeText(type)}, expected ${count * elementBytes}`, at);
  const raw = bytesOfHex(s.text.slice(start, end));
  if (!raw) return s.fail('expected pairs of hexadecimal digits', at);
  if (bits) {
    const data = allocate('bool', count) as Uint8Array;
    const allSame = given === 1 && (raw[0] === 0xff || raw[0] === 0);
    for (let i = 0; i < count; i++) data[i] = allSame ? raw[0] & 1 : (raw[i >> 3] >> (i & 7)) & 1;
    return DenseElements.of(new HostArray('bool', type.shape, data));
  }
  const bytes = raw;
  if (type.dtype === 'bool') for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i] === 0 ? 0 : 1;
  return splat
    ? DenseElements.splatOf(type, HostArray.fromBytes(type.dtype, [], bytes))
    : DenseElements.of(HostArray.fromBytes(type.dtype, type.shape, bytes));
}

/** `dense<…> : tensor<…>` */
export function printDense(value: DenseElements, elements?: 'index'): string {
  const type = typeText(value.type);
  return `dense<${denseLiteral(value)}> : ${elements ? type.replace('i64', elements) : type}`;
}

function denseLiteral(value: DenseElements): string {
  const { type, values } = value;
  if (value.isSplat) return elementText(values, 0);
  const count = values.size;
  if (count === 0) return '';
  let same = count > 1;
  for (let i = 1; same && i < count; i++) same = sameElement(values, i);
  if (same) return elementText(values, 0);
  // Versions of MLIR disagree on how the hex form packs i1, so bools are always written out.
  if (count > HEX_THRESHOLD && type.dtype !== 'bool') {
    return `"0x${toHex(values.bytes).toUpperCase()}"`;
  }
  let n = 0;
  const list = (depth: number): string => {
    if (depth === type.shape.length) return elementText(values, n++);
    return `[${Array.from({ length: type.shape[depth] }, () => list(depth + 1)).join(', ')}]`;
  };
  return list(0);
}

/** Whether element `i` has the bits of element 0. */
function sameElement(values: HostArray, i: number): boolean {
  const { data } = values;
  if (isComplex(values.dtype)) return Object.is(data[2 * i], data[0]) && Object.is(data[2 * i + 1], data[1]);
  return Object.is(data[i], data[0]);
}

function elementText(values: HostArray, i: number): string {
  if (isFloat(values.dtype) && Number.isNaN(values.number(i))) {
    const digits = dtypeInfo(values.dtype).bits / 4;
    return `0x${getBits(values, i).toString(16).toUpperCase().padStart(digits, '0')}`;
  }
  return scalarText(values.get(i), values.dtype);
}

/** One element as it appears inside `dense<…>`. */
export function scalarText(value: Scalar, dtype: DType): string {
  if (typeof value === 'object')
    return `(${floatText(value[0], realDType(dtype))},${floatText(value[1], realDType(dtype))})`;
  if (isFloat(dtype)) return floatText(Number(value), dtype);
  return String(value);
}
