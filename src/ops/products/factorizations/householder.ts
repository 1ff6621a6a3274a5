import { Matrix, withSign } from './matrix.ts';

/*
 * Elementary reflectors `H = 1 − tau·v·vᴴ` with v₀ = 1, and what is built from them: QR with and without pivoting, products of
 * reflectors. Conventions (signs, where vectors are kept) are LAPACK's, so results can be compared with it.
 * Sources: Golub & Van Loan, 5.1–5.4; LAPACK Users' Guide, "Elementary Reflectors".
 */

export type Complex = readonly [re: number, im: number];

/** A run of elements of a matrix: `count` of them from `start`, `step` apart. */
export interface Line {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}
export const columnOf = (a: Matrix, j: number, from: number, to = a.rows): Line => ({
  start: a.at(from, j),
  step: a.columns,
  count: Math.max(0, to - from),
});
export const rowOf = (a: Matrix, i: number, from: number, to = a.columns): Line => ({
  start: a.at(i, from),
  step: 1,
  count: Math.max(0, to - from),
});

/** Euclidean norm of a line, without overflow. */
export function normOf(a: Matrix, { start, step, count }: Line): number {
  let largest = 0;
  for (let i = 0, p = start; i < count; i++, p += step)
    largest = Math.max(largest, Math.abs(a.re[p]), Math.abs(a.im[p]));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0, p = start; i < count; i++, p += step) sum += (a.re[p] / largest) ** 2 + (a.im[p] / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/**
 * The reflector whose adjoint turns a line into (beta, 0, …) with beta real: beta replaces the line's first element and v the
 * others. Returns tau.
 */
export function makeReflector(a: Matrix, line: Line): Complex {
  const { start, step, count } = line;
  if (count <= 0) return [0, 0];
  const [p, q] = [a.re[start], a.im[start]];
  const rest = normOf(a, { start: start + step, step, count: count - 1 });
  if (rest === 0 && q === 0) return [0, 0];
  const beta = -withSign(Math.hypot(p, q, rest), p);
  const d = (p - beta) ** 2 + q * q;
  const [x, y] = [(p - beta) / d, -q / d];
  for (let i = 1, at = start + step; i < count; i++, at += step) a.turn(at, x, y);
  a.re[start] = beta;
  a.im[start] = 0;
  return [(beta - p) / beta, -q / beta];
}

/** v of a stored reflector, its first element 1. */
export function reflectorOf(a: Matrix, { start, step, count }: Line): Matrix {
  const v = new Matrix(count, 1);
  for (let i = 0, p = start; i < count; i++, p += step) {
    v.re[i] = a.re[p];
    v.im[i] = a.im[p];
  }
  if (count > 0) {
    v.re[0] = 1;
    v.im[0] = 0;
  }
  return v;
}

export const conjugate = ([re, im]: Complex): Complex => [re, -im];

/** `a := H·a` on rows from `row` on and columns `from` to `to`. */
export function applyLeft(a: Matrix, v: Matrix, [t, u]: Complex, row: number, from = 0, to = a.columns): void {
  if (t === 0 && u === 0) return;
  for (let j = from; j < to; j++) {
    let [p, q] = [0, 0];
    for (let i = 0, at = a.at(row, j); i < v.rows; i++, at += a.columns) {
      p += v.re[i] * a.re[at] + v.im[i] * a.im[at];
      q += v.re[i] * a.im[at] - v.im[i] * a.re[at];
    }
    const [x, y] = [t * p - u * q, t * q + u * p];
    for (let i = 0, at = a.at(row, j); i < v.rows; i++, at += a.columns) {
      a.re[at] -= v.re[i] * x - v.im[i] * y;
      a.im[at] -= v.re[i] * y + v.im[i] * x;
    }
  }
}

/** `a := a·H` on columns from `column` on and rows `from` to `to`. */
export function applyRight(a: Matrix, v: Matrix, [t, u]: Complex, column: number, from = 0, to = a.rows): void {
  if (t === 0 && u === 0) return;
  for (let i = from; i < to; i++) {
    let [p, q] = [0, 0];
    const row = a.at(i, column);
    for (let j = 0; j < v.rows; j++) {
      p += a.re[row + j] * v.re[j] - a.im[row + j] * v.im[j];
      q += a.re[row + j] * v.im[j] + a.im[row + j] * v.re[j];
    }
    const [x, y] = [t * p - u * q, t * q + u * p];
    for (let j = 0; j < v.rows; j++) {
      a.re[row + j] -= x * v.re[j] + y * v.im[j];
      a.im[row + j] -= y * v.re[j] - x * v.im[j];
    }
  }
}

/** A list of tau as a row. */
export function rowOfComplex(values: readonly Complex[]): Matrix {
  const out = new Matrix(1, values.length);
  values.forEach(([re, im], i) => {
    out.re[i] = re;
    out.im[i] = im;
  });
  return out;
}
const complexAt = (taus: Matrix, i: number): Complex => [taus.re[i], taus.im[i]];

/** QR in place: R in the upper triangle, the reflectors of Q below it. Returns tau of each. */
export function qrInPlace(a: Matrix): Complex[] {
  const taus: Complex[] = [];
  for (let i = 0; i < Math.min(a.rows, a.columns); i++) {
    const line = columnOf(a, i, i);
    const tau = makeReflector(a, line);
    applyLeft(a, reflectorOf(a, line), conjugate(tau), i, i + 1);
    taus.push(tau);
  }
  return taus;
}

/** `[a, taus]` of the QR decomposition. */
export function householderQr(source: Matrix): [Matrix, Matrix] {
  const a = source.copy();
  return [a, rowOfComplex(qrInPlace(a))];
}

/** The first columns of `H₀·H₁·…`, as many as `a` has; the reflectors are below the diagonal of `a`. */
export function householderProduct(a: Matrix, taus: Matrix): Matrix {
  const q = Matrix.identity(a.rows, a.columns);
  for (let i = taus.columns - 1; i >= 0; i--) applyLeft(q, reflectorOf(a, columnOf(a, i, i)), complexAt(taus, i), i, i);
  return q;
}

/** `Q·c`, `Qᴴ·c` (`adjoint`), `c·Q` or `c·Qᴴ` for `Q = H₀·H₁·…`. */
export function multiplyByQ(a: Matrix, taus: Matrix, c: Matrix, left: boolean, adjoint: boolean): Matrix {
  const out = c.copy();
  const k = taus.columns;
  // The factor next to c goes first.
  const forward = left === adjoint;
  for (let step = 0; step < k; step++) {
    const i = forward ? step : k - 1 - step;
    const tau = adjoint ? conjugate(complexAt(taus, i)) : complexAt(taus, i);
    const v = reflectorOf(a, columnOf(a, i, i));
    if (left) applyLeft(out, v, tau, i);
    else applyRight(out, v, tau, i);
  }
  return out;
}

/** QR with column pivoting: the column of largest remaining norm goes next. `[a, positions from 1, taus]`; nonzero `fixed` go first. */
export function pivotedQr(source: Matrix, fixed: ArrayLike<number>): [Matrix, number[], Matrix] {
  const a = source.copy();
  const { rows, columns } = a;
  const order = Array.from({ length: columns }, (_, j) => j + 1);
  const swap = (i: number, j: number): void => {
    a.swapColumns(i, j);
    [order[i], order[j]] = [order[j], order[i]];
  };
  let numFixed = 0;
  for (let j = 0; j < columns; j++) if (fixed[j] !== 0) swap(numFixed++, j);
  const taus: Complex[] = [];
  const norms = new Float64Array(columns);
  const whole = new Float64Array(columns);
  for (let i = 0; i < Math.min(rows, columns); i++) {
    if (i >= numFixed) {
      if (i === numFixed) for (let j = i; j < columns; j++) norms[j] = whole[j] = normOf(a, columnOf(a, j, i));
      let best = i;
      for (let j = i + 1; j < columns; j++) if (norms[j] > norms[best]) best = j;
      if (best !== i) {
        swap(i, best);
        norms[best] = norms[i];
        whole[best] = whole[i];
      }
    }
    const line = columnOf(a, i, i);
    const tau = makeReflector(a, line);
    applyLeft(a, reflectorOf(a, line), conjugate(tau), i, i + 1);
    taus.push(tau);
    if (i < numFixed) continue;
    // Norms are updated; where too many digits cancel they are computed again.
    for (let j = i + 1; j < columns; j++) {
      if (norms[j] === 0) continue;
      const size = Math.hypot(a.re[a.at(i, j)], a.im[a.at(i, j)]);
      const left = Math.max(0, 1 - (size / norms[j]) ** 2);
      if (left * (norms[j] / whole[j]) ** 2 <= 1e-8) norms[j] = whole[j] = normOf(a, columnOf(a, j, i + 1));
      else norms[j] *= Math.sqrt(left);
    }
  }
  return [a, order, rowOfComplex(taus)];
}
