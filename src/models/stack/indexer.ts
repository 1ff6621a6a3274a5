import { lax, nn, np, type Tensor } from '../../api/index.ts';
import { normalize, project, type RopeAngles, type RopeConfig, rotate } from '../../nn/index.ts';
import type { IndexerConfig } from './config.ts';
import type { LatentTensors } from './weights.ts';

/**
 * DeepSeek's sparse attention: small heads score every key, and a query sees the best `topK`. `x: [batch, seq, embed]`,
 * `queryInput: [batch, seq, queryRank]`. Source: DeepSeek-V3.2-Exp; its rotation pairs halves, unlike that of the attention.
 */
export function indexedKeys(
  x: Tensor,
  queryInput: Tensor,
  w: NonNullable<LatentTensors['indexer']>,
  c: IndexerConfig,
  ctx: { readonly angles: (rope: RopeConfig) => RopeAngles },
): { readonly key: Tensor; readonly choose: (keys: Tensor, visible: Tensor) => Tensor } {
  const angles = ctx.angles(c.rope);
  const q = rotate(project(queryInput, w.query), angles, c.rope);
  const normed = normalize(project(x, w.key), w.keyNorm, {
    kind: 'layer',
    epsilon: 1e-6,
    bias: true,
  });
  const key = np.squeeze(rotate(np.expandDims(normed, 2), angles, c.rope), 2);
  const heads = np.multiply(
    np.einsum('bse,he->bsh', np.astype(x, 'f32'), np.astype(w.heads, 'f32')),
    c.numHeads ** -0.5,
  );
  const choose = (keys: Tensor, visible: Tensor): Tensor => {
    const numKeys = keys.shape[1];
    if (numKeys <= c.topK) return visible;
    const scores = np.multiply(
      np.einsum('bqhd,bkd->bqhk', np.astype(q, 'f32'), np.astype(keys, 'f32')),
      c.headDim ** -0.5,
    );
    const total = np.einsum('bqhk,bqh->bqk', nn.relu(scores), heads);
    const [, best] = lax.topK(np.where(visible, total, Number.NEGATIVE_INFINITY), c.topK);
    const isBest = np.any(np.equal(np.expandDims(best, -1), lax.iota('i32', numKeys)), { axis: -2 });
    return np.logicalAnd(visible, isBest);
  };
  return { key, choose };
}
