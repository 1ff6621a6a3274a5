import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { np } from '../../src/api/index.ts';
import { HostArray, product } from '../../src/base/index.ts';
import { openTensorFolder, writeTensorFolder } from '../../src/data/index.ts';
import { loadModel, openModel, saveModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { oracleModels } from './parity.ts';

/* Families that have no model among the oracles: made of those that have, or of a formula. */

const root = oracleModels();
if (!root) console.log('Phi-3 and text parts: skipped, shared/oracles does not lie beside this project');
const engine = createEngine('reference');
const work = mkdtempSync(join(tmpdir(), 'espalier-derived-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

type Json = Record<string, unknown>;

/** A folder with another's tensors and configuration, both changed. */
async function derived(
  name: string,
  to: string,
  config: (c: Json) => Json,
  tensors: (t: Map<string, HostArray>) => Map<string, HostArray>,
): Promise<string> {
  const dir = join(work, to);
  mkdirSync(dir);
  const store = openTensorFolder(join(root!, name));
  const all = new Map([...store.tensors.keys()].map((n) => [n, store.read(n)]));
  store.close();
  await writeTensorFolder(dir, tensors(all));
  const before = JSON.parse(readFileSync(join(root!, name, 'config.json'), 'utf8')) as Json;
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config(before)));
  return dir;
}

/** Matrices on top of each other. */
function stacked(parts: readonly HostArray[]): HostArray {
  const rows = parts.reduce((n, p) => n + p.shape[0], 0);
  const values = parts.flatMap((p) => p.toNumbers());
  return HostArray.from(parts[0].dtype, [rows, parts[0].shape[1]], values);
}

const tokens = np.array([[5, 17, 3, 80, 44, 9, 61, 2, 33, 70, 12, 28]], 'i32');
const positions = np.expandDims(np.arange(12), 0);
const logitsOf = async (dir: string): Promise<number[]> =>
  (await loadModel(dir, { engine }).apply({ tokens, positions }).logits!.toHost()).toNumbers();

describe.skipIf(!root)('models made of others', () => {
  it('Phi-3 is Llama with fused projections, and is written as it was read', async () => {
    const dir = await derived(
      'llama',
      'phi3',
      (c) => ({ ...c, model_type: 'phi3' }),
      (t) => {
        for (let i = 0; t.has(`model.layers.${i}.mlp.up_proj.weight`); i++) {
          const at = `model.layers.${i}.`;
          const take = (name: string): HostArray => {
            const found = t.get(`${at}${name}.weight`)!;
            t.delete(`${at}${name}.weight`);
            return found;
          };
          const [q, k, v] = ['q', 'k', 'v'].map((n) => take(`self_attn.${n}_proj`));
          const [gate, up] = ['gate', 'up'].map((n) => take(`mlp.${n}_proj`));
          t.set(`${at}self_attn.qkv_proj.weight`, stacked([q, k, v]));
          t.set(`${at}mlp.gate_up_proj.weight`, stacked([gate, up]));
        }
        return t;
      },
    );
    expect(await logitsOf(dir)).toEqual(await logitsOf(join(root!, 'llama')));
    const copy = join(work, 'phi3-copy');
    await saveModel(loadModel(dir, { engine }), copy);
    const [before, after] = [openTensorFolder(dir), openTensorFolder(copy)];
    expect([...after.tensors.keys()].sort()).toEqual([...before.tensors.keys()].sort());
    for (const n of before.tensors.keys()) expect(after.read(n).equals(before.read(n)), n).toBe(true);
    for (const store of [before, after]) store.close();
  });

  it.each([
    ['mistral', 'mistral3'],
    ['gemma4', 'gemma4'],
  ])('the text part of a folder of several: %s in %s', async (name, modelType) => {
    const dir = await derived(
      name,
      `text-${modelType}`,
      (c) => ({ model_type: modelType, text_config: c, vision_config: {} }),
      (t) => {
        const renamed = [...t].map(([n, x]): [string, HostArray] => [
          n.replace(/^model\./, 'model.language_model.'),
          x,
        ]);
        return new Map([...renamed, ['model.vision_tower.patch.weight', HostArray.zeros('f32', [2, 2])]]);
      },
    );
    expect(await logitsOf(dir)).toEqual(await logitsOf(join(root!, name)));
  });

  it('a text part of another family is refused by name', async () => {
    const dir = await derived(
      'gpt2',
      'text-gpt2',
      (c) => ({ model_type: 'mistral3', text_config: c }),
      (t) => t,
    );
    expect(() => openModel(dir)).toThrow(expect.objectContaining({ code: 'models/config' }));
  });
});

describe('Gemma 3n', () => {
  interface Recorded {
    readonly config: Json;
    readonly shapes: Readonly<Record<string, number[]>>;
    readonly tokens: number[][];
    readonly logits: number[];
  }
  const recorded = JSON.parse(readFileSync(join(import.meta.dirname, '../oracles/gemma3n.json'), 'utf8')) as Recorded;

  it('computes what transformers does, and the same with a cache', async () => {
    const dir = join(work, 'gemma3n');
    const tensors = Object.entries(recorded.shapes).map(([n, shape]): [string, HostArray] => {
      const center = n.endsWith('norm.weight') ? 1 : 0;
      const values = Array.from({ length: product(shape) }, (_, i) => center + Math.sin(0.7 * i + n.length) / 2);
      return [n, HostArray.from('f32', shape, values)];
    });
    await writeTensorFolder(dir, new Map(tensors));
    writeFileSync(join(dir, 'config.json'), JSON.stringify(recorded.config));
    const model = loadModel(dir, { engine });
    const own = np.array(recorded.tokens, 'i32');
    const at = np.expandDims(np.arange(own.shape[1]), 0);
    const logits = (await model.apply({ tokens: own, positions: at }).logits!.toHost()).toNumbers();
    const worst = Math.max(...logits.map((x, i) => Math.abs(x - recorded.logits[i])));
    expect(logits).toHaveLength(recorded.logits.length);
    expect(worst).toBeLessThan(2e-4);
    const [written] = await model.generate(recorded.tokens, { maxNewTokens: 5 });
    let text = recorded.tokens[0];
    for (const token of written) {
      const all = np.array([text], 'i32');
      const places = np.expandDims(np.arange(text.length), 0);
      const last = np.index(model.apply({ tokens: all, positions: places }).logits!, 1, text.length - 1);
      expect(Number(await np.argmax(last).item())).toBe(token);
      text = [...text, token];
    }
  });
});
