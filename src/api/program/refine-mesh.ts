import { type AxisRef, axisPre, axisSize, Mesh, shardingOf, type TensorSharding } from '../../ir/index.ts';
import { MESH_NAME } from '../trace/mesh.ts';

/*
 * Two meshes of the same devices in the same order, `[4]` and `[2, 2]`, are two ways to count the same row of devices. Where their
 * axes can be cut into common parts, both shardings can be said on one mesh of these parts, and one program can move a tensor
 * from the one to the other.
 */

/** A sharding and the mesh it is written for. */
export interface MeshSharding {
  readonly mesh: Mesh;
  readonly sharding: TensorSharding;
}

/** From `minor` to `major` devices lie between neighbours along a part of a mesh: the part counts `major / minor` places. */
interface Span {
  readonly minor: number;
  readonly major: number;
}

/** Where an axis, or a part of one, lies in the row of devices. */
function spanOf(axis: AxisRef, mesh: Mesh): Span {
  const at = mesh.axisIndex(axis.name);
  const below = mesh.axes.slice(at + 1).reduce((n, a) => n * a.size, 1);
  const major = (below * mesh.axes[at].size) / axisPre(axis);
  return { minor: major / axisSize(axis, mesh), major };
}

const boundariesOf = ({ mesh, sharding }: MeshSharding): number[] => [
  ...mesh.axes.flatMap(({ name }) => Object.values(spanOf({ name }, mesh))),
  ...sharding.dims.flatMap((d) => d.axes.flatMap((a) => Object.values(spanOf(a, mesh)))),
];

/**
 * Both shardings on one mesh of the same devices; undefined where the axes have no common parts, as `[2, 3]` and `[3, 2]` have none.
 * Both meshes list the devices in the same order.
 */
export function refineMeshes(
  from: MeshSharding,
  to: MeshSharding,
): { readonly mesh: Mesh; readonly from: TensorSharding; readonly to: TensorSharding } | undefined {
  const boundaries = [...new Set([1, from.mesh.size, ...boundariesOf(from), ...boundariesOf(to)])].sort(
    (a, b) => a - b,
  );
  if (boundaries.some((b, i) => i > 0 && b % boundaries[i - 1] !== 0)) return undefined;
  const parts = boundaries
    .slice(1)
    .map((major, i) => ({ name: `part${boundaries.length - 2 - i}`, minor: boundaries[i], major }))
    .reverse();
  const mesh = new Mesh(parts.map((p) => ({ name: p.name, size: p.major / p.minor })));
  const rewritten = ({ mesh: own, sharding }: MeshSharding): TensorSharding =>
    shardingOf(
      MESH_NAME,
      sharding.dims.map((d) =>
        d.axes.flatMap((axis) => {
          const { minor, major } = spanOf(axis, own);
          return parts.filter((p) => p.minor >= minor && p.major <= major).map(({ name }) => ({ name }));
        }),
      ),
    );
  return { mesh, from: rewritten(from), to: rewritten(to) };
}
