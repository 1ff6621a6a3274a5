import { type DType, dtypeInfo, type FloatFormat } from './dtype.ts';

const decodeTables = new Map<DType, Float64Array>();

/** Value of every bit pattern of a narrow float type, indexed by the pattern. */
export function decodeTable(dtype: DType): Float64Array {
  let table = decodeTables.get(dtype);
  if (!table) {
    table = decodeAll(dtypeInfo(dtype).format!);
    decodeTables.set(dtype, table);
  }
  return table;
}

/** Greatest value of a float type: ∞ where it has one. */
export const greatestFloat = (dtype: DType): number =>
  (dtypeInfo(dtype).format?.style ?? 'ieee') !== 'ieee' ? largestFinite(dtype) : Infinity;

/** Least value of a float type: −∞ where it has one. */
export function leastFloat(dtype: DType): number {
  if (dtypeInfo(dtype).format?.style === 'e8m0') return 2 ** -127;
  return -greatestFloat(dtype);
}

function decodeAll({ style, exponentBits, mantissaBits, bias }: FloatFormat): Float64Array {
  if (style === 'e8m0') return Float64Array.from({ length: 256 }, (_, i) => (i === 255 ? Number.NaN : 2 ** (i - 127)));
  const [exponents, mantissas] = [1 << exponentBits, 1 << mantissaBits];
  const positive = exponents * mantissas;
  const table = new Float64Array(2 * positive);
  for (let exponent = 0; exponent < exponents; exponent++) {
    const unit = 2 ** (Math.max(exponent, 1) - bias - mantissaBits);
    const implicit = exponent === 0 ? 0 : mantissas;
    for (let mantissa = 0; mantissa < mantissas; mantissa++)
      table[exponent * mantissas + mantissa] = (implicit + mantissa) * unit;
  }
  if (style === 'ieee')
    table
      .fill(Number.NaN, positive - mantissas, positive)
      .fill(Infinity, positive - mantissas, positive - mantissas + 1);
  if (style === 'fn') table[positive - 1] = Number.NaN;
  for (let i = 0; i < positive; i++) table[positive + i] = -table[i];
  if (style === 'fnuz') table[positive] = Number.NaN;
  return table;
}

/** Raw bits of `value` in a narrow float type, rounding to nearest even; overflow as each format prescribes. */
export const encodeFloat = (value: number, dtype: DType): number => encoderOf(dtype)(value);

const encoders = new Map<DType, (value: number) => number>();

/** `encodeFloat` of one type, for many values. */
export function encoderOf(dtype: DType): (value: number) => number {
  let encoder = encoders.get(dtype);
  if (!encoder) {
    const format = dtypeInfo(dtype).format!;
    encoder = format.style === 'e8m0' ? encodeE8M0 : makeEncoder(format);
    encoders.set(dtype, encoder);
  }
  return encoder;
}

function makeEncoder({ style, exponentBits, mantissaBits, bias }: FloatFormat): (value: number) => number {
  const signBit = 1 << (exponentBits + mantissaBits);
  const infinity = ((1 << exponentBits) - 1) << mantissaBits;
  const nan =
    style === 'fnuz' || style === 'finite'
      ? signBit
      : style === 'fn'
        ? signBit - 1
        : infinity | (1 << (mantissaBits - 1));
  const largest = style === 'ieee' ? infinity - 1 : style === 'fn' ? signBit - 2 : signBit - 1;
  /** What a magnitude beyond the largest one becomes. */
  const overflow = style === 'finite' ? largest : style === 'ieee' ? infinity : nan;
  // There is one zero, and the bits of −0 are those of NaN.
  const unsigned = style === 'fnuz';
  const least = 1 - bias;
  // The upper word of a double holds 20 bits of its mantissa.
  const cut = 20 - mantissaBits;
  const half = 1 << (cut - 1);
  return (value) => {
    if (Number.isNaN(value)) return nan;
    scratchF64[0] = value;
    const high = scratchU32[1];
    const sign = high >>> 31 === 0 ? 0 : signBit;
    const exponent = ((high >>> 20) & 0x7ff) - 1023;
    let bits: number;
    if (exponent >= least) {
      if (exponent + bias >= 1 << exponentBits) return sign | overflow;
      bits = ((exponent + bias) << mantissaBits) | ((high & 0xfffff) >>> cut);
      const rest = high & (2 * half - 1);
      if (rest > half || (rest === half && (scratchU32[0] !== 0 || (bits & 1) === 1))) bits++;
    } else bits = roundHalfEven(Math.abs(value) * 2 ** (mantissaBits - least));
    if (bits > largest) return sign | overflow;
    return unsigned && bits === 0 ? 0 : sign | bits;
  };
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
  return decodeTable(dtype)[encoderOf(dtype)(x)];
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
