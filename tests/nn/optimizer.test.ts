import { describe, expect, it } from 'vitest';
import { np, setDefaultEngine, type Tensor } from '../../src/index.ts';
import {
  type AdamWConfig,
  adamwInit,
  adamwUpdate,
  Declared,
  globalNorm,
  learningRateAt,
  type Params,
} from '../../src/nn/index.ts';

setDefaultEngine('reference');

const config: AdamWConfig = {
  learningRate: 0.5,
  finalFraction: 0.1,
  warmupSteps: 4,
  totalSteps: 12,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.25,
  clipNorm: 1,
};
const number = async (t: Tensor): Promise<number> => Number(await t.item());
/** The first element of a parameter, or of what is kept for it. */
const first = (of: Params, name: string): Promise<number> => number(np.index(of[name] as Tensor, 0, 0));

describe('learningRateAt', () => {
  it.each([
    [0, 0.125],
    [1, 0.25],
    [3, 0.5],
    [4, 0.5],
    // Half a cosine over the 8 steps that are left, from 0.5 down to 0.05.
    [6, 0.05 + 0.45 * 0.5 * (1 + Math.cos(Math.PI / 4))],
    [8, 0.275],
    [12, 0.05],
    [1000, 0.05],
  ])('step %i: %f', async (step, rate) => {
    expect(await number(learningRateAt(np.full([], step, 'i32'), config))).toBeCloseTo(rate, 6);
  });
  it('begins at the peak where there is no warm-up', async () => {
    const rate = learningRateAt(np.full([], 0, 'i32'), { ...config, warmupSteps: 0 });
    expect(await number(rate)).toBeCloseTo(0.5, 6);
  });
});

describe('adamwUpdate', () => {
  const params = { weight: np.array([2, -4]), bias: np.array([1]) };
  const declarations = {
    weight: new Declared([2], ['embed'], { init: { constant: 0 } }),
    bias: new Declared([1], ['embed'], { init: { constant: 0 }, tags: [] }),
  };
  const update = (gradients: typeof params) =>
    adamwUpdate(gradients, adamwInit(params), params, np.full([], 3, 'i32'), declarations, config);

  it('moves by the learning rate times direction and decay; what is declared without decay has none', async () => {
    const u = update({ weight: np.zeros([2]), bias: np.zeros([1]) });
    // No gradient, no direction: 2 - 0.5 · 0.25 · 2.
    expect(await (u.params.weight as Tensor).toArray()).toEqual([1.75, -3.5]);
    expect(await (u.params.bias as Tensor).toArray()).toEqual([1]);
  });
  it('scales gradients down to the largest norm and tells the norm they had', async () => {
    const gradients = { weight: np.array([3, 0]), bias: np.array([4]) };
    expect(await number(globalNorm(gradients))).toBe(5);
    const u = update(gradients);
    expect(await number(u.gradientNorm)).toBe(5);
    expect(await number(u.learningRate)).toBeCloseTo(0.5, 6);
    // A fifth of the gradient, then (1 - β) of it or of its square.
    expect(await first(u.state.mu, 'bias')).toBeCloseTo(0.08, 6);
    expect(await first(u.state.nu, 'bias')).toBeCloseTo(0.032, 6);
  });
  it('leaves smaller gradients as they are', async () => {
    const u = update({ weight: np.array([0.5, 0]), bias: np.array([0]) });
    expect(await first(u.state.mu, 'weight')).toBeCloseTo(0.05, 6);
  });
});
