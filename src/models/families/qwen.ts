import type { ConfigReader } from '../folder/config-reader.ts';
import type { GroupedAttention, MlpConfig } from '../stack/config.ts';
import { decoderRules } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';
import { decoderOf, type LlamaShape, layersOf, readShape, withWindow } from './llama.ts';

/* Qwen 2 and 3, dense and with experts: Llama with biases of queries, keys and values (2) or norms of queries and keys (3). */

const common = { vocabSize: 151936, maxPositions: 32768, epsilon: 1e-6, theta: 1e4 };
const dense = { ...common, embedDim: 4096, numLayers: 32, numHeads: 32, numKvHeads: 32, mlpDim: 22016 };
const qwen2MoeDefaults = { ...common, embedDim: 2048, numLayers: 24, numHeads: 16, numKvHeads: 16, mlpDim: 5632 };
const qwen3MoeDefaults = { ...common, embedDim: 2048, numLayers: 24, numHeads: 32, numKvHeads: 4, mlpDim: 6144 };

/** Layers whose keys slide: as `layer_types` say, or by the rule of the class. */
function windowsOf(c: ConfigReader, numLayers: number, slides: (i: number) => boolean): (number | undefined)[] {
  const types = c.texts('layer_types');
  const window = c.flag('use_sliding_window', false) ? c.size('sliding_window', 4096) : undefined;
  return Array.from({ length: numLayers }, (_, i) =>
    (types ? types[i] === 'sliding_attention' : slides(i)) ? window : undefined,
  );
}

const gated = (c: ConfigReader, dim: number): MlpConfig => ({
  kind: 'gated',
  dim: c.size('intermediate_size', dim),
  activation: c.activation('hidden_act', 'silu'),
});

const isSparse = (c: ConfigReader): ((i: number) => boolean) => {
  const step = c.size('decoder_sparse_step', 1);
  const denseLayers = new Set(c.numbers('mlp_only_layers') ?? []);
  return (i) => !denseLayers.has(i) && (i + 1) % step === 0;
};

const qwen2Attention = (s: LlamaShape, bias: boolean): GroupedAttention => ({
  ...s.attention,
  bias: { query: bias, key: bias, value: bias, out: false },
});

function qwen3Attention(c: ConfigReader, s: LlamaShape): GroupedAttention {
  const all = c.flag('attention_bias', false);
  return {
    ...s.attention,
    bias: { query: all, key: all, value: all, out: all },
    queryNorm: s.norm,
    keyNorm: s.norm,
  };
}

export const qwen2 = decoderFamily({
  modelTypes: ['qwen2'],
  config: (c) => {
    const s = readShape(c, dense);
    const from = c.number('max_window_layers', 28);
    const windows = windowsOf(c, s.numLayers, (i) => i >= from);
    const attention = qwen2Attention(s, true);
    const mlp = gated(c, dense.mlpDim);
    const layers = layersOf(s.numLayers, (i) => ({ block: 'pre', attention: withWindow(attention, windows[i]), mlp }));
    return decoderOf(c, s, dense, layers);
  },
  names: (config) => decoderRules(config),
});

export const qwen3 = decoderFamily({
  modelTypes: ['qwen3'],
  config: (c) => {
    const s = readShape(c, { ...dense, headDim: 128 });
    const from = c.number('max_window_layers', 28);
    const windows = windowsOf(c, s.numLayers, (i) => i >= from);
    const attention = qwen3Attention(c, s);
    const mlp = gated(c, dense.mlpDim);
    const layers = layersOf(s.numLayers, (i) => ({ block: 'pre', attention: withWindow(attention, windows[i]), mlp }));
    return decoderOf(c, s, dense, layers);
  },
  names: (config) => decoderRules(config),
});

export const qwen2Moe = decoderFamily({
  modelTypes: ['qwen2_moe'],
  config: (c) => {
    const d = qwen2MoeDefaults;
    const s = readShape(c, d);
    const from = c.number('max_window_layers', 28);
    // The rule of this class is another one than that of its dense kin.
    const windows = windowsOf(c, s.numLayers, (i) => (i + 1) % 2 === 1 && i < from);
    const attention = qwen2Attention(s, c.flag('qkv_bias', true));
    const sparse = isSparse(c);
    const experts: MlpConfig = {
      kind: 'experts',
      dim: c.size('moe_intermediate_size', 1408),
      activation: c.activation('hidden_act', 'silu'),
      router: {
        numExperts: c.count('num_experts', 60),
        topK: c.size('num_experts_per_tok', 4),
        score: 'softmax',
        renormalize: c.flag('norm_topk_prob', false),
      },
      shared: { dim: c.size('shared_expert_intermediate_size', 5632), gated: true },
    };
    const layers = layersOf(s.numLayers, (i) => ({
      block: 'pre',
      attention: withWindow(attention, windows[i]),
      mlp: sparse(i) ? experts : gated(c, d.mlpDim),
    }));
    return decoderOf(c, s, d, layers);
  },
  names: (config) => decoderRules(config, { moe: { shared: 'mlp.shared_expert' } }),
});

export const qwen3Moe = decoderFamily({
  modelTypes: ['qwen3_moe'],
  config: (c) => {
    const d = qwen3MoeDefaults;
    const s = readShape(c, d);
    const windows = windowsOf(c, s.numLayers, () => true);
    const attention = qwen3Attention(c, s);
    const sparse = isSparse(c);
    const experts: MlpConfig = {
      kind: 'experts',
      dim: c.size('moe_intermediate_size', 768),
      activation: c.activation('hidden_act', 'silu'),
      router: {
        numExperts: c.count('num_experts', c.count('num_local_experts', 128)),
        topK: c.size('num_experts_per_tok', 8),
        score: 'softmax',
        renormalize: c.flag('norm_topk_prob', false),
      },
    };
    const layers = layersOf(s.numLayers, (i) => ({
      block: 'pre',
      attention: withWindow(attention, windows[i]),
      mlp: sparse(i) ? experts : gated(c, d.mlpDim),
    }));
    return decoderOf(c, s, d, layers);
  },
  names: (config) => decoderRules(config),
});
