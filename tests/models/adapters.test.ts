import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { np, type Tensor } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { type Adapter, type LoraPair, openTensorFolder, writeTensorFolder } from '../../src/data/index.ts';
import { loadModel, withAdapterChoice, withAdapters } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { oracleModels } from './parity.ts';

/* A model with an adapter computes what the model computes whose files have the adapter's products added to their weights. */

const root = oracleModels();
const work = mkdtempSync(join(tmpdir(), 'espalier-adapters-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

let state = 1;
function random(shape: readonly number[]): HostArray {
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.4 * (state / 2 ** 31 - 1);
  };
  return HostArray.from('f32', shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next));
}

/** `scale · b · a`, transposed where weights lie inputs before outputs. */
function change(w: HostArray, { a, b, scale }: LoraPair, transposed: boolean): HostArray {
  const [rank, into] = a.shape;
  const out = HostArray.zeros('f32', w.shape);
  for (let o = 0; o < b.shape[0]; o++)
    for (let i = 0; i < into; i++) {
      let sum = 0;
      for (let r = 0; r < rank; r++) sum += b.number(o * rank + r) * a.number(r * into + i);
      const at = transposed ? i * b.shape[0] + o : o * into + i;
      out.set(at, w.number(at) + scale * sum);
    }
  return out;
}

function adapterFor(pairs: ReadonlyMap<string, LoraPair>): Adapter {
  const config = {
    baseModel: '',
    rank: 3,
    alpha: 6,
    rankPattern: {},
    alphaPattern: {},
    useRslora: false,
    fanInFanOut: false,
    targetModules: [],
  };
  return { config, pairs, replaced: new Map() };
}

describe.skipIf(!root)('adapters', () => {
  const engine = createEngine('reference');
  const tokens = np.array([[7, 3, 70, 12, 33, 9]], 'i32');
  const positions = np.array([[0, 1, 2, 3, 4, 5]], 'i32');
  const difference = async (a: Tensor, b: Tensor): Promise<number> =>
    Number(await np.max(np.abs(np.subtract(a, b))).item());

  it.each([
    ['llama', /self_attn\.[qkvo]_proj|mlp\.(gate|up|down)_proj/],
    ['gpt2', /attn\.c_attn|attn\.c_proj|mlp\.c_fc|mlp\.c_proj/],
    ['falcon', /query_key_value|self_attention\.dense|dense_h_to_4h/],
    ['deepseek_v3', /q_a_proj|q_b_proj|kv_b_proj|o_proj/],
    ['t5', /SelfAttention\.[qkvo]|EncDecAttention\.[qv]/],
  ])('of %s', async (name, modules) => {
    const dir = join(work, name);
    cpSync(join(root!, name), dir, { recursive: true });
    const store = openTensorFolder(dir);
    const all = new Map([...store.tensors.keys()].map((n) => [n, store.read(n)]));
    store.close();
    const pairs = new Map<string, LoraPair>();
    for (const [n, w] of all) {
      if (!modules.test(n) || w.shape.length !== 2) continue;
      const [out, into] = name === 'gpt2' ? [w.shape[1], w.shape[0]] : w.shape;
      const pair = { a: random([3, into]), b: random([out, 3]), scale: 0.7, isEmbedding: false };
      pairs.set(n.replace(/\.weight$/, ''), pair);
      all.set(n, change(w, pair, name === 'gpt2'));
    }
    expect(pairs.size).toBeGreaterThan(3);
    await writeTensorFolder(dir, all);
    const inputs = { tokens, positions, decoderTokens: tokens };
    const base = loadModel(join(root!, name), { engine });
    const adapted = withAdapters(base, [adapterFor(pairs)]).apply(inputs).logits!;
    const merged = loadModel(dir, { engine }).apply(inputs).logits!;
    expect(await difference(adapted, merged)).toBeLessThan(2e-4);
    expect(await difference(adapted, base.apply(inputs).logits!)).toBeGreaterThan(0.1);
    // Two adapters at once are the sum of both.
    const halves = [...pairs].map(([m, p]) => [m, { ...p, scale: p.scale / 2 }] as const);
    const twice = withAdapters(base, [adapterFor(new Map(halves)), adapterFor(new Map(halves))]).apply(inputs).logits!;
    expect(await difference(twice, adapted)).toBeLessThan(2e-4);
  });

  /** Pairs of some rank for the modules of a model. */
  function pairsFor(name: string, modules: RegExp, rank: number): Map<string, LoraPair> {
    const store = openTensorFolder(join(root!, name));
    const pairs = new Map<string, LoraPair>();
    for (const [n, { shape }] of store.tensors) {
      if (!modules.test(n) || shape.length !== 2) continue;
      const [out, into] = name === 'gpt2' ? [shape[1], shape[0]] : shape;
      pairs.set(n.replace(/\.weight$/, ''), {
        a: random([rank, into]),
        b: random([out, rank]),
        scale: 0.7,
        isEmbedding: false,
      });
    }
    store.close();
    return pairs;
  }

  it.each([
    ['llama', /self_attn\.[qo]_proj|mlp\.down_proj/, /self_attn\.[kv]_proj|mlp\.(gate|down)_proj/],
    ['gpt2', /attn\.c_attn/, /mlp\.c_fc|mlp\.c_proj/],
    ['deepseek_v3', /q_a_proj|o_proj/, /q_b_proj/],
    ['t5', /SelfAttention\.[qv]/, /EncDecAttention\.[qv]/],
  ])('every sequence of a batch of %s has its own', async (name, first, second) => {
    const base = loadModel(join(root!, name), { engine });
    const adapters = { one: adapterFor(pairsFor(name, first, 3)), two: adapterFor(pairsFor(name, second, 2)) };
    const both = withAdapterChoice(base, adapters);
    const names = ['two', undefined, 'one'] as const;
    const alone = names.map((n) => (n === undefined ? base : withAdapters(base, [adapters[n]])));
    const rows = [
      [7, 3, 70, 12, 33, 9],
      [5, 5, 1, 60, 2, 8],
      [4, 44, 14, 41, 1, 11],
    ];
    const inputs = (some: readonly number[][]) => {
      const own = np.array(some, 'i32');
      return { tokens: own, positions: np.tile(positions, [some.length, 1]), decoderTokens: own };
    };
    const together = both.apply(inputs(rows), names).logits!;
    for (const [i, model] of alone.entries())
      expect(await difference(np.slice(together, 0, i, i + 1), model.apply(inputs([rows[i]])).logits!)).toBeLessThan(
        1e-4,
      );
    const o = { maxNewTokens: 3 };
    if (name === 'llama') {
      const written = await both.generate(
        rows,
        names.map((adapter) => ({ ...o, adapter })),
      );
      for (const i of [0, 2]) expect([written[i]]).toEqual(await alone[i].generate([rows[i]], o));
    }
    if (name === 't5') {
      const found = await both.beams(rows, { ...o, numBeams: 2, adapters: names });
      const [[best]] = await alone[2].beams([rows[2]], { ...o, numBeams: 2 });
      expect(found[2][0].tokens).toEqual(best.tokens);
    }
  });

  it('are chosen without another program, and by their names alone', async () => {
    const base = loadModel(join(root!, 'qwen2'), { engine });
    const [one, two] = [2, 3].map((rank) => adapterFor(pairsFor('qwen2', /q_proj/, rank)));
    const both = withAdapterChoice(base, { one, two });
    const inputs = { tokens: np.tile(tokens, [2, 1]), positions: np.tile(positions, [2, 1]) };
    const compile = vi.spyOn(engine, 'compile');
    await both.apply(inputs, ['one', 'two']).logits!.data();
    expect(compile).toHaveBeenCalled();
    compile.mockClear();
    const swapped = both.apply(inputs, ['two', undefined]).logits!;
    await swapped.data();
    expect(compile).not.toHaveBeenCalled();
    compile.mockRestore();
    expect(await difference(np.slice(swapped, 0, 1, 2), base.apply({ tokens, positions }).logits!)).toBeLessThan(1e-4);
    for (const wrong of [
      () => both.apply(inputs, ['one', 'three']),
      () => base.apply(inputs, ['one', 'one']),
      () => both.apply(inputs, ['one']),
    ])
      expect(wrong).toThrow(expect.objectContaining({ code: 'models/adapter' }));
  });

  it('for other models are refused', () => {
    const base = loadModel(join(root!, 'llama'), { engine });
    const pair = { a: random([3, 32]), b: random([16, 3]), scale: 1, isEmbedding: false };
    const refused = (module: string, p: LoraPair, message: RegExp): void => {
      expect(() => withAdapters(base, [adapterFor(new Map([[module, p]]))])).toThrow(
        expect.objectContaining({ code: 'models/adapter', message: expect.stringMatching(message) }),
      );
    };
    refused('model.layers.9.self_attn.k_proj', pair, /no such weight/);
    refused('model.layers.0.self_attn.q_proj', pair, /do not fit.*b \[32, 3\].*b \[16, 3\]/);
    refused('model.embed_tokens', pair, /embedding/);
  });
});
