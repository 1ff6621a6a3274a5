import {
  applyLeft,
  applyRight,
  type Complex,
  columnOf,
  conjugate,
  makeReflector,
  reflectorOf,
  rowOfComplex,
} from './householder.ts';
import { givens, Matrix, withSign } from './matrix.ts';

/*
 * Eigenvalues of Hermitian matrices: reduction to tridiagonal form, then implicit QL or QR steps. The order of the steps and the
 * signs are LAPACK's (sytrd, steqr), so that eigenvectors agree with it, up to sizes where it divides and conquers.
 * Source: Golub & Van Loan, 8.3; Wilkinson & Reinsch, "tql2".
 */

export interface Tridiagonal {
  /** The matrix with the reflectors stored in the triangle that was read. */
  readonly reduced: Matrix;
  readonly diagonal: number[];
  readonly offDiagonal: number[];
  readonly taus: Complex[];
}

/** The triangle that is given, mirrored. */
function hermitian(a: Matrix, lower: boolean): Matrix {
  const out = a.copy();
  for (let i = 0; i < a.rows; i++) {
    out.im[a.at(i, i)] = 0;
    for (let j = 0; j < i; j++) {
      const [from, to] = lower ? [a.at(i, j), a.at(j, i)] : [a.at(j, i), a.at(i, j)];
      out.re[to] = a.re[from];
      out.im[to] = -a.im[from];
    }
  }
  return out;
}

/** `Qᴴ·a·Q` tridiagonal and real, reading one triangle of `a`. */
export function tridiagonalize(source: Matrix, lower: boolean): Tridiagonal {
  const n = source.rows;
  const work = hermitian(source, lower);
  const reduced = source.copy();
  const offDiagonal = new Array<number>(Math.max(0, n - 1));
  const taus = new Array<Complex>(Math.max(0, n - 1));
  for (let step = 0; step < n - 1; step++) {
    const i = lower ? step : n - 2 - step;
    if (lower) {
      // Column i below the diagonal.
      const line = columnOf(work, i, i + 1);
      taus[i] = makeReflector(work, line);
      offDiagonal[i] = work.re[line.start];
      keep(work, reduced, line);
      const v = reflectorOf(work, line);
      applyLeft(work, v, conjugate(taus[i]), i + 1, i + 1);
      applyRight(work, v, taus[i], i + 1, i + 1);
    } else {
      // Column i + 1 above the diagonal, from the diagonal upwards.
      const line = { start: work.at(i, i + 1), step: -n, count: i + 1 };
      taus[i] = makeReflector(work, line);
      offDiagonal[i] = work.re[line.start];
      keep(work, reduced, line);
      const v = upwards(reflectorOf(work, line));
      applyLeft(work, v, conjugate(taus[i]), 0, 0, i + 1);
      applyRight(work, v, taus[i], 0, 0, i + 1);
    }
  }
  const diagonal = Array.from({ length: n }, (_, i) => work.re[work.at(i, i)]);
  diagonal.forEach((d, i) => {
    reduced.re[reduced.at(i, i)] = d;
    reduced.im[reduced.at(i, i)] = 0;
  });
  return { reduced, diagonal, offDiagonal, taus };
}

function keep(from: Matrix, to: Matrix, { start, step, count }: { start: number; step: number; count: number }): void {
  for (let i = 0, p = start; i < count; i++, p += step) {
    to.re[p] = from.re[p];
    to.im[p] = from.im[p];
  }
}

/** A vector in the other order. */
function upwards(v: Matrix): Matrix {
  return new Matrix(v.rows, 1, v.re.slice().reverse(), v.im.slice().reverse());
}

/** Q of {@link tridiagonalize}. */
function basisOf({ reduced, taus }: Tridiagonal, lower: boolean): Matrix {
  const n = reduced.rows;
  const q = Matrix.identity(n);
  for (let step = 0; step < n - 1; step++) {
    const i = lower ? n - 2 - step : step;
    if (lower) applyLeft(q, reflectorOf(reduced, columnOf(reduced, i, i + 1)), taus[i], i + 1);
    else
      applyLeft(q, upwards(reflectorOf(reduced, { start: reduced.at(i, i + 1), step: -n, count: i + 1 })), taus[i], 0);
  }
  return q;
}

/** `[reduced, diagonal, off-diagonal, taus]`. */
export function tridiagonalReduction(a: Matrix, lower: boolean): [Matrix, number[], number[], Matrix] {
  const t = tridiagonalize(a, lower);
  return [t.reduced, t.diagonal, t.offDiagonal, rowOfComplex(t.taus)];
}

/** Eigenvalues of a symmetric 2 × 2 matrix [a b; b c], and the rotation to the larger (by size) one's vector. */
function smallEigen(a: number, b: number, c: number): { rt1: number; rt2: number; cs: number; sn: number } {
  const [sm, df] = [a + c, a - c];
  const [adf, ab] = [Math.abs(df), Math.abs(2 * b)];
  const [acmx, acmn] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  const rt = Math.hypot(adf, ab);
  let sgn1 = 1;
  let [rt1, rt2] = [0, 0];
  if (sm < 0) {
    rt1 = 0.5 * (sm - rt);
    sgn1 = -1;
    rt2 = (acmx / rt1) * acmn - (b / rt1) * b;
  } else if (sm > 0) {
    rt1 = 0.5 * (sm + rt);
    rt2 = (acmx / rt1) * acmn - (b / rt1) * b;
  } else {
    rt1 = 0.5 * rt;
    rt2 = -0.5 * rt;
  }
  const sgn2 = df >= 0 ? 1 : -1;
  const cs = df + sgn2 * rt;
  let [cs1, sn1] = [1, 0];
  if (Math.abs(cs) > ab) {
    const ct = -(2 * b) / cs;
    sn1 = 1 / Math.sqrt(1 + ct * ct);
    cs1 = ct * sn1;
  } else if (ab !== 0) {
    const tn = -cs / (2 * b);
    cs1 = 1 / Math.sqrt(1 + tn * tn);
    sn1 = tn * cs1;
  }
  if (sgn1 === sgn2) [cs1, sn1] = [-sn1, cs1];
  return { rt1, rt2, cs: cs1, sn: sn1 };
}

/** Eigenvalues in ascending order into `d`, and `z` times the vectors; false when the steps do not converge. */
function qlImplicit(d: number[], e: number[], z: Matrix, epsilon: number): boolean {
  const n = d.length;
  let steps = 30 * n;
  const eps2 = (epsilon / 2) ** 2;
  const isSmall = (m: number): boolean => e[m] ** 2 <= eps2 * Math.abs(d[m]) * Math.abs(d[m + 1]) + 1e-300;
  for (let first = 0; first < n; ) {
    if (first > 0) e[first - 1] = 0;
    let m = first;
    for (; m < n - 1; m++) {
      const size = Math.abs(e[m]);
      if (size === 0) break;
      if (size <= Math.sqrt(Math.abs(d[m])) * Math.sqrt(Math.abs(d[m + 1])) * (epsilon / 2)) {
        e[m] = 0;
        break;
      }
    }
    let [l, end] = [first, m];
    first = m + 1;
    if (l === end) continue;
    if (Math.abs(d[end]) < Math.abs(d[l])) [l, end] = [end, l];
    const upwardsStep = end > l ? 1 : -1;
    // QL for a chain that grows downwards, QR for the other: the same step with directions exchanged.
    while ((end - l) * upwardsStep >= 0) {
      let k = l;
      while (k !== end && !isSmall(Math.min(k, k + upwardsStep))) k += upwardsStep;
      if (k !== end) e[Math.min(k, k + upwardsStep)] = 0;
      const p = d[l];
      if (k === l) {
        l += upwardsStep;
        continue;
      }
      if (k === l + upwardsStep) {
        if (upwardsStep > 0) {
          const { rt1, rt2, cs, sn } = smallEigen(d[l], e[l], d[l + 1]);
          rotatePair(z, l, cs, sn);
          [d[l], d[l + 1]] = [rt1, rt2];
          e[l] = 0;
        } else {
          const { rt1, rt2, cs, sn } = smallEigen(d[l - 1], e[l - 1], d[l]);
          rotatePair(z, l - 1, cs, sn);
          [d[l - 1], d[l]] = [rt1, rt2];
          e[l - 1] = 0;
        }
        l += 2 * upwardsStep;
        continue;
      }
      if (steps-- === 0) return false;
      const link = (i: number): number => (upwardsStep > 0 ? i : i - 1);
      let g = (d[l + upwardsStep] - p) / (2 * e[link(l)]);
      let r = Math.hypot(g, 1);
      g = d[k] - p + e[link(l)] / (g + withSign(r, g));
      let [s, c, q] = [1, 1, 0];
      const turns: { at: number; c: number; s: number }[] = [];
      for (let i = k - upwardsStep; (i - l) * upwardsStep >= 0; i -= upwardsStep) {
        const here = link(i);
        const f = s * e[here];
        const b = c * e[here];
        const rotation = givens(g, f);
        ({ c, s, r } = rotation);
        if (i !== k - upwardsStep) e[link(i + upwardsStep)] = r;
        g = d[i + upwardsStep] - q;
        r = (d[i] - g) * s + 2 * c * b;
        q = s * r;
        d[i + upwardsStep] = g + q;
        g = c * r - b;
        turns.push({ at: Math.min(i, i + upwardsStep), c, s: upwardsStep > 0 ? -s : s });
      }
      for (const t of turns) rotatePair(z, t.at, t.c, t.s);
      d[l] -= q;
      e[link(l)] = g;
    }
  }
  return true;
}

/** Columns j and j + 1 become `c·zⱼ + s·zⱼ₊₁` and `c·zⱼ₊₁ − s·zⱼ`. */
const rotatePair = (z: Matrix, j: number, c: number, s: number): void => z.rotateColumns(j, j + 1, c, s);

/** Selection sort, as LAPACK does it: vectors of equal values keep its order. */
function sortAscending(d: number[], z: Matrix): void {
  for (let i = 0; i < d.length - 1; i++) {
    let k = i;
    for (let j = i + 1; j < d.length; j++) if (d[j] < d[k]) k = j;
    if (k === i) continue;
    [d[i], d[k]] = [d[k], d[i]];
    z.swapColumns(i, k);
  }
}

/** `[vectors in columns, eigenvalues ascending, 0]` of a Hermitian matrix of which one triangle is read; the last is 1 without convergence. */
export function hermitianEigen(a: Matrix, lower: boolean, epsilon: number): [Matrix, number[], number] {
  if (!a.isFinite) {
    const none = new Matrix(a.rows, a.rows);
    none.re.fill(Number.NaN);
    return [none, new Array<number>(a.rows).fill(Number.NaN), 1];
  }
  const t = tridiagonalize(a, lower);
  const vectors = Matrix.identity(a.rows);
  const converged = qlImplicit(t.diagonal, [...t.offDiagonal, 0], vectors, epsilon);
  sortAscending(t.diagonal, vectors);
  return [product(basisOf(t, lower), vectors), t.diagonal, converged ? 0 : 1];
}

/** a·b. */
export function product(a: Matrix, b: Matrix): Matrix {
  const out = new Matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++) {
      const [x, y] = [a.re[a.at(i, k)], a.im[a.at(i, k)]];
      if (x === 0 && y === 0) continue;
      for (let j = 0, p = out.at(i, 0), q = b.at(k, 0); j < b.columns; j++, p++, q++) {
        out.re[p] += x * b.re[q] - y * b.im[q];
        out.im[p] += x * b.im[q] + y * b.re[q];
      }
    }
  return out;
}
