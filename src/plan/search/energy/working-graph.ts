import { type MemoryRows, rowsOfTimes } from './memory-rows.ts';
import type { EnergyProblem, LiveMemory } from './problem.ts';

/**
 * A problem that rules make smaller: nodes lose strategies and neighbours, edges are joined, and what was taken out is remembered so
 * that a choice of the rest gives one of all.
 */
export class WorkingGraph {
  readonly numNodes: number;
  /** Costs of the strategies left, and which of the original ones they are. */
  readonly costs: Float64Array[];
  readonly names: Int32Array[];
  memory: LiveMemory[][];
  limits: Float64Array;
  /** Table of each edge under both its ends; `tables[a].get(b)` is [strategies of a, strategies of b] if a < b, else its transpose of `tables[b].get(a)`: one object, see `table`. */
  readonly #edges: Map<number, Float64Array>[];
  readonly isGone: Uint8Array;
  /** Cost of what has been decided. */
  constant = 0;
  /** In the order in which nodes went. */
  readonly #gone: ((choice: Int32Array) => void)[] = [];

  constructor({ nodes, edges, memoryLimit }: EnergyProblem) {
    this.numNodes = nodes.length;
    this.costs = nodes.map((n) => n.costs.slice());
    this.names = nodes.map((n) => Int32Array.from(n.costs, (_, s) => s));
    const rows = rowsOfTimes(
      nodes.map((n) => n.memory),
      memoryLimit,
    );
    this.memory = rows.memory;
    this.limits = rows.limits;
    this.isGone = new Uint8Array(nodes.length);
    this.#edges = nodes.map(() => new Map());
    for (const { a, b, costs } of edges) {
      if (a === b) {
        const n = nodes[a].costs.length;
        for (let s = 0; s < n; s++) this.costs[a][s] += costs[s * n + s];
      } else this.addEdge(a, b, costs.slice());
    }
  }

  get rows(): MemoryRows {
    return { limits: this.limits, memory: this.memory };
  }
  set rows({ limits, memory }: MemoryRows) {
    this.limits = limits;
    this.memory = memory;
  }

  neighbours(a: number): IterableIterator<number> {
    return this.#edges[a].keys();
  }
  degree(a: number): number {
    return this.#edges[a].size;
  }
  hasEdge(a: number, b: number): boolean {
    return this.#edges[a].has(b);
  }
  /** The table of an edge with a's strategies as rows where a < b; for a > b the same object, whose rows are b's. */
  table(a: number, b: number): Float64Array {
    return this.#edges[a].get(b)!;
  }
  /** A copy of the table whose rows are a's strategies. */
  rowsOf(a: number, b: number): Float64Array {
    const table = this.table(a, b);
    return a < b ? table : transposed(table, this.costs[b].length, this.costs[a].length);
  }
  /** Adds costs [strategies of a, strategies of b] to the edge, which need not exist. The array is taken over. */
  addEdge(a: number, b: number, costs: Float64Array): void {
    const table = a < b ? costs : transposed(costs, this.costs[a].length, this.costs[b].length);
    const known = this.#edges[a].get(b);
    if (known) for (let i = 0; i < table.length; i++) known[i] += table[i];
    else this.setTable(a, b, table);
  }
  setTable(a: number, b: number, table: Float64Array): void {
    this.#edges[a].set(b, table);
    this.#edges[b].set(a, table);
  }
  removeEdge(a: number, b: number): void {
    this.#edges[a].delete(b);
    this.#edges[b].delete(a);
  }
  /** All edges, each once, as a < b. */
  *edges(): Generator<readonly [a: number, b: number, table: Float64Array]> {
    for (let a = 0; a < this.numNodes; a++) for (const [b, table] of this.#edges[a]) if (a < b) yield [a, b, table];
  }

  /** Keeps the strategies of a node that `kept` marks. */
  keep(a: number, kept: Uint8Array): void {
    const index = Int32Array.from(kept.keys()).filter((s) => kept[s] === 1);
    for (const b of [...this.neighbours(a)]) {
      const table = this.table(a, b);
      const [na, nb] = [this.costs[a].length, this.costs[b].length];
      const smaller = new Float64Array(index.length * nb);
      index.forEach((s, i) => {
        if (a < b) smaller.set(table.subarray(s * nb, (s + 1) * nb), i * nb);
        else for (let t = 0; t < nb; t++) smaller[t * index.length + i] = table[t * na + s];
      });
      this.setTable(a, b, smaller);
    }
    this.costs[a] = Float64Array.from(index, (s) => this.costs[a][s]);
    this.names[a] = Int32Array.from(index, (s) => this.names[a][s]);
    this.memory[a] = this.memory[a].map((m) => ({ ...m, usages: Float64Array.from(index, (s) => m.usages[s]) }));
  }

  /** Takes a node out; `decide` writes its strategy once those of the nodes left are known. */
  remove(a: number, decide: (choice: Int32Array) => void): void {
    for (const b of [...this.neighbours(a)]) this.removeEdge(a, b);
    this.isGone[a] = 1;
    this.memory[a] = [];
    this.#gone.push(decide);
  }

  /** Original strategies by those of the nodes left, of which `chosen` has the current ones. */
  expand(chosen: (node: number) => number): Int32Array {
    const choice = new Int32Array(this.numNodes);
    for (let a = 0; a < this.numNodes; a++) if (!this.isGone[a]) choice[a] = this.names[a][chosen(a)];
    for (let i = this.#gone.length - 1; i >= 0; i--) this.#gone[i](choice);
    return choice;
  }

  /** A node's current strategies by their original ones; −1 for those that are no more. */
  positions(a: number): Int32Array {
    const last = this.names[a].reduce((x, y) => Math.max(x, y), -1);
    const positions = new Int32Array(last + 1).fill(-1);
    this.names[a].forEach((name, s) => {
      positions[name] = s;
    });
    return positions;
  }
}

/** [rows, columns] → [columns, rows] */
export function transposed(table: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(table.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = table[r * columns + c];
  return out;
}
