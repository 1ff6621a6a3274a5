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
