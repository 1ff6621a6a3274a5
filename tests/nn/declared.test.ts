import { describe, expect, it } from 'vitest';
import { Mesh, np, P, type PartitionSpec, random, setDefaultEngine, type Tensor, tree } from '../../src/index.ts';
import {
  type Axis,
  type AxisRules,
  countElements,
  Declared,
  defaultRules,
  initialize,
  specOf,
  specsOf,
  type TensorsOf,
  updateSpecs,
  weight,
} from '../../src/nn/index.ts';

setDefaultEngine('reference');

const mesh = new Mesh({ data: 2, model: 4 });
/** Path of a parameter → its spec as text. */
const texts = (specs: unknown): Record<string, string> =>
  Object.fromEntries([...tree.entries(specs)].map(([path, spec]) => [path, String(spec as PartitionSpec)]));

describe('specOf', () => {
  const fallback: AxisRules = [
    ['mlp', 'expert'],
    ['mlp', 'model'],
    ['embed', null],
    ['embed', 'model'],
  ];
  const both: AxisRules = [
    ['batch', 'data'],
    ['mlp', ['data', 'model']],
    ['mlp', 'model'],
  ];
  it.each<[string, (Axis | null)[], AxisRules, Mesh | undefined, PartitionSpec]>([
    ['names become mesh axes', ['batch', 'length', 'mlp'], defaultRules, mesh, P('data', null, 'model')],
    ['a mesh axis is used once, by the first dimension', ['heads', 'mlp'], defaultRules, mesh, P('model', null)],
    ['a dimension without a name stays whole', [null, 'batch'], defaultRules, mesh, P(null, 'data')],
    ['an axis the mesh lacks', ['batch', 'mlp'], defaultRules, new Mesh({ model: 4 }), P(null, 'model')],
    ['an axis of size 1', ['batch', 'mlp'], defaultRules, new Mesh({ data: 1, model: 4 }), P(null, 'model')],
    ['no mesh', ['batch', 'mlp'], defaultRules, undefined, P(null, null)],
    ['the first rule whose mesh axis is there', ['mlp'], fallback, mesh, P('model')],
    ['a rule that keeps a dimension whole ends the search', ['embed'], fallback, mesh, P(null)],
    ['one axis over several mesh axes', ['mlp', 'batch'], both, mesh, P(['data', 'model'], null)],
    ['of several, those the mesh has', ['mlp'], both, new Mesh({ model: 4 }), P('model')],
    ['the next rule where a mesh axis is taken', ['batch', 'mlp'], both, mesh, P('data', 'model')],
  ])('%s', (_, axes, rules, on, spec) => {
    expect(specOf(axes, rules, on)).toEqual(spec);
  });
});

const declarations = {
  embedding: new Declared([256, 48], ['vocab', 'embed'], { init: { normal: 0.02 } }),
  norm: new Declared([48], ['embed'], { init: { constant: 1 }, tags: [] }),
  odd: new Declared([7, 9], ['length', 'embed'], { init: { normal: 1 } }),
  layers: {
    query: new Declared([64, 48, 8, 16], ['layers', 'embed', 'heads', 'headDim'], { init: { normal: 0.1 } }),
    up: new Declared([64, 16, 96], ['layers', 'embed', 'mlp'], { init: { normal: 0.1 } }),
    bias: new Declared([3, 5], ['layers', 'embed'], { init: { constant: 0 } }),
  },
};

describe('specs of parameters', () => {
  it('come from the rules, tensor by tensor', () => {
    expect(texts(specsOf(declarations, defaultRules, mesh))).toEqual({
      embedding: 'P(null, null)',
      norm: 'P(null)',
      odd: 'P(null, null)',
      'layers.query': 'P(null, null, "model", null)',
      'layers.up': 'P(null, null, "model")',
      'layers.bias': 'P(null, null)',
    });
  });
  it('say which mesh axis does not divide which dimension', () => {
    expect(() => specsOf(declarations, defaultRules, new Mesh({ model: 5 }))).toThrow(
      expect.objectContaining({ code: 'nn/divisibility', message: expect.stringMatching(/model=5.*heads=8.*query/) }),
    );
  });
});

describe('specs of an update', () => {
  it('cut the largest whole dimension that the data axis divides, never that of the layers', () => {
    expect(texts(updateSpecs(declarations, defaultRules, mesh))).toEqual({
      embedding: 'P("data", null)',
      norm: 'P("data")',
      odd: 'P(null, null)',
      'layers.query': 'P(null, "data", "model", null)',
      'layers.up': 'P(null, "data", "model")',
      'layers.bias': 'P(null, null)',
    });
  });
  it.each([['no mesh', undefined] as const, ['no data axis', new Mesh({ model: 4 })] as const])(
    'are those of the parameters where there is %s',
    (_, on) => {
      expect(texts(updateSpecs(declarations, defaultRules, on))).toEqual(
        texts(specsOf(declarations, defaultRules, on)),
      );
    },
  );
});

describe('initialize', () => {
  const small = {
    a: new Declared([40, 50], ['embed', 'mlp'], { init: { normal: 0.5 } }),
    b: { c: new Declared([3], ['embed'], { init: { constant: 2 }, tags: [] }) },
  };
  it('draws each parameter from the key and its path alone', async () => {
    const one = initialize(random.key(1), small);
    const more = initialize(random.key(1), { ...small, _: new Declared([4], ['embed'], { init: { normal: 1 } }) });
    expect(await (more.a as Tensor).toArray()).toEqual(await (one.a as Tensor).toArray());
    const other = initialize(random.key(2), small);
    expect(await (other.a as Tensor).toArray()).not.toEqual(await (one.a as Tensor).toArray());
    const [c] = tree.leaves(one.b) as Tensor[];
    expect(await c.toArray()).toEqual([2, 2, 2]);
    const deviation = Number(await np.std(one.a as Tensor).item());
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.03);
    expect(countElements(small)).toBe(2003);
  });
});

describe('declared tensors', () => {
  const declared = {
    query: weight({ kvHeads: 1, queriesPerGroup: 8, embed: 4 }, ['kvHeads', 'queriesPerGroup', 'embed']),
    layers: [{ norm: weight({ embed: 4 }, ['embed'], { tags: [] }) }],
    bias: undefined,
  };

  it('are typed through: a misspelt weight does not compile', async () => {
    const w: TensorsOf<typeof declared> = initialize(random.key(0), declared);
    expect(w.layers[0].norm.shape).toEqual([4]);
    // @ts-expect-error there is no such weight
    expect(w.layers[0].nrom).toBeUndefined();
    // @ts-expect-error an axis without a size
    expect(() => weight({ embed: 4 }, ['embed', 'mlp'])).not.toThrow();
    expect(w.bias).toBeUndefined();
  });

  it('are cut along queries where a mesh axis does not divide the heads of keys', () => {
    expect(texts(specsOf(declared, defaultRules, mesh))).toEqual({
      query: 'P(null, "model", null)',
      'layers[0].norm': 'P(null)',
    });
  });

  it('a rule without a fallback that does not divide is an error', () => {
    const odd = { up: weight({ mlp: 6, embed: 4 }, ['mlp', 'embed']) };
    expect(() => specsOf(odd, defaultRules, mesh)).toThrow(
      expect.objectContaining({ code: 'nn/divisibility', message: expect.stringMatching(/model=4.*mlp=6.*up/) }),
    );
    expect(texts(specsOf(odd, [...defaultRules, ['mlp', null]], mesh))).toEqual({ up: 'P(null, null)' });
  });
});
