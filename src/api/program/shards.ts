import { HostArray, sameShape, UserError } from '../../base/index.ts';
import { axisText, localShape } from '../../ir/index.ts';
import type { Device } from '../../runtime/index.ts';
import { NamedSharding, PartitionSpec } from '../trace/mesh.ts';
import { copyBox, type Placed, shardOffset } from '../trace/placement.ts';
import type { ReadOptions, Tensor } from '../trace/tensor.ts';
import { meshOf } from './followed.ts';

/** The part of a tensor that one device holds. */
export interface Shard {
  readonly device: Device;
  /** Where it begins in the whole, one number per dimension. */
  readonly offset: readonly number[];
  readonly shape: readonly number[];
  /** Its elements: a copy, unless `{ copy: false }` asks for the device's own memory where it is at hand; that is only to be read, while the tensor lives. */
  data(options?: ReadOptions): Promise<HostArray>;
}

function placedOf(x: Tensor): Placed | undefined {
  const { source } = x;
  if (source.kind === 'traced' || source.kind === 'abstract')
    throw new UserError('api/traced-value', `${x} has no elements that could lie anywhere`, {
      advice: 'ask for the shards of a result, outside the traced function',
    });
  return source.kind === 'placed' ? source.placed : undefined;
}

/**
 * The mesh a tensor lies on and how it is cut; undefined for one that is on one device or on the host.
 * @example shardingOf(devicePut(np.ones([4]), new Mesh({ data: 2 }), P('data')))!.spec.toString() // => 'P("data")'
 */
export function shardingOf(x: Tensor): NamedSharding | undefined {
  const layout = placedOf(x)?.layout;
  if (!layout?.mesh) return undefined;
  const { mesh, sharding } = layout;
  const entries = x.shape.map((_, d) => {
    const names = (sharding?.dims[d].axes ?? []).map((a) => (a.sub ? axisText(a) : a.name));
    return names.length === 0 ? null : names.length === 1 ? names[0] : names;
  });
  return new NamedSharding(meshOf({ ...layout, mesh }), new PartitionSpec(entries));
}

/**
 * The parts of a tensor that devices of this process hold (JAX's `addressable_shards`), those of a replicated one each whole. A tensor
 * of the host has none.
 * @example addressableShards(devicePut(np.ones([4]), new Mesh({ data: 2 }), P('data'))).map((s) => s.offset) // => [[0], [2]]
 */
export function addressableShards(x: Tensor): readonly Shard[] {
  const placed = placedOf(x);
  if (!placed) return [];
  const { layout, type } = placed;
  const all = layout.devices.devices;
  return layout.devices.local.map((position, k) => {
    const offset = shardOffset(type, layout, k);
    const padded = layout.mesh ? localShape(type.shape, layout.sharding, layout.mesh) : type.shape;
    const shape = padded.map((n, d) => Math.max(0, Math.min(n, type.shape[d] - offset[d])));
    return {
      device: all[position],
      offset,
      shape,
      data: async ({ copy = true }: ReadOptions = {}) => {
        placed.requireLive();
        const buffer = (await placed.buffers)[k];
        const piece = (copy ? undefined : buffer.view?.()) ?? (await buffer.read());
        if (sameShape(piece.shape, shape)) return piece;
        const out = HostArray.zeros(type.dtype, shape);
        copyBox(
          out,
          piece,
          shape.map(() => 0),
          'cut',
        );
        return out;
      },
    };
  });
}
