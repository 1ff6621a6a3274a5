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
  const queue = new SmallestFirst();
  for (let i = 0; i < g.numNodes; i++) queue.push(size[i], i);
  const order: number[] = [];
  const isGone = new Uint8Array(g.numNodes);
  let total = 0;
  while (order.length < g.numNodes) {
    const [table, next] = queue.pop();
    if (isGone[next] || table !== size[next]) continue;
    total += table;
    if (table > maxTable || total > 20 * maxTable) return undefined;
    order.push(next);
    isGone[next] = 1;
    const neighbours = [...around[next]];
    for (const n of neighbours) {
      around[n].delete(next);
      for (const m of neighbours) if (m !== n) around[n].add(m);
    }
    for (const n of neighbours) {
      const changed = tableOf(n);
      if (changed === size[n]) continue;
      size[n] = changed;
      queue.push(changed, n);
    }
  }
  return order;
}

/** A binary heap of nodes by size; of equal sizes the lower node first. */
class SmallestFirst {
  readonly #items: (readonly [size: number, node: number])[] = [];

  #isBefore(i: number, j: number): boolean {
    const [a, b] = [this.#items[i], this.#items[j]];
    return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
  }

  #swap(i: number, j: number): void {
    [this.#items[i], this.#items[j]] = [this.#items[j], this.#items[i]];
  }

  push(size: number, node: number): void {
    let i = this.#items.push([size, node]) - 1;
    for (let parent = (i - 1) >> 1; i > 0 && this.#isBefore(i, parent); i = parent, parent = (i - 1) >> 1)
      this.#swap(i, parent);
  }

  pop(): readonly [size: number, node: number] {
    this.#swap(0, this.#items.length - 1);
    const first = this.#items.pop()!;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < this.#items.length && this.#isBefore(child, least)) least = child;
      if (least === i) return first;
      this.#swap(i, least);
      i = least;
    }
  }
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
