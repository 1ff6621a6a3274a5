import { range, type Shape, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { scatterWith } from '../lax/indexing.ts';
import { requireSizeOption } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { isin, nonzero, takeAlongAxis } from './order.ts';
import { differ } from './ordering.ts';
import { asPositions, fromTheEnd } from './positions.ts';
import { broadcastTo } from './promotion.ts';
import { cumsum, sum } from './reductions.ts';
import { concatenate, moveaxis, ravel, stack, take } from './shape.ts';

/* Sets and selections. A program's shapes are static, so results whose number of elements depends on values have a `size`. */

export interface SizeOptions {
  /** Number of elements of the result; more are cut off, fewer padded. */
  readonly size: number;
  /** What pads the result. */
  readonly fillValue?: number;
}

/** Vectors `[n]`: sorted values, positions in `x`, whether a value is the first of its kind. */
function runs(x: TensorLike): { values: Tensor; order: Tensor; isNew: Tensor } {
  const t = ravel(x);
  const n = t.size;
  const [values, order] = lax.sort([t, lax.iota('i32', n)], 0);
  if (n === 0) return { values, order, isNew: lax.eq(values, values) };
  const first = lax.eq(lax.iota('i32', 1), 0);
  const isNew = concatenate([first, differ(lax.slice(values, [1], [n]), lax.slice(values, [0], [n - 1]))]);
  return { values, order, isNew };
}
/** Elements of a vector where `mask` holds, in order, padded. */
function chosen(values: Tensor, mask: Tensor, o: SizeOptions, padding?: Tensor): Tensor {
  requireSizeOption(o, 'a set');
  const positions = nonzero(mask, { size: o.size, fillValue: -1 })[0];
  const found = takeAlongAxis(values, lax.max(positions, 0), 0);
  const fill = broadcastTo(padding ?? lax.asTensor(o.fillValue ?? 0, values.dtype), [o.size]);
  return lax.select(lax.lt(positions, 0), fill, found);
}

export interface UniqueResult {
  /** Sorted distinct values `[size]`. */
  readonly values: Tensor;
  /** Position of the first occurrence of each in row-major order: i32 `[size]`. */
  readonly indices: Tensor;
  /** For every element of `x` the position of its value: i32 of `x`'s shape. */
  readonly inverseIndices: Tensor;
  /** How often each value occurs: i32 `[size]`. */
  readonly counts: Tensor;
}
/**
 * Sorted distinct values with positions and counts; padded with the smallest value (or `fillValue`) and counts of 0.
 * @example np.uniqueAll([3, 1, 3], { size: 2 }) // => { values: [1, 3], indices: [1, 0], inverseIndices: [1, 0, 1], counts: [1, 2] }
 */
export function uniqueAll(x: TensorLike, o: SizeOptions): UniqueResult {
  requireSizeOption(o, 'uniqueAll');
  const t = lax.asTensor(x);
  const { values, order, isNew } = runs(t);
  if (t.size === 0) throw new UserError('api/unique', 'unique of an empty tensor');
  const group = lax.sub(cumsum(lax.convertElementType(isNew, 'i32'), 0), 1);
  const fill = o.fillValue === undefined ? lax.slice(values, [0], [1]) : undefined;
  const inverse = scatterWith(
    'set',
    lax.mul(order, 0),
    lax.reshape(order, [t.size, 1]),
    lax.min(group, o.size - 1),
    { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 },
    { uniqueIndices: true },
  );
  const hit = lax.eq(lax.broadcastInDim(group, [t.size, o.size], [0]), lax.iota('i32', [t.size, o.size], 1));
  return {
    values: chosen(values, isNew, o, fill),
    indices: chosen(order, isNew, { size: o.size }, lax.slice(order, [0], [1])),
    inverseIndices: lax.reshape(inverse, t.shape),
    counts: sum(hit, { axis: 0 }),
  };
}
/**
 * Sorted distinct values and how often they occur; see `uniqueAll`.
 * @example np.uniqueCounts([3, 1, 3], { size: 2 }) // => [[1, 3], [1, 2]]
 */
export const uniqueCounts = (x: TensorLike, o: SizeOptions): [values: Tensor, counts: Tensor] => {
  const all = uniqueAll(x, o);
  return [all.values, all.counts];
};
/**
 * Sorted distinct values and the position of every element's value among them; see `uniqueAll`.
 * @example np.uniqueInverse([3, 1, 3], { size: 2 }) // => [[1, 3], [1, 0, 1]]
 */
export const uniqueInverse = (x: TensorLike, o: SizeOptions): [values: Tensor, inverseIndices: Tensor] => {
  const all = uniqueAll(x, o);
  return [all.values, all.inverseIndices];
};
/**
 * Sorted distinct values; see `uniqueAll`.
 * @example np.uniqueValues([3, 1, 3], { size: 2 }) // => [1, 3]
 */
export const uniqueValues = (x: TensorLike, o: SizeOptions): Tensor => uniqueAll(x, o).values;

/**
 * Sorted distinct values of both, padded with the smallest (or `fillValue`).
 * @example np.union1d([1, 3], [2, 3], { size: 3 }) // => [1, 2, 3]
 */
export const union1d = (x: TensorLike, y: TensorLike, o: SizeOptions): Tensor =>
  uniqueValues(concatenate([ravel(x), ravel(y)]), o);
/**
 * Sorted distinct values that are in both, padded with 0 (or `fillValue`).
 * @example np.intersect1d([1, 2, 3], [2, 3, 4], { size: 2 }) // => [2, 3]
 */
export function intersect1d(x: TensorLike, y: TensorLike, o: SizeOptions): Tensor {
  const { values, isNew } = runs(x);
  return chosen(values, lax.bitwiseAnd(isNew, isin(values, y)), o);
}
/**
 * Sorted distinct values of `x` that are not in `y`, padded with 0 (or `fillValue`).
 * @example np.setdiff1d([3, 1, 2], [2], { size: 2 }) // => [1, 3]
 */
export function setdiff1d(x: TensorLike, y: TensorLike, o: SizeOptions): Tensor {
  const { values, isNew } = runs(x);
  return chosen(values, lax.bitwiseAnd(isNew, lax.bitwiseNot(isin(values, y))), o);
}
/**
 * Sorted distinct values that are in exactly one of them, padded with 0 (or `fillValue`).
 * @example np.setxor1d([1, 2], [2, 3], { size: 2 }) // => [1, 3]
 */
export function setxor1d(x: TensorLike, y: TensorLike, o: SizeOptions): Tensor {
  const { values, isNew } = runs(concatenate([ravel(x), ravel(y)]));
  return chosen(values, lax.bitwiseAnd(isNew, lax.ne(isin(values, x), isin(values, y))), o);
}

/**
 * Positions of non-zero elements as rows: i32 `[size, ndim]`, padded with `fillValue` (default 0).
 * @example np.argwhere([[0, 1], [1, 0]], { size: 2 }) // => [[0, 1], [1, 0]]
 */
export const argwhere = (x: TensorLike, o: SizeOptions): Tensor => stack(nonzero(x, o), 1);
/**
 * The slabs of `axis` (default: elements in row-major order) where the vector `condition` holds, padded.
 * @example np.compress([true, false, true], [1, 2, 3], { size: 2 }) // => [1, 3]
 */
export function compress(condition: TensorLike, x: TensorLike, o: SizeOptions & { readonly axis?: number }): Tensor {
  requireSizeOption(o, 'compress');
  const t = o.axis === undefined ? ravel(x) : lax.asTensor(x);
  const d = o.axis === undefined ? 0 : o.axis < 0 ? o.axis + t.ndim : o.axis;
  const c = ravel(condition);
  const short = c.size < t.shape[d] ? lax.pad(c, c.dtype === 'bool' ? false : 0, [[0, t.shape[d] - c.size, 0]]) : c;
  const positions = nonzero(short, { size: o.size, fillValue: -1 })[0];
  const found = moveaxis(take(t, lax.max(positions, 0), d), d, 0);
  const missing = lax.broadcastInDim(lax.lt(positions, 0), found.shape, [0]);
  const fill = broadcastTo(lax.asTensor(o.fillValue ?? 0, t.dtype), found.shape);
  return moveaxis(lax.select(missing, fill, found), 0, d);
}
/**
 * Elements in row-major order where `condition` (of `x`'s size) holds, padded with 0 (or `fillValue`).
 * @example np.extract([true, false, true], [1, 2, 3], { size: 2 }) // => [1, 3]
 */
export const extract = (condition: TensorLike, x: TensorLike, o: SizeOptions): Tensor =>
  compress(ravel(condition), ravel(x), o);
/**
 * Positions where a mask made by `maskFunction(ones[n, n], k)`, like `triu`, is not zero.
 * @example np.maskIndices(2, np.triu, 0, { size: 3 }) // => [[0, 0, 1], [0, 1, 1]]
 */
export const maskIndices = (
  n: number,
  maskFunction: (ones: Tensor, k: number) => Tensor,
  k: number,
  o: SizeOptions,
): Tensor[] => nonzero(maskFunction(broadcastTo(1, [n, n]), k), o);

/**
 * `x` with its diagonal replaced: a new tensor. `value`: a number or a vector that is repeated along the diagonal.
 * @example np.fillDiagonal([[1, 2], [3, 4]], 0) // => [[0, 2], [3, 0]]
 */
export function fillDiagonal(x: TensorLike, value: TensorLike): Tensor {
  const t = lax.asTensor(x);
  if (t.ndim < 2) throw new UserError('api/diag', 'fillDiagonal needs at least two dimensions', { given: `${t}` });
  const index = range(t.ndim).map((d) => lax.iota('i32', t.shape, d));
  const onDiagonal = index
    .slice(1)
    .reduce((p, i) => lax.bitwiseAnd(p, lax.eq(i, index[0])), lax.eq(index[0], index[0]));
  const v = ravel(lax.asTensor(value, t.dtype));
  const repeated = take(v, lax.rem(lax.iota('i32', t.shape[0]), v.size));
  return lax.select(onDiagonal, lax.broadcastInDim(repeated, t.shape, [0]), t);
}
/**
 * `x` with the elements where `mask` holds replaced by `values` in order, repeated if too few: a new tensor.
 * @example np.place([1, 2, 3], [true, false, true], [8, 9]) // => [8, 2, 9]
 */
export function place(x: TensorLike, mask: TensorLike, values: TensorLike): Tensor {
  const t = lax.asTensor(x);
  const m = lax.asTensor(mask);
  const hit = ravel(m.dtype === 'bool' ? m : lax.ne(m, 0));
  const v = ravel(lax.asTensor(values, t.dtype));
  const place = lax.sub(cumsum(lax.convertElementType(hit, 'i32'), 0), 1);
  const chosenValues = take(v, lax.rem(lax.max(place, 0), v.size));
  return lax.reshape(lax.select(hit, chosenValues, ravel(t)), t.shape);
}
/**
 * `x` with the elements at row-major positions `indices` replaced by `values`, repeated if too few: a new tensor.
 * @example np.put([1, 2, 3], [0, -1], [8, 9]) // => [8, 2, 9]
 */
export function put(x: TensorLike, indices: TensorLike, values: TensorLike): Tensor {
  const t = lax.asTensor(x);
  const at = ravel(asPositions(indices));
  const positive = fromTheEnd(at, t.size);
  const v = ravel(lax.asTensor(values, t.dtype));
  const updates = take(v, lax.rem(lax.iota('i32', at.size), v.size));
  const out = scatterWith('set', ravel(t), lax.reshape(positive, [at.size, 1]), updates, {
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0],
    indexVectorDim: 1,
  });
  return lax.reshape(out, t.shape);
}
/**
 * `x` with `values` written at `indices` along `axis`, the inverse of `takeAlongAxis`: a new tensor.
 * @example np.putAlongAxis([[1, 2], [3, 4]], [[1], [0]], 9, 1) // => [[1, 9], [9, 4]]
 */
export function putAlongAxis(x: TensorLike, indices: TensorLike, values: TensorLike, axis: number): Tensor {
  const t = lax.asTensor(x);
  const d = axis < 0 ? axis + t.ndim : axis;
  const given = asPositions(indices);
  const shape: Shape = t.shape.map((n, i) => (i === d ? given.shape[d] : n));
  const wide = broadcastTo(given, shape);
  const positive = fromTheEnd(wide, t.shape[d]);
  const index = range(t.ndim).map((i) => (i === d ? positive : lax.iota('i32', shape, i)));
  const updates = broadcastTo(lax.asTensor(values, t.dtype), shape);
  return scatterWith('set', t, stack(index, t.ndim), updates, {
    insertedWindowDims: range(t.ndim),
    scatterDimsToOperandDims: range(t.ndim),
    indexVectorDim: t.ndim,
  });
}
