import { type HostArray, UserError } from '../../../base/index.ts';
import type { GgufFile } from './open-gguf.ts';

/*
 * `config.json` of the folder that a GGUF file was made from, as far as the file tells it.
 * Source: the converters of llama.cpp, and what its loader assumes where a file says nothing.
 */

type Json = Record<string, unknown>;

/** What of a file its configuration is read from. */
export interface ConfigSource {
  readonly metadata: GgufFile['metadata'];
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>;
  readonly read: (name: string) => HostArray;
}

const wrong = (summary: string, given: string): UserError => new UserError('data/gguf-model', summary, { given });

/** The number with the fewest digits that is this float32: files hold 1e-6 as 9.99999997e-7. */
function shortest(x: number): number {
  if (Math.fround(x) !== x) return x;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return short;
  }
  return x;
}

/** Metadata of the architecture, key by key. Throws `data/gguf-model` for one that is missing or no number. */
export class ArchitectureKeys {
  readonly architecture: string;
  readonly #file: ConfigSource;

  constructor(file: ConfigSource) {
    this.#file = file;
    const name = file.metadata['general.architecture'];
    if (typeof name !== 'string') throw wrong('the file does not say which architecture it holds', String(name));
    this.architecture = name;
  }

  optional(key: string): number | undefined {
    const name = `${this.architecture}.${key}`;
    const value = this.#file.metadata[name];
    if (value === undefined) return undefined;
    // One number for every layer may be told as a list.
    const one = Array.isArray(value) && value.every((x) => x === value[0]) ? value[0] : value;
    if (typeof one !== 'number')
      throw wrong(`key ${name} is no number that holds for all layers`, String(value).slice(0, 80));
    return shortest(one);
  }

  number(key: string): number {
    const value = this.optional(key);
    if (value === undefined)
      throw wrong('the file does not say what the model is like', `no key ${this.architecture}.${key}`);
    return value;
  }

  text(key: string): string | undefined {
    const value = this.#file.metadata[`${this.architecture}.${key}`];
    return typeof value === 'string' ? value : undefined;
  }

  /** A special token of the vocabulary. */
  token(key: string): number | undefined {
    const value = this.#file.metadata[`tokenizer.ggml.${key}_token_id`];
    return typeof value === 'number' ? value : undefined;
  }
}

/** The configuration. Throws `data/gguf-model` for architectures that are not known. */
export function folderConfig(file: ConfigSource): Json {
  const keys = new ArchitectureKeys(file);
  const specific = specificByArchitecture.get(keys.architecture);
  if (specific === undefined)
    throw new UserError('data/gguf-model', 'the architecture of the file is not known', {
      expected: [...specificByArchitecture.keys()].join(', '),
      given: keys.architecture.slice(0, 80),
    });
  const rows = file.tensors.get('token_embd.weight')?.shape[0];
  if (rows === undefined) throw wrong('the file holds no embedding', 'no tensor token_embd.weight');
  const general = {
    vocab_size: rows,
    tie_word_embeddings: !file.tensors.has('output.weight'),
    ...present({
      bos_token_id: keys.token('bos'),
      eos_token_id: keys.token('eos'),
      pad_token_id: keys.token('padding'),
    }),
  };
  return { ...general, ...specific(keys, file) };
}

const present = (json: Json): Json =>
  Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));

/** Of decoders with RMS norms and rotary positions. */
function decoder(keys: ArchitectureKeys, file: ConfigSource): Json {
  const [hidden, heads] = [keys.number('embedding_length'), keys.number('attention.head_count')];
  const rotated = keys.architecture === 'llama' ? keys.optional('rope.dimension_count') : undefined;
  return {
    hidden_size: hidden,
    num_hidden_layers: keys.number('block_count'),
    num_attention_heads: heads,
    num_key_value_heads: keys.optional('attention.head_count_kv') ?? heads,
    head_dim: keys.optional('attention.key_length') ?? rotated ?? hidden / heads,
    intermediate_size: keys.number('feed_forward_length'),
    max_position_embeddings: keys.number('context_length'),
    rms_norm_eps: keys.number('attention.layer_norm_rms_epsilon'),
    rope_theta: keys.optional('rope.freq_base') ?? 10000,
    ...ropeScaling(keys, file),
  };
}

function ropeScaling(keys: ArchitectureKeys, file: ConfigSource): Json {
  const factors = file.tensors.has('rope_freqs.weight') ? file.read('rope_freqs.weight').toNumbers() : undefined;
  // Llama 3 scales every frequency by a factor of its own: what `longrope` does with these factors.
  if (factors)
    return {
      rope_scaling: {
        rope_type: 'longrope',
        short_factor: factors,
        long_factor: factors,
        attention_factor: 1,
        original_max_position_embeddings: keys.number('context_length'),
      },
    };
  const [kind, factor] = [keys.text('rope.scaling.type'), keys.optional('rope.scaling.factor')];
  if (kind === undefined || kind === 'none' || factor === undefined) return {};
  if (kind !== 'linear' && kind !== 'yarn') throw wrong('the scaling of positions is not known', kind);
  return {
    rope_scaling: present({
      rope_type: kind,
      factor,
      original_max_position_embeddings: keys.optional('rope.scaling.original_context_length'),
      attention_factor: keys.optional('rope.scaling.yarn_attn_factor'),
      beta_fast: keys.optional('rope.scaling.yarn_beta_fast'),
      beta_slow: keys.optional('rope.scaling.yarn_beta_slow'),
    }),
  };
}

const hasBias = (file: ConfigSource, name: string): boolean => file.tensors.has(`blk.0.${name}.bias`);

function llama(keys: ArchitectureKeys, file: ConfigSource): Json {
  const numExperts = keys.optional('expert_count') ?? 0;
  const window = keys.optional('attention.sliding_window') ?? 0;
  const shared = {
    ...decoder(keys, file),
    attention_bias: hasBias(file, 'attn_q'),
    mlp_bias: hasBias(file, 'ffn_gate'),
  };
  if (numExperts > 0)
    return {
      ...shared,
      model_type: 'mixtral',
      num_local_experts: numExperts,
      num_experts_per_tok: keys.number('expert_used_count'),
      sliding_window: null,
    };
  return window > 0 ? { ...shared, model_type: 'mistral', sliding_window: window } : { ...shared, model_type: 'llama' };
}

const qwen =
  (modelType: string) =>
  (keys: ArchitectureKeys, file: ConfigSource): Json => ({
    ...decoder(keys, file),
    model_type: modelType,
    use_sliding_window: false,
  });

const qwenExperts =
  (modelType: string, renormalizes: boolean) =>
  (keys: ArchitectureKeys, file: ConfigSource): Json => ({
    ...qwen(modelType)(keys, file),
    num_experts: keys.number('expert_count'),
    num_experts_per_tok: keys.number('expert_used_count'),
    moe_intermediate_size: keys.number('expert_feed_forward_length'),
    ...present({ shared_expert_intermediate_size: keys.optional('expert_shared_feed_forward_length') }),
    norm_topk_prob: renormalizes,
    decoder_sparse_step: 1,
    mlp_only_layers: [],
  });

const gemma = (keys: ArchitectureKeys, file: ConfigSource): Json => ({
  ...decoder(keys, file),
  model_type: 'gemma',
  hidden_act: 'gelu_pytorch_tanh',
  tie_word_embeddings: true,
});

/** Files do not hold what queries are scaled by: the largest models differ from the others. */
function queryScalar(keys: ArchitectureKeys, layersOfLargest: number): Json {
  const isLargest = keys.number('block_count') === layersOfLargest;
  const perHead = keys.number('embedding_length') / keys.number('attention.head_count');
  return { query_pre_attn_scalar: isLargest ? perHead : keys.number('attention.key_length') };
}

const gemma2 = (keys: ArchitectureKeys, file: ConfigSource): Json => ({
  ...gemma(keys, file),
  model_type: 'gemma2',
  ...queryScalar(keys, 46),
  attn_logit_softcapping: keys.optional('attn_logit_softcapping') ?? null,
  final_logit_softcapping: keys.optional('final_logit_softcapping') ?? null,
  sliding_window: keys.optional('attention.sliding_window') ?? 4096,
});

const gemma3 = (keys: ArchitectureKeys, file: ConfigSource): Json => ({
  ...gemma(keys, file),
  model_type: 'gemma3_text',
  ...queryScalar(keys, 62),
  rope_theta: keys.optional('rope.freq_base') ?? 1_000_000,
  rope_local_base_freq: keys.optional('rope.freq_base_swa') ?? 10000,
  final_logit_softcapping: keys.optional('final_logit_softcapping') ?? null,
  sliding_window: keys.optional('attention.sliding_window') ?? 1024,
  sliding_window_pattern: 6,
});

const gpt2 = (keys: ArchitectureKeys): Json => ({
  model_type: 'gpt2',
  n_positions: keys.number('context_length'),
  n_embd: keys.number('embedding_length'),
  n_layer: keys.number('block_count'),
  n_head: keys.number('attention.head_count'),
  n_inner: keys.number('feed_forward_length'),
  layer_norm_epsilon: keys.number('attention.layer_norm_epsilon'),
  activation_function: 'gelu_new',
});

const specificByArchitecture: ReadonlyMap<string, (keys: ArchitectureKeys, file: ConfigSource) => Json> = new Map([
  ['llama', llama],
  ['qwen2', qwen('qwen2')],
  ['qwen2moe', qwenExperts('qwen2_moe', false)],
  ['qwen3', qwen('qwen3')],
  ['qwen3moe', qwenExperts('qwen3_moe', true)],
  ['gemma', gemma],
  ['gemma2', gemma2],
  ['gemma3', gemma3],
  ['gpt2', gpt2],
]);
