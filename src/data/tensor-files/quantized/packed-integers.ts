import type { TensorStore } from '../tensor-store.ts';
import type { MatrixBox } from './factor-grid.ts';

/* Unsigned integers of 1 to 8 bits, packed densely into 32-bit words, low bits first: integer number i begins at bit i · bits. */

/** How integers lie in a stored matrix of words. */
export interface PackedIntegers {
  readonly name: string;
  readonly numBits: number;
  /** Along which dimension of the matrix words hold several integers. */
  readonly packedDim: 0 | 1;
  /** For each of eight integers in a row the place that it has among their eight; in order where it is absent. */
  readonly places?: readonly number[];
}

/** Integers of part of the matrix, as float32. */
export function readPackedIntegers(store: TensorStore, packed: PackedIntegers, box: MatrixBox): Float32Array {
  const { name, numBits, packedDim, places } = packed;
  const isByColumns = packedDim === 1;
  const [start, count] = isByColumns ? [box.columnStart, box.columns] : [box.rowStart, box.rows];
  // Places exchange integers within eight of them, so whole eights are read.
  const first = places ? Math.floor(start / 8) * 8 : start;
  const end = places ? Math.ceil((start + count) / 8) * 8 : start + count;
  const firstWord = Math.floor((first * numBits) / 32);
  const numWords = count === 0 ? 0 : Math.ceil((end * numBits) / 32) - firstWord;
  const words = store.read(
    name,
    isByColumns
      ? { start: [box.rowStart, firstWord], shape: [box.rows, numWords] }
      : { start: [firstWord, box.columnStart], shape: [numWords, box.columns] },
  ).data as Int32Array;
  const bitOf = (i: number): number => {
    const place = places ? Math.floor((start + i) / 8) * 8 + places[(start + i) % 8] : start + i;
    return place * numBits - firstWord * 32;
  };
  const bits = Int32Array.from({ length: count }, (_, i) => bitOf(i));
  return isByColumns
    ? unpackColumns(words, bits, numBits, box.rows, numWords)
    : unpackRows(words, bits, numBits, box.columns);
}

/** Each row of words holds a row of integers, which begin at these bits of it. */
function unpackColumns(
  words: Int32Array,
  bits: Int32Array,
  numBits: number,
  rows: number,
  numWords: number,
): Float32Array {
  const out = new Float32Array(rows * bits.length);
  const mask = (1 << numBits) - 1;
  for (let r = 0, at = 0; r < rows; r++) {
    const row = r * numWords;
    for (let c = 0; c < bits.length; c++, at++) {
      const [word, shift] = [row + (bits[c] >> 5), bits[c] & 31];
      let value = words[word] >>> shift;
      if (shift + numBits > 32) value |= words[word + 1] << (32 - shift);
      out[at] = value & mask;
    }
  }
  return out;
}

/** Each column of words holds a column of integers, which begin at these bits of it. */
function unpackRows(words: Int32Array, bits: Int32Array, numBits: number, columns: number): Float32Array {
  const out = new Float32Array(bits.length * columns);
  const mask = (1 << numBits) - 1;
  for (let r = 0, at = 0; r < bits.length; r++) {
    const [row, shift] = [(bits[r] >> 5) * columns, bits[r] & 31];
    if (shift + numBits <= 32) for (let c = 0; c < columns; c++, at++) out[at] = (words[row + c] >>> shift) & mask;
    else
      for (let c = 0; c < columns; c++, at++)
        out[at] = ((words[row + c] >>> shift) | (words[row + columns + c] << (32 - shift))) & mask;
  }
  return out;
}
