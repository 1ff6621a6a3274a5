import type { Module } from '../../ir/index.ts';

/** Operations and bytes that one core surely does in a microsecond. */
const FLOPS_PER_US = 20_000;
const BYTES_PER_US = 5_000;

/**
 * An upper estimate of a program's time on one core in microseconds, nothing fused; undefined when it depends on loops or on
 * other devices.
 */
export function estimateTimeUs(module: Module): number | undefined {
  let timeUs = 0;
  for (const op of module.main.body.ops) {
    const { traits, cost } = op.definition;
    if (traits.controlFlow || traits.collective || traits.call) return undefined;
    if (traits.terminator || traits.constant) continue;
    const { flops, bytes } = cost(op);
    timeUs += flops / FLOPS_PER_US + bytes / BYTES_PER_US;
  }
  return timeUs;
}
