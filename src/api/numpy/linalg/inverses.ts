import { product, UserError } from '../../../base/index.ts';
import type { TensorLike } from '../../lax/core.ts';
import * as lax from '../../lax/core.ts';
import { requireOptions } from '../../trace/check-arguments.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { recursiveJvp } from '../../transforms/recursive-jvp.ts';
import { identity } from '../arrange.ts';
import { matmul } from '../einsum.ts';
import { square, where } from '../elementwise.ts';
import { broadcastTo } from '../promotion.ts';
import { max, sum } from '../reductions.ts';
import { expandDims, moveaxis, normalizeAxis } from '../shape.ts';
import { inv, norm, solve } from './basics.ts';
import { adjoint, epsilonOf, matrices } from './factors.ts';
import { svd, svdvals } from './spectral.ts';

/* Linear algebra on singular values: pseudo-inverses, ranks, condition numbers, least squares; and equations of tensors. */

const largerSide = (t: Tensor): number => Math.max(t.shape[t.ndim - 1], t.shape[t.ndim - 2]);
const scaled = (u: Tensor, s: Tensor): Tensor =>
  lax.mul(u, broadcastTo(expandDims(lax.convertElementType(s, u.dtype), -2), u.shape));

export interface PinvOptions {
  /** Singular values up to this part of the largest count as zero; default `10 · max(m, n) · ε`. */
  readonly rtol?: number;
}
function pseudoInverse(a: Tensor, rtol: number): Tensor {
  const [u, s, vh] = svd(a, { fullMatrices: false });
  const keep = lax.gt(s, broadcastTo(lax.mul(max(s, { axis: -1, keepdims: true }), rtol), s.shape));
  const inverse = lax.select(keep, lax.div(1, lax.select(keep, s, 1)), 0);
  return matmul(scaled(adjoint(vh), inverse), adjoint(u));
}
/**
 * Moore–Penrose pseudo-inverse: `[…, m, n]` → `[…, n, m]`. Derivative: Golub & Pereyra 1973, eq. 4.12.
 * @example np.linalg.pinv([[2, 0], [0, 0]]) // => [[0.5, 0], [0, 0]]
 */
export function pinv(a: TensorLike, o: PinvOptions = {}): Tensor {
  requireOptions(o, ['rtol'], 'pinv');
  const t = matrices(a, 'pinv');
  const rtol = o.rtol ?? 10 * largerSide(t) * epsilonOf(t);
  const f = recursiveJvp(
    (x: Tensor) => pseudoInverse(x, rtol),
    (self, [x], [dx]) => {
      const p = self(x);
      const [ph, dxh] = [adjoint(p), adjoint(dx)];
      const projected = (m: Tensor): Tensor => lax.sub(broadcastTo(identity(m.shape[m.ndim - 1], m.dtype), m.shape), m);
      const inside = matmul(matmul(p, dx), p);
      const left = matmul(matmul(matmul(p, ph), dxh), projected(matmul(x, p)));
      const right = matmul(projected(matmul(p, x)), matmul(dxh, matmul(ph, p)));
      return [p, lax.add(lax.sub(left, inside), right)];
    },
  );
  return f(t);
}

/**
 * Number of singular values above `rtol` times the largest (default `max(m, n) · ε`): i32 `[…]`.
 * @example np.linalg.matrixRank([[1, 2], [2, 4]]) // => 1
 */
export function matrixRank(a: TensorLike, o: { readonly rtol?: number } = {}): Tensor {
  const t = lax.asTensor(a);
  if (t.ndim < 2) return lax.convertElementType(max(lax.ne(t, 0)), 'i32');
  const s = svdvals(t);
  const limit = lax.mul(max(s, { axis: -1, keepdims: true }), o.rtol ?? largerSide(t) * epsilonOf(t));
  return sum(lax.gt(s, broadcastTo(limit, s.shape)), { axis: -1 });
}

/**
 * Condition number: largest over smallest singular value, or (`ord`) the norm of `a` times the norm of its inverse.
 * @example np.linalg.cond([[2, 0], [0, 1]]) // => 2
 */
export function cond(a: TensorLike, ord?: number | 'fro' | 'nuc'): Tensor {
  const t = matrices(a, 'cond');
  if (ord === undefined || ord === 2 || ord === -2) {
    const s = svdvals(t);
    const at = (i: number): Tensor => lax.reshape(lax.sliceInDim(s, i, i + 1, 1, s.ndim - 1), s.shape.slice(0, -1));
    const [first, last] = [at(0), at(s.shape[s.ndim - 1] - 1)];
    return ord === -2 ? lax.div(last, first) : lax.div(first, last);
  }
  const axis = [-2, -1] as const;
  return lax.mul(norm(t, { ord, axis }), norm(inv(t), { ord, axis }));
}

/**
 * Least squares: the `x` of smallest norm that minimizes `|a·x − b|`, with the residuals' squares (empty unless `a` has full
 * column rank and more rows than columns), the rank of `a` and its singular values. `a: [m, n]`, `b: [m]` or `[m, k]`. Singular
 * values up to `rcond` (default `max(m, n) · ε`) times the largest count as zero.
 * @example np.linalg.lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])[0] // => [1, 2]
 */
export function lstsq(
  a: TensorLike,
  b: TensorLike,
  o: { readonly rcond?: number } = {},
): [x: Tensor, residuals: Tensor, rank: Tensor, singularValues: Tensor] {
  const t = matrices(a, 'lstsq');
  const given = lax.asTensor(b, t.dtype);
  if (t.ndim !== 2 || given.ndim > 2 || given.shape[0] !== t.shape[0])
    throw new UserError('api/linalg', 'lstsq needs a matrix and as many right-hand rows', {
      expected: `b: [${t.shape[0]}] or [${t.shape[0]}, k]`,
      given: `${given}`,
    });
  const rhs = given.ndim === 1 ? expandDims(given, -1) : given;
  const [u, s, vh] = svd(t, { fullMatrices: false });
  const limit = lax.mul(max(s, { keepdims: true }), o.rcond ?? largerSide(t) * epsilonOf(t));
  const keep = lax.ge(s, broadcastTo(limit, s.shape));
  const inverse = lax.select(keep, lax.div(1, lax.select(keep, s, 1)), 0);
  const x = matmul(scaled(adjoint(vh), inverse), matmul(adjoint(u), rhs));
  const left = lax.sub(rhs, matmul(t, x));
  const squares = sum(square(lax.abs(left)), { axis: 0 });
  const rank = sum(keep);
  const whole = lax.eq(rank, t.shape[1]);
  const residuals = t.shape[0] > t.shape[1] ? where(whole, squares, Number.NaN) : lax.slice(squares, [0], [0]);
  return [given.ndim === 1 ? lax.reshape(x, [t.shape[1]]) : x, residuals, rank, s];
}

/**
 * The inverse of the map `tensordot(a, ·, ind)`: the first `ind` dimensions of `a` are its results.
 * @example np.linalg.tensorinv(np.reshape([2, 0, 0, 4], [2, 2]), 1) // => [[0.5, 0], [0, 0.25]]
 */
export function tensorinv(a: TensorLike, ind = 2): Tensor {
  const t = lax.asTensor(a);
  const [outer, inner] = [t.shape.slice(0, ind), t.shape.slice(ind)];
  const flat = lax.reshape(t, [product(outer), product(inner)]);
  return lax.reshape(inv(flat), [...inner, ...outer]);
}
/**
 * `x` with `tensordot(a, x, x.ndim) = b`; `axes` of `a` are moved to its end first.
 * @example np.linalg.tensorsolve([[2, 0], [0, 4]], [2, 4]) // => [1, 1]
 */
export function tensorsolve(a: TensorLike, b: TensorLike, axes: readonly number[] = []): Tensor {
  let t = lax.asTensor(a);
  const rhs = lax.asTensor(b);
  for (const axis of axes) t = moveaxis(t, normalizeAxis(axis, t.ndim), -1);
  const inner = t.shape.slice(rhs.ndim);
  const flat = lax.reshape(t, [rhs.size, product(inner)]);
  return lax.reshape(solve(flat, lax.reshape(rhs, [rhs.size])), inner);
}
