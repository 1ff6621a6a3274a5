import type { FlatGraph } from './flat-graph.ts';

/*
 * Depth-first search over all choices, cut where cost or memory of what is chosen already is too much: exact, for small graphs.
 */

/** The best choice that keeps the limits; undefined after `maxSteps` steps without an end. `choice` is absent where there is none. */
export function branch(
  g: FlatGraph,
  maxSteps: number,
): { readonly choice: Int32Array | undefined; readonly objective: number } | undefined {
  const n = g.numNodes;
  const choice = new Int32Array(n);
  const used = new Float64Array(g.limits.length);
  // What nodes from i on cost at least.
  const rest = new Float64Array(n + 1);
  for (let i = n - 1; i >= 0; i--) {
    let least = Infinity;
    for (let x = g.first[i]; x < g.first[i + 1]; x++) least = Math.min(least, g.costs[x]);
    rest[i] = rest[i + 1] + least;
  }
  let best: Int32Array | undefined;
  let objective = Infinity;
  let steps = 0;
  const use = (i: number, s: number, sign: 1 | -1): boolean => {
    let fits = true;
    for (let m = g.itemRange[i]; m < g.itemRange[i + 1]; m++) {
      const usage = g.usages[g.itemUsage[m] + s];
      if (usage === 0) continue;
      for (let r = g.itemStart[m]; r < g.itemEnd[m]; r++) {
        used[r] += sign * usage;
        if (used[r] > g.limits[r]) fits = false;
      }
    }
    return fits;
  };
  const visit = (i: number, cost: number): boolean => {
    if (++steps > maxSteps) return false;
    if (i === n) {
      [objective, best] = [cost, choice.slice()];
      return true;
    }
    const size = g.first[i + 1] - g.first[i];
    for (let s = 0; s < size; s++) {
      let next = cost + g.costs[g.first[i] + s];
      for (let k = g.edgeRange[i]; k < g.edgeMiddle[i]; k++) {
        const e = g.edgesOf[k];
        next += g.edgeCosts[g.table[e] + choice[g.low[e]] * size + s];
      }
      if (next + rest[i + 1] >= objective) continue;
      choice[i] = s;
      const goesOn = !use(i, s, 1) || visit(i + 1, next);
      use(i, s, -1);
      if (!goesOn) return false;
    }
    return true;
  };
  return visit(0, g.constant) ? { choice: best, objective } : undefined;
}
