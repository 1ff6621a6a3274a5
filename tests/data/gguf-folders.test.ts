import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { HostArray, numElements } from '../../src/base/index.ts';
import { type GgufContent, ggufAsFolder, type ModelOfFolder, openGguf, writeGguf } from '../../src/data/index.ts';
import cases from '../oracles/gguf-folders.json' with { type: 'json' };
import '../seed.ts';
import { boxesIn, boxOf, elementsOf, errorOf, temporaryFolders } from './tensor-file-cases.ts';

const { newFolder, remove } = temporaryFolders('gguf-folders');
afterAll(remove);

interface Case {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  readonly file: string;
}
const all = cases as unknown as readonly Case[];

/** The weights of the models of the oracle (tests/oracles/gguf_folders.py). */
function weight(name: string, shape: readonly number[]): HostArray {
  const start = Buffer.from(name).reduce((sum, x) => sum + x, 0);
  const values = Float32Array.from({ length: numElements(shape) }, (_, i) => (((i * 31 + start) % 97) - 48) / 64);
  return new HostArray('f32', shape, values);
}

function open(file: string): ModelOfFolder {
  const path = join(newFolder(), 'a.gguf');
  writeFileSync(path, Buffer.from(file, 'base64'));
  return ggufAsFolder(openGguf(path));
}

const named = (name: string): Case => all.find((c) => c.name === name)!;

describe('a GGUF file as a folder', () => {
  it.each(all.map((c) => [c.name, c] as const))('has the tensors that %s was made from', (_, { tensors, file }) => {
    const model = open(file);
    expect([...model.tensors.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, shape] of Object.entries(tensors)) {
      const expected = weight(name, shape);
      expect(model.tensors.tensors.get(name)).toMatchObject({ dtype: 'f32', shape });
      const read = model.tensors.read(name);
      expect(read.shape).toEqual(shape);
      expect(elementsOf(read)).toEqual(elementsOf(expected));
      fc.assert(
        fc.property(boxesIn(shape), (box) => {
          const part = model.tensors.read(name, box);
          expect(part.shape).toEqual(box.shape);
          expect(elementsOf(part)).toEqual(boxOf(expected, box));
        }),
        { numRuns: 4 },
      );
    }
    model.tensors.close();
  });

  it.each(all.map((c) => [c.name, c] as const))('says of %s what its configuration said', (_, { config, file }) => {
    const found = open(file).config;
    const { rope_scaling: scaling, rope_theta: theta, bos_token_id: _bos, eos_token_id: _eos, ...same } = found;
    // What is null follows from the rest.
    for (const [key, value] of Object.entries(same))
      if (key in config && config[key] !== null) expect([key, value]).toEqual([key, config[key]]);
    expect(found.model_type).toBe(config.model_type);
    const rope = config.rope_parameters as Record<string, unknown> | undefined;
    const full = (rope?.full_attention ?? rope) as Record<string, unknown> | undefined;
    if (full) expect(theta).toBe(full.rope_theta);
    expect(scaling === undefined).toBe(full === undefined || full.rope_type === 'default');
  });

  it('gives the factors by which Llama 3 slows its rotations', () => {
    const { config } = open(named('llama').file);
    const { short_factor: factors, ...others } = config.rope_scaling as Record<string, unknown>;
    // Frequencies of 8 dimensions and base 10⁴, by the rule of Llama 3.1 for 16 positions, factor 4.
    const expected = [0, 1, 2, 3].map((i) => {
      const wavelength = 2 * Math.PI * 10_000 ** ((2 * i) / 8);
      const smooth = Math.max(0, Math.min(1, (16 / wavelength - 1) / 3));
      return 1 / ((1 - smooth) / 4 + smooth);
    });
    expect(others).toMatchObject({ rope_type: 'longrope', attention_factor: 1, long_factor: factors });
    for (const [i, x] of expected.entries()) expect(Math.abs((factors as number[])[i] / x - 1)).toBeLessThan(1e-6);
  });
});

describe('a GGUF file is no folder', () => {
  const rewritten = async (name: string, change: (content: GgufContent) => GgufContent): Promise<string> => {
    const path = join(newFolder(), 'a.gguf');
    writeFileSync(path, Buffer.from(named(name).file, 'base64'));
    const file = openGguf(path);
    const tensors = [...file.tensors].map(([key, { shape }]) => ({
      name: key,
      type: 'F32' as const,
      shape,
      data: () => file.read(key),
    }));
    const copy = join(newFolder(), 'b.gguf');
    await writeGguf(copy, change({ metadata: Object.fromEntries(file.fields), tensors }));
    file.close();
    return copy;
  };
  const without = (key: string) => (content: GgufContent) => {
    const { [key]: _, ...metadata } = content.metadata;
    return { ...content, metadata };
  };
  it.each<[string, (content: GgufContent) => GgufContent]>([
    ['of an unknown architecture', (c) => ({ ...c, metadata: { ...c.metadata, 'general.architecture': 'mamba' } })],
    ['without an architecture', without('general.architecture')],
    ['without a number of layers', without('llama.block_count')],
    [
      'with a number of layers that is a text',
      (c) => ({ ...c, metadata: { ...c.metadata, 'llama.block_count': '1' } }),
    ],
    [
      'with another number of heads in each layer',
      (c) => ({ ...c, metadata: { ...c.metadata, 'llama.attention.head_count_kv': { type: 'u32', value: [1, 2] } } }),
    ],
    [
      'with heads that do not fit its rows',
      (c) => ({ ...c, metadata: { ...c.metadata, 'llama.attention.key_length': { type: 'u32', value: 6 } } }),
    ],
    ['without an embedding', (c) => ({ ...c, tensors: c.tensors.filter((t) => t.name !== 'token_embd.weight') })],
    [
      'with a tensor that is not known',
      (c) => ({ ...c, tensors: c.tensors.map((t) => (t.name === 'output_norm.weight' ? { ...t, name: 'norm' } : t)) }),
    ],
  ])('%s', async (_, change) => {
    const file = openGguf(await rewritten('llama', change));
    expect((await errorOf(() => ggufAsFolder(file))).code).toBe('data/gguf-model');
    file.close();
  });
  it('unless one number holds for all layers', async () => {
    const list = { 'llama.attention.head_count_kv': { type: 'u32', value: [2, 2, 2] } } as const;
    const file = openGguf(await rewritten('llama', (c) => ({ ...c, metadata: { ...c.metadata, ...list } })));
    expect(ggufAsFolder(file).config.num_key_value_heads).toBe(2);
    file.close();
  });
  it('unless experts lie one by one, as in old files', async () => {
    const split = (c: GgufContent): GgufContent => ({
      ...c,
      tensors: c.tensors.flatMap((t) => {
        const match = /^(.*ffn_(?:gate|up|down))_exps\.weight$/.exec(t.name);
        if (!match) return [t];
        return Array.from({ length: t.shape[0] }, (_, expert) => ({
          ...t,
          name: `${match[1]}.${expert}.weight`,
          shape: t.shape.slice(1),
          data: async () => {
            const stack = (await t.data()).data as Float32Array;
            const size = numElements(t.shape.slice(1));
            return new HostArray('f32', t.shape.slice(1), stack.slice(expert * size, (expert + 1) * size));
          },
        }));
      }),
    });
    const { tensors } = ggufAsFolder(openGguf(await rewritten('mixtral', split)));
    for (const [name, shape] of Object.entries(named('mixtral').tensors))
      expect(tensors.read(name).equals(weight(name, shape))).toBe(true);
    tensors.close();
  });
});
