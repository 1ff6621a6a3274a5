import {
  type AxisRef,
  axesIndex,
  axesSize,
  axesText,
  axisCoordinate,
  axisEnd,
  type Mesh,
  shardIndices,
  type TensorSharding,
} from '../../ir/index.ts';

const groupsByMesh = new WeakMap<Mesh, Map<string, readonly (readonly number[])[]>>();

/**
 * Groups of devices that differ only along `axes`, each in the order of the axes (major to minor). Made once per mesh: a
 * program has many collectives over few axes.
 */
export function deviceGroups(axes: readonly AxisRef[], mesh: Mesh): readonly (readonly number[])[] {
  let byAxes = groupsByMesh.get(mesh);
  if (!byAxes) {
    byAxes = new Map();
    groupsByMesh.set(mesh, byAxes);
  }
  const key = axesText(axes);
  const known = byAxes.get(key);
  if (known) return known;
  const groups = groupsAlong(axes, mesh);
  byAxes.set(key, groups);
  return groups;
}

function groupsAlong(axes: readonly AxisRef[], mesh: Mesh): number[][] {
  const groups = new Map<string, number[]>();
  const size = axesSize(axes, mesh);
  for (let position = 0; position < mesh.size; position++) {
    const device = mesh.deviceAt(position);
    const coordinates = mesh.coordinates(device);
    const rest = [...coordinates];
    for (const a of axes) {
      const stride = mesh.axisSize(a.name) / axisEnd(a, mesh);
      rest[mesh.axisIndex(a.name)] -= axisCoordinate(a, coordinates, mesh) * stride;
    }
    const key = rest.join();
    const group = groups.get(key) ?? new Array<number>(size).fill(-1);
    group[axesIndex(axes, coordinates, mesh)] = device;
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Who sends its shard to whom so that `from` becomes `to`; every device sends once and receives once, to itself if it can. */
export function permutationPairs(
  from: TensorSharding,
  fromMesh: Mesh,
  to: TensorSharding,
  toMesh: Mesh,
): [number, number][] {
  const byBlock = new Map<string, { senders: number[]; receivers: number[] }>();
  const blockOf = (s: TensorSharding, mesh: Mesh, device: number): { senders: number[]; receivers: number[] } => {
    const key = shardIndices(s, mesh, device).join();
    const known = byBlock.get(key) ?? { senders: [], receivers: [] };
    byBlock.set(key, known);
    return known;
  };
  for (let d = 0; d < fromMesh.size; d++) {
    blockOf(from, fromMesh, d).senders.push(d);
    blockOf(to, toMesh, d).receivers.push(d);
  }
  const pairs: [number, number][] = [];
  for (const { senders, receivers } of byBlock.values()) {
    const stay = new Set(senders.filter((d) => receivers.includes(d)));
    const out = senders.filter((d) => !stay.has(d));
    const into = receivers.filter((d) => !stay.has(d));
    for (const d of stay) pairs.push([d, d]);
    into.forEach((d, i) => {
      pairs.push([out[i], d]);
    });
  }
  return pairs.sort((a, b) => a[0] - b[0]);
}
