import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Mesh } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { openTensorFolder, writeTensorFolder } from '../../src/data/index.ts';
import { loadModel, openModel, saveModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { modelsIn, oracleModels } from './parity.ts';

/* Model folders in and out: what is read, what is refused, and that what is written is what was there. */

const root = oracleModels();
const names = root ? modelsIn(root) : [];
const work = mkdtempSync(join(tmpdir(), 'espalier-models-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => join(work, String(made++));

/** A copy of a model whose configuration or weights were changed. */
async function changed(
  name: string,
  o: { config?: (c: Record<string, unknown>) => void; tensors?: (t: Map<string, HostArray>) => void },
): Promise<string> {
  const dir = fresh();
  cpSync(join(root!, name), dir, { recursive: true });
  if (o.config) {
    const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as Record<string, unknown>;
    o.config(config);
    rmSync(join(dir, 'config.json'));
    writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  }
  if (o.tensors) {
    const store = openTensorFolder(dir);
    const all = new Map([...store.tensors.keys()].map((n) => [n, store.read(n)]));
    store.close();
    o.tensors(all);
    await writeTensorFolder(dir, all);
  }
  return dir;
}

describe.skipIf(!root)('model folders', () => {
  const engine = createEngine('reference');

  it.each(names)('%s is written as it was read', async (name) => {
    const dir = fresh();
    await saveModel(loadModel(join(root!, name), { engine }), dir, { maxShardBytes: 30_000 });
    const [before, after] = [openTensorFolder(join(root!, name)), openTensorFolder(dir)];
    const { family } = openModel(join(root!, name));
    const unused = (n: string): boolean => (family.ignored ?? []).some((i) => i.test(n));
    const kept = [...before.tensors.keys()].filter((n) => !unused(n)).sort();
    expect([...after.tensors.keys()].sort()).toEqual(kept);
    for (const n of kept) expect(after.read(n).equals(before.read(n)), n).toBe(true);
    expect(openModel(dir).config).toEqual(openModel(join(root!, name)).config);
    for (const store of [before, after]) store.close();
  });

  it('a mesh holds the same weights, each device its part', async () => {
    const mesh = new Mesh({ data: 2, model: 2 });
    const dir = fresh();
    await saveModel(loadModel(join(root!, 'falcon'), { engine, mesh }), dir);
    const [before, after] = [openTensorFolder(join(root!, 'falcon')), openTensorFolder(dir)];
    for (const n of before.tensors.keys()) expect(after.read(n).equals(before.read(n)), n).toBe(true);
  });

  it('what is missing, superfluous or of another shape is told at once', async () => {
    const dir = await changed('llama', {
      tensors: (t) => {
        t.delete('model.layers.1.mlp.up_proj.weight');
        t.set('model.layers.7.mlp.up_proj.weight', HostArray.zeros('f32', [2, 2]));
        t.set('model.norm.weight', HostArray.zeros('f32', [5]));
      },
    });
    expect(() => openModel(dir)).toThrow(
      expect.objectContaining({
        code: 'models/tensors',
        message: expect.stringMatching(
          /model\.norm\.weight is \[5\], not \[32\].*missing: model\.layers\.1\.mlp\.up_proj.*not used.*layers\.7/s,
        ),
      }),
    );
  });

  it('a head that is absent is the embedding, and one that differs is its own, whatever the configuration says', async () => {
    const untied = await changed('llama31', {
      tensors: (t) => t.set('lm_head.weight', HostArray.full('f32', [96, 32], 0.5)),
    });
    expect(openModel(untied).config).toMatchObject({ head: { tied: false } });
    const tied = await changed('llama', { tensors: (t) => void t.delete('lm_head.weight') });
    expect(openModel(tied).config).toMatchObject({ head: { tied: true } });
    const same = await changed('llama31', {
      tensors: (t) => t.set('lm_head.weight', t.get('model.embed_tokens.weight')!),
    });
    expect(openModel(same).config).toMatchObject({ head: { tied: true } });
  });

  it('names of other classes are understood', async () => {
    const dir = await changed('qwen2', {
      tensors: (t) => {
        for (const [n, x] of [...t]) {
          t.delete(n);
          t.set(n.replace(/^model\./, 'model.language_model.'), x);
        }
      },
    });
    expect(openModel(dir).rules[0].names).toEqual(['model.language_model.embed_tokens.weight']);
  });

  it.each([
    ['no such family', { model_type: 'gpt-17' }, 'models/family'],
    ['a size that is none', { hidden_size: -3 }, 'models/config'],
    ['heads that do not divide', { num_key_value_heads: 3 }, 'models/config'],
    ['an unknown scaling', { rope_parameters: { rope_type: 'bent' } }, 'models/config'],
    ['an unknown activation', { hidden_act: 'wiggle' }, 'models/config'],
  ])('%s', async (_, change, code) => {
    const dir = await changed('llama', { config: (c) => Object.assign(c, change) });
    expect(() => openModel(dir)).toThrow(expect.objectContaining({ code }));
  });

  it('both dialects of configurations mean the same', async () => {
    const dir = await changed('llama31', {
      config: (c) => {
        const { rope_theta, rope_type, ...rest } = c.rope_parameters as Record<string, unknown>;
        delete c.rope_parameters;
        Object.assign(c, { rope_theta, rope_scaling: { type: rope_type, ...rest }, torch_dtype: c.dtype });
      },
    });
    expect(openModel(dir).config).toEqual(openModel(join(root!, 'llama31')).config);
  });

  it('a folder that is none says what it should be', () => {
    expect(() => openModel(join(work, 'nowhere'))).toThrow(expect.objectContaining({ code: 'models/folder' }));
  });
});
