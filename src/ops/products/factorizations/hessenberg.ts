import {
  applyLeft,
  applyRight,
  type Complex,
  columnOf,
  conjugate,
  makeReflector,
  normOf,
  reflectorOf,
  rowOf,
  rowOfComplex,
} from './householder.ts';
import { Matrix } from './matrix.ts';

/* Balancing of general matrices and their Hessenberg form. Source: Golub & Van Loan, 7.4; Parlett & Reinsch 1969. */

export interface Balanced {
  readonly a: Matrix;
  /** The rows and columns first … last are not triangular yet. */
  readonly first: number;
  readonly last: number;
  /** Inside first … last: the scale of a row; outside: the row it was swapped with. */
  readonly scale: number[];
}

/** Isolates eigenvalues by permutations, and, with `scales`, makes rows and columns alike in norm by powers of two. */
export function balance(source: Matrix, scales: boolean): Balanced {
  const a = source.copy();
  const n = a.rows;
  let [first, last] = [0, n - 1];
  const scale = new Array<number>(n).fill(1);
  const isZero = (i: number, j: number): boolean => a.re[a.at(i, j)] === 0 && a.im[a.at(i, j)] === 0;
  const exchange = (i: number, j: number): void => {
    scale[j] = i;
    a.swapColumns(i, j);
    a.swapRows(i, j);
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = last; i >= 0; i--) {
      let alone = true;
      for (let j = 0; j <= last && alone; j++) alone = i === j || isZero(i, j);
      if (!alone) continue;
      exchange(i, last);
      if (last === 0) return { a, first: 0, last: 0, scale };
      changed = true;
      last--;
    }
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let j = first; j <= last; j++) {
      let alone = true;
      for (let i = first; i <= last && alone; i++) alone = i === j || isZero(i, j);
      if (!alone) continue;
      exchange(j, first);
      changed = true;
      first++;
    }
  }
  for (let i = first; i <= last; i++) scale[i] = 1;
  for (let changed = scales; changed; ) {
    changed = false;
    for (let i = first; i <= last; i++) {
      let c = normOf(a, columnOf(a, i, first, last + 1));
      let r = normOf(a, rowOf(a, i, first, last + 1));
      if (c === 0 || r === 0 || !Number.isFinite(c + r)) continue;
      const sum = c + r;
      let f = 1;
      for (let g = r / 2; c < g && f < 2 ** 500; g /= 2) {
        f *= 2;
        c *= 2;
        r /= 2;
      }
      for (let g = c / 2; g >= r && f > 2 ** -500; g /= 2) {
        f /= 2;
        c /= 2;
        r *= 2;
      }
      if (c + r >= 0.95 * sum) continue;
      scale[i] *= f;
      changed = true;
      a.scaleRow(i, 1 / f);
      a.scaleColumn(i, f);
    }
  }
  return { a, first, last, scale };
}

/** Vectors of the balanced matrix as those of the original one. */
export function unbalance({ first, last, scale }: Balanced, v: Matrix, side: 'left' | 'right'): void {
  if (first < last) for (let i = first; i <= last; i++) v.scaleRow(i, side === 'right' ? scale[i] : 1 / scale[i]);
  for (let i = first - 1; i >= 0; i--) v.swapRows(i, scale[i]);
  for (let i = last + 1; i < v.rows; i++) v.swapRows(i, scale[i]);
}

/** Hessenberg form in place by reflectors of the rows first + 1 … last; they stay below it. */
export function hessenbergInPlace(a: Matrix, first: number, last: number): Complex[] {
  const taus: Complex[] = new Array(Math.max(0, a.rows - 1)).fill([0, 0]);
  for (let i = first; i < last; i++) {
    const line = columnOf(a, i, i + 1, last + 1);
    taus[i] = makeReflector(a, line);
    const v = reflectorOf(a, line);
    applyRight(a, v, taus[i], i + 1, 0, last + 1);
    applyLeft(a, v, conjugate(taus[i]), i + 1, i + 1);
  }
  return taus;
}

/** `[a, taus]`: the Hessenberg form with the reflectors below it. `first` and `last` count from 0. */
export function hessenbergForm(source: Matrix, first: number, last: number): [Matrix, Matrix] {
  const a = source.copy();
  return [a, rowOfComplex(hessenbergInPlace(a, first, last))];
}

/** The unitary matrix of {@link hessenbergInPlace}. */
export function hessenbergBasis(a: Matrix, taus: readonly Complex[], first: number, last: number): Matrix {
  const q = Matrix.identity(a.rows);
  for (let i = last - 1; i >= first; i--)
    applyLeft(q, reflectorOf(a, columnOf(a, i, i + 1, last + 1)), taus[i], i + 1, i + 1);
  return q;
}
