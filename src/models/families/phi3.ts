import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import { readRope } from '../folder/rope-config.ts';
import type { DecoderConfig, GatedMlp, GroupedAttention } from '../stack/config.ts';
import { RuleList } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';
import { decoderOf, layersOf, readShape, withWindow } from './llama.ts';

/* Phi-3: Llama with fused projections and, in the long models, a rotation whose frequencies depend on the length (LongRoPE). */

const defaults = {
  vocabSize: 32064,
  embedDim: 3072,
  numLayers: 32,
  numHeads: 32,
  mlpDim: 8192,
  maxPositions: 4096,
  epsilon: 1e-5,
  theta: 1e4,
};

function phi3Config(c: ConfigReader): DecoderConfig {
  const s = readShape(c, defaults);
  const { headDim } = s.attention;
  const rope = readRope(c, {
    headDim,
    theta: defaults.theta,
    maxPositions: c.size('max_position_embeddings', defaults.maxPositions),
    originalMaxPositions: c.size('original_max_position_embeddings', 4096),
    partial: 1,
  });
  const attention = withWindow({ ...s.attention, rope }, c.optionalSize('sliding_window'));
  const mlp: GatedMlp = {
    kind: 'gated',
    dim: c.size('intermediate_size', defaults.mlpDim),
    activation: c.activation('hidden_act', 'silu'),
  };
  const layers = layersOf(s.numLayers, () => ({ block: 'pre', attention, mlp }));
  return decoderOf(c, s, defaults, layers);
}

function phi3Names(c: DecoderConfig): NameRule[] {
  const list = new RuleList();
  const { embedDim: embed, norm } = c;
  list.add('embedding', 'model.embed_tokens.weight', [c.vocabSize, embed]);
  list.norm('finalNorm', 'model.norm', embed, norm);
  if (!c.head.tied) list.add('head', 'lm_head.weight', [c.vocabSize, embed]);
  for (const [i, l] of c.layers.entries()) {
    const [path, at] = [`layers[${i}]`, `model.layers.${i}.`];
    const { numKvHeads: g, queriesPerGroup: r, headDim: h } = l.attention as GroupedAttention;
    list.norm(`${path}.attentionNorm`, `${at}input_layernorm`, embed, norm);
    list.norm(`${path}.mlpNorm`, `${at}post_attention_layernorm`, embed, norm);
    const fused = `${at}self_attn.qkv_proj.weight`;
    const heads = g * r;
    const rows = [(heads + 2 * g) * h, embed];
    const view = [heads + 2 * g, h, embed];
    // All queries, then all keys, then all values: the queries of a group lie together, one group after the other.
    const queries = { dim: 0, from: 0, to: r, step: r };
    list.add(`${path}.attention.query`, Array<string>(g).fill(fused), rows, { view, take: queries });
    list.add(`${path}.attention.key`, fused, rows, { view, take: { dim: 0, from: heads, to: heads + g } });
    list.add(`${path}.attention.value`, fused, rows, { view, take: { dim: 0, from: heads + g, to: heads + 2 * g } });
    list.add(`${path}.attention.out`, `${at}self_attn.o_proj.weight`, [embed, heads * h], { view: [embed, g, r, h] });
    const { dim } = l.mlp as GatedMlp;
    for (const [k, our] of (['gate', 'up'] as const).entries())
      list.add(`${path}.mlp.dense.${our}`, `${at}mlp.gate_up_proj.weight`, [2 * dim, embed], {
        view: [2, dim, embed],
        take: { dim: 0, from: k, to: k + 1 },
      });
    list.add(`${path}.mlp.dense.down`, `${at}mlp.down_proj.weight`, [embed, dim]);
  }
  return list.rules;
}

export const phi3 = decoderFamily({
  modelTypes: ['phi3'],
  ignored: [/\.rotary_emb\.inv_freq$/],
  config: phi3Config,
  names: phi3Names,
});
