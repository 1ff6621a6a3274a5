import { UserError } from '../base/index.ts';

/** A nested structure of arrays and plain objects with leaves of type `L`. */
export type Tree<L> = L | readonly Tree<L>[] | { readonly [key: string]: Tree<L> };

/** The structure of a tree without its leaves. */
export type TreeDef =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'none'; readonly value: null | undefined }
  | { readonly kind: 'array'; readonly children: readonly TreeDef[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly children: readonly TreeDef[] };

function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== 'object' || x === null) return false;
  const proto = Object.getPrototypeOf(x);
  return proto === Object.prototype || proto === null;
}

/**
 * Takes a tree apart: arrays and plain objects are structure (object keys in sorted order, like JAX's dicts), everything
 * else is a leaf; `null` and `undefined` are empty subtrees.
 */
export function flatten(tree: unknown): { leaves: unknown[]; treedef: TreeDef; paths: string[] } {
  const leaves: unknown[] = [];
  const paths: string[] = [];
  const visit = (node: unknown, path: string): TreeDef => {
    if (node === null || node === undefined) return { kind: 'none', value: node };
    if (Array.isArray(node)) return { kind: 'array', children: node.map((c, i) => visit(c, `${path}[${i}]`)) };
    if (isPlainObject(node)) {
      const keys = Object.keys(node).sort();
      return { kind: 'object', keys, children: keys.map((k) => visit(node[k], path === '' ? k : `${path}.${k}`)) };
    }
    leaves.push(node);
    paths.push(path);
    return { kind: 'leaf' };
  };
  const treedef = visit(tree, '');
  return { leaves, treedef, paths };
}

/** Puts leaves back into a structure; the inverse of `flatten`. */
export function unflatten(treedef: TreeDef, leaves: readonly unknown[]): unknown {
  let next = 0;
  const build = (d: TreeDef): unknown => {
    switch (d.kind) {
      case 'leaf':
        return leaves[next++];
      case 'none':
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

/** A text equal for equal structures. */
export function treedefText(d: TreeDef): string {
  switch (d.kind) {
    case 'leaf':
      return '*';
    case 'none':
      return d.value === null ? 'null' : 'undefined';
    case 'array':
      return `[${d.children.map(treedefText).join(', ')}]`;
    case 'object':
      return `{${d.keys.map((k, i) => `${k}: ${treedefText(d.children[i])}`).join(', ')}}`;
  }
}

/** What a prefix tree says about the leaf at `path`: the first node on the way that `isLeaf`, or the node at its end. */
export function prefixAt<T>(prefix: T, path: string, isLeaf: (node: unknown) => boolean): T {
  let node: unknown = prefix;
  for (const step of path.match(/[^.[\]]+/g) ?? []) {
    if (isLeaf(node)) break;
    node = (node as Record<string, unknown>)[step];
  }
  return node as T;
}

/** Replaces each leaf type of a tree. */
export type MapLeaves<T, From, To> = T extends From
  ? To
  : T extends readonly unknown[]
    ? { [K in keyof T]: MapLeaves<T[K], From, To> }
    : T extends object
      ? { [K in keyof T]: MapLeaves<T[K], From, To> }
      : T;

/** Applies `f` to corresponding leaves of trees of one structure. Throws `api/tree` when structures differ. */
export function map<T, R>(
  f: (...leaves: never[]) => R,
  tree: T,
  ...rest: readonly unknown[]
): MapLeaves<T, unknown, R> {
  const first = flatten(tree);
  const others = rest.map((t) => flatten(t));
  const text = treedefText(first.treedef);
  others.forEach((o, i) => {
    const otherText = treedefText(o.treedef);
    if (otherText !== text)
      throw new UserError('api/tree', `tree ${i + 2} has another structure than the first`, {
        expected: text,
        given: otherText,
      });
  });
  const call = f as unknown as (...leaves: unknown[]) => R;
  const leaves = first.leaves.map((leaf, i) => call(leaf, ...others.map((o) => o.leaves[i])));
  return unflatten(first.treedef, leaves) as MapLeaves<T, unknown, R>;
}

/** Leaves in order. */
export const leaves = (tree: unknown): unknown[] => flatten(tree).leaves;

/** The structure of a tree. */
export const structure = (tree: unknown): TreeDef => flatten(tree).treedef;

/** `path → leaf` pairs, paths like `layers.attention.wq` or `states[0].mu`. */
export function entries(tree: unknown): [path: string, leaf: unknown][] {
  const flat = flatten(tree);
  return flat.leaves.map((leaf, i) => [flat.paths[i], leaf]);
}

/** Combines all leaves from the first to the last, starting with `initial`. */
export const reduce = <L, R>(f: (accumulated: R, leaf: L) => R, tree: unknown, initial: R): R =>
  (leaves(tree) as L[]).reduce(f, initial);
/** Whether all leaves are truthy. */
export const all = (tree: unknown): boolean => leaves(tree).every(Boolean);
/** `map` that also gives each leaf's path, like `layers[0].weight`. */
export function mapWithPath<T, R>(
  f: (path: string, ...leaves: never[]) => R,
  tree: T,
  ...rest: readonly unknown[]
): MapLeaves<T, unknown, R> {
  const { paths } = flatten(tree);
  let next = 0;
  const call = f as unknown as (path: string, ...leaves: unknown[]) => R;
  return map((...leaf: unknown[]) => call(paths[next++], ...leaf), tree, ...rest);
}
/** A tree of trees turned inside out: structure `outer` of `inner`s becomes structure `inner` of `outer`s. */
export function transpose(outer: TreeDef, inner: TreeDef, tree: unknown): unknown {
  const all = leaves(tree);
  const count = (d: TreeDef): number => leaves(unflattenable(d)).length;
  const [n, m] = [count(outer), count(inner)];
  const turned = Array.from({ length: m }, (_, j) =>
    unflatten(
      outer,
      Array.from({ length: n }, (_x, i) => all[i * m + j]),
    ),
  );
  return unflatten(inner, turned);
}
const unflattenable = (d: TreeDef): unknown =>
  d.kind === 'leaf' ? 0 : d.kind === 'none' ? null : d.children.map(unflattenable);
