import { dtypeInfo, isFloat, largestFinite, type Shape, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import * as special from '../lax/special.ts';
import { requireOptions } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { recursiveJvp } from '../transforms/recursive-jvp.ts';
import { abs, add, divide, floorDivide, isfinite, isnan, mod, multiply, subtract, where } from './elementwise.ts';
import { searchsorted } from './order.ts';
import { broadcastShapes, broadcastTo, floats, promote } from './promotion.ts';

/* More elementwise functions of numpy: trigonometry, rounding, bits, floats' parts, comparisons with tolerance. */

const floating =
  (f: (x: Tensor) => Tensor) =>
  (x: TensorLike): Tensor =>
    f(floats(x));
const binary =
  (f: (x: Tensor, y: Tensor) => Tensor) =>
  (x: TensorLike, y: TensorLike): Tensor => {
    const [a, b] = promote(x, y);
    return f(a, b);
  };
const floatBinary = (f: (x: Tensor, y: Tensor) => Tensor) => binary((a, b) => f(floats(a), floats(b)));

/**
 * Elementwise inverse sine.
 * @example np.arcsin([0, 1]) // => [0, 1.5708]
 */
export const arcsin = floating(special.asin);
/**
 * Elementwise inverse cosine.
 * @example np.acos([0, 1]) // => [1.5708, 0]
 */
export const arccos = floating(special.acos);
/**
 * Elementwise inverse tangent.
 * @example np.arctan([0, 1]) // => [0, 0.7854]
 */
export const arctan = floating(special.atan);
/**
 * Elementwise hyperbolic sine.
 * @example np.sinh([0, 1]) // => [0, 1.1752]
 */
export const sinh = floating(special.sinh);
/**
 * Elementwise hyperbolic cosine.
 * @example np.cosh([0, 1]) // => [1, 1.5431]
 */
export const cosh = floating(special.cosh);
/**
 * Elementwise inverse hyperbolic sine.
 * @example np.arcsinh([0, 1]) // => [0, 0.88137]
 */
export const arcsinh = floating(special.asinh);
/**
 * Elementwise inverse hyperbolic cosine.
 * @example np.acosh([1, 2]) // => [0, 1.317]
 */
export const arccosh = floating(special.acosh);
/**
 * Elementwise inverse hyperbolic tangent.
 * @example np.arctanh([0, 0.5]) // => [0, 0.54931]
 */
export const arctanh = floating(special.atanh);
export { arccos as acos, arccosh as acosh, arcsin as asin, arcsinh as asinh, arctan as atan, arctanh as atanh };
/**
 * Elementwise power of two.
 * @example np.exp2([0, 3]) // => [1, 8]
 */
export const exp2 = floating(special.exp2);
/**
 * Elementwise logarithm to base 10.
 * @example np.log10([1, 100]) // => [0, 2]
 */
export const log10 = floating((x) => lax.div(lax.log(x), Math.LN10));
/**
 * `sin(πx) / (πx)`, 1 at zero.
 * @example np.sinc([0, 0.5]) // => [1, 0.63662]
 */
export const sinc = floating((x) => {
  const y = lax.mul(x, Math.PI);
  const { near, series } = sincNearZero(y);
  const far = lax.select(near, 1, y);
  return lax.select(near, series, lax.div(lax.sin(far), far));
});
/** `sin(y) / y` for |y| < 1 by its series Σ (−1)ᵏ y²ᵏ / (2k + 1)!, which has the right derivatives at 0. */
function sincNearZero(y: Tensor): { near: Tensor; series: Tensor } {
  const near = lax.lt(lax.abs(y), 1);
  const inside = lax.select(near, y, 0);
  const squared = lax.mul(inside, inside);
  // y²⁰ / 21! is below the rounding of f64.
  let series: Tensor = lax.add(lax.mul(squared, 0), 1);
  for (let k = 9; k > 0; k--) series = lax.sub(1, lax.mul(series, lax.mul(squared, 1 / (2 * k * (2 * k + 1)))));
  return { near, series };
}
/**
 * Degrees to radians.
 * @example np.deg2rad([0, 180]) // => [0, 3.1416]
 */
export const deg2rad = floating((x) => lax.mul(x, Math.PI / 180));
/**
 * Radians to degrees.
 * @example np.degrees([0, Math.PI]) // => [0, 180]
 */
export const rad2deg = floating((x) => lax.mul(x, 180 / Math.PI));
export { deg2rad as radians, rad2deg as degrees };
/**
 * The value itself.
 * @example np.positive([1, -2]) // => [1, -2]
 */
export const positive = (x: TensorLike): Tensor => lax.asTensor(x);
/**
 * `abs`.
 * @example np.absolute([-1, 2]) // => [1, 2]
 */
export const absolute = abs;
/**
 * Elementwise absolute value in floats.
 * @example np.fabs([-1, 2]) // => [1, 2]
 */
export const fabs = floating(lax.abs);
/**
 * `x1` to the power `x2` in floats.
 * @example np.floatPower([2, 3], 2) // => [4, 9]
 */
export const floatPower = floatBinary(lax.pow);
/**
 * `√(x² + y²)` without overflow; infinite where either is, even beside NaN (IEEE 754 hypot).
 * @example np.hypot([3], [4]) // => [5]
 */
export const hypot = floatBinary((a, b) => {
  const [x, y] = [lax.abs(a), lax.abs(b)];
  const [big, small] = [lax.max(x, y), lax.min(x, y)];
  const safe = lax.select(lax.eq(big, 0), 1, big);
  const ratio = lax.div(small, safe);
  const length = lax.mul(big, lax.sqrt(lax.add(1, lax.mul(ratio, ratio))));
  return lax.select(lax.bitwiseOr(lax.eq(x, Infinity), lax.eq(y, Infinity)), Infinity, length);
});
/** The difference, 0 of equal infinities. */
const finiteDifference = (a: Tensor, b: Tensor): Tensor => {
  const same = lax.bitwiseAnd(lax.eq(a, b), lax.bitwiseNot(isfinite(a)));
  return lax.sub(lax.select(same, 0, a), lax.select(same, 0, b));
};
const logOfSum = (a: Tensor, b: Tensor): Tensor =>
  lax.add(lax.max(a, b), lax.log1p(lax.exp(lax.neg(lax.abs(finiteDifference(a, b))))));
/** Its derivatives by the shares `σ(a − b)` and `σ(b − a)`, of any order also where both are equal. */
const smoothLogOfSum = recursiveJvp(logOfSum, (self, [a, b], [ta, tb]) => {
  const difference = finiteDifference(a, b);
  const share = (d: Tensor, t: Tensor): Tensor => lax.mul(lax.logistic(d), t);
  return [self(a, b), lax.add(share(difference, ta), share(lax.neg(difference), tb))];
});
/**
 * `log(exp(x) + exp(y))`.
 * @example np.logaddexp([0], [0]) // => [0.69315]
 */
export const logaddexp = floatBinary(smoothLogOfSum);
/**
 * `log2(2^x + 2^y)`.
 * @example np.logaddexp2([1], [1]) // => [2]
 */
export const logaddexp2 = (x: TensorLike, y: TensorLike): Tensor =>
  divide(logaddexp(multiply(x, Math.LN2), multiply(y, Math.LN2)), Math.LN2);
/**
 * 0 below zero, `h` at zero, 1 above.
 * @example np.heaviside([-1, 0, 2], 0.5) // => [0, 0.5, 1]
 */
export const heaviside = floatBinary((x, h) =>
  lax.select(lax.lt(x, 0), 0, lax.select(lax.gt(x, 0), 1, lax.select(lax.eq(x, 0), h, x))),
);
/**
 * Magnitude of the first with the sign of the second.
 * @example np.copysign([1, 2], [-1, 1]) // => [-1, 2]
 */
export const copysign = floatBinary((a, b) => lax.select(lax.ne(signbit(a), signbit(b)), lax.neg(a), a));
/**
 * The float next to `x` towards `y`.
 * @example np.subtract(np.nextafter([1], [2]), 1) // => [1.1921e-7]
 */
export const nextafter = floatBinary(special.nextafter);

/**
 * Whether the sign bit is set: true for −0.
 * @example np.signbit([-1, 1]) // => [true, false]
 */
export function signbit(x: TensorLike): Tensor {
  const t = floats(x);
  const { bits } = dtypeInfo(t.dtype);
  const integers = { 8: 'i8', 16: 'i16', 32: 'i32', 64: 'i64' } as const;
  const integer = integers[bits as 8 | 16 | 32 | 64];
  if (!integer) throw new UserError('api/dtype', `signbit does not know ${t.dtype}`);
  return lax.lt(lax.bitcastConvertType(t, integer), 0);
}

/**
 * Rounds to `decimals` places, halves to even.
 * @example np.around([1.25, 2.35], 1) // => [1.2, 2.4]
 */
export function round(x: TensorLike, decimals = 0): Tensor {
  const t = lax.asTensor(x);
  if (!isFloat(t.dtype)) return t;
  if (decimals === 0) return special.round(t, 'TO_NEAREST_EVEN');
  const factor = 10 ** decimals;
  return lax.div(special.round(lax.mul(t, factor), 'TO_NEAREST_EVEN'), factor);
}
export { round as around };
/**
 * Rounds to the nearest integer, halves to even.
 * @example np.rint([0.5, 1.5, 2.7]) // => [0, 2, 3]
 */
export const rint = floating((x) => special.round(x, 'TO_NEAREST_EVEN'));
/**
 * Rounds towards zero.
 * @example np.fix([1.7, -1.7]) // => [1, -1]
 */
export const trunc = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return isFloat(t.dtype) ? lax.select(lax.lt(t, 0), lax.ceil(t), lax.floor(t)) : t;
};
export { trunc as fix };
export const remainder = mod;
export const trueDivide = divide;
/**
 * `floorDivide` and `mod`.
 * @example np.divmod([7, -7], 3) // => [[2, -3], [1, 2]]
 */
export const divmod = (x: TensorLike, y: TensorLike): [quotient: Tensor, remainder: Tensor] => [
  floorDivide(x, y),
  mod(x, y),
];
/**
 * Fractional and integral parts, both with the sign of `x`.
 * @example np.modf([1.5, -2.25]) // => [[0.5, -0.25], [1, -2]]
 */
export const modf = (x: TensorLike): [Tensor, Tensor] => {
  const t = floats(x);
  const whole = trunc(t);
  return [lax.sub(t, whole), whole];
};
/**
 * `x · 2^y`.
 * @example np.ldexp([0.5, 0.75], [4, 2]) // => [8, 3]
 */
export const ldexp = (x: TensorLike, y: TensorLike): Tensor => multiply(floats(x), exp2(y));

/**
 * Elementwise bitwise and.
 * @example np.bitwiseAnd(np.array([6, 5], 'i32'), 3) // => [2, 1]
 */
export const bitwiseAnd = binary(lax.bitwiseAnd);
/**
 * Elementwise bitwise or.
 * @example np.bitwiseOr(np.array([6, 5], 'i32'), 3) // => [7, 7]
 */
export const bitwiseOr = binary(lax.bitwiseOr);
/**
 * Elementwise bitwise exclusive or.
 * @example np.bitwiseXor(np.array([6, 5], 'i32'), 3) // => [5, 6]
 */
export const bitwiseXor = binary(lax.bitwiseXor);
/**
 * Elementwise bitwise complement.
 * @example np.bitwiseInvert(np.array([0, 5], 'i32')) // => [-1, -6]
 */
export const bitwiseNot = (x: TensorLike): Tensor => lax.bitwiseNot(x);
export { bitwiseNot as bitwiseInvert, bitwiseNot as invert };
/**
 * Elementwise left shift.
 * @example np.bitwiseLeftShift(np.array([1, 3], 'i32'), 2) // => [4, 12]
 */
export const leftShift = binary(lax.shiftLeft);
/**
 * Arithmetic for signed integers, logical for unsigned ones.
 * @example np.bitwiseRightShift(np.array([-8, 8], 'i32'), 1) // => [-4, 4]
 */
export const rightShift = binary((a, b) =>
  dtypeInfo(a.dtype).kind === 'signed' ? lax.shiftRightArithmetic(a, b) : lax.shiftRightLogical(a, b),
);
export { leftShift as bitwiseLeftShift, rightShift as bitwiseRightShift };
/**
 * Number of one bits of the magnitude.
 * @example np.bitwiseCount(np.array([7, -8], 'i32')) // => [3, 1]
 */
export const bitwiseCount = (x: TensorLike): Tensor => lax.populationCount(absolute(x));

/**
 * Whether infinite, elementwise.
 * @example np.isinf([1, -Infinity]) // => [false, true]
 */
export const isinf = floating((x) => lax.eq(lax.abs(x), Number.POSITIVE_INFINITY));
/**
 * Whether ∞, elementwise.
 * @example np.isposinf([1, Infinity]) // => [false, true]
 */
export const isposinf = floating((x) => lax.eq(x, Number.POSITIVE_INFINITY));
/**
 * Whether −∞, elementwise.
 * @example np.isneginf([1, -Infinity]) // => [false, true]
 */
export const isneginf = floating((x) => lax.eq(x, Number.NEGATIVE_INFINITY));
/**
 * NaN becomes `nan`, infinities the given numbers (default: the largest finite ones).
 * @example np.nanToNum([NaN, 1], { nan: -1 }) // => [-1, 1]
 */
export function nanToNum(
  x: TensorLike,
  options: { readonly nan?: number; readonly posinf?: number; readonly neginf?: number } = {},
): Tensor {
  const t = floats(x);
  const huge = largestFinite(t.dtype);
  const finite = lax.select(isposinf(t), options.posinf ?? huge, lax.select(isneginf(t), options.neginf ?? -huge, t));
  return lax.select(isnan(t), options.nan ?? 0, finite);
}
/**
 * The larger one, ignoring NaN.
 * @example np.fmax([1, NaN], [2, 3]) // => [2, 3]
 */
export const fmax = floatBinary((a, b) => lax.select(isnan(a), b, lax.select(isnan(b), a, lax.max(a, b))));
/**
 * The smaller one, ignoring NaN.
 * @example np.fmin([1, NaN], [2, 3]) // => [1, 3]
 */
export const fmin = floatBinary((a, b) => lax.select(isnan(a), b, lax.select(isnan(b), a, lax.min(a, b))));

export interface CloseOptions {
  /** Relative tolerance, default 1e-5. */
  readonly rtol?: number;
  /** Absolute tolerance, default 1e-8. */
  readonly atol?: number;
  readonly equalNan?: boolean;
}
/**
 * `|x − y| ≤ atol + rtol · |y|`; infinities are close to themselves.
 * @example np.isclose([1, 2], [1, 2.1]) // => [true, false]
 */
export function isclose(x: TensorLike, y: TensorLike, o: CloseOptions = {}): Tensor {
  requireOptions(o, ['rtol', 'atol', 'equalNan'], 'isclose');
  const [a, b] = promote(floats(x), floats(y));
  const bound = lax.add(lax.mul(lax.abs(b), o.rtol ?? 1e-5), o.atol ?? 1e-8);
  const near = lax.bitwiseAnd(lax.le(lax.abs(lax.sub(a, b)), bound), lax.bitwiseAnd(lax.isfinite(a), lax.isfinite(b)));
  const close = lax.bitwiseOr(near, lax.eq(a, b));
  return o.equalNan ? lax.bitwiseOr(close, lax.bitwiseAnd(isnan(a), isnan(b))) : close;
}

/**
 * The value of the first condition that holds, else `otherwise`.
 * @example np.select([np.less([1, 2, 3], 2), np.less([1, 2, 3], 3)], [[10, 10, 10], [20, 20, 20]], -1) // => [10, 20, -1]
 */
export function select(
  conditions: readonly TensorLike[],
  values: readonly TensorLike[],
  otherwise: TensorLike = 0,
): Tensor {
  if (conditions.length !== values.length)
    throw new UserError('api/select', 'select needs as many values as conditions');
  let out = lax.asTensor(otherwise);
  for (let i = values.length - 1; i >= 0; i--)
    out = where(conditions[i], values[i], typeof otherwise === 'number' && i === values.length - 1 ? otherwise : out);
  return out;
}

/**
 * Linear interpolation of the points `(xp, fp)` (`xp` increasing) at `x`; constant outside. Where slopes meet, the derivative is that of the right one.
 * @example np.interp([0.5, 1.5], [0, 1, 2], [0, 10, 0]) // => [5, 5]
 */
export function interp(x: TensorLike, xp: TensorLike, fp: TensorLike): Tensor {
  const [t, p, f] = [floats(x), floats(xp), floats(fp)];
  const n = p.shape[0];
  const right = lax.clamp(Math.min(1, n - 1), searchsorted(p, t, 'right'), n - 1);
  const left = lax.max(lax.sub(right, 1), 0);
  const [[x0, x1], [f0, f1]] = [p, f].map((v) => [lax.takeRows(v, left), lax.takeRows(v, right)]);
  const [width, rise] = [lax.sub(x1, x0), lax.sub(f1, f0)];
  const isStep = lax.eq(width, 0);
  const inside = lax.add(f0, lax.mul(lax.div(lax.sub(t, x0), lax.select(isStep, 1, width)), rise));
  const end = (v: Tensor, i: number): Tensor => broadcastTo(lax.reshape(lax.slice(v, [i], [i + 1]), []), t.shape);
  const from = lax.select(lax.lt(t, end(p, 0)), end(f, 0), lax.select(isStep, f1, inside));
  return lax.select(lax.gt(t, end(p, n - 1)), end(f, n - 1), from);
}

/**
 * Value of the polynomial with coefficients `p` (highest power first) at `x`.
 * @example np.polyval([1, 0, 1], [2, 3]) // => [5, 10]
 */
export function polyval(p: TensorLike, x: TensorLike): Tensor {
  const c = lax.asTensor(p);
  const t = lax.asTensor(x);
  let out: Tensor = broadcastTo(lax.convertElementType(lax.reshape(lax.slice(c, [0], [1]), []), t.dtype), t.shape);
  for (let i = 1; i < c.shape[0]; i++) out = add(multiply(out, t), lax.reshape(lax.slice(c, [i], [i + 1]), []));
  return out;
}

/**
 * Repeats tensors to their common shape.
 * @example np.broadcastArrays([1, 2], [[3], [4]])[0] // => [[1, 2], [1, 2]]
 */
export function broadcastArrays(...xs: readonly TensorLike[]): Tensor[] {
  const tensors = xs.map((x) => lax.asTensor(x));
  const shape: Shape = broadcastShapes(...tensors.map((t) => t.shape));
  return tensors.map((t) => broadcastTo(t, shape));
}

/**
 * Real part.
 * @example np.real(lax.complex([1], [2])) // => [1]
 */
export const real = (x: TensorLike): Tensor => (kind(x) === 'complex' ? special.real(x) : lax.asTensor(x));
/**
 * Imaginary part, zero for real tensors.
 * @example np.imag(lax.complex([1], [2])) // => [2]
 */
export const imag = (x: TensorLike): Tensor => (kind(x) === 'complex' ? special.imag(x) : subtract(x, x));
export const conj = special.conj;
export { conj as conjugate };
/**
 * Angle of a complex number in radians.
 * @example np.angle(lax.complex([0], [1])) // => [1.5708]
 */
export const angle = (x: TensorLike): Tensor => lax.atan2(imag(x), real(x));
const kind = (x: TensorLike): string => dtypeInfo(lax.asTensor(x).dtype).kind;
/**
 * Whether the dtype is complex.
 * @example np.iscomplexobj(np.ones([2])) // => false
 */
export const iscomplexobj = (x: TensorLike): boolean => kind(x) === 'complex';
/**
 * Whether the dtype is not complex.
 * @example np.isrealobj(np.ones([2])) // => true
 */
export const isrealobj = (x: TensorLike): boolean => kind(x) !== 'complex';
