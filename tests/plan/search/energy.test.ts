import '../../seed.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkProblem,
  type EnergyProblem,
  objectiveOf,
  peakMemoryOf,
  problemOfInstance,
  solveEnergy,
} from '../../../src/plan/index.ts';
import { mulberry } from '../../random-numbers.ts';
import { scaled } from '../../scale.ts';

interface Kind {
  readonly numNodes: number;
  readonly maxStrategies: number;
  readonly edges: number;
  /** Share of pairs that are forbidden. */
  readonly forbidden: number;
}

/** A random problem like those of real programs: edges near by, some that make one node follow another, live ranges. */
function randomProblem(
  seed: number,
  { numNodes, maxStrategies, edges, forbidden }: Kind,
  tightness: number,
): EnergyProblem {
  const random = mulberry(seed);
  const whole = (n: number): number => Math.floor(random() * n);
  const nodes = Array.from({ length: numNodes }, () => {
    const n = 1 + whole(maxStrategies);
    const start = whole(2 * numNodes);
    return {
      costs: Float64Array.from({ length: n }, () => whole(50)),
      memory: [{ start, end: start + whole(numNodes), usages: Float64Array.from({ length: n }, () => whole(30)) }],
    };
  });
  const made = Array.from({ length: Math.round(edges * numNodes) }, () => {
    const [a, b] = [whole(numNodes), whole(numNodes)];
    const [n, m] = [nodes[a].costs.length, nodes[b].costs.length];
    const follows = a !== b && n === m && random() < 0.4;
    const costs = Float64Array.from({ length: n * m }, (_, x) =>
      follows ? (Math.floor(x / m) === x % m ? whole(5) : Infinity) : random() < forbidden ? Infinity : whole(100),
    );
    return { a, b, costs };
  });
  const problem = { name: `random ${seed}`, nodes, edges: made, memoryLimit: Infinity };
  const [least, most] = [Math.min, Math.max].map(
    (f) => peakMemoryOf(problem, (_, usages) => usages.reduce((x, y) => f(x, y))).memory,
  );
  return { ...problem, memoryLimit: tightness >= 1 ? Infinity : Math.floor(least + tightness * (most - least)) };
}

/** The least cost of all choices that keep the limit. */
function bruteForce(problem: EnergyProblem): number {
  const sizes = problem.nodes.map((n) => n.costs.length);
  const choice = new Int32Array(sizes.length);
  let best = Infinity;
  for (;;) {
    const cost = objectiveOf(problem, choice);
    if (cost < best && peakMemoryOf(problem, (i, u) => u[choice[i]]).memory <= problem.memoryLimit) best = cost;
    let k = 0;
    while (k < sizes.length && ++choice[k] === sizes[k]) choice[k++] = 0;
    if (k === sizes.length) return best;
  }
}

test('the solver finds what trying everything finds, with and without memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.constantFrom(1, 0.6, 0.3, 0.1),
      fc.constantFrom(0, 0.3),
      async (seed, tightness, forbidden) => {
        const problem = randomProblem(seed, { numNodes: 7, maxStrategies: 4, edges: 1.5, forbidden }, tightness);
        const best = bruteForce(problem);
        const solution = await solveEnergy(problem, { timeLimitS: 1 });
        expect(solution.objective).toBe(best);
        expect(solution.lowerBound).toBeLessThanOrEqual(best);
        expect(solution.feasible).toBe(best < Infinity);
        if (solution.feasible) {
          expect(objectiveOf(problem, solution.choice)).toBe(best);
          expect(solution.gap).toBeLessThan(1e-6);
        }
      },
    ),
    { numRuns: scaled(150) },
  );
});

test('of wide graphs with tight memory the search gives a choice that keeps the limit, and a bound that holds', async () => {
  const planted = randomProblem(5, { numNodes: 120, maxStrategies: 6, edges: 2.5, forbidden: 0.1 }, 1);
  // A choice known to be good: it is free, everything else costs at least as much.
  const random = mulberry(9);
  const known = Int32Array.from(planted.nodes, (n) => Math.floor(random() * n.costs.length));
  const edges = planted.edges.map((e) => {
    const costs = e.costs.slice();
    costs[known[e.a] * planted.nodes[e.b].costs.length + known[e.b]] = 0;
    return { ...e, costs };
  });
  const nodes = planted.nodes.map((n, i) => ({ ...n, costs: n.costs.map((c, s) => (s === known[i] ? 3 : c + 3)) }));
  const { memory } = peakMemoryOf({ nodes }, (i, u) => u[known[i]]);
  const problem = { name: 'planted', nodes, edges, memoryLimit: memory };
  const solution = await solveEnergy(problem, { timeLimitS: 8 });
  expect(solution.objective).toBe(3 * nodes.length);
  expect(solution.lowerBound).toBeLessThanOrEqual(3 * nodes.length);
  const again = await solveEnergy(problem, { timeLimitS: 8 });
  expect(again.choice).toEqual(solution.choice);
});

test('what cannot fit is told with the least memory and what is alive then', async () => {
  const usages = (...u: number[]): Float64Array => Float64Array.from(u);
  const problem: EnergyProblem = {
    name: 'too large',
    nodes: [
      { costs: usages(1, 2), memory: [{ start: 0, end: 4, usages: usages(8, 5) }] },
      { costs: usages(1), memory: [{ start: 3, end: 6, usages: usages(6) }] },
      { costs: usages(1), memory: [{ start: 5, end: 9, usages: usages(4) }] },
    ],
    edges: [],
    memoryLimit: 10,
  };
  const { feasible, shortage } = await solveEnergy(problem);
  expect(feasible).toBe(false);
  expect(shortage).toEqual({
    minimumMemory: 11,
    time: 3,
    alive: [
      { node: 1, usage: 6 },
      { node: 0, usage: 5 },
    ],
  });
});

test('instances of the contest are read; other files are told apart', () => {
  const file = {
    problem: {
      name: 'small',
      nodes: {
        intervals: [
          [0, 2],
          [3, 3],
        ],
        costs: [[1, 1e18], [4]],
        usages: [[5, 6], [7]],
      },
      edges: { nodes: [[0, 1]], costs: [[2, 3]] },
      usage_limit: 9,
    },
  };
  const read = (json: unknown): EnergyProblem =>
    problemOfInstance(new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json, undefined, 1)));
  const problem = read(file);
  expect(problem.nodes[0].costs).toEqual(Float64Array.from([1, Infinity]));
  expect(problem.nodes.map((n) => n.memory.length)).toEqual([1, 0]);
  expect(objectiveOf(problem, [0, 0])).toBe(7);
  expect(problem.memoryLimit).toBe(9);
  expect(read({ ...file, more: [{ a: null, b: [true, '"'] }] }).name).toBe('small');
  expect(() => read({ nodes: [] })).toThrow(/no instance.*nodes\.intervals/);
  expect(() => read('{"problem": {"nodes": {"costs": [[1, x')).toThrow(/at byte 37: expected a number, got x/);
  expect(() => read('')).toThrow(/expected "{", got the end of the file/);
  const short = { problem: { ...file.problem, edges: { nodes: [[0, 1]], costs: [[2]] } } };
  expect(() => read(short)).toThrow(/edge 0 has a table of another size: expected 2, got 1 costs/);
});

test('numbers of instances are read as JSON.parse reads them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(1e17))),
      (list) => {
        const node = {
          intervals: [[0, 1]],
          costs: [[...list, 0].map((x) => Math.abs(x) / 1e200)],
          usages: [[...list, 0]],
        };
        const json = JSON.stringify({ problem: { nodes: node, edges: { nodes: [], costs: [] } } });
        const [{ costs }] = problemOfInstance(new TextEncoder().encode(json)).nodes;
        const parsed: number[] = JSON.parse(json).problem.nodes.costs[0];
        expect([...costs]).toEqual(parsed.map((x) => (x >= 1e18 ? Infinity : x)));
      },
    ),
  );
});

test('costs that cannot be added up are told, not taken for forbidden ones', () => {
  const node = { costs: Float64Array.of(1e308, 1.7e308), memory: [] };
  const problem = { name: 'large', nodes: [node, node], edges: [], memoryLimit: Infinity };
  expect(() => checkProblem(problem)).toThrow(/large: the costs are too large to be added up/);
  expect(() => checkProblem({ ...problem, nodes: [node] })).not.toThrow();
});
