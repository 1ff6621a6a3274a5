import { UserError } from '../../base/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { isPlainObject, requireDepth } from '../trace/plain-object.ts';
import { Tensor } from '../trace/tensor.ts';
import { flatten, joinPath, leafCount, structure, type TreeDef, treedefText, unflatten } from '../trace/tree.ts';
import { isStaticLeaf } from './static-values.ts';

/** Arguments of a function to be traced, taken apart. */
export interface Arguments {
  /** Tensors in order; typed arrays and host arrays count as tensors. */
  readonly tensors: readonly Tensor[];
  /** The structure, with every other JavaScript value in its place: `unflatten` puts tensors back around them. */
  readonly treedef: TreeDef;
  /** Where each tensor stands, like `layers[0].weight`. */
  readonly paths: readonly string[];
}

/**
 * Takes arguments of a traced function apart: what you pass is what the function sees, so only tensors are taken out, and
 * booleans, numbers, strings, functions and `null` stay where they are. Throws `api/jit-argument` for anything else.
 */
export function flattenArguments(args: unknown, what: string): Arguments {
  const tensors: Tensor[] = [];
  const paths: string[] = [];
  const visit = (node: unknown, path: string, depth: number): TreeDef => {
    requireDepth(depth);
    if (node instanceof Tensor) {
      tensors.push(node);
      paths.push(path);
      return { kind: 'leaf' };
    }
    if (node === null || node === undefined) return { kind: 'none', value: node };
    if (Array.isArray(node))
      return { kind: 'array', children: Array.from(node, (c, i) => visit(c, joinPath(path, i), depth + 1)) };
    if (isPlainObject(node)) {
      const keys = Object.keys(node).sort();
      return { kind: 'object', keys, children: keys.map((k) => visit(node[k], joinPath(path, k), depth + 1)) };
    }
    if (isStaticLeaf(node)) return { kind: 'static', value: node };
    tensors.push(argumentTensor(node, what, () => path));
    paths.push(path);
    return { kind: 'leaf' };
  };
  const treedef = visit(args, '', 0);
  return { tensors, treedef, paths };
}

/** A tensor of host data given as an argument. Throws `api/jit-argument`. */
export function argumentTensor(node: unknown, what: string, path: () => string): Tensor {
  try {
    return asTensor(node as TensorLike);
  } catch (error) {
    const { given, advice } = error as UserError;
    const at = path();
    throw new UserError('api/jit-argument', `${what}${at === '' ? '' : `: ${at}`} is no tensor`, {
      ...(given ? { given } : {}),
      advice: advice ?? 'pass objects that are not made of tensors in staticArgnums positions',
      cause: error,
    });
  }
}

/** Numbers in a tree as f32 tensors. */
export function numbersToTensors(node: unknown, depth = 0): unknown {
  requireDepth(depth);
  if (typeof node === 'number') return asTensor(node);
  if (Array.isArray(node)) return node.map((c) => numbersToTensors(c, depth + 1));
  if (isPlainObject(node))
    return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, numbersToTensors(v, depth + 1)]));
  return node;
}

/** A leaf of what a traced function returned, as a tensor. Throws `api/async` for a promise. */
export function resultTensor(leaf: unknown, name: string): Tensor {
  if (leaf instanceof Promise)
    throw new UserError('api/async', `${name} returned a Promise`, {
      advice: 'traced functions must not be async; await the results outside',
    });
  return asTensor(leaf as TensorLike);
}

/** Every leaf of a tree as a tensor, as loops need of what they carry. */
export function toTensors<T>(tree: T): T {
  const { leaves, treedef } = flatten(tree);
  return unflatten(
    treedef,
    leaves.map((l) => asTensor(l as TensorLike)),
  ) as T;
}

/** The structure of derivatives in arguments of a structure: 0 in place of a number, `null` of any other static value. */
export function tangentDef(d: TreeDef): TreeDef {
  switch (d.kind) {
    case 'leaf':
    case 'none':
      return d;
    case 'static':
      return typeof d.value === 'number' ? { kind: 'static', value: 0 } : { kind: 'none', value: null };
    case 'array':
      return { ...d, children: d.children.map(tangentDef) };
    case 'object':
      return { ...d, children: d.children.map(tangentDef) };
  }
}

/**
 * What a tree has where a structure has its leaves; elsewhere anything may stand. Throws `api/tree` where they differ.
 */
export function leavesAt(tree: unknown, def: TreeDef, what: string): unknown[] {
  const out: unknown[] = [];
  const visit = (node: unknown, d: TreeDef, path: string): void => {
    if (d.kind === 'leaf') {
      if (node !== null && node !== undefined && !Array.isArray(node) && !isPlainObject(node)) {
        out.push(node);
        return;
      }
    } else if (d.kind === 'none' || d.kind === 'static') return;
    else if (d.kind === 'array' && Array.isArray(node) && node.length === d.children.length) {
      d.children.forEach((c, i) => {
        visit(node[i], c, joinPath(path, i));
      });
      return;
    } else if (d.kind === 'object' && isPlainObject(node) && Object.keys(node).every((k) => d.keys.includes(k))) {
      d.children.forEach((c, i) => {
        visit(node[d.keys[i]], c, joinPath(path, d.keys[i]));
      });
      return;
    }
    throw new UserError('api/tree', `${what} has another structure than expected${path ? `, at ${path}` : ''}`, {
      expected: treedefText(def),
      given: treedefText(structure(tree)),
    });
  };
  visit(tree, def, '');
  return out;
}

/** The list of arguments taken apart; those of static positions stay whole. */
export function argumentsOf(name: string, args: readonly unknown[], staticArgnums?: readonly number[]): Arguments {
  const flat = flattenArguments(
    args.map((arg, i) => (staticArgnums?.includes(i) ? null : arg)),
    `an argument of ${name || 'the function'}`,
  );
  const { treedef } = flat;
  if (!staticArgnums?.length || treedef.kind !== 'array') return flat;
  const children = treedef.children.map(
    (c, i): TreeDef => (staticArgnums.includes(i) ? { kind: 'static', value: args[i] } : c),
  );
  return { ...flat, treedef: { kind: 'array', children } };
}

/** Names of tensors in a program: of one argument their path in it, else `args[0].w`. */
export function argumentNames({ treedef, paths }: Arguments): string[] {
  const isOne = treedef.kind === 'array' && treedef.children.length === 1;
  return paths.map((path) => (isOne ? path.slice('[0]'.length).replace(/^\./, '') : `args${path}`));
}

/** Flat positions of the arguments that are donated. */
export function donatedPositions(treedef: TreeDef, donateArgnums: readonly number[] | undefined): number[] {
  if (!donateArgnums?.length || treedef.kind !== 'array') return [];
  let next = 0;
  return treedef.children.flatMap((child, i) => {
    const first = next;
    next += leafCount(child);
    return donateArgnums.includes(i) ? Array.from({ length: next - first }, (_, k) => first + k) : [];
  });
}
