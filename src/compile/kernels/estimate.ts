import { defaultMachine, type Machine } from '../../base/index.ts';
import type { Module } from '../../ir/index.ts';

/**
 * An upper estimate of a program's time on one core in microseconds, nothing fused; undefined when it depends on loops or on
 * other devices.
 */
export function estimateTimeUs(module: Module, machine: Machine = defaultMachine): number | undefined {
  const [flopsPerUs, bytesPerUs] = [machine.gflopPerSecPerCore * 1e3, machine.gbPerSecPerCore * 1e3];
  let timeUs = 0;
  for (const op of module.main.body.ops) {
    const { traits, cost } = op.definition;
    if (traits.controlFlow || traits.collective || traits.call) return undefined;
    if (traits.terminator || traits.constant) continue;
    const { productFlops, vectorFlops, bytes } = cost(op);
    timeUs += (productFlops + vectorFlops) / flopsPerUs + bytes / bytesPerUs;
  }
  return timeUs;
}
