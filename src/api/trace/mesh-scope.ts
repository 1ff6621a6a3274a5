import { UserError } from '../../base/index.ts';
import type { Engine } from '../../runtime/index.ts';
import { describeValue } from './check-arguments.ts';
import { type Mesh, PartitionSpec, specToSharding } from './mesh.ts';
import type { Tensor } from './tensor.ts';
import { bind1, currentTrace } from './trace.ts';

/** What a program being traced will run on; one without a mesh takes that of the first `shardMap` in it. */
export interface ProgramScope {
  mesh: Mesh | undefined;
  readonly engine?: Engine | undefined;
}

let scope: ProgramScope | undefined;

/**
 * The mesh of the program being traced, if any.
 * @example currentMesh() // => undefined
 */
export const currentMesh = (): Mesh | undefined => scope?.mesh;

/** Traces a program with a scope of its own. */
export function withProgram<T>(own: ProgramScope, f: (scope: ProgramScope) => T): T {
  const saved = scope;
  scope = own;
  try {
    return f(own);
  } finally {
    scope = saved;
  }
}

/**
 * Makes `mesh` the one that `shard(x, P(…))` and functions jitted without a mesh refer to while `f` runs.
 * @example withMesh(new Mesh({ data: 2 }), () => currentMesh()?.size) // => 2
 */
export function withMesh<T>(mesh: Mesh | undefined, f: () => T): T {
  return mesh ? withProgram({ ...scope, mesh }, f) : f();
}

/** Says that the program being traced runs on `mesh`. Throws `api/mesh` when it already runs on another. */
export function requireMesh(mesh: Mesh): void {
  if (!scope) return;
  scope.mesh ??= mesh;
  if (!scope.mesh.equals(mesh))
    throw new UserError('api/mesh', 'one program runs on one mesh', {
      expected: `${scope.mesh}`,
      given: `${mesh}`,
      advice: 'give jit and every jit and shardMap in it the same mesh',
    });
}

/** Throws `api/engine` when the program being traced runs on another engine. */
export function requireEngine(engine: Engine): void {
  if (scope?.engine && scope.engine !== engine)
    throw new UserError('api/engine', 'one program runs on one engine', {
      expected: scope.engine.name,
      given: engine.name,
      advice: 'give the engine to the outer jit only',
    });
}

/**
 * Constrains how `x` is cut at this point of the program (JAX's `with_sharding_constraint`). Outside a jit with a mesh it
 * does nothing, so that a model runs unchanged on one device.
 * @example
 * const f = jit((x: Tensor) => shard(np.add(x, 1), P('data')), { mesh: new Mesh({ data: 2 }) });
 * f(np.array([1, 2])) // => [2, 3]
 */
export function shard(x: Tensor, spec: PartitionSpec): Tensor {
  if (!(spec instanceof PartitionSpec))
    throw new UserError('api/sharding', 'shard takes a PartitionSpec', {
      given: describeValue(spec),
      advice: "write P('data', null): an axis of the mesh, or null, for each dimension",
    });
  const mesh = currentMesh();
  if (!currentTrace() || !mesh) return x;
  return bind1('sdy.sharding_constraint', [x], { sharding: specToSharding(spec, x.ndim, mesh) });
}
