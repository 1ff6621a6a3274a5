import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { jit, Mesh, np, type Tensor, tree, valueAndGrad } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import type { Adapter } from '../../src/data/index.ts';
import { printModule } from '../../src/ir/index.ts';
import {
  type LoadedModel,
  type LoadModelOptions,
  loadModel,
  targetLoss,
  withAdapters,
} from '../../src/models/index.ts';
import { layerRuns } from '../../src/models/stack/layer-runs.ts';
import type { DeclaredTree, TensorsOf } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { randomModel } from '../model-files.ts';
import '../seed.ts';

/* Layers that repeat, computed in a loop, are what they are one after the other. */

const work = mkdtempSync(join(tmpdir(), 'espalier-layer-runs-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const engine = createEngine('reference');

describe('runs of layers', () => {
  const kinds = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 24 });

  it('are all layers in order, and what repeats is of the same kind', () => {
    fc.assert(
      fc.property(kinds, (all) => {
        let at = 0;
        for (const { start, period, count } of layerRuns(all)) {
          expect(start).toBe(at);
          for (let i = start + period; i < start + period * count; i++) expect(all[i]).toBe(all[i - period]);
          at += period * count;
        }
        expect(at).toBe(all.length);
      }),
    );
  });

  it('of a pattern that repeats write it down once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 2, max: 8 }),
        (pattern, n) => {
          const all = Array.from({ length: n }, () => pattern).flat();
          const written = layerRuns(all).reduce((sum, { period }) => sum + period, 0);
          expect(written).toBeLessThanOrEqual(pattern.length);
        },
      ),
    );
    // Gemma 3 has five layers with a window and one without; the rest of the last six is a run of its own.
    const gemma = Array.from({ length: 34 }, (_, i) => ((i + 1) % 6 === 0 ? 'full' : 'window'));
    expect(layerRuns(gemma)).toEqual([
      { start: 0, period: 6, count: 5 },
      { start: 30, period: 1, count: 4 },
    ]);
  });
});

describe('a model whose layers are loops', () => {
  const sizes = {
    vocab_size: 40,
    hidden_size: 16,
    intermediate_size: 24,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 4,
    max_position_embeddings: 64,
  };
  const experts = { num_experts: 4, num_experts_per_tok: 2, moe_intermediate_size: 8 };
  const t5 = { vocab_size: 40, d_model: 16, d_kv: 4, d_ff: 24, num_heads: 4, num_layers: 4, decoder_start_token_id: 0 };
  const configs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    llama: { ...sizes, model_type: 'llama', num_hidden_layers: 5 },
    gemma3_text: {
      ...sizes,
      model_type: 'gemma3_text',
      num_hidden_layers: 6,
      sliding_window_pattern: 3,
      sliding_window: 3,
      query_pre_attn_scalar: 4,
    },
    qwen3_moe: { ...sizes, ...experts, model_type: 'qwen3_moe', num_hidden_layers: 4, decoder_sparse_step: 2 },
    t5: { ...t5, model_type: 't5' },
    gemma3n_text: {
      ...sizes,
      model_type: 'gemma3n_text',
      num_hidden_layers: 4,
      num_kv_shared_layers: 0,
      hidden_size_per_layer_input: 4,
      vocab_size_per_layer_input: 40,
      laurel_rank: 2,
      altup_num_inputs: 2,
      layer_types: Array(4).fill('full_attention'),
      activation_sparsity_pattern: Array(4).fill(0),
    },
  };
  /** A period, and layers that see an encoder; those of a run are below. */
  const withGradients = ['gemma3_text', 't5'];
  const dirs = new Map<string, Promise<string>>();
  const folderOf = (name: string): Promise<string> => {
    if (!dirs.has(name)) dirs.set(name, randomModel(join(work, name), configs[name]));
    return dirs.get(name)!;
  };
  const open = async (name: string, o: LoadModelOptions = {}): Promise<LoadedModel> =>
    loadModel(await folderOf(name), { engine, ...o });
  const tokens = np.array(
    [
      [3, 1, 4, 1, 5, 9, 2, 6],
      [5, 3, 5, 8, 9, 7, 9, 3],
    ],
    'i32',
  );
  const positions = np.tile(np.expandDims(np.arange(8), 0), [2, 1]);
  const inputs = { tokens, positions, decoderTokens: tokens };
  const numbers = async (x: Tensor): Promise<number[]> => (await x.toHost()).toNumbers();
  const largest = (x: readonly number[]): number => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const expectClose = (a: readonly number[], b: readonly number[]): void => {
    expect(a.length).toBe(b.length);
    expect(largest(a.map((x, i) => x - b[i]))).toBeLessThan(1e-5 * Math.max(1e-3, largest(b)));
  };

  /** The loss of all tokens and all gradients, and how long the program's text is. */
  async function lossAndGradients(m: LoadedModel): Promise<{ values: number[]; length: number }> {
    const step = jit(
      (w: TensorsOf<DeclaredTree>) =>
        valueAndGrad((p: TensorsOf<DeclaredTree>) => {
          if (m.folder.family.modelTypes[0] !== 't5') return targetLoss(m, p, tokens, positions, np.ones([2, 8])).sum;
          const { logits } = m.folder.family.apply(p, m.config, inputs, { numerics: m.numerics, plan: m.plan });
          return np.mean(np.square(logits!));
        })(w),
      { engine },
    );
    const [loss, gradients] = step(m.weights);
    const all = await Promise.all(tree.leaves(gradients).map((g) => numbers(g as Tensor)));
    return {
      values: [...(await numbers(loss)), ...all.flat()],
      length: printModule(step.lower(m.weights).stages.get('traced')!).length,
    };
  }

  it.each(Object.keys(configs))('%s: the same numbers from a smaller program', async (name) => {
    const [plain, loops] = [await open(name), await open(name, { scan: true })];
    expectClose(await numbers(loops.apply(inputs).logits!), await numbers(plain.apply(inputs).logits!));
    if (!withGradients.includes(name)) return;
    const [a, b] = [await lossAndGradients(loops), await lossAndGradients(plain)];
    expectClose(a.values, b.values);
    expect(a.length).toBeLessThan(0.9 * b.length);
  });

  it('with what is computed again in the backward pass, over a mesh, in few bits, with adapters', async () => {
    const plain = await open('llama');
    const { values } = await lossAndGradients(plain);
    for (const o of [{ scan: true, remat: 'nothing' }, { remat: 'dots' }] as const)
      expectClose((await lossAndGradients(await open('llama', o))).values, values);
    const logits = await numbers(plain.apply(inputs).logits!);
    const mesh = new Mesh({ data: 2, model: 2 });
    expectClose(await numbers((await open('llama', { scan: true, mesh })).apply(inputs).logits!), logits);
    const random = (shape: readonly number[]): HostArray =>
      HostArray.from(
        'f32',
        shape,
        Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i)),
      );
    const pair = { a: random([2, 16]), b: random([16, 2]), scale: 0.5, isEmbedding: false };
    // One layer with an adapter is of another kind.
    const pairs = new Map([1, 2, 4].map((i) => [`model.layers.${i}.self_attn.q_proj`, pair]));
    const adapter = { pairs, replaced: new Map() } as unknown as Adapter;
    const rounded = async (o: LoadModelOptions): Promise<number[]> => {
      const m = withAdapters(await open('llama', { quantize: 'q8', activations: 'i8', ...o }), [adapter]);
      return numbers(m.apply(inputs).logits!);
    };
    expectClose(await rounded({ scan: true }), await rounded({}));
    expect(await rounded({})).not.toEqual(logits);
    const o = { maxNewTokens: 3 };
    expect(await (await open('llama', { scan: true })).generate([[3, 1, 4]], o)).toEqual(
      await plain.generate([[3, 1, 4]], o),
    );
  });
});
