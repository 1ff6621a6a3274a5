import { dtypeInfo, range } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { complex, conj } from '../lax/special.ts';
import type { Tensor } from '../tensor.ts';
import { bind1 } from '../trace.ts';
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

export const fft = (x: TensorLike, axis = -1): Tensor =>
  along(toComplex(x), axis, (t) => transform(t, 'FFT', [t.shape[t.ndim - 1]]));
/** The inverse of `fft`, divided by the length. */
export const ifft = (x: TensorLike, axis = -1): Tensor =>
  along(toComplex(x), axis, (t) => transform(t, 'IFFT', [t.shape[t.ndim - 1]]));
/** The non-negative frequencies of a real signal: `n / 2 + 1` values. */
export const rfft = (x: TensorLike, axis = -1): Tensor =>
  along(lax.asTensor(x), axis, (t) => transform(t, 'RFFT', [t.shape[t.ndim - 1]]));
/** The inverse of `rfft`: a real signal of length `n` (default twice the number of frequencies less two). */
export const irfft = (x: TensorLike, n?: number, axis = -1): Tensor =>
  along(toComplex(x), axis, (t) => transform(t, 'IRFFT', [n ?? 2 * (t.shape[t.ndim - 1] - 1)]));
export const fft2 = (x: TensorLike): Tensor => fftn(x, 2);
export const ifft2 = (x: TensorLike): Tensor => ifftn(x, 2);
/** Over the last `dims` dimensions (at most 3). */
export const fftn = (x: TensorLike, dims = lax.asTensor(x).ndim): Tensor => {
  const t = toComplex(x);
  return transform(t, 'FFT', t.shape.slice(-dims));
};
export const ifftn = (x: TensorLike, dims = lax.asTensor(x).ndim): Tensor => {
  const t = toComplex(x);
  return transform(t, 'IFFT', t.shape.slice(-dims));
};
/** Frequencies of `fft`'s outputs for `n` samples `d` apart. */
export const fftfreq = (n: number, d = 1): Tensor =>
  lax.asTensor(range(n).map((i) => (i < Math.ceil(n / 2) ? i : i - n) / (n * d)));
export const rfftfreq = (n: number, d = 1): Tensor =>
  lax.asTensor(range(Math.floor(n / 2) + 1).map((i) => i / (n * d)));
/** Zero frequency to the middle. */
export const fftshift = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return roll(
    t,
    t.shape.map((n) => Math.floor(n / 2)),
    range(t.ndim),
  );
};
export const ifftshift = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return roll(
    t,
    t.shape.map((n) => -Math.floor(n / 2)),
    range(t.ndim),
  );
};

/** `rfft` along the last dimension, `fft` along the others (at most 3). */
export const rfftn = (x: TensorLike, dims = lax.asTensor(x).ndim): Tensor => {
  const t = lax.asTensor(x);
  return transform(t, 'RFFT', t.shape.slice(-dims));
};
export const rfft2 = (x: TensorLike): Tensor => rfftn(x, 2);
/** The inverse of `rfftn` for a real result whose last dimension has `n` elements (default twice the frequencies less two). */
export const irfftn = (x: TensorLike, dims = lax.asTensor(x).ndim, n?: number): Tensor => {
  const t = toComplex(x);
  return transform(t, 'IRFFT', [...t.shape.slice(t.ndim - dims, -1), n ?? 2 * (t.shape[t.ndim - 1] - 1)]);
};
export const irfft2 = (x: TensorLike, n?: number): Tensor => irfftn(x, 2, n);
/** The real spectrum of a signal that is Hermitian in time, given by its first half: `n` values (default `2 · (m − 1)`). */
export const hfft = (x: TensorLike, n?: number, axis = -1): Tensor => {
  const t = toComplex(x);
  const length = n ?? 2 * (t.shape[normalizeAxis(axis, t.ndim)] - 1);
  return lax.mul(irfft(conj(t), length, axis), length);
};
/** The inverse of `hfft`: the first half of the Hermitian signal. */
export const ihfft = (x: TensorLike, axis = -1): Tensor => {
  const t = lax.asTensor(x);
  const length = t.shape[normalizeAxis(axis, t.ndim)];
  return conj(rfft(lax.div(t, length), axis));
};
