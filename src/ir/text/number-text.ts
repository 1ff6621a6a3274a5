import { type DType, dtypeInfo, encodeFloat, significandBits } from '../../base/index.ts';

const scratch = new DataView(new ArrayBuffer(8));

/** Raw bits of a float as an unsigned bigint. */
export function floatBits(value: number, dtype: DType): bigint {
  if (dtype === 'f64') {
    scratch.setFloat64(0, value);
    return scratch.getBigUint64(0);
  }
  if (dtype === 'f32') {
    scratch.setFloat32(0, value);
    return BigInt(scratch.getUint32(0));
  }
  return BigInt(encodeFloat(value, dtype));
}

/**
 * A float as MLIR prints it: `1.000000e+00` when six significant digits say it exactly, else the shortest fixed number of
 * digits (`3.14159274`, `1.17549435E-38`), else its bits (`0x7F800000`).
 */
export function floatText(value: number, dtype: DType): string {
  if (Number.isFinite(value)) {
    const same = (text: string): boolean => floatBits(Number(text), dtype) === floatBits(value, dtype);
    const short = scientific(value, 6);
    if (same(short)) return short;
    const text = plain(value, 2 + Math.floor((significandBits(dtype) * 59) / 196));
    if (text.includes('.') && same(text)) return text;
  }
  const bits = dtypeInfo(dtype).bits;
  return `0x${floatBits(value, dtype)
    .toString(16)
    .toUpperCase()
    .padStart(bits / 4, '0')}`;
}

function scientific(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa, exponent] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e');
  const e = Number(exponent);
  return `${sign}${mantissa}0e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`;
}

/** LLVM's APFloat default formatting with a maximal padding of three zeros. */
function plain(value: number, digits: number): string {
  const sign = value < 0 ? '-' : '';
  const [mantissa, exponentText] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e');
  const all = mantissa.replace('.', '').replace(/0+$/, '') || '0';
  const lead = Number(exponentText);
  const exp = lead - (all.length - 1);
  const useScientific = exp >= 0 ? exp > 3 || all.length + exp > digits : lead < 0 && -lead > 3;
  if (useScientific) {
    const rest = all.slice(1) || '0';
    return `${sign}${all[0]}.${rest}E${lead < 0 ? '-' : '+'}${Math.abs(lead)}`;
  }
  if (exp >= 0) return sign + all + '0'.repeat(exp);
  if (lead >= 0) return `${sign}${all.slice(0, lead + 1)}.${all.slice(lead + 1)}`;
  return `${sign}0.${'0'.repeat(-lead - 1)}${all}`;
}
