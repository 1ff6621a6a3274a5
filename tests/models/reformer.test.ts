import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { grad, jit, np, type Tensor } from '../../src/api/index.ts';
import { HostArray, numElements } from '../../src/base/index.ts';
import { openTensorFolder, writeTensorFolder } from '../../src/data/index.ts';
import { torchNormal } from '../../src/models/families/torch-normal.ts';
import {
  ConfigReader,
  familyOf,
  type LoadedModel,
  loadModel,
  modelTensors,
  openModel,
} from '../../src/models/index.ts';
import type { DeclaredTree, TensorsOf } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { errorOf } from '../data/tensor-file-cases.ts';
import oracle from '../oracles/reformer.json' with { type: 'json' };

/* Reformer beside transformers' (tests/oracles/reformer.py), with weights of a formula. */

const work = mkdtempSync(join(tmpdir(), 'espalier-reformer-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const engine = createEngine('reference');
let made = 0;

type Case = (typeof oracle.cases)[number];

/** Numbers between −1 and 1 of the k-th tensor, over the root of their row's length. */
function formula(k: number, shape: readonly number[]): Float32Array {
  const scale = Math.sqrt(3 / shape[shape.length - 1]);
  return Float32Array.from({ length: numElements(shape) }, (_, i) => {
    const x = ((i * i * 31 + i * 7919 + k * 104729) % 65537) / 32768.5 - 1;
    return x * scale;
  });
}

/** The folder of a case, its configuration changed. */
async function folderOf(c: Case, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const dir = join(work, String(made++));
  const config = { ...c.config, ...changes };
  const reader = new ConfigReader(config);
  const family = familyOf('reformer');
  const shapes = new Map(family.names(family.config(reader), reader).map((r) => [r.names[0], r.fileShape]));
  const tensors = c.names.flatMap((name, k) => {
    const shape = shapes.get(name);
    // The bias of the head is there twice.
    if (!shape) return name === 'lm_head.decoder.bias' ? [] : expect.fail(`no rule reads ${name}`);
    const values = formula(k, shape);
    const own = name.endsWith('layer_norm.weight') ? values.map((v) => 1 + v / 3) : values;
    return [[name, new HostArray('f32', shape, own)] as const];
  });
  await writeTensorFolder(dir, tensors);
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  return dir;
}

const inputsOf = ({ ids, mask }: Case) => {
  const positions = mask.map((row) => row.map((there, i) => (there ? i : -1)));
  return { tokens: np.array(ids, 'i32'), positions: np.array(positions, 'i32') };
};

/** The largest difference of logits where something is there. */
async function difference(m: LoadedModel, c: Case): Promise<number> {
  const got = (await m.apply(inputsOf(c)).logits!.toHost()).toNumbers();
  expect(got.length).toBe(c.logits.length);
  const isThere = c.mask.flat();
  const vocab = got.length / isThere.length;
  return got.reduce(
    (most, x, i) => (isThere[Math.floor(i / vocab)] ? Math.max(most, Math.abs(x - c.logits[i])) : most),
    0,
  );
}

describe('Reformer', () => {
  it.each(oracle.cases.map((c) => [c.name, c] as const))('%s: the logits of transformers', async (_, c) => {
    expect(await difference(loadModel(await folderOf(c), { engine }), c)).toBeLessThan(2e-5);
  });

  const telling = oracle.cases.filter((c) => new Set(c.written).size > 2);

  it.each(telling.map((c) => [c.name, c] as const))('%s: writes what transformers writes', async (_, c) => {
    const model = loadModel(await folderOf(c), { engine });
    const [prompt] = c.ids.map((row) => row.slice(0, 5));
    const o = { maxNewTokens: c.written.length };
    expect(await model.generate([prompt], o)).toEqual([c.written]);
  });

  it('writes texts of a batch as each of them alone, until they end', async () => {
    const [c] = oracle.cases;
    const model = loadModel(await folderOf(c), { engine });
    const prompts = [[3], [5, 1, 7, 2, 9, 4]];
    const o = { maxNewTokens: 4, temperature: 1, topK: 5, repetitionPenalty: 1.3, seed: 2 };
    const free = await model.generate(prompts, o);
    for (const [i, p] of prompts.entries()) expect(await model.generate([p], o)).toEqual([free[i]]);
    const stopTokens = new Set([free[1][1]]);
    const stopped = await model.generate(prompts, { ...o, stopTokens });
    expect(stopped[1]).toEqual(free[1].slice(0, free[1].indexOf(free[1][1]) + 1));
    for (const wrong of [[], [13], [-1], Array<number>(22).fill(1)])
      expect((await errorOf(() => model.generate([wrong], o))).code).toBe('models/prompt');
    expect((await errorOf(() => model.beams([[1]], { maxNewTokens: 1, numBeams: 2 }))).message).toMatch(
      /one text after/,
    );
  });

  it('depends on its hashes, which the seed says', async () => {
    const [c] = oracle.cases;
    expect(await difference(loadModel(await folderOf(c, { hash_seed: 4 }), { engine }), c)).toBeGreaterThan(1e-3);
  });

  it('has the gradients of transformers', async () => {
    const c = oracle.cases.find((x) => x.gradients !== undefined)!;
    const model = loadModel(await folderOf(c), { engine });
    const { family, config } = model.folder;
    const inputs = inputsOf(c);
    const loss = (w: TensorsOf<DeclaredTree>): Tensor =>
      np.mean(np.square(family.apply(w, config, inputs, {}).logits!));
    expect(Number(await loss(model.weights).item())).toBeCloseTo(c.loss!, 5);
    const found = modelTensors(model.folder, jit(grad(loss), { engine })(model.weights));
    for (const [name, want] of Object.entries(c.gradients!)) {
      const got = (await found.get(name)!.read()).toNumbers();
      const most = Math.max(...want.map(Math.abs));
      expect(most, name).toBeGreaterThan(1e-3);
      expect(Math.max(...got.map((x, i) => Math.abs(x - want[i]))), name).toBeLessThan(1e-4 * most + 1e-6);
    }
  });

  it('is written as it was read', async () => {
    const dir = await folderOf(oracle.cases[0]);
    const { folder, weights } = loadModel(dir, { engine });
    const store = openTensorFolder(dir);
    const sources = modelTensors(folder, weights);
    expect([...sources.keys()].sort()).toEqual([...store.tensors.keys()].sort());
    for (const [name, source] of sources) expect((await source.read()).equals(store.read(name)), name).toBe(true);
    store.close();
  });

  it('texts that are too long, and configurations that cannot be, are refused', async () => {
    const [c] = oracle.cases;
    const model = loadModel(await folderOf(c), { engine });
    const far = np.zeros([1, 25], 'i32');
    const error = await errorOf(() => model.apply({ tokens: far, positions: far }));
    expect([error.code, error.message]).toEqual(['models/inputs', expect.stringMatching(/at most 24 tokens.*28/)]);
    for (const change of [
      { attn_layers: ['far'] },
      { attn_layers: [] },
      { is_decoder: false },
      { num_buckets: 3 },
      { num_buckets: [2 ** 10, 2 ** 10] },
      { num_hashes: 1e6 },
      { lsh_num_chunks_before: 1e9 },
      { axial_pos_embds_dim: [4, 4] },
      { hash_seed: -1 },
    ]) {
      const dir = await folderOf(c);
      writeFileSync(join(dir, 'config.json'), JSON.stringify({ ...c.config, ...change }));
      expect((await errorOf(() => openModel(dir))).code, JSON.stringify(change)).toBe('models/config');
    }
  });

  it.each(oracle.normals)('draws what torch draws after seed $seed', ({ seed, values }) => {
    const drawn = torchNormal(seed, values.length);
    for (const [i, x] of values.entries()) expect(Math.abs(drawn[i] - x)).toBeLessThan(2e-6);
  });
});
