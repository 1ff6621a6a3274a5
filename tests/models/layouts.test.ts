import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Mesh } from '../../src/api/index.ts';
import {
  inspectModel,
  type LayoutName,
  type LoadedModel,
  layoutFor,
  layoutNamed,
  loadModel,
  type ModelFolder,
  openModel,
  type ScheduledSequence,
} from '../../src/models/index.ts';
import { layerTraffic, type WeightLayout } from '../../src/plan/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { errorOf } from '../api/error-of.ts';
import { oracleModels } from './parity.ts';

/* Where weights and vectors are while a model computes: what devices send each other, and that it changes no value. */

const root = oracleModels();
if (!root) console.log('layouts: skipped, shared/oracles does not lie beside this project');
const folderOf = (name: string): ModelFolder => {
  const folder = openModel(join(root!, name));
  folder.store.close();
  return folder;
};

/** Elements that a chip receives for what a layer does: Pope et al. count a gathered or scattered tensor once, a sum of whole tensors twice. */
function layerElements(folder: ModelFolder, mesh: Mesh, name: LayoutName, batch: number, columns: number): number {
  const elements = (numLayers: number): number => {
    const { config, family } = folder;
    const [layer] = family.decoder!(config).layers;
    // So many heads that they can be cut.
    const attention = { ...layer.attention, numKvHeads: 8, headDim: 4 };
    const c = { ...(config as object), layers: Array(numLayers).fill({ ...layer, attention }) };
    const short = { ...folder, config: c, declared: family.weights(c) };
    const { step } = inspectModel(short, { mesh, batch, columns, length: 64, layout: layoutNamed(name, mesh) });
    return step!.report!.collectives.reduce(
      (n, { kind, bytes }) => n + (kind === 'all_reduce' ? 2 : 1) * (bytes / 4),
      0,
    );
  };
  return elements(2) - elements(1);
}

describe.skipIf(!root)('layouts', () => {
  // Multi-head attention, MLPs with two products (F = 4E).
  const folder = folderOf('gpt2');
  const { layers, embedDim: E } = folder.family.decoder!(folder.config);
  const [{ attention, mlp }] = layers;
  if (attention.kind !== 'grouped' || mlp.kind !== 'dense') throw new Error('another model is needed');
  const H = attention.numKvHeads * attention.queriesPerGroup * attention.headDim;
  const shape = {
    layers: 1,
    width: E,
    heads: attention.numKvHeads,
    headDim: attention.headDim,
    mlpWidth: mlp.dim,
    vocab: 1,
    gated: false,
    tied: true,
  };
  const cases: readonly [name: LayoutName, mesh: string, batch: number, columns: number][] = [
    ['1d', 'model=4', 16, 1],
    ['2d', 'embed=2,model=2', 16, 1],
    ['2d', 'embed=2,model=8', 16, 1],
    ['gathered', 'embed=2,model=2', 1, 32],
    ['gathered', 'embed=4,model=4', 2, 32],
  ];
  it('lets weights travel where a prompt has many tokens, and vectors otherwise', () => {
    const [mesh, stack] = [Mesh.parse('embed=2,model=2'), folder.family.decoder!(folder.config)];
    const travels = (numTokens: number, isPrefill: boolean): boolean =>
      layoutFor({ prefill: 'auto', decode: 'auto' }, mesh, { isPrefill, numTokens, stack, canGather: true })
        .weightRules !== undefined;
    expect([travels(8, true), travels(10_000, true), travels(10_000, false)]).toEqual([false, true, false]);
  });

  it.each(cases)('%s on %s sends what Pope et al. count', (name, axes, batch, columns) => {
    const mesh = Mesh.parse(axes);
    const [x, yz, n] = [mesh.axisSize('embed') ?? 1, mesh.axisSize('model') ?? 1, mesh.size];
    const t = batch * columns;
    const layout: WeightLayout =
      name === '1d'
        ? { kind: '1-D weight-stationary' }
        : name === '2d'
          ? { kind: '2-D weight-stationary', inputWays: x }
          : { kind: 'weight-gathered', over: x };
    const ofMlp = layerTraffic(shape, t, n, layout);
    // Attention has four products; keys and values of a prompt go to all that hold its tokens.
    const ofAttention = {
      '1d': 2 * t * E,
      '2d': (2 * t * E) / x + (2 * 3 * t * H) / yz,
      gathered: (4 * E * H * x) / n + (2 * t * E) / x + (2 * t * H) / yz,
    }[name];
    // Which they leave out: two sums of each of two norms, where vectors are cut; weights of norms and biases of outputs, where weights travel.
    const ofVectors = { '1d': 0, '2d': 2 * 2 * 2 * t, gathered: 6 * E }[name];
    expect(layerElements(folder, mesh, name, batch, columns)).toBe(ofMlp + ofAttention + ofVectors);
    // At its best, with F = 4E: 8BLE/√n.
    if (x === 2 && yz === 8) expect(ofMlp).toBe(layerTraffic(shape, t, n, { kind: '2-D weight-stationary' }));
  });

  const tokensOf = (n: number): number[] => Array.from({ length: n }, (_, i) => (7 * i) % 60);

  /** Log-probabilities behind a prompt and behind one more token, of two sequences. */
  async function logprobsOf(model: LoadedModel): Promise<number[]> {
    const decoder = model.paged({ pageSize: 8, numPages: 12, maxTokensPerStep: 32 });
    const sample = { options: {}, prompt: [], output: [], topLogprobs: 8 };
    const sequence = (id: number, tokens: readonly number[], firstPosition: number): ScheduledSequence => ({
      id,
      tokens,
      firstPosition,
      pages: [1, 2, 3, 4].map((p) => p + 4 * id),
      sample: { ...sample, index: firstPosition },
    });
    const read = await decoder.step([0, 1].map((id) => sequence(id, tokensOf(18 + id), 0)));
    const written = await decoder.step([0, 1].map((id) => sequence(id, [5], 18 + id)));
    await decoder.close();
    return [...read, ...written].flatMap(({ top }) => top!.map(([, logprob]) => logprob));
  }

  it('changes no value', async () => {
    const engine = createEngine('reference');
    const open = (name: string, options: object): LoadedModel => loadModel(join(root!, name), { engine, ...options });
    const compare = async (name: string, whole: readonly number[], options: object): Promise<void> => {
      const model = open(name, options);
      const found = await logprobsOf(model);
      model.dispose();
      for (const [i, p] of found.entries()) expect(p).toBeCloseTo(whole[i], 4);
    };
    const mesh = Mesh.parse('embed=2,model=2');
    const llama = await logprobsOf(open('llama', {}));
    await compare('llama', llama, { mesh, layouts: { prefill: 'gathered', decode: '2d' } });
    await compare('mixtral', await logprobsOf(open('mixtral', {})), { mesh: Mesh.parse('model=2,expert=2') });
  });

  it('says which mesh a layout needs', () => {
    const load = (options: object) => errorOf(() => loadModel(join(root!, 'llama'), options));
    const mesh = Mesh.parse('model=2');
    expect(load({ mesh, layouts: { prefill: 'gathered', decode: '1d' } })).toMatchObject({ code: 'models/layout' });
    expect(load({ layouts: { prefill: 'auto', decode: 'auto' } }).message).toContain('a mesh');
    const both = { mesh, rules: [], layouts: { prefill: '1d', decode: '1d' } };
    expect(load(both).message).toContain('give one of the two');
    const few = { mesh: Mesh.parse('embed=2,model=2'), quantize: 'q8', layouts: { prefill: 'gathered', decode: '2d' } };
    expect(load(few).message).toContain('only plain weights are gathered');
  });
});
