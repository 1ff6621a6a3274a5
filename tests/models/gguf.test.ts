import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { np } from '../../src/api/index.ts';
import { HostArray, numElements } from '../../src/base/index.ts';
import { type GgufFile, openGguf, writeTensorFolder } from '../../src/data/index.ts';
import { loadModel, openModel, saveGguf, saveModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import cases from '../oracles/gguf-folders.json' with { type: 'json' };

/* A GGUF file that llama.cpp's converter made of a folder computes what the folder computes. */

interface Case {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  readonly file: string;
}
const all = cases as unknown as readonly Case[];
const work = mkdtempSync(join(tmpdir(), 'espalier-gguf-models-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The weights of the models of the oracle (tests/oracles/gguf_folders.py). */
function weight(name: string, shape: readonly number[]): HostArray {
  const start = Buffer.from(name).reduce((sum, x) => sum + x, 0);
  const values = Float32Array.from({ length: numElements(shape) }, (_, i) => (((i * 31 + start) % 97) - 48) / 64);
  return new HostArray('f32', shape, values);
}

describe('GGUF files as models', () => {
  const engine = createEngine('reference');
  it.each(all.map((c) => [c.name, c] as const))('%s', async (name, c) => {
    const [folder, file] = [join(work, name), join(work, `${name}.gguf`)];
    await writeTensorFolder(
      folder,
      Object.entries(c.tensors).map(([n, shape]) => [n, weight(n, shape)] as const),
    );
    writeFileSync(join(folder, 'config.json'), JSON.stringify(c.config));
    writeFileSync(file, Buffer.from(c.file, 'base64'));
    const tokens = np.array([[3, 1, 4, 1, 5, 2, 6]], 'i32');
    const positions = np.array([[0, 1, 2, 3, 4, 5, 6]], 'i32');
    const logits = (path: string) => loadModel(path, { engine, dtype: 'f32' }).apply({ tokens, positions }).logits!;
    const [ours, theirs] = [logits(file), logits(folder)];
    expect(ours.shape).toEqual(theirs.shape);
    const largest = Number(await np.max(np.abs(theirs)).item());
    expect(Number(await np.max(np.abs(np.subtract(ours, theirs))).item())).toBeLessThan(2e-5 * Math.max(1, largest));
    // And back: the folder that it is written as holds what the folder held.
    const again = join(work, `${name}-again`);
    await saveModel(loadModel(file, { engine, dtype: 'f32' }), again);
    const [before, after] = [openModel(folder).store, openModel(again).store];
    for (const n of after.tensors.keys()) expect(after.read(n).equals(before.read(n)), n).toBe(true);
    for (const store of [before, after]) store.close();
    // And as a file of ours, which holds what llama.cpp's converter wrote.
    const model = openModel(folder);
    const written = join(work, `${name}-written.gguf`);
    await saveGguf(model, written, { type: 'f32' });
    model.store.close();
    const [own, converted] = [openGguf(written), openGguf(file)];
    expect([...own.tensors.keys()].sort()).toEqual([...converted.tensors.keys()].sort());
    for (const n of own.tensors.keys()) expect(own.read(n).equals(converted.read(n)), n).toBe(true);
    // No layer of the tiny Gemma 3 turns by the base of full layers.
    const isShared = ([key]: [string, unknown]) =>
      !/^(general|tokenizer)/.test(key) && !(name === 'gemma3' && key.endsWith('.freq_base'));
    const shared = (g: GgufFile) => Object.fromEntries([...g.fields].filter(isShared));
    expect(shared(own)).toMatchObject(shared(converted));
    for (const store of [own, converted]) store.close();
  });
});
