import { range, UserError } from '../../base/index.ts';
import { tensorType } from '../../ir/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import type { Tensor } from '../tensor.ts';
import { bind1 } from '../trace.ts';
import { diagonal, identity, matrixTranspose, tril } from './arrange.ts';
import { matmul } from './einsum.ts';
import { multiply } from './elementwise.ts';
import { broadcastTo } from './promotion.ts';
import { max, min, type ReduceOptions, sum } from './reductions.ts';
import { ravel } from './shape.ts';

/* Linear algebra on the last two dimensions; leading ones are batches. */

export { matrixTranspose } from './arrange.ts';
export { matmul, outer } from './einsum.ts';
export { cross, tensordot, vecdot } from './products.ts';

function square(x: TensorLike, what: string): Tensor {
  const t = lax.asTensor(x);
  if (t.ndim < 2 || t.shape[t.ndim - 1] !== t.shape[t.ndim - 2])
    throw new UserError('api/linalg', `${what} needs square matrices`, { given: `${t}` });
  return t;
}

/** Lower `L` with `L·Lᵀ = x` for symmetric positive definite `x` (NaN otherwise). */
export const cholesky = (x: TensorLike): Tensor => {
  const t = square(x, 'cholesky');
  const symmetric = lax.mul(lax.add(t, matrixTranspose(t)), 0.5);
  return tril(bind1('stablehlo.cholesky', [symmetric], { lower: true }));
};

export interface TriangularOptions {
  /** `a` is lower triangular (default: upper). */
  readonly lower?: boolean;
  /** Solves `aᵀ·x = b`. */
  readonly transposeA?: boolean;
  /** The diagonal of `a` is taken as ones. */
  readonly unitDiagonal?: boolean;
}
/** `x` with `a·x = b` for triangular `a: […, n, n]`, `b: […, n, k]` (or a vector `[…, n]`). */
export function solveTriangular(a: TensorLike, b: TensorLike, o: TriangularOptions = {}): Tensor {
  const m = square(a, 'solveTriangular');
  const given = lax.asTensor(b);
  const vector = given.ndim === m.ndim - 1;
  const rhs = vector ? lax.reshape(given, [...given.shape, 1]) : given;
  const out = bind1(
    'stablehlo.triangular_solve',
    [m, rhs],
    {
      leftSide: true,
      lower: o.lower ?? false,
      unitDiagonal: o.unitDiagonal ?? false,
      transposeA: o.transposeA ? 'TRANSPOSE' : 'NO_TRANSPOSE',
    },
    { resultTypes: [tensorType(rhs.dtype, rhs.shape)] },
  );
  return vector ? lax.reshape(out, given.shape) : out;
}
/** `x` with `a·x = b` for symmetric positive definite `a`, through its Cholesky factor. */
export function choSolve(l: TensorLike, b: TensorLike): Tensor {
  return solveTriangular(l, solveTriangular(l, b, { lower: true }), { lower: true, transposeA: true });
}

interface Factors {
  /** `L` below the diagonal (ones on it), `U` on and above. */
  readonly lu: Tensor;
  /** Rows of `P` with `P·a = L·U`. */
  readonly permutation: Tensor;
  /** Determinant of `P`. */
  readonly sign: Tensor;
}
/** LU with partial pivoting by masked elimination: n steps of O(n²). */
function factorize(a: Tensor): Factors {
  const n = a.shape[a.ndim - 1];
  const batch = a.shape.slice(0, -2);
  const r = batch.length;
  const row = lax.iota('i32', a.shape, r);
  const column = lax.iota('i32', a.shape, r + 1);
  let m = a;
  let p = broadcastTo(identity(n, a.dtype), a.shape);
  let sign = lax.add(lax.mul(lax.reduce(lax.stopGradient(a), 'sum', [r, r + 1]), 0), 1);
  const line = (t: Tensor): Tensor => lax.reshape(t, [...batch, n]);
  for (let k = 0; k < n; k++) {
    const col = lax.abs(lax.stopGradient(line(lax.sliceInDim(m, k, k + 1, 1, r + 1))));
    const at = lax.iota('i32', [...batch, n], r);
    const candidates = lax.select(lax.ge(at, k), col, -1);
    const top = lax.broadcastInDim(lax.reduce(candidates, 'max', [r]), [...batch, n], range(r));
    const pivot = lax.reduce(lax.select(lax.eq(candidates, top), at, n - 1), 'min', [r]);
    const isPivot = lax.eq(row, lax.broadcastInDim(pivot, a.shape, range(r)));
    const isK = lax.eq(row, k);
    const swap = (t: Tensor): Tensor => {
      const pivotRow = lax.reduce(lax.select(isPivot, t, 0), 'sum', [r]);
      const kRow = line(lax.sliceInDim(t, k, k + 1, 1, r));
      const spread = (v: Tensor): Tensor => lax.broadcastInDim(v, a.shape, [...range(r), r + 1]);
      return lax.select(isK, spread(pivotRow), lax.select(isPivot, spread(kRow), t));
    };
    m = swap(m);
    p = swap(p);
    sign = lax.mul(sign, lax.select(lax.eq(pivot, k), lax.add(lax.mul(sign, 0), 1), lax.sub(lax.mul(sign, 0), 1)));
    if (k === n - 1) break;
    const kRow = lax.broadcastInDim(line(lax.sliceInDim(m, k, k + 1, 1, r)), a.shape, [...range(r), r + 1]);
    const kColumn = lax.broadcastInDim(line(lax.sliceInDim(m, k, k + 1, 1, r + 1)), a.shape, [...range(r), r]);
    const diagonalK = lax.broadcastInDim(
      lax.reshape(lax.sliceInDim(lax.sliceInDim(m, k, k + 1, 1, r), k, k + 1, 1, r + 1), batch),
      a.shape,
      range(r),
    );
    const factor = lax.div(kColumn, diagonalK);
    const below = lax.gt(row, k);
    const updated = lax.select(
      lax.gt(column, k),
      lax.sub(m, lax.mul(factor, kRow)),
      lax.select(lax.eq(column, k), factor, m),
    );
    m = lax.select(below, updated, m);
  }
  return { lu: m, permutation: p, sign };
}

/** `x` with `a·x = b` for square `a`, by LU with partial pivoting. `b: […, n, k]`, or a vector `[n]`. */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  const m = square(a, 'solve');
  const given = lax.asTensor(b);
  const vector = given.ndim === 1;
  const rhs = vector ? lax.reshape(given, [given.size, 1]) : given;
  const wide = broadcastTo(rhs, [...m.shape.slice(0, -2), ...rhs.shape.slice(-2)]);
  const { lu, permutation } = factorize(m);
  const y = solveTriangular(lu, matmul(permutation, wide), { lower: true, unitDiagonal: true });
  const x = solveTriangular(lu, y);
  return vector ? lax.reshape(x, [...m.shape.slice(0, -2), given.size]) : x;
}
export const inv = (a: TensorLike): Tensor => {
  const m = square(a, 'inv');
  return solve(m, broadcastTo(identity(m.shape[m.ndim - 1], m.dtype), m.shape));
};
export function det(a: TensorLike): Tensor {
  const { lu, sign } = factorize(square(a, 'det'));
  const d = diagonal(lu, 0, -2, -1);
  return lax.mul(sign, lax.reduce(d, 'prod', [d.ndim - 1]));
}
/** Sign and logarithm of the absolute value of the determinant. */
export function slogdet(a: TensorLike): [sign: Tensor, logAbsDet: Tensor] {
  const { lu, sign } = factorize(square(a, 'slogdet'));
  const d = diagonal(lu, 0, -2, -1);
  const last = [d.ndim - 1];
  return [lax.mul(sign, lax.reduce(lax.sign(d), 'prod', last)), lax.reduce(lax.log(lax.abs(d)), 'sum', last)];
}
/** `a` to an integer power. */
export function matrixPower(a: TensorLike, n: number): Tensor {
  const m = square(a, 'matrixPower');
  if (n < 0) return matrixPower(inv(m), -n);
  if (n === 0) return broadcastTo(identity(m.shape[m.ndim - 1], m.dtype), m.shape);
  const half = matrixPower(m, Math.floor(n / 2));
  const even = n === 1 ? m : matmul(half, half);
  return n % 2 === 1 && n > 1 ? matmul(even, m) : even;
}
export const multiDot = (xs: readonly TensorLike[]): Tensor =>
  xs.slice(1).reduce((a: Tensor, b) => matmul(a, b), lax.asTensor(xs[0]));

/** Norm of vectors (`axis`: one dimension) or matrices (two), or of all elements; `ord` as in numpy, default 2 / Frobenius. */
export function norm(x: TensorLike, o: ReduceOptions & { readonly ord?: number | 'fro' } = {}): Tensor {
  const t = lax.asTensor(x);
  const { ord, ...rest } = o;
  const isMatrix = Array.isArray(o.axis)
    ? o.axis.length === 2
    : o.axis === undefined && ord !== undefined && t.ndim === 2;
  if (ord === undefined || ord === 'fro' || (ord === 2 && !isMatrix)) return lax.sqrt(sum(multiply(t, t), rest));
  const size = lax.abs(t);
  if (isMatrix) {
    const [rows, columns] = (o.axis as readonly number[] | undefined) ?? [-2, -1];
    const over = Math.abs(ord) === 1 ? rows : columns;
    if (Math.abs(ord) !== 1 && Math.abs(ord) !== Number.POSITIVE_INFINITY)
      throw new UserError('api/linalg', `matrix norm of order ${ord} needs singular values`, {
        expected: "'fro', ±1 or ±Infinity",
      });
    const sums = sum(size, { axis: over, keepdims: true });
    return (ord > 0 ? max : min)(sums, { axis: [rows, columns], keepdims: o.keepdims ?? false });
  }
  if (ord === Number.POSITIVE_INFINITY) return max(size, rest);
  if (ord === Number.NEGATIVE_INFINITY) return min(size, rest);
  if (ord === 0) return sum(lax.convertElementType(lax.ne(t, 0), t.dtype), rest);
  if (ord === 1) return sum(size, rest);
  const total = sum(lax.pow(size, ord), rest);
  return lax.pow(total, 1 / ord);
}
export const vectorNorm = (x: TensorLike, o: ReduceOptions & { readonly ord?: number } = {}): Tensor =>
  norm(o.axis === undefined ? ravel(x) : x, o);
export const matrixNorm = (
  x: TensorLike,
  o: { readonly ord?: number | 'fro'; readonly keepdims?: boolean } = {},
): Tensor => norm(x, { ord: o.ord ?? 'fro', axis: [-2, -1], keepdims: o.keepdims ?? false });
/** Reduced QR by two rounds of Cholesky QR (Yamamoto et al. 2015). `x: [m, n]`, m ≥ n; R has a positive diagonal. */
export function qr(x: TensorLike): [q: Tensor, r: Tensor] {
  const t = lax.asTensor(x);
  const l1 = cholesky(matmul(matrixTranspose(t), t));
  const q1 = matrixTranspose(solveTriangular(l1, matrixTranspose(t), { lower: true }));
  const l2 = cholesky(matmul(matrixTranspose(q1), q1));
  const q = matrixTranspose(solveTriangular(l2, matrixTranspose(q1), { lower: true }));
  return [q, matmul(matrixTranspose(l2), matrixTranspose(l1))];
}
/** Least squares by QR: the `b ≈ a·x` with smallest residual, for `a` of full column rank. */
export const lstsq = (a: TensorLike, b: TensorLike): Tensor => {
  const [q, r] = qr(a);
  return solveTriangular(r, matmul(matrixTranspose(q), b));
};
export const trace = (x: TensorLike): Tensor => sum(diagonal(x, 0, -2, -1), { axis: -1 });
