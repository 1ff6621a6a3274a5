import { UserError } from '../../base/index.ts';
import { type Cluster, type ClusterDim, numChips, wraps } from './cluster.ts';

/** One axis of a logical mesh. */
export interface AxisSize {
  readonly name: string;
  readonly size: number;
}

/** What part of a dimension of the cluster a mesh axis lies along. */
export interface AxisPart {
  readonly dim: ClusterDim;
  /** Members along this part, and how many chips of the dimension lie between two neighbours. */
  readonly size: number;
  readonly stride: number;
  /** Whether the members form a closed ring. */
  readonly wraps: boolean;
  /** Chips of the faster dimensions that are members of the same group: they share links that belong to a host. */
  readonly membersBelow: number;
}

/** Devices that communicate, as parts of the dimensions of the cluster, the fastest first. */
export interface DeviceGroup {
  readonly size: number;
  readonly parts: readonly AxisPart[];
}

/**
 * Lays a mesh on a cluster, its last axis along the fastest dimension, as row-major numbers of devices do.
 * Throws `plan/mesh` where sizes cannot be matched.
 */
export function placeMesh(cluster: Cluster, mesh: readonly AxisSize[]): ReadonlyMap<string, DeviceGroup> {
  const needed = mesh.reduce((n, a) => n * a.size, 1);
  const chips = numChips(cluster);
  const meshText = mesh.map((a) => `${a.name}=${a.size}`).join(',');
  const given = {
    given: `${meshText}, ${needed} devices`,
    expected: `a mesh for ${cluster.dims.map((d) => `${d.name} ${d.size}`).join(' × ')} = ${chips} chips`,
  };
  if (needed > chips || chips % needed !== 0)
    throw new UserError('plan/mesh', `the mesh does not fit ${cluster.name}`, {
      ...given,
      advice: 'choose sizes whose product is, or divides, the number of chips',
    });
  const left = cluster.dims.map((d) => d.size);
  const groups = new Map<string, DeviceGroup>();
  for (const axis of [...mesh].reverse()) {
    let open = axis.size;
    const parts: AxisPart[] = [];
    cluster.dims.forEach((dim, i) => {
      const size = gcd(open, left[i]);
      if (size === 1) return;
      const stride = dim.size / left[i];
      parts.push({
        dim,
        size,
        stride,
        wraps: size === dim.size && wraps(dim),
        membersBelow: parts.reduce((n, p) => n * p.size, 1),
      });
      left[i] /= size;
      open /= size;
    });
    if (open > 1)
      throw new UserError('plan/mesh', `axis ${axis.name} of size ${axis.size} does not fit ${cluster.name}`, {
        ...given,
        advice: `${open} divides none of what the other axes leave`,
      });
    groups.set(axis.name, { size: axis.size, parts });
  }
  return groups;
}

/** The group of several axes together. */
export function joinGroups(groups: readonly DeviceGroup[]): DeviceGroup {
  const parts = groups.flatMap((g) => g.parts);
  let membersBelow = 1;
  return {
    size: groups.reduce((n, g) => n * g.size, 1),
    parts: parts.map((p) => {
      const part = { ...p, membersBelow };
      membersBelow *= p.size;
      return part;
    }),
  };
}

/** All chips of a cluster. */
export const wholeCluster = (cluster: Cluster): DeviceGroup =>
  placeMesh(cluster, [{ name: 'all', size: numChips(cluster) }]).get('all')!;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
