import { UserError } from '../../../base/index.ts';
import { tensorType } from '../../../ir/index.ts';
import type { TensorLike } from '../../lax/core.ts';
import * as lax from '../../lax/core.ts';
import { requireOptions } from '../../trace/check-arguments.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { bind1 } from '../../trace/trace.ts';
import { diagonal, identity, matrixTranspose, tril } from '../arrange.ts';
import { matmul } from '../einsum.ts';
import { broadcastTo, inSingle, squaredSize } from '../promotion.ts';
import { max, min, type Over, type ReduceOptions, reduceOptions, sum } from '../reductions.ts';
import { ravel } from '../shape.ts';
import { luFactors, squareMatrices } from './factors.ts';
import { singularNorm } from './spectral.ts';

/* Linear algebra on the last two dimensions; leading ones are batches. */

/**
 * Lower `L` with `L·Lᵀ = x` for symmetric positive definite `x` (NaN otherwise).
 * @example np.linalg.cholesky([[4, 2], [2, 5]]) // => [[2, 0], [1, 2]]
 */
export const cholesky = (x: TensorLike): Tensor => {
  const t = squareMatrices(x, 'cholesky');
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
/**
 * `x` with `a·x = b` for triangular `a: […, n, n]`, `b: […, n, k]` (or a vector `[…, n]`).
 * @example np.linalg.solveTriangular([[2, 0], [1, 1]], [2, 2], { lower: true }) // => [1, 1]
 */
export function solveTriangular(a: TensorLike, b: TensorLike, o: TriangularOptions = {}): Tensor {
  requireOptions(o, ['lower', 'transposeA', 'unitDiagonal'], 'solveTriangular');
  const m = squareMatrices(a, 'solveTriangular');
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
/**
 * `x` with `a·x = b` for symmetric positive definite `a`, through its Cholesky factor.
 * @example np.linalg.choSolve(np.linalg.cholesky([[4, 0], [0, 9]]), [4, 9]) // => [1, 1]
 */
export function choSolve(l: TensorLike, b: TensorLike): Tensor {
  return solveTriangular(l, solveTriangular(l, b, { lower: true }), { lower: true, transposeA: true });
}

/**
 * `x` with `a·x = b` for square `a`, by LU with partial pivoting. `b: […, n, k]`, or a vector `[n]`.
 * @example np.linalg.solve([[2, 0], [0, 4]], [2, 4]) // => [1, 1]
 */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  const m = squareMatrices(a, 'solve');
  const given = lax.asTensor(b);
  const vector = given.ndim === 1;
  const rhs = vector ? lax.reshape(given, [given.size, 1]) : given;
  const wide = broadcastTo(rhs, [...m.shape.slice(0, -2), ...rhs.shape.slice(-2)]);
  const [lu, permutation] = luFactors(m);
  const y = solveTriangular(lu, matmul(permutation, wide), { lower: true, unitDiagonal: true });
  const x = solveTriangular(lu, y);
  return vector ? lax.reshape(x, [...m.shape.slice(0, -2), given.size]) : x;
}
/**
 * Inverses of square matrices.
 * @example np.linalg.inv([[2, 0], [0, 4]]) // => [[0.5, 0], [0, 0.25]]
 */
export const inv = (a: TensorLike): Tensor => {
  const m = squareMatrices(a, 'inv');
  return solve(m, broadcastTo(identity(m.shape[m.ndim - 1], m.dtype), m.shape));
};
/**
 * Determinants of square matrices.
 * @example np.linalg.det([[1, 2], [3, 4]]) // => -2
 */
export function det(a: TensorLike): Tensor {
  const [lu, , sign] = luFactors(squareMatrices(a, 'det'));
  const d = diagonal(lu, 0, -2, -1);
  return lax.mul(sign, lax.reduce(d, 'prod', [d.ndim - 1]));
}
/**
 * Sign and logarithm of the absolute value of the determinant.
 * @example np.linalg.slogdet([[0, 1], [2, 0]]) // => [-1, 0.69315]
 */
export function slogdet(a: TensorLike): [sign: Tensor, logAbsDet: Tensor] {
  const [lu, , sign] = luFactors(squareMatrices(a, 'slogdet'));
  const d = diagonal(lu, 0, -2, -1);
  const last = [d.ndim - 1];
  return [lax.mul(sign, lax.reduce(lax.sign(d), 'prod', last)), lax.reduce(lax.log(lax.abs(d)), 'sum', last)];
}
/**
 * `a` to an integer power.
 * @example np.linalg.matrixPower([[1, 1], [0, 1]], 5) // => [[1, 5], [0, 1]]
 */
export function matrixPower(a: TensorLike, n: number): Tensor {
  const m = squareMatrices(a, 'matrixPower');
  if (n < 0) return matrixPower(inv(m), -n);
  if (n === 0) return broadcastTo(identity(m.shape[m.ndim - 1], m.dtype), m.shape);
  const half = matrixPower(m, Math.floor(n / 2));
  const even = n === 1 ? m : matmul(half, half);
  return n % 2 === 1 && n > 1 ? matmul(even, m) : even;
}
/**
 * Product of several matrices.
 * @example np.linalg.multiDot([[[1, 2]], [[1], [1]], [[3]]]) // => [[9]]
 */
export const multiDot = (xs: readonly TensorLike[]): Tensor =>
  xs.slice(1).reduce((a: Tensor, b) => matmul(a, b), lax.asTensor(xs[0]));

export type NormOrder = number | 'fro' | 'nuc';
/**
 * Norm of vectors (`axis`: one dimension) or matrices (two), or of all elements. `ord` as in numpy: default 2, for matrices
 * Frobenius; `nuc` and ±2 of matrices are of singular values.
 * @example np.linalg.norm([3, 4]) // => 5
 */
export const norm = (x: TensorLike, over: Over<NormOptions> = {}): Tensor =>
  inSingle(x, (t) => normOf(t, reduceOptions(over, ['ord'])));

type NormOptions = ReduceOptions & { readonly ord?: NormOrder | undefined };
function normOf(t: Tensor, o: NormOptions): Tensor {
  const { ord, ...rest } = o;
  const isMatrix = Array.isArray(o.axis)
    ? o.axis.length === 2
    : o.axis === undefined && ord !== undefined && t.ndim === 2;
  if (ord === undefined || ord === 'fro' || (ord === 2 && !isMatrix)) return lax.sqrt(sum(squaredSize(t), rest));
  const size = lax.abs(t);
  if (isMatrix) {
    const [rows, columns] = (o.axis as readonly number[] | undefined) ?? [-2, -1];
    const keepdims = o.keepdims ?? false;
    if (ord === 'nuc' || Math.abs(ord) === 2) return singularNorm(t, ord, [rows, columns], keepdims);
    if (Math.abs(ord) !== 1 && Math.abs(ord) !== Number.POSITIVE_INFINITY)
      throw new UserError('api/linalg', `there is no matrix norm of order ${ord}`, {
        expected: "'fro', 'nuc', ±1, ±2 or ±Infinity",
      });
    const over = Math.abs(ord) === 1 ? rows : columns;
    const sums = sum(size, { axis: over, keepdims: true });
    return (ord > 0 ? max : min)(sums, { axis: [rows, columns], keepdims });
  }
  if (ord === 'nuc') throw new UserError('api/linalg', "the norm 'nuc' is of matrices", { given: `${t}` });
  if (ord === Number.POSITIVE_INFINITY) return max(size, rest);
  if (ord === Number.NEGATIVE_INFINITY) return min(size, rest);
  if (ord === 0) return sum(lax.convertElementType(lax.ne(t, 0), size.dtype), rest);
  if (ord === 1) return sum(size, rest);
  const total = sum(lax.pow(size, ord), rest);
  return lax.pow(total, 1 / ord);
}
/**
 * Norm of vectors; without `axis`, of all elements as one vector.
 * @example np.linalg.vectorNorm([3, -4], { ord: 1 }) // => 7
 */
export const vectorNorm = (x: TensorLike, over: Over<ReduceOptions & { readonly ord?: number }> = {}): Tensor => {
  const o = reduceOptions(over, ['ord']);
  return norm(o.axis === undefined ? ravel(x) : x, o);
};
/**
 * Norm of matrices in the last two dimensions.
 * @example np.linalg.matrixNorm([[3, 0], [0, 4]]) // => 5
 */
export const matrixNorm = (x: TensorLike, o: { readonly ord?: NormOrder; readonly keepdims?: boolean } = {}): Tensor =>
  norm(x, { ord: o.ord ?? 'fro', axis: [-2, -1], keepdims: o.keepdims ?? false });
/**
 * Sums of the diagonals of matrices.
 * @example np.linalg.trace([[[1, 2], [3, 4]]]) // => [5]
 */
export const trace = (x: TensorLike): Tensor => sum(diagonal(x, 0, -2, -1), { axis: -1 });
