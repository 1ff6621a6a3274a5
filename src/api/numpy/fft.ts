import { dtypeInfo, range } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { complex, conj } from '../lax/special.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1 } from '../trace/trace.ts';
import { roll } from './arrange.ts';
import { moveaxis, normalizeAxis } from './shape.ts';

/* Discrete Fourier transforms along one dimension (default the last) or the last ones. */

const toComplex = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return dtypeInfo(t.dtype).kind === 'complex' ? t : complex(t, lax.mul(t, 0));
};
const along = (x: Tensor, axis: number, f: (t: Tensor) => Tensor): Tensor =>
  moveaxis(f(moveaxis(x, axis, -1)), -1, axis);
const transform = (x: Tensor, fftType: 'FFT' | 'IFFT' | 'RFFT' | 'IRFFT', fftLength: readonly number[]): Tensor =>
  bind1('stablehlo.fft', [x], { fftType, fftLength });

/**
 * Discrete Fourier transform along an axis.
 * @example np.fft.fft([1, 2, 3, 4]) // => [[10, 0], [-2, 2], [-2, 0], [-2, -2]]
 */
export const fft = (x: TensorLike, axis = -1): Tensor =>
  along(toComplex(x), axis, (t) => transform(t, 'FFT', [t.shape[t.ndim - 1]]));
/**
 * The inverse of `fft`, divided by the length.
 * @example np.real(np.fft.ifft(np.fft.fft([1, 2, 3]))) // => [1, 2, 3]
 */
export const ifft = (x: TensorLike, axis = -1): Tensor =>
  along(toComplex(x), axis, (t) => transform(t, 'IFFT', [t.shape[t.ndim - 1]]));
/**
 * The non-negative frequencies of a real signal: `n / 2 + 1` values.
 * @example np.fft.rfft([1, 2, 3, 4]) // => [[10, 0], [-2, 2], [-2, 0]]
 */
export const rfft = (x: TensorLike, axis = -1): Tensor =>
  along(lax.asTensor(x), axis, (t) => transform(t, 'RFFT', [t.shape[t.ndim - 1]]));
/**
 * The inverse of `rfft`: a real signal of length `n` (default twice the number of frequencies less two).
 * @example np.fft.irfft(np.fft.rfft([1, 2, 3, 4])) // => [1, 2, 3, 4]
 */
export const irfft = (x: TensorLike, n?: number, axis = -1): Tensor =>
  along(toComplex(x), axis, (t) => transform(t, 'IRFFT', [n ?? 2 * (t.shape[t.ndim - 1] - 1)]));
/**
 * Fourier transform of the last two dimensions.
 * @example np.fft.fft2([[1, 2], [3, 4]]) // => [[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]
 */
export const fft2 = (x: TensorLike): Tensor => fftn(x, 2);
/**
 * Inverse of `fft2`.
 * @example np.real(np.fft.ifft2(np.fft.fft2([[1, 2], [3, 4]]))) // => [[1, 2], [3, 4]]
 */
export const ifft2 = (x: TensorLike): Tensor => ifftn(x, 2);
/**
 * Over the last `dims` dimensions (at most 3).
 * @example np.fft.fftn([[1, 2], [3, 4]]) // => [[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]
 */
export const fftn = (x: TensorLike, dims = lax.asTensor(x).ndim): Tensor => {
  const t = toComplex(x);
  return transform(t, 'FFT', t.shape.slice(-dims));
};
/**
 * Inverse of `fftn`.
 * @example np.real(np.fft.ifftn(np.fft.fftn([[1, 2], [3, 4]]))) // => [[1, 2], [3, 4]]
 */
export const ifftn = (x: TensorLike, dims = lax.asTensor(x).ndim): Tensor => {
  const t = toComplex(x);
  return transform(t, 'IFFT', t.shape.slice(-dims));
};
/**
 * Frequencies of `fft`'s outputs for `n` samples `d` apart.
 * @example np.fft.fftfreq(4) // => [0, 0.25, -0.5, -0.25]
 */
export const fftfreq = (n: number, d = 1): Tensor =>
  lax.asTensor(range(n).map((i) => (i < Math.ceil(n / 2) ? i : i - n) / (n * d)));
/**
 * Frequencies of `rfft`'s outputs for `n` samples `d` apart.
 * @example np.fft.rfftfreq(4) // => [0, 0.25, 0.5]
 */
export const rfftfreq = (n: number, d = 1): Tensor =>
  lax.asTensor(range(Math.floor(n / 2) + 1).map((i) => i / (n * d)));
/**
 * Zero frequency to the middle.
 * @example np.fft.fftshift([0, 1, -2, -1]) // => [-2, -1, 0, 1]
 */
export const fftshift = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return roll(
    t,
    t.shape.map((n) => Math.floor(n / 2)),
    range(t.ndim),
  );
};
/**
 * Inverse of `fftshift`.
 * @example np.fft.ifftshift([-2, -1, 0, 1]) // => [0, 1, -2, -1]
 */
export const ifftshift = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return roll(
    t,
    t.shape.map((n) => -Math.floor(n / 2)),
    range(t.ndim),
  );
};

/**
 * `rfft` along the last dimension, `fft` along the others (at most 3).
 * @example np.fft.rfftn([[1, 2], [3, 4]]) // => [[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]
 */
export const rfftn = (x: TensorLike, dims = lax.asTensor(x).ndim): Tensor => {
  const t = lax.asTensor(x);
  return transform(t, 'RFFT', t.shape.slice(-dims));
};
/**
 * `rfftn` of the last two dimensions.
 * @example np.fft.rfft2([[1, 2], [3, 4]]) // => [[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]
 */
export const rfft2 = (x: TensorLike): Tensor => rfftn(x, 2);
/**
 * The inverse of `rfftn` for a real result whose last dimension has `n` elements (default twice the frequencies less two).
 * @example np.fft.irfftn(np.fft.rfftn([[1, 2], [3, 4]])) // => [[1, 2], [3, 4]]
 */
export const irfftn = (x: TensorLike, dims = lax.asTensor(x).ndim, n?: number): Tensor => {
  const t = toComplex(x);
  return transform(t, 'IRFFT', [...t.shape.slice(t.ndim - dims, -1), n ?? 2 * (t.shape[t.ndim - 1] - 1)]);
};
/**
 * Inverse of `rfft2`.
 * @example np.fft.irfft2(np.fft.rfft2([[1, 2], [3, 4]])) // => [[1, 2], [3, 4]]
 */
export const irfft2 = (x: TensorLike, n?: number): Tensor => irfftn(x, 2, n);
/**
 * The real spectrum of a signal that is Hermitian in time, given by its first half: `n` values (default `2 · (m − 1)`).
 * @example np.fft.hfft([1, 2, 3]) // => [8, -2, 0, -2]
 */
export const hfft = (x: TensorLike, n?: number, axis = -1): Tensor => {
  const t = toComplex(x);
  const length = n ?? 2 * (t.shape[normalizeAxis(axis, t.ndim)] - 1);
  return lax.mul(irfft(conj(t), length, axis), length);
};
/**
 * The inverse of `hfft`: the first half of the Hermitian signal.
 * @example np.fft.ihfft([1, 2, 3, 4]) // => [[2.5, 0], [-0.5, -0.5], [-0.5, 0]]
 */
export const ihfft = (x: TensorLike, axis = -1): Tensor => {
  const t = lax.asTensor(x);
  const length = t.shape[normalizeAxis(axis, t.ndim)];
  return conj(rfft(lax.div(t, length), axis));
};
