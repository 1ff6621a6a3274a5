import { UserError } from '../../../base/index.ts';

/*
 * A pairwise energy (cost-function network): nodes that each choose one of their strategies, costs of choices, costs of pairs of
 * choices along edges, and memory. Sharding one program is such a problem; so are the instances of the ASPLOS 2025 contest.
 * All costs are ≥ 0 or Infinity (forbidden); units are those of whoever made the problem.
 */

/** Memory that a node takes from `start` to before `end`, by strategy. */
export interface LiveMemory {
  readonly start: number;
  readonly end: number;
  readonly usages: Float64Array;
}

export interface EnergyNode {
  /** Cost of each strategy: [numStrategies]. */
  readonly costs: Float64Array;
  readonly memory: readonly LiveMemory[];
}

/** Costs of two nodes' choices together: [strategies of a, strategies of b], row-major. */
export interface EnergyEdge {
  readonly a: number;
  readonly b: number;
  readonly costs: Float64Array;
}

/** Which strategy should every node take, for the least cost in all, if at no time more memory is used than the limit? */
export interface EnergyProblem {
  readonly name: string;
  readonly nodes: readonly EnergyNode[];
  readonly edges: readonly EnergyEdge[];
  /** Infinity: memory does not matter. */
  readonly memoryLimit: number;
}

/** What solving found, and how far it can be from the best. */
export interface EnergySolution {
  /** Strategy of each node; of an infeasible problem the choice of least memory. */
  readonly choice: Int32Array;
  /** Infinity where no choice that keeps the limit was found. */
  readonly objective: number;
  /** No choice costs less. */
  readonly lowerBound: number;
  /** (objective − lowerBound) / objective; 0 where the objective is 0. */
  readonly gap: number;
  /** What gave the choice. */
  readonly method: 'presolve' | 'elimination' | 'enumeration' | 'message passing' | 'mip' | 'none';
  readonly timeMs: number;
  readonly feasible: boolean;
  readonly peakMemory: number;
  /** Only where not even the smallest strategies fit. */
  readonly shortage?: MemoryShortage;
}

/** Why no choice can keep the limit: what is alive at the worst time, each at its smallest. */
export interface MemoryShortage {
  readonly minimumMemory: number;
  readonly time: number;
  /** The largest first. */
  readonly alive: readonly { readonly node: number; readonly usage: number }[];
}

/** Throws `plan/energy` where nodes, edges and memory do not belong together. */
export function checkProblem({ name, nodes, edges, memoryLimit }: EnergyProblem): void {
  const fail = (message: string, given: string, expected: string): never => {
    throw new UserError('plan/energy', `${name}: ${message}`, { given, expected });
  };
  nodes.forEach(({ costs, memory }, i) => {
    if (costs.length === 0) fail(`node ${i} has no strategy`, '0 costs', 'one cost per strategy');
    if (costs.some(Number.isNaN)) fail(`a cost of node ${i} is no number`, 'NaN', 'a number or Infinity');
    for (const { usages } of memory)
      if (usages.length !== costs.length)
        fail(`node ${i} has other usages than costs`, `${usages.length} usages`, `${costs.length}, one per strategy`);
  });
  edges.forEach(({ a, b, costs }, i) => {
    for (const n of [a, b])
      if (!(n >= 0 && n < nodes.length)) fail(`edge ${i} has no such node`, String(n), `0 to ${nodes.length - 1}`);
    const expected = nodes[a].costs.length * nodes[b].costs.length;
    if (costs.length !== expected)
      fail(`edge ${i} has a table of another size`, `${costs.length} costs`, String(expected));
    if (costs.some(Number.isNaN)) fail(`a cost of edge ${i} is no number`, 'NaN', 'a number or Infinity');
  });
  const largest = (costs: ArrayLike<number>): number => {
    let most = 0;
    for (let i = 0; i < costs.length; i++) if (costs[i] > most && costs[i] !== Infinity) most = costs[i];
    return most;
  };
  const total = [...nodes, ...edges].reduce((sum, { costs }) => sum + largest(costs), 0);
  if (total === Infinity) fail('the costs are too large to be added up', 'sums beyond 1.8e308', 'smaller units');
  if (!(memoryLimit >= 0)) fail('the memory limit is no amount', String(memoryLimit), 'a number ≥ 0');
}

/** Cost of a choice; memory is not looked at. */
export function objectiveOf({ nodes, edges }: EnergyProblem, choice: ArrayLike<number>): number {
  let sum = 0;
  nodes.forEach((n, i) => {
    sum += n.costs[choice[i]];
  });
  for (const { a, b, costs } of edges) sum += costs[choice[a] * nodes[b].costs.length + choice[b]];
  return sum;
}

/** The largest sum of usages at any time, and that time. */
export function peakMemoryOf(
  { nodes }: Pick<EnergyProblem, 'nodes'>,
  usageOf: (node: number, usages: Float64Array) => number,
): { memory: number; time: number } {
  const changes = new Map<number, number>();
  const change = (time: number, by: number): void => {
    changes.set(time, (changes.get(time) ?? 0) + by);
  };
  nodes.forEach((n, i) => {
    for (const { start, end, usages } of n.memory)
      if (end > start) {
        const usage = usageOf(i, usages);
        change(start, usage);
        change(end, -usage);
      }
  });
  let [now, memory, time] = [0, 0, 0];
  for (const [t, by] of [...changes].sort(([x], [y]) => x - y)) {
    now += by;
    if (now > memory) [memory, time] = [now, t];
  }
  return { memory, time };
}
