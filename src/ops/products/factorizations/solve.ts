import type { Matrix } from './matrix.ts';

/* Gaussian elimination: LU of general matrices and solutions of tridiagonal systems. Source: Golub & Van Loan, 3.4 and 4.3. */

/** |re| + |im|, by which LAPACK chooses pivots. */
const size = (a: Matrix, p: number): number => Math.abs(a.re[p]) + Math.abs(a.im[p]);

/** `[LU, rows swapped with (from 1), the first zero pivot (from 1) or 0]` with partial pivoting. */
export function luFactors(source: Matrix): [Matrix, number[], number] {
  const a = source.copy();
  const { rows, columns, re, im } = a;
  const pivots: number[] = [];
  let info = 0;
  for (let k = 0; k < Math.min(rows, columns); k++) {
    let best = k;
    for (let i = k + 1; i < rows; i++) if (size(a, a.at(i, k)) > size(a, a.at(best, k))) best = i;
    pivots.push(best + 1);
    a.swapRows(k, best);
    const [p, q] = [re[a.at(k, k)], im[a.at(k, k)]];
    if (p === 0 && q === 0) {
      info ||= k + 1;
      continue;
    }
    const d = p * p + q * q;
    for (let i = k + 1; i < rows; i++) {
      const at = a.at(i, k);
      if (q === 0) {
        re[at] /= p;
        im[at] /= p;
      } else a.turn(at, p / d, -q / d);
      subtractMultiple(a, i, k, k + 1, re[at], im[at]);
    }
  }
  return [a, pivots, info];
}

/** Row `i` minus (x + y·i) times row `k`, from a column on. */
function subtractMultiple(a: Matrix, i: number, k: number, from: number, x: number, y: number): void {
  if (x === 0 && y === 0) return;
  const { re, im, columns } = a;
  for (let j = from, p = a.at(i, from), q = a.at(k, from); j < columns; j++, p++, q++) {
    re[p] -= x * re[q] - y * im[q];
    im[p] -= x * im[q] + y * re[q];
  }
}

/** The permutation of `n` rows that a list of swaps (from 0) makes; swaps with rows that are not there do nothing. */
export function permutationOfSwaps(swaps: ArrayLike<number>, n: number): number[] {
  const out = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < swaps.length; i++) {
    const j = swaps[i];
    if (j >= 0 && j < n) [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

/**
 * x with `T·x = b` for tridiagonal T, with row interchanges. Diagonals are rows of n elements: `lower[i]` multiplies x[i−1] and
 * `upper[i]` x[i+1]. `[x, 0]`, or the first zero pivot (from 1). With `smallest`, a pivot that vanishes is that size instead.
 */
export function tridiagonalSolve(
  lower: Matrix,
  diagonal: Matrix,
  upper: Matrix,
  b: Matrix,
  smallest?: number,
): [Matrix, number] {
  const n = diagonal.columns;
  // Row i of the work: diagonal, first and second element above it, then b.
  const x = b.copy();
  const [d, u, v] = [diagonal.copy(), upper.copy(), upper.copy()];
  v.re.fill(0);
  v.im.fill(0);
  const l = lower.copy();
  const exchange = (p: Matrix, i: number, q: Matrix, j: number): void => {
    [p.re[i], q.re[j]] = [q.re[j], p.re[i]];
    [p.im[i], q.im[j]] = [q.im[j], p.im[i]];
  };
  for (let i = 0; i < n; i++) {
    if (i + 1 < n && size(l, i + 1) > size(d, i)) {
      exchange(d, i, l, i + 1);
      exchange(u, i, d, i + 1);
      if (i + 2 < n) exchange(v, i, u, i + 1);
      x.swapRows(i, i + 1);
    }
    if (size(d, i) === 0 || (smallest !== undefined && size(d, i) < smallest)) {
      if (smallest === undefined) return [x, i + 1];
      d.re[i] = d.re[i] < 0 ? -smallest : smallest;
      d.im[i] = 0;
    }
    if (i + 1 === n) break;
    const [p, q] = [d.re[i], d.im[i]];
    const r = p * p + q * q;
    const f = [(l.re[i + 1] * p + l.im[i + 1] * q) / r, (l.im[i + 1] * p - l.re[i + 1] * q) / r] as const;
    const minus = (a: Matrix, at: number, c: Matrix, from: number): void => {
      a.re[at] -= f[0] * c.re[from] - f[1] * c.im[from];
      a.im[at] -= f[0] * c.im[from] + f[1] * c.re[from];
    };
    minus(d, i + 1, u, i);
    if (i + 2 < n) minus(u, i + 1, v, i);
    subtractMultiple(x, i + 1, i, 0, f[0], f[1]);
  }
  for (let i = n - 1; i >= 0; i--) {
    if (i + 1 < n) subtractMultiple(x, i, i + 1, 0, u.re[i], u.im[i]);
    if (i + 2 < n) subtractMultiple(x, i, i + 2, 0, v.re[i], v.im[i]);
    const r = d.re[i] ** 2 + d.im[i] ** 2;
    for (let j = 0; j < x.columns; j++) x.turn(x.at(i, j), d.re[i] / r, -d.im[i] / r);
  }
  return [x, 0];
}
