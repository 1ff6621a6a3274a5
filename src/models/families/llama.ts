import type { NormConfig } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import { reachOf, readRope } from '../folder/rope-config.ts';
import type { DecoderConfig, GroupedAttention, LayerConfig, MlpConfig } from '../stack/config.ts';
import { decoderRules } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';

/* Llama and what is like it: RMS norms, rotary positions, grouped queries, gated MLP. */

/** Defaults that differ between the classes. */
export interface LlamaDefaults {
  readonly vocabSize: number;
  readonly embedDim: number;
  readonly numLayers: number;
  readonly numHeads: number;
  /** Default: as many as heads. */
  readonly numKvHeads?: number;
  /** Default: embedDim / heads. */
  readonly headDim?: number;
  readonly mlpDim: number;
  readonly maxPositions: number;
  readonly epsilon: number;
  readonly theta: number;
  readonly tied?: boolean;
}

/** What layers of the kin of Llama have in common. */
export interface LlamaShape {
  readonly embedDim: number;
  readonly numLayers: number;
  readonly numHeads: number;
  readonly norm: NormConfig;
  readonly maxPositions: number;
  readonly attention: GroupedAttention;
}

export function readShape(c: ConfigReader, d: LlamaDefaults): LlamaShape {
  const embedDim = c.size('hidden_size', d.embedDim);
  const numHeads = c.size('num_attention_heads', d.numHeads);
  const numKvHeads = c.size('num_key_value_heads', d.numKvHeads ?? numHeads);
  if (numHeads % numKvHeads !== 0) throw c.wrong('num_key_value_heads', `a divisor of ${numHeads}`);
  const headDim = c.size('head_dim', d.headDim ?? Math.floor(embedDim / numHeads));
  const maxPositions = c.size('max_position_embeddings', d.maxPositions);
  const rope = readRope(c, { headDim, theta: d.theta, maxPositions });
  return {
    embedDim,
    numLayers: c.count('num_hidden_layers', d.numLayers),
    numHeads,
    norm: { kind: 'rms', epsilon: c.number('rms_norm_eps', d.epsilon), castsFirst: true },
    maxPositions: reachOf(rope, maxPositions),
    attention: {
      kind: 'grouped',
      numKvHeads,
      queriesPerGroup: numHeads / numKvHeads,
      headDim,
      bias: { query: false, key: false, value: false, out: false },
      scale: headDim ** -0.5,
      rope,
    },
  };
}

/** A whole configuration from its layers. */
export const decoderOf = (
  c: ConfigReader,
  s: LlamaShape,
  d: { readonly vocabSize: number; readonly tied?: boolean },
  layers: readonly LayerConfig[],
  more: Partial<DecoderConfig> = {},
): DecoderConfig => ({
  vocabSize: c.size('vocab_size', d.vocabSize),
  embedDim: s.embedDim,
  norm: s.norm,
  layers,
  head: { tied: c.flag('tie_word_embeddings', d.tied ?? false) },
  maxPositions: s.maxPositions,
  ...more,
});

/** Layers one by one. */
export const layersOf = (numLayers: number, layer: (i: number) => LayerConfig): LayerConfig[] =>
  Array.from({ length: numLayers }, (_, i) => layer(i));

export const withWindow = (a: GroupedAttention, window: number | undefined): GroupedAttention =>
  window === undefined ? a : { ...a, window };

const defaults = {
  vocabSize: 32000,
  embedDim: 4096,
  numLayers: 32,
  numHeads: 32,
  mlpDim: 11008,
  maxPositions: 2048,
  epsilon: 1e-6,
  theta: 1e4,
};

const ignored = [/\.rotary_emb\.inv_freq$/];

export const llama = decoderFamily({
  modelTypes: ['llama'],
  ignored,
  config: (c) => {
    const s = readShape(c, defaults);
    const all = c.flag('attention_bias', false);
    const attention = { ...s.attention, bias: { query: all, key: all, value: all, out: all } };
    const mlp: MlpConfig = {
      kind: 'gated',
      dim: c.size('intermediate_size', defaults.mlpDim),
      activation: c.activation('hidden_act', 'silu'),
      bias: c.flag('mlp_bias', false),
    };
    return decoderOf(
      c,
      s,
      defaults,
      layersOf(s.numLayers, () => ({ block: 'pre', attention, mlp })),
    );
  },
  names: (config) => decoderRules(config),
});

const mistralDefaults = { ...defaults, numKvHeads: 8, mlpDim: 14336, maxPositions: 131072 };

export const mistral = decoderFamily({
  modelTypes: ['mistral'],
  ignored,
  config: (c) => {
    const s = readShape(c, mistralDefaults);
    // Absent is not null: the class slides over 4096 positions unless the file says that it does not.
    const window = c.json.sliding_window === null ? undefined : c.size('sliding_window', 4096);
    const types = c.texts('layer_types');
    const mlp: MlpConfig = {
      kind: 'gated',
      dim: c.size('intermediate_size', mistralDefaults.mlpDim),
      activation: c.activation('hidden_act', 'silu'),
    };
    return decoderOf(
      c,
      s,
      mistralDefaults,
      layersOf(s.numLayers, (i) => ({
        block: 'pre',
        attention: withWindow(s.attention, types && types[i] !== 'sliding_attention' ? undefined : window),
        mlp,
      })),
    );
  },
  names: (config) => decoderRules(config),
});

const mixtralDefaults = { ...mistralDefaults, epsilon: 1e-5, theta: 1e6 };

export const mixtral = decoderFamily({
  modelTypes: ['mixtral'],
  ignored,
  config: (c) => {
    const s = readShape(c, mixtralDefaults);
    const attention = withWindow(s.attention, c.optionalSize('sliding_window'));
    const mlp: MlpConfig = {
      kind: 'experts',
      dim: c.size('intermediate_size', mixtralDefaults.mlpDim),
      activation: c.activation('hidden_act', 'silu'),
      router: {
        numExperts: c.count('num_local_experts', c.count('num_experts', 8)),
        topK: c.size('num_experts_per_tok', 2),
        score: 'softmax',
        renormalize: true,
      },
    };
    return decoderOf(
      c,
      s,
      mixtralDefaults,
      layersOf(s.numLayers, () => ({ block: 'pre', attention, mlp })),
    );
  },
  names: (config) =>
    decoderRules(config, {
      moe: { router: 'block_sparse_moe.gate', experts: 'block_sparse_moe.experts', gate: 'w1', up: 'w3', down: 'w2' },
    }),
});
