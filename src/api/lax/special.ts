import { type DType, dtypeInfo, type Shape, UserError } from '../../base/index.ts';
import { tensorType } from '../../ir/index.ts';
import { Tensor } from '../tensor.ts';
import { bind, bind1, splat } from '../trace.ts';
import { flatten, unflatten } from '../tree.ts';
import { asTensor, div, mul, neg, type TensorLike } from './core.ts';

/* Elementwise functions beyond `core.ts`; float operands of any shape, results of the same shape and dtype. */

/** Two operands of one type: a JavaScript number takes the other's dtype and shape. */
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

export const acos = unary('chlo.acos');
export const acosh = unary('chlo.acosh');
export const asin = unary('chlo.asin');
export const asinh = unary('chlo.asinh');
export const atan = unary('chlo.atan');
export const atanh = unary('chlo.atanh');
export const cosh = unary('chlo.cosh');
export const sinh = unary('chlo.sinh');
export const digamma = unary('chlo.digamma');
export const lgamma = unary('chlo.lgamma');
export const erfc = unary('chlo.erfc');
export const erfInv = unary('chlo.erf_inv');
export const besselI0e = unary('espalier.bessel_i0e');
export const besselI1e = unary('chlo.bessel_i1e');
export const clz = unary('stablehlo.count_leading_zeros');
/** Real part of a complex tensor. */
export const real = unary('stablehlo.real');
/** Imaginary part of a complex tensor. */
export const imag = unary('stablehlo.imag');
export { isfinite as isFinite } from './core.ts';

/** `x + i·y` of two f32 (f64) tensors: c64 (c128). */
export const complex = (x: TensorLike, y: TensorLike): Tensor => bind1('stablehlo.complex', [asTensor(x), asTensor(y)]);
/** Complex conjugate; real tensors are returned as they are. */
export function conj(x: TensorLike): Tensor {
  const t = asTensor(x);
  return dtypeInfo(t.dtype).kind === 'complex' ? complex(real(t), neg(imag(t))) : t;
}
/** The float next to `x` towards `y`. */
export const nextafter = (x: TensorLike, y: TensorLike): Tensor => bind1('chlo.next_after', [asTensor(x), asTensor(y)]);
/** Hurwitz zeta function Σ (q + n)^−x for x > 1. */
export const zeta = (x: TensorLike, q: TensorLike): Tensor => bind1('chlo.zeta', likePair(x, q));
/** The `m`-th derivative of `digamma` at x; `m` holds whole numbers. */
export const polygamma = (m: TensorLike, x: TensorLike): Tensor => bind1('chlo.polygamma', likePair(m, x));
/** High half of the double-width product of integers. */
export const mulhi = (x: TensorLike, y: TensorLike): Tensor => bind1('chlo.mulhi', [asTensor(x), asTensor(y)]);

/** Rounds to integers: halves away from zero (the default), or to even. */
export const round = (x: TensorLike, method: 'AWAY_FROM_ZERO' | 'TO_NEAREST_EVEN' = 'AWAY_FROM_ZERO'): Tensor =>
  bind1(`stablehlo.round_nearest_${method === 'TO_NEAREST_EVEN' ? 'even' : 'afz'}`, [asTensor(x)]);

export const square = (x: TensorLike): Tensor => mul(asTensor(x), asTensor(x));
export const reciprocal = (x: TensorLike): Tensor => div(1, asTensor(x));
/** `2^x`. */
export const exp2 = (x: TensorLike): Tensor => bind1('stablehlo.exponential', [mul(asTensor(x), Math.LN2)]);

/** `x^y` for a JavaScript integer `y`, by repeated squaring; exact derivatives also at zero and below. */
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

/** Rounds floats to a format with fewer exponent and mantissa bits; the dtype stays. */
export const reducePrecision = (x: TensorLike, exponentBits: number, mantissaBits: number): Tensor =>
  bind1('stablehlo.reduce_precision', [asTensor(x)], { exponentBits, mantissaBits });

/** Identity that the optimizer does not move operations across. */
export function optimizationBarrier<T>(tree: T): T {
  const { leaves, treedef } = flatten(tree);
  const tensors = leaves.map((l) => asTensor(l as TensorLike));
  return unflatten(treedef, bind('stablehlo.optimization_barrier', tensors)) as T;
}

/** Fourier transform of the last dimensions, of the given lengths. Semantics: StableHLO `fft`. */
export const fft = (x: TensorLike, type: 'FFT' | 'IFFT' | 'RFFT' | 'IRFFT', lengths: Shape): Tensor =>
  bind1('stablehlo.fft', [asTensor(x)], { fftType: type, fftLength: lengths });
/** The next state of a counter-based generator and uniform bits: `state: u64[2]`. Semantics: StableHLO `rng_bit_generator`. */
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
