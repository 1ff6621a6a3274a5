import type { RouterConfig } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import { readRope, yarnScale } from '../folder/rope-config.ts';
import type { LatentAttention, MlpConfig } from '../stack/config.ts';
import { decoderRules } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';
import { decoderOf, layersOf, readShape } from './llama.ts';

/* DeepSeek V2, V3 and V3.2: latent attention, dense layers first, then experts with some that see every token. */

const v2 = {
  vocabSize: 102400,
  embedDim: 4096,
  numLayers: 32,
  numHeads: 32,
  mlpDim: 11008,
  maxPositions: 2048,
  epsilon: 1e-6,
  theta: 1e4,
};
const v3 = {
  ...v2,
  vocabSize: 129280,
  embedDim: 7168,
  numLayers: 61,
  numHeads: 128,
  mlpDim: 18432,
  maxPositions: 4096,
};
const v32 = { ...v3, maxPositions: 163840 };

function latent(c: ConfigReader, d: typeof v2, interleaved: boolean): LatentAttention {
  const nopeDim = c.size('qk_nope_head_dim', 128);
  const ropeDim = c.size('qk_rope_head_dim', 64);
  const maxPositions = c.size('max_position_embeddings', d.maxPositions);
  const rope = readRope(c, { headDim: ropeDim, theta: d.theta, maxPositions, interleaved });
  const scaling = c.has('rope_parameters') ? c.nested('rope_parameters') : c.nested('rope_scaling');
  // The square of yarn's scale goes into the scores, besides what it does to angles.
  const all = scaling.number('mscale_all_dim', 0);
  const isScaled = scaling.text('rope_type', scaling.text('type', 'default')) !== 'default';
  const m = isScaled && all !== 0 ? yarnScale(scaling.number('factor', 1), all) : 1;
  const queryRank = c.json.q_lora_rank === null ? undefined : c.size('q_lora_rank', 1536);
  return {
    kind: 'latent',
    numHeads: c.size('num_attention_heads', d.numHeads),
    ...(queryRank === undefined ? {} : { queryRank }),
    kvRank: c.size('kv_lora_rank', 512),
    nopeDim,
    ropeDim,
    valueDim: c.size('v_head_dim', 128),
    scale: (nopeDim + ropeDim) ** -0.5 * m * m,
    rope,
    bias: c.flag('attention_bias', false),
  };
}

interface MoeDefaults {
  readonly dim: number;
  readonly numExperts: number;
  readonly topK: number;
  readonly numShared: number;
  readonly firstDense: number;
}

function mlps(
  c: ConfigReader,
  mlpDim: number,
  d: MoeDefaults,
  router: (r: { numExperts: number; topK: number }) => RouterConfig,
): (i: number) => MlpConfig {
  const activation = c.activation('hidden_act', 'silu');
  const dim = c.size('moe_intermediate_size', d.dim);
  const numShared = c.number('n_shared_experts', d.numShared);
  const experts: MlpConfig = {
    kind: 'experts',
    dim,
    activation,
    router: router({
      numExperts: c.count('n_routed_experts', d.numExperts),
      topK: c.size('num_experts_per_tok', d.topK),
    }),
    ...(numShared > 0 ? { shared: { dim: dim * numShared, gated: false } } : {}),
  };
  const dense: MlpConfig = {
    kind: 'gated',
    dim: c.size('intermediate_size', mlpDim),
    activation,
    bias: c.flag('mlp_bias', false),
  };
  const kinds = c.texts('mlp_layer_types');
  const first = c.number('first_k_dense_replace', d.firstDense);
  const step = c.size('moe_layer_freq', 1);
  return (i) => ((kinds ? kinds[i] === 'sparse' : i >= first && i % step === 0) ? experts : dense);
}

/** Groups of experts of which the best are kept; one group is none. */
function groupsOf(
  c: ConfigReader,
  numGroups: number,
  keep: number,
  kind: Pick<NonNullable<RouterConfig['groups']>, 'by' | 'fill'>,
): Pick<RouterConfig, 'groups'> {
  const n = c.size('n_group', numGroups);
  return n === 1 ? {} : { groups: { numGroups: n, keep: c.size('topk_group', keep), ...kind } };
}

export const deepseekV2 = decoderFamily({
  modelTypes: ['deepseek_v2'],
  ignored: [/\.rotary_emb\.inv_freq$/],
  config: (c) => {
    const s = readShape(c, v2);
    const attention = latent(c, v2, true);
    const grouped = c.text('topk_method', 'greedy') === 'group_limited_greedy';
    const defaultsOf = { dim: 1407, numExperts: 64, topK: 8, numShared: 2, firstDense: 0 };
    const mlp = mlps(c, v2.mlpDim, defaultsOf, (r) => ({
      ...r,
      score: 'softmax',
      renormalize: false,
      scale: c.number('routed_scaling_factor', 1),
      ...(grouped ? groupsOf(c, 1, 1, { by: 'max', fill: 'zero' }) : {}),
    }));
    return decoderOf(
      c,
      s,
      v2,
      layersOf(s.numLayers, (i) => ({ block: 'pre', attention, mlp: mlp(i) })),
    );
  },
  names: (config) => decoderRules(config),
});

function v3Mlps(c: ConfigReader, mlpDim: number): (i: number) => MlpConfig {
  const d = { dim: 2048, numExperts: 256, topK: 8, numShared: 1, firstDense: 3 };
  return mlps(c, mlpDim, d, (r) => ({
    ...r,
    score: 'sigmoid',
    choiceBias: true,
    renormalize: c.flag('norm_topk_prob', true),
    renormalizeEpsilon: 1e-20,
    scale: c.number('routed_scaling_factor', 2.5),
    ...groupsOf(c, 8, 4, { by: 'top2Sum', fill: 'negativeInfinity' }),
  }));
}

/** The layers that predict further tokens come behind the others and are not needed to predict the next. */
const beyond = (c: ConfigReader, fallback: number): RegExp[] =>
  Array.from({ length: 8 }, (_, k) => new RegExp(`^model\\.layers\\.${c.count('num_hidden_layers', fallback) + k}\\.`));

export const deepseekV3 = decoderFamily({
  modelTypes: ['deepseek_v3'],
  ignored: [/\.rotary_emb\.inv_freq$/],
  ignoredIn: (c) => beyond(c, v3.numLayers),
  config: (c) => {
    const s = readShape(c, v3);
    const attention = latent(c, v3, c.flag('rope_interleave', true));
    const mlp = v3Mlps(c, v3.mlpDim);
    return decoderOf(
      c,
      s,
      v3,
      layersOf(s.numLayers, (i) => ({ block: 'pre', attention, mlp: mlp(i) })),
    );
  },
  names: (config) => decoderRules(config),
});

export const deepseekV32 = decoderFamily({
  modelTypes: ['deepseek_v32'],
  ignored: [/\.rotary_emb\.inv_freq$/],
  ignoredIn: (c) => beyond(c, v32.numLayers),
  config: (c) => {
    const s = readShape(c, v32);
    const attention: LatentAttention = {
      ...latent(c, v32, true),
      indexer: {
        numHeads: c.size('index_n_heads', 64),
        headDim: c.size('index_head_dim', 128),
        topK: c.size('index_topk', 2048),
        // Halves, not neighbours, unlike the attention's.
        rope: readRope(c, {
          headDim: c.size('qk_rope_head_dim', 64),
          theta: v32.theta,
          maxPositions: s.maxPositions,
        }),
      },
    };
    const mlp = v3Mlps(c, v32.mlpDim);
    return decoderOf(
      c,
      s,
      v32,
      layersOf(s.numLayers, (i) => ({ block: 'pre', attention, mlp: mlp(i) })),
    );
  },
  names: (config) => decoderRules(config),
});
