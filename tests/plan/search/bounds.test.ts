import '../../seed.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eliminateAll } from '../../../src/plan/search/energy/eliminate.ts';
import { costOf, type FlatGraph, flatten, usageOf } from '../../../src/plan/search/energy/flat-graph.ts';
import { solveMip } from '../../../src/plan/search/energy/mip.ts';
import { searchChoice } from '../../../src/plan/search/energy/priced-search.ts';
import { removeForbidden } from '../../../src/plan/search/energy/reduce.ts';
import { WorkingGraph } from '../../../src/plan/search/energy/working-graph.ts';
import { mulberry } from '../../random-numbers.ts';
import { scaled } from '../../scale.ts';

/* The methods that reduction and enumeration leave nothing to in small problems, each by itself. */

/** A ring of nodes with chords: nothing that elimination of nodes of two neighbours solves. */
function ring(seed: number, numNodes: number, tightness: number): FlatGraph {
  const random = mulberry(seed);
  const whole = (n: number): number => Math.floor(random() * n);
  const nodes = Array.from({ length: numNodes }, () => {
    const n = 2 + whole(3);
    const start = whole(numNodes);
    const usages = Float64Array.from({ length: n }, () => whole(20));
    return {
      costs: Float64Array.from({ length: n }, () => whole(40)),
      memory: [{ start, end: start + 1 + whole(numNodes), usages }],
    };
  });
  const edges = nodes.flatMap((_, a) =>
    [1, 2].map((step) => {
      const b = (a + step) % numNodes;
      const size = nodes[a].costs.length * nodes[b].costs.length;
      // One pair of each edge at least is allowed whatever is chosen elsewhere.
      const costs = Float64Array.from({ length: size }, (_, x) => (x > 0 && random() < 0.1 ? Infinity : whole(60)));
      return { a, b, costs };
    }),
  );
  const most = nodes.reduce((n, { memory }) => n + Math.max(...memory[0].usages), 0);
  const memoryLimit = tightness >= 1 ? Infinity : Math.ceil(most * tightness);
  const graph = new WorkingGraph({ name: 'ring', nodes, edges, memoryLimit });
  removeForbidden(graph);
  return flatten(graph);
}

const keepsLimits = (g: FlatGraph, choice: Int32Array): boolean => usageOf(g, choice).every((u, r) => u <= g.limits[r]);

function bruteForce(g: FlatGraph): number {
  const choice = new Int32Array(g.numNodes);
  let best = Infinity;
  for (let k = 0; k < g.numNodes; ) {
    const cost = costOf(g, choice);
    if (cost < best && keepsLimits(g, choice)) best = cost;
    for (k = 0; k < g.numNodes && ++choice[k] === g.first[k + 1] - g.first[k]; k++) choice[k] = 0;
  }
  return best;
}

test('bounds of message passing hold, and what search finds keeps the limits', () => {
  let [numClosed, numFound] = [0, 0];
  const numRuns = scaled(60);
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 0.5, 0.35), (seed, tightness) => {
      const g = ring(seed, 8, tightness);
      const best = bruteForce(g);
      const found = searchChoice(g, { seed: 1, gap: 1e-9, deadline: performance.now() + 20 });
      expect(found.lowerBound).toBeLessThanOrEqual(best * (1 + 1e-9));
      if (best === Infinity) expect(found.choice).toBeUndefined();
      if (!found.choice) return;
      numFound++;
      expect(keepsLimits(g, found.choice)).toBe(true);
      expect(costOf(g, found.choice)).toBe(found.objective);
      expect(found.objective).toBeGreaterThanOrEqual(best);
      if (found.objective === best) numClosed++;
    }),
    { numRuns },
  );
  expect(numFound).toBeGreaterThan(numRuns / 2);
  expect(numClosed).toBeGreaterThan(numFound * 0.8);
});

test('elimination is exact where there are no limits', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const g = ring(seed, 8, 1);
      expect(costOf(g, eliminateAll(g, 1e6)!)).toBe(bruteForce(g));
      expect(eliminateAll(g, 4)).toBeUndefined();
    }),
    { numRuns: scaled(30) },
  );
});

test('HiGHS proves what trying everything finds', async () => {
  for (const [seed, tightness] of [
    [1, 1],
    [2, 0.5],
    [3, 0.4],
  ]) {
    const g = ring(seed, 7, tightness);
    const best = bruteForce(g);
    const found = await solveMip(g, { seed: 1, gap: 1e-9, deadline: performance.now() + 10_000 });
    expect(found?.objective ?? Infinity).toBe(best);
    if (found) expect(found.lowerBound).toBeCloseTo(best, 6);
  }
});
