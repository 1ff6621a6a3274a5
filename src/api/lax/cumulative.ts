import { highestValue, lowestValue, type Scalar } from '../../base/index.ts';
import { associativeScan } from '../loops.ts';
import { normalizeAxis } from '../numpy/shape.ts';
import type { Tensor } from '../tensor.ts';
import { splat } from '../trace.ts';
import {
  abs,
  add,
  asTensor,
  eq,
  exp,
  log1p,
  max,
  min,
  mul,
  neg,
  pad,
  rev,
  select,
  sub,
  type TensorLike,
} from './core.ts';

/* Running reductions along a dimension, as log₂(n) shifted combinations; the result has the operand's shape. */

const running =
  (combine: (a: Tensor, b: Tensor) => Tensor, identity: (t: Tensor) => Scalar) =>
  (x: TensorLike, axis = 0, reverse = false): Tensor => {
    let t = asTensor(x);
    const d = normalizeAxis(axis, t.ndim);
    const id = identity(t);
    if (reverse) t = rev(t, [d]);
    for (let shift = 1; shift < t.shape[d]; shift *= 2) {
      const config = t.shape.map((_, i) => (i === d ? ([shift, -shift, 0] as const) : ([0, 0, 0] as const)));
      t = combine(t, pad(t, id as number, config));
    }
    return reverse ? rev(t, [d]) : t;
  };

/**
 * Running sum along a dimension; `reverse` runs from its end.
 * @example lax.cumsum([1, 2, 3], 0, true) // => [6, 5, 3]
 */
export const cumsum = running(add, () => 0);
/**
 * Running product along a dimension.
 * @example lax.cumprod([1, 2, 3]) // => [1, 2, 6]
 */
export const cumprod = running(mul, () => 1);
/**
 * Running maximum along a dimension.
 * @example lax.cummax([1, 3, 2]) // => [1, 3, 3]
 */
export const cummax = running(max, (t) => lowestValue(t.dtype));
/**
 * Running minimum along a dimension.
 * @example lax.cummin([3, 1, 2]) // => [3, 1, 1]
 */
export const cummin = running(min, (t) => highestValue(t.dtype));

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
