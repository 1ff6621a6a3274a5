import { UserError } from '../../base/index.ts';
import { Mesh as IrMesh, type TensorSharding } from '../../ir/index.ts';
import type { Engine } from '../../runtime/index.ts';
import { describeValue } from './check-arguments.ts';
import { isPlainObject } from './plain-object.ts';
import type { Tensor } from './tensor.ts';
import { bind1, currentTrace } from './trace.ts';

/** Name under which a program declares its mesh. */
export const MESH_NAME = 'mesh';

/**
 * A grid of devices with named axes: `new Mesh({ data: 2, model: 2 })`; the last axis varies fastest.
 * @example new Mesh({ data: 2, model: 4 }).size // => 8
 */
export class Mesh {
  readonly axes: Readonly<Record<string, number>>;
  /** @internal */
  readonly ir: IrMesh;

  /** Throws `api/mesh` for sizes that are no positive integers. */
  constructor(axes: Readonly<Record<string, number>>) {
    if (!isPlainObject(axes))
      throw new UserError('api/mesh', 'a mesh is made of the sizes of its axes, by name', {
        expected: 'an object like { data: 2, model: 4 }',
        given: describeValue(axes),
      });
    for (const [name, size] of Object.entries(axes))
      if (!Number.isInteger(size) || size < 1)
        throw new UserError('api/mesh', `mesh axis "${name}" needs a positive integer size`, { given: String(size) });
    this.axes = { ...axes };
    this.ir = new IrMesh(Object.entries(axes).map(([name, size]) => ({ name, size })));
  }

  /** Number of devices. */
  get size(): number {
    return this.ir.size;
  }
  /** Size of an axis; 1 for an axis the mesh does not have. */
  axisSize(name: string): number {
    return this.axes[name] ?? 1;
  }
  equals(other: Mesh): boolean {
    return this.ir.equals(other.ir);
  }
  toString(): string {
    return Object.entries(this.axes)
      .map(([name, size]) => `${name}=${size}`)
      .join(',');
  }

  /** Reads `data=2,model=2`. Throws `api/mesh` with the expected form. */
  static parse(text: string): Mesh {
    const axes: Record<string, number> = {};
    for (const part of text.split(',').filter((p) => p.trim() !== '')) {
      const match = /^\s*([A-Za-z_]\w*)\s*=\s*(\d+)\s*$/.exec(part);
      if (!match || Number(match[2]) < 1)
        throw new UserError('api/mesh', `cannot read the mesh "${text}"`, {
          expected: 'axis=size pairs with sizes of at least 1, e.g. data=2,model=2',
          given: `"${part}"`,
        });
      if (match[1] in axes) throw new UserError('api/mesh', `mesh axis "${match[1]}" appears twice in "${text}"`);
      axes[match[1]] = Number(match[2]);
    }
    return new Mesh(axes);
  }
}

/** One dimension of a partition spec: the mesh axes that cut it (major to minor), `null` for none, `'?'` for "the compiler may choose". */
export type SpecEntry = string | readonly string[] | null;

/**
 * How a tensor is cut: one entry per dimension; missing trailing entries are `null`.
 * @example new PartitionSpec(['data', null]).toString() // => 'P("data", null)'
 */
export class PartitionSpec {
  readonly entries: readonly SpecEntry[];
  constructor(entries: readonly SpecEntry[]) {
    this.entries = entries;
  }
  toString(): string {
    return `P(${this.entries.map((e) => (e === null ? 'null' : JSON.stringify(e))).join(', ')})`;
  }
}

/**
 * `P('data', null, ['model', 'expert'])`
 * @example P('data', null).toString() // => 'P("data", null)'
 */
export const P = (...entries: SpecEntry[]): PartitionSpec => new PartitionSpec(entries);

/**
 * A mesh and a spec: where a tensor's elements live.
 * @example new NamedSharding(new Mesh({ data: 2 }), P('data')).spec.toString() // => 'P("data")'
 */
export class NamedSharding {
  readonly mesh: Mesh;
  readonly spec: PartitionSpec;
  constructor(mesh: Mesh, spec: PartitionSpec) {
    this.mesh = mesh;
    this.spec = spec;
  }
}

/**
 * The Shardy sharding of a spec for a tensor of the given rank. Throws `api/sharding` for unknown axes, repeated axes,
 * or more entries than dimensions.
 */
export function specToSharding(spec: PartitionSpec, rank: number, mesh: Mesh): TensorSharding {
  if (spec.entries.length > rank)
    throw new UserError('api/sharding', `${spec} has more entries than the tensor has dimensions`, {
      expected: `at most ${rank}`,
    });
  const seen = new Set<string>();
  const dims = Array.from({ length: rank }, (_, i) => {
    const entry = spec.entries[i] ?? null;
    if (entry === '?') return { axes: [], isClosed: false };
    const names = entry === null ? [] : typeof entry === 'string' ? [entry] : entry;
    for (const name of names) {
      if (!mesh.ir.has(name))
        throw new UserError('api/sharding', `${spec} names the axis "${name}", which the mesh does not have`, {
          expected: `one of ${Object.keys(mesh.axes).join(', ') || '(no axes)'}`,
        });
      if (seen.has(name)) throw new UserError('api/sharding', `${spec} uses the axis "${name}" twice`);
      seen.add(name);
    }
    return { axes: names.filter((n) => mesh.axisSize(n) > 1).map((name) => ({ name })), isClosed: true };
  });
  return { mesh: MESH_NAME, dims, replicated: [], unreduced: [] };
}

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
