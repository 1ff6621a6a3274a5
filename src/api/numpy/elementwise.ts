import { type DType, isComplex, isFloat, isUnsigned } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { imag, real, round } from '../lax/special.ts';
import type { Tensor } from '../trace/tensor.ts';
import { atOnePlace } from '../trace/trace.ts';
import { broadcastShapes, broadcastTo, floats, promote } from './promotion.ts';

/* Elementwise functions with numpy's broadcasting and JAX's dtype promotion. */

const binary =
  (f: (x: Tensor, y: Tensor) => Tensor) =>
  (x: TensorLike, y: TensorLike): Tensor =>
    atOnePlace(() => {
      const [a, b] = promote(x, y);
      return f(a, b);
    });

/** Unary functions that need floats: integers become f32. */
const floating =
  (f: (x: Tensor) => Tensor) =>
  (x: TensorLike): Tensor =>
    atOnePlace(() => f(floats(x)));

/** Types without negative numbers, which the ops of signs do not take. */
const isNonNegative = (d: DType): boolean => d === 'bool' || isUnsigned(d);

/** Booleans as i32, for arithmetic. */
const numbers = (t: Tensor): Tensor => (t.dtype === 'bool' ? lax.convertElementType(t, 'i32') : t);

/**
 * Elementwise sum.
 * @example np.add([1, 2], 3) // => [4, 5]
 */
export const add = binary(lax.add);
/**
 * Elementwise difference.
 * @example np.subtract([1, 2], 3) // => [-2, -1]
 */
export const subtract = binary(lax.sub);
/**
 * Elementwise product.
 * @example np.multiply([1, 2], 3) // => [3, 6]
 */
export const multiply = binary(lax.mul);
/**
 * True division: integers are converted to f32.
 * @example np.divide([1, 2], 4) // => [0.25, 0.5]
 */
export const divide = binary((a, b) => lax.div(floats(a), floats(b)));
/**
 * Elementwise maximum; NaN if either is NaN.
 * @example np.maximum([1, 5], [4, 2]) // => [4, 5]
 */
export const maximum = binary(lax.max);
/**
 * Elementwise minimum; NaN if either is NaN.
 * @example np.minimum([1, 5], [4, 2]) // => [1, 2]
 */
export const minimum = binary(lax.min);
/**
 * Elementwise power.
 * @example np.pow([2, 3], 2) // => [4, 9]
 */
export const power = binary((a, b) => lax.pow(numbers(a), numbers(b)));
/**
 * Angle of the points `(y, x)`, elementwise.
 * @example np.arctan2([1, -1], [1, 0]) // => [0.7854, -1.5708]
 */
export const arctan2 = binary((a, b) => lax.atan2(floats(a), floats(b)));

/** Quotients have no integer value where the divisor is 0; remainders are then 0. */
const orOne = (b: Tensor): Tensor => (isFloat(b.dtype) ? b : lax.select(lax.eq(b, 0), 1, b));
/**
 * Remainder with the sign of the dividend; of integers by 0 it is 0.
 * @example np.fmod([7, -7], 3) // => [1, -1]
 */
export const fmod = binary((a, b) => lax.rem(numbers(a), orOne(numbers(b))));
/**
 * Remainder with the sign of the divisor, as Python's `%`; of integers by 0 it is 0.
 * @example np.mod([7, -7], 3) // => [1, 2]
 */
export const mod = binary((x, y) => {
  const [a, b] = [numbers(x), orOne(numbers(y))];
  const r = lax.rem(a, b);
  if (isUnsigned(a.dtype)) return r;
  const wrong = lax.bitwiseAnd(lax.ne(r, 0), lax.ne(lax.lt(r, 0), lax.lt(b, 0)));
  return lax.select(wrong, lax.add(r, b), r);
});
/**
 * Rounds the quotient towards negative infinity. Of floats it is the exact quotient that is rounded, as in Python: `1 // 0.1` is 9.
 * @example np.floorDivide([7, -7], 2) // => [3, -4]
 */
export const floorDivide = binary((x, y) => {
  const [a, b] = [numbers(x), numbers(y)];
  if (isUnsigned(a.dtype)) return lax.div(a, b);
  const r = lax.rem(a, b);
  const exact = isFloat(a.dtype) ? lax.select(lax.eq(b, 0), a, lax.sub(a, r)) : a;
  const q = lax.div(exact, b);
  const differ = lax.ne(lax.sign(isFloat(a.dtype) ? r : a), lax.sign(b));
  const floored = lax.select(lax.bitwiseAnd(lax.ne(r, 0), differ), lax.sub(q, 1), q);
  return isFloat(a.dtype) ? round(floored, 'TO_NEAREST_EVEN') : floored;
});

/** A comparison; of complex numbers by their real parts, and by their imaginary parts where those are equal. */
const ordered = (test: (x: TensorLike, y: TensorLike) => Tensor) =>
  binary((a, b) => {
    if (!isComplex(a.dtype)) return test(a, b);
    const [p, q] = [real(a), real(b)];
    return lax.select(lax.eq(p, q), test(imag(a), imag(b)), test(p, q));
  });

/**
 * Whether equal, elementwise.
 * @example np.equal([1, 2], 2) // => [false, true]
 */
export const equal = binary(lax.eq);
/**
 * Whether different, elementwise.
 * @example np.notEqual([1, 2], 2) // => [true, false]
 */
export const notEqual = binary(lax.ne);
/**
 * Whether greater, elementwise.
 * @example np.greater([1, 2, 3], 2) // => [false, false, true]
 */
export const greater = ordered(lax.gt);
/**
 * Whether greater or equal, elementwise.
 * @example np.greaterEqual([1, 2, 3], 2) // => [false, true, true]
 */
export const greaterEqual = ordered(lax.ge);
/**
 * Whether less, elementwise.
 * @example np.less([1, 2, 3], 2) // => [true, false, false]
 */
export const less = ordered(lax.lt);
/**
 * Whether less or equal, elementwise.
 * @example np.lessEqual([1, 2, 3], 2) // => [true, true, false]
 */
export const lessEqual = ordered(lax.le);

const asBool = (x: Tensor): Tensor => (x.dtype === 'bool' ? x : lax.ne(x, 0));
/**
 * Elementwise conjunction; numbers hold if not zero.
 * @example np.logicalAnd([true, true], [true, false]) // => [true, false]
 */
export const logicalAnd = binary((a, b) => lax.bitwiseAnd(asBool(a), asBool(b)));
/**
 * Elementwise disjunction.
 * @example np.logicalOr([false, true], [false, false]) // => [false, true]
 */
export const logicalOr = binary((a, b) => lax.bitwiseOr(asBool(a), asBool(b)));
/**
 * Elementwise exclusive or.
 * @example np.logicalXor([true, true], [true, false]) // => [false, true]
 */
export const logicalXor = binary((a, b) => lax.bitwiseXor(asBool(a), asBool(b)));
/**
 * Elementwise negation.
 * @example np.logicalNot([true, false]) // => [false, true]
 */
export const logicalNot = (x: TensorLike): Tensor => lax.bitwiseNot(asBool(lax.asTensor(x)));

/**
 * Elementwise negation.
 * @example np.negative([1, -2]) // => [-1, 2]
 */
export const negative = (x: TensorLike): Tensor => lax.neg(x);
/**
 * Elementwise absolute value; of complex numbers their modulus.
 * @example np.abs([-1, 2]) // => [1, 2]
 */
export const abs = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return isNonNegative(t.dtype) ? t : lax.abs(t);
};
/**
 * Elementwise sign.
 * @example np.sign([-3, 0, 2]) // => [-1, 0, 1]
 */
export const sign = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return isUnsigned(t.dtype) ? lax.min(t, 1) : lax.sign(t);
};
/**
 * Elementwise exponential.
 * @example np.exp([0, 1]) // => [1, 2.7183]
 */
export const exp = floating(lax.exp);
/**
 * Elementwise `exp(x) − 1`, accurate near 0.
 * @example np.expm1([0, 1e-5]) // => [0, 0.00001]
 */
export const expm1 = floating(lax.expm1);
/**
 * Elementwise natural logarithm.
 * @example np.log([1, 10]) // => [0, 2.3026]
 */
export const log = floating(lax.log);
/**
 * Elementwise `log(1 + x)`, accurate near 0.
 * @example np.log1p([0, 1e-5]) // => [0, 0.0000099999]
 */
export const log1p = floating(lax.log1p);
/**
 * Elementwise logarithm to base 2.
 * @example np.log2([1, 8]) // => [0, 3]
 */
export const log2 = floating((x) => lax.div(lax.log(x), Math.LN2));
/**
 * Elementwise square root.
 * @example np.sqrt([4, 9]) // => [2, 3]
 */
export const sqrt = floating(lax.sqrt);
/**
 * Elementwise cube root.
 * @example np.cbrt([8, -27]) // => [2, -3]
 */
export const cbrt = floating(lax.cbrt);
/**
 * Elementwise sine.
 * @example np.sin([0, 1]) // => [0, 0.84147]
 */
export const sin = floating(lax.sin);
/**
 * Elementwise cosine.
 * @example np.cos([0, 1]) // => [1, 0.5403]
 */
export const cos = floating(lax.cos);
/**
 * Elementwise tangent.
 * @example np.tan([0, 1]) // => [0, 1.5574]
 */
export const tan = floating(lax.tan);
/**
 * Elementwise hyperbolic tangent.
 * @example np.tanh([0, 1]) // => [0, 0.76159]
 */
export const tanh = floating(lax.tanh);
/**
 * Elementwise largest integer not above.
 * @example np.floor([1.2, -1.2]) // => [1, -2]
 */
export const floor = floating(lax.floor);
/**
 * Elementwise smallest integer not below.
 * @example np.ceil([1.2, -1.2]) // => [2, -1]
 */
export const ceil = floating(lax.ceil);
/**
 * Elementwise square.
 * @example np.square([3, -4]) // => [9, 16]
 */
export const square = (x: TensorLike): Tensor => {
  const t = numbers(lax.asTensor(x));
  return lax.mul(t, t);
};
/**
 * Elementwise `1 / x`.
 * @example np.reciprocal([2, 4]) // => [0.5, 0.25]
 */
export const reciprocal = floating((x) => lax.div(1, x));
/**
 * Whether neither infinite nor NaN, elementwise.
 * @example np.isfinite([1, Infinity, NaN]) // => [true, false, false]
 */
export const isfinite = floating((x) =>
  isComplex(x.dtype) ? lax.bitwiseAnd(lax.isfinite(real(x)), lax.isfinite(imag(x))) : lax.isfinite(x),
);
/**
 * Whether NaN, elementwise.
 * @example np.isnan([1, NaN]) // => [false, true]
 */
export const isnan = floating((x) => lax.ne(x, x));

/**
 * `x` where `condition`, else `y`, all broadcast together.
 * @example np.where([true, false], [1, 2], 0) // => [1, 0]
 */
export function where(condition: TensorLike, x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promote(x, y);
  const c = asBool(lax.asTensor(condition));
  const shape = broadcastShapes(c.shape, a.shape);
  return lax.select(broadcastTo(c, shape), broadcastTo(a, shape), broadcastTo(b, shape));
}

/**
 * Limits values to [low, high].
 * @example np.clip([-1, 0.5, 2], 0, 1) // => [0, 0.5, 1]
 */
export function clip(x: TensorLike, low?: TensorLike, high?: TensorLike): Tensor {
  let t = lax.asTensor(x);
  if (low !== undefined) t = maximum(t, low);
  if (high !== undefined) t = minimum(t, high);
  return t;
}

export const astype = lax.convertElementType;
