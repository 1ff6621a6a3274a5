import { complexSchur, divide } from './complex-schur.ts';
import { balance, hessenbergBasis, hessenbergInPlace, unbalance } from './hessenberg.ts';
import { columnOf, normOf } from './householder.ts';
import { givens, Matrix } from './matrix.ts';
import { realSchur } from './real-schur.ts';
import { product } from './symmetric.ts';

/* Schur forms, eigenvalues and eigenvectors of general matrices. Source: Golub & Van Loan, 7.5–7.6; LAPACK's geev and gees. */

export interface Schur {
  readonly form: Matrix;
  readonly vectors: Matrix;
  /** Eigenvalues, as a row. */
  readonly values: Matrix;
  readonly converged: boolean;
}

interface Reduction extends Schur {
  readonly balanced: ReturnType<typeof balance>;
}

function reduce(source: Matrix, isComplex: boolean, epsilon: number, scales: boolean): Reduction {
  const balanced = balance(source, scales);
  const { first, last } = balanced;
  const form = balanced.a.copy();
  const taus = hessenbergInPlace(form, first, last);
  const vectors = hessenbergBasis(form, taus, first, last);
  form.clearBelow(-1);
  const converged = form.isFinite && (isComplex ? complexSchur : realSchur)(form, vectors, first, last, epsilon);
  return { balanced, form, vectors, values: eigenvaluesOf(form, isComplex), converged };
}

function eigenvaluesOf(t: Matrix, isComplex: boolean): Matrix {
  const n = t.rows;
  const out = new Matrix(1, n);
  for (let i = 0; i < n; i++) {
    out.re[i] = t.re[t.at(i, i)];
    if (isComplex) out.im[i] = t.im[t.at(i, i)];
    else if (i + 1 < n && t.re[t.at(i + 1, i)] !== 0) {
      const w = Math.sqrt(Math.abs(t.re[t.at(i, i + 1)])) * Math.sqrt(Math.abs(t.re[t.at(i + 1, i)]));
      out.im[i] = w;
      out.re[i + 1] = t.re[t.at(i + 1, i + 1)];
      out.im[++i] = -w;
    }
  }
  return out;
}

/** `a = z·t·zᴴ`: t upper triangular, or with 2 × 2 blocks for real matrices. */
export function schurForm(source: Matrix, isComplex: boolean, epsilon: number): Schur {
  if (!source.isFinite) {
    const nan = (rows: number, columns: number): Matrix =>
      new Matrix(rows, columns, new Float64Array(rows * columns).fill(Number.NaN));
    const { rows: n } = source;
    return { form: nan(n, n).clearBelow(), vectors: nan(n, n), values: nan(1, n), converged: true };
  }
  const r = reduce(source, isComplex, epsilon, false);
  unbalance(r.balanced, r.vectors, 'right');
  return r;
}

/**
 * Eigenvectors of an upper (quasi-)triangular matrix, one per column. `left`: of its adjoint, for the conjugate eigenvalues. Pairs
 * of complex eigenvalues of real matrices have conjugate columns.
 */
function triangularVectors(t: Matrix, values: Matrix, isComplex: boolean, left: boolean, epsilon: number): Matrix {
  const n = t.rows;
  const m = left ? t.transposed(true) : t;
  const isPair = (i: number): boolean => !isComplex && i + 1 < n && t.re[t.at(i + 1, i)] !== 0;
  const out = new Matrix(n, n);
  const x = new Matrix(n, 1);
  for (let k = 0; k < n; k++) {
    const w = [values.re[k], left ? -values.im[k] : values.im[k]] as const;
    const pair = isPair(k);
    x.re.fill(0);
    x.im.fill(0);
    if (pair) {
      const [above, below] = [t.re[t.at(k, k + 1)], t.re[t.at(k + 1, k)]];
      const size = values.im[k];
      const isAbove = Math.abs(above) >= Math.abs(below);
      if (left) [x.re[k], x.im[k + 1]] = isAbove ? [size / above, 1] : [1, -size / below];
      else [x.re[k], x.im[k + 1]] = isAbove ? [1, size / above] : [-size / below, 1];
    } else x.re[k] = 1;
    const least = Math.max(epsilon * (Math.abs(w[0]) + Math.abs(w[1])), 2 ** -1000);
    const known = (i: number): readonly [number, number] => {
      let [p, q] = [0, 0];
      for (let j = 0; j < n; j++) {
        const [c, d] = [m.re[m.at(i, j)], m.im[m.at(i, j)]];
        p -= c * x.re[j] - d * x.im[j];
        q -= c * x.im[j] + d * x.re[j];
      }
      return [p, q];
    };
    const solveOne = (i: number): void => {
      const right = known(i);
      const gap = [m.re[m.at(i, i)] - w[0], m.im[m.at(i, i)] - w[1]] as const;
      const [p, q] = divide(right, Math.abs(gap[0]) + Math.abs(gap[1]) < least ? [least, 0] : gap);
      x.re[i] = p;
      x.im[i] = q;
    };
    const solveTwo = (i: number): void => {
      // Real matrices only: [a b; c d] − w.
      const [r, s] = [known(i), known(i + 1)];
      const [b, c] = [m.re[m.at(i, i + 1)], m.re[m.at(i + 1, i)]];
      const a = [m.re[m.at(i, i)] - w[0], -w[1]] as const;
      const d = [m.re[m.at(i + 1, i + 1)] - w[0], -w[1]] as const;
      const det = [a[0] * d[0] - a[1] * d[1] - b * c, a[0] * d[1] + a[1] * d[0]] as const;
      const safe = Math.abs(det[0]) + Math.abs(det[1]) < least * least ? ([least * least, 0] as const) : det;
      const [p, q] = divide([d[0] * r[0] - d[1] * r[1] - b * s[0], d[0] * r[1] + d[1] * r[0] - b * s[1]], safe);
      const [u, v] = divide([a[0] * s[0] - a[1] * s[1] - c * r[0], a[0] * s[1] + a[1] * s[0] - c * r[1]], safe);
      [x.re[i], x.im[i], x.re[i + 1], x.im[i + 1]] = [p, q, u, v];
    };
    if (left)
      for (let i = k + (pair ? 2 : 1); i < n; i++) {
        if (isPair(i)) solveTwo(i++);
        else solveOne(i);
        shrink(x);
      }
    else
      for (let i = k - 1; i >= 0; i--) {
        if (i > 0 && isPair(i - 1)) solveTwo(--i);
        else solveOne(i);
        shrink(x);
      }
    for (let i = 0; i < n; i++) {
      out.re[out.at(i, k)] = x.re[i];
      out.im[out.at(i, k)] = x.im[i];
      if (!pair) continue;
      out.re[out.at(i, k + 1)] = x.re[i];
      out.im[out.at(i, k + 1)] = -x.im[i];
    }
    if (pair) k++;
  }
  return out;
}

/** Keeps a growing vector within range: its length does not matter. */
function shrink(x: Matrix): void {
  const size = normOf(x, { start: 0, step: 1, count: x.rows });
  if (size < 2 ** 300) return;
  for (let i = 0; i < x.rows; i++) {
    x.re[i] /= size;
    x.im[i] /= size;
  }
}

/** Columns of length one; of complex ones the largest element is real. */
function normalize(v: Matrix, values: Matrix, isComplex: boolean): void {
  const n = v.rows;
  for (let j = 0; j < n; j++) {
    v.scaleColumn(j, 1 / normOf(v, columnOf(v, j, 0)));
    if (!isComplex && values.im[j] === 0) continue;
    let best = 0;
    const size = (i: number): number => v.re[v.at(i, j)] ** 2 + v.im[v.at(i, j)] ** 2;
    for (let i = 1; i < n; i++) if (size(i) > size(best)) best = i;
    const [p, q] = [v.re[v.at(best, j)], v.im[v.at(best, j)]];
    if (isComplex) for (let i = 0; i < n; i++) v.turn(v.at(i, j), p / Math.hypot(p, q), -q / Math.hypot(p, q));
    else {
      // Conjugate pairs are turned as two real columns.
      const { c, s } = givens(p, values.im[j] > 0 ? q : -q);
      for (let i = 0; i < n; i++) v.turn(v.at(i, j), c, values.im[j] > 0 ? -s : s);
    }
    v.im[v.at(best, j)] = 0;
  }
}

/** `[values as a row, left vectors, right vectors, 0]`; vectors in columns. The last is 1 without convergence. */
export function generalEigen(
  source: Matrix,
  isComplex: boolean,
  epsilon: number,
  wants: { readonly left: boolean; readonly right: boolean },
): [Matrix, Matrix, Matrix, number] {
  const n = source.rows;
  if (!source.isFinite) return [new Matrix(1, n), new Matrix(n, n), new Matrix(n, n), 1];
  const r = reduce(source, isComplex, epsilon, true);
  const vectors = (side: 'left' | 'right'): Matrix => {
    if (!wants[side] || !r.converged) return new Matrix(n, n);
    const v = product(r.vectors, triangularVectors(r.form, r.values, isComplex, side === 'left', epsilon));
    unbalance(r.balanced, v, side);
    normalize(v, r.values, isComplex);
    return v;
  };
  return [r.values, vectors('left'), vectors('right'), r.converged ? 0 : 1];
}
