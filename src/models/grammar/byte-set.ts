/** A set of bytes: 256 bits. */
export type ByteSet = Uint32Array;

export const emptySet = (): ByteSet => new Uint32Array(8);

export const hasByte = (set: ByteSet, byte: number): boolean => (set[byte >> 5] & (1 << (byte & 31))) !== 0;

export function addRange(set: ByteSet, from: number, to: number): ByteSet {
  for (let b = from; b <= to; b++) set[b >> 5] |= 1 << (b & 31);
  return set;
}

export const union = (a: ByteSet, b: ByteSet): ByteSet => a.map((x, i) => x | b[i]);
export const intersection = (a: ByteSet, b: ByteSet): ByteSet => a.map((x, i) => x & b[i]);
export const isEmptySet = (set: ByteSet): boolean => set.every((x) => x === 0);
