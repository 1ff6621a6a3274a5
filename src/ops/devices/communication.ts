import { bytesOf, type Communication, type Op } from '../../ir/index.ts';
import type { ReplicaGroups } from './device-groups.ts';

/*
 * What collectives send. A device sends at least: of an all_reduce 2(n-1)/n of its tensor (half of it to reduce, half to share),
 * of gathers, scatters and exchanges what it does not keep, (n-1)/n.
 * Source: Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations" (2009); Thakur et al. (2005).
 */

const sentShare: Readonly<Record<Communication['kind'], (n: number) => number>> = {
  all_reduce: (n) => (2 * (n - 1)) / n,
  all_gather: (n) => (n - 1) / n,
  reduce_scatter: (n) => (n - 1) / n,
  all_to_all: (n) => (n - 1) / n,
  collective_permute: (n) => (n > 1 ? 1 : 0),
  collective_broadcast: (n) => (n > 1 ? 1 : 0),
  collective_reduce: (n) => (n > 1 ? 1 : 0),
};

/** What a collective of this kind sends among these groups. */
export function communication(op: Op<object>, kind: Communication['kind'], groups: ReplicaGroups): Communication {
  const values = kind === 'all_gather' ? op.results : op.operands;
  const bytesPerDevice = values.reduce((n, v) => n + bytesOf(v.type), 0);
  const groupSize = Math.max(1, ...groups.map((g) => g.filter((d) => d >= 0).length));
  return { kind, groups, groupSize, bytesPerDevice, sentBytesPerDevice: bytesPerDevice * sentShare[kind](groupSize) };
}

/** Messages from sources to targets; what a device keeps is not sent. */
export const permutation = (op: Op<object>, pairs: ReplicaGroups): Communication =>
  communication(
    op,
    'collective_permute',
    pairs.filter(([source, target]) => source !== target),
  );

/**
 * What an op sends to other devices, in a program of one device; undefined for an op that sends nothing, or whose groups are axes
 * of a mesh that it does not know (the collectives of `sdy`, before `convert-global-to-local`).
 */
export const communicationOf = (op: Op): Communication | undefined => op.definition.traits.collective?.(op);
