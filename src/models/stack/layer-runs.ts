import { isTensor, np, scan, type Tensor, tree } from '../../api/index.ts';
import type { LayerConfig } from './config.ts';
import type { LayerTensors } from './weights.ts';

/*
 * Layers that repeat, so that a program can have them once, in a loop. What repeats may be several layers: five that see a window and one that sees
 * everything, say.
 */

/** Layers `start` to `start + period · count − 1`: `count` times the same `period` layers. */
export interface LayerRun {
  readonly start: number;
  readonly period: number;
  readonly count: number;
}

/** A loop has its price, too: as much as half a layer. */
const LOOP_COST = 0.5;

/**
 * The runs that together are layers 0 to `kinds.length − 1`, such that the fewest layers have to be written down. Layers of the same kind are
 * interchangeable but for the numbers in their weights.
 * @example layerRuns(['a', 'b', 'b', 'b', 'b']) // => [{ start: 0, period: 1, count: 1 }, { start: 1, period: 1, count: 4 }]
 */
export function layerRuns(kinds: readonly string[]): LayerRun[] {
  const n = kinds.length;
  // From the last layer to the first: what the layers from i on cost at least, and the run that they begin with.
  const cost = Array<number>(n + 1).fill(0);
  const first: LayerRun[] = [];
  for (let start = n - 1; start >= 0; start--) {
    cost[start] = 1 + cost[start + 1];
    first[start] = { start, period: 1, count: 1 };
    for (let period = 1; start + 2 * period <= n; period++) {
      let end = start + period;
      while (end < n && kinds[end] === kinds[end - period]) end++;
      const count = Math.floor((end - start) / period);
      if (count < 2) continue;
      const all = period + LOOP_COST + cost[start + period * count];
      if (all < cost[start]) [cost[start], first[start]] = [all, { start, period, count }];
    }
  }
  const runs: LayerRun[] = [];
  for (let at = 0; at < n; at += first[at].period * first[at].count) runs.push(first[at]);
  return runs;
}

/** What a layer is, but for the numbers in its weights. */
export function layerKind(config: LayerConfig, w: LayerTensors): string {
  const { leaves, paths } = tree.flatten(w);
  return JSON.stringify([config, leaves.map((x, i) => [paths[i], isTensor(x) ? [x.dtype, x.shape] : x])]);
}

/**
 * Runs `layers` one after the other, those that repeat in a loop: `step(carry, ws)` computes one period. `layers` are trees of the same
 * structure every `period`; their tensors are stacked.
 */
export function scanLayers<C, W>(
  { period, count }: LayerRun,
  layers: readonly W[],
  init: C,
  step: (carry: C, period: readonly W[]) => C,
): C {
  if (count === 1) return step(init, layers);
  const flat = layers.map((w) => tree.flatten(w));
  // What is no tensor is the same in all of them.
  const xs = Array.from({ length: period }, (_, p) =>
    flat[p].leaves.flatMap((leaf, k) =>
      isTensor(leaf)
        ? [np.stack(Array.from({ length: count }, (_, i) => flat[p + i * period].leaves[k] as Tensor))]
        : [],
    ),
  );
  const body = (carry: C, slices: readonly (readonly Tensor[])[]): readonly [C, undefined] => {
    const ws = slices.map((own, p) => {
      let next = 0;
      const leaves = flat[p].leaves.map((leaf) => (isTensor(leaf) ? own[next++] : leaf));
      return tree.unflatten(flat[p].treedef, leaves) as W;
    });
    return [step(carry, ws), undefined];
  };
  return scan(body, init, xs as readonly (readonly Tensor[])[])[0];
}
