import { type DType, HostArray, type Shape, sameShape, UserError } from '../../base/index.ts';
import { localShape, tensorType } from '../../ir/index.ts';
import type { DeviceBuffer, DeviceSet, Engine } from '../../runtime/index.ts';
import { type Mesh, PartitionSpec } from '../trace/mesh.ts';
import { copyBox, Placed, shardOffset } from '../trace/placement.ts';
import { Tensor } from '../trace/tensor.ts';
import { targetOf } from './device-put.ts';

/** Where a tensor made by a callback lies. */
export interface ArrayTarget {
  /** A mesh, or one device; default the first device. */
  readonly to?: Mesh | DeviceSet | undefined;
  readonly spec?: PartitionSpec | undefined;
  readonly engine?: Engine | undefined;
  /**
   * Puts a part into memory that is given, row-major and as a `HostArray` holds it. Used in place of `read` where a device's memory is at hand: then no
   * part is in memory twice.
   */
  readonly readInto?: ((start: readonly number[], shape: readonly number[], bytes: Uint8Array) => void) | undefined;
}

/**
 * A tensor that never exists whole: every device of this process gets the part that `read` gives for it (JAX's
 * `make_array_from_callback`). `read(start, shape)` gives the elements of a box; devices that hold the same part share one call.
 * Throws `api/shape` when it gives another shape or dtype.
 * @example makeArrayFromCallback([4], 'f32', (start) => HostArray.from('f32', [2], [start[0], 0]), { to: new Mesh({ d: 2 }), spec: P('d') }) // => [0, 0, 2, 0]
 */
export function makeArrayFromCallback(
  shape: Shape,
  dtype: DType,
  read: (start: readonly number[], shape: readonly number[]) => HostArray,
  { to, spec = new PartitionSpec([]), engine, readInto }: ArrayTarget = {},
): Tensor {
  const layout = targetOf(shape.length, to, spec, engine);
  const { devices, mesh, sharding } = layout;
  const type = tensorType(dtype, shape);
  const local = mesh && sharding ? localShape(shape, sharding, mesh) : shape;
  const pieces = new Map<string, HostArray>();
  const pieceAt = (offset: readonly number[]): HostArray => {
    const known = pieces.get(offset.join());
    if (known) return known;
    const size = local.map((n, d) => Math.max(0, Math.min(n, shape[d] - offset[d])));
    const given = read(offset, size);
    if (given.dtype !== dtype || !sameShape(given.shape, size))
      throw new UserError('api/shape', 'makeArrayFromCallback: the callback gave another part than it was asked for', {
        expected: `${dtype}[${size.join(',')}]`,
        given: `${given.dtype}[${given.shape.join(',')}]`,
      });
    let piece = given;
    if (!sameShape(size, local)) {
      piece = HostArray.zeros(dtype, local);
      copyBox(
        given,
        piece,
        size.map(() => 0),
        'join',
      );
    }
    pieces.set(offset.join(), piece);
    return piece;
  };
  // What lies on a device already is copied from there to others that hold the same part.
  const written = new Map<string, Uint8Array>();
  const filled = (offset: readonly number[], id: number): DeviceBuffer | undefined => {
    if (!readInto || !isWhole(offset, local, shape)) return undefined;
    return devices.engine.fill?.(tensorType(dtype, local), id, (bytes) => {
      const known = written.get(offset.join());
      if (known) bytes.set(known);
      else readInto(offset, local, bytes);
      written.set(offset.join(), bytes);
    });
  };
  const buffers = devices.localIds.map((id, k) => {
    const offset = shardOffset(type, layout, k);
    return filled(offset, id) ?? devices.engine.put(pieceAt(offset), id);
  });
  return new Tensor(type, { kind: 'placed', placed: new Placed(layout, type, buffers) });
}

/** Whether a shard lies in the tensor as a whole: the last ones of uneven dimensions reach beyond it. */
const isWhole = (offset: readonly number[], local: Shape, shape: Shape): boolean =>
  local.every((n, d) => offset[d] + n <= shape[d]);
