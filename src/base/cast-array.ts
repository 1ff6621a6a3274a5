import { type DType, dtypeInfo } from './dtype.ts';
import { decodeTable, encoderOf } from './float-bits.ts';
import { HostArray } from './host-array.ts';

/*
 * Conversion of whole arrays, for files: as fast as JavaScript gets for the types that weights are stored in.
 */

/** The array in another dtype, rounded to nearest even; itself where it has that dtype. */
export function castArray(array: HostArray, dtype: DType): HostArray {
  if (array.dtype === dtype) return array;
  const out = HostArray.zeros(dtype, array.shape);
  const n = array.size;
  const narrow = dtypeInfo(array.dtype);
  if (array.dtype === 'bf16' && dtype === 'f32') {
    const [from, to] = [array.data as Uint16Array, bitsOf(out)];
    for (let i = 0; i < n; i++) to[i] = from[i] << 16;
  } else if (array.dtype === 'f32' && dtype === 'bf16') {
    const [from, to] = [bitsOf(array), out.data as Uint16Array];
    for (let i = 0; i < n; i++) to[i] = roundToBf16(from[i]);
  } else if (narrow.kind === 'float' && narrow.bits < 32 && (dtype === 'f32' || dtype === 'f64')) {
    const [from, to, table] = [array.data as Uint16Array, out.data as Float32Array, decodeTable(array.dtype)];
    for (let i = 0; i < n; i++) to[i] = table[from[i]];
  } else if (array.dtype === 'f32' && dtypeInfo(dtype).kind === 'float' && dtypeInfo(dtype).bits < 32) {
    const [from, to, encode] = [array.data as Float32Array, out.data as Uint16Array, encoderOf(dtype)];
    for (let i = 0; i < n; i++) to[i] = encode(from[i]);
  } else for (let i = 0; i < n; i++) out.set(i, array.get(i));
  return out;
}

const bitsOf = (a: HostArray): Uint32Array => new Uint32Array(a.data.buffer, a.data.byteOffset, a.size);

/** The upper half of a float32's bits, rounded to nearest even; NaN stays NaN. */
function roundToBf16(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
