import type { BucketConfig, NormConfig } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { GroupedAttention, LayerConfig, MlpConfig, StackConfig } from '../stack/config.ts';
import { groupedRules, mlpRules, RuleList } from './decoder-rules.ts';
import { type EncoderDecoderConfig, encoderDecoder, encoderDecoderWeights, encodeTokens } from './encoder-decoder.ts';
import { layersOf } from './llama.ts';

/*
 * T5 and its kin (1.0, 1.1, Flan, UL2, mT5, UMT5), and Switch Transformers, which are T5 1.0 with experts: RMS norms, no scale of scores,
 * learned biases by distance instead of positions.
 */

/** What differs between the classes. */
interface T5Kind {
  /** UMT5 has a table of distances in every layer. */
  readonly bucketsPerLayer?: boolean;
  /** The MLP of a layer, by stack and index. */
  readonly mlp: (c: ConfigReader, stack: 'encoder' | 'decoder', i: number) => MlpConfig;
  readonly numLayers: number;
  readonly embedDim: number;
  readonly numHeads: number;
  /** Whether the decoder's output is scaled by embedDim^-½ before the head. */
  readonly scalesOutput: (c: ConfigReader) => boolean;
  readonly vocabSize: number;
  readonly tied: boolean;
}

function feedForward(c: ConfigReader, dimDefault: number, projection: string): MlpConfig {
  const kind = c.text('feed_forward_proj', projection);
  const gated = kind.startsWith('gated-');
  const name = gated ? kind.slice('gated-'.length) : kind;
  // "gated-gelu" has always been its approximation.
  const activation =
    kind === 'gated-gelu' ? 'geluTanh' : name === 'silu' || name === 'relu' || name === 'gelu' ? name : undefined;
  if (!activation) throw c.wrong('feed_forward_proj', 'relu, gelu, silu, or one of them gated');
  const dim = c.size('d_ff', dimDefault);
  return gated ? { kind: 'gated', dim, activation } : { kind: 'dense', dim, activation, bias: false };
}

function readT5(c: ConfigReader, k: T5Kind): EncoderDecoderConfig {
  const embedDim = c.size('d_model', k.embedDim);
  const numHeads = c.size('num_heads', k.numHeads);
  const headDim = c.size('d_kv', 64);
  const norm: NormConfig = { kind: 'rms', epsilon: c.number('layer_norm_epsilon', 1e-6), castsFirst: true };
  const buckets = (bidirectional: boolean): BucketConfig & { perLayer: boolean } => ({
    numBuckets: c.size('relative_attention_num_buckets', 32),
    maxDistance: c.size('relative_attention_max_distance', 128),
    bidirectional,
    perLayer: k.bucketsPerLayer ?? false,
  });
  const attention: GroupedAttention = {
    kind: 'grouped',
    numKvHeads: numHeads,
    queriesPerGroup: 1,
    headDim,
    bias: { query: false, key: false, value: false, out: false },
    scale: 1,
  };
  const numEncoder = c.count('num_layers', k.numLayers);
  const numDecoder = c.count('num_decoder_layers', numEncoder);
  const layer = (stack: 'encoder' | 'decoder', i: number): LayerConfig => ({
    block: 'pre',
    attention: { ...attention, buckets: buckets(stack === 'encoder') },
    ...(stack === 'decoder' ? { cross: attention } : {}),
    mlp: k.mlp(c, stack, i),
  });
  const scaled = k.scalesOutput(c);
  return {
    encoder: { embedDim, norm, layers: layersOf(numEncoder, (i) => layer('encoder', i)), mask: 'full' },
    decoder: {
      vocabSize: c.size('vocab_size', k.vocabSize),
      embedDim,
      norm,
      layers: layersOf(numDecoder, (i) => layer('decoder', i)),
      head: { tied: k.tied && c.flag('tie_word_embeddings', true) },
      ...(scaled ? { outputScale: embedDim ** -0.5 } : {}),
      maxPositions: 2 ** 20,
    },
    startToken: c.number('decoder_start_token_id', c.number('pad_token_id', 0)),
  };
}

/** `dense`: what the file calls an MLP without experts. */
function t5Names(c: EncoderDecoderConfig, dense: string): NameRule[] {
  const list = new RuleList();
  const { embedDim: embed, vocabSize, norm } = c.decoder;
  list.add('decoder.embedding', 'shared.weight', [vocabSize, embed]);
  if (!c.decoder.head.tied) list.add('decoder.head', 'lm_head.weight', [vocabSize, embed]);
  for (const stack of ['encoder', 'decoder'] as const) {
    list.norm(`${stack}.finalNorm`, `${stack}.final_layer_norm`, embed, norm);
    for (const [i, l] of c[stack].layers.entries())
      layerNames(list, l, c[stack], i, { path: `${stack}.layers[${i}]`, name: `${stack}.block.${i}.layer.`, dense });
  }
  return list.rules;
}

function layerNames(
  list: RuleList,
  l: LayerConfig,
  { embedDim: embed, norm }: StackConfig,
  index: number,
  at: { readonly path: string; readonly name: string; readonly dense: string },
): void {
  const { path } = at;
  const names = { query: 'q', key: 'k', value: 'v', out: 'o' };
  const attention = (our: string, a: GroupedAttention, name: string): void =>
    groupedRules(list, a, embed, `${path}.${our}`, name, names);
  const self = l.attention as GroupedAttention;
  attention('attention', self, `${at.name}0.SelfAttention.`);
  list.norm(`${path}.attentionNorm`, `${at.name}0.layer_norm`, embed, norm);
  if (self.buckets && (self.buckets.perLayer || index === 0))
    list.add(`${path}.attention.buckets`, `${at.name}0.SelfAttention.relative_attention_bias.weight`, [
      self.buckets.numBuckets,
      self.numKvHeads,
    ]);
  if (l.cross) {
    attention('cross', l.cross, `${at.name}1.EncDecAttention.`);
    list.norm(`${path}.crossNorm`, `${at.name}1.layer_norm`, embed, norm);
  }
  const last = `${at.name}${l.cross ? 2 : 1}.`;
  list.norm(`${path}.mlpNorm`, `${last}layer_norm`, embed, norm);
  const { mlp } = l;
  if (mlp.kind === 'experts') {
    const { numExperts } = mlp.router;
    const each = (name: string): string[] =>
      Array.from({ length: numExperts }, (_, e) => `${last}mlp.experts.expert_${e}.${name}.weight`);
    list.add(`${path}.mlp.moe.router`, `${last}mlp.router.classifier.weight`, [numExperts, embed]);
    list.add(`${path}.mlp.moe.experts.up`, each('wi'), [mlp.dim, embed]);
    list.add(`${path}.mlp.moe.experts.down`, each('wo'), [embed, mlp.dim]);
  } else if (mlp.kind !== 'parallel') {
    const gated = mlp.kind === 'gated';
    const parts = gated ? { gate: 'wi_0', up: 'wi_1', down: 'wo' } : { gate: '', up: 'wi', down: 'wo' };
    mlpRules(list, mlp.dim, embed, `${path}.mlp.dense`, `${last}${at.dense}.`, gated, false, parts);
  }
}

const t5Kind: T5Kind = {
  mlp: (c) => feedForward(c, 2048, 'relu'),
  numLayers: 6,
  embedDim: 512,
  numHeads: 8,
  vocabSize: 32128,
  tied: true,
  scalesOutput: (c) => c.flag('scale_decoder_outputs', c.flag('tie_word_embeddings', true)),
};
const mt5Kind: T5Kind = {
  ...t5Kind,
  mlp: (c) => feedForward(c, 1024, 'gated-gelu'),
  numLayers: 8,
  numHeads: 6,
  vocabSize: 250112,
  scalesOutput: () => false,
};

const switchKind: T5Kind = {
  ...t5Kind,
  mlp: (c, stack, i) => {
    const numLayers = c.count(stack === 'encoder' ? 'num_layers' : 'num_decoder_layers', c.count('num_layers', 12));
    const numSparse = c.number(stack === 'encoder' ? 'num_sparse_encoder_layers' : 'num_sparse_decoder_layers', 3);
    const step = numSparse > 0 ? Math.floor(numLayers / numSparse) : numLayers;
    const dim = c.size('d_ff', 2048);
    const activation = c.activation('dense_act_fn', 'relu');
    // As published: of a stack without sparse layers the second one is sparse all the same, and of one with too many none.
    const isSparse = step === 1 || (step > 0 && i % step === 1);
    if (!isSparse) return { kind: 'dense', dim, activation, bias: false };
    return {
      kind: 'experts',
      isGated: false,
      dim,
      activation,
      router: {
        numExperts: c.count('num_experts', 8),
        topK: 1,
        score: 'softmax',
        renormalize: false,
        capacity: { rows: c.size('expert_capacity', 64) },
      },
    };
  },
  numLayers: 12,
  embedDim: 768,
  numHeads: 12,
  scalesOutput: (c) => c.flag('tie_word_embeddings', true),
};

// The embedding is stored once, or once more per stack; a stray table of the cross-attention is not used.
const ignored = [/^(encoder|decoder)\.embed_tokens\.weight$/, /EncDecAttention\.relative_attention_bias/];

const family = (modelTypes: readonly string[], kind: T5Kind, dense: string) =>
  encoderDecoder({
    modelTypes,
    ignored,
    inputs: ['tokens', 'positions'],
    config: (c) => readT5(c, kind),
    weights: encoderDecoderWeights,
    names: (c) => t5Names(c, dense),
    encode: encodeTokens,
  });

export const t5 = family(['t5'], t5Kind, 'DenseReluDense');
export const mt5 = family(['mt5'], mt5Kind, 'DenseReluDense');
export const umt5 = family(
  ['umt5'],
  { ...mt5Kind, bucketsPerLayer: true, scalesOutput: t5Kind.scalesOutput },
  'DenseReluDense',
);
export const switchTransformers = family(['switch_transformers'], switchKind, 'mlp');
