import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { openSafetensors, writeTensorFolder } from '../../src/data/index.ts';
import { type LoadedModel, loadModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { type CallRequest, MtpDrafter } from '../../src/serve/index.ts';
import { errorOf } from '../api/error-of.ts';
import { randomModel } from '../model-files.ts';
import { Simulation } from './simulation.ts';

/* The layer of a DeepSeek that guesses further tokens. */

const dir = mkdtempSync(join(tmpdir(), 'espalier-mtp-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const engine = createEngine('reference');

const EMBED = 16;
const VOCAB = 48;
const config = {
  model_type: 'deepseek_v3',
  vocab_size: VOCAB,
  hidden_size: EMBED,
  intermediate_size: 24,
  moe_intermediate_size: 8,
  num_hidden_layers: 1,
  num_nextn_predict_layers: 1,
  first_k_dense_replace: 0,
  num_attention_heads: 2,
  num_key_value_heads: 2,
  n_routed_experts: 4,
  num_experts_per_tok: 2,
  n_group: 1,
  topk_group: 1,
  n_shared_experts: 1,
  q_lora_rank: 8,
  kv_lora_rank: 8,
  qk_nope_head_dim: 8,
  qk_rope_head_dim: 4,
  v_head_dim: 8,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-9,
};

/** Rows are vectors of length √embed, which a norm leaves as they are. */
const embeddingAt = (i: number): number => (Math.sin(i * i) > 0 ? 1 : -1);

/** A model of one layer, and behind it the same layer again, to guess with; `projection`: `[embed, 2·embed]`. */
async function modelWith(name: string, projection: (row: number, column: number) => number): Promise<LoadedModel> {
  const folder = await randomModel(join(dir, name), config);
  const store = openSafetensors(join(folder, 'model.safetensors'));
  const all = new Map([...store.tensors.keys()].map((n) => [n, store.read(n)] as const));
  store.close();
  const filled = (shape: readonly number[], f: (i: number) => number): HostArray =>
    HostArray.from(
      'f32',
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => f(i)),
    );
  all.set('model.embed_tokens.weight', filled([VOCAB, EMBED], embeddingAt));
  for (const [n, tensor] of [...all]) if (n.startsWith('model.layers.0.')) all.set(n.replace('.0.', '.1.'), tensor);
  const at = 'model.layers.1';
  all.set(`${at}.shared_head.norm.weight`, all.get('model.norm.weight')!);
  for (const n of ['enorm', 'hnorm'])
    all.set(
      `${at}.${n}.weight`,
      filled([EMBED], () => 1),
    );
  const both = 2 * EMBED;
  all.set(
    `${at}.eh_proj.weight`,
    filled([EMBED, both], (i) => projection(Math.floor(i / both), i % both)),
  );
  await writeTensorFolder(folder, all);
  return loadModel(folder, { engine });
}

const calls = [0, 1].map(
  (i): CallRequest => ({
    id: String(i),
    prompt: Array.from({ length: 3 + 9 * i }, (_, j) => (7 * i + 5 * j) % VOCAB),
    maxTokens: 8,
    sampling: i === 0 ? {} : { temperature: 0.8, seed: i },
  }),
);

async function write(model: LoadedModel, isGuessed: boolean) {
  const sizes = { pageSize: 8, numPages: 40, maxTokensPerStep: 64 };
  const decoder = model.paged({ ...sizes, givesHidden: isGuessed });
  const s = new Simulation(decoder, isGuessed ? { speculation: { adapts: false, maxDrafts: 3 } } : {});
  if (isGuessed) s.drafter = new MtpDrafter(model.pagedMtp({ ...sizes, numPages: 20 }));
  for (const c of calls) s.submit(c);
  await s.run();
  await s.drafter?.close?.();
  await decoder.close();
  return { outputs: [...s.outputs], drafts: s.scheduler.state.drafts };
}

describe('the layer behind the last one', () => {
  test('that sees the next token as the model does guesses what the model writes', async () => {
    // It takes the first half, which is the embedding, and the layer is the model's own.
    const model = await modelWith('embedding', (row, column) => (row === column ? 1 : 0));
    const guessed = await write(model, true);
    expect(guessed.outputs).toEqual((await write(model, false)).outputs);
    // Positions are one less for it: rotations are the same but for rounding.
    const { numTokens, numAccepted } = guessed.drafts;
    expect(numTokens).toBeGreaterThan(8);
    expect(numAccepted).toBeGreaterThanOrEqual(numTokens - 2);
  });

  test('goes on from what the model made, which comes behind the embedding', async () => {
    const model = await modelWith('hidden', (row, column) => (row === column - EMBED ? 1 : 0));
    const sizes = { pageSize: 8, numPages: 4, maxTokensPerStep: 64 };
    const [own, layer] = [model.paged(sizes), model.pagedMtp(sizes)];
    const tokens = [3, 14, 15, 9, 26];
    // What the model is said to have made of tokens is their embedding: the layer sees what the model's own saw of them.
    const hidden = tokens.map((t) => Float32Array.from({ length: EMBED }, (_, i) => embeddingAt(t * EMBED + i)));
    const sample = { options: {}, index: 0, prompt: tokens, output: [], topLogprobs: 5 };
    const step = { id: 1, firstPosition: 0, pages: [1], sample };
    const [expected] = await own.step([{ ...step, tokens }]);
    const [made] = await layer.step([{ ...step, tokens: tokens.map((t) => t + 1), hidden }]);
    expect(made.top!.map(([t]) => t)).toEqual(expected.top!.map(([t]) => t));
    for (const [i, [, logprob]] of made.top!.entries()) expect(logprob).toBeCloseTo(expected.top![i][1], 4);
    await expect(layer.step([{ ...step, tokens }])).rejects.toMatchObject({ code: 'models/paged' });
  });

  test('is missed where there is none', async () => {
    const folder = await randomModel(join(dir, 'none'), config);
    const model = loadModel(folder, { engine });
    expect(model.hasMtp).toBe(false);
    expect(errorOf(() => model.pagedMtp())).toMatchObject({ code: 'models/mtp' });
  });
});
