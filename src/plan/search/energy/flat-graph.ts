import type { WorkingGraph } from './working-graph.ts';

/** What is left of a problem, in flat arrays for the searches; nodes keep their order. */
export interface FlatGraph {
  readonly numNodes: number;
  /** Working node of each. */
  readonly nodes: Int32Array;
  /** Strategies of node i are `first[i]` to before `first[i + 1]`. */
  readonly first: Int32Array;
  readonly costs: Float64Array;
  readonly numEdges: number;
  /** Edges from a lower to a higher node; table of edge e begins at `table[e]`, rows are the lower node's strategies. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly table: Int32Array;
  readonly edgeCosts: Float64Array;
  /** Edges of node i are `edgesOf[edgeRange[i]]` …: those to lower nodes come first, up to before `edgeMiddle[i]`. */
  readonly edgeRange: Int32Array;
  readonly edgeMiddle: Int32Array;
  readonly edgesOf: Int32Array;
  /** What may be used in each row beyond the least. */
  readonly limits: Float64Array;
  /** Memory items of node i are `itemRange[i]` to before `itemRange[i + 1]`: rows, and where their usages begin. */
  readonly itemRange: Int32Array;
  readonly itemStart: Int32Array;
  readonly itemEnd: Int32Array;
  readonly itemUsage: Int32Array;
  readonly usages: Float64Array;
  readonly constant: number;
}

export function flatten(g: WorkingGraph): FlatGraph {
  const nodes = Int32Array.from({ length: g.numNodes }, (_, a) => a).filter((a) => !g.isGone[a]);
  const at = new Int32Array(g.numNodes);
  nodes.forEach((a, i) => {
    at[a] = i;
  });
  const numNodes = nodes.length;
  const first = new Int32Array(numNodes + 1);
  nodes.forEach((a, i) => {
    first[i + 1] = first[i] + g.costs[a].length;
  });
  const costs = new Float64Array(first[numNodes]);
  nodes.forEach((a, i) => {
    costs.set(g.costs[a], first[i]);
  });
  const edges = [...g.edges()].map(([a, b, table]) => [at[a], at[b], table] as const);
  edges.sort(([a, b], [c, d]) => a - c || b - d);
  const numEdges = edges.length;
  const [low, high, table] = [new Int32Array(numEdges), new Int32Array(numEdges), new Int32Array(numEdges + 1)];
  edges.forEach(([a, b, t], e) => {
    low[e] = a;
    high[e] = b;
    table[e + 1] = table[e] + t.length;
  });
  const edgeCosts = new Float64Array(table[numEdges]);
  edges.forEach(([, , t], e) => {
    edgeCosts.set(t, table[e]);
  });
  const around: { below: number[]; above: number[] }[] = Array.from({ length: numNodes }, () => ({
    below: [],
    above: [],
  }));
  edges.forEach(([a, b], e) => {
    around[a].above.push(e);
    around[b].below.push(e);
  });
  const edgeRange = new Int32Array(numNodes + 1);
  const edgeMiddle = new Int32Array(numNodes);
  around.forEach(({ below, above }, i) => {
    edgeMiddle[i] = edgeRange[i] + below.length;
    edgeRange[i + 1] = edgeMiddle[i] + above.length;
  });
  const items = Array.from(nodes, (a) => g.memory[a]);
  const itemRange = new Int32Array(numNodes + 1);
  items.forEach((list, i) => {
    itemRange[i + 1] = itemRange[i] + list.length;
  });
  const flat = items.flat();
  const itemUsage = new Int32Array(flat.length + 1);
  flat.forEach((m, i) => {
    itemUsage[i + 1] = itemUsage[i] + m.usages.length;
  });
  const usages = new Float64Array(itemUsage[flat.length]);
  flat.forEach((m, i) => {
    usages.set(m.usages, itemUsage[i]);
  });
  return {
    numNodes,
    nodes,
    first,
    costs,
    numEdges,
    low,
    high,
    table,
    edgeCosts,
    edgeRange,
    edgeMiddle,
    edgesOf: Int32Array.from(around.flatMap(({ below, above }) => [...below, ...above])),
    limits: g.limits,
    itemRange,
    itemStart: Int32Array.from(flat, (m) => m.start),
    itemEnd: Int32Array.from(flat, (m) => m.end),
    itemUsage,
    usages,
    constant: g.constant,
  };
}

/** Cost of a choice of the flat graph, the constant included. */
export function costOf(g: FlatGraph, choice: Int32Array): number {
  let sum = g.constant;
  for (let i = 0; i < g.numNodes; i++) sum += g.costs[g.first[i] + choice[i]];
  for (let e = 0; e < g.numEdges; e++) {
    const b = g.high[e];
    sum += g.edgeCosts[g.table[e] + choice[g.low[e]] * (g.first[b + 1] - g.first[b]) + choice[b]];
  }
  return sum;
}

/** What a choice uses in each row. */
export function usageOf(g: FlatGraph, choice: Int32Array): Float64Array {
  const used = new Float64Array(g.limits.length + 1);
  for (let i = 0; i < g.numNodes; i++)
    for (let m = g.itemRange[i]; m < g.itemRange[i + 1]; m++) {
      const usage = g.usages[g.itemUsage[m] + choice[i]];
      used[g.itemStart[m]] += usage;
      used[g.itemEnd[m]] -= usage;
    }
  for (let r = 1; r < used.length; r++) used[r] += used[r - 1];
  return used.subarray(0, g.limits.length);
}
