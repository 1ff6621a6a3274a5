import { lax, nn, np, type Tensor } from '../../api/index.ts';
import { linear, type NormConfig, normalize } from '../../nn/index.ts';
import type { AltUpConfig } from './config.ts';
import type { AltUpTensors, StackTensors } from './weights.ts';

/*
 * AltUp (Baykal et al. 2023) as Gemma 3n has it: several residual streams, of which a layer computes one; what the others would have
 * become is predicted before it and corrected behind it. Streams are `[batch, seq, embed]` each.
 */

type Streams = NonNullable<StackTensors['streams']>;

/** As large as `like`, in the mean of squares. */
function asLargeAs(x: Tensor, like: Tensor): Tensor {
  const meanSquare = (t: Tensor): Tensor => np.mean(np.square(np.astype(t, 'f32')), { axis: -1, keepdims: true });
  const factor = np.multiply(np.sqrt(meanSquare(like)), lax.rsqrt(np.maximum(meanSquare(x), 1e-5)));
  return np.multiply(x, np.astype(factor, x.dtype));
}

/** The streams that begin from an embedding. */
export const openedStreams = (w: Streams, x: Tensor): Tensor[] => [
  x,
  ...w.open.map((project) => asLargeAs(linear(x, project), x)),
];

/** One stream of all, at the end. */
export function closedStreams(w: Streams, streams: readonly Tensor[]): Tensor {
  const [first, ...others] = streams;
  const all = [first, ...others.map((s, i) => asLargeAs(linear(s, w.close[i]), first))];
  return np.divide(all.reduce(np.add), all.length);
}

/** How much of each modality a vector has: `f32[batch, seq, streams]`, between −1 and 1. */
function modalities(x: Tensor, w: AltUpTensors, norm: NormConfig): Tensor {
  const scaled = np.divide(normalize(x, w.norm, norm), x.shape[2]);
  return np.tanh(np.astype(linear(scaled, w.router), 'f32'));
}

export function predictedStreams(
  streams: readonly Tensor[],
  w: AltUpTensors,
  c: AltUpConfig,
  norm: NormConfig,
): Tensor[] {
  const found = modalities(streams[c.active], w, norm);
  const coefficients = np.einsum('bsm,tfm->bstf', found, np.astype(w.predict, 'f32'));
  const all = np.astype(np.stack([...streams]), 'f32');
  const moved = np.astype(np.einsum('bstf,fbse->tbse', coefficients, all), streams[0].dtype);
  return streams.map((s, i) => np.add(s, np.index(moved, 0, i)));
}

/** `made`: what the layer made of the predicted active stream. */
export function correctedStreams(
  predicted: readonly Tensor[],
  made: Tensor,
  w: AltUpTensors,
  c: AltUpConfig,
  norm: NormConfig,
): Tensor[] {
  const innovation = np.subtract(made, predicted[c.active]);
  const coefficients = np.add(linear(modalities(made, w, norm), w.correct), 1);
  const of = (i: number): Tensor => np.astype(np.slice(coefficients, -1, i, i + 1), made.dtype);
  return predicted.map((p, i) => np.add(p, np.multiply(innovation, of(i))));
}

/** Gates above the quantile `sparsity` of a normal distribution of their mean and deviation, less it; the rest is 0. */
export function largestGates(gates: Tensor, sparsity: number): Tensor {
  const quantile = np.multiply(lax.erfInv(np.full([], 2 * sparsity - 1, 'f32')), Math.SQRT2);
  const wide = np.astype(gates, 'f32');
  const mean = np.mean(wide, { axis: -1, keepdims: true });
  const deviation = np.std(wide, { axis: -1, keepdims: true });
  const cut = np.add(mean, np.multiply(deviation, quantile));
  return np.astype(nn.relu(np.subtract(wide, cut)), gates.dtype);
}
