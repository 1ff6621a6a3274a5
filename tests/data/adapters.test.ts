import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import {
  type Adapter,
  type LoraPair,
  readAdapter,
  readSafetensors,
  writeAdapter,
  writeSafetensors,
} from '../../src/data/index.ts';
import cases from '../oracles/adapters.json' with { type: 'json' };
import '../seed.ts';
import { errorOf, readDamaged, temporaryFolders } from './tensor-file-cases.ts';

const { newFolder, remove } = temporaryFolders('adapters');
afterAll(remove);

interface Case {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: string;
  /** What PEFT adds to each weight, float32. */
  readonly deltas: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: string }>>;
}
const all = cases as unknown as readonly Case[];

function folderOf(config: unknown, weights: string | Uint8Array): string {
  const dir = newFolder();
  writeFileSync(join(dir, 'adapter_config.json'), JSON.stringify(config));
  writeFileSync(
    join(dir, 'adapter_model.safetensors'),
    typeof weights === 'string' ? Buffer.from(weights, 'base64') : weights,
  );
  return dir;
}

/** scale · b · a, in float64; transposed where the weight lies the other way. */
function deltaOf({ a, b, scale, isEmbedding }: LoraPair, isTransposed: boolean): number[] {
  const [rank, numIn] = a.shape;
  const [out] = b.shape;
  const value = (o: number, i: number): number => {
    let sum = 0;
    for (let r = 0; r < rank; r++) sum += b.number(o * rank + r) * a.number(r * numIn + i);
    return scale * sum;
  };
  const isOther = isEmbedding || isTransposed;
  const [rows, columns] = isOther ? [numIn, out] : [out, numIn];
  return Array.from({ length: rows * columns }, (_, at) => {
    const [r, c] = [Math.floor(at / columns), at % columns];
    return isOther ? value(c, r) : value(r, c);
  });
}

function expectDeltas(adapter: Adapter, deltas: Case['deltas']): void {
  expect([...adapter.pairs.keys()].sort()).toEqual(Object.keys(deltas).sort());
  for (const [module, { shape, data }] of Object.entries(deltas)) {
    const expected = new Float32Array(Uint8Array.from(Buffer.from(data, 'base64')).buffer);
    const found = deltaOf(adapter.pairs.get(module)!, adapter.config.fanInFanOut);
    expect(found.length).toBe(shape[0] * shape[1]);
    const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    for (const [i, x] of expected.entries()) expect(Math.abs(found[i] - x)).toBeLessThan(1e-6 * largest);
  }
}

describe('an adapter that PEFT saved', () => {
  it.each(all.map((c) => [c.name, c] as const))('%s adds what PEFT adds', (_, { config, weights, deltas }) => {
    const adapter = readAdapter(folderOf(config, weights));
    expectDeltas(adapter, deltas);
    expect(adapter.config.rank).toBe(config.r);
  });
  it.each(all.map((c) => [c.name, c] as const))(
    '%s is the same after it was written',
    async (_, { config, weights, deltas }) => {
      const original = folderOf(config, weights);
      const adapter = readAdapter(original);
      const dir = newFolder();
      const { useRslora, fanInFanOut, targetModules } = adapter.config;
      await writeAdapter(dir, { ...adapter, useRslora, fanInFanOut, targetModules });
      expect(readdirSync(dir).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
      const again = readAdapter(dir);
      expectDeltas(again, deltas);
      for (const [module, pair] of adapter.pairs) expect(again.pairs.get(module)!.scale).toBe(pair.scale);
      const written = readSafetensors(join(dir, 'adapter_model.safetensors')).tensors;
      const stored = readSafetensors(join(original, 'adapter_model.safetensors')).tensors;
      expect([...written.keys()].sort()).toEqual([...stored.keys()].sort());
      for (const [name, tensor] of stored) expect(written.get(name)!.equals(tensor)).toBe(true);
    },
  );
  it('shows the tensors that replace those of the model', () => {
    const { config, weights } = all.find((c) => c.name.startsWith('of an embedding'))!;
    const { replaced } = readAdapter(folderOf(config, weights));
    expect([...replaced.keys()]).toContain('model.norm.weight');
    expect(replaced.get('model.embed_tokens.weight')!.shape).toEqual([12, 8]);
  });
});

describe('an adapter is refused', () => {
  const plain = all[0];
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['with DoRA', { use_dora: true }],
    ['with biases of its own', { lora_bias: true }],
    ['with factors of single parameters', { target_parameters: ['experts.gate_up_proj'] }],
    ['with layers repeated', { layer_replication: [[0, 2]] }],
    ['that is no LoRA', { peft_type: 'IA3' }],
    ['whose base was changed', { init_lora_weights: 'pissa_niter_4' }],
    ['with another rank than its factors', { r: 4 }],
    ['with another rank for a module', { rank_pattern: { q_proj: 3 } }],
    ['with a rank of 0', { r: 0 }],
    ['with an alpha that is a text', { lora_alpha: '16' }],
    ['with patterns that are a list', { alpha_pattern: [1] }],
    ['with a pattern that is no expression', { alpha_pattern: { '(': 1 } }],
    ['with a pattern that would take for ever', { alpha_pattern: { '(.*.*)*x': 1 } }],
    ['with a flag that is a number', { use_rslora: 1 }],
    ['with targets that are numbers', { target_modules: [1] }],
  ])('%s', async (_, change) => {
    const dir = folderOf({ ...plain.config, ...change }, plain.weights);
    expect((await errorOf(() => readAdapter(dir))).code).toBe('data/adapter');
  });
  const pair = (): Map<string, HostArray> =>
    new Map([
      ['base_model.model.x.lora_A.weight', HostArray.zeros('f32', [8, 3])],
      ['base_model.model.x.lora_B.weight', HostArray.zeros('f32', [4, 8])],
    ]);
  it.each<[string, (tensors: Map<string, HostArray>) => void]>([
    ['one factor of two', (t) => t.delete('base_model.model.x.lora_B.weight')],
    ['factors of different ranks', (t) => t.set('base_model.model.x.lora_B.weight', HostArray.zeros('f32', [4, 7]))],
    [
      'factors of a convolution',
      (t) => t.set('base_model.model.x.lora_A.weight', HostArray.zeros('f32', [8, 3, 1, 1])),
    ],
    ['factors of integers', (t) => t.set('base_model.model.x.lora_A.weight', HostArray.zeros('i32', [8, 3]))],
    ['magnitudes', (t) => t.set('base_model.model.x.lora_magnitude_vector', HostArray.zeros('f32', [4]))],
    ['factors under two names', (t) => t.set('x.lora_A.weight', HostArray.zeros('f32', [8, 3]))],
    ['a tensor of another kind', (t) => t.set('base_model.model.x.delta', HostArray.zeros('f32', [4]))],
  ])('that holds %s', async (_, change) => {
    const tensors = pair();
    const dir = folderOf({ r: 8 }, new Uint8Array(0));
    const path = join(dir, 'adapter_model.safetensors');
    writeSafetensors(path, tensors);
    expect(readAdapter(dir).pairs.get('x')!.scale).toBe(1);
    change(tensors);
    writeSafetensors(path, tensors);
    expect((await errorOf(() => readAdapter(dir))).code).toBe('data/adapter');
  });
  it('when its files are absent or no JSON', async () => {
    const dir = newFolder();
    expect((await errorOf(() => readAdapter(dir))).code).toBe('data/adapter');
    for (const text of ['', '[]', 'null', '{"r":']) {
      writeFileSync(join(dir, 'adapter_config.json'), text);
      expect((await errorOf(() => readAdapter(dir))).code).toBe('data/adapter');
    }
    writeFileSync(join(dir, 'adapter_config.json'), '{}');
    expect((await errorOf(() => readAdapter(dir))).code).toBe('data/safetensors');
    mkdirSync(join(dir, 'adapter_model.safetensors'));
    expect((await errorOf(() => readAdapter(dir))).code).toBe('data/safetensors');
  });
  it('or read, with any byte of its configuration changed', () => {
    const dir = folderOf(plain.config, plain.weights);
    readDamaged(join(dir, 'adapter_config.json'), 'data/adapter', () => readAdapter(dir), 300);
  });
});

describe('an adapter that is written', () => {
  it('stays as it was when a new one cannot be written', async () => {
    const dir = newFolder();
    const pair = (rank: number, inner: number, scale: number): LoraPair => ({
      a: HostArray.full('f32', [rank, 3], 1),
      b: HostArray.full('f32', [4, inner], 1),
      scale,
      isEmbedding: false,
    });
    await writeAdapter(dir, { pairs: new Map([['m.x', pair(2, 2, 0.75)]]) });
    const read = (): string => readFileSync(join(dir, 'adapter_config.json'), 'utf8');
    const before = read();
    for (const bad of [
      pair(2, 3, 1),
      pair(2, 2, 0),
      pair(2, 2, Number.NaN),
      { ...pair(2, 2, 1), a: HostArray.zeros('i4', [2, 3]) },
    ]) {
      const error = await errorOf(() => writeAdapter(dir, { pairs: new Map([['m.x', bad]]) }));
      expect(['data/adapter', 'data/safetensors']).toContain(error.code);
    }
    expect(read()).toBe(before);
    expect(readdirSync(dir).length).toBe(2);
    const { config, pairs } = readAdapter(dir);
    expect([config.rank, config.alpha, config.targetModules]).toEqual([2, 1.5, ['x']]);
    expect(pairs.get('m.x')!.scale).toBe(0.75);
  });
});
