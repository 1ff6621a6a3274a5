import { np, type Tensor } from '../../api/index.ts';
import {
  type Activation,
  attend,
  Declared,
  mlp,
  type NormConfig,
  normalize,
  normWeights,
  type TensorsOf,
  weight,
} from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { GroupedAttention, StackConfig } from '../stack/config.ts';
import { runStack, type StackOptions } from '../stack/stack.ts';
import { stackWeights } from '../stack/weights.ts';
import { groupedRules, mlpRules, RuleList } from './decoder-rules.ts';
import type { Family } from './family.ts';
import { layersOf } from './llama.ts';

/* Vision towers: an image as a sequence of patches (Dosovitskiy et al. 2021): ViT, and SigLIP (Zhai et al. 2023). */

export interface VisionConfig {
  readonly kind: 'vit' | 'siglip';
  readonly stack: StackConfig;
  readonly imageSize: number;
  readonly patchSize: number;
  readonly channels: number;
  /** SigLIP's attention pooling or ViT's tanh of the first vector. */
  readonly hasHead: boolean;
}

const gridOf = (c: VisionConfig): number => Math.floor(c.imageSize / c.patchSize);

export function visionConfig(c: ConfigReader, kind: 'vit' | 'siglip'): VisionConfig {
  const embedDim = c.size('hidden_size', 768);
  const numHeads = c.size('num_attention_heads', 12);
  if (embedDim % numHeads !== 0) throw c.wrong('num_attention_heads', `a divisor of ${embedDim}`);
  const imageSize = c.size('image_size', 224);
  const patchSize = c.size('patch_size', 16);
  const norm: NormConfig = {
    kind: 'layer',
    epsilon: c.number('layer_norm_eps', kind === 'vit' ? 1e-12 : 1e-6),
    bias: true,
  };
  const bias = kind === 'siglip' || c.flag('qkv_bias', true);
  const activation: Activation = c.activation('hidden_act', kind === 'vit' ? 'gelu' : 'gelu_pytorch_tanh');
  const headDim = embedDim / numHeads;
  return {
    kind,
    imageSize,
    patchSize,
    channels: c.size('num_channels', 3),
    hasHead: kind === 'vit' || c.flag('vision_use_head', true),
    stack: {
      embedDim,
      norm,
      mask: 'full',
      layers: layersOf(c.count('num_hidden_layers', 12), () => ({
        block: 'pre',
        attention: {
          kind: 'grouped',
          numKvHeads: numHeads,
          queriesPerGroup: 1,
          headDim,
          bias: { query: bias, key: bias, value: bias, out: true },
          scale: headDim ** -0.5,
        },
        mlp: { kind: 'dense', dim: c.size('intermediate_size', 3072), activation, bias: true },
      })),
    },
  };
}

export function visionWeights(c: VisionConfig) {
  const { embedDim: embed, norm } = c.stack;
  const numPatches = gridOf(c) ** 2;
  const isVit = c.kind === 'vit';
  const zero = { init: { constant: 0 }, tags: [] } as const;
  const into = { init: { normal: embed ** -0.5 } };
  const dim = mlpDimOf(c);
  return {
    patch: new Declared(
      [embed, c.channels, c.patchSize, c.patchSize],
      ['embed', 'channels', 'patchHeight', 'patchWidth'],
    ),
    patchBias: weight({ embed }, ['embed'], zero),
    classToken: isVit ? weight({ embed }, ['embed']) : undefined,
    positions: weight({ position: numPatches + (isVit ? 1 : 0), embed }, ['position', 'embed']),
    stack: stackWeights(c.stack),
    pooler:
      isVit && c.hasHead
        ? { dense: new Declared([embed, embed], ['pooled', 'embed'], into), bias: weight({ embed }, ['embed'], zero) }
        : undefined,
    head:
      !isVit && c.hasHead
        ? {
            probe: weight({ embed }, ['embed']),
            /** Of queries, keys and values, one after the other. */
            project: new Declared([3, embed, embed], ['parts', 'heads', 'embed'], into),
            projectBias: new Declared([3, embed], ['parts', 'heads'], zero),
            out: new Declared([embed, embed], ['embed', 'heads'], into),
            outBias: weight({ embed }, ['embed'], zero),
            norm: normWeights(norm, embed),
            up: weight({ mlp: dim, embed }, ['mlp', 'embed'], into),
            upBias: weight({ mlp: dim }, ['mlp'], zero),
            down: weight({ mlp: dim, embed }, ['embed', 'mlp'], into),
            downBias: weight({ embed }, ['embed'], zero),
          }
        : undefined,
  };
}

export type VisionTensors = TensorsOf<ReturnType<typeof visionWeights>>;

const mlpOf = (c: VisionConfig) => c.stack.layers[0].mlp as { readonly dim: number; readonly activation: Activation };
const mlpDimOf = (c: VisionConfig): number => mlpOf(c).dim;

/** `pixels: f32[batch, channels, height, width]` → vectors of patches behind the last norm: `[batch, patches, embed]`. */
export function see(w: VisionTensors, c: VisionConfig, pixels: Tensor, o: StackOptions): Tensor {
  const [batch, channels, height, width] = pixels.shape;
  const p = c.patchSize;
  // What is left over at the right and at the bottom is not seen.
  const [rows, columns] = [Math.floor(height / p), Math.floor(width / p)];
  const compute = o.numerics?.compute ?? 'f32';
  const whole = np.slice(np.slice(pixels, 2, 0, rows * p), 3, 0, columns * p);
  const cut = np.transpose(np.reshape(whole, [batch, channels, rows, p, columns, p]), [0, 2, 4, 1, 3, 5]);
  const patches = np.astype(np.reshape(cut, [batch, rows * columns, channels, p, p]), compute);
  let x = np.add(np.einsum('bncyx,ecyx->bne', patches, np.astype(w.patch, compute)), np.astype(w.patchBias, compute));
  const { embedDim } = c.stack;
  if (w.classToken) {
    const first = np.broadcastTo(np.astype(np.reshape(w.classToken, [1, 1, embedDim]), compute), [batch, 1, embedDim]);
    x = np.concatenate([first, x], 1);
  }
  x = np.add(x, np.expandDims(np.astype(w.positions, compute), 0));
  const seq = x.shape[1];
  const positions = np.broadcastTo(np.arange(seq), [batch, seq]);
  return runStack(w.stack, c.stack, x, { positions }, o).hidden;
}

/** One vector per image: `[batch, embed]`. */
export function pool(w: VisionTensors, c: VisionConfig, hidden: Tensor): Tensor | undefined {
  const narrow = (t: Tensor): Tensor => np.astype(t, hidden.dtype);
  if (w.pooler) {
    const first = np.index(hidden, 1, 0);
    return np.tanh(np.add(np.einsum('be,pe->bp', first, narrow(w.pooler.dense)), narrow(w.pooler.bias)));
  }
  const h = w.head;
  if (!h) return undefined;
  const [batch, seq, embed] = hidden.shape;
  const { numKvHeads: heads, headDim } = c.stack.layers[0].attention as GroupedAttention;
  const part = (x: Tensor, k: number): Tensor =>
    np.add(np.einsum('bse,he->bsh', x, narrow(np.index(h.project, 0, k))), narrow(np.index(h.projectBias, 0, k)));
  const probe = np.broadcastTo(narrow(np.reshape(h.probe, [1, 1, embed])), [batch, 1, embed]);
  const split = (x: Tensor, n: number): Tensor => np.reshape(x, [batch, n, heads, headDim]);
  const visible = np.ones([batch, 1, seq], 'bool');
  const q = np.expandDims(split(part(probe, 0), 1), 3);
  const attended = attend(q, split(part(hidden, 1), seq), split(part(hidden, 2), seq), visible, {
    scale: headDim ** -0.5,
  });
  const joined = np.reshape(attended, [batch, 1, embed]);
  const x = np.add(np.einsum('bsh,eh->bse', joined, narrow(h.out)), narrow(h.outBias));
  const normed = normalize(x, h.norm, c.stack.norm);
  const made = mlp(normed, h, mlpOf(c).activation);
  return np.squeeze(np.add(x, made), 1);
}

export function visionNames(c: VisionConfig, prefix: string, path: string): RuleList {
  const list = new RuleList();
  const { embedDim: embed, norm } = c.stack;
  const isVit = c.kind === 'vit';
  const at = `${prefix}embeddings.`;
  const patch = isVit ? 'patch_embeddings.projection' : 'patch_embedding';
  list.add(`${path}patch`, `${at}${patch}.weight`, [embed, c.channels, c.patchSize, c.patchSize]);
  list.add(`${path}patchBias`, `${at}${patch}.bias`, [embed]);
  const numPatches = gridOf(c) ** 2;
  if (isVit) {
    list.add(`${path}classToken`, `${at}cls_token`, [1, 1, embed]);
    list.add(`${path}positions`, `${at}position_embeddings`, [1, numPatches + 1, embed]);
  } else list.add(`${path}positions`, `${at}position_embedding.weight`, [numPatches, embed]);
  for (const [i, l] of c.stack.layers.entries()) {
    const [own, name] = [`${path}stack.layers[${i}]`, `${prefix}encoder.${isVit ? 'layer' : 'layers'}.${i}.`];
    const a = l.attention as GroupedAttention;
    const dim = mlpDimOf(c);
    if (isVit) {
      list.norm(`${own}.attentionNorm`, `${name}layernorm_before`, embed, norm);
      list.norm(`${own}.mlpNorm`, `${name}layernorm_after`, embed, norm);
      const names = { query: 'attention.query', key: 'attention.key', value: 'attention.value', out: 'output.dense' };
      groupedRules(list, a, embed, `${own}.attention`, `${name}attention.`, names);
      const parts = { gate: '', up: 'intermediate.dense', down: 'output.dense' };
      mlpRules(list, dim, embed, `${own}.mlp.dense`, name, false, true, parts);
    } else {
      list.norm(`${own}.attentionNorm`, `${name}layer_norm1`, embed, norm);
      list.norm(`${own}.mlpNorm`, `${name}layer_norm2`, embed, norm);
      const names = { query: 'q_proj', key: 'k_proj', value: 'v_proj', out: 'out_proj' };
      groupedRules(list, a, embed, `${own}.attention`, `${name}self_attn.`, names);
      mlpRules(list, dim, embed, `${own}.mlp.dense`, `${name}mlp.`, false, true, { gate: '', up: 'fc1', down: 'fc2' });
    }
  }
  list.norm(`${path}stack.finalNorm`, `${prefix}${isVit ? 'layernorm' : 'post_layernorm'}`, embed, norm);
  if (isVit && c.hasHead) {
    list.add(`${path}pooler.dense`, `${prefix}pooler.dense.weight`, [embed, embed]);
    list.add(`${path}pooler.bias`, `${prefix}pooler.dense.bias`, [embed]);
  } else if (c.hasHead) {
    const [own, name, dim] = [`${path}head.`, `${prefix}head.`, mlpDimOf(c)];
    list.add(`${own}probe`, `${name}probe`, [1, 1, embed]);
    list.add(`${own}project`, `${name}attention.in_proj_weight`, [3 * embed, embed], { view: [3, embed, embed] });
    list.add(`${own}projectBias`, `${name}attention.in_proj_bias`, [3 * embed], { view: [3, embed] });
    list.add(`${own}out`, `${name}attention.out_proj.weight`, [embed, embed]);
    list.add(`${own}outBias`, `${name}attention.out_proj.bias`, [embed]);
    list.norm(`${own}norm`, `${name}layernorm`, embed, norm);
    list.add(`${own}up`, `${name}mlp.fc1.weight`, [dim, embed]);
    list.add(`${own}upBias`, `${name}mlp.fc1.bias`, [dim]);
    list.add(`${own}down`, `${name}mlp.fc2.weight`, [embed, dim]);
    list.add(`${own}downBias`, `${name}mlp.fc2.bias`, [embed]);
  }
  return list;
}

const visionFamily = (
  modelType: string,
  kind: 'vit' | 'siglip',
): Family<VisionConfig, ReturnType<typeof visionWeights>> => ({
  modelTypes: [modelType],
  inputs: ['pixels'],
  config: (c) => visionConfig(c, kind),
  weights: visionWeights,
  names: (c) => visionNames(c, '', '').rules,
  apply: (w, c, { pixels }, o) => {
    const hidden = see(w, c, pixels!, o);
    return { hidden, pooled: pool(w, c, hidden) };
  },
});

export const vit = visionFamily('vit', 'vit');
export const siglipVision = visionFamily('siglip_vision_model', 'siglip');
