import { type CheckpointOptions, checkpoint, currentMesh, np, scan, shard, type Tensor } from '../api/index.ts';
import { UserError } from '../base/index.ts';
import { type AxisRules, defaultRules, specOf } from './axis-rules.ts';
import { type Axis, Declared, type DeclaredTree, type Params } from './declared.ts';
import { applyRope, causalAttention, crossEntropy, rmsNorm, ropeAngles, silu } from './layers.ts';

/** A decoder-only Transformer: pre-norm RMSNorm, RoPE, SwiGLU. */
export interface TransformerConfig {
  readonly vocabSize: number;
  readonly numLayers: number;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly headDim: number;
  readonly mlpDim: number;
  /** Longest sequence it is trained on. */
  readonly maxSeqLen: number;
  readonly ropeTheta: number;
  readonly normEpsilon: number;
  /** Use the embedding table, transposed, as output projection. */
  readonly tieEmbeddings: boolean;
  /** What the backward pass may keep of each layer; the rest is computed again. `everything` = no rematerialization. */
  readonly remat: NonNullable<CheckpointOptions['policy']>;
  /**
   * Type of activations and of the operands of products; `bf16` is mixed precision: parameters and their updates stay float32,
   * norms, softmax and the loss are computed in float32.
   */
  readonly dtype: 'f32' | 'bf16';
  /** Layers as one loop (small programs, one layer compiled) or one after the other. */
  readonly scanLayers: boolean;
}

/** Named sizes for byte-level text. */
export const transformerPresets = {
  tiny: { embedDim: 128, numLayers: 4, numHeads: 4, headDim: 32, mlpDim: 384, maxSeqLen: 128 },
  small: { embedDim: 256, numLayers: 6, numHeads: 8, headDim: 32, mlpDim: 768, maxSeqLen: 256 },
  base: { embedDim: 768, numLayers: 12, numHeads: 12, headDim: 64, mlpDim: 2048, maxSeqLen: 512 },
} as const;
export type TransformerPreset = keyof typeof transformerPresets;

export function transformerConfig(
  preset: TransformerPreset,
  changes: Partial<TransformerConfig> = {},
): TransformerConfig {
  const config: TransformerConfig = {
    vocabSize: 256,
    ropeTheta: 10_000,
    normEpsilon: 1e-6,
    tieEmbeddings: true,
    remat: 'everything',
    scanLayers: true,
    dtype: 'f32',
    ...transformerPresets[preset],
    ...changes,
  };
  if (config.headDim % 2 !== 0)
    throw new UserError('nn/config', 'headDim must be even for rotary embeddings', { given: String(config.headDim) });
  return config;
}

/** Parameters of the model; those of all layers are stacked along a leading `layers` dimension. */
export function transformerParams(c: TransformerConfig): DeclaredTree {
  const L = c.numLayers;
  const inScale = { init: { normal: c.embedDim ** -0.5 } };
  // Residual branches start smaller with depth, as in GPT-2.
  const outScale = (fanIn: number) => ({ init: { normal: fanIn ** -0.5 / Math.sqrt(2 * L) } });
  const norm = { init: { constant: 1 }, tags: [] };
  return {
    embedding: new Declared([c.vocabSize, c.embedDim], ['vocab', 'embed']),
    finalNorm: new Declared([c.embedDim], ['embed'], norm),
    layers: {
      attentionNorm: new Declared([L, c.embedDim], ['layers', 'embed'], norm),
      query: new Declared([L, c.embedDim, c.numHeads, c.headDim], ['layers', 'embed', 'heads', 'headDim'], inScale),
      key: new Declared([L, c.embedDim, c.numHeads, c.headDim], ['layers', 'embed', 'heads', 'headDim'], inScale),
      value: new Declared([L, c.embedDim, c.numHeads, c.headDim], ['layers', 'embed', 'heads', 'headDim'], inScale),
      attentionOut: new Declared(
        [L, c.numHeads, c.headDim, c.embedDim],
        ['layers', 'heads', 'headDim', 'embed'],
        outScale(c.numHeads * c.headDim),
      ),
      mlpNorm: new Declared([L, c.embedDim], ['layers', 'embed'], norm),
      gate: new Declared([L, c.embedDim, c.mlpDim], ['layers', 'embed', 'mlp'], inScale),
      up: new Declared([L, c.embedDim, c.mlpDim], ['layers', 'embed', 'mlp'], inScale),
      down: new Declared([L, c.mlpDim, c.embedDim], ['layers', 'mlp', 'embed'], outScale(c.mlpDim)),
    },
    ...(c.tieEmbeddings ? {} : { unembedding: new Declared([c.embedDim, c.vocabSize], ['embed', 'vocab'], inScale) }),
  };
}

/** Constrains an activation by the meaning of its dimensions. */
function constrain(x: Tensor, axes: readonly (Axis | null)[], rules: AxisRules): Tensor {
  return shard(x, specOf(axes, rules, currentMesh()));
}

/**
 * Logits of the next token. `tokens: i32[batch, seq]` → `f32[batch, seq, vocab]`.
 * Under a mesh, activations are constrained between blocks; everything inside follows from the parameters' shardings.
 */
export function transformerLogits(
  params: Params,
  tokens: Tensor,
  c: TransformerConfig,
  rules: AxisRules = defaultRules,
): Tensor {
  const p = params as Record<string, Tensor> & { layers: Params };
  const residual: readonly Axis[] = ['batch', 'length', 'embed'];
  const angles = ropeAngles(np.arange(tokens.shape[1]), c.headDim, c.ropeTheta);
  // Checkpoints of before mixed precision do not name a type.
  const narrow = (x: Tensor): Tensor => (c.dtype === 'bf16' ? np.astype(x, 'bf16') : x);
  const wide = (x: Tensor): Tensor => np.astype(x, 'f32');
  const norm = (x: Tensor, scale: Tensor): Tensor => narrow(rmsNorm(wide(x), scale, c.normEpsilon));
  const embedded = narrow(np.multiply(np.take(p.embedding, tokens), c.tieEmbeddings ? Math.sqrt(c.embedDim) : 1));
  const layer = (x: Tensor, parameters: Record<string, Tensor>): Tensor => {
    const w = Object.fromEntries(Object.entries(parameters).map(([name, v]) => [name, narrow(v)]));
    const h = norm(x, parameters.attentionNorm);
    const q = narrow(applyRope(wide(np.einsum('bse,ehd->bshd', h, w.query)), angles));
    const k = narrow(applyRope(wide(np.einsum('bse,ehd->bshd', h, w.key)), angles));
    const v = np.einsum('bse,ehd->bshd', h, w.value);
    const attended = np.einsum('bshd,hde->bse', causalAttention(q, k, v), w.attentionOut);
    const y = constrain(np.add(x, attended), residual, rules);
    const m = norm(y, parameters.mlpNorm);
    const gate = silu(wide(np.einsum('bse,em->bsm', m, w.gate)));
    const hidden = narrow(np.multiply(gate, wide(np.einsum('bse,em->bsm', m, w.up))));
    return constrain(np.add(y, np.einsum('bsm,me->bse', hidden, w.down)), residual, rules);
  };
  const block = checkpoint(layer, { policy: c.remat });
  const layers = p.layers as Record<string, Tensor>;
  let x = constrain(embedded, residual, rules);
  if (c.scanLayers) [x] = scan((h: Tensor, w: typeof layers) => [block(h, w), undefined] as const, x, layers);
  else
    for (let i = 0; i < c.numLayers; i++)
      x = block(x, Object.fromEntries(Object.entries(layers).map(([name, w]) => [name, np.index(w, 0, i)])));
  // Products of bf16 values, kept in float32: logits rounded to eight bits would make a poor loss.
  const final = wide(norm(x, p.finalNorm));
  return c.tieEmbeddings
    ? np.einsum('bse,ve->bsv', final, wide(narrow(p.embedding)))
    : np.einsum('bse,ev->bsv', final, wide(narrow(p.unembedding)));
}

/** Mean next-token loss in nats. `tokens: i32[batch, seq + 1]`. */
export function transformerLoss(
  params: Params,
  tokens: Tensor,
  c: TransformerConfig,
  rules: AxisRules = defaultRules,
): Tensor {
  const inputs = np.slice(tokens, 1, 0, -1);
  const targets = np.slice(tokens, 1, 1);
  return crossEntropy(transformerLogits(params, inputs, c, rules), targets);
}
