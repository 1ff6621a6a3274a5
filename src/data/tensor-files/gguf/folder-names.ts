/*
 * Names of tensors in GGUF files and in folders of Hugging Face, and how the one must be rearranged to be the other.
 * Source: `gguf/tensor_mapping.py` and the converters of llama.cpp.
 */

/**
 * What lies between a tensor of the file and that of the folder: nothing; rows of a head that alternate between its halves (`rotary`); 1 that was added
 * (`plusOne`); rows and columns exchanged; a dimension of 1 that was dropped.
 */
export type Rearrangement = 'none' | 'rotary' | 'plusOne' | 'transposed' | 'row';

/** A tensor of a folder: `{i}` is its layer, `{e}` its expert, where the file holds all experts of a layer in one. */
export interface FolderName {
  readonly name: string;
  readonly rearrangement: Rearrangement;
}

/** Names of an architecture: by what stands before `.weight` or `.bias`, of a layer without `blk.N.`. */
export interface NameTable {
  /** What stands before the names of a layer, with `{i}`. */
  readonly layer: string;
  readonly names: Readonly<Record<string, string>>;
  /** Rearrangements of single tensors, by their names in the file with the ending. */
  readonly rearranged: (name: string, ending: string) => Rearrangement;
}

const decoder = {
  token_embd: 'model.embed_tokens',
  output_norm: 'model.norm',
  output: 'lm_head',
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

const mixtralExperts = {
  ffn_gate_inp: 'block_sparse_moe.gate',
  ffn_gate_exps: 'block_sparse_moe.experts.{e}.w1',
  ffn_down_exps: 'block_sparse_moe.experts.{e}.w2',
  ffn_up_exps: 'block_sparse_moe.experts.{e}.w3',
};

const qwenExperts = {
  ffn_gate_inp: 'mlp.gate',
  ffn_gate_exps: 'mlp.experts.{e}.gate_proj',
  ffn_up_exps: 'mlp.experts.{e}.up_proj',
  ffn_down_exps: 'mlp.experts.{e}.down_proj',
  ffn_gate_inp_shexp: 'mlp.shared_expert_gate',
  ffn_gate_shexp: 'mlp.shared_expert.gate_proj',
  ffn_up_shexp: 'mlp.shared_expert.up_proj',
  ffn_down_shexp: 'mlp.shared_expert.down_proj',
};

const sandwichNorms = {
  post_attention_norm: 'post_attention_layernorm',
  ffn_norm: 'pre_feedforward_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
};

const gpt2 = {
  token_embd: 'transformer.wte',
  position_embd: 'transformer.wpe',
  output_norm: 'transformer.ln_f',
  output: 'lm_head',
  attn_norm: 'ln_1',
  attn_qkv: 'attn.c_attn',
  attn_output: 'attn.c_proj',
  ffn_norm: 'ln_2',
  ffn_up: 'mlp.c_fc',
  ffn_down: 'mlp.c_proj',
};

const layer = 'model.layers.{i}.';
const none = (): Rearrangement => 'none';
const gemmaNorms = (name: string): Rearrangement => (name.endsWith('norm') ? 'plusOne' : 'none');

const llama: NameTable = {
  layer,
  names: { ...decoder, ...mixtralExperts },
  rearranged: (name) => (name === 'attn_q' || name === 'attn_k' ? 'rotary' : 'none'),
};
const qwen: NameTable = {
  layer,
  names: { ...decoder, ...qwenExperts },
  rearranged: (name) => (name === 'ffn_gate_inp_shexp' ? 'row' : 'none'),
};
const gemma: NameTable = { layer, names: decoder, rearranged: gemmaNorms };
const sandwichGemma: NameTable = { layer, names: { ...decoder, ...sandwichNorms }, rearranged: gemmaNorms };

/** Tables by `general.architecture`. */
export const tableByArchitecture: ReadonlyMap<string, NameTable> = new Map<string, NameTable>([
  ['llama', llama],
  ['qwen2', { ...qwen, names: decoder, rearranged: none }],
  ['qwen2moe', qwen],
  ['qwen3', { ...qwen, names: decoder, rearranged: none }],
  ['qwen3moe', qwen],
  ['gemma', gemma],
  ['gemma2', sandwichGemma],
  ['gemma3', sandwichGemma],
  [
    'gpt2',
    {
      layer: 'transformer.h.{i}.',
      names: gpt2,
      rearranged: (name, ending) =>
        ending === 'weight' && /^(attn_qkv|attn_output|ffn_up|ffn_down)$/.test(name) ? 'transposed' : 'none',
    },
  ],
]);

/** Old files hold the experts of a layer one by one: `ffn_gate.3`. */
const OLD_EXPERT = /^(ffn_(?:gate|up|down))\.(\d+)$/;

/** The tensor of a folder that a tensor of a file is; undefined for one that is not known. */
export function folderNameOf(table: NameTable, name: string): FolderName | undefined {
  const match = /^(?:blk\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(name);
  if (match === null) return undefined;
  const [, index, own, ending] = match;
  const expert = OLD_EXPERT.exec(own);
  const key = expert ? `${expert[1]}_exps` : own;
  if (!Object.hasOwn(table.names, key)) return undefined;
  const known = expert ? table.names[key].replace('{e}', expert[2]) : table.names[key];
  const before = index === undefined ? '' : table.layer.replace('{i}', index);
  return { name: `${before}${known}.${ending}`, rearrangement: table.rearranged(own, ending) };
}

/** A tensor of a file, and which expert of it where it holds all of a layer. */
export interface GgufName {
  readonly name: string;
  readonly expert?: number;
  readonly rearrangement: Rearrangement;
}

/** The tensor of a file in which a tensor of a folder lies: the inverse of `folderNameOf`. Undefined for one that is not known. */
export function ggufNameOf(table: NameTable, name: string): GgufName | undefined {
  const match = /^(.+)\.(weight|bias)$/.exec(name);
  if (match === null) return undefined;
  const [, stem, ending] = match;
  const [before, after] = table.layer.split('{i}');
  const layer = stem.startsWith(before) ? /^(\d+)/.exec(stem.slice(before.length))?.[1] : undefined;
  const own = layer === undefined ? stem : stem.slice(before.length + layer.length + after.length);
  const expert = /\.experts\.(\d+)\./.exec(own)?.[1];
  const generic = expert === undefined ? own : own.replace(`.experts.${expert}.`, '.experts.{e}.');
  const key = Object.keys(table.names).find((k) => table.names[k] === generic);
  if (key === undefined) return undefined;
  return {
    name: `${layer === undefined ? '' : `blk.${layer}.`}${key}.${ending}`,
    ...(expert === undefined ? {} : { expert: Number(expert) }),
    rearrangement: table.rearranged(key, ending),
  };
}
