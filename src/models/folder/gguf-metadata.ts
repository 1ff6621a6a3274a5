import { HostArray, UserError } from '../../base/index.ts';
import {
  folderConfig,
  type GgufContent,
  type GgufField,
  type GgufScalar,
  type GgufTensorSource,
} from '../../data/index.ts';
import { type RopeConfig, ropeFrequencies } from '../../nn/index.ts';
import { familyOf } from '../families/index.ts';
import type { DecoderConfig, GroupedAttention } from '../stack/config.ts';
import { ConfigReader } from './config-reader.ts';

/* What a GGUF file says of a model: keys of its architecture. Source: the converters of llama.cpp, and the keys its loader asks for. */

type Metadata = Record<string, GgufContent['metadata'][string]>;

/** `general.architecture` by `model_type`. */
const architectures: Readonly<Record<string, string>> = {
  llama: 'llama',
  mistral: 'llama',
  mixtral: 'llama',
  qwen2: 'qwen2',
  qwen2_moe: 'qwen2moe',
  qwen3: 'qwen3',
  qwen3_moe: 'qwen3moe',
  gemma: 'gemma',
  gemma2: 'gemma2',
  gemma3_text: 'gemma3',
  gpt2: 'gpt2',
};

/** The architecture of a `model_type`. Throws `models/gguf` for families that GGUF files are not written of. */
export function ggufArchitecture(modelType: string): string {
  if (Object.hasOwn(architectures, modelType)) return architectures[modelType];
  throw new UserError('models/gguf', 'models of this family cannot be written as GGUF', {
    expected: `a model_type among ${Object.keys(architectures).join(', ')}`,
    given: modelType,
    advice: 'write a folder of safetensors instead (--output)',
  });
}

const u32 = (value: number): GgufField => ({ type: 'u32', value });
const f32 = (value: number): GgufField => ({ type: 'f32', value });

/** The attention whose rotation the file's plain keys tell of: one without a window, if there is one. */
const mainAttention = (c: DecoderConfig): GroupedAttention | undefined => {
  const all = c.layers.map((l) => l.attention).filter((a) => a.kind === 'grouped');
  return all.find((a) => a.window === undefined);
};

/** Keys of the architecture, and factors of rotations where they are a tensor of the file. */
export function modelMetadata(architecture: string, c: DecoderConfig, json: ConfigReader): Metadata {
  const [first] = c.layers;
  const a = first.attention as GroupedAttention;
  const sparse = c.layers.map((l) => l.mlp).find((m) => m.kind === 'experts');
  const dense = c.layers.map((l) => l.mlp).find((m) => m.kind === 'gated' || m.kind === 'dense');
  const full = mainAttention(c);
  const sliding = c.layers.map((l) => l.attention as GroupedAttention).find((x) => x.window !== undefined);
  const rope = (full ?? (architecture === 'gemma3' ? undefined : sliding))?.rope;
  const isGpt2 = architecture === 'gpt2';
  const keys: Record<string, GgufField | string | undefined> = {
    vocab_size: u32(c.vocabSize),
    context_length: u32(json.optionalSize(isGpt2 ? 'n_positions' : 'max_position_embeddings') ?? unstretched(c, rope)),
    embedding_length: u32(c.embedDim),
    block_count: u32(c.layers.length),
    feed_forward_length: u32(dense?.dim ?? json.optionalSize('intermediate_size') ?? sparse?.dim ?? 0),
    'attention.head_count': u32(a.numKvHeads * a.queriesPerGroup),
    'attention.head_count_kv': isGpt2 ? undefined : u32(a.numKvHeads),
    'attention.key_length': isGpt2 ? undefined : u32(a.headDim),
    'attention.value_length': isGpt2 ? undefined : u32(a.headDim),
    [`attention.layer_norm_${c.norm.kind === 'rms' ? 'rms_' : ''}epsilon`]: f32(c.norm.epsilon),
    'attention.sliding_window': sliding && u32(sliding.window!),
    attn_logit_softcapping: a.softcap === undefined ? undefined : f32(a.softcap),
    final_logit_softcapping: c.logitSoftcap === undefined ? undefined : f32(c.logitSoftcap),
    'rope.dimension_count': architecture === 'llama' ? u32(a.headDim) : undefined,
    'rope.freq_base_swa': architecture === 'gemma3' && sliding?.rope ? f32(sliding.rope.theta) : undefined,
    ...(rope ? ropeKeys(rope) : {}),
    ...(sparse
      ? {
          expert_count: u32(sparse.router.numExperts),
          expert_used_count: u32(sparse.router.topK),
          expert_feed_forward_length: architecture === 'llama' ? undefined : u32(sparse.dim),
          expert_shared_feed_forward_length: sparse.shared && u32(sparse.shared.dim),
        }
      : {}),
  };
  const metadata: Metadata = { 'general.architecture': architecture };
  for (const [key, value] of Object.entries(keys)) if (value !== undefined) metadata[`${architecture}.${key}`] = value;
  return metadata;
}

/** The length that a model was made for, without what its rotation stretches. */
const unstretched = (c: DecoderConfig, rope: RopeConfig | undefined): number =>
  rope?.scaling.kind === 'linear' ? Math.round(c.maxPositions / Math.max(1, rope.scaling.factor)) : c.maxPositions;

function ropeKeys({ theta, scaling: s }: RopeConfig): Record<string, GgufField | string> {
  const base = { 'rope.freq_base': f32(theta) };
  switch (s.kind) {
    case 'none':
    case 'llama3':
    case 'longrope':
      return base;
    case 'linear':
      return { ...base, 'rope.scaling.type': 'linear', 'rope.scaling.factor': f32(s.factor) };
    case 'yarn':
      return {
        ...base,
        'rope.scaling.type': 'yarn',
        'rope.scaling.factor': f32(s.factor),
        'rope.scaling.original_context_length': u32(s.originalMaxPositions),
        'rope.scaling.yarn_beta_fast': f32(s.betaFast),
        'rope.scaling.yarn_beta_slow': f32(s.betaSlow),
      };
    default:
      throw new UserError('models/gguf', 'the scaling of positions cannot be written as GGUF', {
        expected: 'none, linear, llama3 or yarn',
        given: s.kind,
      });
  }
}

/** By what each frequency of a rotation is divided, where the file has a tensor for it: `f32[headDim / 2]`. */
export function ropeFactors(c: DecoderConfig): HostArray | undefined {
  const rope = mainAttention(c)?.rope;
  if (rope?.scaling.kind === 'llama3') {
    const plain = ropeFrequencies({ ...rope, scaling: { kind: 'none' } });
    const scaled = ropeFrequencies(rope);
    return HostArray.from(
      'f32',
      [plain.length],
      plain.map((f, i) => f / scaled[i]),
    );
  }
  return rope?.scaling.kind === 'longrope'
    ? HostArray.from('f32', [rope.scaling.shortFactors.length], rope.scaling.shortFactors)
    : undefined;
}

/**
 * Compares what a file will say with the model. Throws `models/gguf` for what the format has no key for: a reader would take the file for
 * another model.
 */
export function requireSaysAll(
  c: DecoderConfig,
  metadata: Metadata,
  tensors: readonly GgufTensorSource[],
  factors: HostArray | undefined,
): void {
  const json = folderConfig({
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, plainValue(value)])),
    tensors: new Map(tensors.map((t) => [t.name, t])),
    read: () => factors!,
  });
  const reader = new ConfigReader(json);
  const family = familyOf(reader.modelType);
  const lost = differences(comparable(c), comparable(family.decoder!(family.config(reader))), 'model');
  if (lost.length === 0) return;
  throw new UserError('models/gguf', 'a GGUF file cannot say everything of this model', {
    given: lost.slice(0, 4).join('; ') + (lost.length > 4 ? `; and ${lost.length - 4} more` : ''),
    advice: 'write a folder of safetensors instead (--output)',
  });
}

function plainValue(value: Metadata[string]): GgufScalar | readonly GgufScalar[] {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return isField(value) ? value.value : value;
}
const isField = (value: GgufField | readonly string[]): value is GgufField => !Array.isArray(value);

/** A configuration without what computes nothing: lengths, switches that are off; factors of rotations count as one kind. */
function comparable(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(comparable);
  if (typeof x !== 'object' || x === null) return x;
  const { kind, shortFactors, longFactors, attentionFactor } = x as Record<string, unknown>;
  if (kind === 'llama3') return { kind: 'factors' };
  if (kind === 'longrope' && attentionFactor === 1 && String(shortFactors) === String(longFactors))
    return { kind: 'factors' };
  const entries = Object.entries(x).filter(
    ([key, value]) => value !== undefined && value !== false && key !== 'maxPositions',
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, comparable(value)]));
}

function differences(a: unknown, b: unknown, path: string): string[] {
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const [left, right] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
      differences(left[key], right[key], `${path}.${key}`),
    );
  }
  const isSame =
    typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= 1e-6 * Math.abs(a) : Object.is(a, b);
  return isSame ? [] : [`${path} is ${a ?? 'nothing'}, and would be read as ${b ?? 'nothing'}`];
}
