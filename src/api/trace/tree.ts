import { type HostArray, UserError } from '../../base/index.ts';
import { staticKey } from '../program/static-values.ts';
import { isPlainObject, requireDepth } from './plain-object.ts';
import type { Tensor } from './tensor.ts';

/** A nested structure of arrays and plain objects with leaves of type `L`. */
export type Tree<L> = L | readonly Tree<L>[] | { readonly [key: string]: Tree<L> };

/** The structure of a tree without its leaves. */
export type TreeDef =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'none'; readonly value: null | undefined }
  /** A JavaScript value that a traced function sees as it is; only in structures of arguments. */
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'array'; readonly children: readonly TreeDef[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly children: readonly TreeDef[] };

/**
 * The path of a child: `w`, `layers[0]`, `layers[0].w`. A key that could be taken for more than one step is quoted:
 * `state["model.layers.0"]`, so that different places always have different paths.
 * @example [tree.joinPath('layers', 0), tree.joinPath('state', 'w.q')] // => ['layers[0]', 'state["w.q"]']
 */
export function joinPath(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (step === '' || /[.[\]"]/.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}

/**
 * Takes a tree apart: arrays and plain objects are structure (object keys in sorted order, like JAX's dicts), everything
 * else is a leaf; `null` and `undefined` are empty subtrees.
 * @example tree.flatten({ b: 2, a: [1] }).leaves // => [1, 2]
 */
export function flatten(tree: unknown): { leaves: unknown[]; treedef: TreeDef; paths: string[] } {
  const leaves: unknown[] = [];
  const paths: string[] = [];
  const visit = (node: unknown, path: string, depth: number): TreeDef => {
    if (node === null || node === undefined) return { kind: 'none', value: node };
    requireDepth(depth);
    if (Array.isArray(node))
      return { kind: 'array', children: Array.from(node, (c, i) => visit(c, joinPath(path, i), depth + 1)) };
    if (isPlainObject(node)) {
      const keys = Object.keys(node).sort();
      return { kind: 'object', keys, children: keys.map((k) => visit(node[k], joinPath(path, k), depth + 1)) };
    }
    leaves.push(node);
    paths.push(path);
    return { kind: 'leaf' };
  };
  const treedef = visit(tree, '', 0);
  return { leaves, treedef, paths };
}

/**
 * Puts leaves back into a structure; the inverse of `flatten`.
 * @example tree.unflatten(tree.structure({ a: 0, b: 0 }), [1, 2]) // => { a: 1, b: 2 }
 */
export function unflatten(treedef: TreeDef, leaves: readonly unknown[]): unknown {
  let next = 0;
  const build = (d: TreeDef): unknown => {
    switch (d.kind) {
      case 'leaf':
        return leaves[next++];
      case 'none':
      case 'static':
        return d.value;
      case 'array':
        return d.children.map(build);
      case 'object':
        return Object.fromEntries(d.keys.map((k, i) => [k, build(d.children[i])]));
    }
  };
  const result = build(treedef);
  if (next !== leaves.length)
    throw new UserError('api/tree', 'wrong number of leaves', { expected: `${next}`, given: `${leaves.length}` });
  return result;
}

/**
 * Several trees from one list of leaves, each of the structure of one of `trees`.
 * @example tree.unflattenEach([tree.flatten([1, 2]), tree.flatten(3)], ['a', 'b', 'c']) // => [['a', 'b'], 'c']
 */
export function unflattenEach(
  trees: readonly { readonly treedef: TreeDef; readonly leaves: readonly unknown[] }[],
  leaves: readonly unknown[],
): unknown[] {
  let next = 0;
  return trees.map((t) => {
    next += t.leaves.length;
    return unflatten(t.treedef, leaves.slice(next - t.leaves.length, next));
  });
}

/**
 * A text equal for equal structures.
 * @example tree.treedefText(tree.structure([1, { a: 2 }])) // => '[*, {a: *}]'
 */
export function treedefText(d: TreeDef): string {
  switch (d.kind) {
    case 'leaf':
      return '*';
    case 'none':
      return d.value === null ? 'null' : 'undefined';
    case 'static':
      return typeof d.value === 'string' ? JSON.stringify(d.value) : staticKey(d.value);
    case 'array':
      return `[${d.children.map(treedefText).join(', ')}]`;
    case 'object':
      return `{${d.keys.map((k, i) => `${/^[\w$]+$/.test(k) ? k : JSON.stringify(k)}: ${treedefText(d.children[i])}`).join(', ')}}`;
  }
}

/**
 * What a prefix tree says about every leaf of a structure, in order: a node that `isLeaf` speaks for the whole subtree under it,
 * `undefined` where the prefix says nothing. Both trees are walked together. Throws `api/tree` where the prefix has a key or an
 * element that the structure lacks, or goes on below one of its leaves.
 * @example tree.matchPrefix({ a: 1 }, tree.structure({ a: [0, 0], b: 0 }), (x) => typeof x === 'number', 'axes') // => [1, 1, undefined]
 */
export function matchPrefix<T>(
  prefix: unknown,
  def: TreeDef,
  isLeaf: (node: unknown) => node is T,
  what: string,
): (T | undefined)[] {
  const out: (T | undefined)[] = [];
  const fail = (path: string, problem: string, expected: string, given: string): never => {
    throw new UserError('api/tree', `${what}${path === '' ? '' : ` at ${path}`} ${problem}`, {
      expected,
      given,
      fields: { path },
    });
  };
  const visit = (p: unknown, d: TreeDef, path: string): void => {
    if (p === undefined || isLeaf(p)) {
      for (let n = leafCount(d); n > 0; n--) out.push(p);
      return;
    }
    const given = treedefText(structure(p));
    if (d.kind === 'array' && Array.isArray(p)) {
      if (p.length > d.children.length)
        fail(path, 'has more entries than the array it is for', `at most ${d.children.length}`, `${p.length}`);
      d.children.forEach((c, i) => {
        visit(p[i], c, joinPath(path, i));
      });
    } else if (d.kind === 'object' && isPlainObject(p)) {
      const odd = Object.keys(p).find((k) => !d.keys.includes(k));
      if (odd !== undefined)
        fail(path, `names ${JSON.stringify(odd)}, which is not there`, `one of ${d.keys.join(', ')}`, odd);
      d.children.forEach((c, i) => {
        visit(p[d.keys[i]], c, joinPath(path, d.keys[i]));
      });
    } else if (leafCount(d) > 0 || (d.kind !== 'none' && d.kind !== 'static'))
      fail(path, 'has another structure than what it is for', treedefText(d), given);
  };
  visit(prefix, def, '');
  return out;
}

/**
 * How many leaves a structure has.
 * @example tree.leafCount(tree.structure({ a: 1, b: [2, null] })) // => 2
 */
export const leafCount = (d: TreeDef): number =>
  d.kind === 'leaf'
    ? 1
    : d.kind === 'none' || d.kind === 'static'
      ? 0
      : d.children.reduce((n, c) => n + leafCount(c), 0);

/** Replaces each leaf type of a tree. */
export type MapLeaves<T, From, To> = T extends From
  ? To
  : T extends readonly unknown[]
    ? { [K in keyof T]: MapLeaves<T[K], From, To> }
    : T extends object
      ? { [K in keyof T]: MapLeaves<T[K], From, To> }
      : T;

/** Path of the first node where two structures differ. */
function firstDifference(a: TreeDef, b: TreeDef, path: string): string {
  if (a.kind === 'array' && b.kind === 'array' && a.children.length === b.children.length) {
    const i = a.children.findIndex((c, k) => treedefText(c) !== treedefText(b.children[k]));
    return i < 0 ? path : firstDifference(a.children[i], b.children[i], joinPath(path, i));
  }
  if (a.kind !== 'object' || b.kind !== 'object') return path;
  const odd = [...a.keys, ...b.keys].find((k) => a.keys.includes(k) !== b.keys.includes(k));
  if (odd !== undefined) return joinPath(path, odd);
  const i = a.children.findIndex((c, k) => treedefText(c) !== treedefText(b.children[k]));
  return i < 0 ? path : firstDifference(a.children[i], b.children[i], joinPath(path, a.keys[i]));
}

type Leaf = Tensor | HostArray | string | number | bigint | boolean | symbol | ((...args: never[]) => unknown);
/** The structure of a tree with every leaf replaced by an `R`. */
export type WithLeaves<T, R> = T extends Leaf
  ? R
  : T extends null | undefined
    ? T
    : T extends readonly unknown[]
      ? { [K in keyof T]: WithLeaves<T[K], R> }
      : T extends object
        ? { [K in keyof T]: WithLeaves<T[K], R> }
        : R;
/** The type of a tree's leaves. */
export type LeafOf<T> = T extends Leaf
  ? T
  : T extends null | undefined
    ? never
    : T extends readonly (infer E)[]
      ? LeafOf<E>
      : T extends object
        ? { [K in keyof T]: LeafOf<T[K]> }[keyof T]
        : T;

/**
 * Applies `f` to corresponding leaves of trees of one structure. Throws `api/tree` when structures differ.
 * @example tree.map((x: number, y: number) => x + y, { a: 1, b: [2] }, { a: 10, b: [20] }) // => { a: 11, b: [22] }
 */
export function map<T, R>(f: (...leaves: never[]) => R, tree: T, ...rest: readonly unknown[]): WithLeaves<T, R> {
  const first = flatten(tree);
  const others = rest.map((t) => flatten(t));
  const text = treedefText(first.treedef);
  others.forEach((o, i) => {
    const otherText = treedefText(o.treedef);
    if (otherText !== text) {
      const path = firstDifference(first.treedef, o.treedef, '');
      throw new UserError('api/tree', `tree ${i + 2} has another structure than the first, at ${path || 'the root'}`, {
        expected: text,
        given: otherText,
        fields: { path },
      });
    }
  });
  const call = f as unknown as (...leaves: unknown[]) => R;
  const leaves = first.leaves.map((leaf, i) => call(leaf, ...others.map((o) => o.leaves[i])));
  return unflatten(first.treedef, leaves) as WithLeaves<T, R>;
}

/**
 * Leaves in order.
 * @example tree.leaves({ b: 2, a: [1] }) // => [1, 2]
 */
export const leaves = <T>(tree: T): LeafOf<T>[] => flatten(tree).leaves as LeafOf<T>[];

/**
 * The structure of a tree.
 * @example tree.treedefText(tree.structure({ a: 1, b: [2] })) // => '{a: *, b: [*]}'
 */
export const structure = (tree: unknown): TreeDef => flatten(tree).treedef;

/**
 * `path → leaf` pairs, paths like `layers.attention.wq` or `states[0].mu`.
 * @example tree.entries({ w: 1, layers: [2, 3] }) // => [['layers[0]', 2], ['layers[1]', 3], ['w', 1]]
 */
export function entries(tree: unknown): [path: string, leaf: unknown][] {
  const flat = flatten(tree);
  return flat.leaves.map((leaf, i) => [flat.paths[i], leaf]);
}

/**
 * Combines all leaves from the first to the last, starting with `initial`.
 * @example tree.reduce((sum: number, x: number) => sum + x, { a: 1, b: [2, 3] }, 0) // => 6
 */
export const reduce = <L, R>(f: (accumulated: R, leaf: L) => R, tree: unknown, initial: R): R =>
  (flatten(tree).leaves as L[]).reduce(f, initial);
/**
 * Whether all leaves are truthy.
 * @example tree.all({ a: true, b: [true, false] }) // => false
 */
export const all = (tree: unknown): boolean => flatten(tree).leaves.every(Boolean);
/**
 * `map` that also gives each leaf's path, like `layers[0].weight`.
 * @example tree.mapWithPath((path: string, x: number) => `${path}=${x}`, { a: 1, b: [2] }) // => { a: 'a=1', b: ['b[0]=2'] }
 */
export function mapWithPath<T, R>(
  f: (path: string, ...leaves: never[]) => R,
  tree: T,
  ...rest: readonly unknown[]
): WithLeaves<T, R> {
  const { paths } = flatten(tree);
  let next = 0;
  const call = f as unknown as (path: string, ...leaves: unknown[]) => R;
  return map((...leaf: unknown[]) => call(paths[next++], ...leaf), tree, ...rest);
}
/**
 * A tree of trees turned inside out: structure `outer` of `inner`s becomes structure `inner` of `outer`s.
 * @example tree.transpose(tree.structure([0, 0]), tree.structure({ a: 0 }), [{ a: 1 }, { a: 2 }]) // => { a: [1, 2] }
 */
export function transpose(outer: TreeDef, inner: TreeDef, tree: unknown): unknown {
  const all = flatten(tree).leaves;
  const [n, m] = [leafCount(outer), leafCount(inner)];
  const turned = Array.from({ length: m }, (_, j) =>
    unflatten(
      outer,
      Array.from({ length: n }, (_x, i) => all[i * m + j]),
    ),
  );
  return unflatten(inner, turned);
}
/**
 * Combines all leaves pairwise, in the shape of a balanced tree: for associative `f` the same as `reduce`, in log n rounds.
 * @example tree.reduceAssociative((a: number, b: number) => a + b, { a: 1, b: [2, 3] }) // => 6
 */
export function reduceAssociative<L>(f: (a: L, b: L) => L, tree: unknown, identity?: L): L {
  let row = flatten(tree).leaves as L[];
  if (row.length === 0) {
    if (identity === undefined)
      throw new UserError('api/tree', 'reduceAssociative of a tree without leaves needs an identity');
    return identity;
  }
  while (row.length > 1)
    row = Array.from({ length: Math.ceil(row.length / 2) }, (_, i) =>
      2 * i + 1 < row.length ? f(row[2 * i], row[2 * i + 1]) : row[2 * i],
    );
  return identity === undefined ? row[0] : f(identity, row[0]);
}
/**
 * Repeats the leaves of `prefix` so that it has the structure of `full`: a leaf of `prefix` stands for a whole subtree.
 * Throws `api/tree` where `prefix` is not a prefix of it.
 * @example tree.broadcast({ a: 1, b: 2 }, { a: [0, 0], b: 0 }) // => { a: [1, 1], b: 2 }
 */
export function broadcast<T>(prefix: unknown, full: T): WithLeaves<T, unknown> {
  const visit = (p: unknown, t: unknown, path: string): unknown => {
    const [pd, td] = [structure(p), structure(t)];
    if (pd.kind === 'leaf') return map(() => p, t);
    const fits =
      pd.kind === td.kind &&
      (pd.kind !== 'array' || pd.children.length === (td as typeof pd).children.length) &&
      (pd.kind !== 'object' || pd.keys.join() === (td as typeof pd).keys.join());
    if (!fits)
      throw new UserError('api/tree', `the prefix differs from the tree at ${path || 'the root'}`, {
        expected: treedefText(td),
        given: treedefText(pd),
      });
    if (Array.isArray(p)) return p.map((c, i) => visit(c, (t as unknown[])[i], joinPath(path, i)));
    if (pd.kind === 'none') return t;
    return Object.fromEntries(
      Object.entries(p as object).map(([k, c]) => [k, visit(c, (t as Record<string, unknown>)[k], joinPath(path, k))]),
    );
  };
  return visit(prefix, full, '') as WithLeaves<T, unknown>;
}
