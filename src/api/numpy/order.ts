import { isFloat, isNarrowFloat, range, UserError } from '../../base/index.ts';
import { widened } from '../../ops/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { gather } from '../lax/indexing.ts';
import { requireList, requireOptions, requireSizeOption } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1 } from '../trace/trace.ts';
import { where } from './elementwise.ts';
import { differ } from './ordering.ts';
import { asPositions, fromTheEnd } from './positions.ts';
import { broadcastShapes, broadcastTo, floats, promoteTypes } from './promotion.ts';
import { axesOf, mean, type Over, overOf, type ReduceOptions, reduceOptions, sum } from './reductions.ts';
import { normalizeAxis, ravel, reshape } from './shape.ts';

/* Sorting, searching, quantiles. Results have static shapes: what depends on values (unique, nonzero) needs a size. */

/**
 * Ascending along `axis` (default last); `null` sorts all elements. NaNs come last.
 * @example np.sort([3, 1, 2]) // => [1, 2, 3]
 */
export function sort(x: TensorLike, axis: number | null = -1, options: { readonly descending?: boolean } = {}): Tensor {
  requireOptions(options, ['descending'], 'sort');
  const t = axis === null ? ravel(x) : lax.asTensor(x);
  const d = normalizeAxis(axis ?? 0, t.ndim);
  const [out] = lax.sort([t], d);
  return options.descending ? lax.rev(out, [d]) : out;
}

/**
 * Indices that sort along `axis` (stable): i32.
 * @example np.argsort([30, 10, 20]) // => [1, 2, 0]
 */
export function argsort(
  x: TensorLike,
  axis: number | null = -1,
  options: { readonly descending?: boolean } = {},
): Tensor {
  requireOptions(options, ['descending'], 'argsort');
  const t = axis === null ? ravel(x) : lax.asTensor(x);
  const d = normalizeAxis(axis ?? 0, t.ndim);
  const index = lax.iota('i32', t.shape, d);
  if (!options.descending) return lax.sort([t, index], d)[1];
  const flipped = lax.sort([lax.rev(t, [d]), lax.rev(index, [d])], d)[1];
  return lax.rev(flipped, [d]);
}

/**
 * Indices that sort by the last key first, then by the ones before it: i32. Keys are vectors of one length.
 * @example np.lexsort([[1, 0, 1], [2, 2, 1]]) // => [2, 1, 0]
 */
export function lexsort(keys: readonly TensorLike[]): Tensor {
  const tensors = requireList(keys, 'the keys of lexsort').map((k) => lax.asTensor(k));
  if (tensors.length === 0) throw new UserError('api/empty', 'lexsort needs at least one key');
  let order = lax.iota('i32', tensors[0].shape[0]);
  for (const k of tensors) order = takeAlongAxis(order, argsort(takeAlongAxis(k, order, 0)), 0);
  return order;
}

/**
 * `x[…, indices[…, i], …]`: elements along `axis` at indices whose other dimensions broadcast with `x`'s.
 * @example np.takeAlongAxis([[1, 2], [3, 4]], [[1], [0]], 1) // => [[2], [3]]
 */
export function takeAlongAxis(x: TensorLike, indices: TensorLike, axis: number | null = -1): Tensor {
  const t = axis === null ? ravel(x) : lax.asTensor(x);
  const given = asPositions(indices);
  if (given.ndim !== t.ndim)
    throw new UserError('api/take', 'takeAlongAxis needs indices of the same rank', {
      expected: `${t.ndim}`,
      given: `${given.ndim}`,
    });
  const d = normalizeAxis(axis ?? 0, t.ndim);
  const rest = (s: readonly number[]): number[] => s.map((n, i) => (i === d ? 1 : n));
  const outer = broadcastShapes(rest(t.shape), rest(given.shape));
  const table = broadcastTo(
    t,
    outer.map((n, i) => (i === d ? t.shape[d] : n)),
  );
  const wide = broadcastTo(
    given,
    outer.map((n, i) => (i === d ? given.shape[d] : n)),
  );
  const index = fromTheEnd(wide, t.shape[d]);
  const others = range(t.ndim).filter((k) => k !== d);
  return gather(
    table,
    reshape(index, [...index.shape, 1]),
    {
      collapsedSliceDims: [d],
      operandBatchingDims: others,
      startIndicesBatchingDims: others,
      startIndexMap: [d],
      indexVectorDim: t.ndim,
    },
    table.shape.map(() => 1),
  );
}

/**
 * Where `values` would go into sorted `sorted: [n]` to keep it sorted: i32 of `values`' shape.
 * @example np.searchsorted([1, 2, 3], [2, 2.5]) // => [1, 2]
 */
export function searchsorted(sorted: TensorLike, values: TensorLike, side: 'left' | 'right' = 'left'): Tensor {
  const s = lax.asTensor(sorted);
  const v = lax.asTensor(values, s.dtype);
  const shape = [...v.shape, s.shape[0]];
  const [a, b] = [lax.broadcastInDim(s, shape, [v.ndim]), lax.broadcastInDim(v, shape, range(v.ndim))];
  // In the order of `sort`: NaN behind all numbers.
  const before = side === 'left' ? lax.lt(a, b) : lax.le(a, b);
  if (!isFloat(s.dtype)) return sum(before, { axis: v.ndim });
  const isLast = lax.ne(b, b);
  const counted = side === 'left' ? lax.bitwiseAnd(isLast, lax.eq(a, a)) : isLast;
  return sum(lax.bitwiseOr(before, counted), { axis: v.ndim });
}

/**
 * Index of the bin of each value: i32. `bins: [n]`, increasing.
 * @example np.digitize([0.5, 2.5], [0, 1, 2]) // => [1, 3]
 */
export const digitize = (x: TensorLike, bins: TensorLike, right = false): Tensor =>
  searchsorted(bins, x, right ? 'left' : 'right');

/**
 * How often each integer 0 … length − 1 occurs in `x`, or the sums of their weights; negative ones count as 0, as in JAX.
 * @example np.bincount(np.array([0, 1, 1, 3], 'i32'), 4) // => [1, 2, 0, 1]
 */
export function bincount(x: TensorLike, length: number, weights?: TensorLike): Tensor {
  const t = lax.max(widened(bind1, ravel(x)), 0);
  const hit = lax.eq(lax.broadcastInDim(t, [t.size, length], [0]), lax.iota(t.dtype, [t.size, length], 1));
  if (weights === undefined) return sum(hit, { axis: 0 });
  const w = ravel(weights);
  return sum(where(hit, lax.broadcastInDim(w, [t.size, length], [0]), 0), { axis: 0 });
}

/**
 * Edges of `bins` equal bins from the smallest to the largest element, or over `range`.
 * @example np.histogramBinEdges([0, 4], 2) // => [0, 2, 4]
 */
export function histogramBinEdges(x: TensorLike, bins = 10, limits?: readonly [number, number]): Tensor {
  const t = ravel(x);
  const [low, high] = limits
    ? [lax.asTensor(limits[0]), lax.asTensor(limits[1])]
    : [lax.reduce(t, 'min', [0]), lax.reduce(t, 'max', [0])];
  const width = lax.div(lax.sub(high, low), bins);
  const n = bins + 1;
  return lax.add(lax.mul(lax.iota(low.dtype, n), broadcastTo(width, [n])), broadcastTo(low, [n]));
}

/**
 * Counts per bin and the bins' edges; the last bin includes its right edge.
 * @example np.histogram([1, 2, 2, 5], 2) // => [[3, 1], [1, 3, 5]]
 */
export function histogram(
  x: TensorLike,
  bins = 10,
  limits?: readonly [number, number],
): [counts: Tensor, edges: Tensor] {
  const edges = histogramBinEdges(x, bins, limits);
  const t = ravel(x);
  const place = lax.sub(searchsorted(edges, t, 'right'), 1);
  const last = broadcastTo(lax.slice(edges, [bins], [bins + 1]), t.shape);
  const index = lax.select(lax.eq(t, last), bins - 1, place);
  return [lax.convertElementType(bincount(index, bins), edges.dtype), edges];
}

export interface QuantileOptions extends ReduceOptions {
  readonly method?: 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';
}

/**
 * The `q`-quantile (0 ≤ q ≤ 1) over an axis (default: of all elements), interpolated linearly by default.
 * @example np.quantile([1, 2, 3], 0.75) // => 2.5
 */
export function quantile(x: TensorLike, q: number, over: Over<QuantileOptions> = {}): Tensor {
  const options = reduceOptions(over, ['method']);
  const given = lax.asTensor(x);
  const t = isFloat(given.dtype) ? given : lax.convertElementType(given, 'f32');
  const axes = axesOf(t, options.axis);
  const rest = range(t.ndim).filter((d) => !axes.includes(d));
  const flat = reshape(lax.transpose(t, [...rest, ...axes]), [...rest.map((d) => t.shape[d]), -1]);
  const last = flat.ndim - 1;
  const n = flat.shape[last];
  const [sorted] = lax.sort([flat], last);
  const position = q * (n - 1);
  const element = (i: number): Tensor => reshape(lax.sliceInDim(sorted, i, i + 1, 1, last), flat.shape.slice(0, -1));
  const [low, high] = [element(Math.floor(position)), element(Math.ceil(position))];
  const part = position - Math.floor(position);
  const method = options.method ?? 'linear';
  const roundEven = part === 0.5 ? Math.floor(position) % 2 === 0 : part < 0.5;
  const value =
    method === 'lower' || (method === 'nearest' && roundEven)
      ? low
      : method === 'higher' || method === 'nearest'
        ? high
        : method === 'midpoint'
          ? lax.mul(lax.add(low, high), 0.5)
          : part === 0
            ? low
            : lax.add(lax.mul(low, 1 - part), lax.mul(high, part));
  const hasNaN = lax.reduce(lax.ne(flat, flat), 'or', [last]);
  const out = lax.select(hasNaN, lax.convertElementType(broadcastTo(Number.NaN, value.shape), t.dtype), value);
  return options.keepdims
    ? reshape(
        out,
        t.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
      )
    : out;
}
/**
 * The `q`-th percentile, 0 ≤ q ≤ 100.
 * @example np.percentile([1, 2, 3], 25) // => 1.5
 */
export const percentile = (x: TensorLike, q: number, options: Over<QuantileOptions> = {}): Tensor =>
  quantile(x, q / 100, options);
/**
 * Median.
 * @example np.median([1, 9, 2]) // => 2
 */
export const median = (x: TensorLike, options: Over = {}): Tensor => quantile(x, 0.5, options);

/**
 * Sorted distinct values, padded to `size` with the smallest one (JAX's `size=` form); `fillValue` replaces the padding.
 * @example np.unique([3, 1, 3], { size: 2 }) // => [1, 3]
 */
export function unique(x: TensorLike, options: { readonly size: number; readonly fillValue?: number }): Tensor {
  requireSizeOption(options, 'unique');
  const t = ravel(x);
  const [s] = lax.sort([t], 0);
  const isNew =
    t.size === 0
      ? lax.eq(s, s)
      : lax.concatenate(
          [
            lax.eq(lax.slice(s, [0], [1]), lax.slice(s, [0], [1])),
            differ(lax.slice(s, [1], [t.size]), lax.slice(s, [0], [t.size - 1])),
          ],
          0,
        );
  const positions = nonzero(isNew, { size: options.size, fillValue: -1 })[0];
  const found = takeAlongAxis(s, lax.max(positions, 0), 0);
  const fill =
    options.fillValue === undefined
      ? lax.broadcastInDim(lax.slice(s, [0], [1]), [options.size], [0])
      : broadcastTo(lax.asTensor(options.fillValue, t.dtype), [options.size]);
  return lax.select(lax.lt(positions, 0), fill, found);
}

/**
 * Positions of non-zero elements, one i32 vector of length `size` per dimension, padded with `fillValue` (default 0).
 * @example np.nonzero([0, 3, 4], { size: 2 }) // => [[1, 2]]
 */
export function nonzero(x: TensorLike, options: { readonly size: number; readonly fillValue?: number }): Tensor[] {
  requireSizeOption(options, 'nonzero');
  const t = lax.asTensor(x);
  const flat = ravel(t.dtype === 'bool' ? t : lax.ne(t, 0));
  const n = flat.size;
  const index = lax.iota('i32', n);
  const [, order] = lax.sort([lax.select(flat, index, n), index], 0);
  const count = sum(flat);
  const take = range(options.size).length;
  const padded = take <= n ? lax.slice(order, [0], [take]) : lax.pad(order, 0, [[0, take - n, 0]]);
  const isReal = lax.lt(lax.iota('i32', take), broadcastTo(count, [take]));
  let rest = padded;
  const out: Tensor[] = [];
  for (const d of range(t.ndim).reverse()) {
    out.unshift(lax.select(isReal, lax.rem(rest, t.shape[d]), options.fillValue ?? 0));
    rest = lax.div(rest, t.shape[d]);
  }
  return out;
}
/**
 * Positions of non-zero elements in row-major order.
 * @example np.flatnonzero([0, 3, 4], { size: 2 }) // => [1, 2]
 */
export const flatnonzero = (x: TensorLike, options: { readonly size: number; readonly fillValue?: number }): Tensor =>
  nonzero(ravel(x), options)[0];

/**
 * Mean weighted by `weights` (of `x`'s shape, or a vector for one axis).
 * @example np.average([1, 2, 3], { weights: [3, 1, 0] }) // => 1.25
 */
export function average(x: TensorLike, over: Over<ReduceOptions & { readonly weights?: TensorLike }> = {}): Tensor {
  const options = reduceOptions(over, ['weights']);
  const t = lax.asTensor(x);
  if (options.weights === undefined) return mean(t, overOf(options));
  let w = lax.asTensor(options.weights);
  if (w.ndim === 1 && t.ndim > 1 && typeof options.axis === 'number')
    w = lax.broadcastInDim(w, t.shape, [normalizeAxis(options.axis, t.ndim)]);
  const dtype = promoteTypes(floats(t).dtype, floats(w).dtype);
  const wide = isNarrowFloat(dtype) ? 'f32' : dtype;
  const [a, b] = [lax.convertElementType(t, wide), lax.convertElementType(w, wide)];
  return lax.convertElementType(lax.div(sum(lax.mul(a, b), overOf(options)), sum(b, overOf(options))), dtype);
}

/**
 * Whether each element of `x` is among `test`.
 * @example np.isin([1, 2, 3], [2, 4]) // => [false, true, false]
 */
export function isin(x: TensorLike, test: TensorLike): Tensor {
  const [t, set] = [lax.asTensor(x), ravel(test)];
  const shape = [...t.shape, set.size];
  const same = lax.eq(
    lax.broadcastInDim(t, shape, range(t.ndim)),
    lax.broadcastInDim(lax.convertElementType(set, t.dtype), shape, [t.ndim]),
  );
  return lax.reduce(same, 'or', [t.ndim]);
}

/**
 * Smallest `k` of the last dimension first, in no promised order after (here: sorted).
 * @example np.partition([3, 1, 2], 1) // => [1, 2, 3]
 */
export const partition = (x: TensorLike, _kth: number, axis = -1): Tensor => sort(x, axis);
/**
 * Indices of `partition` (here: of a full sort).
 * @example np.argpartition([3, 1, 2], 1) // => [1, 2, 0]
 */
export const argpartition = (x: TensorLike, _kth: number, axis = -1): Tensor => argsort(x, axis);
