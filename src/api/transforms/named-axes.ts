import { product, UserError } from '../../base/index.ts';
import { add, asTensor, div, mul, reshape, type TensorLike } from '../lax/core.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1, currentTrace, splat } from '../trace/trace.ts';
import { map } from '../trace/tree.ts';

/*
 * Collectives over named axes: of an enclosing `vmap(f, { axisName })`, or of the mesh inside `shardMap`.
 * Source: JAX, parallel operators of jax.lax.
 */

/** An axis that has a name while a function is traced. */
export interface NamedAxis {
  readonly name: string;
  readonly size: number;
  /** Where a mesh axis lies; absent for the axis of a vmap. */
  readonly onMesh?: { readonly stride: number; readonly numDevices: number };
}

let axesInScope: readonly NamedAxis[] = [];

/** Makes axes known by name while `f` runs; inner names hide outer ones. */
export function withAxes<T>(axes: readonly NamedAxis[], f: () => T): T {
  const saved = axesInScope;
  axesInScope = [...axes, ...saved];
  try {
    return f();
  } finally {
    axesInScope = saved;
  }
}

/** A text equal where the same names mean the same axes. */
export const namedAxesKey = (): string =>
  axesInScope.length === 0 ? '' : JSON.stringify(axesInScope.map((a) => [a.name, a.size, a.onMesh?.stride ?? null]));

/** One axis or several, major to minor. */
export type AxisName = string | readonly string[];

function axesOf(axisName: AxisName, what: string): NamedAxis[] {
  const names = typeof axisName === 'string' ? [axisName] : [...axisName];
  return names.map((name) => {
    const found = axesInScope.find((a) => a.name === name);
    if (found && currentTrace()) return found;
    throw new UserError('api/axis-name', `${what} over the axis "${name}", which is not known here`, {
      expected: axesInScope.length > 0 ? `one of ${axesInScope.map((a) => a.name).join(', ')}` : 'a named axis',
      given: `"${name}"`,
      advice: 'name it: vmap(f, { axisName }), or call it inside shardMap over a mesh with this axis',
    });
  });
}

/** Attributes of an op over axes that lie together: one axis of a vmap, or axes of the mesh. */
function attributesOf(axes: readonly NamedAxis[]): object {
  return {
    axes: axes.map((a) => a.name),
    sizes: axes.map((a) => a.size),
    strides: axes.flatMap((a) => a.onMesh?.stride ?? []),
    numDevices: axes[0].onMesh?.numDevices ?? 0,
  };
}

/** Axes in groups that one op can work over, major to minor. */
function groupsOf(axes: readonly NamedAxis[]): NamedAxis[][] {
  const groups: NamedAxis[][] = [];
  for (const a of axes) {
    const last = groups.at(-1);
    if (a.onMesh && last?.[0].onMesh) last.push(a);
    else groups.push([a]);
  }
  return groups;
}

const sizeOf = (axes: readonly NamedAxis[]): number => product(axes.map((a) => a.size));
const onTree = <T>(x: T, f: (t: Tensor) => Tensor): T =>
  map((leaf: TensorLike) => f(asTensor(leaf)), x) as unknown as T;

function reduced<T>(x: T, axisName: AxisName, reduction: 'sum' | 'max' | 'min', what: string): T {
  const groups = groupsOf(axesOf(axisName, what));
  return onTree(x, (t) =>
    groups.reduce((v, g) => bind1('espalier.named_all_reduce', [v], { ...attributesOf(g), reduction }), t),
  );
}

/**
 * Sum over named axes; every index gets it. `x: f32[…]` → the same shape.
 * @example vmap((x: Tensor) => psum(x, 'i'), { axisName: 'i' })(np.array([1, 2])) // => [3, 3]
 */
export const psum = <T>(x: T, axisName: AxisName): T => reduced(x, axisName, 'sum', 'psum');
/**
 * Maximum over named axes; every index gets it.
 * @example vmap((x: Tensor) => pmax(x, 'i'), { axisName: 'i' })(np.array([1, 2])) // => [2, 2]
 */
export const pmax = <T>(x: T, axisName: AxisName): T => reduced(x, axisName, 'max', 'pmax');
/**
 * Minimum over named axes; every index gets it.
 * @example vmap((x: Tensor) => pmin(x, 'i'), { axisName: 'i' })(np.array([1, 2])) // => [1, 1]
 */
export const pmin = <T>(x: T, axisName: AxisName): T => reduced(x, axisName, 'min', 'pmin');

/**
 * Mean over named axes; every index gets it. Throws `api/types` for integers.
 * @example vmap((x: Tensor) => pmean(x, 'i'), { axisName: 'i' })(np.array([1, 2])) // => [1.5, 1.5]
 */
export function pmean<T>(x: T, axisName: AxisName): T {
  const n = sizeOf(axesOf(axisName, 'pmean'));
  return onTree(psum(x, axisName), (t) => div(t, splat(t.dtype, t.shape, n)));
}

/**
 * Number of indices along named axes.
 * @example vmap((x: Tensor) => np.multiply(x, axisSize('i')), { axisName: 'i' })(np.array([1, 2])) // => [2, 4]
 */
export const axisSize = (axisName: AxisName): number => sizeOf(axesOf(axisName, 'axisSize'));

/**
 * This function's own index along named axes (taken together, major to minor): i32[].
 * @example vmap((x: Tensor) => np.add(x, axisIndex('i')), { axisName: 'i' })(np.array([10, 20], 'i32')) // => [10, 21]
 */
export function axisIndex(axisName: AxisName): Tensor {
  return groupsOf(axesOf(axisName, 'axisIndex')).reduce<Tensor | undefined>((high, g) => {
    const own = bind1('espalier.axis_index', [], attributesOf(g));
    return high ? add(mul(high, asTensor(sizeOf(g), 'i32')), own) : own;
  }, undefined)!;
}

function normalizedAxis(axis: number, rank: number, what: string): number {
  const a = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(a) || a < 0 || a >= rank)
    throw new UserError('api/axis', `${what}: axis ${axis} of a tensor of rank ${rank}`, {
      expected: `an integer from ${-rank} to ${rank - 1}`,
    });
  return a;
}

const inserted = (t: Tensor, at: number): Tensor => reshape(t, [...t.shape.slice(0, at), 1, ...t.shape.slice(at)]);
const removed = (t: Tensor, at: number): Tensor =>
  reshape(
    t,
    t.shape.filter((_, d) => d !== at),
  );

export interface AllGatherOptions {
  /** Dimension of the result that holds the indices' tensors; default 0. */
  readonly axis?: number;
  /** Concatenate along an existing dimension instead of stacking along a new one. */
  readonly tiled?: boolean;
}

/**
 * The tensors of all indices of named axes, stacked (or, tiled, concatenated); every index gets them.
 * @example vmap((x: Tensor) => allGather(x, 'i'), { axisName: 'i' })(np.array([1, 2])) // => [[1, 2], [1, 2]]
 */
export function allGather<T>(x: T, axisName: AxisName, options: AllGatherOptions = {}): T {
  const groups = groupsOf(axesOf(axisName, 'allGather')).reverse();
  return onTree(x, (t) => {
    const rank = options.tiled ? t.ndim : t.ndim + 1;
    const dimension = normalizedAxis(options.axis ?? 0, rank, 'allGather');
    const start = options.tiled ? t : inserted(t, dimension);
    return groups.reduce((v, g) => bind1('espalier.named_all_gather', [v], { ...attributesOf(g), dimension }), start);
  });
}

export interface PsumScatterOptions {
  /** Dimension that is cut; default 0. */
  readonly scatterDimension?: number;
  /** Keep the cut dimension with its share; otherwise it must be as long as the axes and disappears. */
  readonly tiled?: boolean;
}

/**
 * Sum over named axes of which every index keeps its own piece.
 * @example vmap((x: Tensor) => psumScatter(x, 'i'), { axisName: 'i' })(np.array([[1, 2], [3, 4]])) // => [4, 6]
 */
export function psumScatter<T>(x: T, axisName: AxisName, options: PsumScatterOptions = {}): T {
  const axes = axesOf(axisName, 'psumScatter');
  return onTree(x, (t) => {
    const dimension = normalizedAxis(options.scatterDimension ?? 0, t.ndim, 'psumScatter');
    requirePieces(t, dimension, sizeOf(axes), options.tiled ?? false, 'psumScatter');
    const out = groupsOf(axes).reduce(
      (v, g) => bind1('espalier.named_reduce_scatter', [v], { ...attributesOf(g), dimension }),
      t,
    );
    return options.tiled ? out : removed(out, dimension);
  });
}

function requirePieces(t: Tensor, dimension: number, pieces: number, tiled: boolean, what: string): void {
  const size = t.shape[dimension];
  if (tiled ? size % pieces === 0 : size === pieces) return;
  throw new UserError(
    'api/shape',
    `${what} cuts dimension ${dimension} of [${t.shape.join(',')}] over ${pieces} indices`,
    {
      expected: tiled ? `a multiple of ${pieces}` : `exactly ${pieces}${size % pieces === 0 ? ', or tiled: true' : ''}`,
      given: `${size}`,
    },
  );
}

export interface AllToAllOptions {
  /** Keep the number of dimensions: pieces of `splitAxis` are concatenated along `concatAxis`. */
  readonly tiled?: boolean;
}

/**
 * Index i cuts `splitAxis` into one piece per index and sends piece j to index j, which puts what it gets along `concatAxis`
 * (a new dimension, unless tiled).
 * @example vmap((x: Tensor) => allToAll(x, 'i', 0, 0), { axisName: 'i' })(np.array([[1, 2], [3, 4]])) // => [[1, 3], [2, 4]]
 */
export function allToAll<T>(
  x: T,
  axisName: AxisName,
  splitAxis: number,
  concatAxis: number,
  options: AllToAllOptions = {},
): T {
  const axes = oneGroup(axisName, 'allToAll');
  const over = (t: Tensor, splitDimension: number, concatDimension: number): Tensor =>
    bind1('espalier.named_all_to_all', [t], { ...attributesOf(axes), splitDimension, concatDimension });
  return onTree(x, (t) => {
    const split = normalizedAxis(splitAxis, t.ndim, 'allToAll');
    const concat = normalizedAxis(concatAxis, t.ndim, 'allToAll');
    requirePieces(t, split, sizeOf(axes), options.tiled ?? false, 'allToAll');
    if (options.tiled) return over(t, split, concat);
    return concat <= split
      ? removed(over(inserted(t, concat), split + 1, concat), split + 1)
      : removed(over(inserted(t, concat + 1), split, concat + 1), split);
  });
}

function oneGroup(axisName: AxisName, what: string): NamedAxis[] {
  const groups = groupsOf(axesOf(axisName, what));
  if (groups.length === 1) return groups[0];
  throw new UserError('api/axis-name', `${what} works over one vmap axis, or over axes of the mesh`, {
    given: `${axisName}`,
    advice: 'call it once per axis',
  });
}

/**
 * Sends tensors along named axes: `perm` lists [source, target]; who is no target gets zeros. Throws `api/permutation` for
 * repeated sources or targets.
 * @example vmap((x: Tensor) => ppermute(x, 'i', [[0, 1], [1, 0]]), { axisName: 'i' })(np.array([1, 2])) // => [2, 1]
 */
export function ppermute<T>(x: T, axisName: AxisName, perm: readonly (readonly [number, number])[]): T {
  const axes = oneGroup(axisName, 'ppermute');
  const n = sizeOf(axes);
  for (const k of [0, 1] as const) {
    const ends = perm.map((p) => p[k]);
    const word = k === 0 ? 'source' : 'target';
    const bad = ends.find((e, i) => !Number.isInteger(e) || e < 0 || e >= n || ends.indexOf(e) !== i);
    if (bad !== undefined)
      throw new UserError('api/permutation', `ppermute cannot use ${word} ${bad}`, {
        expected: `each ${word} at most once, from 0 to ${n - 1}`,
        given: JSON.stringify(perm),
      });
  }
  return onTree(x, (t) => bind1('espalier.named_permute', [t], { ...attributesOf(axes), pairs: perm }));
}

/**
 * Index i gets the tensor of index `perm[i]`.
 * @example vmap((x: Tensor) => pshuffle(x, 'i', [1, 0]), { axisName: 'i' })(np.array([1, 2])) // => [2, 1]
 */
export const pshuffle = <T>(x: T, axisName: AxisName, perm: readonly number[]): T =>
  ppermute(
    x,
    axisName,
    perm.map((source, target) => [source, target] as const),
  );

/**
 * Swaps dimension `axis` (as long as the named axis) with the named axis.
 * @example vmap((x: Tensor) => pswapaxes(x, 'i', 0), { axisName: 'i' })(np.array([[1, 2], [3, 4]])) // => [[1, 3], [2, 4]]
 */
export const pswapaxes = <T>(x: T, axisName: AxisName, axis: number): T => allToAll(x, axisName, axis, axis);
