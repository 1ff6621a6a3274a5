import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Mesh, np, type Tensor, tree } from '../../src/api/index.ts';
import { castArray, HostArray } from '../../src/base/index.ts';
import { openGguf, writeGguf } from '../../src/data/index.ts';
import {
  type DecoderTensors,
  inspectModel,
  type LoadedModel,
  type LoadModelOptions,
  loadModel,
  loadTensors,
  LoadedModel as Model,
  openModel,
  saveModel,
  withAdapters,
} from '../../src/models/index.ts';
import {
  type DeclaredTree,
  dequantized,
  fakeQuantizedWeights,
  heldFor,
  isQuantized,
  matrix,
  type QuantizedWeight,
  quantizeOptions,
  type StoredWeight,
  type TensorsOf,
} from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { oracleModels } from './parity.ts';

/* A model in few bits computes what the model computes whose weights are what the codes stand for. */

const root = oracleModels();

async function difference(a: Tensor, b: Tensor): Promise<number> {
  const [x, y] = [await a.toHost(), await b.toHost()];
  const [p, q] = [x.toNumbers(), y.toNumbers()];
  return p.reduce((worst, v, i) => Math.max(worst, Math.abs(v - q[i])), 0);
}

const held = (m: LoadedModel): StoredWeight[] => heldFor(m.folder.declared, m.weights) as StoredWeight[];

/** The same model with weights as floats. */
function asFloats(m: LoadedModel): LoadedModel {
  const { treedef } = tree.flatten(m.folder.declared);
  const weights = tree.unflatten(treedef, held(m).map(dequantized)) as TensorsOf<DeclaredTree>;
  return new Model(m.folder, weights, m.compute, m.options);
}

describe.skipIf(!root)('models in few bits', () => {
  const engine = createEngine('reference');
  const tokens = np.array([[7, 3, 70, 12, 33, 9]], 'i32');
  const positions = np.array([[0, 1, 2, 3, 4, 5]], 'i32');
  const inputs = { tokens, positions, decoderTokens: tokens };
  const load = (name: string, o: LoadModelOptions): LoadedModel => loadModel(`${root}/${name}`, { engine, ...o });

  it.each([
    ['llama', 'q8'],
    ['gemma2', 'q4'],
    ['qwen3_moe', 'q4'],
    ['deepseek_v3', 'q8'],
    ['t5', 'q4'],
  ] as const)('%s in %s', async (name, quantize) => {
    const model = load(name, { quantize });
    const numQuantized = held(model).filter(isQuantized).length;
    expect(numQuantized).toBeGreaterThan(held(model).length / 4);
    const logits = model.apply(inputs).logits!;
    const floats = asFloats(model);
    expect(await difference(logits, floats.apply(inputs).logits!)).toBeLessThan(2e-4);
    const prompt = [[7, 3, 70, 12]];
    expect(await model.generate(prompt, { maxNewTokens: 4 })).toEqual(
      await floats.generate(prompt, { maxNewTokens: 4 }),
    );
  });

  it.each(['deepseek_v2', 'deepseek_v32'])(
    '%s in q4: what is multiplied both ways has 8 bits and a scale per row',
    async (name) => {
      const model = load(name, { quantize: 'q4' });
      const { layers } = model.weights as unknown as DecoderTensors;
      for (const { latent } of layers) {
        const keyValue = latent!.keyValue as QuantizedWeight;
        expect(keyValue.codes.dtype).toBe('i8');
        expect(keyValue.scales.shape.at(-1)).toBe(1);
        expect((latent!.out as QuantizedWeight).codes.dtype).toBe('u8');
      }
      const logits = model.apply(inputs).logits!;
      expect(await difference(logits, asFloats(model).apply(inputs).logits!)).toBeLessThan(2e-4);
      expect(await difference(logits, load(name, {}).apply(inputs).logits!)).toBeGreaterThan(1e-3);
    },
  );

  it('on a mesh as on one device, with activations of 8 bits and adapters', async () => {
    const one = load('llama', { quantize: 'q8', activations: 'i8' });
    const two = load('llama', { quantize: 'q8', activations: 'i8', mesh: new Mesh({ model: 2 }) });
    expect(held(two).filter(isQuantized).length).toBe(held(one).filter(isQuantized).length);
    const logits = one.apply(inputs).logits!;
    expect(await difference(logits, two.apply(inputs).logits!)).toBeLessThan(2e-4);
    expect(await difference(logits, load('llama', { quantize: 'q8' }).apply(inputs).logits!)).toBeGreaterThan(1e-4);
    expect(await difference(withAdapters(one, []).apply(inputs).logits!, logits)).toBe(0);
  });

  it.each([
    ['Q8_0', 'q8'],
    ['Q4_0', 'q4'],
  ] as const)('codes of %s files are kept', async (type, quantize) => {
    const shape = [6, 64];
    const values = Float32Array.from({ length: 384 }, (_, i) => Math.sin(i * i) * (1 + (i % 7)));
    const path = join(mkdtempSync(join(tmpdir(), 'espalier-q-')), 'w.gguf');
    const data = (): HostArray => new HostArray('f32', shape, values);
    await writeGguf(path, { metadata: {}, tensors: [{ name: 'w', type, shape, data }] });
    const store = openGguf(path);
    const stored = store.read('w');
    const rule = { path: 'w', names: ['w'], fileShape: shape };
    const w = loadTensors({ w: matrix({ mlp: 6, embed: 64 }, ['mlp'], ['embed']) }, [rule], store, {
      engine,
      quantize: quantizeOptions(quantize),
    }).w as StoredWeight;
    store.close();
    rmSync(dirname(path), { recursive: true });
    expect(isQuantized(w)).toBe(true);
    expect((await dequantized(w).toHost()).equals(castArray(stored, 'f32'))).toBe(true);
  });

  it('one folder serves 8, 4 and 2 bits, mixed by layer, as they were trained', async () => {
    const whole = load('llama', {});
    for (const [matquant, extraBit] of [
      [[8], false],
      [[4], false],
      [[2], false],
      [[2], true],
      [[8, 2], false],
    ] as const) {
      const trained = new Model(
        whole.folder,
        fakeQuantizedWeights(whole.folder.declared, whole.weights, { matquant, extraBit }),
        whole.compute,
        whole.options,
      );
      const served = load('llama', { quantize: { matquant, extraBit } });
      expect(held(served).filter(isQuantized).length).toBe(6);
      const logits = served.apply(inputs).logits!;
      expect(await difference(logits, trained.apply(inputs).logits!)).toBeLessThan(1e-4);
      if (matquant.length > 1) {
        const mesh = new Mesh({ model: 2 });
        expect(
          await difference(logits, load('llama', { quantize: { matquant, extraBit }, mesh }).apply(inputs).logits!),
        ).toBeLessThan(1e-4);
      }
    }
    expect(() => load('llama', { quantize: { matquant: [9] } })).toThrow(/1 to 8/);
  });

  it.each<[string, object]>([
    ['nn/quantize', { quantize: 'q5' }],
    ['nn/quantize', { quantize: '' }],
    ['nn/quantize', { quantize: null }],
    ['nn/quantize', { quantize: { bits: 4, group: 31 } }],
    ['models/cache', { cache: 'i8' }],
    ['nn/quantize', { activations: 'i8' }],
    ['nn/quantize', { quantize: 'q8', activations: 'i4' }],
    ['models/dtype', { compute: 'i32' }],
  ])('%s: %j is refused', (code, options) => {
    expect(() => load('llama', options)).toThrow(expect.objectContaining({ code }));
  });

  it('what they would take is known without loading, and they are not written', async () => {
    const folder = openModel(`${root}/llama`);
    const bytes = (quantize: 8 | 4 | undefined, mesh?: Mesh): number =>
      inspectModel(folder, {
        batch: 1,
        length: 16,
        mesh,
        ...(quantize ? { quantize: { bits: quantize, group: 32 } } : {}),
      }).weights.reduce((n, w) => n + w.bytesPerDevice, 0);
    const [plain, eight, four] = [bytes(undefined), bytes(8), bytes(4)];
    expect(eight).toBeLessThan(0.5 * plain);
    expect(four).toBeLessThan(0.75 * eight);
    expect(bytes(8, new Mesh({ model: 2 }))).toBeLessThan(0.8 * eight);
    const { quantized } = inspectModel(folder, { batch: 1, length: 16, quantize: { bits: 8, group: 64 } });
    expect(quantized).toMatchObject({ kept: 0 });
    expect(quantized!.smaller).toBeGreaterThan(0);
    await expect(saveModel(load('llama', { quantize: 'q8' }), '/nowhere')).rejects.toThrow(/few bits is not written/);
  });
});
