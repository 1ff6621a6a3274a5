import type { Machine } from '../../base/index.ts';
import type { Communication, Cost } from '../../ir/index.ts';
import { type Chip, peakFlops } from '../cluster/chip.ts';
import type { CollectiveKind } from '../cluster/cluster.ts';
import { rooflineOf } from '../costs/op-time.ts';
import type { ProgramKernels } from './kernels.ts';

/** What runs a program. */
export interface ProgramMachine {
  kernelUs(cost: Cost, dtype: string): number;
  collectiveUs(c: Communication): number;
}

export interface ProgramTime {
  readonly computeUs: number;
  readonly collectiveUs: number;
  /** Nothing overlaps. */
  readonly totalUs: number;
  readonly numKernels: number;
  /** Time by the name of the op that a kernel is made for, the longest first. */
  readonly byName: readonly { readonly name: string; readonly executions: number; readonly us: number }[];
}

/** Time of one run: kernels and collectives one after the other. */
export function programTime({ kernels }: ProgramKernels, machine: ProgramMachine): ProgramTime {
  let [computeUs, collectiveUs, numKernels] = [0, 0, 0];
  const byName = new Map<string, { executions: number; us: number }>();
  for (const { name, cost, executions, communication, dtype } of kernels) {
    const us = executions * (communication ? machine.collectiveUs(communication) : machine.kernelUs(cost, dtype));
    if (communication) collectiveUs += us;
    else computeUs += us;
    numKernels += executions;
    const sum = byName.get(name) ?? { executions: 0, us: 0 };
    byName.set(name, { executions: sum.executions + executions, us: sum.us + us });
  }
  const sorted = [...byName].map(([name, s]) => ({ name, ...s })).sort((a, b) => b.us - a.us);
  return { computeUs, collectiveUs, totalUs: computeUs + collectiveUs, numKernels, byName: sorted };
}

const typeNames: Readonly<Record<string, string>> = { f32: 'fp32', f16: 'fp16', bf16: 'bf16', i8: 'int8' };

/** A chip with its roofline; ops that are no products run at the rate of memory. */
export function chipMachine(
  chip: Chip,
  collectiveUs: (kind: CollectiveKind, bytes: number, size: number) => number,
): ProgramMachine {
  const r = rooflineOf(chip);
  return {
    kernelUs(cost, dtype) {
      const type = typeNames[dtype] ?? 'bf16';
      const has = chip.peakTflops[type] !== undefined || type === 'bf16' || type === 'fp16';
      const computeUs =
        cost.productFlops === 0 ? 0 : (cost.productFlops / (peakFlops(chip, has ? type : 'bf16') * r.matmul)) * 1e6;
      return r.floorUs + Math.max(computeUs, cost.bytes / (chip.hbmGBPerSec * 1e3 * r.memory));
    },
    collectiveUs(c) {
      const kind = c.kind === 'collective_broadcast' || c.kind === 'collective_reduce' ? 'collective_permute' : c.kind;
      return collectiveUs(kind, c.bytesPerDevice, c.groupSize);
    },
  };
}

/** Part of a core's multiply-adds at best that products reach, and that other arithmetic does. See `bench/predictions.ts`. */
const PRODUCT_SHARE = 0.8;
const VECTOR_SHARE = 0.15;

/**
 * Cores of this machine, as measured; data that fits into caches is not read from memory. `cores` are those of one device: a fraction where
 * devices share them.
 */
export function coresMachine(m: Machine, cores: number): ProgramMachine {
  const flopsPerUs = m.gflopPerSecPerCore * 1e3;
  const cached = m.cacheBytes[1] * cores;
  return {
    kernelUs(cost) {
      const oneUs = cost.productFlops / (PRODUCT_SHARE * flopsPerUs) + cost.vectorFlops / (VECTOR_SHARE * flopsPerUs);
      // Small kernels are not worth waking the other cores for.
      const team = cores < 1 || oneUs > 2 * m.wakeUs ? cores : 1;
      const bytesPerUs = m.gbPerSecPerCore * 1e3 * team * (cost.bytes < cached ? 3 : 1);
      return (team > 1 ? m.wakeUs : 1) + Math.max(oneUs / team, cost.bytes / bytesPerUs);
    },
    collectiveUs: (c) => m.linkLatencyUs + 2 * m.barrierUs + c.sentBytesPerDevice / (m.linkGbPerSec * 1e3),
  };
}
