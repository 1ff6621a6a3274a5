import { type CheckpointOptions, checkpoint, currentMesh, np, scan, shard, type Tensor } from '../api/index.ts';
import { UserError } from '../base/index.ts';
import { type AxisRules, defaultRules, specOf } from './axis-rules.ts';
import { type Axis, Declared, type DeclaredTree, mapDeclared, type Params } from './declared.ts';
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

// Checkpoints of before mixed precision do not name a type.
const narrow = (x: Tensor, c: TransformerConfig): Tensor => (c.dtype === 'bf16' ? np.astype(x, 'bf16') : x);
const wide = (x: Tensor): Tensor => np.astype(x, 'f32');
const normed = (x: Tensor, scale: Tensor, c: TransformerConfig): Tensor =>
  narrow(rmsNorm(wide(x), scale, c.normEpsilon), c);
const residual: readonly Axis[] = ['batch', 'length', 'embed'];

/** What layers get of tokens: `i32[batch, seq]` → `[batch, seq, embed]`, in the type of activations. */
export function transformerEmbedding(
  embedding: Tensor,
  tokens: Tensor,
  c: TransformerConfig,
  rules: AxisRules = defaultRules,
): Tensor {
  const scaled = np.multiply(np.take(embedding, tokens), c.tieEmbeddings ? Math.sqrt(c.embedDim) : 1);
  return constrain(narrow(scaled, c), residual, rules);
}

/**
 * Layers one after another: `[batch, seq, embed]` → the same. `layers`: weights stacked along a leading dimension, as many layers as it is
 * long.
 */
export function transformerLayers(
  layers: Readonly<Record<string, Tensor>>,
  input: Tensor,
  c: TransformerConfig,
  rules: AxisRules = defaultRules,
): Tensor {
  const angles = ropeAngles(np.arange(input.shape[1]), c.headDim, c.ropeTheta);
  const layer = (x: Tensor, parameters: Record<string, Tensor>): Tensor => {
    const w = Object.fromEntries(Object.entries(parameters).map(([name, v]) => [name, narrow(v, c)]));
    const h = normed(x, parameters.attentionNorm, c);
    const q = narrow(applyRope(wide(np.einsum('bse,ehd->bshd', h, w.query)), angles), c);
    const k = narrow(applyRope(wide(np.einsum('bse,ehd->bshd', h, w.key)), angles), c);
    const v = np.einsum('bse,ehd->bshd', h, w.value);
    const attended = np.einsum('bshd,hde->bse', causalAttention(q, k, v), w.attentionOut);
    const y = constrain(np.add(x, attended), residual, rules);
    const m = normed(y, parameters.mlpNorm, c);
    const gate = silu(wide(np.einsum('bse,em->bsm', m, w.gate)));
    const hidden = narrow(np.multiply(gate, wide(np.einsum('bse,em->bsm', m, w.up))), c);
    return constrain(np.add(y, np.einsum('bsm,me->bse', hidden, w.down)), residual, rules);
  };
  const block = checkpoint(layer, { policy: c.remat });
  if (c.scanLayers) return scan((h: Tensor, w: typeof layers) => [block(h, w), undefined] as const, input, layers)[0];
  let x = input;
  for (let i = 0; i < layers.query.shape[0]; i++)
    x = block(x, Object.fromEntries(Object.entries(layers).map(([name, w]) => [name, np.index(w, 0, i)])));
  return x;
}

/** Logits of what the last layer gives: `[batch, seq, embed]` → `f32[batch, seq, vocab]`. `params`: `finalNorm`, and the table that projects. */
export function transformerHead(params: Params, x: Tensor, c: TransformerConfig): Tensor {
  const p = params as Record<string, Tensor>;
  // Products of bf16 values, kept in float32: logits rounded to eight bits would make a poor loss.
  const final = wide(normed(x, p.finalNorm, c));
  return c.tieEmbeddings
    ? np.einsum('bse,ve->bsv', final, wide(narrow(p.embedding, c)))
    : np.einsum('bse,ev->bsv', final, wide(narrow(p.unembedding, c)));
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
  const p = params as { readonly embedding: Tensor; readonly layers: Record<string, Tensor> };
  const embedded = transformerEmbedding(p.embedding, tokens, c, rules);
  return transformerHead(params, transformerLayers(p.layers, embedded, c, rules), c);
}

/** Inputs and targets of the rows of a batch: `i32[batch, seq + 1]` → `i32[batch, seq]` each. */
const shifted = (tokens: Tensor): [inputs: Tensor, targets: Tensor] => [
  np.slice(tokens, 1, 0, -1),
  np.slice(tokens, 1, 1),
];

/** Mean next-token loss in nats. `tokens: i32[batch, seq + 1]`. */
export function transformerLoss(
  params: Params,
  tokens: Tensor,
  c: TransformerConfig,
  rules: AxisRules = defaultRules,
): Tensor {
  const [inputs, targets] = shifted(tokens);
  return crossEntropy(transformerLogits(params, inputs, c, rules), targets);
}

/** Some consecutive layers of a Transformer, with what stands before the first and behind the last. */
export interface TransformerStage {
  /** Numbers of its layers, `from` ≤ layer < `to`. */
  readonly from: number;
  readonly to: number;
  readonly declared: DeclaredTree;
  /** Whether it reads tokens: the first for its embeddings, the last for its targets. */
  readonly readsBatch: boolean;
  /**
   * `input: [batch, seq, embed]` of the stage before, undefined for the first; `tokens: i32[batch, seq + 1]` → `[batch, seq, embed]`, or the mean
   * loss `f32[]` of the last.
   */
  apply(params: Params, input: Tensor | undefined, tokens: Tensor | undefined): Tensor;
}

/** The stages of a model cut behind so many layers each. Throws `nn/stages` unless every layer is in one, and none is empty. */
export function transformerStages(
  c: TransformerConfig,
  counts: readonly number[],
  rules: AxisRules = defaultRules,
): TransformerStage[] {
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum !== c.numLayers || counts.some((n) => !Number.isInteger(n) || n < 1))
    throw new UserError('nn/stages', `stages of ${counts.join(', ')} layers do not make up the model`, {
      expected: `at least one layer in each, ${c.numLayers} together`,
      given: `${sum} in ${counts.length} stages`,
    });
  const { layers, embedding, ...rest } = transformerParams(c) as Record<string, DeclaredTree>;
  return counts.map((n, s): TransformerStage => {
    const from = counts.slice(0, s).reduce((a, b) => a + b, 0);
    const [isFirst, isLast] = [s === 0, s === counts.length - 1];
    return {
      from,
      to: from + n,
      declared: {
        layers: mapDeclared((d) => new Declared([n, ...d.shape.slice(1)], d.axes, d), layers) as DeclaredTree,
        ...(isFirst || (isLast && c.tieEmbeddings) ? { embedding } : {}),
        ...(isLast ? rest : {}),
      },
      readsBatch: isFirst || isLast,
      apply(params, input, tokens) {
        const p = params as { readonly embedding: Tensor; readonly layers: Record<string, Tensor> };
        const [inputs, targets] = tokens ? shifted(tokens) : [];
        const x = isFirst ? transformerEmbedding(p.embedding, inputs!, c, rules) : input!;
        const y = transformerLayers(p.layers, x, c, rules);
        return isLast ? crossEntropy(transformerHead(params, y, c), targets!) : y;
      },
    };
  });
}
