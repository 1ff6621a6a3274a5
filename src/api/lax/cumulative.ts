import { normalizeAxis } from '../numpy/shape.ts';
import type { Tensor } from '../trace/tensor.ts';
import { splat } from '../trace/trace.ts';
import { associativeScan } from '../transforms/loops.ts';
import { abs, add, asTensor, eq, exp, log1p, max, neg, select, sub, type TensorLike } from './core.ts';
import { reduceWindow } from './windows.ts';

/* Running reductions along a dimension: windows that grow from one end to the other. */

/** Cumulative reduction along a dimension, from its start or (`reverse`) its end; the result has the operand's shape. */
function running(x: TensorLike, kind: 'sum' | 'prod' | 'max' | 'min', axis: number, reverse: boolean): Tensor {
  const t = asTensor(x);
  const d = normalizeAxis(axis, t.ndim);
  const n = t.shape[d];
  if (n < 2) return t;
  const window = t.shape.map((_, i) => (i === d ? n : 1));
  const padding = window.map((size): [number, number] => (reverse ? [0, size - 1] : [size - 1, 0]));
  return reduceWindow(t, kind, window, { padding });
}

/**
 * Running sum along a dimension; `reverse` runs from its end.
 * @example lax.cumsum([1, 2, 3], 0, true) // => [6, 5, 3]
 */
export const cumsum = (x: TensorLike, axis = 0, reverse = false): Tensor => running(x, 'sum', axis, reverse);
/**
 * Running product along a dimension.
 * @example lax.cumprod([1, 2, 3]) // => [1, 2, 6]
 */
export const cumprod = (x: TensorLike, axis = 0, reverse = false): Tensor => running(x, 'prod', axis, reverse);
/**
 * Running maximum along a dimension.
 * @example lax.cummax([1, 3, 2]) // => [1, 3, 3]
 */
export const cummax = (x: TensorLike, axis = 0, reverse = false): Tensor => running(x, 'max', axis, reverse);
/**
 * Running minimum along a dimension.
 * @example lax.cummin([3, 1, 2]) // => [3, 1, 1]
 */
export const cummin = (x: TensorLike, axis = 0, reverse = false): Tensor => running(x, 'min', axis, reverse);

/** `log(exp(a) + exp(b))` without overflow. */
function logAddExp(a: Tensor, b: Tensor): Tensor {
  const top = max(a, b);
  const difference = sub(a, b);
  // Equal infinities have no difference.
  const safe = select(eq(a, b), splat(a.dtype, a.shape, 0), difference);
  const same = select(eq(a, b), add(top, Math.LN2), add(top, log1p(exp(neg(abs(safe))))));
  return same;
}

/**
 * Running `log Σ exp(x)`.
 * @example lax.cumlogsumexp([0, 0, 0]) // => [0, 0.69315, 1.0986]
 */
export const cumlogsumexp = (x: TensorLike, axis = 0, reverse = false): Tensor =>
  associativeScan(logAddExp, asTensor(x), { axis, reverse });
