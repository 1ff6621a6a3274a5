/** Points of a curve: x ascending. Both [n]. */
export interface Series {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Exponential moving average of y: [n], corrected for its beginning: from row to row, what came before counts `factor` (0 to 1)
 * times as much. What is no number stays none, so values that lie far apart are hardly smoothed.
 */
export function smoothed(y: Float64Array, factor: number): Float64Array {
  if (factor <= 0) return y;
  const out = new Float64Array(y.length);
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < y.length; i++) {
    const isNumber = Number.isFinite(y[i]);
    sum = factor * sum + (isNumber ? (1 - factor) * y[i] : 0);
    weight = factor * weight + (isNumber ? 1 - factor : 0);
    out[i] = isNumber ? sum / weight : Number.NaN;
  }
  return out;
}

export interface Window {
  /** Least and greatest x; the points next to them on either side come too, so that lines reach the edge. */
  readonly from?: number;
  readonly to?: number;
  /** About so many points at most. */
  readonly points: number;
}

/** Some of the points of a curve that show its shape: of every part the lowest and the highest, in their order. Points without a number are left out. */
export function downsampled({ x, y }: Series, { from = -Infinity, to = Infinity, points }: Window): Series {
  const rows = new Int32Array(y.length);
  let count = 0;
  for (let i = 0; i < y.length; i++) if (Number.isFinite(y[i]) && Number.isFinite(x[i])) rows[count++] = i;
  const begin = Math.max(0, firstFrom(x, rows, count, from) - 1);
  let end = firstFrom(x, rows, count, to);
  // Those at `to` itself, and one behind.
  while (end < count && x[rows[end]] === to) end++;
  end = Math.min(count, end + 1);
  const kept = end - begin <= points ? rows.slice(begin, end) : extremes(y, rows.subarray(begin, end), points);
  return { x: Float64Array.from(kept, (i) => x[i]), y: Float64Array.from(kept, (i) => y[i]) };
}

/** The first, the last, and of each of `points / 2` buckets of rows that with the lowest and that with the highest y. */
function extremes(y: Float64Array, rows: Int32Array, points: number): Int32Array {
  const numBuckets = Math.max(1, Math.floor(points / 2) - 1);
  const kept = new Int32Array(2 * numBuckets + 2);
  let n = 0;
  const keep = (row: number): void => {
    if (n === 0 || kept[n - 1] < row) kept[n++] = row;
  };
  keep(rows[0]);
  for (let b = 0; b < numBuckets; b++) {
    const [begin, end] = [b, b + 1].map((i) => Math.floor((i * rows.length) / numBuckets));
    let low = rows[begin];
    let high = low;
    for (let i = begin; i < end; i++) {
      if (y[rows[i]] < y[low]) low = rows[i];
      if (y[rows[i]] > y[high]) high = rows[i];
    }
    keep(Math.min(low, high));
    keep(Math.max(low, high));
  }
  keep(rows[rows.length - 1]);
  return kept.subarray(0, n);
}

/** Index of the first of `count` rows whose x, which ascends, is not below a bound. */
function firstFrom(x: Float64Array, rows: Int32Array, count: number, bound: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[rows[middle]] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
