import { simplifyRows } from './memory-rows.ts';
import type { WorkingGraph } from './working-graph.ts';

/*
 * Rules that make a problem smaller and keep its best value: forbidden strategies go (arc consistency), nodes that follow another
 * are contracted into it, strategies go that another one is never worse than, and nodes without say in memory that have at most
 * two neighbours are eliminated into them.
 * Sources: Scholz and Eckstein, "Register allocation for irregular architectures" (2002: R0 to R2); Goldstein, "Efficient rotamer
 * elimination" (1994: dominated strategies).
 */

/** Thrown where a node has no strategy left. */
export class NoStrategyLeft extends Error {
  readonly node: number;
  constructor(node: number) {
    super(`node ${node} has no strategy left`);
    this.node = node;
  }
}

export interface ReduceLimits {
  /** Largest table that eliminating a node of two neighbours may make. */
  readonly tableSize: number;
  /** Comparisons that looking for dominated strategies of one node may take. */
  readonly dominanceWork: number;
  /** `performance.now()` after which no new round begins. */
  readonly deadline: number;
}

/** Applies all rules until none does anything. Throws `NoStrategyLeft` where forbidden costs leave no choice. */
export function reduce(g: WorkingGraph, limits: ReduceLimits): void {
  removeForbidden(g);
  for (let round = 0; round < 8; round++) {
    const before = sizeOf(g);
    contractFollowers(g);
    removeForbidden(g);
    moveMinima(g);
    g.rows = simplifyRows(g.rows);
    if (performance.now() > limits.deadline) break;
    removeDominated(g, limits);
    removeForbidden(g);
    g.rows = simplifyRows(g.rows);
    eliminate(g, limits.tableSize);
    removeForbidden(g);
    moveMinima(g);
    if (sizeOf(g) >= before * 0.995 || performance.now() > limits.deadline) break;
  }
}

function sizeOf(g: WorkingGraph): number {
  let size = 0;
  for (let a = 0; a < g.numNodes; a++) if (!g.isGone[a]) size += g.costs[a].length;
  for (const [, , table] of g.edges()) size += table.length;
  return size;
}

/** Arc consistency: a strategy needs a finite cost, and along every edge a partner. */
export function removeForbidden(g: WorkingGraph): void {
  const queue = Array.from({ length: g.numNodes }, (_, a) => a).filter((a) => !g.isGone[a]);
  const isQueued = new Uint8Array(g.numNodes).fill(1);
  for (let next = 0; next < queue.length; next++) {
    const a = queue[next];
    isQueued[a] = 0;
    const n = g.costs[a].length;
    const kept = Uint8Array.from(g.costs[a], (c) => (c < Infinity ? 1 : 0));
    for (const b of g.neighbours(a)) {
      const table = g.table(a, b);
      const m = g.costs[b].length;
      const [step, stride] = a < b ? [m, 1] : [1, n];
      for (let s = 0; s < n; s++) {
        if (kept[s] === 0) continue;
        let t = 0;
        while (t < m && table[s * step + t * stride] === Infinity) t++;
        if (t === m) kept[s] = 0;
      }
    }
    const numKept = kept.reduce((x, y) => x + y, 0);
    if (numKept === 0) throw new NoStrategyLeft(a);
    if (numKept === n) continue;
    g.keep(a, kept);
    for (const b of g.neighbours(a))
      if (!isQueued[b]) {
        isQueued[b] = 1;
        queue.push(b);
      }
  }
}

/** Moves what every pair of a row or column costs to the nodes; edges that then cost nothing go. */
export function moveMinima(g: WorkingGraph): void {
  for (const [a, b, table] of [...g.edges()]) {
    const [n, m] = [g.costs[a].length, g.costs[b].length];
    let isZero = true;
    for (let s = 0; s < n; s++) {
      let least = Infinity;
      for (let t = 0; t < m; t++) if (table[s * m + t] < least) least = table[s * m + t];
      if (least !== 0) {
        g.costs[a][s] += least;
        for (let t = 0; t < m; t++) table[s * m + t] -= least;
      }
    }
    for (let t = 0; t < m; t++) {
      let least = Infinity;
      for (let s = 0; s < n; s++) if (table[s * m + t] < least) least = table[s * m + t];
      if (least !== 0) {
        g.costs[b][t] += least;
        for (let s = 0; s < n; s++) table[s * m + t] -= least;
      }
      for (let s = 0; isZero && s < n; s++) if (table[s * m + t] !== 0) isZero = false;
    }
    if (isZero) g.removeEdge(a, b);
  }
  for (let a = 0; a < g.numNodes; a++) {
    if (g.isGone[a]) continue;
    const least = g.costs[a].reduce((x, y) => Math.min(x, y), Infinity);
    g.constant += least;
    for (let s = 0; s < g.costs[a].length; s++) g.costs[a][s] -= least;
  }
}

/** Along the edge to `leader`, the one strategy of `a` that each of the leader's allows; undefined where there is a choice. */
function followed(g: WorkingGraph, a: number, leader: number): Int32Array | undefined {
  const table = g.table(a, leader);
  const [n, m] = [g.costs[a].length, g.costs[leader].length];
  const [step, stride] = a < leader ? [m, 1] : [1, n];
  const strategy = new Int32Array(m).fill(-1);
  for (let t = 0; t < m; t++)
    for (let s = 0; s < n; s++)
      if (table[s * step + t * stride] < Infinity) {
        if (strategy[t] >= 0) return undefined;
        strategy[t] = s;
      }
  return strategy;
}

/** Nodes whose strategy follows from a neighbour's become part of it. */
function contractFollowers(g: WorkingGraph): void {
  const queue = Array.from({ length: g.numNodes }, (_, a) => a);
  for (let next = 0; next < queue.length; next++) {
    const a = queue[next];
    if (g.isGone[a]) continue;
    if (g.costs[a].length === 1) {
      decideOnly(g, a, queue);
      continue;
    }
    for (const leader of g.neighbours(a)) {
      const [n, m] = [g.costs[a].length, g.costs[leader].length];
      // Tables grow with the leader's strategies: only where that is little.
      if (m < n || (m > n && g.degree(a) > 2)) continue;
      const strategy = followed(g, a, leader);
      if (!strategy) continue;
      if (m === n && g.degree(a) > g.degree(leader)) {
        // Each follows the other: that with fewer edges goes.
        const back = followed(g, leader, a);
        if (!back) continue;
        contract(g, leader, a, back);
        queue.push(a);
      } else {
        contract(g, a, leader, strategy);
        queue.push(leader);
      }
      break;
    }
  }
}

function decideOnly(g: WorkingGraph, a: number, queue: number[]): void {
  g.constant += g.costs[a][0];
  for (const b of g.neighbours(a)) {
    const table = g.table(a, b);
    for (let t = 0; t < table.length; t++) g.costs[b][t] += table[t];
    queue.push(b);
  }
  takeOff(g, g.memory[a], () => 0);
  const name = g.names[a][0];
  g.remove(a, (choice) => {
    choice[a] = name;
  });
}

/** What a decided node uses is no longer there for others. */
function takeOff(g: WorkingGraph, memory: WorkingGraph['memory'][number], strategy: () => number): void {
  for (const { start, end, usages } of memory) for (let r = start; r < end; r++) g.limits[r] -= usages[strategy()];
}

function contract(g: WorkingGraph, a: number, leader: number, strategy: Int32Array): void {
  const m = g.costs[leader].length;
  const edge = g.rowsOf(leader, a);
  const n = g.costs[a].length;
  for (let t = 0; t < m; t++) g.costs[leader][t] += g.costs[a][strategy[t]] + edge[t * n + strategy[t]];
  for (const b of [...g.neighbours(a)]) {
    if (b === leader) continue;
    const rows = g.rowsOf(a, b);
    const k = g.costs[b].length;
    const moved = new Float64Array(m * k);
    for (let t = 0; t < m; t++) moved.set(rows.subarray(strategy[t] * k, (strategy[t] + 1) * k), t * k);
    g.addEdge(leader, b, moved);
  }
  g.memory[leader] = joinMemory([
    ...g.memory[leader],
    ...g.memory[a].map((live) => ({ ...live, usages: Float64Array.from(strategy, (s) => live.usages[s]) })),
  ]);
  const positions = g.positions(leader);
  const names = Int32Array.from(strategy, (s) => g.names[a][s]);
  g.remove(a, (choice) => {
    choice[a] = names[positions[choice[leader]]];
  });
}

/** Memory over the same rows becomes one. */
function joinMemory(memory: WorkingGraph['memory'][number]): WorkingGraph['memory'][number] {
  const byRows = new Map<string, (typeof memory)[number]>();
  for (const live of memory) {
    const key = `${live.start} ${live.end}`;
    const known = byRows.get(key);
    byRows.set(key, known ? { ...known, usages: known.usages.map((u, s) => u + live.usages[s]) } : live);
  }
  return [...byRows.values()];
}

/** A strategy goes where another of its node, whatever the neighbours do, costs and uses no more. */
function removeDominated(g: WorkingGraph, { dominanceWork, deadline }: ReduceLimits): void {
  for (let a = 0; a < g.numNodes; a++) {
    if (g.isGone[a] || performance.now() > deadline) continue;
    const n = g.costs[a].length;
    if (n < 2) continue;
    const tables = [...g.neighbours(a)].map((b) => ({ rows: g.rowsOf(a, b), m: g.costs[b].length }));
    const costs = g.costs[a];
    const memory = g.memory[a];
    const kept = new Uint8Array(n).fill(1);
    let work = dominanceWork;
    const dominates = (p: number, q: number): boolean => {
      for (const { usages } of memory) if (usages[p] > usages[q]) return false;
      let worse = costs[p] - costs[q];
      if (!(worse <= 0)) return false;
      for (const { rows, m } of tables) {
        let most = -Infinity;
        work -= m;
        for (let t = 0, [x, y] = [p * m, q * m]; t < m; t++, x++, y++) {
          if (rows[y] === Infinity) continue;
          const d = rows[x] - rows[y];
          if (d > most) most = d;
        }
        worse += most;
        if (worse === Infinity) return false;
      }
      return worse <= 0;
    };
    const order = Int32Array.from(costs.keys()).sort((p, q) => costs[p] - costs[q]);
    for (let i = n - 1; i > 0 && work > 0; i--) {
      const q = order[i];
      for (let j = 0; j < n && work > 0; j++) {
        const p = order[j];
        if (p === q || kept[p] === 0) continue;
        if (costs[p] > costs[q]) break;
        if (dominates(p, q)) {
          kept[q] = 0;
          break;
        }
      }
    }
    if (kept.includes(0)) g.keep(a, kept);
  }
}

/** Nodes without memory and with at most two neighbours are eliminated into them. */
function eliminate(g: WorkingGraph, tableSize: number): void {
  const queue = Array.from({ length: g.numNodes }, (_, a) => a);
  for (let next = 0; next < queue.length; next++) {
    const a = queue[next];
    if (g.isGone[a] || g.memory[a].length > 0 || g.degree(a) > 2) continue;
    const around = [...g.neighbours(a)];
    if (around.length === 2) {
      const size = g.costs[around[0]].length * g.costs[around[1]].length;
      if (size > tableSize && !g.hasEdge(around[0], around[1])) continue;
    }
    eliminateNode(g, a);
    queue.push(...around);
  }
}

/** Eliminates a node of at most two neighbours. */
function eliminateNode(g: WorkingGraph, a: number): void {
  const [b, c] = g.neighbours(a);
  const costs = g.costs[a];
  const n = costs.length;
  const names = g.names[a];
  if (b === undefined) {
    let best = 0;
    for (let s = 1; s < n; s++) if (costs[s] < costs[best]) best = s;
    g.constant += costs[best];
    g.remove(a, (choice) => {
      choice[a] = names[best];
    });
    return;
  }
  const [nb, nc] = [g.costs[b].length, c === undefined ? 1 : g.costs[c].length];
  const fromB = g.rowsOf(b, a);
  const fromC = c === undefined ? new Float64Array(n) : g.rowsOf(c, a);
  const least = new Float64Array(nb * nc);
  const best = new Int32Array(nb * nc);
  for (let s = 0; s < nb; s++)
    for (let t = 0; t < nc; t++) {
      let [low, at] = [Infinity, 0];
      for (let x = 0; x < n; x++) {
        const cost = costs[x] + fromB[s * n + x] + fromC[t * n + x];
        if (cost < low) [low, at] = [cost, x];
      }
      least[s * nc + t] = low;
      best[s * nc + t] = names[at];
    }
  const [inB, inC] = [g.positions(b), c === undefined ? undefined : g.positions(c)];
  g.remove(a, (choice) => {
    choice[a] = best[inB[choice[b]] * nc + (inC ? inC[choice[c]] : 0)];
  });
  if (c !== undefined) g.addEdge(b, c, least);
  else for (let s = 0; s < nb; s++) g.costs[b][s] += least[s];
}
