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

/**
 * Draws a curve into an image of RGBA pixels: [height, width], from what it spans in every column of pixels. Paths of a canvas cost by
 * their corners; this costs by pixels, and a hundred thousand points in sight are redrawn within a frame.
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
  let lastColumn = -1;
  let lastRow = 0;
  const fill = (column: number, a: number, b: number): void => {
    if (column < 0 || column >= width) return;
    const top = Math.max(0, Math.min(a, b));
    const bottom = Math.min(height - 1, Math.max(a, b));
    for (let i = top * width + column, end = bottom * width + column; i <= end; i += width) pixels[i] = color;
  };
  for (let i = 0; i < x.length; i++) {
    const column = Math.floor(xScale.place(x[i]));
    const row = height - 1 - Math.round(yScale.place(y[i]));
    // Of a logarithm of what is not above zero.
    if (!Number.isFinite(column) || !Number.isFinite(row)) continue;
    if (lastColumn < 0 && column <= 0) {
      // To the left of what is seen.
      lastColumn = column;
      lastRow = row;
      if (column === 0) fill(0, row, row);
      continue;
    }
    if (i === 0 || column <= lastColumn) fill(column, i === 0 ? row : lastRow, row);
    else {
      const from = Math.max(lastColumn, -1);
      const to = Math.min(column, width);
      const slope = (row - lastRow) / (column - lastColumn);
      let before = Math.round(lastRow + slope * (from - lastColumn));
      for (let c = from + 1; c <= to; c++) {
        const next = Math.round(lastRow + slope * (c - lastColumn));
        fill(c, before, next);
        before = next;
      }
    }
    if (column > width) return;
    lastColumn = column;
    lastRow = row;
  }
}

/** `#rrggbb` as little-endian RGBA. */
export const pixelOf = (color: string, alpha = 255): number => {
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
};
