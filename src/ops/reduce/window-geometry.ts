import { numElements, range, rowMajorStrides, type Shape } from '../../base/index.ts';

/** Sliding windows over a tensor, one entry per dimension. */
export interface WindowGeometry {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly baseDilations: readonly number[];
  readonly windowDilations: readonly number[];
  readonly padding: readonly (readonly number[])[];
}

/** Number of windows per dimension. */
export function windowResultShape(shape: Shape, g: WindowGeometry): number[] {
  return shape.map((n, d) => {
    if (n < 0) return -1;
    const base = n === 0 ? 0 : (n - 1) * g.baseDilations[d] + 1;
    const padded = g.padding[d][0] + base + g.padding[d][1];
    const window = (g.sizes[d] - 1) * g.windowDilations[d] + 1;
    return padded === 0 || window > padded ? 0 : Math.floor((padded - window) / g.strides[d]) + 1;
  });
}

/**
 * For each element of a window, in row-major order: the flat input position it has in every window, or -1 where it falls on
 * padding or between dilated elements.
 */
export function* windowPositions(shape: Shape, g: WindowGeometry): Generator<Int32Array> {
  const result = windowResultShape(shape, g);
  const strides = rowMajorStrides(shape);
  const total = numElements(g.sizes);
  const sizeStrides = rowMajorStrides(g.sizes);
  for (let w = 0; w < total; w++) {
    // Of the first dimensions together, one more at a time.
    let positions = new Int32Array(1);
    for (let d = 0; d < shape.length; d++) {
      const offsets = inputOffsets(d, Math.floor(w / sizeStrides[d]) % g.sizes[d]);
      const next = new Int32Array(positions.length * offsets.length);
      let to = 0;
      for (const start of positions)
        for (const offset of offsets) next[to++] = start < 0 || offset < 0 ? -1 : start + offset;
      positions = next;
    }
    yield positions;
  }

  /** Input offset, or -1, of element `at` of every window along a dimension. */
  function inputOffsets(d: number, at: number): Int32Array {
    const offsets = new Int32Array(result[d]);
    for (let o = 0; o < offsets.length; o++) {
      const p = o * g.strides[d] + at * g.windowDilations[d] - g.padding[d][0];
      const i = p / g.baseDilations[d];
      offsets[o] = p >= 0 && p % g.baseDilations[d] === 0 && i < shape[d] ? i * strides[d] : -1;
    }
    return offsets;
  }
}

/** Windows that grow from one end of a dimension to the other. */
export interface RunningWindows {
  readonly dimension: number;
  /** Whether they grow from the first element on; else from the last. */
  readonly isForward: boolean;
}

/**
 * Recognises cumulative windows: result i is made of elements 0 … i of a dimension (or i … n-1), and of padding. Undefined for
 * all others.
 */
export function runningWindows(shape: Shape, g: WindowGeometry): RunningWindows | undefined {
  const isPlain = [g.strides, g.baseDilations, g.windowDilations].every((list) => list.every((n) => n === 1));
  const long = range(shape.length).filter((d) => g.sizes[d] !== 1);
  if (!isPlain || long.length !== 1) return undefined;
  const [dimension] = long;
  const n = shape[dimension];
  if (g.sizes[dimension] !== n || g.padding.some(([low, high], d) => d !== dimension && (low !== 0 || high !== 0)))
    return undefined;
  const [low, high] = g.padding[dimension];
  if (low === n - 1 && high === 0) return { dimension, isForward: true };
  return low === 0 && high === n - 1 ? { dimension, isForward: false } : undefined;
}
