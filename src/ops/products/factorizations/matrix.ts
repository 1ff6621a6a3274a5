import { type DType, type HostArray, isComplex, numElements, realDType } from '../../../base/index.ts';
import { fromNumbers, numbersOf } from '../../define/elements.ts';

/** A row-major complex matrix under construction, as two planes: real and complex algorithms are one. */
export class Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly re: Float64Array;
  readonly im: Float64Array;

  constructor(
    rows: number,
    columns: number,
    re = new Float64Array(rows * columns),
    im = new Float64Array(rows * columns),
  ) {
    this.rows = rows;
    this.columns = columns;
    this.re = re;
    this.im = im;
  }

  static identity(rows: number, columns = rows): Matrix {
    const out = new Matrix(rows, columns);
    for (let i = 0; i < Math.min(rows, columns); i++) out.re[i * columns + i] = 1;
    return out;
  }

  /** Position of an element. */
  at(row: number, column: number): number {
    return row * this.columns + column;
  }

  copy(): Matrix {
    return new Matrix(this.rows, this.columns, this.re.slice(), this.im.slice());
  }

  /** The transpose, conjugated or not. */
  transposed(conjugate: boolean): Matrix {
    const { rows, columns } = this;
    const out = new Matrix(columns, rows);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        out.re[j * rows + i] = this.re[i * columns + j];
        out.im[j * rows + i] = conjugate ? -this.im[i * columns + j] : this.im[i * columns + j];
      }
    return out;
  }

  /** The leading rows and columns, in a matrix of that size; elements beyond this one's are those of the identity. */
  resized(rows: number, columns: number): Matrix {
    const out = Matrix.identity(rows, columns);
    for (let i = 0; i < Math.min(rows, this.rows); i++)
      for (let j = 0; j < Math.min(columns, this.columns); j++) {
        out.re[out.at(i, j)] = this.re[this.at(i, j)];
        out.im[out.at(i, j)] = this.im[this.at(i, j)];
      }
    return out;
  }

  swapRows(i: number, j: number): void {
    if (i === j) return;
    for (let k = 0; k < this.columns; k++) this.swap(this.at(i, k), this.at(j, k));
  }
  swapColumns(i: number, j: number): void {
    if (i === j) return;
    for (let k = 0; k < this.rows; k++) this.swap(this.at(k, i), this.at(k, j));
  }
  swap(p: number, q: number): void {
    [this.re[p], this.re[q]] = [this.re[q], this.re[p]];
    [this.im[p], this.im[q]] = [this.im[q], this.im[p]];
  }

  /** Multiplies column `j` by a real number. */
  scaleColumn(j: number, by: number): void {
    for (let i = 0; i < this.rows; i++) {
      this.re[this.at(i, j)] *= by;
      this.im[this.at(i, j)] *= by;
    }
  }
  scaleRow(i: number, by: number): void {
    for (let j = 0; j < this.columns; j++) {
      this.re[this.at(i, j)] *= by;
      this.im[this.at(i, j)] *= by;
    }
  }

  /** Multiplies the element at position `p` by `x + y·i`. */
  turn(p: number, x: number, y: number): void {
    const [u, v] = [this.re[p], this.im[p]];
    this.re[p] = u * x - v * y;
    this.im[p] = u * y + v * x;
  }

  /** Columns p and q become `c·p + s·q` and `c·q − s·p`. */
  rotateColumns(p: number, q: number, c: number, s: number): void {
    for (let i = 0; i < this.rows; i++) this.rotate(this.at(i, p), this.at(i, q), c, s);
  }
  rotateRows(p: number, q: number, c: number, s: number): void {
    for (let j = 0; j < this.columns; j++) this.rotate(this.at(p, j), this.at(q, j), c, s);
  }
  /** The same on the two elements at these positions. */
  rotate(p: number, q: number, c: number, s: number): void {
    const { re, im } = this;
    [re[p], re[q]] = [c * re[p] + s * re[q], c * re[q] - s * re[p]];
    [im[p], im[q]] = [c * im[p] + s * im[q], c * im[q] - s * im[p]];
  }

  /** Zeros below the diagonal `offset` (0: the main one). */
  clearBelow(offset = 0): this {
    for (let i = 0; i < this.rows; i++)
      for (let j = 0; j < Math.min(this.columns, i + offset); j++) this.re[this.at(i, j)] = this.im[this.at(i, j)] = 0;
    return this;
  }

  get isFinite(): boolean {
    return this.re.every(Number.isFinite) && this.im.every(Number.isFinite);
  }
}

/** Matrix number `batch` of the last two dimensions. */
export function matrixOf(x: HostArray, batch: number): Matrix {
  const [rows, columns] = x.shape.slice(-2);
  const all = numbersOf(x);
  const n = rows * columns;
  if (!isComplex(x.dtype)) return new Matrix(rows, columns, all.slice(batch * n, (batch + 1) * n));
  const out = new Matrix(rows, columns);
  for (let i = 0; i < n; i++) {
    out.re[i] = all[2 * (batch * n + i)];
    out.im[i] = all[2 * (batch * n + i) + 1];
  }
  return out;
}

/** What a factorization returns of one matrix: a matrix, a vector of real numbers, or a number. */
export type Part = Matrix | readonly number[] | Float64Array | number;

/** Parts of equal kind, one per batch, as one array. */
export function stackedParts(parts: readonly Part[], dtype: DType, shape: readonly number[]): HostArray {
  const complex = isComplex(dtype);
  const out = new Float64Array(numElements(shape) * (complex ? 2 : 1));
  let at = 0;
  for (const p of parts) {
    const re = p instanceof Matrix ? p.re : typeof p === 'number' ? [p] : p;
    const im = p instanceof Matrix ? p.im : undefined;
    for (let i = 0; i < re.length; i++) {
      out[at++] = re[i];
      if (complex) out[at++] = im ? im[i] : 0;
    }
  }
  return fromNumbers(dtype, shape, out);
}

/** Distance from 1 to the next number of the type that a matrix came in: where iterations stop. */
export const precisionOf = (dtype: DType): number => (realDType(dtype) === 'f64' ? 2 ** -52 : 2 ** -23);

/** A rotation `[c s; −s c]` that turns (f, g) into (r, 0), with c ≥ 0 and r of the sign of f. */
export function givens(f: number, g: number): { c: number; s: number; r: number } {
  if (g === 0) return { c: 1, s: 0, r: f };
  if (f === 0) return { c: 0, s: Math.sign(g), r: Math.abs(g) };
  const r = withSign(Math.hypot(f, g), f);
  return { c: Math.abs(f) / Math.abs(r), s: g / r, r };
}

/** |x| with the sign of y. */
export const withSign = (x: number, y: number): number => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x));
