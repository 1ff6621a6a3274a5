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
  const out = new Float32Array(box.rows * box.columns);
  const mask = (1 << numBits) - 1;
  const wordStep = isByColumns ? 1 : box.columns;
  for (let r = 0, at = 0; r < box.rows; r++)
    for (let c = 0; c < box.columns; c++, at++) {
      const bit = isByColumns ? bits[c] : bits[r];
      const shift = bit & 31;
      const word = isByColumns ? r * numWords + (bit >> 5) : (bit >> 5) * box.columns + c;
      let value = words[word] >>> shift;
      if (shift + numBits > 32) value |= words[word + wordStep] << (32 - shift);
      out[at] = value & mask;
    }
  return out;
}
