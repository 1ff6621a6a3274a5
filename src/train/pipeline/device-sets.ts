import { Mesh } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { DeviceSet, type Engine } from '../../runtime/index.ts';

/** Name of the mesh axis along which the stages of a pipeline lie. */
export const STAGE_AXIS = 'stage';

/** Device sets of a pipeline: a mesh cut along its axis `stage`, with the other axes inside each. */
export function stageMeshes(mesh: Mesh, engine: Engine): Mesh[] {
  const names = Object.keys(mesh.axes);
  const at = names.indexOf(STAGE_AXIS);
  if (at < 0)
    throw new UserError('train/mesh', `the mesh ${mesh} has no axis "${STAGE_AXIS}"`, {
      advice: `write --mesh ${STAGE_AXIS}=2,data=2`,
    });
  const sizes = Object.values(mesh.axes);
  const inner = sizes.slice(at + 1).reduce((a, b) => a * b, 1);
  const { ids } = mesh.devicesOn(engine);
  const axes = Object.fromEntries(Object.entries(mesh.axes).filter(([name]) => name !== STAGE_AXIS));
  return Array.from({ length: sizes[at] }, (_, stage) => {
    const own = ids.filter((_, k) => Math.floor(k / inner) % sizes[at] === stage);
    return new Mesh(axes, new DeviceSet(engine, own));
  });
}
