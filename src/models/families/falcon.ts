import type { NormConfig } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import { readRope } from '../folder/rope-config.ts';
import type { DecoderConfig, DenseMlp, GroupedAttention } from '../stack/config.ts';
import { mlpRules, RuleList } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';
import { layersOf } from './llama.ts';

/*
 * Falcon in its three shapes: 7B (one head of keys, attention and MLP beside each other behind one norm), 40B (groups, two norms),
 * RW (as many heads of keys as of queries, ALiBi, one after the other). Queries, keys and values are one tensor, ordered differently.
 */

type Shape = 'grouped' | 'multiQuery' | 'perHead';
const shapeOf = (c: ConfigReader): Shape =>
  c.flag('new_decoder_architecture', false) ? 'grouped' : c.flag('multi_query', true) ? 'multiQuery' : 'perHead';

function falconConfig(c: ConfigReader): DecoderConfig {
  const embedDim = c.size('hidden_size', 4544);
  const numHeads = c.size('num_attention_heads', 71);
  const headDim = embedDim / numHeads;
  if (!Number.isInteger(headDim)) throw c.wrong('num_attention_heads', `a divisor of ${embedDim}`);
  const shape = shapeOf(c);
  // The number of heads of keys counts only in the shape of 40B.
  const numKvHeads = shape === 'grouped' ? c.size('num_kv_heads', numHeads) : shape === 'multiQuery' ? 1 : numHeads;
  if (numHeads % numKvHeads !== 0) throw c.wrong('num_kv_heads', `a divisor of ${numHeads}`);
  const maxPositions = c.size('max_position_embeddings', 2048);
  const bias = c.flag('bias', false);
  const alibi = c.flag('alibi', false);
  const isParallel = shape === 'grouped' || c.flag('parallel_attn', true);
  const twoNorms = shape === 'grouped' && c.number('num_ln_in_parallel_attn', 2) === 2;
  const norm: NormConfig = { kind: 'layer', epsilon: c.number('layer_norm_epsilon', 1e-5), bias: true };
  const attention: GroupedAttention = {
    kind: 'grouped',
    numKvHeads,
    queriesPerGroup: numHeads / numKvHeads,
    headDim,
    bias: { query: bias, key: bias, value: bias, out: bias },
    scale: headDim ** -0.5,
    ...(alibi ? { alibi } : { rope: readRope(c, { headDim, theta: 1e4, maxPositions }) }),
  };
  const mlp: DenseMlp = {
    kind: 'dense',
    dim: c.size('ffn_hidden_size', 4 * embedDim),
    activation: c.activation('activation', 'gelu'),
    bias,
  };
  const block = !isParallel ? 'pre' : twoNorms ? 'parallelTwoNorms' : 'parallel';
  return {
    vocabSize: c.size('vocab_size', 65024),
    embedDim,
    norm,
    layers: layersOf(c.count('num_hidden_layers', 32), () => ({ block, attention, mlp })),
    head: { tied: c.flag('tie_word_embeddings', true) },
    maxPositions,
  };
}

function falconNames(c: DecoderConfig, reader: ConfigReader): NameRule[] {
  const list = new RuleList();
  const { embedDim: embed, norm } = c;
  list.add('embedding', 'transformer.word_embeddings.weight', [c.vocabSize, embed]);
  list.norm('finalNorm', 'transformer.ln_f', embed, norm);
  if (!c.head.tied) list.add('head', 'lm_head.weight', [c.vocabSize, embed]);
  const shape = shapeOf(reader);
  for (const [i, l] of c.layers.entries()) {
    const [path, at] = [`layers[${i}]`, `transformer.h.${i}.`];
    const a = l.attention as GroupedAttention;
    const two = l.block === 'parallelTwoNorms';
    list.norm(`${path}.attentionNorm`, `${at}${two ? 'ln_attn' : 'input_layernorm'}`, embed, norm);
    if (l.block !== 'parallel')
      list.norm(`${path}.mlpNorm`, `${at}${two ? 'ln_mlp' : 'post_attention_layernorm'}`, embed, norm);
    fusedRules(list, a, embed, shape, `${path}.attention`, `${at}self_attention.`);
    const dense = l.mlp as DenseMlp;
    const names = { gate: '', up: 'dense_h_to_4h', down: 'dense_4h_to_h' };
    mlpRules(list, dense.dim, embed, `${path}.mlp.dense`, `${at}mlp.`, false, dense.bias, names);
  }
  return list.rules;
}

/** Rows of the fused tensor: per group its queries, then a key and a value; with one group all queries come first. */
function fusedRules(list: RuleList, a: GroupedAttention, embed: number, shape: Shape, path: string, at: string): void {
  const { numKvHeads: g, queriesPerGroup: r, headDim: h } = a;
  const perGroup = shape === 'perHead' ? 3 : r + 2;
  const parts = { query: [0, perGroup - 2], key: [perGroup - 2, perGroup - 1], value: [perGroup - 1, perGroup] };
  const rows = g * perGroup * h;
  for (const [our, [from, to]] of Object.entries(parts)) {
    const take = { dim: 1, from, to };
    list.add(`${path}.${our}`, `${at}query_key_value.weight`, [rows, embed], { view: [g, perGroup, h, embed], take });
    if (a.bias.query)
      list.add(`${path}.${our}Bias`, `${at}query_key_value.bias`, [rows], { view: [g, perGroup, h], take });
  }
  list.add(`${path}.out`, `${at}dense.weight`, [embed, g * r * h], { view: [embed, g, r, h] });
  if (a.bias.out) list.add(`${path}.outBias`, `${at}dense.bias`, [embed]);
}

export const falcon = decoderFamily({
  modelTypes: ['falcon'],
  config: falconConfig,
  names: falconNames,
});
