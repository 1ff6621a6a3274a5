import type { Communication, Cost, Mesh, Op } from '../../../ir/index.ts';

/** A collective that a choice of shardings takes. */
export interface CollectiveUse {
  readonly kind: Communication['kind'];
  /** Places of its axes in the mesh. */
  readonly axes: readonly number[];
  /** Bytes of the tensor on one device: of an all_gather after, of the others before. */
  readonly bytesPerDevice: number;
}

/** What choices of shardings cost, in one unit for all. */
export interface ShardingCosts {
  readonly unit: string;
  /** One run of an op on one device, of which it takes this part of the whole. */
  compute(op: Op, perDevice: Cost): number;
  collective(use: CollectiveUse, mesh: Mesh): number;
  /** Products must be cut along every axis: no device repeats the work of another. */
  readonly heavyOpsUseAllAxes?: boolean;
}

/** Rates of one device and, for each axis of the mesh, of its links. */
export interface AlphaBetaRates {
  readonly flopsPerSec: number;
  readonly memoryBytesPerSec: number;
  /** Of each axis: seconds until the first byte arrives, and bytes a second that a device sends. */
  readonly links: readonly { readonly alphaS: number; readonly bytesPerSec: number }[];
}

/** Bytes that a device sends and steps that wait for each other, of a collective among n. */
function traffic({ kind, bytesPerDevice: b }: CollectiveUse, n: number): { sent: number; steps: number } {
  const share = (n - 1) / n;
  switch (kind) {
    case 'all_reduce':
      return { sent: 2 * share * b, steps: 2 * (n - 1) };
    case 'all_gather':
    case 'reduce_scatter':
      return { sent: share * b, steps: n - 1 };
    case 'all_to_all':
      return { sent: share * b, steps: n - 1 };
    default:
      return { sent: b, steps: 1 };
  }
}

/** Seconds: the larger of operations and memory traffic of ops, α and β of collectives; those over several axes go over the slowest link. */
export function alphaBetaCosts({ flopsPerSec, memoryBytesPerSec, links }: AlphaBetaRates): ShardingCosts {
  return {
    unit: 's',
    compute: (_, { productFlops, vectorFlops, bytes }) =>
      Math.max((productFlops + vectorFlops) / flopsPerSec, bytes / memoryBytesPerSec),
    collective: (use, mesh) => {
      const n = use.axes.reduce((product, a) => product * mesh.axes[a].size, 1);
      if (n === 1) return 0;
      const { sent, steps } = traffic(use, n);
      const alphaS = Math.max(...use.axes.map((a) => links[a].alphaS));
      const bytesPerSec = Math.min(...use.axes.map((a) => links[a].bytesPerSec));
      return steps * alphaS + sent / bytesPerSec;
    },
  };
}

export interface AlpaConstants {
  /** Of each axis. */
  readonly alpha: readonly number[];
  readonly beta: readonly number[];
  /** What a gather costs in place of its formula. */
  readonly allGatherPenalty?: number;
}

/**
 * The costs that Alpa's playground compares shardings by: whole units of α + β·bytes with small constants that break ties, and
 * compute for nothing, as no product may be repeated. Bytes are those of the tensor that is whole along the axis.
 * Source: alpa-projects/alpa, playground/auto_sharding_solver.
 */
export function alpaCosts({ alpha, beta, allGatherPenalty }: AlpaConstants): ShardingCosts {
  return {
    unit: 'Alpa units',
    heavyOpsUseAllAxes: true,
    compute: () => 0,
    collective: ({ kind, axes, bytesPerDevice: b }, mesh) => {
      const n = axes.reduce((product, a) => product * mesh.axes[a].size, 1);
      if (n === 1) return 0;
      const [x, y] = [Math.max(...axes.map((a) => alpha[a])), Math.max(...axes.map((a) => beta[a]))];
      const whole = (bytes: number, share: number): number => Math.floor(x + y * share * bytes);
      switch (kind) {
        case 'all_reduce':
          return whole(b, (2 * (n - 1)) / n) + 0.01;
        case 'all_gather':
          return allGatherPenalty ?? whole(b, (n - 1) / n) + 0.1;
        case 'reduce_scatter':
          return whole(b, (n - 1) / n) + 0.001;
        case 'all_to_all':
          return whole(b * n, ((n - 1) / (n * n)) * (n / 2)) + 0.001;
        default:
          return whole(b, 1);
      }
    },
  };
}
