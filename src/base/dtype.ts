import { EspalierError } from './errors.ts';

/** Host storage, one entry per element except complex (interleaved re, im). Floats narrower than 32 bits hold raw bits. */
export type HostData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

type HostDataConstructor = (new (
  length: number,
) => HostData) &
  (new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => HostData) & { BYTES_PER_ELEMENT: number };

export type DTypeKind = 'bool' | 'signed' | 'unsigned' | 'float' | 'complex';

/** How compiled kernels compute with elements of a type. */
export interface ComputeFacts {
  /**
   * What holds one in scalar code: bools and integers up to 32 bits are an i32 (bools 0 or 1, small ones extended), floats up to 32
   * bits an f32, to which narrower ones are rounded after every operation.
   */
  readonly register: 'i32' | 'i64' | 'f32' | 'f64';
  /**
   * What lanes of 32 bits hold: a float32 (rounded likewise), the value of an integer, or 0 and -1 for a bool; undefined where there
   * is no vector code.
   */
  readonly lanes: 'float' | 'signed' | 'unsigned' | 'bool' | undefined;
  /** Type of an element in memory, in C. */
  readonly cType: string;
}

/** Layout of a binary float narrower than 32 bits. */
export interface FloatFormat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /**
   * `ieee`: inf and NaNs in the top exponent; `fn`: no inf, all-ones is NaN; `fnuz`: no inf, no -0, 0x80 is NaN; `e8m0`: powers of two;
   * `finite`: neither inf nor NaN, overflow takes the largest value.
   */
  readonly style: 'ieee' | 'fn' | 'fnuz' | 'e8m0' | 'finite';
}

export interface DTypeInfo {
  readonly name: DType;
  readonly kind: DTypeKind;
  /** Logical width of one element in bits (complex: both parts). */
  readonly bits: number;
  /** Bytes of one element in host arrays and device buffers (sub-byte types take a whole byte). */
  readonly bytes: number;
  /** Text in MLIR types. */
  readonly mlir: string;
  /** Name in safetensors files, where one exists. */
  readonly safetensors: string | undefined;
  readonly storage: HostDataConstructor;
  /** Bits of a float narrower than 32 bits. */
  readonly format: FloatFormat | undefined;
  /** How the reference engine holds a scalar: number, bigint (64-bit integers) or a pair of numbers. */
  readonly scalar: 'number' | 'bigint' | 'complex';
  /** Undefined for types that kernels do not compute with: their elements are only moved. */
  readonly compute: ComputeFacts | undefined;
}

/** What is said of a type in its one place. */
interface Definition {
  readonly kind: DTypeKind;
  readonly bits: number;
  readonly storage: HostDataConstructor;
  /** Of floats narrower than 32 bits. */
  readonly format?: FloatFormat;
  readonly mlir?: string;
  readonly safetensors?: string;
  readonly scalar?: DTypeInfo['scalar'];
  readonly compute?: readonly [ComputeFacts['register'], ComputeFacts['lanes'], cType: string];
}

const define = <K extends string>(table: Readonly<Record<K, Definition>>): Readonly<Record<K, Definition>> => table;

const definitions = /* @__PURE__ */ define({
  bool: {
    kind: 'bool',
    bits: 1,
    storage: Uint8Array,
    mlir: 'i1',
    safetensors: 'BOOL',
    compute: ['i32', 'bool', 'uint8_t'],
  },
  i2: { kind: 'signed', bits: 2, storage: Int8Array },
  i4: { kind: 'signed', bits: 4, storage: Int8Array },
  i8: { kind: 'signed', bits: 8, storage: Int8Array, safetensors: 'I8', compute: ['i32', 'signed', 'int8_t'] },
  i16: { kind: 'signed', bits: 16, storage: Int16Array, safetensors: 'I16', compute: ['i32', 'signed', 'int16_t'] },
  i32: { kind: 'signed', bits: 32, storage: Int32Array, safetensors: 'I32', compute: ['i32', 'signed', 'int32_t'] },
  i64: {
    kind: 'signed',
    bits: 64,
    storage: BigInt64Array,
    safetensors: 'I64',
    scalar: 'bigint',
    compute: ['i64', undefined, 'int64_t'],
  },
  u2: { kind: 'unsigned', bits: 2, storage: Uint8Array, mlir: 'ui2' },
  u4: { kind: 'unsigned', bits: 4, storage: Uint8Array, mlir: 'ui4' },
  u8: {
    kind: 'unsigned',
    bits: 8,
    storage: Uint8Array,
    mlir: 'ui8',
    safetensors: 'U8',
    compute: ['i32', 'unsigned', 'uint8_t'],
  },
  u16: {
    kind: 'unsigned',
    bits: 16,
    storage: Uint16Array,
    mlir: 'ui16',
    safetensors: 'U16',
    compute: ['i32', 'unsigned', 'uint16_t'],
  },
  u32: {
    kind: 'unsigned',
    bits: 32,
    storage: Uint32Array,
    mlir: 'ui32',
    safetensors: 'U32',
    compute: ['i32', 'unsigned', 'uint32_t'],
  },
  u64: {
    kind: 'unsigned',
    bits: 64,
    storage: BigUint64Array,
    mlir: 'ui64',
    safetensors: 'U64',
    scalar: 'bigint',
    compute: ['i64', undefined, 'uint64_t'],
  },
  f4E2M1FN: {
    kind: 'float',
    bits: 4,
    storage: Uint8Array,
    format: { exponentBits: 2, mantissaBits: 1, bias: 1, style: 'finite' },
  },
  f6E2M3FN: {
    kind: 'float',
    bits: 6,
    storage: Uint8Array,
    format: { exponentBits: 2, mantissaBits: 3, bias: 1, style: 'finite' },
  },
  f6E3M2FN: {
    kind: 'float',
    bits: 6,
    storage: Uint8Array,
    format: { exponentBits: 3, mantissaBits: 2, bias: 3, style: 'finite' },
  },
  f8E3M4: {
    kind: 'float',
    bits: 8,
    storage: Uint8Array,
    format: { exponentBits: 3, mantissaBits: 4, bias: 3, style: 'ieee' },
  },
  f8E4M3: {
    kind: 'float',
    bits: 8,
    storage: Uint8Array,
    format: { exponentBits: 4, mantissaBits: 3, bias: 7, style: 'ieee' },
  },
  f8E4M3FN: {
    kind: 'float',
    bits: 8,
    storage: Uint8Array,
    format: { exponentBits: 4, mantissaBits: 3, bias: 7, style: 'fn' },
    safetensors: 'F8_E4M3',
  },
  f8E4M3FNUZ: {
    kind: 'float',
    bits: 8,
    storage: Uint8Array,
    format: { exponentBits: 4, mantissaBits: 3, bias: 8, style: 'fnuz' },
    safetensors: 'F8_E4M3FNUZ',
  },
  f8E4M3B11FNUZ: {
    kind: 'float',
    bits: 8,
    storage: Uint8Array,
    format: { exponentBits: 4, mantissaBits: 3, bias: 11, style: 'fnuz' },
  },
  f8E5M2: {
    kind: 'float',
    bits: 8,
    storage: Uint8Array,
    format: { exponentBits: 5, mantissaBits: 2, bias: 15, style: 'ieee' },
    safetensors: 'F8_E5M2',
  },
  f8E5M2FNUZ: {
    kind: 'float',
    bits: 8,
    storage: Uint8Array,
    format: { exponentBits: 5, mantissaBits: 2, bias: 16, style: 'fnuz' },
    safetensors: 'F8_E5M2FNUZ',
  },
  f8E8M0FNU: {
    kind: 'float',
    bits: 8,
    storage: Uint8Array,
    format: { exponentBits: 8, mantissaBits: 0, bias: 127, style: 'e8m0' },
    safetensors: 'F8_E8M0',
  },
  bf16: {
    kind: 'float',
    bits: 16,
    storage: Uint16Array,
    format: { exponentBits: 8, mantissaBits: 7, bias: 127, style: 'ieee' },
    safetensors: 'BF16',
    compute: ['f32', 'float', 'uint16_t'],
  },
  f16: {
    kind: 'float',
    bits: 16,
    storage: Uint16Array,
    format: { exponentBits: 5, mantissaBits: 10, bias: 15, style: 'ieee' },
    safetensors: 'F16',
    compute: ['f32', undefined, 'uint16_t'],
  },
  f32: { kind: 'float', bits: 32, storage: Float32Array, safetensors: 'F32', compute: ['f32', 'float', 'float'] },
  f64: { kind: 'float', bits: 64, storage: Float64Array, safetensors: 'F64', compute: ['f64', undefined, 'double'] },
  c64: {
    kind: 'complex',
    bits: 64,
    storage: Float32Array,
    mlir: 'complex<f32>',
    safetensors: 'C64',
    scalar: 'complex',
  },
  c128: { kind: 'complex', bits: 128, storage: Float64Array, mlir: 'complex<f64>', scalar: 'complex' },
});

/**
 * Element types. Names are MLIR's where MLIR's are short; `bool` is MLIR's `i1`, `u8` its `ui8`,
 * `c64`/`c128` its `complex<f32>`/`complex<f64>`.
 */
export type DType = keyof typeof definitions;

/** All that is known of each type, by its name and by its text in MLIR. */
function tables(): {
  readonly byName: ReadonlyMap<string, DTypeInfo>;
  readonly byMlir: ReadonlyMap<string, DTypeInfo>;
} {
  const infos = Object.entries<Definition>(definitions).map(([key, d]): DTypeInfo => {
    const name = key as DType;
    const { kind, bits, storage, format, compute } = d;
    return {
      name,
      kind,
      bits,
      bytes: Math.max(1, bits >> 3),
      mlir: d.mlir ?? name,
      safetensors: d.safetensors,
      storage,
      format,
      scalar: d.scalar ?? 'number',
      compute: compute && { register: compute[0], lanes: compute[1], cType: compute[2] },
    };
  });
  return { byName: new Map(infos.map((d) => [d.name, d])), byMlir: new Map(infos.map((d) => [d.mlir, d])) };
}
// Marked as pure, so that a bundle that uses no types leaves the table out.
const known = /* @__PURE__ */ tables();

/** All element types, in declaration order. */
export const dtypes: readonly DType[] = /* @__PURE__ */ namesOf();
function namesOf(): DType[] {
  return [...known.byName.values()].map((d) => d.name);
}

export function dtypeInfo(dtype: DType): DTypeInfo {
  return known.byName.get(dtype)!;
}

/** The dtype written `mlir` in MLIR text (`i1`, `ui8`, `si32`, `complex<f32>` …), or undefined. */
export function dtypeFromMlir(mlir: string): DType | undefined {
  if (/^si\d+$/.test(mlir)) return known.byMlir.get(mlir.slice(1))?.name;
  return known.byMlir.get(mlir)?.name;
}

/** Checks a dtype that comes from a user. Throws `base/dtype`. */
export function parseDType(name: string): DType {
  const info = known.byName.get(name);
  if (typeof name !== 'string')
    throw new EspalierError('base/dtype', 'a dtype is a name', {
      expected: dtypes.join(', '),
      given: typeof name === 'object' ? 'an object' : typeof name === 'function' ? 'a function' : String(name),
      advice: "write it by itself, as in 'f32' or 'i32'",
    });
  if (!info) {
    const numpy = /^(b?float|int|uint|complex)(\d+)$/.exec(name);
    const short = numpy && `${{ bfloat: 'bf', float: 'f', int: 'i', uint: 'u', complex: 'c' }[numpy[1]]}${numpy[2]}`;
    throw new EspalierError('base/dtype', `unknown dtype "${name}"`, {
      expected: dtypes.join(', '),
      ...(short && known.byName.has(short) ? { advice: `numpy's ${name} is '${short}' here` } : {}),
    });
  }
  return info.name;
}

export const isFloat = (d: DType): boolean => dtypeInfo(d).kind === 'float';
/** A float narrower than float32: many of them are added up in float32. */
export const isNarrowFloat = (d: DType): boolean => isFloat(d) && dtypeInfo(d).bits < 32;
export const isComplex = (d: DType): boolean => dtypeInfo(d).kind === 'complex';
/** Float or complex: the types through which derivatives flow. */
export const isInexact = (d: DType): boolean => isFloat(d) || isComplex(d);
export const isSigned = (d: DType): boolean => dtypeInfo(d).kind === 'signed';
export const isUnsigned = (d: DType): boolean => dtypeInfo(d).kind === 'unsigned';
/** Signed or unsigned integer (bool excluded). */
export const isInteger = (d: DType): boolean => isSigned(d) || isUnsigned(d);
export const isBool = (d: DType): boolean => d === 'bool';

/** Real type of a complex one's parts; other types are their own. */
export function realDType(d: DType): DType {
  return d === 'c64' ? 'f32' : d === 'c128' ? 'f64' : d;
}

/** Complex type whose parts have (at least) the precision of a type. */
export const complexDType = (d: DType): DType => (realDType(d) === 'f64' ? 'c128' : 'c64');
