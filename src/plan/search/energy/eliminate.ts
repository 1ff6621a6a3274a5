import type { FlatGraph } from './flat-graph.ts';

/*
 * Exact elimination of variables: of all nodes, one after the other, each into a table over its neighbours. Memory takes no part.
 * Source: Dechter, "Bucket elimination" (1999); the order is the greedy one of the smallest next table.
 */

/** Costs that depend on some nodes' strategies: row-major over `nodes`. */
interface Factor {
  readonly nodes: readonly number[];
  readonly costs: Float64Array;
}

/** The best choice where memory does not matter; undefined where a table would have more than `maxTable` entries. */
export function eliminateAll(g: FlatGraph, maxTable: number): Int32Array | undefined {
  const sizes = Int32Array.from({ length: g.numNodes }, (_, i) => g.first[i + 1] - g.first[i]);
  const order = eliminationOrder(g, sizes, maxTable);
  if (!order) return undefined;
  const factors: Set<Factor>[] = Array.from({ length: g.numNodes }, () => new Set());
  const add = (f: Factor): void => {
    for (const n of f.nodes) factors[n].add(f);
  };
  for (let e = 0; e < g.numEdges; e++)
    add({ nodes: [g.low[e], g.high[e]], costs: g.edgeCosts.subarray(g.table[e], g.table[e + 1]) });
  const decisions: { node: number; scope: readonly number[]; best: Int32Array }[] = [];
  for (const node of order) {
    const own = [...factors[node]];
    for (const f of own) for (const n of f.nodes) factors[n].delete(f);
    const scope = [...new Set(own.flatMap((f) => f.nodes))].filter((n) => n !== node).sort((a, b) => a - b);
    const { least, best } = minimize(node, g.costs.subarray(g.first[node], g.first[node + 1]), scope, own, sizes);
    decisions.push({ node, scope, best });
    if (scope.length > 0) add({ nodes: scope, costs: least });
  }
  const choice = new Int32Array(g.numNodes);
  for (const { node, scope, best } of decisions.reverse()) {
    let at = 0;
    for (const n of scope) at = at * sizes[n] + choice[n];
    choice[node] = best[at];
  }
  return choice;
}

function eliminationOrder(g: FlatGraph, sizes: Int32Array, maxTable: number): number[] | undefined {
  const around: Set<number>[] = Array.from({ length: g.numNodes }, () => new Set());
  for (let e = 0; e < g.numEdges; e++) {
    around[g.low[e]].add(g.high[e]);
    around[g.high[e]].add(g.low[e]);
  }
  const tableOf = (i: number): number => {
    let size = sizes[i];
    for (const n of around[i]) size *= sizes[n];
    return size;
  };
  const size = Float64Array.from({ length: g.numNodes }, (_, i) => tableOf(i));
  const left = new Set(size.keys());
  const order: number[] = [];
  let total = 0;
  while (left.size > 0) {
    let next = -1;
    for (const i of left) if (next < 0 || size[i] < size[next]) next = i;
    total += size[next];
    if (size[next] > maxTable || total > 20 * maxTable) return undefined;
    order.push(next);
    left.delete(next);
    const neighbours = [...around[next]];
    for (const n of neighbours) {
      around[n].delete(next);
      for (const m of neighbours) if (m !== n) around[n].add(m);
    }
    for (const n of neighbours) size[n] = tableOf(n);
  }
  return order;
}

/** For every choice of `scope`, the least that a node and its factors cost, and the strategy that costs it. */
function minimize(
  node: number,
  costs: Float64Array,
  scope: readonly number[],
  factors: readonly Factor[],
  sizes: Int32Array,
): { least: Float64Array; best: Int32Array } {
  const size = scope.reduce((n, i) => n * sizes[i], 1);
  const [least, best] = [new Float64Array(size), new Int32Array(size)];
  // How far each factor's place moves with each node of the scope, and with the node itself.
  const strides = factors.map((f) => {
    let stride = 1;
    const of = new Map<number, number>();
    for (let k = f.nodes.length - 1; k >= 0; k--) {
      of.set(f.nodes[k], stride);
      stride *= sizes[f.nodes[k]];
    }
    return { own: of.get(node)!, scope: scope.map((n) => of.get(n) ?? 0) };
  });
  const digits = new Int32Array(scope.length);
  const at = new Int32Array(factors.length);
  for (let x = 0; x < size; x++) {
    let [low, strategy] = [Infinity, 0];
    for (let s = 0; s < costs.length; s++) {
      let cost = costs[s];
      for (let f = 0; f < factors.length; f++) cost += factors[f].costs[at[f] + s * strides[f].own];
      if (cost < low) [low, strategy] = [cost, s];
    }
    least[x] = low;
    best[x] = strategy;
    for (let k = scope.length - 1; k >= 0; k--) {
      digits[k]++;
      for (let f = 0; f < factors.length; f++) at[f] += strides[f].scope[k];
      if (digits[k] < sizes[scope[k]]) break;
      for (let f = 0; f < factors.length; f++) at[f] -= strides[f].scope[k] * sizes[scope[k]];
      digits[k] = 0;
    }
  }
  return { least, best };
}
