import { ceilDiv, UserError } from '../../../base/index.ts';
import { float32Of } from '../float-values.ts';
import type { TensorStore } from '../tensor-store.ts';

/** Part of a matrix: rows from `rowStart`, columns from `columnStart`. */
export interface MatrixBox {
  readonly rowStart: number;
  readonly rows: number;
  readonly columnStart: number;
  readonly columns: number;
}

/** Scales or zero points for part of a matrix: element (r, c) has the factor `values[row[r] * width + column[c]]`. */
export interface FactorGrid {
  readonly values: Float32Array;
  readonly width: number;
  readonly row: Int32Array;
  readonly column: Int32Array;
}

/** Which block each of `count` rows or columns belongs to, and which blocks these are. */
export interface BlockIndex {
  readonly first: number;
  readonly numBlocks: number;
  /** Counted from `first`. */
  readonly index: Int32Array;
}

/** Blocks of one size, side by side. */
export function evenBlocks(start: number, count: number, blockSize: number): BlockIndex {
  const first = Math.floor(start / blockSize);
  const index = Int32Array.from({ length: count }, (_, i) => Math.floor((start + i) / blockSize) - first);
  return { first, numBlocks: count === 0 ? 0 : index[count - 1] + 1, index };
}

/** Blocks that a table names (activation order). Throws `data/quantization` for one that does not exist. */
export function namedBlocks(name: string, blocks: Int32Array, numBlocks: number): BlockIndex {
  const first = blocks.reduce((least, block) => Math.min(least, block), numBlocks);
  const last = blocks.reduce((most, block) => Math.max(most, block), -1);
  if (blocks.length > 0 && (first < 0 || last >= numBlocks))
    throw new UserError('data/quantization', `tensor ${name} names groups that do not exist`, {
      expected: `0 to ${numBlocks - 1}`,
      given: `${first} to ${last}`,
    });
  return { first, numBlocks: last - first + 1, index: blocks.map((block) => block - first) };
}

/** Reads the factors of these blocks of rows and columns from a stored matrix; `lead` chooses the matrix in a stack of them. */
export function readGrid(
  store: TensorStore,
  name: string,
  rows: BlockIndex,
  columns: BlockIndex,
  lead: readonly number[] = [],
): FactorGrid {
  const box = {
    start: [...lead, rows.first, columns.first],
    shape: [...lead.map(() => 1), rows.numBlocks, columns.numBlocks],
  };
  const read = store.read(name, box);
  // Exponents of powers of two are stored as bytes.
  const values = read.dtype === 'u8' ? float32Of(read).map((e) => 2 ** (e - 127)) : float32Of(read);
  return { values, width: columns.numBlocks, row: rows.index, column: columns.index };
}

/** Factors that hold for blocks of `blockShape`. */
export const evenGrid = (
  store: TensorStore,
  name: string,
  box: MatrixBox,
  blockShape: readonly [number, number],
  lead: readonly number[] = [],
): FactorGrid =>
  readGrid(
    store,
    name,
    evenBlocks(box.rowStart, box.rows, blockShape[0]),
    evenBlocks(box.columnStart, box.columns, blockShape[1]),
    lead,
  );

/** (level − zero) · scale for every element, in place. */
export function applyFactors(
  levels: Float32Array,
  rows: number,
  columns: number,
  scales: FactorGrid,
  zeros?: FactorGrid,
): Float32Array {
  for (let r = 0, at = 0; r < rows; r++) {
    const scaleRow = scales.row[r] * scales.width;
    if (zeros) {
      const zeroRow = zeros.row[r] * zeros.width;
      for (let c = 0; c < columns; c++, at++)
        levels[at] =
          (levels[at] - zeros.values[zeroRow + zeros.column[c]]) * scales.values[scaleRow + scales.column[c]];
    } else {
      for (let c = 0; c < columns; c++, at++) levels[at] *= scales.values[scaleRow + scales.column[c]];
    }
  }
  return levels;
}

const TILE = 32;

/** A matrix with rows and columns exchanged. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  // In tiles, whose lines stay in the cache.
  for (let rowTile = 0; rowTile < rows; rowTile += TILE)
    for (let columnTile = 0; columnTile < columns; columnTile += TILE) {
      const [lastRow, lastColumn] = [Math.min(rowTile + TILE, rows), Math.min(columnTile + TILE, columns)];
      for (let c = columnTile; c < lastColumn; c++)
        for (let r = rowTile; r < lastRow; r++) out[c * rows + r] = values[r * columns + c];
    }
  return out;
}

/**
 * Size of the blocks along a dimension of which there are `numBlocks`: one of the sizes a configuration names, all of the dimension, or equal
 * parts. Undefined when none fits.
 */
export function blockSizeOf(size: number, numBlocks: number, named: readonly number[]): number | undefined {
  if (numBlocks === 1) return Math.max(size, 1);
  const fitting = named.find((n) => n > 0 && ceilDiv(size, n) === numBlocks);
  if (fitting !== undefined) return fitting;
  return numBlocks > 0 && size % numBlocks === 0 ? size / numBlocks : undefined;
}
