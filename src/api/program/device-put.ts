import { UserError } from '../../base/index.ts';
import type { Engine } from '../../runtime/index.ts';
import { asTensor, type TensorLike } from '../lax/core.ts';
import { describeValue } from '../trace/check-arguments.ts';
import { Mesh, PartitionSpec, specToSharding } from '../trace/mesh.ts';
import type { Tensor } from '../trace/tensor.ts';
import { defaultEngine } from './engine.ts';
import { placedTensor } from './execute.ts';

/**
 * Puts a concrete tensor on the mesh as the spec says; without a mesh, on the first device.
 * @example devicePut([1, 2, 3]) // => [1, 2, 3]
 */
export function devicePut(
  x: TensorLike,
  mesh?: Mesh | undefined,
  spec: PartitionSpec = new PartitionSpec([]),
  engine: Engine = defaultEngine(),
): Tensor {
  if (mesh !== undefined && !(mesh instanceof Mesh))
    throw new UserError('api/mesh', 'devicePut takes a mesh and a spec', {
      given: describeValue(mesh),
      advice: "write devicePut(x, mesh, P('data')); engines are made by createEngine",
    });
  const t = asTensor(x);
  const split = mesh !== undefined && mesh.size > 1;
  return placedTensor(
    t,
    { mesh: split ? mesh.ir : undefined, sharding: split ? specToSharding(spec, t.ndim, mesh) : undefined },
    engine,
  );
}
