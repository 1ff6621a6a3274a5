import { checkpoint, lax, nn, np, type Tensor } from '../api/index.ts';

/** Root-mean-square normalization over the last dimension: `x · rsqrt(mean(x²) + epsilon) · scale`. `x: f32[…, embed]`, `scale: f32[embed]`. Source: Zhang & Sennrich 2019. */
export function rmsNorm(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  const meanSquare = np.mean(np.square(x), { axis: -1, keepdims: true });
  return np.multiply(np.multiply(x, lax.rsqrt(np.add(meanSquare, epsilon))), scale);
}

/** Softmax over `axis`, shifted by the maximum. */
export const softmax = (x: Tensor, axis = -1): Tensor => nn.softmax(x, { axis });

/** `log Σ exp(x)` over `axis`, shifted by the maximum; the dimension is removed. */
export const logsumexp = (x: Tensor, axis = -1): Tensor => np.logsumexp(x, { axis });

/** `x · σ(x)` */
export const silu = (x: Tensor): Tensor => nn.silu(x);

/** Rotation angles of rotary position embedding: `cos, sin: f32[seq, headDim / 2]`. Source: Su et al. 2021, §3.2. */
export function ropeAngles(positions: Tensor, headDim: number, theta: number): { cos: Tensor; sin: Tensor } {
  const half = headDim / 2;
  const frequency = np.exp(np.multiply(lax.iota('f32', half), -Math.log(theta) / half));
  const angles = np.multiply(np.expandDims(np.astype(positions, 'f32'), 1), np.expandDims(frequency, 0));
  return { cos: np.cos(angles), sin: np.sin(angles) };
}

/** Rotates pairs (first half, second half) of the last dimension. `x: f32[batch, seq, heads, headDim]`. */
export function applyRope(x: Tensor, angles: { cos: Tensor; sin: Tensor }): Tensor {
  const [a, b] = np.split(x, 2, -1);
  const cos = np.expandDims(angles.cos, 1);
  const sin = np.expandDims(angles.sin, 1);
  return np.concatenate(
    [np.subtract(np.multiply(a, cos), np.multiply(b, sin)), np.add(np.multiply(b, cos), np.multiply(a, sin))],
    -1,
  );
}

/** From this sequence length on, a layer's scores outweigh everything else it would keep for the backward pass. */
const longSequence = 512;

/**
 * Causal scaled dot-product attention. `q, k, v: f32 or bf16[batch, seq, heads, headDim]` → the same; scores and softmax in float32. For long sequences the backward
 * pass computes the scores again instead of storing `seq²` of them per head. Source: Dao et al. 2022, §3.1.
 */
export function causalAttention(q: Tensor, k: Tensor, v: Tensor): Tensor {
  return q.shape[1] >= longSequence ? recomputedAttention(q, k, v) : attention(q, k, v);
}

function attention(q: Tensor, k: Tensor, v: Tensor): Tensor {
  const [, seq, , headDim] = q.shape;
  const [wideQ, wideK] = [np.astype(q, 'f32'), np.astype(k, 'f32')];
  const scores = np.multiply(np.einsum('bqhd,bkhd->bhqk', wideQ, wideK), 1 / Math.sqrt(headDim));
  const masked = np.where(np.triMask(seq, seq), scores, Number.NEGATIVE_INFINITY);
  return np.einsum('bhqk,bkhd->bqhd', np.astype(softmax(masked), v.dtype), v);
}
const recomputedAttention = checkpoint(attention);

/** Mean negative log-likelihood in nats. `logits: f32[batch, seq, vocab]`, `targets: i32[batch, seq]`. */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const isTarget = np.equal(np.expandDims(targets, -1), lax.iota('i32', logits.shape, 2));
  const targetLogit = np.sum(np.where(isTarget, logits, 0), { axis: -1 });
  return np.mean(np.subtract(logsumexp(logits), targetLogit));
}
