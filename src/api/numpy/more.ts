import { type DType, product, range, type Shape, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import type { Tensor } from '../trace/tensor.ts';
import { trilIndices, triuIndices } from './arrange.ts';
import { where } from './elementwise.ts';
import { imag, round } from './math.ts';
import type { QuantileOptions } from './order.ts';
import { broadcastShapes, inSingle, promote, promoteTypes } from './promotion.ts';
import { all } from './reductions.ts';
import { concatenate, ravel } from './shape.ts';
import { diff } from './statistics.ts';

/* Numpy's remaining functions that need no new op. */

export { arctan2 as atan2, power as pow } from './elementwise.ts';

/**
 * Whether the shapes broadcast together and all elements are equal.
 * @example np.arrayEquiv([1, 1], [1]) // => true
 */
export function arrayEquiv(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [lax.asTensor(x), lax.asTensor(y)];
  try {
    broadcastShapes(a.shape, b.shape);
  } catch {
    return lax.asTensor(false);
  }
  const [p, q] = promote(a, b);
  return all(lax.eq(p, q));
}
/**
 * One of several tensors at each position. `index: i32`, clamped.
 * @example np.choose(np.array([0, 1], 'i32'), [[1, 2], [10, 20]]) // => [1, 20]
 */
export function choose(index: TensorLike, choices: readonly TensorLike[]): Tensor {
  const i = lax.asTensor(index, 'i32');
  return choices.slice(1).reduce((out: Tensor, c, k) => where(lax.gt(i, k), c, out), lax.asTensor(choices[0]));
}
/**
 * Index vectors of a tensor's diagonal.
 * @example np.diagIndicesFrom(np.ones([2, 2])) // => [[0, 1], [0, 1]]
 */
export const diagIndicesFrom = (x: Tensor): Tensor[] => range(x.ndim).map(() => lax.iota('i32', x.shape[0]));
/**
 * Row and column indices of a matrix's lower triangle.
 * @example np.trilIndicesFrom(np.ones([2, 2]))[1] // => [0, 0, 1]
 */
export const trilIndicesFrom = (x: Tensor, k = 0): [Tensor, Tensor] => trilIndices(x.shape[0], k, x.shape[1]);
/**
 * Row and column indices of a matrix's upper triangle.
 * @example np.triuIndicesFrom(np.ones([2, 2]))[1] // => [0, 1, 1]
 */
export const triuIndicesFrom = (x: Tensor, k = 0): [Tensor, Tensor] => triuIndices(x.shape[0], k, x.shape[1]);
/**
 * Differences of neighbours in row-major order.
 * @example np.ediff1d([1, 4, 9]) // => [3, 5]
 */
export const ediff1d = (x: TensorLike): Tensor => diff(ravel(x), 1, 0);
/**
 * Greatest common divisor of integers, elementwise, by a fixed number of Euclid's steps.
 * @example np.gcd(np.array([12, 18], 'i32'), 8) // => [4, 2]
 */
export function gcd(x: TensorLike, y: TensorLike): Tensor {
  let [a, b] = promote(x, y).map((t) => lax.abs(t));
  // Euclid's algorithm needs at most 48 steps for 32-bit numbers (Lamé 1844).
  for (let i = 0; i < 48; i++) {
    const done = lax.eq(b, 0);
    const r = lax.rem(a, lax.select(done, 1, b));
    [a, b] = [lax.select(done, a, b), lax.select(done, 0, r)];
  }
  return a;
}
/**
 * Least common multiple of integers, elementwise.
 * @example np.lcm(np.array([4, 6], 'i32'), 10) // => [20, 30]
 */
export function lcm(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promote(x, y).map((t) => lax.abs(t));
  const g = gcd(a, b);
  return lax.mul(lax.div(a, lax.select(lax.eq(g, 0), 1, g)), b);
}
/**
 * Whether the imaginary part is not zero, elementwise.
 * @example np.iscomplex(lax.complex([1, 1], [0, 2])) // => [false, true]
 */
export const iscomplex = (x: TensorLike): Tensor => lax.ne(imag(x), 0);
/**
 * Whether the imaginary part is zero, elementwise.
 * @example np.isreal(lax.complex([1, 1], [0, 2])) // => [true, false]
 */
export const isreal = (x: TensorLike): Tensor => lax.eq(imag(x), 0);
/**
 * The dtype that operands are computed in.
 * @example np.resultType('i32', np.ones([2], 'f16')) // => 'f16'
 */
export const resultType = (...xs: readonly (Tensor | DType)[]): DType =>
  xs.map((x) => (typeof x === 'string' ? x : x.dtype)).reduce(promoteTypes);
/**
 * Elements repeated in row-major order until `shape` is full.
 * @example np.resize([1, 2], [3]) // => [1, 2, 1]
 */
export function resize(x: TensorLike, shape: Shape): Tensor {
  const t = ravel(x);
  const n = product(shape);
  if (t.size === 0 && n > 0) throw new UserError('api/resize', 'cannot resize an empty tensor');
  const copies = range(Math.ceil(n / Math.max(1, t.size))).map(() => t);
  return lax.reshape(lax.slice(copies.length === 1 ? t : concatenate(copies), [0], [n]), shape);
}
/**
 * A phase without jumps of more than half a period along the last dimension.
 * @example np.unwrap([0, 3, 6.5]) // => [0, 3, 0.21681]
 */
export function unwrap(x: TensorLike, period = 2 * Math.PI): Tensor {
  const t = lax.asTensor(x);
  const last = t.ndim - 1;
  const jump = diff(t, 1, -1);
  const turns = lax.mul(round(lax.div(jump, period)), -period);
  let total: Tensor = lax.pad(
    turns,
    0,
    t.shape.map((_, i) => (i === last ? [1, 0, 0] : [0, 0, 0])),
  );
  for (let shift = 1; shift < t.shape[last]; shift *= 2)
    total = lax.add(
      total,
      lax.pad(
        total,
        0,
        t.shape.map((_, i) => (i === last ? [shift, -shift, 0] : [0, 0, 0])),
      ),
    );
  return lax.add(t, total);
}
/**
 * A matrix from a nested list of blocks: rows of blocks.
 * @example np.block([[[[1]], [[2]]], [[[3]], [[4]]]]) // => [[1, 2], [3, 4]]
 */
export const block = (rows: readonly (readonly TensorLike[])[]): Tensor =>
  concatenate(
    rows.map((row) => concatenate(row, -1)),
    -2,
  );
/**
 * Quantile of the elements of a vector that are not NaN.
 * @example np.nanquantile([2, NaN, 4], 0.5) // => 3
 */
export function nanquantile(x: TensorLike, q: number, o: Pick<QuantileOptions, 'method'> = {}): Tensor {
  if (o.method !== undefined && o.method !== 'linear')
    throw new UserError('api/quantile', 'nanquantile interpolates linearly', { given: o.method });
  return inSingle(ravel(x), (t) => {
    const [sorted] = lax.sort([t], 0);
    const count = lax.reduce(lax.convertElementType(lax.eq(t, t), t.dtype), 'sum', [0]);
    const position = lax.mul(lax.sub(count, 1), q);
    const at = (i: Tensor): Tensor => lax.dynamicIndexInDim(sorted, lax.convertElementType(i, 'i32'), 0, false);
    const [low, high] = [lax.floor(position), lax.ceil(position)];
    const part = lax.sub(position, low);
    // An infinity counts whole where it is hit, not 0 times.
    return lax.select(lax.eq(part, 0), at(low), lax.add(lax.mul(at(low), lax.sub(1, part)), lax.mul(at(high), part)));
  });
}
/**
 * `percentile` that ignores NaN.
 * @example np.nanpercentile([2, NaN, 4], 50) // => 3
 */
export const nanpercentile = (x: TensorLike, q: number): Tensor => nanquantile(x, q / 100);
/**
 * `median` that ignores NaN.
 * @example np.nanmedian([2, NaN, 4]) // => 3
 */
export const nanmedian = (x: TensorLike): Tensor => nanquantile(x, 0.5);
