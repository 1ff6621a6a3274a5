import { lax, np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { activate, Declared, type NormConfig, type TensorsOf, weight } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { DecoderConfig, GroupedAttention, LayerConfig, StackConfig } from '../stack/config.ts';
import { runStack, type StackOptions } from '../stack/stack.ts';
import { decoderWeights, stackWeights } from '../stack/weights.ts';
import { groupedRules, mlpRules, RuleList } from './decoder-rules.ts';
import { encoderDecoder, placesOf } from './encoder-decoder.ts';
import { layersOf } from './llama.ts';

/* Whisper (Radford et al. 2022): two convolutions over log-mel frames, an encoder, and a decoder of text that attends to it. */

export interface WhisperConfig {
  readonly numMels: number;
  /** Length of the encoder; it takes exactly twice as many frames. */
  readonly maxSourcePositions: number;
  readonly encoder: StackConfig;
  readonly decoder: DecoderConfig;
  readonly startToken: number;
}

function readWhisper(c: ConfigReader): WhisperConfig {
  const embedDim = c.size('d_model', 384);
  const norm: NormConfig = { kind: 'layer', epsilon: 1e-5, bias: true };
  const activation = c.activation('activation_function', 'gelu');
  const attention = (numHeads: number): GroupedAttention => ({
    kind: 'grouped',
    numKvHeads: numHeads,
    queriesPerGroup: 1,
    headDim: embedDim / numHeads,
    bias: { query: true, key: false, value: true, out: true },
    scale: (embedDim / numHeads) ** -0.5,
  });
  const layer = (side: 'encoder' | 'decoder'): LayerConfig => {
    const numHeads = c.size(`${side}_attention_heads`, 6);
    if (embedDim % numHeads !== 0) throw c.wrong(`${side}_attention_heads`, `a divisor of ${embedDim}`);
    const a = attention(numHeads);
    return {
      block: 'pre',
      attention: a,
      ...(side === 'decoder' ? { cross: a } : {}),
      mlp: { kind: 'dense', dim: c.size(`${side}_ffn_dim`, 1536), activation, bias: true },
    };
  };
  const maxTarget = c.size('max_target_positions', 448);
  return {
    numMels: c.size('num_mel_bins', 80),
    maxSourcePositions: c.size('max_source_positions', 1500),
    encoder: { embedDim, norm, mask: 'full', layers: layersOf(c.count('encoder_layers', 4), () => layer('encoder')) },
    decoder: {
      vocabSize: c.size('vocab_size', 51865),
      embedDim,
      norm,
      learnedPositions: maxTarget,
      layers: layersOf(c.count('decoder_layers', 4), () => layer('decoder')),
      head: { tied: true },
      // `scale_embedding` is read by the published class and used nowhere.
      maxPositions: maxTarget,
    },
    startToken: c.number('decoder_start_token_id', 50257),
  };
}

function whisperWeights(c: WhisperConfig) {
  const { embedDim: embed } = c.encoder;
  const zero = { init: { constant: 0 }, tags: [] } as const;
  return {
    conv1: new Declared([embed, c.numMels, 3], ['embed', 'mels', 'width']),
    conv1Bias: weight({ embed }, ['embed'], zero),
    conv2: new Declared([embed, embed, 3], ['embed', 'channels', 'width']),
    conv2Bias: weight({ embed }, ['embed'], zero),
    /** Sinusoids, stored as weights. */
    encoderPositions: weight({ position: c.maxSourcePositions, embed }, ['position', 'embed'], { tags: ['frozen'] }),
    encoder: stackWeights(c.encoder),
    decoder: decoderWeights(c.decoder),
  };
}
type WhisperTensors = TensorsOf<ReturnType<typeof whisperWeights>>;

/** `features: f32[batch, mels, frames]` → `[batch, frames / 2, embed]`. */
function listen(w: WhisperTensors, c: WhisperConfig, features: Tensor, o: StackOptions): Tensor {
  const frames = 2 * c.maxSourcePositions;
  if (features.shape[2] !== frames)
    throw new UserError('models/inputs', 'Whisper listens to windows of one length', {
      expected: `${frames} frames`,
      given: `${features.shape[2]} frames`,
      advice: 'pad the sound with silence, or cut it',
    });
  const compute = o.numerics?.compute ?? 'f32';
  const convolved = (x: Tensor, kernel: Tensor, bias: Tensor, stride: number): Tensor => {
    const y = lax.convGeneralDilated(x, np.astype(kernel, compute), [stride], [[1, 1]]);
    return activate(np.add(y, np.reshape(np.astype(bias, compute), [1, -1, 1])), 'gelu');
  };
  let x = convolved(np.astype(features, compute), w.conv1, w.conv1Bias, 1);
  x = np.transpose(convolved(x, w.conv2, w.conv2Bias, 2), [0, 2, 1]);
  x = np.add(x, np.expandDims(np.astype(w.encoderPositions, compute), 0));
  return runStack(w.encoder, c.encoder, x, { positions: placesOf(x) }, o).hidden;
}

function whisperNames(c: WhisperConfig): NameRule[] {
  const list = new RuleList();
  const { embedDim: embed, norm } = c.encoder;
  const e = 'model.encoder.';
  list.add('conv1', `${e}conv1.weight`, [embed, c.numMels, 3]);
  list.add('conv1Bias', `${e}conv1.bias`, [embed]);
  list.add('conv2', `${e}conv2.weight`, [embed, embed, 3]);
  list.add('conv2Bias', `${e}conv2.bias`, [embed]);
  list.add('encoderPositions', `${e}embed_positions.weight`, [c.maxSourcePositions, embed]);
  list.add('decoder.embedding', 'model.decoder.embed_tokens.weight', [c.decoder.vocabSize, embed]);
  list.add('decoder.positions', 'model.decoder.embed_positions.weight', [c.decoder.learnedPositions!, embed]);
  if (!c.decoder.head.tied) list.add('decoder.head', 'proj_out.weight', [c.decoder.vocabSize, embed]);
  const names = { query: 'q_proj', key: 'k_proj', value: 'v_proj', out: 'out_proj' };
  for (const side of ['encoder', 'decoder'] as const) {
    list.norm(`${side}.finalNorm`, `model.${side}.layer_norm`, embed, norm);
    for (const [i, l] of c[side].layers.entries()) {
      const [path, at] = [`${side}.layers[${i}]`, `model.${side}.layers.${i}.`];
      list.norm(`${path}.attentionNorm`, `${at}self_attn_layer_norm`, embed, norm);
      groupedRules(list, l.attention as GroupedAttention, embed, `${path}.attention`, `${at}self_attn.`, names);
      if (l.cross) {
        list.norm(`${path}.crossNorm`, `${at}encoder_attn_layer_norm`, embed, norm);
        groupedRules(list, l.cross, embed, `${path}.cross`, `${at}encoder_attn.`, names);
      }
      list.norm(`${path}.mlpNorm`, `${at}final_layer_norm`, embed, norm);
      const { dim } = l.mlp as { dim: number };
      mlpRules(list, dim, embed, `${path}.mlp.dense`, at, false, true, { gate: '', up: 'fc1', down: 'fc2' });
    }
  }
  return list.rules;
}

export const whisper = encoderDecoder({
  modelTypes: ['whisper'],
  ignored: [/^proj_out\.weight$/],
  inputs: ['features'],
  config: readWhisper,
  weights: whisperWeights,
  names: whisperNames,
  encode: (w, c, { features }, o) => {
    const hidden = listen(w, c, features!, o);
    return { hidden, positions: placesOf(hidden) };
  },
});
