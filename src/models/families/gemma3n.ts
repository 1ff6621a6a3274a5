import type { NormConfig } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import { readRope } from '../folder/rope-config.ts';
import type { DecoderConfig, GatedMlp, GroupedAttention } from '../stack/config.ts';
import { groupedRules, mlpRules, RuleList } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';
import { decoderOf, layersOf, readShape } from './llama.ts';

/*
 * Gemma 3n's text model: Gemma 4's norms, shared keys and embeddings of layers, on several residual streams (AltUp), with a learned
 * residual beside attention (LAuReL, Menghani et al. 2024) and MLPs of which the first are sparse.
 */

const defaults = {
  vocabSize: 262400,
  embedDim: 2048,
  numLayers: 35,
  numHeads: 8,
  numKvHeads: 2,
  headDim: 256,
  mlpDim: 16384,
  maxPositions: 32768,
  epsilon: 1e-6,
  theta: 1e6,
  tied: true,
};

/** The layer whose keys layer `i` uses: the last of its kind that has some. */
function sourceOf(c: ConfigReader, i: number, firstShared: number, isFull: (i: number) => boolean): number | undefined {
  if (i < firstShared) return undefined;
  for (let k = firstShared - 1; k >= 0; k--) if (isFull(k) === isFull(i)) return k;
  throw c.wrong('num_kv_shared_layers', 'an earlier layer of the same kind to share keys with');
}

function gemma3nConfig(c: ConfigReader): DecoderConfig {
  const s = readShape(c, defaults);
  const { headDim } = s.attention;
  const { numLayers, maxPositions } = s;
  const norm: NormConfig = { kind: 'rms', epsilon: s.norm.epsilon };
  const activation = c.activation('hidden_activation', 'gelu_pytorch_tanh');
  const types = c.texts('layer_types');
  const isFull = (i: number): boolean => (types ? types[i] !== 'sliding_attention' : (i + 1) % 5 === 0);
  const firstShared = numLayers - c.number('num_kv_shared_layers', 15);
  const perLayerDim = c.size('hidden_size_per_layer_input', 256);
  const bias = c.flag('attention_bias', false);
  const window = c.size('sliding_window', 512);
  const rope = { headDim, maxPositions };
  const full = readRope(c, { ...rope, theta: 1e6, layerType: 'full_attention' });
  const local = readRope(c, {
    ...rope,
    theta: 1e4,
    layerType: 'sliding_attention',
    thetaKey: 'rope_local_base_freq',
    isScaled: false,
  });
  const dims = Array.isArray(c.json.intermediate_size) ? c.sizes('intermediate_size')! : undefined;
  const sparsity = c.numbers('activation_sparsity_pattern');
  for (const [key, list] of [
    ['intermediate_size', dims],
    ['activation_sparsity_pattern', sparsity],
    ['layer_types', types],
  ] as const)
    if (list && list.length !== numLayers) throw c.wrong(key, `one entry for each of ${numLayers} layers`);
  if (sparsity?.some((x) => !(x >= 0 && x < 1))) throw c.wrong('activation_sparsity_pattern', 'numbers from 0 to 1');
  const sparsityOf = (i: number): number => (sparsity ? sparsity[i] : numLayers > 10 && i < 10 ? 0.95 : 0);
  const numStreams = c.count('altup_num_inputs', 4);
  const active = c.number('altup_active_idx', 0);
  if (!Number.isInteger(active) || active < 0 || active >= numStreams)
    throw c.wrong('altup_active_idx', `one of ${numStreams} streams, from 0 on`);
  const logitSoftcap = c.json.final_logit_softcapping === null ? undefined : c.number('final_logit_softcapping', 30);
  const layers = layersOf(numLayers, (i) => {
    const keysFrom = sourceOf(c, i, firstShared, isFull);
    const attention: GroupedAttention = {
      ...s.attention,
      bias: { query: bias, key: bias, value: bias, out: bias },
      queryNorm: norm,
      keyNorm: norm,
      valueNorm: { ...norm, weight: false },
      scale: 1,
      rope: isFull(i) ? full : local,
      ...(isFull(i) ? {} : { window }),
      ...(keysFrom === undefined ? {} : { keysFrom }),
    };
    const mlp: GatedMlp = {
      kind: 'gated',
      dim: dims ? dims[i] : c.size('intermediate_size', defaults.mlpDim),
      activation,
      ...(sparsityOf(i) > 0 ? { sparsity: sparsityOf(i) } : {}),
    };
    return { block: 'sandwich', attention, mlp, perLayerDim, laurelRank: c.size('laurel_rank', 64) };
  });
  return decoderOf(c, s, defaults, layers, {
    norm,
    embeddingScale: Math.sqrt(s.embedDim),
    perLayerEmbedding: { vocabSize: c.size('vocab_size_per_layer_input', 262144), dim: perLayerDim, activation },
    altUp: { numStreams, active, correctsScale: c.flag('altup_correct_scale', true) },
    ...(logitSoftcap === undefined ? {} : { logitSoftcap }),
  });
}

function gemma3nNames(c: DecoderConfig): NameRule[] {
  const list = new RuleList();
  const { embedDim: embed, norm } = c;
  const streams = c.altUp!.numStreams;
  const per = c.perLayerEmbedding!;
  const all = per.dim * c.layers.length;
  list.add('embedding', 'model.embed_tokens.weight', [c.vocabSize, embed]);
  list.norm('finalNorm', 'model.norm', embed, norm);
  if (!c.head.tied) list.add('head', 'lm_head.weight', [c.vocabSize, embed]);
  list.add('perLayer.embedding', 'model.embed_tokens_per_layer.weight', [per.vocabSize, all]);
  list.add('perLayer.projection', 'model.per_layer_model_projection.weight', [all, embed]);
  list.norm('perLayer.norm', 'model.per_layer_projection_norm', per.dim, norm);
  for (let k = 0; k + 1 < streams; k++) {
    list.add(`streams.open[${k}]`, `model.altup_projections.${k}.weight`, [embed, embed]);
    list.add(`streams.close[${k}]`, `model.altup_unembed_projections.${k}.weight`, [embed, embed]);
  }
  for (const [i, l] of c.layers.entries()) {
    const [path, at] = [`layers[${i}]`, `model.layers.${i}.`];
    list.norm(`${path}.attentionNorm`, `${at}input_layernorm`, embed, norm);
    list.norm(`${path}.afterAttentionNorm`, `${at}post_attention_layernorm`, embed, norm);
    list.norm(`${path}.mlpNorm`, `${at}pre_feedforward_layernorm`, embed, norm);
    list.norm(`${path}.afterMlpNorm`, `${at}post_feedforward_layernorm`, embed, norm);
    groupedRules(list, l.attention as GroupedAttention, embed, `${path}.attention`, `${at}self_attn.`);
    mlpRules(list, (l.mlp as GatedMlp).dim, embed, `${path}.mlp.dense`, `${at}mlp.`, true);
    const rank = l.laurelRank!;
    list.add(`${path}.laurel.left`, `${at}laurel.linear_left.weight`, [rank, embed]);
    list.add(`${path}.laurel.right`, `${at}laurel.linear_right.weight`, [embed, rank]);
    list.norm(`${path}.laurel.norm`, `${at}laurel.post_laurel_norm`, embed, norm);
    list.norm(`${path}.altUp.norm`, `${at}altup.router_norm`, embed, norm);
    list.add(`${path}.altUp.router`, `${at}altup.modality_router.weight`, [streams, embed]);
    list.add(`${path}.altUp.predict`, `${at}altup.prediction_coefs.weight`, [streams * streams, streams], {
      view: [streams, streams, streams],
    });
    list.add(`${path}.altUp.correct`, `${at}altup.correction_coefs.weight`, [streams, streams]);
    list.add(`${path}.altUp.scale`, `${at}altup.correct_output_scale`, [embed]);
    list.add(`${path}.perLayer.gate`, `${at}per_layer_input_gate.weight`, [per.dim, embed]);
    list.add(`${path}.perLayer.out`, `${at}per_layer_projection.weight`, [embed, per.dim]);
    list.norm(`${path}.perLayer.norm`, `${at}post_per_layer_input_norm`, embed, norm);
  }
  return list.rules;
}

/** Files may hold keys and values of layers that use those of others. */
function ignoredIn(c: ConfigReader): RegExp[] {
  const numLayers = c.count('num_hidden_layers', defaults.numLayers);
  const numShared = Math.min(numLayers, Math.max(0, c.number('num_kv_shared_layers', 15)));
  const shared = Array.from({ length: Math.floor(numShared) }, (_, k) => numLayers - 1 - k);
  return shared.length === 0 ? [] : [new RegExp(`layers\\.(${shared.join('|')})\\.self_attn\\.[kv]_(proj|norm)\\.`)];
}

export const gemma3n = decoderFamily({
  modelTypes: ['gemma3n_text'],
  ignored: [/\.rotary_emb\.inv_freq$/],
  ignoredIn,
  config: gemma3nConfig,
  names: gemma3nNames,
});
