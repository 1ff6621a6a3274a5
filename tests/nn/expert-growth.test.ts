import { describe, expect, it } from 'vitest';
import { createEngine, np, random, setDefaultEngine, type Tensor } from '../../src/index.ts';
import {
  applyExperts,
  type DenseWeights,
  type ExpertWeights,
  extractExperts,
  growExperts,
  route,
  routerLogits,
  routerPolicies,
} from '../../src/nn/index.ts';
import { difference } from '../compare.ts';

setDefaultEngine(createEngine('reference'));

const [embedDim, mlpDim] = [3, 5];
const experts = (seed: number, numExperts: number): ExpertWeights => {
  const keys = random.splitKeys(random.key(seed), 6);
  return {
    gate: random.normal(keys[0], [numExperts, mlpDim, embedDim]),
    up: random.normal(keys[1], [numExperts, mlpDim, embedDim]),
    down: random.normal(keys[2], [numExperts, embedDim, mlpDim]),
    biases: {
      gate: random.normal(keys[3], [numExperts, mlpDim]),
      up: random.normal(keys[4], [numExperts, mlpDim]),
      down: random.normal(keys[5], [numExperts, embedDim]),
    },
  };
};
const x = random.normal(random.key(20), [7, embedDim]);
const layer = { router: random.normal(random.key(21), [4, embedDim]), experts: experts(22, 4) };
const activation = np.tanh;

describe('more experts', () => {
  const grown = growExperts(layer, experts(23, 2));

  it('leave what tokens of the old ones get as it was', async () => {
    const policy = routerPolicies.mixtral({ numExperts: 4 });
    const before = applyExperts(x, route(routerLogits(x, layer.router), policy), layer.experts, { activation });
    const old = route(routerLogits(x, layer.router), policy);
    const wider = { ...old, probabilities: np.zeros([7, 6]) };
    const after = applyExperts(x, wider, grown.experts, { activation });
    expect(difference(await after.toHost(), await before.toHost())).toBeLessThan(1);
  });

  it('are asked as often as the old ones on average', async () => {
    const logits = routerLogits(x, grown.router);
    const [old, added] = [np.slice(logits, 1, 0, 4), np.slice(logits, 1, 4, 6)];
    const mean = np.broadcastTo(np.mean(old, { axis: 1, keepdims: true }), [7, 2]);
    expect(difference(await added.toHost(), await mean.toHost(), 1e-5)).toBeLessThan(1);
  });

  it('must be like the old ones', () => {
    const { gate: _, ...plain } = experts(23, 2);
    for (const added of [plain, { ...experts(23, 2), up: np.ones([2, 6, embedDim]) }])
      expect(() => growExperts(layer, added)).toThrow(expect.objectContaining({ code: 'nn/experts' }));
  });
});

it('what is extracted for one task computes what the layer does for it', async () => {
  // All tokens of a task have its embedding as the router's input.
  const task = np.broadcastTo(random.normal(random.key(24), [1, embedDim]), [7, embedDim]);
  const routing = route(routerLogits(task, layer.router), routerPolicies.mixtral({ numExperts: 4 }));
  const whole = applyExperts(x, routing, layer.experts, { activation });
  const dense = extractExperts(layer.experts, np.index(routing.experts, 0, 0), np.index(routing.weights, 0, 0));
  expect(dense.up.shape).toEqual([2 * mlpDim, embedDim]);
  expect(difference(await mlp(x, dense).toHost(), await whole.toHost(), 1e-5)).toBeLessThan(1);
});

function mlp(t: Tensor, w: DenseWeights): Tensor {
  const project = (h: Tensor, m: Tensor, bias: Tensor): Tensor => np.add(np.matmul(h, np.transpose(m)), bias);
  const { gate, up, down } = w.biases!;
  return project(np.multiply(activation(project(t, w.gate!, gate!)), project(t, w.up, up!)), w.down, down!);
}
