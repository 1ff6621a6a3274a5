import { EspalierError } from './errors.ts';
import { greatestFloat, leastFloat } from './float-bits.ts';

/**
 * Element types. Names are MLIR's where MLIR's are short; `bool` is MLIR's `i1`, `u8` its `ui8`,
 * `c64`/`c128` its `complex<f32>`/`complex<f64>`.
 */
export type DType =
  | 'bool'
  | 'i2'
  | 'i4'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'u2'
  | 'u4'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'f4E2M1FN'
  | 'f6E2M3FN'
  | 'f6E3M2FN'
  | 'f8E3M4'
  | 'f8E4M3'
  | 'f8E4M3FN'
  | 'f8E4M3FNUZ'
  | 'f8E4M3B11FNUZ'
  | 'f8E5M2'
  | 'f8E5M2FNUZ'
  | 'f8E8M0FNU'
  | 'bf16'
  | 'f16'
  | 'f32'
  | 'f64'
  | 'c64'
  | 'c128';

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
  /** How the reference engine holds a scalar: number, bigint (64-bit integers) or a pair of numbers. */
  readonly scalar: 'number' | 'bigint' | 'complex';
  /** Undefined for types that kernels do not compute with: their elements are only moved. */
  readonly compute: ComputeFacts | undefined;
}

const table: DTypeInfo[] = [];
const byName = new Map<string, DTypeInfo>();
const byMlir = new Map<string, DTypeInfo>();

function computeFacts(
  of: readonly [ComputeFacts['register'], ComputeFacts['lanes'], cType: string] | undefined,
): ComputeFacts | undefined {
  return of && { register: of[0], lanes: of[1], cType: of[2] };
}

function define(
  name: DType,
  kind: DTypeKind,
  bits: number,
  storage: unknown,
  options: {
    mlir?: string;
    safetensors?: string;
    scalar?: DTypeInfo['scalar'];
    compute?: readonly [ComputeFacts['register'], ComputeFacts['lanes'], cType: string];
  } = {},
): void {
  const info: DTypeInfo = {
    name,
    kind,
    bits,
    bytes: Math.max(1, bits >> 3),
    mlir: options.mlir ?? name,
    safetensors: options.safetensors,
    storage: storage as HostDataConstructor,
    scalar: options.scalar ?? 'number',
    compute: computeFacts(options.compute),
  };
  table.push(info);
  byName.set(name, info);
  byMlir.set(info.mlir, info);
}

define('bool', 'bool', 1, Uint8Array, { mlir: 'i1', safetensors: 'BOOL', compute: ['i32', 'bool', 'uint8_t'] });
define('i2', 'signed', 2, Int8Array);
define('i4', 'signed', 4, Int8Array);
define('i8', 'signed', 8, Int8Array, { safetensors: 'I8', compute: ['i32', 'signed', 'int8_t'] });
define('i16', 'signed', 16, Int16Array, { safetensors: 'I16', compute: ['i32', 'signed', 'int16_t'] });
define('i32', 'signed', 32, Int32Array, { safetensors: 'I32', compute: ['i32', 'signed', 'int32_t'] });
define('i64', 'signed', 64, BigInt64Array, {
  safetensors: 'I64',
  scalar: 'bigint',
  compute: ['i64', undefined, 'int64_t'],
});
define('u2', 'unsigned', 2, Uint8Array, { mlir: 'ui2' });
define('u4', 'unsigned', 4, Uint8Array, { mlir: 'ui4' });
define('u8', 'unsigned', 8, Uint8Array, { mlir: 'ui8', safetensors: 'U8', compute: ['i32', 'unsigned', 'uint8_t'] });
define('u16', 'unsigned', 16, Uint16Array, {
  mlir: 'ui16',
  safetensors: 'U16',
  compute: ['i32', 'unsigned', 'uint16_t'],
});
define('u32', 'unsigned', 32, Uint32Array, {
  mlir: 'ui32',
  safetensors: 'U32',
  compute: ['i32', 'unsigned', 'uint32_t'],
});
define('u64', 'unsigned', 64, BigUint64Array, {
  mlir: 'ui64',
  safetensors: 'U64',
  scalar: 'bigint',
  compute: ['i64', undefined, 'uint64_t'],
});
define('f4E2M1FN', 'float', 4, Uint8Array);
define('f6E2M3FN', 'float', 6, Uint8Array);
define('f6E3M2FN', 'float', 6, Uint8Array);
define('f8E3M4', 'float', 8, Uint8Array);
define('f8E4M3', 'float', 8, Uint8Array);
define('f8E4M3FN', 'float', 8, Uint8Array, { safetensors: 'F8_E4M3' });
define('f8E4M3FNUZ', 'float', 8, Uint8Array);
define('f8E4M3B11FNUZ', 'float', 8, Uint8Array);
define('f8E5M2', 'float', 8, Uint8Array, { safetensors: 'F8_E5M2' });
define('f8E5M2FNUZ', 'float', 8, Uint8Array);
define('f8E8M0FNU', 'float', 8, Uint8Array);
define('bf16', 'float', 16, Uint16Array, { safetensors: 'BF16', compute: ['f32', 'float', 'uint16_t'] });
define('f16', 'float', 16, Uint16Array, { safetensors: 'F16', compute: ['f32', undefined, 'uint16_t'] });
define('f32', 'float', 32, Float32Array, { safetensors: 'F32', compute: ['f32', 'float', 'float'] });
define('f64', 'float', 64, Float64Array, { safetensors: 'F64', compute: ['f64', undefined, 'double'] });
define('c64', 'complex', 64, Float32Array, { mlir: 'complex<f32>', scalar: 'complex' });
define('c128', 'complex', 128, Float64Array, { mlir: 'complex<f64>', scalar: 'complex' });

/** All element types, in declaration order. */
export const dtypes: readonly DType[] = table.map((d) => d.name);

export function dtypeInfo(dtype: DType): DTypeInfo {
  return byName.get(dtype)!;
}

/** The dtype written `mlir` in MLIR text (`i1`, `ui8`, `si32`, `complex<f32>` …), or undefined. */
export function dtypeFromMlir(mlir: string): DType | undefined {
  if (/^si\d+$/.test(mlir)) return byMlir.get(mlir.slice(1))?.name;
  return byMlir.get(mlir)?.name;
}

/** Checks a dtype that comes from a user. Throws `base/dtype`. */
export function parseDType(name: string): DType {
  const info = byName.get(name);
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
      ...(short && byName.has(short) ? { advice: `numpy's ${name} is '${short}' here` } : {}),
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

/** Least value of a type (−∞ for floats that have it): the identity of a maximum. */
export function lowestValue(d: DType): number | bigint {
  const info = dtypeInfo(d);
  if (info.kind === 'float') return leastFloat(d);
  if (info.kind !== 'signed') return info.scalar === 'bigint' ? 0n : 0;
  return info.scalar === 'bigint' ? -(2n ** 63n) : -(2 ** (info.bits - 1));
}
/** Greatest value of a type (∞ for floats that have it): the identity of a minimum. */
export function highestValue(d: DType): number | bigint {
  const info = dtypeInfo(d);
  if (info.kind === 'float') return greatestFloat(d);
  if (info.kind === 'bool') return 1;
  if (info.scalar === 'bigint') return info.kind === 'signed' ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  return info.kind === 'signed' ? 2 ** (info.bits - 1) - 1 : 2 ** info.bits - 1;
}
