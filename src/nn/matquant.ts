import { lax, np, type Tensor } from '../api/index.ts';
import { HostArray, UserError } from '../base/index.ts';
import { type QuantizedArrays, requireFinite } from './quantized.ts';

/*
 * Matryoshka quantization: the first bits of 8-bit codes are good codes of fewer bits, when weights were trained to make them so. Codes are
 * between the least and the largest weight of a row, with a real-valued zero: `w ≈ least + step · code`.
 * Source: Nair et al. 2025 (MatQuant), §3.
 */

/** Bits that are kept of a code. */
export interface SliceOptions {
  readonly bits: number;
  /** Bits of the whole code; default 8. With as many as are kept, nothing is cut off: plain rounding to so many bits. */
  readonly of?: number | undefined;
  /** What rounds up beyond the largest code keeps one of its own: `2^bits`. */
  readonly extraBit?: boolean | undefined;
}

/** Codes that one of the sliced stands for, and the largest of all. */
function codesOf({ bits, of = 8 }: SliceOptions): { readonly width: number; readonly largest: number } {
  return { width: 2 ** (of - bits), largest: 2 ** of - 1 };
}

/**
 * The first bits of 8-bit codes, rounded, not cut off: `q: [ … ]`, whole numbers from 0 to 255 → such from 0 to `2^bits − 1` (`2^bits` with the extra bit).
 * Throws `nn/matquant` for other numbers of bits.
 * @example sliceCodes(np.array([31, 32, 95, 96, 224]), { bits: 2, extraBit: true }) // => [0, 1, 1, 2, 4]
 */
export function sliceCodes(q: Tensor, o: SliceOptions): Tensor {
  requireBits(o.bits, o.of);
  const rounded = np.floor(np.add(np.divide(np.astype(q, 'f32'), codesOf(o).width), 0.5));
  return np.minimum(rounded, highestOf(o));
}

const highestOf = ({ bits, extraBit }: SliceOptions): number => 2 ** bits - (extraBit ? 0 : 1);

/** Throws `nn/matquant` for bits that codes do not have. */
export function requireBits(bits: number, of: number = 8): void {
  const isCount = (n: number, most: number): boolean => Number.isInteger(n) && n >= 1 && n <= most;
  if (!isCount(of, 8) || !isCount(bits, of))
    throw new UserError('nn/matquant', `codes of ${of} bits have no first ${bits}`, {
      expected: 'a whole number from 1 to 8, and codes of no more than 8 bits',
    });
}

/**
 * What a weight becomes in few bits: `w: float[…, n]`, rows of the last dimension → the same. The derivative is that of `w` itself (straight
 * through). Source: MatQuant, §3.1; Bengio et al. 2013.
 */
export function fakeQuantized(w: Tensor, o: SliceOptions): Tensor {
  const wide = np.astype(lax.stopGradient(w), 'f32');
  const [least, most] = [np.min(wide, { axis: -1, keepdims: true }), np.max(wide, { axis: -1, keepdims: true })];
  const { width, largest } = codesOf(o);
  const range = np.divide(np.subtract(most, least), largest);
  const step = np.where(np.equal(range, 0), 1, range);
  const q = np.clip(np.round(np.divide(np.subtract(wide, least), step)), 0, largest);
  const value = np.add(np.multiply(sliceCodes(q, o), np.multiply(step, width)), least);
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
  requireBits(o.bits, o.of);
  const size = x.shape[x.shape.length - 1];
  const before = x.shape.slice(0, -1);
  const packs = stored === 4;
  const data = x.data as Float32Array;
  const codes = HostArray.zeros(packs ? 'u8' : 'i8', [...before, packs ? size / 2 : size]);
  const [scales, offsets] = [HostArray.zeros('f32', [...before, 1]), HostArray.zeros('f32', [...before, 1])];
  const out = codes.data as Int8Array | Uint8Array;
  const { width, largest } = codesOf(o);
  const [half, highest] = [2 ** (o.bits - 1), highestOf(o)];
  for (let row = 0; row < scales.size; row++) {
    const at = row * size;
    let [least, most] = [Infinity, -Infinity];
    for (let i = at; i < at + size; i++) {
      if (data[i] < least) least = data[i];
      if (data[i] > most) most = data[i];
      requireFinite(data[i]);
    }
    requireFinite(Math.fround(most - least));
    const step = Math.fround(Math.fround(most - least) / largest) || 1;
    scales.set(row, step * width);
    offsets.set(row, least + step * width * half);
    for (let i = at; i < at + size; i++) {
      const q = Math.min(largest, nearestEven(Math.fround(Math.fround(data[i] - least) / step)));
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
