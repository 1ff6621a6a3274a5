import type { NormConfig } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import { readRope } from '../folder/rope-config.ts';
import type { DecoderConfig, DenseMlp, GroupedAttention } from '../stack/config.ts';
import { groupedRules, mlpRules, RuleList } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';
import { layersOf } from './llama.ts';

/* GPT-2: learned positions, layer norms, biases everywhere; projections lie inputs before outputs, queries, keys and values as thirds. */

function gpt2Config(c: ConfigReader): DecoderConfig {
  const embedDim = c.size('n_embd', 768);
  const numHeads = c.size('n_head', 12);
  const headDim = embedDim / numHeads;
  if (!Number.isInteger(headDim)) throw c.wrong('n_head', `a divisor of ${embedDim}`);
  const maxPositions = c.size('n_positions', 1024);
  const scale = c.flag('scale_attn_weights', true) ? headDim ** -0.5 : 1;
  const byLayer = c.flag('scale_attn_by_inverse_layer_idx', false);
  const mlp: DenseMlp = {
    kind: 'dense',
    dim: c.size('n_inner', 4 * embedDim),
    activation: c.activation('activation_function', 'gelu_new'),
    bias: true,
  };
  return {
    vocabSize: c.size('vocab_size', 50257),
    embedDim,
    norm: { kind: 'layer', epsilon: c.number('layer_norm_epsilon', 1e-5), bias: true },
    learnedPositions: maxPositions,
    layers: layersOf(c.count('n_layer', 12), (i) => ({
      block: 'pre',
      attention: {
        kind: 'grouped',
        numKvHeads: numHeads,
        queriesPerGroup: 1,
        headDim,
        bias: { query: true, key: true, value: true, out: true },
        scale: byLayer ? scale / (i + 1) : scale,
      },
      mlp,
    })),
    head: { tied: c.flag('tie_word_embeddings', true) },
    maxPositions,
  };
}

function gpt2Names(c: DecoderConfig): NameRule[] {
  const list = new RuleList();
  const { embedDim: embed, norm } = c;
  list.add('embedding', 'transformer.wte.weight', [c.vocabSize, embed]);
  list.add('positions', 'transformer.wpe.weight', [c.learnedPositions!, embed]);
  list.norm('finalNorm', 'transformer.ln_f', embed, norm);
  if (!c.head.tied) list.add('head', 'lm_head.weight', [c.vocabSize, embed]);
  for (const [i, l] of c.layers.entries()) {
    const [path, at] = [`layers[${i}]`, `transformer.h.${i}.`];
    const a = l.attention as GroupedAttention;
    const { numKvHeads: heads, headDim } = a;
    list.norm(`${path}.attentionNorm`, `${at}ln_1`, embed, norm);
    list.norm(`${path}.mlpNorm`, `${at}ln_2`, embed, norm);
    for (const [k, name] of (['query', 'key', 'value'] as const).entries()) {
      const take = { from: k, to: k + 1 };
      list.add(`${path}.attention.${name}`, `${at}attn.c_attn.weight`, [embed, 3 * embed], {
        view: [embed, 3, heads, headDim],
        take: { dim: 1, ...take },
        order: [1, 2, 3, 0],
      });
      list.add(`${path}.attention.${name}Bias`, `${at}attn.c_attn.bias`, [3 * embed], {
        view: [3, heads, headDim],
        take: { dim: 0, ...take },
      });
    }
    list.add(`${path}.attention.out`, `${at}attn.c_proj.weight`, [embed, embed], {
      view: [heads, headDim, embed],
      order: [2, 0, 1],
    });
    list.add(`${path}.attention.outBias`, `${at}attn.c_proj.bias`, [embed]);
    const { dim } = l.mlp as DenseMlp;
    list.add(`${path}.mlp.dense.up`, `${at}mlp.c_fc.weight`, [embed, dim], { order: [1, 0] });
    list.add(`${path}.mlp.dense.upBias`, `${at}mlp.c_fc.bias`, [dim]);
    list.add(`${path}.mlp.dense.down`, `${at}mlp.c_proj.weight`, [dim, embed], { order: [1, 0] });
    list.add(`${path}.mlp.dense.downBias`, `${at}mlp.c_proj.bias`, [embed]);
  }
  return list.rules;
}

export const gpt2 = decoderFamily({
  modelTypes: ['gpt2'],
  ignored: [/\.attn\.(masked_)?bias$/],
  config: gpt2Config,
  names: gpt2Names,
});

/* GPT-J: attention and MLP beside each other, the first dimensions of heads turn in neighbouring pairs. */
export const gptj = decoderFamily({
  modelTypes: ['gptj'],
  ignored: [/\.attn\.(masked_)?bias$/],
  config: (c) => {
    const embedDim = c.size('n_embd', 4096);
    const numHeads = c.size('n_head', 16);
    const headDim = embedDim / numHeads;
    if (!Number.isInteger(headDim)) throw c.wrong('n_head', `a divisor of ${embedDim}`);
    const maxPositions = c.size('n_positions', 2048);
    const dims = c.optionalSize('rotary_dim') ?? (c.json.rotary_dim === null ? embedDim : 64);
    const norm: NormConfig = { kind: 'layer', epsilon: c.number('layer_norm_epsilon', 1e-5), bias: true };
    const mlp: DenseMlp = {
      kind: 'dense',
      dim: c.size('n_inner', 4 * embedDim),
      activation: c.activation('activation_function', 'gelu_new'),
      bias: true,
    };
    const attention: GroupedAttention = {
      kind: 'grouped',
      numKvHeads: numHeads,
      queriesPerGroup: 1,
      headDim,
      bias: { query: false, key: false, value: false, out: false },
      scale: headDim ** -0.5,
      rope: { ...readRope(c, { headDim: dims, theta: 1e4, maxPositions, interleaved: true }), dims },
    };
    return {
      vocabSize: c.size('vocab_size', 50400),
      embedDim,
      norm,
      layers: layersOf(c.count('n_layer', 28), () => ({ block: 'parallel', attention, mlp })),
      head: { tied: c.flag('tie_word_embeddings', false), bias: true },
      maxPositions,
    };
  },
  names: (c) => {
    const list = new RuleList();
    const { embedDim: embed, norm } = c;
    list.add('embedding', 'transformer.wte.weight', [c.vocabSize, embed]);
    list.norm('finalNorm', 'transformer.ln_f', embed, norm);
    if (!c.head.tied) list.add('head', 'lm_head.weight', [c.vocabSize, embed]);
    list.add('headBias', 'lm_head.bias', [c.vocabSize]);
    for (const [i, l] of c.layers.entries()) {
      const [path, at] = [`layers[${i}]`, `transformer.h.${i}.`];
      list.norm(`${path}.attentionNorm`, `${at}ln_1`, embed, norm);
      const projections = { query: 'q_proj', key: 'k_proj', value: 'v_proj', out: 'out_proj' };
      groupedRules(list, l.attention as GroupedAttention, embed, `${path}.attention`, `${at}attn.`, projections);
      const { dim } = l.mlp as DenseMlp;
      const names = { gate: '', up: 'fc_in', down: 'fc_out' };
      mlpRules(list, dim, embed, `${path}.mlp.dense`, `${at}mlp.`, false, true, names);
    }
    return list.rules;
  },
});
