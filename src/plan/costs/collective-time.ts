import type { Cluster, CollectiveKind, MeasuredCollective } from '../cluster/cluster.ts';
import type { AxisPart, DeviceGroup } from '../cluster/placement.ts';

/*
 * How long a collective takes. `bytes` are always those of the whole tensor of the group on one device: of an all-gather its result, of
 * a reduce-scatter its operand, of an all-reduce and a permute the tensor, of an all-to-all the operand.
 * Tori: both directions of every link, hops as latency (scaling-book). Switches and trees: latency + bytes over the link of a member. Several
 * dimensions: reduce-scatter inside, the rest outside, all-gather inside. Where the cluster has measurements, they decide.
 */

/** Bytes that a device must send, whatever the algorithm. */
export function sentBytes(kind: CollectiveKind, bytes: number, size: number): number {
  if (size <= 1) return 0;
  if (kind === 'collective_permute') return bytes;
  const share = (bytes * (size - 1)) / size;
  return kind === 'all_reduce' ? 2 * share : kind === 'all_to_all' ? share : share;
}

/** Time of a collective over a group of a cluster's devices. */
export function collectiveTimeUs(cluster: Cluster, kind: CollectiveKind, bytes: number, group: DeviceGroup): number {
  if (group.size <= 1 || bytes <= 0) return 0;
  return measuredTimeUs(cluster, kind, bytes, group) ?? modelTimeUs(kind, bytes, group.parts);
}

/** The same from the links alone. */
export function modelTimeUs(kind: CollectiveKind, bytes: number, parts: readonly AxisPart[]): number {
  if (parts.length === 0 || bytes <= 0) return 0;
  if (parts.every((p) => p.dim.kind === 'ring')) return torusTimeUs(kind, bytes, parts);
  if (parts.length === 1) return memberTimeUs(kind, bytes, parts[0]);
  const inner = parts.slice(0, -1);
  const outer = [parts[parts.length - 1]];
  const innerSize = inner.reduce((n, p) => n * p.size, 1);
  switch (kind) {
    case 'all_reduce':
      return (
        modelTimeUs('reduce_scatter', bytes, inner) +
        modelTimeUs('all_reduce', bytes / innerSize, outer) +
        modelTimeUs('all_gather', bytes, inner)
      );
    case 'all_gather':
      return modelTimeUs('all_gather', bytes / innerSize, outer) + modelTimeUs('all_gather', bytes, inner);
    case 'reduce_scatter':
      return modelTimeUs('reduce_scatter', bytes, inner) + modelTimeUs('reduce_scatter', bytes / innerSize, outer);
    case 'all_to_all':
      return modelTimeUs('all_to_all', bytes, inner) + modelTimeUs('all_to_all', bytes, outer);
    case 'collective_permute':
      // Some neighbour is in another part: the slowest link.
      return Math.max(...parts.map((p) => modelTimeUs(kind, bytes, [p])));
  }
}

const gb = 1e3; // bytes per microsecond of 1 GB/s

/** Latency of a part and the bytes per microsecond that a member sends in one direction. */
function linkOf({ dim, membersBelow, size }: AxisPart): { alphaUs: number; bytesPerUs: number } {
  const {
    linkGBPerSec,
    linksPerChip = 1,
    alphaUs = 0,
    oversubscription = 1,
    leafSize = Number.POSITIVE_INFINITY,
  } = dim;
  const shared = dim.sharedBelow ? membersBelow : 1;
  const spans = size > leafSize ? oversubscription : 1;
  const links = dim.kind === 'ring' ? 1 : linksPerChip;
  return { alphaUs, bytesPerUs: (linkGBPerSec * gb * links) / spans / Math.max(1, shared) };
}

function torusTimeUs(kind: CollectiveKind, bytes: number, parts: readonly AxisPart[]): number {
  const size = parts.reduce((n, p) => n * p.size, 1);
  // Both directions of a closed ring, one of an open one; a ring of two has one neighbour.
  const widths = parts.map((p) => linkOf(p).bytesPerUs * (p.wraps && p.size > 2 ? 2 : 1));
  const hopUs = parts.reduce(
    (sum, p) => sum + linkOf(p).alphaUs * p.stride * (p.wraps ? Math.ceil(p.size / 2) : p.size - 1),
    0,
  );
  const width = widths.reduce((a, b) => a + b, 0);
  const gather = Math.max(hopUs, (bytes * (size - 1)) / size / width);
  switch (kind) {
    case 'all_gather':
    case 'reduce_scatter':
      return gather;
    case 'all_reduce':
      return 2 * gather;
    case 'all_to_all':
      // Half of what one half of a ring has crosses to the other, over its one or two cuts; one dimension after the other.
      return Math.max(
        hopUs,
        parts.reduce((sum, p, i) => sum + (bytes * p.size) / 4 / widths[i], 0),
      );
    case 'collective_permute':
      return Math.max(...parts.map((p) => linkOf(p).alphaUs * p.stride + bytes / linkOf(p).bytesPerUs));
  }
}

/** Between members that each have a link of their own to a switch, or to a tree of them. */
function memberTimeUs(kind: CollectiveKind, bytes: number, part: AxisPart): number {
  const { alphaUs, bytesPerUs } = linkOf(part);
  const rounds = kind === 'all_reduce' ? 2 : 1;
  return rounds * alphaUs + sentBytes(kind, bytes, part.size) / bytesPerUs;
}

/** Ranks of a group in one host, and hosts. */
function shapeOf({ parts }: DeviceGroup): { nodes: number; perNode: number } {
  const [first] = parts;
  const isInside = first.dim.kind === 'switch';
  const perNode = isInside ? first.size : 1;
  return { perNode, nodes: parts.reduce((n, p) => n * p.size, 1) / perNode };
}

function measuredTimeUs(cluster: Cluster, kind: CollectiveKind, bytes: number, group: DeviceGroup): number | undefined {
  if (!cluster.measured || group.parts.length === 0 || group.parts[0].dim.kind === 'ring') return undefined;
  const { nodes, perNode } = shapeOf(group);
  const rows = cluster.measured.filter((m) => m.op === kind && m.nodes === nodes && m.perNode === perNode);
  return rows.length === 0 ? undefined : interpolatedTimeUs(rows, bytes);
}

/** Between measured sizes a power law, below the smallest its time, above the largest its rate. */
export function interpolatedTimeUs(rows: readonly Pick<MeasuredCollective, 'bytes' | 'us'>[], bytes: number): number {
  const sorted = [...rows].sort((a, b) => a.bytes - b.bytes);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (bytes <= first.bytes) return first.us;
  if (bytes >= last.bytes) return (last.us * bytes) / last.bytes;
  const i = sorted.findIndex((r) => r.bytes > bytes);
  const [a, b] = [sorted[i - 1], sorted[i]];
  const t = Math.log(bytes / a.bytes) / Math.log(b.bytes / a.bytes);
  return a.us * (b.us / a.us) ** t;
}

/** Latency and rate by least squares over sizes of at least `fromBytes`. */
export function fitAlphaBeta(
  rows: readonly Pick<MeasuredCollective, 'bytes' | 'us'>[],
  fromBytes = 8e6,
): { alphaUs: number; bytesPerUs: number } {
  const large = rows.filter((r) => r.bytes >= fromBytes);
  const n = large.length;
  const [x, y] = [large.reduce((s, r) => s + r.bytes, 0) / n, large.reduce((s, r) => s + r.us, 0) / n];
  const slope =
    large.reduce((s, r) => s + (r.bytes - x) * (r.us - y), 0) / large.reduce((s, r) => s + (r.bytes - x) ** 2, 0);
  return { alphaUs: y - slope * x, bytesPerUs: 1 / slope };
}

/** Bandwidth as benchmarks of collectives print it: that of a ring's links, in GB/s. */
export const busGBPerSec = (kind: CollectiveKind, size: number, bytesPerUs: number): number =>
  (bytesPerUs * sentBytes(kind, 1, size)) / gb;
