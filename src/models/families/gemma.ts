import type { NormConfig } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import { readRope } from '../folder/rope-config.ts';
import type { DecoderConfig, GroupedAttention, MlpConfig } from '../stack/config.ts';
import { decoderRules } from './decoder-rules.ts';
import { decoderFamily } from './family.ts';
import { decoderOf, type LlamaDefaults, type LlamaShape, layersOf, readShape, withWindow } from './llama.ts';

/* Gemma 1, 2 and 3: weights of norms are what is added to 1, embeddings are scaled, the head is the embedding. */

const common = { vocabSize: 256000, maxPositions: 8192, epsilon: 1e-6, theta: 1e4, tied: true, headDim: 256 };
const gemma1Defaults = { ...common, embedDim: 3072, numLayers: 28, numHeads: 16, numKvHeads: 16, mlpDim: 24576 };
const gemma2Defaults = { ...common, embedDim: 2304, numLayers: 26, numHeads: 8, numKvHeads: 4, mlpDim: 9216 };
const gemma3Defaults = { ...gemma2Defaults, vocabSize: 262208, maxPositions: 131072 };

const gemmaNorm = (s: LlamaShape): NormConfig => ({ kind: 'rms', epsilon: s.norm.epsilon, plusOne: true });

function readGemma(c: ConfigReader, d: LlamaDefaults): { s: LlamaShape; more: Partial<DecoderConfig>; mlp: MlpConfig } {
  const s = readShape(c, d);
  const norm = gemmaNorm(s);
  const name = c.text('hidden_activation', c.text('hidden_act', 'gelu_pytorch_tanh'));
  return {
    s: { ...s, norm },
    more: { norm, embeddingScale: Math.sqrt(s.embedDim) },
    mlp: {
      kind: 'gated',
      dim: c.size('intermediate_size', d.mlpDim),
      // Old files say "gelu" and mean its approximation.
      activation:
        name === 'gelu'
          ? 'geluTanh'
          : c.activation(c.has('hidden_activation') ? 'hidden_activation' : 'hidden_act', 'gelu_pytorch_tanh'),
    },
  };
}

const biased = (c: ConfigReader, a: GroupedAttention): GroupedAttention => {
  const all = c.flag('attention_bias', false);
  return { ...a, bias: { query: all, key: all, value: all, out: all } };
};

const ignored = [/\.rotary_emb\.inv_freq$/];

export const gemma = decoderFamily({
  modelTypes: ['gemma'],
  ignored,
  config: (c) => {
    const { s, more, mlp } = readGemma(c, gemma1Defaults);
    const attention = biased(c, s.attention);
    return decoderOf(
      c,
      s,
      gemma1Defaults,
      layersOf(s.numLayers, () => ({ block: 'pre', attention, mlp })),
      more,
    );
  },
  names: (config) => decoderRules(config),
});

const capOf = (c: ConfigReader, key: string, fallback: number | undefined): number | undefined =>
  c.json[key] === null ? undefined : (c.optionalNumber(key) ?? fallback);

export const gemma2 = decoderFamily({
  modelTypes: ['gemma2'],
  ignored,
  config: (c) => {
    const { s, more, mlp } = readGemma(c, gemma2Defaults);
    const softcap = capOf(c, 'attn_logit_softcapping', 50);
    const logitSoftcap = capOf(c, 'final_logit_softcapping', 30);
    const types = c.texts('layer_types');
    const window = c.size('sliding_window', 4096);
    const attention: GroupedAttention = {
      ...biased(c, s.attention),
      scale: c.number('query_pre_attn_scalar', 256) ** -0.5,
      ...(softcap === undefined ? {} : { softcap }),
    };
    const slides = (i: number): boolean => (types ? types[i] === 'sliding_attention' : i % 2 === 0);
    return decoderOf(
      c,
      s,
      gemma2Defaults,
      layersOf(s.numLayers, (i) => ({
        block: 'sandwich',
        attention: withWindow(attention, slides(i) ? window : undefined),
        mlp,
      })),
      { ...more, ...(logitSoftcap === undefined ? {} : { logitSoftcap }) },
    );
  },
  names: (config) => decoderRules(config),
});

/** The text model of Gemma 3. In the multimodal one the cap of the logits is not used, even if set. */
export function gemma3Config(c: ConfigReader, capsLogits = true): DecoderConfig {
  const { s, more, mlp } = readGemma(c, gemma3Defaults);
  const { headDim } = s.attention;
  const { maxPositions } = s;
  const types = c.texts('layer_types');
  const pattern = c.size('sliding_window_pattern', 6);
  const isFull = (i: number): boolean => (types ? types[i] !== 'sliding_attention' : (i + 1) % pattern === 0);
  const full = readRope(c, { headDim, theta: 1e6, maxPositions, layerType: 'full_attention' });
  const local = readRope(c, {
    headDim,
    theta: 1e4,
    maxPositions,
    layerType: 'sliding_attention',
    thetaKey: 'rope_local_base_freq',
    isScaled: false,
  });
  const attention: GroupedAttention = {
    ...biased(c, s.attention),
    scale: c.number('query_pre_attn_scalar', 256) ** -0.5,
    queryNorm: s.norm,
    keyNorm: s.norm,
  };
  // Of models that look both ways files say the whole width; half of it lies on each side.
  const isFullMask = c.flag('use_bidirectional_attention', false);
  const width = c.size('sliding_window', 4096);
  const window = isFullMask ? Math.floor(width / 2) + 1 : width;
  const logitSoftcap = capsLogits ? c.optionalNumber('final_logit_softcapping') : undefined;
  return decoderOf(
    c,
    s,
    gemma3Defaults,
    layersOf(s.numLayers, (i) => ({
      block: 'sandwich',
      attention: isFull(i) ? { ...attention, rope: full } : { ...attention, rope: local, window },
      mlp,
    })),
    {
      ...more,
      groupsWithin: 'window',
      ...(isFullMask ? { mask: 'full' } : {}),
      ...(logitSoftcap === undefined ? {} : { logitSoftcap }),
    },
  );
}

export const gemma3 = decoderFamily({
  modelTypes: ['gemma3_text'],
  ignored,
  config: (c) => gemma3Config(c),
  names: (config) => decoderRules(config),
});
