import { UserError } from '../base/index.ts';
import { registry } from '../ops/index.ts';
import { batchFunc } from '../transform/index.ts';
import { runConcrete } from './jit.ts';
import { asTensor, type TensorLike } from './lax/core.ts';
import { moveaxis } from './numpy/shape.ts';
import type { Tensor } from './tensor.ts';
import { currentTrace, inlineBlock, traceFunction } from './trace.ts';
import { flatten, type TreeDef, unflatten } from './tree.ts';

export interface VmapOptions {
  /** Per argument: which dimension of its tensors is the batch; `null` = the same for every batch element. Default 0. */
  readonly inAxes?: number | readonly (number | null)[];
  /** Where the batch dimension goes in the results; default 0. */
  readonly outAxes?: number;
}

/** `f` for one example becomes a function for a batch of them, without a loop. */
export function vmap<A extends unknown[], R>(f: (...args: A) => R, options: VmapOptions = {}): (...args: A) => R {
  const transformed = (...args: A): R => {
    const trace = currentTrace();
    if (!trace) return runConcrete((a: A) => transformed(...a), args) as R;
    const inAxes = args.map(
      (_, i) => (Array.isArray(options.inAxes) ? options.inAxes[i] : (options.inAxes ?? 0)) as number | null,
    );
    const flat = args.map((a) => flatten(a));
    const leaves = flat.flatMap((x, i) =>
      x.leaves.map((l) => ({ tensor: asTensor(l as TensorLike), axis: inAxes[i], arg: i })),
    );
    const moved = leaves.map((l) => (l.axis === null ? l.tensor : moveaxis(l.tensor, l.axis, 0)));
    const sizes = new Set(moved.flatMap((t, i) => (leaves[i].axis === null ? [] : [t.shape[0]])));
    if (sizes.size !== 1)
      throw new UserError(
        'api/vmap',
        sizes.size === 0 ? 'vmap needs at least one batched argument' : 'batched arguments have different batch sizes',
        {
          given: moved
            .map((t, i) => `argument ${leaves[i].arg}: [${t.shape.join(',')}] along ${leaves[i].axis}`)
            .join('; '),
        },
      );
    const [batchSize] = [...sizes];
    const batched = leaves.map((l) => l.axis !== null);
    let outDef: TreeDef | undefined;
    const traced = traceFunction(
      f.name || 'vmap',
      moved.map((t, i) => (batched[i] ? { ...t.type, shape: t.shape.slice(1) } : t.type)),
      (inner) => {
        const call = flat.map((x, i) => {
          const start = flat.slice(0, i).reduce((n, y) => n + y.leaves.length, 0);
          return unflatten(x.treedef, inner.slice(start, start + x.leaves.length));
        }) as A;
        const out = flatten(f(...call));
        outDef = out.treedef;
        return out.leaves.map((l) => asTensor(l as TensorLike));
      },
    );
    const func = batchFunc(traced.func, [...batched, ...traced.captures.map(() => false)], batchSize, registry);
    const values = inlineBlock(
      trace,
      func.body,
      [...moved, ...traced.captures].map((t) => trace.valueOf(t)),
    );
    const results: Tensor[] = values.map((v) => moveaxis(trace.wrap(v), 0, options.outAxes ?? 0));
    return unflatten(outDef!, results) as R;
  };
  return transformed;
}
