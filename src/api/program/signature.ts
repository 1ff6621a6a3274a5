import { type TensorType, typeText } from '../../ir/index.ts';
import { type Engine, firstDevices } from '../../runtime/index.ts';
import type { Mesh } from '../trace/mesh.ts';
import { layoutKey, onDevice } from '../trace/placement.ts';
import { isPlainObject, requireDepth } from '../trace/plain-object.ts';
import { Tensor } from '../trace/tensor.ts';
import { flatten } from '../trace/tree.ts';
import { argumentTensor } from './arguments.ts';
import { liesOn } from './followed.ts';
import { identityOf, isStaticLeaf, staticKey, textKey } from './static-values.ts';

/** What a program depends on beside its function and its arguments. */
export interface Surroundings {
  readonly engine: Engine;
  readonly mesh: Mesh | undefined;
  readonly staticArgnums: readonly number[] | undefined;
}

/** The tensors among the arguments of a call, and a text that is equal for calls which one program serves. */
export interface Signature {
  readonly key: string;
  readonly tensors: readonly Tensor[];
}

const typeKeys = new WeakMap<TensorType, string>();
function typeKey(type: TensorType): string {
  let key = typeKeys.get(type);
  if (key === undefined) {
    key = `${typeText(type)};`;
    typeKeys.set(type, key);
  }
  return key;
}

const meshKeys = new WeakMap<Mesh, string>();
function meshKey(mesh: Mesh | undefined): string {
  if (!mesh) return '';
  let key = meshKeys.get(mesh);
  if (key === undefined) {
    key = JSON.stringify([Object.entries(mesh.axes), mesh.devices?.key]);
    meshKeys.set(mesh, key);
  }
  return key;
}

/** Every call of a jitted function passes here. Throws `api/jit-argument`. */
export function signatureOf(name: string, args: readonly unknown[], around: Surroundings): Signature {
  const { engine, mesh, staticArgnums } = around;
  const usual = onDevice(firstDevices(engine));
  const tensors: Tensor[] = [];
  let key = `${identityOf(engine)};${meshKey(mesh)};`;
  const leaf = (t: Tensor): void => {
    tensors.push(t);
    key += typeKey(t.type);
    // Where tensors lie is part of the program, which follows them, unless it has a mesh and they are not on it.
    const { source } = t;
    if (source.kind !== 'placed' || source.placed.layout === usual) return;
    const { layout } = source.placed;
    if (!mesh || liesOn(layout, mesh, engine)) key += `${layoutKey(layout)};`;
  };
  const visit = (node: unknown, argnum: number, depth: number): void => {
    if (node instanceof Tensor) leaf(node);
    else if (node === null || isStaticLeaf(node)) key += `${staticKey(node)};`;
    else if (Array.isArray(node)) {
      requireDepth(depth);
      key += '[';
      for (const child of node) visit(child, argnum, depth + 1);
      key += ']';
    } else if (isPlainObject(node)) {
      requireDepth(depth);
      key += '{';
      for (const k of sortedKeys(node)) {
        key += textKey(k);
        visit(node[k], argnum, depth + 1);
      }
      key += '}';
    } else leaf(hostLeaf(node, name, argnum, args));
  };
  args.forEach((arg, i) => {
    if (staticArgnums?.includes(i)) key += `${staticKey(arg)};`;
    else visit(arg, i, 0);
  });
  return { key, tensors };
}

/** Keys in the order of structures; objects written in that order, as most are, are not sorted again. */
function sortedKeys(node: object): string[] {
  const keys = Object.keys(node);
  for (let i = 1; i < keys.length; i++) if (keys[i - 1] > keys[i]) return keys.sort();
  return keys;
}

function hostLeaf(node: unknown, name: string, argnum: number, args: readonly unknown[]): Tensor {
  return argumentTensor(node, `an argument of ${name || 'the function'}`, () => {
    const { leaves, paths } = flatten(args[argnum]);
    const path = paths[leaves.indexOf(node)];
    return `argument ${argnum}${path ? ` (${path})` : ''}`;
  });
}
