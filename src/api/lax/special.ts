import { type DType, dtypeInfo, type Shape, UserError } from '../../base/index.ts';
import { tensorType } from '../../ir/index.ts';
import { Tensor } from '../trace/tensor.ts';
import { bind, bind1, splat } from '../trace/trace.ts';
import { flatten, unflatten } from '../trace/tree.ts';
import { asTensor, div, mul, neg, type TensorLike } from './core.ts';

/* Elementwise functions beyond `core.ts`; float operands of any shape, results of the same shape and dtype. */

/**
 * Two operands of one type: a JavaScript number takes the other's dtype and shape.
 * @example lax.likePair(2, np.array([1, 3]))[0] // => [2, 2]
 */
export function likePair(x: TensorLike, y: TensorLike): [Tensor, Tensor] {
  const like = x instanceof Tensor ? x : y instanceof Tensor ? y : undefined;
  const bring = (v: TensorLike): Tensor =>
    like && typeof v === 'number' ? splat(like.dtype, like.shape, v) : asTensor(v, like?.dtype);
  return [bring(x), bring(y)];
}

const unary =
  (name: string) =>
  (x: TensorLike): Tensor =>
    bind1(name, [asTensor(x)]);

/**
 * Elementwise inverse cosine.
 * @example lax.acos([0, 1]) // => [1.5708, 0]
 */
export const acos = unary('chlo.acos');
/**
 * Elementwise inverse hyperbolic cosine.
 * @example lax.acosh([1, 2]) // => [0, 1.317]
 */
export const acosh = unary('chlo.acosh');
/**
 * Elementwise inverse sine.
 * @example lax.asin([0, 1]) // => [0, 1.5708]
 */
export const asin = unary('chlo.asin');
/**
 * Elementwise inverse hyperbolic sine.
 * @example lax.asinh([0, 1]) // => [0, 0.88137]
 */
export const asinh = unary('chlo.asinh');
/**
 * Elementwise inverse tangent.
 * @example lax.atan([0, 1]) // => [0, 0.7854]
 */
export const atan = unary('chlo.atan');
/**
 * Elementwise inverse hyperbolic tangent.
 * @example lax.atanh([0, 0.5]) // => [0, 0.54931]
 */
export const atanh = unary('chlo.atanh');
/**
 * Elementwise hyperbolic cosine.
 * @example lax.cosh([0, 1]) // => [1, 1.5431]
 */
export const cosh = unary('chlo.cosh');
/**
 * Elementwise hyperbolic sine.
 * @example lax.sinh([0, 1]) // => [0, 1.1752]
 */
export const sinh = unary('chlo.sinh');
/**
 * Derivative of `lgamma`, elementwise.
 * @example lax.digamma([1, 2]) // => [-0.57722, 0.42278]
 */
export const digamma = unary('chlo.digamma');
/**
 * Logarithm of `|Γ(x)|`, elementwise.
 * @example lax.lgamma([5, 0.5]) // => [3.1781, 0.57236]
 */
export const lgamma = unary('chlo.lgamma');
/**
 * Complementary error function `1 − erf(x)`, accurate for large x.
 * @example lax.erfc([0, 3]) // => [1, 0.00002209]
 */
export const erfc = unary('chlo.erfc');
/**
 * Inverse of the error function, elementwise.
 * @example lax.erfInv([0, 0.5]) // => [0, 0.47694]
 */
export const erfInv = unary('chlo.erf_inv');
/**
 * Exponentially scaled modified Bessel function `e^−|x| I₀(x)`, elementwise.
 * @example lax.besselI0e([0, 1]) // => [1, 0.46576]
 */
export const besselI0e = unary('espalier.bessel_i0e');
/**
 * Exponentially scaled modified Bessel function `e^−|x| I₁(x)`, elementwise.
 * @example lax.besselI1e([0, 1]) // => [0, 0.20791]
 */
export const besselI1e = unary('chlo.bessel_i1e');
/**
 * Number of leading zero bits of integers, elementwise.
 * @example lax.clz(np.array([1, 256], 'i32')) // => [31, 23]
 */
export const clz = unary('stablehlo.count_leading_zeros');
/**
 * Real part of a complex tensor.
 * @example lax.real(lax.complex([1], [2])) // => [1]
 */
export const real = unary('stablehlo.real');
/**
 * Imaginary part of a complex tensor.
 * @example lax.imag(lax.complex([1], [2])) // => [2]
 */
export const imag = unary('stablehlo.imag');
export { isfinite as isFinite } from './core.ts';

/**
 * `x + i·y` of two f32 (f64) tensors: c64 (c128).
 * @example lax.complex([1, 2], [0, -1]) // => [[1, 0], [2, -1]]
 */
export const complex = (x: TensorLike, y: TensorLike): Tensor => bind1('stablehlo.complex', [asTensor(x), asTensor(y)]);
/**
 * Complex conjugate; real tensors are returned as they are.
 * @example lax.conj(lax.complex([1], [2])) // => [[1, -2]]
 */
export function conj(x: TensorLike): Tensor {
  const t = asTensor(x);
  return dtypeInfo(t.dtype).kind === 'complex' ? complex(real(t), neg(imag(t))) : t;
}
/**
 * The float next to `x` towards `y`.
 * @example np.subtract(lax.nextafter([1], [2]), 1) // => [1.1921e-7]
 */
export const nextafter = (x: TensorLike, y: TensorLike): Tensor => bind1('chlo.next_after', [asTensor(x), asTensor(y)]);
/**
 * Hurwitz zeta function Σ (q + n)^−x for x > 1.
 * @example lax.zeta(np.array([2]), 1) // => [1.6449]
 */
export const zeta = (x: TensorLike, q: TensorLike): Tensor => bind1('chlo.zeta', likePair(x, q));
/**
 * The `m`-th derivative of `digamma` at x; `m` holds whole numbers.
 * @example lax.polygamma(1, np.array([1, 2])) // => [1.6449, 0.64493]
 */
export const polygamma = (m: TensorLike, x: TensorLike): Tensor => bind1('chlo.polygamma', likePair(m, x));
/**
 * High half of the double-width product of integers.
 * @example lax.mulhi(np.array([2 ** 30], 'i32'), np.array([8], 'i32')) // => [2]
 */
export const mulhi = (x: TensorLike, y: TensorLike): Tensor => bind1('chlo.mulhi', [asTensor(x), asTensor(y)]);

/**
 * Rounds to integers: halves away from zero (the default), or to even.
 * @example lax.round([0.5, 1.5, -2.5]) // => [1, 2, -3]
 */
export const round = (x: TensorLike, method: 'AWAY_FROM_ZERO' | 'TO_NEAREST_EVEN' = 'AWAY_FROM_ZERO'): Tensor =>
  bind1(`stablehlo.round_nearest_${method === 'TO_NEAREST_EVEN' ? 'even' : 'afz'}`, [asTensor(x)]);

/**
 * Elementwise square.
 * @example lax.square([3, -4]) // => [9, 16]
 */
export const square = (x: TensorLike): Tensor => mul(asTensor(x), asTensor(x));
/**
 * Elementwise `1 / x`.
 * @example lax.reciprocal([2, 4]) // => [0.5, 0.25]
 */
export const reciprocal = (x: TensorLike): Tensor => div(1, asTensor(x));
/**
 * `2^x`.
 * @example lax.exp2([0, 3]) // => [1, 8]
 */
export const exp2 = (x: TensorLike): Tensor => bind1('stablehlo.exponential', [mul(asTensor(x), Math.LN2)]);

/**
 * `x^y` for a JavaScript integer `y`, by repeated squaring; exact derivatives also at zero and below.
 * @example lax.integerPow([2, -3], 3) // => [8, -27]
 */
export function integerPow(x: TensorLike, y: number): Tensor {
  if (!Number.isInteger(y)) throw new UserError('api/power', 'integerPow needs an integer', { given: String(y) });
  const t = asTensor(x);
  if (y < 0) return reciprocal(integerPow(t, -y));
  if (y === 0) return splat(t.dtype, t.shape, 1);
  let result: Tensor | undefined;
  let base = t;
  for (let n = y; ; ) {
    if (n % 2 === 1) result = result ? mul(result, base) : base;
    n = Math.floor(n / 2);
    if (n === 0) return result!;
    base = mul(base, base);
  }
}

/**
 * Rounds floats to a format with fewer exponent and mantissa bits; the dtype stays.
 * @example lax.reducePrecision([1.01], 8, 3) // => [1]
 */
export const reducePrecision = (x: TensorLike, exponentBits: number, mantissaBits: number): Tensor =>
  bind1('stablehlo.reduce_precision', [asTensor(x)], { exponentBits, mantissaBits });

/**
 * Identity that the optimizer does not move operations across.
 * @example lax.optimizationBarrier(np.array([1, 2])) // => [1, 2]
 */
export function optimizationBarrier<T>(tree: T): T {
  const { leaves, treedef } = flatten(tree);
  const tensors = leaves.map((l) => asTensor(l as TensorLike));
  return unflatten(treedef, bind('stablehlo.optimization_barrier', tensors)) as T;
}

/**
 * Fourier transform of the last dimensions, of the given lengths. Semantics: StableHLO `fft`.
 * @example lax.fft(np.astype([1, 2, 3, 4], 'c64'), 'FFT', [4]) // => [[10, 0], [-2, 2], [-2, 0], [-2, -2]]
 */
export const fft = (x: TensorLike, type: 'FFT' | 'IFFT' | 'RFFT' | 'IRFFT', lengths: Shape): Tensor =>
  bind1('stablehlo.fft', [asTensor(x)], { fftType: type, fftLength: lengths });
/**
 * The next state of a counter-based generator and uniform bits: `state: u64[2]`. Semantics: StableHLO `rng_bit_generator`.
 * @example jit((s: Tensor) => lax.rngBitGenerator(s, [3]))(np.array([1n, 2n], 'u64'))[1].shape // => [3]
 */
export function rngBitGenerator(
  state: Tensor,
  shape: Shape,
  dtype: DType = 'u32',
  rngAlgorithm: 'DEFAULT' | 'THREE_FRY' | 'PHILOX' = 'DEFAULT',
): [state: Tensor, bits: Tensor] {
  const resultTypes = [state.type, tensorType(dtype, shape)];
  const [next, bits] = bind('stablehlo.rng_bit_generator', [state], { rngAlgorithm }, { resultTypes });
  return [next, bits];
}
