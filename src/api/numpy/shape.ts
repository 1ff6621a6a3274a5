import {
  type DType,
  dtypeInfo,
  highestValue,
  lowestValue,
  product,
  range,
  type Scalar,
  type Shape,
  UserError,
} from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import {
  axisList,
  describeValue,
  requireCount,
  requireList,
  requireOptions,
  requireSizes,
} from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { splat } from '../trace/trace.ts';
import { asPositions, clipped, fromTheEnd, wrapped } from './positions.ts';
import { promoteTypes } from './promotion.ts';

/**
 * Counts negative axes from the end; throws `api/axis` when out of range.
 * @example np.normalizeAxis(-1, 3) // => 2
 */
export function normalizeAxis(axis: number, ndim: number): number {
  const a = axis < 0 ? axis + ndim : axis;
  if (!Number.isInteger(axis) || a < 0 || a >= ndim)
    throw new UserError(
      'api/axis',
      `axis ${describeValue(axis)} is ${Number.isInteger(axis) ? 'out of range' : 'no dimension'}`,
      {
        expected: ndim === 0 ? 'none: a scalar has no dimensions' : `an integer in [${-ndim}, ${ndim - 1}]`,
        ...(typeof axis === 'object' ? { advice: 'this function takes the axis itself, as a number' } : {}),
      },
    );
  return a;
}

/**
 * New shape with the same elements; one size may be -1 (inferred).
 * @example np.reshape([1, 2, 3, 4], [2, -1]) // => [[1, 2], [3, 4]]
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  requireList(shape, 'the sizes of a shape');
  const t = lax.asTensor(x);
  const known = product(shape.filter((d) => d !== -1));
  const inferred = shape.map((d) => (d === -1 ? t.size / known : d));
  if (
    shape.filter((d) => d === -1).length > 1 ||
    product(inferred) !== t.size ||
    inferred.some((d) => !Number.isInteger(d))
  )
    throw new UserError('api/reshape', `cannot reshape [${t.shape.join(',')}] to [${shape.join(',')}]`, {
      expected: `${t.size} elements`,
      given: `${known}${shape.includes(-1) ? ' times the inferred size' : ''}`,
    });
  return lax.reshape(t, inferred);
}
/**
 * All elements in row-major order.
 * @example np.ravel([[1, 2], [3, 4]]) // => [1, 2, 3, 4]
 */
export const ravel = (x: TensorLike): Tensor => reshape(x, [-1]);

/**
 * Permutes dimensions; reverses them by default.
 * @example np.permuteDims(np.ones([2, 3])).shape // => [3, 2]
 */
export function transpose(x: TensorLike, axes?: readonly number[]): Tensor {
  if (axes !== undefined) requireList(axes, 'the dimensions of transpose');
  const t = lax.asTensor(x);
  const p = axes ? axes.map((a) => normalizeAxis(a, t.ndim)) : range(t.ndim).reverse();
  if (new Set(p).size !== t.ndim)
    throw new UserError('api/transpose', `[${p.join(',')}] is not a permutation of ${t.ndim} dimensions`);
  return lax.transpose(t, p);
}

/**
 * Swaps two dimensions.
 * @example np.swapaxes(np.ones([2, 3, 4]), 0, 2).shape // => [4, 3, 2]
 */
export function swapaxes(x: TensorLike, a: number, b: number): Tensor {
  const t = lax.asTensor(x);
  const p = range(t.ndim);
  const [i, j] = [normalizeAxis(a, t.ndim), normalizeAxis(b, t.ndim)];
  [p[i], p[j]] = [p[j], p[i]];
  return lax.transpose(t, p);
}

/**
 * Moves a dimension to another place.
 * @example np.moveaxis(np.ones([2, 3, 4]), 0, -1).shape // => [3, 4, 2]
 */
export function moveaxis(x: TensorLike, source: number, destination: number): Tensor {
  const t = lax.asTensor(x);
  const from = normalizeAxis(source, t.ndim);
  const p = range(t.ndim).filter((d) => d !== from);
  p.splice(normalizeAxis(destination, t.ndim), 0, from);
  return lax.transpose(t, p);
}

/**
 * Inserts dimensions of size 1 at the given positions of the result.
 * @example lax.expandDims([1, 2], 0).shape // => [1, 2]
 */
export function expandDims(x: TensorLike, axis: number | readonly number[]): Tensor {
  const t = lax.asTensor(x);
  const list = axisList(axis);
  const rank = t.ndim + list.length;
  const at = new Set(list.map((a) => normalizeAxis(a, rank)));
  let next = 0;
  return lax.reshape(
    t,
    range(rank).map((d) => (at.has(d) ? 1 : t.shape[next++])),
  );
}

/**
 * Removes dimensions of size 1 (all, or the given ones).
 * @example lax.squeeze(np.ones([1, 2, 1])).shape // => [2]
 */
export function squeeze(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const t = lax.asTensor(x);
  const list = axis === undefined ? range(t.ndim).filter((d) => t.shape[d] === 1) : axisList(axis);
  const drop = new Set(list.map((a) => normalizeAxis(a, t.ndim)));
  for (const d of drop)
    if (t.shape[d] !== 1) throw new UserError('api/squeeze', `dimension ${d} has size ${t.shape[d]}, not 1`);
  return lax.reshape(
    t,
    t.shape.filter((_, i) => !drop.has(i)),
  );
}

function sameDType(xs: readonly TensorLike[]): Tensor[] {
  const tensors = xs.map((x) => lax.asTensor(x));
  const dtype = tensors.map((t) => t.dtype).reduce(promoteTypes);
  return tensors.map((t) => lax.convertElementType(t, dtype));
}

/**
 * Joins tensors along an axis.
 * @example np.concat([[1, 2], [3]]) // => [1, 2, 3]
 */
export function concatenate(xs: readonly TensorLike[], axis = 0): Tensor {
  requireList(xs, 'the tensors to concatenate');
  if (xs.length === 0) throw new UserError('api/empty', 'concatenate of an empty list');
  const tensors = sameDType(xs);
  return lax.concatenate(tensors, normalizeAxis(axis, tensors[0].ndim));
}

/**
 * Joins along a new dimension.
 * @example lax.stack([[1, 2], [3, 4]], 1) // => [[1, 3], [2, 4]]
 */
export function stack(xs: readonly TensorLike[], axis = 0): Tensor {
  requireList(xs, 'the tensors to stack');
  return concatenate(
    xs.map((x) => expandDims(x, axis)),
    axis,
  );
}

/**
 * Cuts into equal parts, or at the given indices, along `axis`.
 * @example lax.split([1, 2, 3, 4], 2) // => [[1, 2], [3, 4]]
 */
export function split(x: TensorLike, indicesOrSections: number | readonly number[], axis = 0): Tensor[] {
  const t = lax.asTensor(x);
  const dim = normalizeAxis(axis, t.ndim);
  const n = t.shape[dim];
  if (typeof indicesOrSections === 'number') requireCount(indicesOrSections, 'the number of parts of split');
  else
    for (const i of requireList(indicesOrSections, 'a number of equal parts, or the positions where split cuts,'))
      requireCount(i, 'a position where split cuts');
  if (typeof indicesOrSections === 'number' && n % indicesOrSections !== 0)
    throw new UserError(
      'api/split',
      `cannot split dimension ${dim} of size ${n} into ${indicesOrSections} equal parts`,
    );
  const cuts =
    typeof indicesOrSections === 'number'
      ? range(indicesOrSections + 1).map((i) => (i * n) / indicesOrSections)
      : [0, ...indicesOrSections, n];
  return range(cuts.length - 1).map((i) => lax.sliceInDim(t, cuts[i], cuts[i + 1], 1, dim));
}

/**
 * Half-open range of one dimension; negative bounds count from the end.
 * @example np.slice([1, 2, 3, 4], 0, 1, -1) // => [2, 3]
 */
export function slice(x: TensorLike, axis: number, start: number, stop?: number, step = 1): Tensor {
  const t = lax.asTensor(x);
  const dim = normalizeAxis(axis, t.ndim);
  const n = t.shape[dim];
  if (step <= 0)
    throw new UserError('api/slice', `step ${step} is not positive`, { advice: 'use np.flip to reverse a dimension' });
  const clampIndex = (i: number): number => Math.min(n, Math.max(0, i < 0 ? i + n : i));
  const from = clampIndex(start);
  return lax.sliceInDim(t, from, Math.max(from, clampIndex(stop ?? n)), step, dim);
}

/**
 * One index of one dimension, which is removed.
 * @example np.index([[1, 2], [3, 4]], 0, -1) // => [3, 4]
 */
export function index(x: TensorLike, axis: number, i: number): Tensor {
  const t = lax.asTensor(x);
  const dim = normalizeAxis(axis, t.ndim);
  const n = t.shape[dim];
  if (!Number.isInteger(i) || i < -n || i >= n)
    throw new UserError('api/index', `index ${describeValue(i)} is out of range for dimension ${dim} of ${t}`, {
      expected: `an integer in [${-n}, ${n - 1}]`,
    });
  const at = i < 0 ? i + n : i;
  return squeeze(lax.sliceInDim(t, at, at + 1, 1, dim), dim);
}

/**
 * Reverses an axis.
 * @example np.flip([1, 2, 3], 0) // => [3, 2, 1]
 */
export function flip(x: TensorLike, axis: number): Tensor {
  const t = lax.asTensor(x);
  return lax.rev(t, [normalizeAxis(axis, t.ndim)]);
}

/**
 * `x` repeated `reps[i]` times along dimension i.
 * @example lax.tile([1, 2], [2]) // => [1, 2, 1, 2]
 */
export function tile(x: TensorLike, reps: readonly number[]): Tensor {
  requireSizes(reps, 'how often to repeat each dimension');
  let t = lax.asTensor(x);
  if (reps.length > t.ndim) t = lax.reshape(t, [...new Array<number>(reps.length - t.ndim).fill(1), ...t.shape]);
  const full = [...new Array<number>(t.ndim - reps.length).fill(1), ...reps];
  const wide = lax.broadcastInDim(
    t,
    t.shape.flatMap((d, i) => [full[i], d]),
    range(t.ndim).map((i) => 2 * i + 1),
  );
  return lax.reshape(
    wide,
    t.shape.map((d, i) => d * full[i]),
  );
}

export interface TakeOptions {
  /**
   * What an index means that is out of range: NumPy's `clip` moves it to the nearer end (negative ones to 0) and `wrap` takes it
   * modulo the size; `fill` gives `fillValue`. Default: negative ones count from the end, what is still outside is clamped.
   */
  readonly mode?: 'clip' | 'wrap' | 'fill';
  /** Default, as in JAX: NaN for floats, the smallest signed and the largest unsigned integer, true. */
  readonly fillValue?: Scalar;
}

/**
 * Rows (or slabs of `axis`) at integer indices; negative ones count from the end, and those out of range are clamped (see `mode`).
 * @example np.take([10, 20, 30], [2, 0, -1]) // => [30, 10, 30]
 */
export function take(x: TensorLike, indices: TensorLike, axis = 0, options: TakeOptions = {}): Tensor {
  requireOptions(options, ['mode', 'fillValue'], 'take');
  const t = lax.asTensor(x);
  const given = asPositions(indices);
  const dim = normalizeAxis(axis, t.ndim);
  const n = t.shape[dim];
  const idx = { clip: clipped, wrap: wrapped, fill: fromTheEnd, default: fromTheEnd }[options.mode ?? 'default'](
    given,
    n,
  );
  const taken = slabs(t, idx, dim);
  if (options.mode !== 'fill') return taken;
  const isInside = lax.bitwiseAnd(lax.ge(idx, 0), lax.lt(idx, n));
  const fill = options.fillValue ?? missing(t.dtype);
  const mask = lax.broadcastInDim(
    isInside,
    taken.shape,
    range(idx.ndim).map((d) => dim + d),
  );
  return lax.select(mask, taken, splat(t.dtype, taken.shape, fill));
}

/** What JAX fills in for elements that are not there. */
function missing(dtype: DType): Scalar {
  const { kind } = dtypeInfo(dtype);
  if (kind === 'bool') return true;
  if (kind === 'complex') return [Number.NaN, Number.NaN];
  return kind === 'float' ? Number.NaN : kind === 'signed' ? lowestValue(dtype) : highestValue(dtype);
}

function slabs(t: Tensor, idx: Tensor, dim: number): Tensor {
  if (dim === 0) return lax.takeRows(t, idx);
  const taken = lax.takeRows(moveaxis(t, dim, 0), idx);
  const rest = range(taken.ndim - idx.ndim).map((i) => idx.ndim + i);
  return lax.transpose(taken, [...rest.slice(0, dim), ...range(idx.ndim), ...rest.slice(dim)]);
}
