import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { np, type Tensor, tree } from '../../src/api/index.ts';
import { type GgufFileType, ggufFileTypes, loadTokenizer, openGguf } from '../../src/data/index.ts';
import { LoadedModel, loadModel, loadModelTemplate, openModel, saveGguf } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { errorOf } from '../data/tensor-file-cases.ts';
import { randomModel } from '../model-files.ts';

/* Models written as GGUF and read again: tests/models/gguf.test.ts compares such files with those of llama.cpp's converter. */

const work = mkdtempSync(join(tmpdir(), 'espalier-save-gguf-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => join(work, String(made++));
const engine = createEngine('reference');

type Json = Record<string, unknown>;

const shared: Json = {
  vocab_size: 32,
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 32,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 50_000,
};
const experts: Json = { num_experts: 2, num_experts_per_tok: 1, moe_intermediate_size: 32 };
const configs: Readonly<Record<string, Json>> = {
  llama: {
    ...shared,
    model_type: 'llama',
    rope_scaling: { rope_type: 'llama3', factor: 8, original_max_position_embeddings: 16 },
  },
  mistral: { ...shared, model_type: 'mistral', sliding_window: 3 },
  mixtral: { ...shared, model_type: 'mixtral', num_local_experts: 2, num_experts_per_tok: 1, sliding_window: null },
  qwen2: {
    ...shared,
    model_type: 'qwen2',
    tie_word_embeddings: true,
    rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 16 },
  },
  qwen2_moe: { ...shared, ...experts, model_type: 'qwen2_moe', shared_expert_intermediate_size: 32 },
  qwen3: { ...shared, model_type: 'qwen3' },
  qwen3_moe: { ...shared, ...experts, model_type: 'qwen3_moe', norm_topk_prob: true },
  gemma: { ...shared, model_type: 'gemma' },
  gemma2: { ...shared, model_type: 'gemma2', query_pre_attn_scalar: 32, sliding_window: 3 },
  gemma3_text: {
    ...shared,
    model_type: 'gemma3_text',
    num_hidden_layers: 6,
    query_pre_attn_scalar: 32,
    sliding_window: 3,
    rope_scaling: { rope_type: 'linear', factor: 2 },
  },
  gpt2: { model_type: 'gpt2', vocab_size: 32, n_positions: 64, n_embd: 64, n_head: 2, n_layer: 1, n_inner: 96 },
};

const folderOf = (config: Json): Promise<string> => randomModel(fresh(), config);

async function write(dir: string, type?: GgufFileType): Promise<string> {
  const file = `${fresh()}.gguf`;
  const folder = openModel(dir);
  try {
    await saveGguf(folder, file, type ? { type } : {});
  } finally {
    folder.store.close();
  }
  return file;
}

const tokens = np.array([[3, 1, 4, 1, 5, 9, 2, 6]], 'i32');
const positions = np.array([[0, 1, 2, 3, 4, 5, 6, 7]], 'i32');
const logitsOf = async (path: string): Promise<Float32Array> =>
  (await loadModel(path, { engine, dtype: 'f32' }).apply({ tokens, positions }).logits!.data()) as Float32Array;
const largest = (x: Float32Array): number => x.reduce((max, v) => Math.max(max, Math.abs(v)), 0);

/** Largest difference of the logits by the largest logit. */
async function errorBetween(path: string, other: string): Promise<number> {
  const [a, b] = [await logitsOf(path), await logitsOf(other)];
  return largest(a.map((x, i) => x - b[i])) / largest(b);
}

/** How far the logits of the model below may be, by type: twice what they were when this was written. */
const bounds = { f32: 1e-6, f16: 1e-3, bf16: 6e-3, q8_0: 2e-2, q6_k: 6e-2, q4_k: 1.5e-1, q4_0: 1.5e-1 } as const;

/** Rows of whole blocks of 256, but for those that come down from MLPs. */
const wide: Json = { ...configs.llama, hidden_size: 256, intermediate_size: 288, head_dim: 128 };

/** A folder with weights, a tokenizer of the oracles of tests/data and what else is given. */
async function withTokenizer(kind: string, files: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const dir = await folderOf({ ...configs.llama, vocab_size: 600, bos_token_id: 0, eos_token_id: [1, 2] });
  const source = join(import.meta.dirname, `../oracles/tokenizers/${kind}`);
  const target = join(dir, kind.replace(/^.*\./, 'tokenizer.'));
  // No family of GGUF both composes texts and cuts numbers into groups of three.
  if (kind === 'byte-level.json')
    writeFileSync(target, JSON.stringify({ ...JSON.parse(readFileSync(source, 'utf8')), normalizer: null }));
  else copyFileSync(source, target);
  for (const [name, contents] of Object.entries(files))
    writeFileSync(join(dir, name), typeof contents === 'string' ? contents : JSON.stringify(contents));
  return dir;
}

const texts = [
  'Hello world',
  "  It's 12345 degrees,\n\nisn't it?  ",
  'naïve café ☃ 🚀',
  '<s>a<|special|> b <plain>c</s>',
  '',
];

describe('models written as GGUF', () => {
  it.each(Object.entries(configs))('%s computes what its folder computes', async (_, config) => {
    const dir = await folderOf(config);
    const file = await write(dir, 'q8_0');
    expect(await errorBetween(file, dir)).toBeLessThan(2e-2);
    expect(openModel(file).config).toEqual(openModel(await write(file, 'f32')).config);
  });

  it.each(ggufFileTypes)('%s changes no more than it must', async (type) => {
    const dir = await folderOf(wide);
    const file = await write(dir, type);
    const error = await errorBetween(file, dir);
    expect(error).toBeLessThan(bounds[type]);
    if (type !== 'f32') expect(error).toBeGreaterThan(bounds[type] / 100);
  });

  it('what blocks do not divide is kept finer, and what is small as float32', async () => {
    const types = async (type: GgufFileType) => {
      const file = openGguf(await write(await folderOf(wide), type));
      file.close();
      const of = (name: string) => file.tensors.get(`${name}.weight`)!.type;
      return [of('blk.0.ffn_up'), of('blk.0.ffn_down'), of('output'), of('token_embd'), of('blk.0.attn_norm')];
    };
    expect(await types('q4_k')).toEqual(['Q4_K', 'Q5_0', 'Q6_K', 'Q4_K', 'F32']);
    expect(await types('q6_k')).toEqual(['Q6_K', 'Q8_0', 'Q6_K', 'Q6_K', 'F32']);
    expect(await types('q4_0')).toEqual(['Q4_0', 'Q4_0', 'Q6_K', 'Q4_0', 'F32']);
    expect(await types('bf16')).toEqual(['BF16', 'BF16', 'BF16', 'BF16', 'F32']);
  });

  it('says which tensors are kept finer than asked for', async () => {
    const folder = openModel(await folderOf(wide));
    const { tensors } = await saveGguf(folder, `${fresh()}.gguf`, { type: 'q4_k' });
    folder.store.close();
    const finer = tensors.filter((t) => t.type !== t.wanted).map((t) => [t.name, t.wanted, t.type]);
    expect(finer).toEqual([['blk.0.ffn_down.weight', 'Q4_K', 'Q5_0']]);
  });

  it('of no type that there is, or in the place of what is no file, is refused', async () => {
    const dir = await folderOf(configs.llama);
    const type = await errorOf(() => write(dir, 'q3_k' as GgufFileType));
    expect([type.code, type.message]).toEqual(['models/gguf', expect.stringMatching(/q4_k.*q3_k/)]);
    const folder = openModel(dir);
    const place = await errorOf(() => saveGguf(folder, dir));
    folder.store.close();
    expect([place.code, place.message]).toEqual(['data/write', expect.stringMatching(/is no file/)]);
    expect(openModel(dir).config).toEqual(folder.config);
  });

  it('a loaded model is written with the weights that it has now', async () => {
    const dir = await folderOf(configs.qwen2);
    const model = loadModel(dir, { engine });
    const doubled = tree.map((x) => np.multiply(x as Tensor, 2), model.weights) as typeof model.weights;
    const file = `${fresh()}.gguf`;
    await saveGguf(new LoadedModel(model.folder, doubled, 'f32', { engine }), file, { type: 'f32' });
    const [before, after] = [openModel(dir).store, openModel(file).store];
    for (const name of after.tensors.keys()) {
      const [x, y] = [before.read(name), after.read(name)].map((a) => a.data as Float32Array);
      expect(y).toEqual(x.map((v) => 2 * v));
    }
    for (const store of [before, after]) store.close();
  });
});

describe('the tokenizer of a model written as GGUF', () => {
  it.each(['byte-level.json', 'byte-fallback.json', 'llama.model'])('%s has the same ids', async (kind) => {
    const dir = await withTokenizer(kind);
    const file = await write(dir, 'f32');
    const [ours, theirs] = await Promise.all([loadTokenizer(file), loadTokenizer(dir)]);
    for (const text of texts) {
      expect([text, ...ours.encode(text)]).toEqual([text, ...theirs.encode(text)]);
      expect(ours.decode(ours.encode(text))).toBe(theirs.decode(theirs.encode(text)));
    }
    // A second time, from file to file, it is taken as it is.
    const again = await loadTokenizer(await write(file, 'f16'));
    expect(again.encode(texts[1])).toEqual(ours.encode(texts[1]));
    for (const t of [ours, theirs, again]) t.close();
  });

  it('roles and the chat template go along', async () => {
    const dir = await withTokenizer('byte-level.json', {
      'tokenizer_config.json': { eos_token: '</s>', pad_token: '<|special|>' },
      'chat_template.jinja': '{{ messages[0].content }}!',
    });
    const file = await write(dir, 'f32');
    expect(loadModelTemplate(file)!.render([{ role: 'user', content: 'Hi' }])).toBe('Hi!');
    const { metadata } = openGguf(file);
    expect(metadata).toMatchObject({
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'llama3',
      'tokenizer.ggml.bos_token_id': 0,
      'tokenizer.ggml.eos_token_id': 1,
      'tokenizer.ggml.padding_token_id': 2,
    });
  });

  it.each([
    ['word-piece.json', {}],
    ['unigram.json', {}],
  ])('%s is refused', async (kind) => {
    const dir = await withTokenizer(kind);
    expect((await errorOf(() => write(dir))).code).toBe('data/tokenizer');
  });

  it('with more tokens than the model is refused', async () => {
    const dir = await folderOf(configs.llama);
    copyFileSync(join(import.meta.dirname, '../oracles/tokenizers/byte-level.json'), join(dir, 'tokenizer.json'));
    expect((await errorOf(() => write(dir))).message).toContain('more tokens than the model');
  });
});

describe('a model that GGUF cannot hold is refused', () => {
  it.each<[string, Json, string]>([
    ['of another family', { ...configs.llama, model_type: 'phi3' }, 'family'],
    ['with another activation', { ...configs.llama, hidden_act: 'gelu' }, 'mlp.activation is gelu'],
    ['with windows in some layers', { ...configs.qwen3, use_sliding_window: true, max_window_layers: 0 }, 'window'],
    ['with other weights of experts', { ...configs.qwen3_moe, norm_topk_prob: false }, 'renormalize'],
    ['with another scale of queries', { ...configs.gemma2, query_pre_attn_scalar: 48 }, 'scale'],
    ['without the caps of Gemma 2', { ...configs.gemma2, attn_logit_softcapping: null }, 'soft caps'],
    [
      'with another growth of positions',
      { ...configs.llama, rope_scaling: { rope_type: 'dynamic', factor: 2 } },
      'dynamic',
    ],
  ])('%s', async (_, config, message) => {
    const error = await errorOf(async () => write(await folderOf(config)));
    expect(error.code).toBe('models/gguf');
    expect(error.message).toContain(message);
  });
});
