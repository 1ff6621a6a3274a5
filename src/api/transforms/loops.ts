import { range, UserError } from '../../base/index.ts';
import * as lax from '../lax/core.ts';
import { normalizeAxis } from '../numpy/shape.ts';
import { runConcrete } from '../program/concrete.ts';
import { requireTransformation } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { currentTrace, requireTensor } from '../trace/trace.ts';
import { flatten, unflatten } from '../trace/tree.ts';
import { scan } from './control-flow.ts';
import { vmap } from './vmap.ts';

/**
 * `f` on every slice of the leading dimension of `xs`, one after the other, results stacked (JAX's `lax.map`). With
 * `batchSize`, that many slices at once through `vmap`; it must divide the number of slices.
 * @example map((x: Tensor) => np.sum(x), np.array([[1, 2], [3, 4]])) // => [3, 7]
 */
export function map<X, Y>(f: (x: X) => Y, xs: X, options: { readonly batchSize?: number } = {}): Y {
  requireTransformation(f, options, ['batchSize'], 'map');
  if (!currentTrace()) return runConcrete(([x]: [X]) => map(f, x, options), [xs]);
  const { batchSize } = options;
  if (batchSize === undefined) return scan((_: undefined, x: X) => [undefined, f(x)] as const, undefined, xs)[1];
  const flat = flatten(xs);
  const tensors = flat.leaves.map((l) => requireTensor(l, 'an input of map'));
  const n = tensors[0]?.shape[0] ?? 0;
  if (n % batchSize !== 0) throw new UserError('api/map', `batchSize ${batchSize} does not divide the ${n} slices`);
  const grouped = tensors.map((t) => lax.reshape(t, [n / batchSize, batchSize, ...t.shape.slice(1)]));
  const out = map(vmap(f), unflatten(flat.treedef, grouped) as X);
  const y = flatten(out);
  const leaves = (y.leaves as Tensor[]).map((t) => lax.reshape(t, [n, ...t.shape.slice(2)]));
  return unflatten(y.treedef, leaves) as Y;
}

/**
 * All partial results of an associative `combine` along `axis`, in logarithmically many steps: element i of the result
 * combines elements 0 … i. `combine` takes and returns trees of the structure of `elems`, elementwise along `axis`.
 * Source: Blelloch, "Prefix sums and their applications" (1990); JAX's `lax.associative_scan`.
 * @example associativeScan((a: Tensor, b: Tensor) => np.multiply(a, b), np.array([1, 2, 3, 4])) // => [1, 2, 6, 24]
 */
export function associativeScan<T>(
  combine: (a: T, b: T) => T,
  elems: T,
  options: { readonly reverse?: boolean; readonly axis?: number } = {},
): T {
  requireTransformation(combine, options, ['reverse', 'axis'], 'associativeScan');
  if (!currentTrace()) return runConcrete(([x]: [T]) => associativeScan(combine, x, options), [elems]);
  const flat = flatten(elems);
  let tensors = flat.leaves.map((l) => requireTensor(l, 'an element of associativeScan'));
  if (tensors.length === 0) return elems;
  const axes = tensors.map((t) => normalizeAxis(options.axis ?? 0, t.ndim));
  const lengths = new Set(tensors.map((t, i) => t.shape[axes[i]]));
  if (lengths.size !== 1)
    throw new UserError('api/scan', 'tensors of associativeScan have different lengths', {
      given: [...lengths].join(', '),
    });
  const flipped = (ts: readonly Tensor[]): Tensor[] => ts.map((t, i) => (options.reverse ? lax.rev(t, [axes[i]]) : t));
  const part = (ts: readonly Tensor[], start: number, stop: number, step = 1): Tensor[] =>
    ts.map((t, i) => lax.sliceInDim(t, start, stop, step, axes[i]));
  const join = (a: readonly Tensor[], b: readonly Tensor[]): Tensor[] =>
    flatten(combine(unflatten(flat.treedef, a) as T, unflatten(flat.treedef, b) as T)).leaves.map((l) =>
      requireTensor(l, 'the result of combine'),
    );
  /** `a0 b0 a1 b1 …` along the axis. */
  const interleave = (a: readonly Tensor[], b: readonly Tensor[]): Tensor[] =>
    a.map((x, i) => {
      const d = axes[i];
      const n = x.shape[d];
      const m = b[i].shape[d];
      const at = (low: number, high: number): [number, number, number][] =>
        range(x.ndim).map((k) => (k === d ? [low, high, 1] : [0, 0, 0]));
      const p = lax.pad(x, 0, at(0, n === m ? 1 : 0));
      const q = lax.pad(b[i], 0, at(1, n === m ? 0 : 1));
      return x.dtype === 'bool' ? lax.bitwiseOr(p, q) : lax.add(p, q);
    });
  const run = (ts: readonly Tensor[], n: number): Tensor[] => {
    if (n < 2) return [...ts];
    const pairs = join(part(ts, 0, n - 1, 2), part(ts, 1, n, 2));
    const odd = run(pairs, Math.floor(n / 2));
    const half = Math.floor(n / 2);
    const rest = n % 2 === 0 ? join(part(odd, 0, half - 1), part(ts, 2, n, 2)) : join(odd, part(ts, 2, n, 2));
    const even = part(ts, 0, 1).map((t, i) => lax.concatenate([t, rest[i]], axes[i]));
    return interleave(even, odd);
  };
  tensors = flipped(run(flipped(tensors), [...lengths][0]));
  return unflatten(flat.treedef, tensors) as T;
}
