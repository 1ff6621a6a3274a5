import { decodeTable, type HostArray } from '../../base/index.ts';

/** The elements of an array of floats, or of integers of at most 32 bits, as float32; shares memory with a float32 array. */
export function float32Of(array: HostArray): Float32Array {
  const { data, dtype } = array;
  if (data instanceof Float32Array) return data;
  const out = new Float32Array(array.size);
  if (data instanceof Float64Array || data instanceof Int8Array || data instanceof Int32Array) out.set(data);
  else if (dtype === 'u8') out.set(data as Uint8Array);
  else {
    const table = decodeTable(dtype);
    for (let i = 0; i < out.length; i++) out[i] = table[Number(data[i])];
  }
  return out;
}

/** Values of the 4-bit float E2M1 by its bits. Source: OCP microscaling formats 1.0. */
export const e2m1Values: readonly number[] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -1, -1.5, -2, -3, -4, -6];

/** Bits of float32 values rounded to bfloat16, to nearest even; NaN stays NaN. */
export function bfloat16Of(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const x = bits[i];
    out[i] = (x & 0x7fffffff) > 0x7f800000 ? (x >>> 16) | 0x40 : (x + 0x7fff + ((x >>> 16) & 1)) >>> 16;
  }
  return out;
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);
/** 2¹⁶ and 2⁻¹⁴ as bits of float32: from there on infinite, below there subnormal in float16. */
const [HALF_OVERFLOW, HALF_NORMAL] = [0x47800000, 0x38800000];

/** Bits of float32 values rounded to float16, to nearest even; NaN stays NaN. */
export function float16Of(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const x = bits[i] & 0x7fffffff;
    let half: number;
    if (x >= HALF_OVERFLOW) half = x > 0x7f800000 ? 0x7e00 : 0x7c00;
    else if (x >= HALF_NORMAL) half = (x - (112 << 23) + 0xfff + ((x >>> 13) & 1)) >>> 13;
    else {
      // Added to 0.5, the last bit of a float32 counts 2⁻²⁴ as that of a subnormal float16 does.
      scratch[0] = Math.abs(values[i]) + 0.5;
      half = scratchBits[0] - 0x3f000000;
    }
    out[i] = ((bits[i] >>> 16) & 0x8000) | half;
  }
  return out;
}
