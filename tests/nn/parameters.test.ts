import { describe, expect, it } from 'vitest';
import { Mesh, np, P, type PartitionSpec, random, setDefaultEngine, type Tensor, tree } from '../../src/index.ts';
import {
  type AxisRules,
  countParams,
  defaultRules,
  initParams,
  type LogicalAxis,
  logicalToSpec,
  type ParamTree,
  param,
  paramSpecs,
  updateSpecs,
} from '../../src/nn/index.ts';

setDefaultEngine('reference');

const mesh = new Mesh({ data: 2, model: 4 });
/** Path of a parameter → its spec as text. */
const texts = (specs: unknown): Record<string, string> =>
  Object.fromEntries([...tree.entries(specs)].map(([path, spec]) => [path, String(spec as PartitionSpec)]));

describe('logicalToSpec', () => {
  const fallback: AxisRules = [
    ['mlp', 'expert'],
    ['mlp', 'model'],
    ['embed', null],
    ['embed', 'model'],
  ];
  it.each<[string, (LogicalAxis | null)[], AxisRules, Mesh | undefined, PartitionSpec]>([
    ['names become mesh axes', ['batch', 'length', 'mlp'], defaultRules, mesh, P('data', null, 'model')],
    ['a mesh axis is used once, by the first dimension', ['heads', 'mlp'], defaultRules, mesh, P('model', null)],
    ['a dimension without a name stays whole', [null, 'batch'], defaultRules, mesh, P(null, 'data')],
    ['an axis the mesh lacks', ['batch', 'mlp'], defaultRules, new Mesh({ model: 4 }), P(null, 'model')],
    ['an axis of size 1', ['batch', 'mlp'], defaultRules, new Mesh({ data: 1, model: 4 }), P(null, 'model')],
    ['no mesh', ['batch', 'mlp'], defaultRules, undefined, P(null, null)],
    ['the first rule whose mesh axis is there', ['mlp'], fallback, mesh, P('model')],
    ['a rule that keeps a dimension whole ends the search', ['embed'], fallback, mesh, P(null)],
  ])('%s', (_, axes, rules, on, spec) => {
    expect(logicalToSpec(axes, rules, on)).toEqual(spec);
  });
});

const declarations: ParamTree = {
  embedding: param([256, 48], ['vocab', 'embed'], { normal: 0.02 }),
  norm: param([48], ['embed'], { constant: 1 }, false),
  odd: param([7, 9], ['length', 'embed'], { normal: 1 }),
  layers: {
    query: param([64, 48, 8, 16], ['layers', 'embed', 'heads', 'headDim'], { normal: 0.1 }),
    up: param([64, 16, 96], ['layers', 'embed', 'mlp'], { normal: 0.1 }),
    bias: param([3, 5], ['layers', 'embed'], { constant: 0 }),
  },
};

describe('specs of parameters', () => {
  it('come from the rules, tensor by tensor', () => {
    expect(texts(paramSpecs(declarations, defaultRules, mesh))).toEqual({
      embedding: 'P(null, null)',
      norm: 'P(null)',
      odd: 'P(null, null)',
      'layers.query': 'P(null, null, "model", null)',
      'layers.up': 'P(null, null, "model")',
      'layers.bias': 'P(null, null)',
    });
  });
  it('say which mesh axis does not divide which dimension', () => {
    expect(() => paramSpecs(declarations, defaultRules, new Mesh({ model: 5 }))).toThrow(
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
        texts(paramSpecs(declarations, defaultRules, on)),
      );
    },
  );
});

describe('initParams', () => {
  const small: ParamTree = {
    a: param([40, 50], ['embed', 'mlp'], { normal: 0.5 }),
    b: { c: param([3], ['embed'], { constant: 2 }, false) },
  };
  it('draws each parameter from the key and its path alone', async () => {
    const one = initParams(random.key(1), small);
    const more = initParams(random.key(1), { ...small, _: param([4], ['embed'], { normal: 1 }) });
    expect(await (more.a as Tensor).toArray()).toEqual(await (one.a as Tensor).toArray());
    const other = initParams(random.key(2), small);
    expect(await (other.a as Tensor).toArray()).not.toEqual(await (one.a as Tensor).toArray());
    const [c] = tree.leaves(one.b) as Tensor[];
    expect(await c.toArray()).toEqual([2, 2, 2]);
    const deviation = Number(await np.std(one.a as Tensor).item());
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.03);
    expect(countParams(small)).toBe(2003);
  });
});
