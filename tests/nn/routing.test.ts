import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { createEngine, grad, jit, np, setDefaultEngine, type Tensor } from '../../src/index.ts';
import { type RouterConfig, type RouterInputs, route } from '../../src/nn/index.ts';
import { difference } from '../compare.ts';

setDefaultEngine(createEngine('reference'));

interface Published {
  readonly name: string;
  readonly config: RouterConfig;
  readonly logits: number[][];
  /** Both in the order of experts. */
  readonly experts: number[][];
  readonly weights: number[][];
  readonly bias?: number[];
  readonly perExpertScale?: number[];
}
const oracle = JSON.parse(readFileSync(new URL('../oracles/routing.json', import.meta.url), 'utf8')) as {
  published: Published[];
};

const inputsOf = (c: Published): RouterInputs => ({
  ...(c.bias ? { bias: np.array(c.bias) } : {}),
  ...(c.perExpertScale ? { perExpertScale: np.array(c.perExpertScale) } : {}),
});

/** Choices of a routing in the order of experts. */
async function chosen(experts: Tensor, weights: Tensor) {
  const order = np.argsort(experts, -1);
  return {
    experts: await np.takeAlongAxis(experts, order, -1).toArray(),
    weights: await np.takeAlongAxis(weights, order, -1).toHost(),
  };
}

describe('published routers against transformers (tests/oracles/routing.py)', () => {
  it.each(oracle.published)('$name', async (c) => {
    const { experts, weights } = jit((logits: Tensor) => route(logits, c.config, inputsOf(c)))(np.array(c.logits));
    const got = await chosen(experts, weights);
    expect(got.experts).toEqual(c.experts);
    expect(difference(got.weights, HostArray.from('f32', [...weights.shape], c.weights.flat()))).toBeLessThan(1);
  });
});

/** Row-major `2·sin(1 + i)`: fixtures that need no file. */
const fixture = (...shape: number[]): Tensor =>
  np.reshape(
    np.array(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 2 * Math.sin(1 + i)),
      'f32',
    ),
    shape,
  );

const deepseek: RouterConfig = {
  numExperts: 8,
  topK: 2,
  score: 'sigmoid',
  choiceBias: true,
  groups: { numGroups: 4, keep: 2, by: 'top2Sum', fill: 'negativeInfinity' },
  renormalize: true,
  renormalizeEpsilon: 1e-20,
  scale: 2.5,
};

describe('DeepSeek-V3', () => {
  const bias = np.array([0.1, 0, 0, -0.1, 0, 0.2, 0, 0]);
  it('chooses by biased scores and weighs by unbiased ones', async () => {
    const { experts, weights } = route(fixture(4, 8), deepseek, { bias });
    expect(await experts.toArray()).toEqual([
      [0, 7],
      [5, 6],
      [4, 3],
      [2, 1],
    ]);
    const want = [1.224409, 1.275591, 1.31974, 1.18026, 1.23587, 1.26413, 1.286953, 1.213047];
    expect(difference(await weights.toHost(), HostArray.from('f32', [4, 2], want))).toBeLessThan(1);
  });
  it('gives the bias no gradient', async () => {
    const loss = (b: Tensor): Tensor => np.sum(np.square(route(fixture(4, 8), deepseek, { bias: b }).weights));
    expect(await grad(loss)(bias).toArray()).toEqual(Array(8).fill(0));
  });
});

describe('a router', () => {
  it('gives an expert of a group that was not kept no chance by a negative bias', async () => {
    const config: RouterConfig = { ...deepseek, numExperts: 4, groups: { ...deepseek.groups!, numGroups: 2, keep: 1 } };
    const logits = np.array([[3, 2, -1, -1]]);
    const bias = np.array([-2, -2, -2.5, -2.5]);
    expect(await route(logits, config, { bias }).experts.toArray()).toEqual([[0, 1]]);
    const zero: RouterConfig = { ...config, groups: { ...config.groups!, fill: 'zero' } };
    expect(await route(logits, zero, { bias }).experts.toArray()).toEqual([[2, 3]]);
  });

  it('takes the expert with the lowest number among equals', async () => {
    const config: RouterConfig = { numExperts: 3, topK: 2, score: 'softmax', renormalize: true };
    expect(await route(np.zeros([2, 3]), config).experts.toArray()).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('computes in float32 whatever the type of the logits', () => {
    const config: RouterConfig = { numExperts: 4, topK: 1, score: 'softmax', renormalize: false };
    const { weights, probabilities } = route(np.astype(fixture(3, 4), 'bf16'), config);
    expect([weights.dtype, probabilities.dtype]).toEqual(['f32', 'f32']);
  });

  it('sends tokens in groups where it would send them alone', async () => {
    const config: RouterConfig = { numExperts: 4, topK: 2, score: 'softmax', renormalize: true };
    const [apart, together] = [fixture(2, 3, 4), fixture(6, 4)].map((x) => route(x, config));
    expect(await np.reshape(apart.experts, [6, 2]).toArray()).toEqual(await together.experts.toArray());
  });

  const plain: RouterConfig = { numExperts: 4, topK: 2, score: 'softmax', renormalize: true };
  it.each<[string, Partial<RouterConfig>, RouterInputs]>([
    ['more experts per token than there are', { topK: 5 }, {}],
    ['half an expert', { topK: 1.5 }, {}],
    ['logits of other experts', { numExperts: 3, topK: 1 }, {}],
    ['groups that do not divide', { groups: { numGroups: 3, keep: 1, by: 'max', fill: 'zero' } }, {}],
    ['too few groups kept', { topK: 3, groups: { numGroups: 2, keep: 1, by: 'max', fill: 'zero' } }, {}],
    ['two best of one', { groups: { numGroups: 4, keep: 2, by: 'top2Sum', fill: 'zero' } }, {}],
    ['a bias that is missing', { choiceBias: true }, {}],
    ['a bias of no use', {}, { bias: np.zeros([4]) }],
    ['a bias of other experts', { choiceBias: true }, { bias: np.zeros([5]) }],
    ['a scale that is missing', { perExpertScale: true }, {}],
  ])('refuses %s', (_, changes, inputs) => {
    expect(() => route(fixture(2, 4), { ...plain, ...changes }, inputs)).toThrow(
      expect.objectContaining({ code: 'nn/routing' }),
    );
  });
});
