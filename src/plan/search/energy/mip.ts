import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { costOf, type FlatGraph } from './flat-graph.ts';
import type { Found } from './priced-search.ts';

/*
 * The problem as a mixed-integer program in marginal form: a column per strategy (binary) and per allowed pair of an edge
 * (continuous); of every node one strategy; the pairs of a strategy along an edge sum to it. This form's linear relaxation is tight,
 * others' is not. HiGHS solves it on a thread of its own.
 */

export interface MipOptions {
  readonly seed: number;
  /** `performance.now()` at which to stop; the solver may take some seconds more. */
  readonly deadline: number;
  /** Relative gap at which it may stop. */
  readonly gap: number;
  /** Strategy of each node to begin with. */
  readonly start?: Int32Array | undefined;
}

/** Columns that the program of a graph has: what memory and time it takes goes by them. */
export const numColumns = (g: FlatGraph): number =>
  g.first[g.numNodes] + g.edgeCosts.reduce((n, c) => n + (c < Infinity ? 1 : 0), 0);

interface Answer {
  readonly error?: string;
  readonly values?: Float64Array;
  readonly bound?: number;
}

/** Solves a graph with HiGHS; undefined where the solver is not there, failed or found nothing. */
export async function solveMip(g: FlatGraph, options: MipOptions): Promise<Found | undefined> {
  const library = libraryPath();
  if (library === undefined) return undefined;
  const scale = costScale(g);
  const worker = new Worker(mipThreadSource, {
    eval: true,
    workerData: {
      library,
      model: marginalForm(g, scale),
      start: options.start && {
        indices: Int32Array.from(options.start, (s, i) => g.first[i] + s),
        values: new Float64Array(g.numNodes).fill(1),
      },
      options: {
        output_flag: false,
        time_limit: Math.max(0.1, (options.deadline - performance.now()) / 1000),
        mip_rel_gap: options.gap,
        random_seed: options.seed,
      },
    },
  });
  try {
    const answer = await new Promise<Answer>((resolve) => {
      // The time limit is kept only between steps of the solver.
      const timer = setTimeout(() => resolve({ error: 'late' }), options.deadline - performance.now() + 10_000);
      worker.once('message', (a: Answer) => resolve(a));
      worker.once('error', (e) => resolve({ error: e.message }));
      worker.once('exit', () => {
        clearTimeout(timer);
        resolve({ error: 'ended' });
      });
    });
    const lowerBound = answer.bound === undefined ? g.constant : g.constant + answer.bound * scale;
    if (!answer.values) return undefined;
    const choice = Int32Array.from({ length: g.numNodes }, (_, i) => {
      const own = answer.values!.subarray(g.first[i], g.first[i + 1]);
      return own.indexOf(own.reduce((a, b) => Math.max(a, b), -Infinity));
    });
    return { choice, objective: costOf(g, choice), lowerBound };
  } finally {
    void worker.terminate();
  }
}

/** Undefined where the package is not installed: the search's choice and its bound then stand. */
function libraryPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('highs');
  } catch {
    return undefined;
  }
}

/** The 90th percentile of what is not free. */
function costScale(g: FlatGraph): number {
  const some = [...g.costs, ...g.edgeCosts].filter((c) => c > 0 && c < Infinity).sort((a, b) => a - b);
  return some.length === 0 ? 1 : some[Math.floor(0.9 * (some.length - 1))];
}

function marginalForm(g: FlatGraph, scale: number): object {
  const numStrategies = g.first[g.numNodes];
  const numCols = numColumns(g);
  const colCost = new Float64Array(numCols);
  for (let s = 0; s < numStrategies; s++) colCost[s] = g.costs[s] / scale;
  const [starts, indices, values, lower, upper]: number[][] = [[0], [], [], [], []];
  const endRow = (low: number, high: number): void => {
    starts.push(indices.length);
    lower.push(low);
    upper.push(high);
  };
  const put = (column: number, value: number): void => {
    indices.push(column);
    values.push(value);
  };
  for (let i = 0; i < g.numNodes; i++) {
    for (let s = g.first[i]; s < g.first[i + 1]; s++) put(s, 1);
    endRow(1, 1);
  }
  let column = numStrategies;
  for (let e = 0; e < g.numEdges; e++) {
    const [a, b] = [g.low[e], g.high[e]];
    const [n, m] = [g.first[a + 1] - g.first[a], g.first[b + 1] - g.first[b]];
    const columnsOf = new Int32Array(n * m).fill(-1);
    for (let x = 0; x < n * m; x++) {
      const cost = g.edgeCosts[g.table[e] + x];
      if (cost === Infinity) continue;
      colCost[column] = cost / scale;
      columnsOf[x] = column++;
    }
    for (let s = 0; s < n; s++) {
      for (let t = 0; t < m; t++) if (columnsOf[s * m + t] >= 0) put(columnsOf[s * m + t], 1);
      put(g.first[a] + s, -1);
      endRow(0, 0);
    }
    for (let t = 0; t < m; t++) {
      for (let s = 0; s < n; s++) if (columnsOf[s * m + t] >= 0) put(columnsOf[s * m + t], 1);
      put(g.first[b] + t, -1);
      endRow(0, 0);
    }
  }
  const itemsOfRow: { node: number; item: number }[][] = Array.from(g.limits, () => []);
  for (let node = 0; node < g.numNodes; node++)
    for (let item = g.itemRange[node]; item < g.itemRange[node + 1]; item++)
      for (let r = g.itemStart[item]; r < g.itemEnd[item]; r++) itemsOfRow[r].push({ node, item });
  itemsOfRow.forEach((items, r) => {
    // Rows in thousandths of their limit.
    const unit = Math.max(g.limits[r], 1e-9) / 1e3;
    const byColumn = new Map<number, number>();
    for (const { node, item } of items)
      for (let s = g.first[node], u = g.itemUsage[item]; s < g.first[node + 1]; s++, u++)
        if (g.usages[u] > 0) byColumn.set(s, (byColumn.get(s) ?? 0) + g.usages[u]);
    for (const [s, usage] of byColumn) put(s, usage / unit);
    endRow(0, g.limits[r] / unit);
  });
  const integrality = new Int32Array(numCols);
  integrality.fill(1, 0, numStrategies);
  return {
    numCols,
    numRows: lower.length,
    colCost,
    colLower: new Float64Array(numCols),
    colUpper: new Float64Array(numCols).fill(1),
    rowLower: Float64Array.from(lower),
    rowUpper: Float64Array.from(upper),
    matrix: {
      format: 'csr',
      numRows: lower.length,
      numCols,
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
    integrality,
  };
}

/** As text: bundlers need not know about it. */
const mipThreadSource = `'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { library, model: data, start, options } = workerData;
(async () => {
  const highs = await require(library)();
  const model = highs.createModel();
  for (const [name, value] of Object.entries(options)) model.options.set(name, value);
  model.passModel(data);
  if (start) model.setSolution(start);
  model.run();
  const has = Number(model.info.get('primal_solution_status')) === 2;
  parentPort.postMessage({
    values: has ? Float64Array.from(model.getSolution().colValue) : undefined,
    bound: Number(model.info.get('mip_dual_bound')),
  });
})().catch((e) => parentPort.postMessage({ error: String((e && e.message) || e) }));
`;
