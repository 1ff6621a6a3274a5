import '../../seed.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gptLayers } from '../../../scripts/figures/planning/gpt-layers.ts';
import { np, type Tensor } from '../../../src/index.ts';
import { Mesh } from '../../../src/ir/index.ts';
import { registry } from '../../../src/ops/index.ts';
import {
  alphaBetaCosts,
  clusterLayers,
  logicalMeshesOf,
  type PipelineProblem,
  pipelineStepS,
  planPipeline,
  profileOps,
  searchPipeline,
  submeshesOf,
} from '../../../src/plan/index.ts';
import { mulberry } from '../../random-numbers.ts';
import { scaled } from '../../scale.ts';
import { optimized } from './programs.ts';

/** All ways to write layers from `from` on as stages, with their time, tried one by one. */
function bruteForce(p: PipelineProblem): number {
  let best = Infinity;
  const visit = (from: number, devices: number, times: readonly number[], rooms: readonly number[]): void => {
    if (from === p.numLayers) {
      const fits = rooms.every((room, i) => room >= rooms.length - 1 - i);
      if (devices === 0 && fits) best = Math.min(best, pipelineStepS(times, p.microBatches));
      return;
    }
    for (let to = from + 1; to <= p.numLayers; to++)
      p.submeshes.forEach((s, submesh) => {
        if (s.devices > devices) return;
        for (let config = 0; config < s.configs; config++) {
          const cost = p.cost(from, to, submesh, config);
          if (cost) visit(to, devices - s.devices, [...times, cost.timeS], [...rooms, cost.maxSuccessors]);
        }
      });
  };
  visit(0, p.numDevices, [], []);
  return best;
}

test('the dynamic programme finds the pipeline that trying all of them finds', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 20 }),
      (seed, numLayers, microBatches) => {
        const random = mulberry(seed);
        const costs = new Map<string, { timeS: number; maxSuccessors: number } | undefined>();
        const problem: PipelineProblem = {
          numLayers,
          numDevices: 4,
          microBatches,
          submeshes: [
            { devices: 1, configs: 1 },
            { devices: 2, configs: 2 },
            { devices: 4, configs: 2 },
          ],
          cost: (...at) => {
            const key = at.join();
            if (!costs.has(key))
              costs.set(
                key,
                random() < 0.2
                  ? undefined
                  : { timeS: Math.ceil(random() * 8) * (at[1] - at[0]), maxSuccessors: Math.floor(random() * 5) - 1 },
              );
            return costs.get(key);
          },
        };
        const best = bruteForce(problem);
        const plan = searchPipeline(problem);
        expect(plan?.stepS ?? Infinity).toBeCloseTo(best, 9);
        if (!plan) return;
        expect(plan.stages.map((s) => s.from)).toEqual([0, ...plan.stages.slice(0, -1).map((s) => s.to)]);
        expect(plan.stages.reduce((n, s) => n + problem.submeshes[s.submesh].devices, 0)).toBe(4);
      },
    ),
    { numRuns: scaled(150) },
  );
});

test('submeshes are powers of two in a host and whole hosts, each as products of two axes', () => {
  expect(submeshesOf(4, 8).map((s) => `${s.hosts}x${s.perHost}`)).toEqual(['1x1', '1x2', '1x4', '1x8', '2x8', '4x8']);
  expect(submeshesOf(3, 4, 'all').map((s) => s.hosts * s.perHost)).toEqual([1, 2, 4, 8, 12]);
  expect(logicalMeshesOf({ hosts: 1, perHost: 8 })).toEqual([
    [8, 1],
    [4, 2],
  ]);
  expect(logicalMeshesOf({ hosts: 2, perHost: 4 })).toEqual([
    [8, 1],
    [4, 2],
    [2, 4],
  ]);
});

test('layers are cut where little passes, of about the same work', () => {
  const narrow = (x: Tensor, ws: Tensor[]): Tensor => {
    let h = x;
    for (const w of ws) h = np.matmul(np.tanh(np.matmul(h, w)), np.transpose(w));
    return h;
  };
  const weights = Array.from({ length: 4 }, () => np.zeros([8, 64]));
  const { main } = optimized(narrow, np.zeros([16, 8]), weights);
  const profile = profileOps(main.body);
  const starts = clusterLayers(profile, 4)!;
  // Between layers 16 × 8 floats pass, within them 16 × 64.
  expect(starts.slice(1).map((i) => profile.crossingBytes[i])).toEqual([512, 512, 512]);
  const work = starts.map((from, i) => profile.flops.slice(from, starts[i + 1]).reduce((a, b) => a + b, 0));
  expect(Math.max(...work) / Math.min(...work)).toBeLessThan(1.01);
  expect(clusterLayers(profile, profile.flops.length + 1)).toBeUndefined();
});

test('a pipeline of traced layers keeps the memory: less of it cuts weights, and too little fits nothing', async () => {
  const layers = gptLayers({ width: 64, heads: 4, vocab: 128, seqLen: 32, sequences: 4 }, 4);
  const { problem, plan, numIntraOp, withMemory } = await planPipeline({
    layers,
    hosts: 1,
    perHost: 2,
    microBatches: 8,
    memoryBytesPerDevice: 1e9,
    stateBytesPerWeightByte: 8,
    recompute: true,
    registry,
    machine: (_, [data, model]) => ({
      mesh: new Mesh([
        { name: 'data', size: data },
        { name: 'model', size: model },
      ]),
      costs: alphaBetaCosts({
        flopsPerSec: 1e9,
        memoryBytesPerSec: 1e9,
        links: [0, 1].map(() => ({ alphaS: 1e-6, bytesPerSec: 1e9 })),
      }),
    }),
  });
  expect(numIntraOp).toBe(2 * 3);
  expect(plan!.stages.map((s) => s.to).at(-1)).toBe(5);
  expect(plan!.stepS).toBeLessThanOrEqual(bruteForce(problem) * (1 + 1e-9));
  // All weights with their state are 4 × 0.8 MB and the head's.
  const tight = withMemory(2.2e6);
  expect(tight.plan!.stepS).toBeGreaterThan(plan!.stepS);
  expect(withMemory(1e5).plan).toBeUndefined();
});
