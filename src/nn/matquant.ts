import { lax, np, type Tensor } from '../api/index.ts';
import { HostArray, UserError } from '../base/index.ts';
import type { QuantizedArrays } from './quantized.ts';

/*
 * Matryoshka quantization: the first bits of 8-bit codes are good codes of fewer bits, when weights were trained to make them so. Codes are
 * between the least and the largest weight of a row, with a real-valued zero: `w ≈ least + step · code`.
 * Source: Nair et al. 2025 (MatQuant), §3.
 */

/** Bits that are kept of the eight. */
export interface SliceOptions {
  /** 1 to 8. */
  readonly bits: number;
  /** What rounds up beyond the largest code keeps one of its own: `2^bits`. */
  readonly extraBit?: boolean | undefined;
}

const numBits = 8;
const largestCode = 2 ** numBits - 1;

/**
 * The first bits of 8-bit codes, rounded, not cut off: `q: [ … ]`, whole numbers from 0 to 255 → such from 0 to `2^bits − 1` (`2^bits` with the extra bit).
 * Throws `nn/matquant` for other numbers of bits.
 * @example sliceCodes(np.array([31, 32, 95, 96, 224]), { bits: 2, extraBit: true }) // => [0, 1, 1, 2, 4]
 */
export function sliceCodes(q: Tensor, o: SliceOptions): Tensor {
  requireBits(o.bits);
  const rounded = np.floor(np.add(np.divide(np.astype(q, 'f32'), 2 ** (numBits - o.bits)), 0.5));
  return np.minimum(rounded, highestOf(o));
}

const highestOf = ({ bits, extraBit }: SliceOptions): number => 2 ** bits - (extraBit ? 0 : 1);

/** Throws `nn/matquant` for bits that codes do not have. */
export function requireBits(bits: number): void {
  if (!Number.isInteger(bits) || bits < 1 || bits > numBits)
    throw new UserError('nn/matquant', `codes of 8 bits have no first ${bits}`, {
      expected: 'a whole number from 1 to 8',
    });
}

/**
 * What a weight becomes in few bits: `w: float[…, n]`, rows of the last dimension → the same. The derivative is that of `w` itself (straight
 * through). Source: MatQuant, §3.1; Bengio et al. 2013.
 */
export function fakeQuantized(w: Tensor, o: SliceOptions): Tensor {
  const wide = np.astype(lax.stopGradient(w), 'f32');
  const [least, most] = [np.min(wide, { axis: -1, keepdims: true }), np.max(wide, { axis: -1, keepdims: true })];
  const range = np.divide(np.subtract(most, least), largestCode);
  const step = np.where(np.equal(range, 0), 1, range);
  const q = np.clip(np.round(np.divide(np.subtract(wide, least), step)), 0, largestCode);
  const value = np.add(np.multiply(sliceCodes(q, o), np.multiply(step, 2 ** (numBits - o.bits))), least);
  return np.add(w, np.astype(lax.stopGradient(np.subtract(value, wide)), w.dtype));
}

/** Bits that a code takes: 4 where the codes fit and lie in pairs, else 8. Products know no fewer. `size`: of what a device holds of a row. */
export const storedBits = (o: SliceOptions, size: number): 8 | 4 =>
  size % 2 === 0 && highestOf(o) - 2 ** (o.bits - 1) <= 7 ? 4 : 8;

/**
 * The same on the host, as a `QuantizedWeight` has it: `x: f32[…, n]` → codes around zero (`i8`, or two to a byte where they fit four bits), and
 * `scales, offsets: f32[…, 1]`. In the steps of `fakeQuantized`, rounded where it rounds, so that both find the same codes.
 */
export function matQuantizeArray(x: HostArray, o: SliceOptions, stored: 8 | 4 = 8): QuantizedArrays {
  requireBits(o.bits);
  const size = x.shape[x.shape.length - 1];
  const before = x.shape.slice(0, -1);
  const packs = stored === 4;
  const data = x.data as Float32Array;
  const codes = HostArray.zeros(packs ? 'u8' : 'i8', [...before, packs ? size / 2 : size]);
  const [scales, offsets] = [HostArray.zeros('f32', [...before, 1]), HostArray.zeros('f32', [...before, 1])];
  const out = codes.data as Int8Array | Uint8Array;
  const [half, width, highest] = [2 ** (o.bits - 1), 2 ** (numBits - o.bits), highestOf(o)];
  for (let row = 0; row < scales.size; row++) {
    const at = row * size;
    let [least, most] = [Infinity, -Infinity];
    for (let i = at; i < at + size; i++) {
      if (data[i] < least) least = data[i];
      if (data[i] > most) most = data[i];
    }
    const step = Math.fround(Math.fround(most - least) / largestCode) || 1;
    scales.set(row, step * width);
    offsets.set(row, least + step * width * half);
    for (let i = at; i < at + size; i++) {
      const q = Math.min(largestCode, nearestEven(Math.fround(Math.fround(data[i] - least) / step)));
      const code = Math.min(highest, Math.floor(q / width + 0.5)) - half;
      if (packs) out[i >> 1] |= (code & 15) << (i % 2 === 0 ? 0 : 4);
      else out[i] = code;
    }
  }
  return { codes, scales, offsets };
}

/** To the nearest whole number, halves to the even one. */
function nearestEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
