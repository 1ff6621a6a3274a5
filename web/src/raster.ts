import type { Scale } from './scale.ts';

/** A curve as a chart has it: x ascending. */
export interface Curve {
  readonly id: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** Drawn thin and pale, behind the others: what a smoothed one was made of. */
  readonly isFaint: boolean;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Indices of the points of a curve between two x, and of one beside them on either side: begin and end. */
export function visible(x: Float64Array, low: number, high: number): readonly [begin: number, end: number] {
  const first = (isBefore: (value: number) => boolean): number => {
    let [from, to] = [0, x.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isBefore(x[middle])) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  return [Math.max(0, first((v) => v < low) - 1), Math.min(x.length, first((v) => v <= high) + 1)];
}

/**
 * Draws a curve into pixels that lie column by column: [width, height], from what it spans in every column. Paths of a canvas cost by
 * their corners; this costs little more than filling memory, and curves of a hundred thousand points in sight are redrawn within a frame.
 */
export function rasterize(
  pixels: Uint32Array,
  width: number,
  height: number,
  { x, y }: Pick<Curve, 'x' | 'y'>,
  xScale: Scale,
  yScale: Scale,
  color: number,
): void {
  const bottom = height - 1;
  let hasLast = false;
  let lastColumn = 0;
  let lastRow = 0;
  const fill = (column: number, a: number, b: number): void => {
    if (column < 0 || column >= width) return;
    const top = Math.max(0, a < b ? a : b);
    const low = Math.min(bottom, a < b ? b : a);
    if (top <= low) pixels.fill(color, column * height + top, column * height + low + 1);
  };
  const [begin, end] = visible(x, xScale.low, xScale.high);
  for (let i = begin; i < end; i++) {
    const column = Math.floor(xScale.place(x[i]));
    const row = bottom - Math.round(yScale.place(y[i]));
    // Of a logarithm of what is not above zero.
    if (!Number.isFinite(column) || !Number.isFinite(row)) continue;
    if (!hasLast || column === lastColumn) fill(column, hasLast ? lastRow : row, row);
    else if (column >= 0) {
      const slope = (row - lastRow) / (column - lastColumn);
      const from = Math.max(lastColumn, -1);
      let before = Math.round(lastRow + slope * (from - lastColumn));
      for (let c = from + 1; c <= column && c <= width; c++) {
        const next = Math.round(lastRow + slope * (c - lastColumn));
        fill(c, before, next);
        before = next;
      }
    }
    hasLast = true;
    lastColumn = column;
    lastRow = row;
  }
}

/** Columns of pixels, [width, height], as rows of an image: [height, width]. */
export function transpose(columns: Uint32Array, rows: Uint32Array, height: number): void {
  for (let row = 0, to = 0; row < height; row++)
    for (let from = row; from < columns.length; from += height) rows[to++] = columns[from];
}

/** `#rrggbb` as little-endian RGBA. */
export const pixelOf = (color: string, alpha = 255): number => {
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
};
