import { type DType, HostArray, type Shape, sameShape, UserError } from '../../base/index.ts';
import { localShape, tensorType } from '../../ir/index.ts';
import type { DeviceSet, Engine } from '../../runtime/index.ts';
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
  { to, spec = new PartitionSpec([]), engine }: ArrayTarget = {},
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
  const buffers = devices.localIds.map((id, k) => devices.engine.put(pieceAt(shardOffset(type, layout, k)), id));
  return new Tensor(type, { kind: 'placed', placed: new Placed(layout, type, buffers) });
}
