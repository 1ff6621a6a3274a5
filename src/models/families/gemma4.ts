import type { NormConfig } from '../../nn/index.ts';
import { ConfigReader, isJson } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import { readRope } from '../folder/rope-config.ts';
import type { DecoderConfig, GatedMlp, GroupedAttention, LayerConfig } from '../stack/config.ts';
import { groupedRules, mlpRules, RuleList } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';
import { decoderOf, readShape } from './llama.ts';

/*
 * Gemma 4: norms of queries, keys and values instead of a scale, heads of another size in full layers, late layers that use keys of
 * earlier ones, an embedding for every layer, experts beside the MLP.
 */

const defaults = {
  vocabSize: 262144,
  embedDim: 2304,
  numLayers: 30,
  numHeads: 8,
  numKvHeads: 4,
  headDim: 256,
  mlpDim: 9216,
  maxPositions: 131072,
  epsilon: 1e-6,
  theta: 1e4,
  tied: true,
};

/** Fields that a layer has of its own: `per_layer_config`, or the flat names of hub files. */
function ownFields(c: ConfigReader, i: number, isFull: boolean): { headDim: number; numKvHeads: number } {
  const all = c.nested('per_layer_config').json;
  const own = new ConfigReader(isJson(all[i]) ? all[i] : {}, `per_layer_config.${i}`);
  const flat = (key: string, fallback: number): number => (isFull && c.has(key) ? c.size(key, fallback) : fallback);
  const headDim = c.size('head_dim', defaults.headDim);
  const numKvHeads = c.size('num_key_value_heads', defaults.numKvHeads);
  const hasOwn = c.has('per_layer_config');
  return {
    headDim: own.size('head_dim', flat('global_head_dim', isFull && !hasOwn ? 512 : headDim)),
    numKvHeads: own.size(
      'num_key_value_heads',
      // Fewer heads of keys in full layers only where values are keys.
      c.flag('attention_k_eq_v', false) ? flat('num_global_key_value_heads', numKvHeads) : numKvHeads,
    ),
  };
}

export function gemma4Config(c: ConfigReader): DecoderConfig {
  const s = readShape(c, defaults);
  const norm: NormConfig = { kind: 'rms', epsilon: s.norm.epsilon };
  const activation = c.activation('hidden_activation', 'gelu_pytorch_tanh');
  const types = c.texts('layer_types');
  const isFull = (i: number): boolean =>
    types ? types[i] !== 'sliding_attention' : (i + 1) % 6 === 0 || i === s.numLayers - 1;
  const numShared = c.number('num_kv_shared_layers', 0);
  const firstShared = s.numLayers - numShared;
  const perLayerDim = c.number('hidden_size_per_layer_input', 256);
  const window = c.size('sliding_window', 512);
  const { maxPositions } = s;
  const layer = (i: number): LayerConfig => {
    const full = isFull(i);
    const own = ownFields(c, i, full);
    const { headDim } = own;
    if (s.numHeads % own.numKvHeads !== 0) throw c.wrong('num_key_value_heads', `a divisor of ${s.numHeads}`);
    const isShared = numShared > 0 && i >= firstShared;
    let source = i;
    if (isShared) for (source = firstShared - 1; source >= 0 && isFull(source) !== full; source--);
    if (source < 0) throw c.wrong('num_kv_shared_layers', 'an earlier layer of the same kind to share keys with');
    const rope = readRope(c, {
      headDim,
      theta: full ? 1e6 : 1e4,
      maxPositions,
      layerType: full ? 'full_attention' : 'sliding_attention',
      ...(full ? { partial: 0.25 } : {}),
    });
    const attention: GroupedAttention = {
      kind: 'grouped',
      numKvHeads: own.numKvHeads,
      queriesPerGroup: s.numHeads / own.numKvHeads,
      headDim,
      bias: { query: false, key: false, value: false, out: false },
      queryNorm: norm,
      keyNorm: norm,
      valueNorm: { ...norm, weight: false },
      scale: 1,
      rope,
      ...(full ? {} : { window }),
      ...(isShared ? { keysFrom: source } : {}),
      ...(full && c.flag('attention_k_eq_v', false) ? { valueIsKey: true } : {}),
    };
    const wide = isShared && c.flag('use_double_wide_mlp', false) ? 2 : 1;
    const mlp: GatedMlp = { kind: 'gated', dim: wide * c.size('intermediate_size', defaults.mlpDim), activation };
    return {
      block: 'sandwich',
      attention,
      mlp: c.flag('enable_moe_block', false)
        ? {
            kind: 'parallel',
            mlp,
            experts: {
              kind: 'experts',
              dim: c.size('moe_intermediate_size', 704),
              activation,
              router: {
                numExperts: c.count('num_experts', 128),
                topK: c.size('top_k_experts', 8),
                score: 'softmax',
                renormalize: true,
                perExpertScale: true,
              },
            },
          }
        : mlp,
      scaled: true,
      ...(perLayerDim > 0 ? { perLayerDim } : {}),
    };
  };
  const logitSoftcap = c.optionalNumber('final_logit_softcapping');
  return decoderOf(
    c,
    s,
    defaults,
    Array.from({ length: s.numLayers }, (_, i) => layer(i)),
    {
      norm,
      embeddingScale: Math.sqrt(s.embedDim),
      groupsWithin: 'window',
      ...(perLayerDim > 0
        ? {
            perLayerEmbedding: {
              vocabSize: c.size('vocab_size_per_layer_input', c.size('vocab_size', defaults.vocabSize)),
              dim: perLayerDim,
              activation,
            },
          }
        : {}),
      ...(logitSoftcap === undefined ? {} : { logitSoftcap }),
    },
  );
}

export function gemma4Names(c: DecoderConfig, prefix = 'model.'): NameRule[] {
  const list = new RuleList();
  const { embedDim: embed, norm } = c;
  list.add('embedding', `${prefix}embed_tokens.weight`, [c.vocabSize, embed]);
  list.norm('finalNorm', `${prefix}norm`, embed, norm);
  if (!c.head.tied) list.add('head', 'lm_head.weight', [c.vocabSize, embed]);
  const per = c.perLayerEmbedding;
  if (per) {
    const all = per.dim * c.layers.length;
    list.add('perLayer.embedding', `${prefix}embed_tokens_per_layer.weight`, [per.vocabSize, all]);
    list.add('perLayer.projection', `${prefix}per_layer_model_projection.weight`, [all, embed]);
    list.norm('perLayer.norm', `${prefix}per_layer_projection_norm`, per.dim, norm);
  }
  for (const [i, l] of c.layers.entries()) {
    const [path, at] = [`layers[${i}]`, `${prefix}layers.${i}.`];
    const normOf = (our: string, name: string): void => list.norm(`${path}.${our}`, `${at}${name}`, embed, norm);
    normOf('attentionNorm', 'input_layernorm');
    normOf('afterAttentionNorm', 'post_attention_layernorm');
    normOf('mlpNorm', 'pre_feedforward_layernorm');
    normOf('afterMlpNorm', 'post_feedforward_layernorm');
    groupedRules(list, l.attention as GroupedAttention, embed, `${path}.attention`, `${at}self_attn.`);
    const dense = l.mlp.kind === 'parallel' ? l.mlp.mlp : (l.mlp as GatedMlp);
    mlpRules(list, dense.dim, embed, `${path}.mlp.dense`, `${at}mlp.`, true);
    if (l.mlp.kind === 'parallel') {
      const { experts } = l.mlp;
      const { numExperts } = experts.router;
      normOf('afterDenseNorm', 'post_feedforward_layernorm_1');
      normOf('expertsNorm', 'pre_feedforward_layernorm_2');
      normOf('afterExpertsNorm', 'post_feedforward_layernorm_2');
      const moe = `${path}.mlp.moe`;
      list.add(`${moe}.router`, `${at}router.proj.weight`, [numExperts, embed]);
      list.add(`${path}.routerScale`, `${at}router.scale`, [embed]);
      list.add(`${moe}.perExpertScale`, `${at}router.per_expert_scale`, [numExperts]);
      const both = { view: [numExperts, 2, experts.dim, embed] };
      const fused = [numExperts, 2 * experts.dim, embed];
      const half = (k: number): Partial<NameRule> => ({ ...both, take: { dim: 1, from: k, to: k + 1 } });
      list.add(`${moe}.experts.gate`, `${at}experts.gate_up_proj`, fused, half(0));
      list.add(`${moe}.experts.up`, `${at}experts.gate_up_proj`, fused, half(1));
      list.add(`${moe}.experts.down`, `${at}experts.down_proj`, [numExperts, embed, experts.dim]);
    }
    list.add(`${path}.scale`, `${at}layer_scalar`, [1], { fallback: 1 });
    if (l.perLayerDim) {
      list.add(`${path}.perLayer.gate`, `${at}per_layer_input_gate.weight`, [l.perLayerDim, embed]);
      list.add(`${path}.perLayer.out`, `${at}per_layer_projection.weight`, [embed, l.perLayerDim]);
      list.norm(`${path}.perLayer.norm`, `${at}post_per_layer_input_norm`, embed, norm);
    }
  }
  return list.rules;
}

export const gemma4 = decoderFamily({
  modelTypes: ['gemma4_text'],
  config: gemma4Config,
  names: (c) => gemma4Names(c),
});
