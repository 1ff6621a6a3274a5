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
  A100: { inGBPerSec: 240, outGBPerSec: 25, channelGBPerSec: 24, channels: 12 },
  H100: { inGBPerSec: 320, outGBPerSec: 50, channelGBPerSec: 38.7, channels: 16 },
};

/** The time of a collective of `bytes` (as in `collectiveTimeUs`), and what it was taken from. */
export function ncclTime(
  kind: CollectiveKind,
  bytes: number,
  group: GpuGroup,
): { readonly timeUs: number; readonly algorithm: string } {
  const n = group.nodes * group.perNode;
  if (n <= 1 || bytes <= 0) return { timeUs: 0, algorithm: 'none' };
  const system = systems[group.system];
  const inside = (group.inGBPerSec ?? system.inGBPerSec) * 1e3;
  const outside = (group.outGBPerSec ?? system.outGBPerSec) * 1e3 * group.perNode;
  // The ring crosses hosts: its links are as fast as the slower of the two.
  const ringBytesPerUs = group.nodes > 1 ? Math.min(inside, outside) : inside;
  const steps = kind === 'all_reduce' ? 2 * (n - 1) : kind === 'collective_permute' ? 1 : n - 1;
  const crossings = group.nodes > 1 ? (kind === 'all_reduce' ? 2 * (group.nodes - 1) : group.nodes - 1) : 0;
  const found: { timeUs: number; algorithm: string }[] = [];
  for (const p of protocols) {
    const share = p === 'LL' ? 0.5 : p === 'LL128' ? 0.92 : 1;
    const latencyUs =
      baseUs.ring[p] +
      (steps - Math.min(steps, crossings)) * insideUs.ring[p] +
      Math.min(steps, crossings) * outsideUs.ring[p];
    // Bandwidth of the links to that of the tensor: a ring sends every part `steps` times.
    const algorithmBytesPerUs = ((ringBytesPerUs * share * n) / steps) * (kind === 'collective_permute' ? 1 / n : 1);
    found.push({
      timeUs: latencyUs + bytes / (algorithmBytesPerUs * ramp(bytes, group.nodes)),
      algorithm: `ring, ${p}`,
    });
    if (kind === 'all_reduce') {
      const treeUs =
        baseUs.tree[p] + 2 * ((n / group.nodes - 1) * insideUs.tree[p] + Math.log2(group.nodes) * outsideUs.tree[p]);
      const cap = system.channelGBPerSec * system.channels * 1e3;
      const treeBytesPerUs = Math.min(0.92 * ringBytesPerUs * share, cap) / 2;
      found.push({ timeUs: treeUs + bytes / treeBytesPerUs, algorithm: `tree, ${p}` });
    }
  }
  if (kind === 'all_reduce' && group.system === 'H100' && group.perNode > 2)
    found.push({
      timeUs: nvlsUs + bytes / (Math.min(inside, outside * (group.nodes > 1 ? 1 : Number.POSITIVE_INFINITY)) * 0.85),
      algorithm: 'NVLS',
    });
  return found.reduce((a, b) => (b.timeUs < a.timeUs ? b : a));
}

/** Rings over several hosts reach their bandwidth only with large tensors. */
const ramp = (bytes: number, nodes: number): number =>
  nodes === 1 ? 1 : bytes < 4e6 ? 0.35 : bytes < 32e6 ? 0.68 : 0.87;
