import { bidiagonalSvd } from './bidiagonal.ts';
import {
  applyLeft,
  applyRight,
  type Complex,
  columnOf,
  conjugate,
  householderProduct,
  makeReflector,
  qrInPlace,
  reflectorOf,
  rowOf,
  rowOfComplex,
} from './householder.ts';
import { givens, Matrix, withSign } from './matrix.ts';
import { product } from './symmetric.ts';

/*
 * Singular value decomposition: QR first for tall matrices, then bidiagonal form by reflectors, then its singular values. The
 * choices and signs are LAPACK's (gesdd), so that vectors agree with it, up to sizes where it divides and conquers.
 * Source: Golub & Van Loan, 8.6.
 */

interface Bidiagonal {
  readonly a: Matrix;
  readonly diagonal: number[];
  readonly offDiagonal: number[];
  /** Reflectors of the columns start in row i (i + 1 for wide matrices), those of the rows in column i + 1 (i). */
  readonly left: Complex[];
  readonly right: Complex[];
}

/** Row `i` from a column on, conjugated in place. */
function conjugateRow(a: Matrix, i: number, from: number): void {
  for (let j = from; j < a.columns; j++) a.im[a.at(i, j)] = -a.im[a.at(i, j)];
}

/** Upper bidiagonal for tall matrices, lower bidiagonal for wide ones. */
function bidiagonalize(a: Matrix): Bidiagonal {
  const { rows, columns } = a;
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  const left: Complex[] = [];
  const right: Complex[] = [];
  const column = (i: number, from: number): number => {
    const line = columnOf(a, i, from);
    const tau = makeReflector(a, line);
    applyLeft(a, reflectorOf(a, line), conjugate(tau), from, i + 1);
    left.push(tau);
    return a.re[line.start];
  };
  const row = (i: number, from: number): number => {
    conjugateRow(a, i, from);
    const line = rowOf(a, i, from);
    const tau = makeReflector(a, line);
    applyRight(a, reflectorOf(a, line), tau, from, i + 1);
    right.push(tau);
    const beta = a.re[line.start];
    conjugateRow(a, i, from);
    return beta;
  };
  if (rows >= columns)
    for (let i = 0; i < columns; i++) {
      diagonal.push(column(i, i));
      if (i + 1 < columns) offDiagonal.push(row(i, i + 1));
    }
  else
    for (let i = 0; i < rows; i++) {
      diagonal.push(row(i, i));
      if (i + 1 < rows) offDiagonal.push(column(i, i + 1));
    }
  return { a, diagonal, offDiagonal, left, right };
}

/** `Q·u` in place, for the reflectors of the columns. */
function applyColumnReflectors({ a, left }: Bidiagonal, u: Matrix): void {
  const offset = a.rows >= a.columns ? 0 : 1;
  for (let i = left.length - 1; i >= 0; i--)
    applyLeft(u, reflectorOf(a, columnOf(a, i, i + offset)), left[i], i + offset);
}

/** `P·v` in place, for the reflectors of the rows. */
function applyRowReflectors({ a, right }: Bidiagonal, v: Matrix): void {
  const offset = a.rows >= a.columns ? 1 : 0;
  for (let i = right.length - 1; i >= 0; i--) {
    conjugateRow(a, i, i + offset);
    const reflector = reflectorOf(a, rowOf(a, i, i + offset));
    conjugateRow(a, i, i + offset);
    applyLeft(v, reflector, right[i], i + offset);
  }
}

/** Square factors of a bidiagonal matrix: `[u, values, vᴴ]`; undefined without convergence. */
function decomposeBidiagonal(b: Bidiagonal, epsilon: number): [Matrix, number[], Matrix] | undefined {
  const n = b.diagonal.length;
  const [d, e] = [[...b.diagonal], [...b.offDiagonal]];
  const [u, vt] = [Matrix.identity(n), Matrix.identity(n)];
  if (n === 1) {
    u.re[0] = withSign(1, d[0]);
    return [u, [Math.abs(d[0])], vt];
  }
  const turns: { c: number; s: number }[] = [];
  if (b.a.rows < b.a.columns)
    // Lower to upper bidiagonal by rotations of the rows.
    for (let i = 0; i < n - 1; i++) {
      const { c, s, r } = givens(d[i], e[i]);
      d[i] = r;
      e[i] = s * d[i + 1];
      d[i + 1] *= c;
      turns.push({ c, s: -s });
    }
  if (!bidiagonalSvd(d, e, vt, u, epsilon)) return undefined;
  selectInOrder(d, vt, u, (x, y) => x < y);
  selectInOrder(d, vt, u, (x, y) => x > y);
  for (let i = turns.length - 1; i >= 0; i--) u.rotateRows(i, i + 1, turns[i].c, turns[i].s);
  return [u, d, vt];
}

/** Selection sort of values with their vectors. LAPACK sorts up, then down, which decides the order of vectors of equal values. */
function selectInOrder(d: number[], vt: Matrix, u: Matrix, isBefore: (x: number, y: number) => boolean): void {
  for (let i = 0; i < d.length - 1; i++) {
    let k = i;
    for (let j = i + 1; j < d.length; j++) if (isBefore(d[j], d[k])) k = j;
    if (k === i) continue;
    [d[i], d[k]] = [d[k], d[i]];
    vt.swapRows(i, k);
    u.swapColumns(i, k);
  }
}

/** Tall (or wide) matrices whose R (or L) is decomposed instead: how many times longer than wide. */
const tallEnough = { real: 11 / 6, complex: 17 / 9 };

/**
 * `[u, values descending, vᴴ, 0]` of a matrix; square `u` and `vᴴ` with `full`, else as many columns and rows as there are
 * values. The last is 1 without convergence.
 */
export function singularValues(
  source: Matrix,
  full: boolean,
  epsilon: number,
  complex: boolean,
): [Matrix, number[], Matrix, number] {
  const { rows, columns } = source;
  const k = Math.min(rows, columns);
  const failed = (): [Matrix, number[], Matrix, number] => {
    const nan = (m: Matrix): Matrix => {
      m.re.fill(Number.NaN);
      return m;
    };
    const [p, q] = full ? [rows, columns] : [k, k];
    return [nan(new Matrix(rows, p)), new Array<number>(k).fill(Number.NaN), nan(new Matrix(q, columns)), 1];
  };
  if (!source.isFinite) return failed();
  if (k === 0) return [Matrix.identity(rows, full ? rows : 0), [], Matrix.identity(full ? columns : 0, columns), 0];
  const threshold = Math.trunc(k * tallEnough[complex ? 'complex' : 'real']);
  if (Math.max(rows, columns) >= threshold && rows !== columns) {
    // a = q·r, or aᴴ = q·r.
    const isTall = rows > columns;
    const a = isTall ? source.copy() : source.transposed(true);
    const taus = rowOfComplex(qrInPlace(a));
    const r = a.resized(k, k).clearBelow();
    const inner = singularValues(isTall ? r : r.transposed(true), true, epsilon, complex);
    if (inner[3] !== 0) return failed();
    const long = Math.max(rows, columns);
    const q = householderProduct(full ? a.resized(long, long) : a, taus);
    const [u, s, vt] = inner;
    if (isTall) return [product(q, full ? u.resized(long, long) : u), s, vt, 0];
    return [u, s, product(full ? vt.resized(long, long) : vt, q.transposed(true)), 0];
  }
  const b = bidiagonalize(source.copy());
  const small = decomposeBidiagonal(b, epsilon);
  if (!small) return failed();
  const u = small[0].resized(rows, full ? rows : k);
  applyColumnReflectors(b, u);
  const v = small[2].transposed(true).resized(columns, full ? columns : k);
  applyRowReflectors(b, v);
  return [u, small[1], v.transposed(true), 0];
}
