import { isFloat, isInteger, isSigned } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import type { Tensor } from '../tensor.ts';
import { broadcastShapes, broadcastTo, promote } from './promotion.ts';

/* Elementwise functions with numpy's broadcasting and JAX's dtype promotion. */

const binary =
  (f: (x: Tensor, y: Tensor) => Tensor) =>
  (x: TensorLike, y: TensorLike): Tensor => {
    const [a, b] = promote(x, y);
    return f(a, b);
  };

/** Unary functions that need floats: integers become f32. */
const floating =
  (f: (x: Tensor) => Tensor) =>
  (x: TensorLike): Tensor => {
    const t = lax.asTensor(x);
    return f(isInteger(t.dtype) || t.dtype === 'bool' ? lax.convertElementType(t, 'f32') : t);
  };

export const add = binary(lax.add);
export const subtract = binary(lax.sub);
export const multiply = binary(lax.mul);
/** True division: integers are converted to f32. */
export const divide = binary((a, b) =>
  isFloat(a.dtype) ? lax.div(a, b) : lax.div(lax.convertElementType(a, 'f32'), lax.convertElementType(b, 'f32')),
);
export const maximum = binary(lax.max);
export const minimum = binary(lax.min);
export const power = binary(lax.pow);
export const arctan2 = binary(lax.atan2);
/** Remainder with the sign of the divisor, as Python's `%`. */
export const mod = binary((a, b) => {
  const r = lax.rem(a, b);
  if (!isFloat(a.dtype) && !isSigned(a.dtype)) return r;
  const wrong = lax.bitwiseAnd(lax.ne(r, 0), lax.ne(lax.lt(r, 0), lax.lt(b, 0)));
  return lax.select(wrong, lax.add(r, b), r);
});
/** Rounds the quotient towards negative infinity. */
export const floorDivide = binary((a, b) => {
  if (isFloat(a.dtype)) return lax.floor(lax.div(a, b));
  const q = lax.div(a, b);
  if (!isSigned(a.dtype)) return q;
  const inexact = lax.ne(lax.rem(a, b), 0);
  const differ = lax.ne(lax.lt(a, 0), lax.lt(b, 0));
  return lax.select(lax.bitwiseAnd(inexact, differ), lax.sub(q, 1), q);
});

export const equal = binary(lax.eq);
export const notEqual = binary(lax.ne);
export const greater = binary(lax.gt);
export const greaterEqual = binary(lax.ge);
export const less = binary(lax.lt);
export const lessEqual = binary(lax.le);

const asBool = (x: Tensor): Tensor => (x.dtype === 'bool' ? x : lax.ne(x, 0));
export const logicalAnd = binary((a, b) => lax.bitwiseAnd(asBool(a), asBool(b)));
export const logicalOr = binary((a, b) => lax.bitwiseOr(asBool(a), asBool(b)));
export const logicalXor = binary((a, b) => lax.bitwiseXor(asBool(a), asBool(b)));
export const logicalNot = (x: TensorLike): Tensor => lax.bitwiseNot(asBool(lax.asTensor(x)));

export const negative = (x: TensorLike): Tensor => lax.neg(x);
export const abs = (x: TensorLike): Tensor => lax.abs(x);
export const sign = (x: TensorLike): Tensor => lax.sign(x);
export const exp = floating(lax.exp);
export const expm1 = floating(lax.expm1);
export const log = floating(lax.log);
export const log1p = floating(lax.log1p);
export const log2 = floating((x) => lax.div(lax.log(x), Math.LN2));
export const sqrt = floating(lax.sqrt);
export const cbrt = floating(lax.cbrt);
export const sin = floating(lax.sin);
export const cos = floating(lax.cos);
export const tan = floating(lax.tan);
export const tanh = floating(lax.tanh);
export const floor = floating(lax.floor);
export const ceil = floating(lax.ceil);
export const square = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return lax.mul(t, t);
};
export const reciprocal = floating((x) => lax.div(1, x));
export const isfinite = floating(lax.isfinite);
export const isnan = floating((x) => lax.ne(x, x));

/** `x` where `condition`, else `y`, all broadcast together. */
export function where(condition: TensorLike, x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promote(x, y);
  const c = asBool(lax.asTensor(condition));
  const shape = broadcastShapes(c.shape, a.shape);
  return lax.select(broadcastTo(c, shape), broadcastTo(a, shape), broadcastTo(b, shape));
}

/** Limits values to [low, high]. */
export function clip(x: TensorLike, low?: TensorLike, high?: TensorLike): Tensor {
  let t = lax.asTensor(x);
  if (low !== undefined) t = maximum(t, low);
  if (high !== undefined) t = minimum(t, high);
  return t;
}

export const astype = lax.convertElementType;
