import { np, random, shapeDtypeStruct, type Tensor, tree } from '../api/index.ts';
import { type DType, numElements, type Shape } from '../base/index.ts';
import type { DeclaredMatrix, DeclaredTable, Weight } from './projection.ts';
import type { StoredWeight } from './quantized.ts';

/*
 * Tensors that are declared before they exist: weights, optimizer state, caches, statistics. A declaration says everything that
 * initialising, sharding, saving and updating ask, so that none of these need to know a model.
 */

/**
 * What a dimension of a tensor means (`embed`, `kvHeads`, `expert` …). Models name dimensions; rules map the names to mesh axes. The
 * set is open. Source: Mesh-TensorFlow (Shazeer et al. 2018) §3; T5X `partitioning.py`.
 */
export type Axis = string;

/** First values: normal with a standard deviation, uniform between ±a bound, or one number everywhere. */
export type Initializer = { readonly normal: number } | { readonly uniform: number } | { readonly constant: number };

export interface DeclaredOptions {
  /** Default: normal with standard deviation 0.02. */
  readonly init?: Initializer;
  /** Default: whatever is asked for when the tensors are made. */
  readonly dtype?: DType;
  /** What the tensor is to others: `decay` (weight decay applies, the default), `router`, `lora`, `frozen` … */
  readonly tags?: readonly string[];
}

/** One declared tensor; an instance is a leaf of trees. */
export class Declared {
  readonly shape: Shape;
  /** One name per dimension. */
  readonly axes: readonly Axis[];
  readonly init: Initializer;
  readonly dtype: DType | undefined;
  readonly tags: readonly string[];

  constructor(shape: Shape, axes: readonly Axis[], o: DeclaredOptions = {}) {
    this.shape = shape;
    this.axes = axes;
    this.init = o.init ?? { normal: 0.02 };
    this.dtype = o.dtype;
    this.tags = o.tags ?? ['decay'];
  }

  has(tag: string): boolean {
    return this.tags.includes(tag);
  }
}

/** A tree of declarations: objects and arrays. */
export type DeclaredTree = Declared | readonly DeclaredTree[] | { readonly [key: string]: DeclaredTree | undefined };

/** The tree of tensors that a tree of declarations stands for: a misspelt weight does not compile. */
export type TensorsOf<D> = [DeclaredTree] extends [D]
  ? Params
  : D extends DeclaredMatrix
    ? Weight
    : D extends DeclaredTable
      ? StoredWeight
      : D extends Declared
        ? Tensor
        : D extends undefined
          ? undefined
          : { readonly [K in keyof D]: TensorsOf<D[K]> };

/**
 * Declares a tensor by the sizes of its axes, in the order of `axes`.
 * @example weight({ mlp: 8, embed: 4 }, ['mlp', 'embed']).shape // => [8, 4]
 */
export function weight<const A extends readonly Axis[]>(
  sizes: { readonly [K in A[number]]: number },
  axes: A,
  o?: DeclaredOptions,
): Declared {
  return new Declared(
    axes.map((a) => sizes[a as A[number]]),
    axes,
    o,
  );
}

/** The declarations of a tree in the order of its leaves, with their paths. */
export function declarationsOf(declared: DeclaredTree): { readonly path: string; readonly declared: Declared }[] {
  const { leaves, paths } = tree.flatten(declared);
  return leaves.map((leaf, i) => ({ path: paths[i], declared: leaf as Declared }));
}

/** What a tree holds for each declaration, in the same order: a tensor, or the tensors that stand for it. */
export function heldFor(declared: DeclaredTree, values: unknown): unknown[] {
  const held: unknown[] = [];
  const visit = (d: DeclaredTree | undefined, own: unknown): void => {
    if (d === undefined) return;
    if (d instanceof Declared) held.push(own);
    else {
      const [inner, parts] = [d as Readonly<Record<string, DeclaredTree>>, own as Readonly<Record<string, unknown>>];
      for (const key of Array.isArray(d) ? Object.keys(d) : Object.keys(d).sort()) visit(inner[key], parts[key]);
    }
  };
  visit(declared, values);
  return held;
}

/** A tree of weights with something else for some of its nodes, found from the top: `replace` returns undefined for those to look into. */
export function replaceNodes<T>(weights: T, replace: (node: object) => object | undefined): T {
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) !== Object.prototype) return node;
    return replace(node) ?? Object.fromEntries(Object.entries(node).map(([name, x]) => [name, visit(x)]));
  };
  return visit(weights) as T;
}

/** A tree of the same structure with something else for each declaration. */
export function mapDeclared<R>(f: (d: Declared, path: string) => R, declared: DeclaredTree): unknown {
  const flat = tree.flatten(declared);
  return tree.unflatten(
    flat.treedef,
    flat.leaves.map((leaf, i) => f(leaf as Declared, flat.paths[i])),
  );
}

/**
 * First values of declared tensors; each depends only on the key and its path, so adding one does not change the others. Traceable.
 * `dtype`: of those that do not declare one.
 */
export function initialize<D extends DeclaredTree>(key: Tensor, declared: D, dtype: DType = 'f32'): TensorsOf<D> {
  return mapDeclared((d, path) => {
    const type = d.dtype ?? dtype;
    if ('constant' in d.init) return np.full(d.shape, d.init.constant, type);
    const own = random.foldIn(key, pathHash(path));
    if ('uniform' in d.init)
      return random.uniform(own, d.shape, { low: -d.init.uniform, high: d.init.uniform, dtype: type });
    return np.multiply(random.normal(own, d.shape, type), d.init.normal);
  }, declared) as TensorsOf<D>;
}

/** Tensors without elements of the declared types: to lower a program for weights that nobody has loaded. */
export const abstractTensors = <D extends DeclaredTree>(declared: D, dtype: DType = 'f32'): TensorsOf<D> =>
  mapDeclared((d) => shapeDtypeStruct(d.shape, d.dtype ?? dtype), declared) as TensorsOf<D>;

/** FNV-1a of a path: a stable 32-bit number. */
function pathHash(path: string): number {
  let h = 0x811c9dc5;
  for (const c of path) h = Math.imul(h ^ c.charCodeAt(0), 0x01000193);
  return h >>> 0;
}

/** Number of scalars of all declared tensors together. */
export const countElements = (declared: DeclaredTree): number =>
  declarationsOf(declared).reduce((n, { declared: d }) => n + numElements(d.shape), 0);

/** Tensors by name, nested. */
export type Params = { readonly [key: string]: Tensor | Params };
