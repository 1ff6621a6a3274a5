import { lax, np, type Tensor } from '../../api/index.ts';
import { HostArray } from '../../base/index.ts';
import {
  type Activation,
  activate,
  attend,
  Declared,
  linear,
  mlp,
  type NormConfig,
  normalize,
  normWeights,
  rotate,
  type TensorsOf,
  weight,
} from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { StackOptions } from '../stack/stack.ts';
import { RuleList } from './decoder-rules.ts';
import type { Family } from './family.ts';

/*
 * Conformer (Gulati et al. 2020) on raw sound as wav2vec 2.0 has it, with a CTC head: convolutions, then layers of half an MLP,
 * attention, a convolution module and the other half. BigSSL's public kin.
 */

export interface ConformerConfig {
  readonly vocabSize: number;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly mlpDim: number;
  readonly numLayers: number;
  readonly activation: Activation;
  readonly convs: readonly { readonly channels: number; readonly kernel: number; readonly stride: number }[];
  readonly convActivation: Activation;
  readonly convBias: boolean;
  /** One norm per channel behind the first convolution, or over channels behind all. */
  readonly convNorm: 'group' | 'layer';
  readonly depthwiseKernel: number;
  readonly position: 'relative' | 'rotary' | 'none';
  readonly epsilon: number;
}

const layerNorm: NormConfig = { kind: 'layer', epsilon: 1e-5, bias: true };

function readConformer(c: ConfigReader): ConformerConfig {
  const channels = c.sizes('conv_dim') ?? [512, 512, 512, 512, 512, 512, 512];
  const kernels = c.sizes('conv_kernel') ?? [10, 3, 3, 3, 3, 2, 2];
  const strides = c.sizes('conv_stride') ?? [5, 2, 2, 2, 2, 2, 2];
  if (kernels.length !== channels.length || strides.length !== channels.length)
    throw c.wrong('conv_kernel', `${channels.length} numbers, as many as conv_dim`);
  const position = c.json.position_embeddings_type === null ? 'none' : c.text('position_embeddings_type', 'relative');
  if (position !== 'relative' && position !== 'rotary' && position !== 'none')
    throw c.wrong('position_embeddings_type', 'relative, rotary or null');
  const norm = c.text('feat_extract_norm', 'group');
  if (norm !== 'group' && norm !== 'layer') throw c.wrong('feat_extract_norm', 'group or layer');
  const [embedDim, numHeads] = [c.size('hidden_size', 768), c.size('num_attention_heads', 12)];
  if (embedDim % numHeads !== 0) throw c.wrong('num_attention_heads', `a divisor of ${embedDim}`);
  if (c.flag('add_adapter', false)) throw c.wrong('add_adapter', 'false: adapters are not supported');
  return {
    vocabSize: c.size('vocab_size', 32),
    embedDim,
    numHeads,
    mlpDim: c.size('intermediate_size', 3072),
    numLayers: c.count('num_hidden_layers', 12),
    activation: c.activation('hidden_act', 'gelu'),
    convs: channels.map((n, i) => ({ channels: n, kernel: kernels[i], stride: strides[i] })),
    convActivation: c.activation('feat_extract_activation', 'gelu'),
    convBias: c.flag('conv_bias', false),
    convNorm: norm,
    depthwiseKernel: c.size('conv_depthwise_kernel_size', 31),
    position,
    epsilon: c.number('layer_norm_eps', 1e-5),
  };
}

const zero = { init: { constant: 0 }, tags: [] } as const;
const one = { init: { constant: 1 }, tags: [] } as const;
const statistics = (value: number) => ({ init: { constant: value }, tags: ['statistics', 'frozen'] });

function feedForwardWeights(c: ConformerConfig) {
  const sizes = { embed: c.embedDim, mlp: c.mlpDim };
  return {
    up: weight(sizes, ['mlp', 'embed']),
    upBias: weight(sizes, ['mlp'], zero),
    down: weight(sizes, ['embed', 'mlp']),
    downBias: weight(sizes, ['embed'], zero),
    norm: normWeights(layerNorm, c.embedDim),
  };
}

function layerWeights(c: ConformerConfig) {
  const heads = c.numHeads;
  const sizes = { embed: c.embedDim, heads, headDim: c.embedDim / heads };
  const project = (): Declared => weight(sizes, ['heads', 'headDim', 'embed']);
  const bias = (): Declared => weight(sizes, ['heads', 'headDim'], zero);
  const relative = c.position === 'relative';
  return {
    first: feedForwardWeights(c),
    attentionNorm: normWeights(layerNorm, c.embedDim),
    query: project(),
    queryBias: bias(),
    key: project(),
    keyBias: bias(),
    value: project(),
    valueBias: bias(),
    out: weight(sizes, ['embed', 'heads', 'headDim']),
    outBias: weight(sizes, ['embed'], zero),
    position: relative ? project() : undefined,
    contentBias: relative ? bias() : undefined,
    positionBias: relative ? bias() : undefined,
    convNorm: normWeights(layerNorm, c.embedDim),
    pointwise1: weight({ both: 2 * c.embedDim, embed: c.embedDim }, ['both', 'embed']),
    depthwise: new Declared([c.embedDim, 1, c.depthwiseKernel], ['embed', 'one', 'width']),
    batchScale: weight(sizes, ['embed'], one),
    batchShift: weight(sizes, ['embed'], zero),
    batchMean: weight(sizes, ['embed'], statistics(0)),
    batchVariance: weight(sizes, ['embed'], statistics(1)),
    pointwise2: new Declared([c.embedDim, c.embedDim], ['embed', 'channels']),
    second: feedForwardWeights(c),
    finalNorm: normWeights(layerNorm, c.embedDim),
  };
}

function conformerWeights(c: ConformerConfig) {
  const last = c.convs[c.convs.length - 1].channels;
  return {
    convs: c.convs.map(({ channels, kernel }, i) => ({
      kernel: new Declared([channels, i === 0 ? 1 : c.convs[i - 1].channels, kernel], ['channels', 'from', 'width']),
      bias: c.convBias ? weight({ channels }, ['channels'], zero) : undefined,
      norm: c.convNorm === 'layer' || i === 0 ? normWeights(layerNorm, channels, 'channels') : undefined,
    })),
    projectNorm: normWeights(layerNorm, last, 'channels'),
    project: weight({ embed: c.embedDim, channels: last }, ['embed', 'channels']),
    projectBias: weight({ embed: c.embedDim }, ['embed'], zero),
    /** Stored in the file, and what counts. */
    frequencies:
      c.position === 'rotary'
        ? new Declared([c.embedDim / c.numHeads / 2], ['pairs'], { dtype: 'f32', ...statistics(1) })
        : undefined,
    layers: Array.from({ length: c.numLayers }, () => layerWeights(c)),
    finalNorm: normWeights(layerNorm, c.embedDim),
    head: weight({ vocab: c.vocabSize, embed: c.embedDim }, ['vocab', 'embed']),
    headBias: weight({ vocab: c.vocabSize }, ['vocab'], zero),
  };
}
type ConformerTensors = TensorsOf<ReturnType<typeof conformerWeights>>;
type LayerTensors = ConformerTensors['layers'][number];

/** `audio: f32[batch, samples]` → `[batch, frames, channels]`. */
function convolve(w: ConformerTensors, c: ConformerConfig, audio: Tensor): Tensor {
  let x = np.expandDims(audio, 1);
  for (const [i, { stride }] of c.convs.entries()) {
    const own = w.convs[i];
    const narrow = (t: Tensor): Tensor => np.reshape(np.astype(t, x.dtype), [1, -1, 1]);
    x = lax.convGeneralDilated(x, np.astype(own.kernel, x.dtype), [stride], 'VALID');
    if (own.bias) x = np.add(x, narrow(own.bias));
    if (own.norm && c.convNorm === 'group') {
      // Every channel by itself, over time.
      const plain = normalize(x, {}, { ...layerNorm, bias: false, weight: false });
      x = np.add(np.multiply(plain, narrow(own.norm.weight!)), narrow(own.norm.bias!));
    } else if (own.norm) x = np.transpose(normalize(np.transpose(x, [0, 2, 1]), own.norm, layerNorm), [0, 2, 1]);
    x = activate(x, c.convActivation);
  }
  return np.transpose(x, [0, 2, 1]);
}

/** Sinusoids of the distances n−1 … −(n−1), sines and cosines in turn: `f32[2n − 1, embed]`. Source: Dai et al. 2019. */
function distanceTable(n: number, embed: number): HostArray {
  const table = HostArray.zeros('f32', [2 * n - 1, embed]);
  for (let t = 0; t < 2 * n - 1; t++)
    for (let i = 0; i < embed; i += 2) {
      const angle = (n - 1 - t) * 10000 ** (-i / embed);
      table.set(t * embed + i, Math.sin(angle));
      if (i + 1 < embed) table.set(t * embed + i + 1, Math.cos(angle));
    }
  return table;
}

function attention(x: Tensor, w: LayerTensors, c: ConformerConfig, shared: Shared): Tensor {
  const narrow = (t: Tensor): Tensor => np.astype(t, x.dtype);
  const [batch, seq] = x.shape;
  const headDim = c.embedDim / c.numHeads;
  const projected = (from: Tensor, p: Tensor, bias: Tensor): Tensor =>
    np.add(np.einsum('bse,hde->bshd', from, narrow(p)), narrow(bias));
  let turned = x;
  if (shared.angles) {
    const config = { dims: headDim, theta: 1, scaling: { kind: 'none' } } as const;
    const split = np.reshape(x, [batch, seq, c.numHeads, headDim]);
    turned = np.reshape(rotate(split, shared.angles, config), x.shape);
  }
  const q = projected(turned, w.query, w.queryBias);
  const k = projected(turned, w.key, w.keyBias);
  const v = projected(x, w.value, w.valueBias);
  const scale = headDim ** -0.5;
  let content = q;
  let bias: Tensor | undefined;
  if (w.position && shared.distances) {
    content = np.add(q, narrow(w.contentBias!));
    const places = np.einsum('te,hde->thd', narrow(shared.distances), narrow(w.position));
    const scores = np.einsum('bqhd,thd->bhqt', np.add(q, narrow(w.positionBias!)), places);
    // Query i and key j are n−1−i+j rows down the table of distances.
    const from = np.subtract(np.add(np.expandDims(np.arange(seq), 0), seq - 1), np.expandDims(np.arange(seq), 1));
    const index = np.broadcastTo(np.expandDims(from, [0, 1]), [batch, c.numHeads, seq, seq]);
    const shifted = np.takeAlongAxis(np.astype(scores, 'f32'), index, -1);
    bias = np.expandDims(np.multiply(shifted, scale), 2);
  }
  const visible = np.ones([batch, seq, seq], 'bool');
  const attended = attend(np.expandDims(content, 3), k, v, visible, { scale, bias });
  return np.add(np.einsum('bshrd,ehd->bse', attended, narrow(w.out)), narrow(w.outBias));
}

function convolutionModule(x: Tensor, w: LayerTensors, c: ConformerConfig): Tensor {
  const narrow = (t: Tensor): Tensor => np.astype(t, x.dtype);
  const [a, gate] = np.split(linear(normalize(x, w.convNorm, layerNorm), w.pointwise1), 2, -1);
  const gated = np.multiply(a, activate(gate, 'sigmoid'));
  const pad = (c.depthwiseKernel - 1) / 2;
  const channelsFirst = np.transpose(gated, [0, 2, 1]);
  const deep = lax.convGeneralDilated(channelsFirst, narrow(w.depthwise), [1], [[Math.floor(pad), Math.ceil(pad)]], {
    featureGroupCount: c.embedDim,
  });
  const y = np.astype(np.transpose(deep, [0, 2, 1]), 'f32');
  const wide = (t: Tensor): Tensor => np.astype(t, 'f32');
  const scale = np.multiply(lax.rsqrt(np.add(wide(w.batchVariance), 1e-5)), wide(w.batchScale));
  const normed = np.add(np.multiply(np.subtract(y, wide(w.batchMean)), scale), wide(w.batchShift));
  return linear(activate(narrow(normed), c.activation), w.pointwise2);
}

interface Shared {
  readonly distances?: Tensor | undefined;
  readonly angles?: { readonly cos: Tensor; readonly sin: Tensor } | undefined;
}

function layer(x: Tensor, w: LayerTensors, c: ConformerConfig, shared: Shared): Tensor {
  const half = (h: Tensor, f: LayerTensors['first']): Tensor =>
    np.add(h, np.multiply(mlp(normalize(h, f.norm, layerNorm), f, c.activation), 0.5));
  let y = half(x, w.first);
  y = np.add(y, attention(normalize(y, w.attentionNorm, layerNorm), w, c, shared));
  y = np.add(y, convolutionModule(y, w, c));
  return normalize(half(y, w.second), w.finalNorm, layerNorm);
}

function apply(w: ConformerTensors, c: ConformerConfig, audio: Tensor, o: StackOptions) {
  const compute = o.numerics?.compute ?? 'f32';
  const norm = { ...layerNorm, epsilon: c.epsilon };
  let x = convolve(w, c, np.astype(audio, compute));
  x = linear(normalize(x, w.projectNorm, norm), w.project, w.projectBias);
  const seq = x.shape[1];
  const shared: Shared = {
    ...(c.position === 'relative' ? { distances: np.array(distanceTable(seq, c.embedDim)) } : {}),
    ...(w.frequencies ? { angles: anglesOf(seq, w.frequencies) } : {}),
  };
  for (const own of w.layers) x = layer(x, own, c, shared);
  const hidden = normalize(x, w.finalNorm, norm);
  const wide = (t: Tensor): Tensor => np.astype(t, 'f32');
  return { hidden, logits: linear(wide(hidden), wide(w.head), w.headBias) };
}

function anglesOf(seq: number, frequencies: Tensor): { cos: Tensor; sin: Tensor } {
  const at = np.reshape(np.astype(np.arange(seq), 'f32'), [1, seq, 1]);
  const angles = np.multiply(at, frequencies);
  return { cos: np.cos(angles), sin: np.sin(angles) };
}

function names(c: ConformerConfig): NameRule[] {
  const list = new RuleList();
  const root = 'wav2vec2_conformer.';
  const { embedDim: embed, numHeads: heads, mlpDim } = c;
  const headDim = embed / heads;
  for (const [i, { channels, kernel }] of c.convs.entries()) {
    const at = `${root}feature_extractor.conv_layers.${i}.`;
    list.add(`convs[${i}].kernel`, `${at}conv.weight`, [channels, i === 0 ? 1 : c.convs[i - 1].channels, kernel]);
    if (c.convBias) list.add(`convs[${i}].bias`, `${at}conv.bias`, [channels]);
    if (c.convNorm === 'layer' || i === 0) list.norm(`convs[${i}].norm`, `${at}layer_norm`, channels, layerNorm);
  }
  const last = c.convs[c.convs.length - 1].channels;
  list.norm('projectNorm', `${root}feature_projection.layer_norm`, last, layerNorm);
  list.add('project', `${root}feature_projection.projection.weight`, [embed, last]);
  list.add('projectBias', `${root}feature_projection.projection.bias`, [embed]);
  if (c.position === 'rotary') list.add('frequencies', `${root}encoder.embed_positions.inv_freq`, [headDim / 2]);
  list.norm('finalNorm', `${root}encoder.layer_norm`, embed, layerNorm);
  list.add('head', 'lm_head.weight', [c.vocabSize, embed]);
  list.add('headBias', 'lm_head.bias', [c.vocabSize]);
  for (let i = 0; i < c.numLayers; i++) {
    const [path, at] = [`layers[${i}]`, `${root}encoder.layers.${i}.`];
    for (const [our, name] of [
      ['first', 'ffn1'],
      ['second', 'ffn2'],
    ]) {
      list.norm(`${path}.${our}.norm`, `${at}${name}_layer_norm`, embed, layerNorm);
      list.add(`${path}.${our}.up`, `${at}${name}.intermediate_dense.weight`, [mlpDim, embed]);
      list.add(`${path}.${our}.upBias`, `${at}${name}.intermediate_dense.bias`, [mlpDim]);
      list.add(`${path}.${our}.down`, `${at}${name}.output_dense.weight`, [embed, mlpDim]);
      list.add(`${path}.${our}.downBias`, `${at}${name}.output_dense.bias`, [embed]);
    }
    list.norm(`${path}.attentionNorm`, `${at}self_attn_layer_norm`, embed, layerNorm);
    for (const [our, name] of [
      ['query', 'linear_q'],
      ['key', 'linear_k'],
      ['value', 'linear_v'],
    ]) {
      list.add(`${path}.${our}`, `${at}self_attn.${name}.weight`, [embed, embed], { view: [heads, headDim, embed] });
      list.add(`${path}.${our}Bias`, `${at}self_attn.${name}.bias`, [embed], { view: [heads, headDim] });
    }
    list.add(`${path}.out`, `${at}self_attn.linear_out.weight`, [embed, embed], { view: [embed, heads, headDim] });
    list.add(`${path}.outBias`, `${at}self_attn.linear_out.bias`, [embed]);
    if (c.position === 'relative') {
      list.add(`${path}.position`, `${at}self_attn.linear_pos.weight`, [embed, embed], {
        view: [heads, headDim, embed],
      });
      list.add(`${path}.contentBias`, `${at}self_attn.pos_bias_u`, [heads, headDim]);
      list.add(`${path}.positionBias`, `${at}self_attn.pos_bias_v`, [heads, headDim]);
    }
    const conv = `${at}conv_module.`;
    list.norm(`${path}.convNorm`, `${conv}layer_norm`, embed, layerNorm);
    list.add(`${path}.pointwise1`, `${conv}pointwise_conv1.weight`, [2 * embed, embed, 1]);
    list.add(`${path}.depthwise`, `${conv}depthwise_conv.weight`, [embed, 1, c.depthwiseKernel]);
    list.add(`${path}.pointwise2`, `${conv}pointwise_conv2.weight`, [embed, embed, 1]);
    list.add(`${path}.batchScale`, `${conv}batch_norm.weight`, [embed]);
    list.add(`${path}.batchShift`, `${conv}batch_norm.bias`, [embed]);
    list.add(`${path}.batchMean`, `${conv}batch_norm.running_mean`, [embed]);
    list.add(`${path}.batchVariance`, `${conv}batch_norm.running_var`, [embed]);
    list.norm(`${path}.finalNorm`, `${at}final_layer_norm`, embed, layerNorm);
  }
  return list.rules;
}

export const conformer: Family<ConformerConfig, ReturnType<typeof conformerWeights>> = {
  modelTypes: ['wav2vec2-conformer'],
  inputs: ['audio'],
  // The encoder of this class has no use for them.
  ignored: [/\.pos_conv_embed\./, /masked_spec_embed$/, /num_batches_tracked$/],
  config: readConformer,
  weights: conformerWeights,
  names,
  apply: (w, c, { audio }, o) => apply(w, c, audio!, o),
};
