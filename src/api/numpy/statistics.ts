import { isComplex, isInexact, isNarrowFloat, product, range, realDType } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { conj } from '../lax/special.ts';
import { conv } from '../lax/windows.ts';
import { requireCount, requireOptions } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { dot } from './einsum.ts';
import { add, divide, isnan, multiply, subtract, where } from './elementwise.ts';
import { type CloseOptions, isclose, real } from './math.ts';
import { broadcastTo, countable, floats, inSingle, promote, promoteTypes, squaredSize } from './promotion.ts';
import {
  all,
  argmax,
  argmin,
  axesOf,
  cumprod,
  cumsum,
  max,
  mean,
  min,
  type Over,
  overOf,
  prod,
  type ReduceOptions,
  reduceOptions,
  sum,
  type VarianceOptions,
  variance,
} from './reductions.ts';
import { concatenate, flip, moveaxis, normalizeAxis, slice, transpose } from './shape.ts';

/* Statistics, running reductions and the nan-ignoring family. */

export { max as amax, min as amin, variance as var_ };
/**
 * Largest minus smallest.
 * @example np.ptp([1, 5, 2]) // => 4
 */
export const ptp = (x: TensorLike, o: Over = {}): Tensor => subtract(max(x, o), min(x, o));
/**
 * Number of elements that are not zero.
 * @example np.countNonzero([0, 3, 4]) // => 2
 */
export const countNonzero = (x: TensorLike, o: Over = {}): Tensor => {
  const t = lax.asTensor(x);
  return sum(t.dtype === 'bool' ? t : lax.ne(t, 0), o);
};

/**
 * `cumsum` under the array API's name; narrow integers are added in i32 (u32).
 * @example np.cumulativeSum([1, 2, 3], { axis: 0 }) // => [1, 3, 6]
 */
export const cumulativeSum = (x: TensorLike, o: { readonly axis: number }): Tensor => cumsum(countable(x), o.axis);
/**
 * `cumprod` under the array API's name.
 * @example np.cumulativeProd([1, 2, 3], { axis: 0 }) // => [1, 2, 6]
 */
export const cumulativeProd = (x: TensorLike, o: { readonly axis: number }): Tensor => cumprod(x, o.axis);

/**
 * `log Σ b·exp(x)` without overflow; −∞ where nothing is summed.
 * @example np.logsumexp([0, 0]) // => 0.69315
 */
export function logsumexp(x: TensorLike, over: Over<ReduceOptions & { readonly b?: TensorLike }> = {}): Tensor {
  const o = reduceOptions(over, ['b']);
  return inSingle(x, (t) => {
    const top = lax.stopGradient(max(real(t), { axis: o.axis, keepdims: true }));
    const shift = lax.select(lax.isfinite(top), top, 0);
    const e = lax.exp(subtract(t, shift));
    const total = sum(o.b === undefined ? e : multiply(o.b, e), { axis: o.axis, keepdims: true });
    const out = add(lax.log(total), shift);
    if (o.keepdims) return out;
    const axes = axesOf(t, o.axis);
    return lax.reshape(
      out,
      t.shape.filter((_, i) => !axes.includes(i)),
    );
  });
}

/**
 * Differences of neighbours along `axis`, `n` times.
 * @example np.diff([1, 4, 9]) // => [3, 5]
 */
export function diff(x: TensorLike, n = 1, axis = -1): Tensor {
  requireCount(n, 'the number of differences');
  let t = lax.asTensor(x);
  for (let i = 0; i < n && t.shape[normalizeAxis(axis, t.ndim)] > 0; i++)
    t = (t.dtype === 'bool' ? lax.ne : lax.sub)(slice(t, axis, 1), slice(t, axis, 0, -1));
  return t;
}
/**
 * Slope by central differences (one-sided at the ends) along `axis`, points `spacing` apart.
 * @example np.gradient([1, 4, 9]) // => [3, 4, 5]
 */
export function gradient(x: TensorLike, axis = -1, spacing = 1): Tensor {
  const t = lax.asTensor(x);
  const inner = divide(subtract(slice(t, axis, 2), slice(t, axis, 0, -2)), 2 * spacing);
  const first = divide(subtract(slice(t, axis, 1, 2), slice(t, axis, 0, 1)), spacing);
  const last = divide(subtract(slice(t, axis, -1), slice(t, axis, -2, -1)), spacing);
  return concatenate([first, inner, last], axis);
}
/**
 * Integral by trapezoids along `axis`, points `dx` apart or at `x`.
 * @example np.trapezoid([1, 2, 3]) // => 4
 */
export function trapezoid(
  y: TensorLike,
  o: { readonly x?: TensorLike; readonly dx?: number; readonly axis?: number } = {},
): Tensor {
  const axis = o.axis ?? -1;
  return inSingle(y, (t) => {
    const middle = multiply(lax.add(slice(t, axis, 1), slice(t, axis, 0, -1)), 0.5);
    return sum(multiply(middle, o.x === undefined ? (o.dx ?? 1) : diff(o.x, 1, -1)), { axis });
  });
}

/**
 * Covariance of variables in rows: `[variables, observations]` → `[variables, variables]`.
 * @example np.cov([[1, 2, 3], [3, 2, 1]]) // => [[1, -1], [-1, 1]]
 */
export function cov(m: TensorLike, o: { readonly rowvar?: boolean; readonly ddof?: number } = {}): Tensor {
  requireOptions(o, ['rowvar', 'ddof'], 'cov');
  return inSingle(m, (given) => {
    const t = given.ndim === 1 ? lax.reshape(given, [1, given.size]) : o.rowvar === false ? transpose(given) : given;
    const centred = subtract(t, mean(t, { axis: 1, keepdims: true }));
    const out = divide(dot(centred, conj(transpose(centred))), t.shape[1] - (o.ddof ?? 1));
    return given.ndim === 1 ? lax.reshape(out, []) : out;
  });
}
/**
 * Correlation coefficients of variables in rows.
 * @example np.corrcoef([[1, 2, 3], [3, 2, 1]]) // => [[1, -1], [-1, 1]]
 */
export const corrcoef = (m: TensorLike): Tensor =>
  inSingle(m, (t) => {
    const c = cov(t);
    if (c.ndim === 0) return divide(c, c);
    const n = c.shape[0];
    const index = lax.iota('i32', n);
    const diagonal = sum(
      where(lax.eq(lax.broadcastInDim(index, [n, n], [0]), lax.broadcastInDim(index, [n, n], [1])), real(c), 0),
      { axis: 1 },
    );
    const s = lax.sqrt(diagonal);
    return divide(divide(c, lax.reshape(s, [n, 1])), lax.reshape(s, [1, n]));
  });
/**
 * Convolution of two vectors: `full` (all overlaps), `same` (length of the longer), `valid` (complete overlaps).
 * @example np.convolve([1, 2, 3], [1, 1]) // => [1, 3, 5, 3]
 */
export function convolve(a: TensorLike, v: TensorLike, mode: 'full' | 'same' | 'valid' = 'full'): Tensor {
  return correlate(a, conj(flip(lax.asTensor(v), 0)), mode);
}
/**
 * Cross-correlation of two vectors; see `convolve`.
 * @example np.correlate([1, 2, 3], [1, 1]) // => [3, 5]
 */
export function correlate(a: TensorLike, v: TensorLike, mode: 'full' | 'same' | 'valid' = 'valid'): Tensor {
  const [left, right] = [floats(a), floats(v)];
  const dtype = promoteTypes(left.dtype, right.dtype);
  if (isNarrowFloat(dtype)) {
    const wide = (t: Tensor): Tensor => lax.convertElementType(t, 'f32');
    return lax.convertElementType(correlate(wide(left), wide(right), mode), dtype);
  }
  const [p, q] = [lax.convertElementType(left, dtype), conj(lax.convertElementType(right, dtype))];
  const swap = p.size < q.size;
  const [x, k] = swap ? [flip(q, 0), flip(p, 0)] : [p, q];
  const [n, m] = [x.size, k.size];
  const total =
    mode === 'full' ? [m - 1, m - 1] : mode === 'same' ? [Math.floor(m / 2), m - 1 - Math.floor(m / 2)] : [0, 0];
  const wide = lax.pad(x, 0, [[total[0], total[1], 0]]);
  const size = n + total[0] + total[1] - m + 1;
  if (m > 64 && !isComplex(dtype)) {
    const channel = (t: Tensor): Tensor => lax.reshape(t, [1, 1, t.size]);
    return lax.reshape(conv(channel(wide), channel(k), [1], 'VALID'), [size]);
  }
  const rows = range(m).map((i) =>
    lax.mul(lax.slice(wide, [i], [i + size]), broadcastTo(lax.reshape(lax.slice(k, [i], [i + 1]), []), [size])),
  );
  return rows.reduce((s, r) => lax.add(s, r));
}

/**
 * Whether all elements are close; see `isclose`.
 * @example np.allclose([1, 2], [1, 2.000001]) // => true
 */
export const allclose = (x: TensorLike, y: TensorLike, o: CloseOptions = {}): Tensor => all(isclose(x, y, o));
/**
 * Whether shapes and all elements are equal.
 * @example np.arrayEqual([1, 2], [1, 2]) // => true
 */
export function arrayEqual(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [lax.asTensor(x), lax.asTensor(y)];
  if (a.shape.join() !== b.shape.join()) return lax.asTensor(false);
  const [p, q] = promote(a, b);
  return all(lax.eq(p, q));
}

const filled = (x: TensorLike, value: number): Tensor => {
  const t = lax.asTensor(x);
  return isInexact(t.dtype) ? where(isnan(t), value, t) : t;
};
/** Elements that are not NaN, as floats. */
const counted = (t: Tensor, o: Over): Tensor =>
  lax.convertElementType(sum(lax.bitwiseNot(isnan(t)), o), realDType(t.dtype));
/**
 * `sum` that ignores NaN.
 * @example np.nansum([2, NaN, 4]) // => 6
 */
export const nansum = (x: TensorLike, o: Over = {}): Tensor => sum(filled(x, 0), o);
/**
 * `prod` that ignores NaN.
 * @example np.nanprod([2, NaN, 4]) // => 8
 */
export const nanprod = (x: TensorLike, o: Over = {}): Tensor => prod(filled(x, 1), o);
/**
 * `mean` that ignores NaN.
 * @example np.nanmean([2, NaN, 4]) // => 3
 */
export const nanmean = (x: TensorLike, o: Over = {}): Tensor => inSingle(x, (t) => divide(nansum(t, o), counted(t, o)));
/**
 * `variance` that ignores NaN.
 * @example np.nanvar([2, NaN, 4]) // => 1
 */
export const nanvar = (x: TensorLike, over: Over<VarianceOptions> = {}): Tensor =>
  inSingle(x, (t) => {
    const o = reduceOptions(over, ['ddof']);
    const centre = nanmean(t, { axis: o.axis, keepdims: true });
    const distance = where(isnan(t), 0, subtract(t, centre));
    return divide(sum(squaredSize(distance), overOf(o)), subtract(counted(t, overOf(o)), o.ddof ?? 0));
  });
/**
 * `std` that ignores NaN.
 * @example np.nanstd([2, NaN, 4]) // => 1
 */
export const nanstd = (x: TensorLike, o: Over<VarianceOptions> = {}): Tensor =>
  inSingle(x, (t) => lax.sqrt(nanvar(t, o)));
/** An extremum of what is not NaN; NaN where nothing is left. */
function nanExtremum(x: TensorLike, o: Over, extremum: typeof max, identity: number): Tensor {
  const t = lax.asTensor(x);
  if (!isInexact(t.dtype)) return extremum(t, o);
  return where(all(isnan(t), o), Number.NaN, extremum(filled(t, identity), o));
}
/**
 * `max` that ignores NaN.
 * @example np.nanmax([2, NaN, 3]) // => 3
 */
export const nanmax = (x: TensorLike, o: Over = {}): Tensor => nanExtremum(x, o, max, Number.NEGATIVE_INFINITY);
/**
 * `min` that ignores NaN.
 * @example np.nanmin([2, NaN, 3]) // => 2
 */
export const nanmin = (x: TensorLike, o: Over = {}): Tensor => nanExtremum(x, o, min, Number.POSITIVE_INFINITY);
/**
 * `argmax` that ignores NaN; −1 where nothing else is.
 * @example np.nanargmax([1, NaN, 3], 0) // => 2
 */
export const nanargmax = (x: TensorLike, axis: number): Tensor =>
  where(all(isnan(x), { axis }), -1, argmax(filled(x, Number.NEGATIVE_INFINITY), axis));
/**
 * `argmin` that ignores NaN; −1 where nothing else is.
 * @example np.nanargmin([1, NaN, 3], 0) // => 0
 */
export const nanargmin = (x: TensorLike, axis: number): Tensor =>
  where(all(isnan(x), { axis }), -1, argmin(filled(x, Number.POSITIVE_INFINITY), axis));
/**
 * `cumsum` that ignores NaN.
 * @example np.nancumsum([2, NaN, 3], 0) // => [2, 2, 5]
 */
export const nancumsum = (x: TensorLike, axis: number): Tensor => cumsum(filled(x, 0), axis);
/**
 * `cumprod` that ignores NaN.
 * @example np.nancumprod([2, NaN, 3], 0) // => [2, 2, 6]
 */
export const nancumprod = (x: TensorLike, axis: number): Tensor => cumprod(filled(x, 1), axis);
/**
 * Applies a function of vectors to every vector along `axis`, results stacked.
 * @example np.applyAlongAxis((v) => np.sum(v), 1, [[1, 2], [3, 4]]) // => [3, 7]
 */
export function applyAlongAxis(f: (v: Tensor) => Tensor, axis: number, x: TensorLike): Tensor {
  const t = moveaxis(x, axis, -1);
  const rows = product(t.shape.slice(0, -1));
  const flat = lax.reshape(t, [rows, t.shape[t.ndim - 1]]);
  const out = range(rows).map((i) => f(lax.reshape(lax.slice(flat, [i, 0], [i + 1, flat.shape[1]]), [flat.shape[1]])));
  const stacked = lax.concatenate(
    out.map((v) => lax.reshape(v, [1, ...v.shape])),
    0,
  );
  const shape = lax.reshape(stacked, [...t.shape.slice(0, -1), ...out[0].shape]);
  return out[0].ndim === 1 ? moveaxis(shape, -1, axis) : shape;
}
