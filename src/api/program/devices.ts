import { type HostArray, UserError } from '../../base/index.ts';
import { type Device, DeviceSet, type Engine } from '../../runtime/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { describeValue } from '../trace/check-arguments.ts';
import { Mesh } from '../trace/mesh.ts';
import { isTensor } from '../trace/tensor.ts';
import { flatten, unflatten, type WithLeaves } from '../trace/tree.ts';
import { vjp } from '../transforms/linearize.ts';
import { defaultEngine } from './engine.ts';

/* Devices, and values that come back from them. */

/**
 * Devices of the default engine.
 * @example devices()[0].id // => 0
 */
export const devices = (): readonly Device[] => defaultEngine().devices();
/**
 * All devices of an engine (the default one) as a set, to be sliced and split for meshes.
 * @example new Mesh({ data: 2 }, deviceSet().slice(2, 4)).devices?.ids // => [2, 3]
 */
export function deviceSet(engine: Engine = defaultEngine()): DeviceSet {
  if (typeof engine?.maxDevices !== 'number')
    throw new UserError('api/engine', 'deviceSet takes an engine', {
      given: describeValue(engine),
      advice: 'write deviceSet().slice(0, 4) for some of its devices',
    });
  return new DeviceSet(
    engine,
    Array.from({ length: engine.maxDevices }, (_, id) => id),
  );
}
/**
 * How many devices the default engine has.
 * @example deviceCount() >= 1 // => true
 */
export const deviceCount = (): number => devices().length;
/**
 * Name of the engine that runs programs: `cpu`, `reference`.
 * @example ['cpu', 'reference', 'xla'].includes(defaultBackend()) // => true
 */
export const defaultBackend = (): string => defaultEngine().name;

/**
 * A mesh from sizes and names of its axes: `makeMesh([2, 4], ['data', 'model'])`.
 * @example makeMesh([2, 4], ['data', 'model']).axes // => { data: 2, model: 4 }
 */
export function makeMesh(sizes: readonly number[], names: readonly string[]): Mesh {
  if (!Array.isArray(sizes) || !Array.isArray(names))
    throw new UserError('api/mesh', 'makeMesh takes a list of sizes and a list of names', {
      given: `${describeValue(sizes)}, ${describeValue(names)}`,
      advice: "write makeMesh([2, 4], ['data', 'model']), or new Mesh({ data: 2, model: 4 })",
    });
  if (sizes.length !== names.length || new Set(names).size !== names.length)
    throw new UserError('api/mesh', 'a mesh needs one name per axis', {
      expected: `${sizes.length} different names`,
      given: names.join(', '),
    });
  return new Mesh(Object.fromEntries(names.map((name, i) => [name, sizes[i]])));
}

/**
 * Waits until all tensors of a tree have been computed. Errors of their programs surface here.
 * @example (await blockUntilReady({ a: np.add(1, 2) })).a // => 3
 */
export async function blockUntilReady<T>(tree: T): Promise<T> {
  await Promise.all(flatten(tree).leaves.map((leaf) => (isTensor(leaf) ? leaf.ready() : leaf)));
  return tree;
}
/**
 * A tree's tensors on the host.
 * @example (await deviceGet({ a: np.array([1, 2]) })).a.toNumbers() // => [1, 2]
 */
export async function deviceGet<T>(tree: T): Promise<WithLeaves<T, HostArray>> {
  const { leaves, treedef } = flatten(tree);
  const arrays = await Promise.all(leaves.map((leaf) => asTensor(leaf as TensorLike).view()));
  return unflatten(treedef, arrays) as WithLeaves<T, HostArray>;
}

/**
 * `f` in two halves: `forward(...args) → [result, residuals]` and `backward(residuals, cotangent) → cotangents of the arguments`,
 * so that they can be compiled or placed apart. The residuals are a function.
 * @example
 * const [forward, backward] = fwdAndBwd((x: Tensor) => np.square(x));
 * const [, residuals] = forward(np.array(3));
 * backward(residuals, np.array(1)) // => [6]
 */
export function fwdAndBwd<A extends unknown[], R>(
  f: (...args: A) => R,
): [forward: (...args: A) => [R, (cotangent: R) => A], backward: (residuals: (cotangent: R) => A, cotangent: R) => A] {
  return [(...args) => vjp(f, ...args), (residuals, cotangent) => residuals(cotangent)];
}
