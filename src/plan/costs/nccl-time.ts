import type { CollectiveKind } from '../cluster/cluster.ts';

/*
 * Sizes change which algorithm and protocol a GPU library of collectives takes. This model tries all of them, as the library's own
 * tuner does (constants as in public cost models of NCCL 2.2x): time = latency + bytes / bandwidth, and the shortest wins.
 */

/** A group of GPUs: hosts, and ranks in each. */
export interface GpuGroup {
  readonly nodes: number;
  readonly perNode: number;
  readonly system: 'A100' | 'H100';
  /** Of one GPU in one direction, inside its host and out of it; the system's if absent. */
  readonly inGBPerSec?: number;
  readonly outGBPerSec?: number;
}

type Protocol = 'LL' | 'LL128' | 'Simple';
const protocols: readonly Protocol[] = ['LL', 'LL128', 'Simple'];

const baseUs = { ring: { LL: 6.6, LL128: 14, Simple: 8.4 }, tree: { LL: 6.8, LL128: 14, Simple: 8.4 } };
const insideUs = { ring: { LL: 0.6, LL128: 1.9, Simple: 3.4 }, tree: { LL: 0.6, LL128: 1.25, Simple: 4 } };
const outsideUs = { ring: { LL: 2.7, LL128: 4, Simple: 14 }, tree: { LL: 5, LL128: 8.5, Simple: 14 } };
const nvlsUs = 25;
const systems = {
  A100: { inGBPerSec: 240, outGBPerSec: 25, treeGBPerSec: [110, 110], nvlsGBPerSec: undefined },
  // Measured: trees and NVLS reach the first over two hosts, the second over more; in one host NVLS is bound by its links.
  H100: { inGBPerSec: 384, outGBPerSec: 50, treeGBPerSec: [141, 122], nvlsGBPerSec: [267, 160] },
};

export interface NcclTime {
  readonly timeUs: number;
  readonly algorithm: string;
}

/** Every algorithm with every protocol that applies, at full bandwidth if `bytes` is infinite: latency, and bytes of the tensor per microsecond. */
export function ncclChoices(
  kind: CollectiveKind,
  group: GpuGroup,
): { readonly algorithm: string; readonly latencyUs: number; readonly bytesPerUs: number }[] {
  const { nodes, perNode } = group;
  const n = nodes * perNode;
  const system = systems[group.system];
  const inside = (group.inGBPerSec ?? system.inGBPerSec) * 1e3;
  const outside = (group.outGBPerSec ?? system.outGBPerSec) * 1e3 * perNode;
  // A ring that crosses hosts is as fast as the slower of its links.
  const ringBytesPerUs = nodes > 1 ? Math.min(inside, outside) : inside;
  const steps = kind === 'all_reduce' ? 2 * (n - 1) : kind === 'collective_permute' ? 1 : n - 1;
  const crossings = Math.min(steps, (kind === 'all_reduce' ? 2 : 1) * (nodes - 1));
  const share = { LL: 0.5, LL128: 0.92, Simple: 1 };
  const rings = protocols.map((p) => ({
    algorithm: `ring, ${p}`,
    latencyUs: baseUs.ring[p] + (steps - crossings) * insideUs.ring[p] + crossings * outsideUs.ring[p],
    // A ring sends every n-th part `steps` times; a permute sends the tensor.
    bytesPerUs: (ringBytesPerUs * share[p] * (kind === 'collective_permute' ? 1 : n)) / steps,
  }));
  if (kind !== 'all_reduce') return rings;
  const trees = protocols.map((p) => ({
    algorithm: `tree, ${p}`,
    latencyUs: baseUs.tree[p] + 2 * ((perNode - 1) * insideUs.tree[p] + Math.log2(nodes) * outsideUs.tree[p]),
    bytesPerUs: Math.min((0.92 * ringBytesPerUs) / 2, system.treeGBPerSec[nodes > 2 ? 1 : 0] * 1e3) * share[p],
  }));
  const nvls = system.nvlsGBPerSec;
  if (!nvls || perNode < 4) return [...rings, ...trees];
  const bytesPerUs = nodes === 1 ? 0.69 * inside : Math.min(nvls[nodes > 2 ? 1 : 0] * 1e3, outside);
  return [...rings, ...trees, { algorithm: 'NVLS', latencyUs: nvlsUs + 28 * Math.log2(nodes), bytesPerUs }];
}

/** The time of a collective of `bytes` (as in `collectiveTimeUs`), and what it was taken from. */
export function ncclTime(kind: CollectiveKind, bytes: number, group: GpuGroup): NcclTime {
  if (group.nodes * group.perNode <= 1 || bytes <= 0) return { timeUs: 0, algorithm: 'none' };
  return ncclChoices(kind, group)
    .map(({ algorithm, latencyUs, bytesPerUs }): NcclTime => {
      const reached = algorithm.startsWith('ring') ? ramp(bytes, group.nodes) : 1;
      return { algorithm, timeUs: latencyUs + bytes / (bytesPerUs * reached) };
    })
    .reduce((a, b) => (b.timeUs < a.timeUs ? b : a));
}

/** Rings over several hosts reach their bandwidth only with large tensors. */
const ramp = (bytes: number, nodes: number): number =>
  nodes === 1 ? 1 : bytes < 4e6 ? 0.35 : bytes < 32e6 ? 0.68 : 0.87;
