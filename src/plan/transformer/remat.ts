import type { TrainingLayout } from './memory.ts';
import { keyWidth, queryWidth, type TransformerShape } from './shape.ts';

/*
 * What a layer keeps for its backward pass, by name, and policies as sets of names: what is not kept is computed again. The names and
 * their order follow MaxText's policies; bytes are those of 16-bit values with fused attention.
 */

/** A value of a layer that its backward pass reads. */
export type LayerValue =
  | 'layer input'
  | 'norms'
  | 'qkv'
  | 'attention out'
  | 'projection out'
  | 'mlp in'
  | 'mlp product'
  | 'masks'
  | 'scores'
  | 'router';

export interface RematPolicy {
  readonly kept: ReadonlySet<LayerValue>;
}

const policy = (...kept: readonly LayerValue[]): RematPolicy => ({ kept: new Set(kept) });

/** From the fastest to the smallest. */
export const rematPolicies = {
  none: policy(
    'layer input',
    'norms',
    'qkv',
    'attention out',
    'projection out',
    'mlp in',
    'mlp product',
    'masks',
    'scores',
    'router',
  ),
  'minimal with attention': policy('layer input', 'qkv', 'attention out', 'projection out', 'mlp in', 'router'),
  minimal: policy('layer input', 'qkv', 'projection out', 'mlp in', 'router'),
  'save qkv': policy('layer input', 'qkv'),
  'save out': policy('layer input', 'projection out'),
  full: policy('layer input'),
} as const satisfies Readonly<Record<string, RematPolicy>>;
export type RematPolicyName = keyof typeof rematPolicies;

type Sizes = Readonly<Record<LayerValue, number>>;

/** Bytes per token of every value of a layer on one device. */
export function valueBytesPerToken(
  s: TransformerShape,
  seqLen: number,
  o: Pick<TrainingLayout, 'tensor' | 'sequenceParallel' | 'dropout' | 'fusedAttention'>,
  experts: boolean,
): Sizes {
  const { tensor = 1 } = o;
  const along = o.sequenceParallel ? tensor : 1;
  const [h, a, k] = [s.width, queryWidth(s), keyWidth(s)];
  const e = experts ? s.experts : undefined;
  // Every token passes `active` experts, in buffers with room to spare, and the shared ones.
  const copies = e ? e.active * (e.capacityFactor ?? 1) + (e.shared ?? 0) : 1;
  const f = (e?.mlpWidth ?? s.mlpWidth) * copies;
  return {
    'layer input': (2 * h) / along,
    // What the first norm gives, and what the second reads and gives; what the first reads is the input of the layer.
    norms: (4 * h) / along,
    'projection out': (2 * h) / along,
    qkv: (2 * (a + 2 * k)) / tensor,
    'attention out': (2 * a) / tensor,
    'mlp in': (2 * f * (s.gated ? 2 : 1)) / tensor,
    'mlp product': (2 * f) / tensor,
    masks: o.dropout ? (2 * h) / along : 0,
    scores: (o.fusedAttention ?? true) ? 0 : (5 * s.heads * seqLen) / tensor,
    router: e ? 4 * e.count + 4 * e.active * h : 0,
  };
}

/** Bytes per token that a layer keeps under a policy. */
export function keptBytesPerToken(
  s: TransformerShape,
  seqLen: number,
  o: Pick<TrainingLayout, 'tensor' | 'sequenceParallel' | 'dropout' | 'fusedAttention'>,
  { kept }: RematPolicy,
  experts: boolean,
): number {
  const sizes = valueBytesPerToken(s, seqLen, o, experts);
  return [...kept].reduce((sum, v) => sum + sizes[v], 0);
}

/** Operations per token that a policy computes again in one layer, in parts of that layer's forward pass (1 = all of it). */
export function recomputedShare(s: TransformerShape, seqLen: number, { kept }: RematPolicy): number {
  // The usual count, 8 operations per parameter and token.
  if (kept.size === 1) return 1;
  const [h, a, k, f] = [s.width, queryWidth(s), keyWidth(s), s.mlpWidth];
  const scores = 2 * a * seqLen;
  const parts: readonly (readonly [LayerValue, number])[] = [
    ['qkv', h * (a + 2 * k)],
    ['attention out', scores],
    ['projection out', a * h],
    ['mlp in', h * f * (s.gated ? 2 : 1)],
  ];
  const total = parts.reduce((n, [, flops]) => n + flops, 0) + f * h;
  // The last product is read by nobody: its result goes into the residual, the input of the next layer.
  return parts.reduce((n, [v, flops]) => n + (kept.has(v) ? 0 : flops), 0) / total;
}
