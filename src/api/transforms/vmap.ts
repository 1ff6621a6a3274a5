import { UserError } from '../../base/index.ts';
import { registry } from '../../ops/index.ts';
import { emitBatchBroadcast, vectorizeFunc } from '../../transform/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { moveaxis } from '../numpy/shape.ts';
import { flattenArguments } from '../program/arguments.ts';
import { transformed } from '../program/concrete.ts';
import { requireTransformation } from '../trace/check-arguments.ts';
import { snapshot } from '../trace/plain-object.ts';
import type { Tensor } from '../trace/tensor.ts';
import { currentTrace, inlineBlock, traceFunction } from '../trace/trace.ts';
import { flatten, matchPrefix, type TreeDef, unflatten } from '../trace/tree.ts';
import { withAxes } from './named-axes.ts';

/** One dimension for a whole tree, or a tree of them; `null` = the same for every batch element. */
export type AxisTree = number | null | readonly AxisTree[] | { readonly [key: string]: AxisTree };

export interface VmapOptions {
  /** Per argument (or one number for all): which dimension of its tensors is the batch. Default 0. */
  readonly inAxes?: number | readonly AxisTree[];
  /** Where the batch dimension goes in the results; `null` for results that do not depend on the batch. Default 0. */
  readonly outAxes?: AxisTree;
  /** Name under which `psum`, `allGather`, `axisIndex` … work over the batch. */
  readonly axisName?: string;
  /** Size of the batch; needed only when no argument is batched. */
  readonly axisSize?: number;
}

/** The dimension of every leaf of a structure. Throws `api/vmap` where there is none, `api/tree` where the trees differ. */
const axesOf = (axes: AxisTree, def: TreeDef, what: string): (number | null)[] =>
  matchPrefix(axes, def, (x): x is number | null => x === null || typeof x === 'number', what).map((axis) => {
    if (axis !== undefined) return axis;
    throw new UserError('api/vmap', `${what} has no entry for a tensor`, {
      expected: 'a number or null, or a tree of them of the structure of what it is for',
      given: JSON.stringify(axes),
    });
  });

/**
 * `f` for one example becomes a function for a batch of them, without a loop.
 * @example vmap((x: Tensor, y: Tensor) => np.vdot(x, y))(np.array([[1, 2], [3, 4]]), np.array([[1, 1], [2, 2]])) // => [3, 14]
 */
export function vmap<A extends unknown[], R>(f: (...args: A) => R, options: VmapOptions = {}): (...args: A) => R {
  requireTransformation(f, options, ['inAxes', 'outAxes', 'axisName', 'axisSize'], 'vmap');
  const own = snapshot(options);
  const traced = (...args: A): R => vmapTraced(f, args, own);
  return transformed(f, ['vmap', own], traced);
}

function vmapTraced<A extends unknown[], R>(f: (...args: A) => R, args: A, options: VmapOptions): R {
  const trace = currentTrace()!;
  const { inAxes = 0, outAxes = 0 } = options;
  if (Array.isArray(inAxes) && inAxes.length !== args.length)
    throw new UserError('api/vmap', 'vmap needs one entry of inAxes per argument', {
      expected: `${args.length}`,
      given: `${inAxes.length}`,
    });
  const flat = flattenArguments(args, 'an argument of vmap');
  if (Array.isArray(inAxes)) requireNoBatchedStatics(args, inAxes);
  const own = axesOf(inAxes as AxisTree, flat.treedef, 'inAxes');
  const leaves = flat.tensors.map((tensor, i) => {
    const name = argumentName(flat.paths[i]);
    return { tensor, name, axis: validAxis(own[i], tensor.ndim, name) };
  });
  const moved = leaves.map((l) => (l.axis === null ? l.tensor : moveaxis(l.tensor, l.axis, 0)));
  const batched = leaves.map((l) => l.axis !== null);
  const batchSize = commonSize(
    leaves.flatMap((l) => (l.axis === null ? [] : [{ name: l.name, axis: l.axis, tensor: l.tensor }])),
    options.axisSize,
  );
  const named = options.axisName === undefined ? [] : [{ name: options.axisName, size: batchSize }];
  let outDef: TreeDef | undefined;
  let outPaths: string[] = [];
  const traced = traceFunction(
    f.name || 'vmap',
    moved.map((t, i) => (batched[i] ? { ...t.type, shape: t.shape.slice(1) } : t.type)),
    (inner) =>
      withAxes(named, () => {
        const out = flatten(f(...(unflatten(flat.treedef, inner) as A)));
        outDef = out.treedef;
        outPaths = out.paths;
        return out.leaves.map((l) => asTensor(l as TensorLike));
      }),
  );
  const flags = [...batched, ...traced.captures.map(() => false)];
  const vectorized = vectorizeFunc(traced.func, flags, batchSize, registry, options.axisName);
  const values = inlineBlock(
    trace,
    vectorized.func.body,
    [...moved, ...traced.captures].map((t) => trace.valueOf(t)),
  );
  const resultAxes = axesOf(outAxes, outDef!, 'outAxes');
  const results: Tensor[] = values.map((v, i) => {
    const what = `result${outPaths[i] ? ` ${outPaths[i]}` : ''}`;
    const isBatched = vectorized.batched[i];
    const rank = traced.func.results[i].shape.length + 1;
    const axis = validAxis(resultAxes[i], rank, what);
    if (axis === null) {
      if (!isBatched) return trace.wrap(v);
      throw new UserError('api/vmap', `${what} depends on the batch, but outAxes says null`, {
        advice: 'give the dimension where the batch should go, or reduce over it (psum with an axisName)',
      });
    }
    const wide = isBatched ? v : emitBatchBroadcast(trace.builder, v, batchSize);
    return moveaxis(trace.wrap(wide), 0, axis);
  });
  return unflatten(outDef!, results) as R;
}

/** `argument 1 (w.q)` for the path `[1].w.q`. */
function argumentName(path: string): string {
  const [, argnum, rest] = /^\[(\d+)\]\.?(.*)$/.exec(path)!;
  return `argument ${argnum}${rest ? ` (${rest})` : ''}`;
}

/** A number has no dimension to batch: where `inAxes` names one for it, an array of numbers was meant. */
function requireNoBatchedStatics(args: readonly unknown[], inAxes: readonly AxisTree[]): void {
  args.forEach((arg, i) => {
    if (typeof arg === 'number' || typeof arg === 'boolean') validAxis(inAxes[i] as number | null, 0, `argument ${i}`);
  });
}

function validAxis(axis: number | null, rank: number, what: string): number | null {
  if (axis === null || (Number.isInteger(axis) && axis >= -rank && axis < rank)) return axis;
  throw new UserError('api/vmap', `${what} has no dimension ${axis}`, {
    expected: rank === 0 ? 'null for a scalar' : `an integer from ${-rank} to ${rank - 1}`,
    given: `${axis}`,
  });
}

function commonSize(
  leaves: readonly { readonly name: string; readonly axis: number; readonly tensor: Tensor }[],
  given: number | undefined,
): number {
  const sizeOf = ({ tensor, axis }: (typeof leaves)[number]): number =>
    tensor.shape[axis < 0 ? axis + tensor.ndim : axis];
  const sizes = new Set(leaves.map(sizeOf));
  if (given !== undefined) sizes.add(given);
  if (sizes.size === 1) return [...sizes][0];
  const what =
    sizes.size === 0 ? 'vmap needs at least one batched argument' : 'batched arguments have different batch sizes';
  throw new UserError('api/vmap', what, {
    given:
      leaves.map((l) => `${l.name}: [${l.tensor.shape.join(',')}] along ${l.axis}`).join('; ') || 'no batched argument',
    advice: 'check inAxes; with no batched argument, give axisSize',
  });
}
