import { product, range, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { describeValue, requireCount } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { einsum } from './einsum.ts';
import { multiply, subtract } from './elementwise.ts';
import { promote } from './promotion.ts';
import { sum } from './reductions.ts';
import { normalizeAxis, ravel } from './shape.ts';

/* Products of tensors beyond `dot`, `matmul` and `einsum`. */

/**
 * Sum of products of all elements.
 * @example np.vdot([1, 2], [3, 4]) // => 11
 */
export const vdot = (x: TensorLike, y: TensorLike): Tensor => einsum('i,i->', ravel(x), ravel(y));
/**
 * Products over one dimension, elementwise over the others (which broadcast).
 * @example np.vecdot([[1, 2], [3, 4]], [1, 1]) // => [3, 7]
 */
export const vecdot = (x: TensorLike, y: TensorLike, axis = -1): Tensor => sum(multiply(x, y), { axis });
/**
 * Matrices times vectors.
 * @example np.matvec([[1, 2], [3, 4]], [1, 1]) // => [3, 7]
 */
export const matvec = (x: TensorLike, v: TensorLike): Tensor => einsum('...ij,...j->...i', x, v);
/**
 * Vectors times matrices.
 * @example np.vecmat([1, 1], [[1, 2], [3, 4]]) // => [4, 6]
 */
export const vecmat = (v: TensorLike, x: TensorLike): Tensor => einsum('...i,...ij->...j', v, x);
/**
 * Contracts the last dimensions of both.
 * @example np.inner([1, 2], [3, 4]) // => 11
 */
export const inner = (x: TensorLike, y: TensorLike): Tensor => {
  const [a, b] = [lax.asTensor(x), lax.asTensor(y)];
  return a.ndim === 0 || b.ndim === 0 ? multiply(a, b) : tensordot(a, b, [[a.ndim - 1], [b.ndim - 1]]);
};

/**
 * Contracts the last `axes` dimensions of `x` with the first of `y`, or the listed ones pairwise.
 * @example np.tensordot([[1, 2], [3, 4]], [1, 1], 1) // => [3, 7]
 */
export function tensordot(
  x: TensorLike,
  y: TensorLike,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const [a, b] = [lax.asTensor(x), lax.asTensor(y)];
  if (typeof axes === 'number') requireCount(axes, 'the number of dimensions that tensordot contracts');
  else if (!Array.isArray(axes) || axes.length !== 2 || !axes.every(Array.isArray))
    throw new UserError('api/tensordot', 'tensordot is told which dimensions to contract', {
      expected: 'a number, or [dimensions of x, dimensions of y]',
      given: describeValue(axes),
    });
  const [p, q] =
    typeof axes === 'number'
      ? [range(axes).map((i) => a.ndim - axes + i), range(axes)]
      : [axes[0].map((d) => normalizeAxis(d, a.ndim)), axes[1].map((d) => normalizeAxis(d, b.ndim))];
  if (p.length !== q.length || p.some((d, i) => a.shape[d] !== b.shape[q[i]]))
    throw new UserError('api/tensordot', 'contracted dimensions differ', {
      given: `[${p.map((d) => a.shape[d])}] and [${q.map((d) => b.shape[d])}]`,
    });
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const left = [...letters.slice(0, a.ndim)];
  const right = [...letters.slice(a.ndim, a.ndim + b.ndim)];
  q.forEach((d, i) => {
    right[d] = left[p[i]];
  });
  const out = [...left.filter((_, d) => !p.includes(d)), ...right.filter((_, d) => !q.includes(d))];
  return einsum(`${left.join('')},${right.join('')}->${out.join('')}`, a, b);
}

/**
 * Kronecker product.
 * @example np.kron([1, 2], [1, 10]) // => [1, 10, 2, 20]
 */
export function kron(x: TensorLike, y: TensorLike): Tensor {
  let [a, b] = [lax.asTensor(x), lax.asTensor(y)];
  const n = Math.max(a.ndim, b.ndim);
  const raised = (t: Tensor): Tensor => lax.reshape(t, [...range(n - t.ndim).map(() => 1), ...t.shape]);
  [a, b] = [raised(a), raised(b)];
  const shape = range(n).flatMap((d) => [a.shape[d], b.shape[d]]);
  const wide = multiply(
    lax.broadcastInDim(
      a,
      shape,
      range(n).map((d) => 2 * d),
    ),
    lax.broadcastInDim(
      b,
      shape,
      range(n).map((d) => 2 * d + 1),
    ),
  );
  return lax.reshape(
    wide,
    range(n).map((d) => product([a.shape[d], b.shape[d]])),
  );
}

/**
 * Vector product of 3-vectors along the last dimension.
 * @example np.cross([1, 0, 0], [0, 1, 0]) // => [0, 0, 1]
 */
export function cross(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promote(x, y);
  const last = a.ndim - 1;
  if (a.shape[last] !== 3) throw new UserError('api/cross', 'cross needs vectors of 3 elements', { given: `${a}` });
  const turn = (t: Tensor, by: number): Tensor =>
    lax.concatenate([lax.sliceInDim(t, by, 3, 1, last), lax.sliceInDim(t, 0, by, 1, last)], last);
  return subtract(lax.mul(turn(a, 1), turn(b, 2)), lax.mul(turn(a, 2), turn(b, 1)));
}
