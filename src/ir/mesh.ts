import { EspalierError, product } from '../base/index.ts';

export interface MeshAxis {
  readonly name: string;
  readonly size: number;
}

/**
 * An ordered grid of devices with named axes: `<["x"=2, "y"=4]>`. The last axis varies fastest.
 * `deviceIds[position]` is the device at a flat position; absent means the identity.
 * A maximal mesh `<[], device_ids=[3]>` stands for one device; `<[]>` for any single one.
 */
export class Mesh {
  readonly axes: readonly MeshAxis[];
  readonly deviceIds: readonly number[] | undefined;
  readonly #sizes: ReadonlyMap<string, number>;

  /** Throws `ir/mesh` on repeated names, sizes below one, or device ids that are no permutation. */
  constructor(axes: readonly MeshAxis[], deviceIds?: readonly number[]) {
    this.axes = axes;
    const sizes = new Map<string, number>();
    for (const a of axes) {
      if (sizes.has(a.name)) throw new EspalierError('ir/mesh', `mesh axis "${a.name}" appears twice`);
      if (!Number.isInteger(a.size) || a.size < 1)
        throw new EspalierError('ir/mesh', `mesh axis "${a.name}" must have a positive size`, { given: `${a.size}` });
      sizes.set(a.name, a.size);
    }
    this.#sizes = sizes;
    if (deviceIds) {
      if (axes.length === 0) {
        if (deviceIds.length !== 1 || deviceIds[0] < 0)
          throw new EspalierError('ir/mesh', 'a mesh without axes has exactly one device id', {
            given: `${deviceIds}`,
          });
      } else {
        const n = this.size;
        if (deviceIds.length !== n || new Set(deviceIds).size !== n || deviceIds.some((d) => d < 0 || d >= n))
          throw new EspalierError('ir/mesh', 'device_ids must be a permutation', {
            expected: `the numbers 0 … ${n - 1}`,
            given: `[${deviceIds.join(', ')}]`,
          });
        if (deviceIds.every((d, i) => d === i))
          throw new EspalierError('ir/mesh', 'device_ids equal to 0 … n-1 must be left out');
      }
    }
    this.deviceIds = deviceIds;
  }

  /** Number of devices. */
  get size(): number {
    return product(this.axes.map((a) => a.size));
  }
  /** One explicit device and no axes. */
  get isMaximal(): boolean {
    return this.axes.length === 0 && this.deviceIds !== undefined;
  }
  has(axis: string): boolean {
    return this.#sizes.has(axis);
  }
  /** Size of an axis; throws `ir/mesh` when the mesh has no such axis. */
  axisSize(axis: string): number {
    const size = this.#sizes.get(axis);
    if (size === undefined)
      throw new EspalierError('ir/mesh', `the mesh has no axis "${axis}"`, {
        expected: `one of ${this.axes.map((a) => `"${a.name}"`).join(', ') || '(none)'}`,
      });
    return size;
  }
  /** Position of an axis in mesh order. */
  axisIndex(axis: string): number {
    return this.axes.findIndex((a) => a.name === axis);
  }
  /** Device at a flat position of the grid. */
  deviceAt(position: number): number {
    return this.deviceIds ? this.deviceIds[position] : position;
  }
  /** Flat position of a device. */
  positionOf(device: number): number {
    return this.deviceIds ? this.deviceIds.indexOf(device) : device;
  }
  /** Coordinates of a device along each axis, in mesh order. */
  coordinates(device: number): number[] {
    let rest = this.positionOf(device);
    const out = new Array<number>(this.axes.length);
    for (let i = this.axes.length - 1; i >= 0; i--) {
      out[i] = rest % this.axes[i].size;
      rest = Math.floor(rest / this.axes[i].size);
    }
    return out;
  }
  /** Same axes and the same devices in the same places. */
  equals(other: Mesh): boolean {
    return this.hasSameAxes(other) && String(this.deviceIds) === String(other.deviceIds);
  }
  hasSameAxes(other: Mesh): boolean {
    return (
      this.axes.length === other.axes.length &&
      this.axes.every((a, i) => a.name === other.axes[i].name && a.size === other.axes[i].size)
    );
  }
  /** `<["x"=2, "y"=4], device_ids=[…]>` */
  toString(): string {
    const axes = this.axes.map((a) => `${JSON.stringify(a.name)}=${a.size}`).join(', ');
    return `<[${axes}]${this.deviceIds ? `, device_ids=[${this.deviceIds.join(', ')}]` : ''}>`;
  }
}
