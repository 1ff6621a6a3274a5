import { UserError } from '../../base/index.ts';
import type { LoweredProgram } from '../../program/index.ts';
import { DeviceSet, type Engine, firstDevices } from '../../runtime/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { describeValue } from '../trace/check-arguments.ts';
import { Mesh, PartitionSpec, specToSharding } from '../trace/mesh.ts';
import { type Layout, layoutKey, onDevice } from '../trace/placement.ts';
import type { Tensor } from '../trace/tensor.ts';
import { defaultEngine } from './engine.ts';
import { placedTensor } from './execute.ts';
import { reshardPrograms } from './move.ts';

/**
 * Puts a concrete tensor on the mesh as the spec says, or whole on one device; without either, on the first device. A tensor that
 * is on devices already moves from there: see `lowerDevicePut`.
 * @example devicePut([1, 2, 3]) // => [1, 2, 3]
 */
export function devicePut(
  x: TensorLike,
  to?: Mesh | DeviceSet | undefined,
  spec: PartitionSpec = new PartitionSpec([]),
  engine?: Engine,
): Tensor {
  const t = asTensor(x);
  return placedTensor(t, targetOf(t.ndim, to, spec, engine));
}

/**
 * The program that `devicePut` runs to move a tensor between two layouts of the same devices; undefined where none runs: from the
 * host, between devices, to where it is. `inspectSharding` shows its collectives.
 * @example
 * const x = devicePut(np.ones([8]), new Mesh({ data: 2, model: 2 }), P('data'));
 * lowerDevicePut(x, new Mesh({ all: 4 }), P())!.report!.collectives.map((c) => c.kind) // => ['all_gather']
 */
export function lowerDevicePut(
  x: Tensor,
  to: Mesh,
  spec: PartitionSpec = new PartitionSpec([]),
): LoweredProgram | undefined {
  const { source } = x;
  if (source.kind !== 'placed') return undefined;
  const { layout, engine } = source.placed;
  const target = targetOf(x.ndim, to, spec, engine);
  if (!layout.devices.equals(target.devices) || layoutKey(layout) === layoutKey(target)) return undefined;
  return reshardPrograms(x.type, layout, target)[0].lowered();
}

/** Where `devicePut` puts a tensor of `ndim` dimensions. */
export function targetOf(
  ndim: number,
  to: Mesh | DeviceSet | undefined,
  spec: PartitionSpec,
  engine: Engine | undefined,
): Layout {
  if (to instanceof DeviceSet) {
    if (to.size !== 1)
      throw new UserError('api/mesh', 'devicePut takes one device, or a mesh over several', {
        given: `${to}`,
        advice: "write new Mesh({ data: 2 }, devices) and a spec such as P('data')",
      });
    return onDevice(to);
  }
  if (to !== undefined && !(to instanceof Mesh))
    throw new UserError('api/mesh', 'devicePut takes a mesh and a spec', {
      given: describeValue(to),
      advice: "write devicePut(x, mesh, P('data')); engines are made by createEngine",
    });
  const on = engine ?? to?.devices?.engine ?? defaultEngine();
  if (!to) return onDevice(firstDevices(on));
  const devices = to.devicesOn(on);
  if (to.size === 1) return onDevice(devices);
  return { devices, mesh: to.ir, sharding: specToSharding(spec, ndim, to) };
}
