import { UserError } from '../../base/index.ts';
import { Mesh as IrMesh, type TensorSharding } from '../../ir/index.ts';
import { DeviceSet, type Engine, firstDevices } from '../../runtime/index.ts';
import { describeValue } from './check-arguments.ts';
import { isPlainObject, snapshot } from './plain-object.ts';

/** Name under which a program declares its mesh. */
export const MESH_NAME = 'mesh';

/**
 * A grid of devices with named axes: `new Mesh({ data: 2, model: 2 })`; the last axis varies fastest. Without a device set it stands
 * for the first devices of whichever engine runs a program.
 * @example new Mesh({ data: 2, model: 4 }).size // => 8
 */
export class Mesh {
  readonly axes: Readonly<Record<string, number>>;
  /** The devices that its programs run on, in order; undefined: the first ones. */
  readonly devices: DeviceSet | undefined;
  /** @internal */
  readonly ir: IrMesh;

  /** Throws `api/mesh` for sizes that are no positive integers, and for a device set of another size. */
  constructor(axes: Readonly<Record<string, number>>, devices?: DeviceSet) {
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
    if (devices !== undefined && !(devices instanceof DeviceSet))
      throw new UserError('api/mesh', 'the devices of a mesh are a DeviceSet', {
        given: describeValue(devices),
        advice: 'write new Mesh({ data: 2 }, deviceSet().slice(0, 2))',
      });
    if (devices && devices.size !== this.size)
      throw new UserError('api/mesh', `the mesh ${this} has another number of devices than its device set`, {
        expected: `${this.size} devices`,
        given: `${devices.size}: ${devices}`,
      });
    this.devices = devices;
  }

  /** Number of devices. */
  get size(): number {
    return this.ir.size;
  }
  /** Size of an axis; 1 for an axis the mesh does not have. */
  axisSize(name: string): number {
    return this.axes[name] ?? 1;
  }
  /** @internal Its devices, or the first ones of `engine`. Throws `api/engine` where they belong to another engine. */
  devicesOn(engine: Engine): DeviceSet {
    if (this.devices && this.devices.engine !== engine)
      throw new UserError('api/engine', `the devices of the mesh ${this} belong to another engine`, {
        expected: `devices of the engine "${engine.name}"`,
        given: `${this.devices}`,
      });
    return this.devices ?? firstDevices(engine, this.size);
  }
  /** Whether the axes are the same, and the devices where both name them. */
  equals(other: Mesh): boolean {
    const sameDevices = !this.devices || !other.devices || this.devices.equals(other.devices);
    return this.ir.equals(other.ir) && sameDevices;
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
    this.entries = snapshot(entries);
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
