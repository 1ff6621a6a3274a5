import { type DeviceSet, type Engine, firstDevices } from '../../runtime/index.ts';
import { Mesh } from '../trace/mesh.ts';
import { type Layout, onDevice } from '../trace/placement.ts';
import type { Tensor } from '../trace/tensor.ts';

/** Devices of a program, and the axes over them where there are several. */
export interface ProgramDevices {
  readonly devices: DeviceSet;
  readonly mesh: Mesh | undefined;
}

/**
 * Where a program runs that names no mesh: computation follows data, so on the mesh of the tensor that lies on most devices; else on the
 * device of the first that is not on the engine's first device; else there.
 */
export function followed(tensors: readonly Tensor[], engine: Engine): ProgramDevices {
  const usual = onDevice(firstDevices(engine));
  let most = usual;
  for (const { source } of tensors) {
    if (source.kind !== 'placed') continue;
    const { layout } = source.placed;
    if (layout === usual || layout.devices.engine !== engine) continue;
    if (most === usual || layout.devices.size > most.devices.size) most = layout;
  }
  return { devices: most.devices, mesh: most.mesh && meshOf(most) };
}

/** The mesh of a layout, on its devices. */
export const meshOf = ({ mesh, devices }: Layout): Mesh =>
  new Mesh(Object.fromEntries(mesh!.axes.map((a) => [a.name, a.size])), devices);

/** Whether something already lies on the mesh, so that how it lies there is part of the program. */
export const liesOn = (layout: Layout, mesh: Mesh, engine: Engine): boolean =>
  layout.mesh?.equals(mesh.ir) === true && layout.devices.equals(mesh.devicesOn(engine));
