import { type DType, dtypeInfo, type FloatFormat } from './dtype.ts';

const decodeTables = new Map<DType, Float64Array>();

/** Value of every bit pattern of a narrow float type, indexed by the pattern. */
export function decodeTable(dtype: DType): Float64Array {
  let t = decodeTables.get(dtype);
  if (!t) {
    const f = dtypeInfo(dtype).format!;
    const total = 1 << (f.exponentBits + f.mantissaBits + (f.style === 'e8m0' ? 0 : 1));
    t = new Float64Array(total);
    for (let bits = 0; bits < total; bits++) t[bits] = decodeSlow(bits, f);
    decodeTables.set(dtype, t);
  }
  return t;
}

/** Greatest value of a float type: ∞ where it has one. */
export const greatestFloat = (dtype: DType): number =>
  (dtypeInfo(dtype).format?.style ?? 'ieee') !== 'ieee' ? largestFinite(dtype) : Infinity;

/** Least value of a float type: −∞ where it has one. */
export function leastFloat(dtype: DType): number {
  if (dtypeInfo(dtype).format?.style === 'e8m0') return 2 ** -127;
  return -greatestFloat(dtype);
}

function decodeSlow(bits: number, f: FloatFormat): number {
  if (f.style === 'e8m0') return bits === 255 ? Number.NaN : 2 ** (bits - 127);
  const signBit = 1 << (f.exponentBits + f.mantissaBits);
  const negative = (bits & signBit) !== 0;
  const exponent = (bits >> f.mantissaBits) & ((1 << f.exponentBits) - 1);
  const mantissa = bits & ((1 << f.mantissaBits) - 1);
  const top = (1 << f.exponentBits) - 1;
  if (f.style === 'fnuz' && bits === signBit) return Number.NaN;
  if (f.style === 'ieee' && exponent === top) return mantissa !== 0 ? Number.NaN : negative ? -Infinity : Infinity;
  if (f.style === 'fn' && exponent === top && mantissa === (1 << f.mantissaBits) - 1) return Number.NaN;
  const scale = 2 ** -f.mantissaBits;
  const magnitude =
    exponent === 0 ? mantissa * scale * 2 ** (1 - f.bias) : (1 + mantissa * scale) * 2 ** (exponent - f.bias);
  return negative ? -magnitude : magnitude;
}

/** Raw bits of `value` in a narrow float type, rounding to nearest even; overflow as each format prescribes. */
export function encodeFloat(value: number, dtype: DType): number {
  const f = dtypeInfo(dtype).format!;
  if (f.style === 'e8m0') return encodeE8M0(value);
  const signBit = 1 << (f.exponentBits + f.mantissaBits);
  const top = (1 << f.exponentBits) - 1;
  const nan =
    f.style === 'fnuz' || f.style === 'finite'
      ? signBit
      : f.style === 'fn'
        ? signBit - 1
        : (top << f.mantissaBits) | (1 << (f.mantissaBits - 1));
  if (Number.isNaN(value)) return nan;
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? signBit : 0;
  const overflow =
    f.style === 'finite'
      ? sign | (signBit - 1)
      : f.style === 'ieee'
        ? sign | (top << f.mantissaBits)
        : f.style === 'fn'
          ? sign | nan
          : nan;
  const x = Math.abs(value);
  if (x === 0) return f.style === 'fnuz' ? 0 : sign;
  if (x === Infinity) return overflow;
  // floor(log2 x) from the bits: Math.log2 may be off by one next to a power of two.
  let exponent = Math.max(binaryExponent(x), 1 - f.bias);
  let mantissa = roundHalfEven(x * 2 ** (f.mantissaBits - exponent));
  if (mantissa >= 2 ** (f.mantissaBits + 1)) {
    mantissa /= 2;
    exponent += 1;
  }
  const implicit = 2 ** f.mantissaBits;
  const bits = mantissa < implicit ? mantissa : ((exponent + f.bias) << f.mantissaBits) | (mantissa - implicit);
  const largest = f.style === 'ieee' ? (top << f.mantissaBits) - 1 : f.style === 'fn' ? signBit - 2 : signBit - 1;
  if (bits > largest) return overflow;
  if (bits === 0 && f.style === 'fnuz') return 0;
  return sign | bits;
}

function encodeE8M0(value: number): number {
  if (!(value > 0) || value === Infinity) return 255;
  const exponent = binaryExponent(value);
  const fraction = value / 2 ** exponent;
  const rounded = fraction > 1.5 || (fraction === 1.5 && (exponent & 1) !== 0) ? exponent + 1 : exponent;
  return rounded > 127 ? 255 : Math.max(0, rounded + 127);
}

const scratchF64 = new Float64Array(1);
const scratchU32 = new Uint32Array(scratchF64.buffer);

function binaryExponent(x: number): number {
  scratchF64[0] = x;
  const biased = (scratchU32[1] >>> 20) & 0x7ff;
  if (biased !== 0) return biased - 1023;
  scratchF64[0] = x * 2 ** 64;
  return ((scratchU32[1] >>> 20) & 0x7ff) - 1023 - 64;
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest > 0.5 || (rest === 0.5 && floor % 2 !== 0)) return floor + 1;
  return floor;
}

/** Greatest finite value of a float type. */
export function largestFinite(dtype: DType): number {
  if (dtype === 'f64') return Number.MAX_VALUE;
  if (dtype === 'f32') return (2 - 2 ** -23) * 2 ** 127;
  return decodeTable(dtype).reduce((most, x) => (Number.isFinite(x) && x > most ? x : most), 0);
}

/** The value nearest to `x` that `dtype` can hold (any float type). */
export function roundToFloat(x: number, dtype: DType): number {
  if (dtype === 'f32') return Math.fround(x);
  if (dtype === 'f64') return x;
  return decodeTable(dtype)[encodeFloat(x, dtype)];
}

/** Significand bits of a float type, the implicit one included. */
export function significandBits(dtype: DType): number {
  const { format, bits } = dtypeInfo(dtype);
  return format ? format.mantissaBits + 1 : bits === 64 ? 53 : 24;
}

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
