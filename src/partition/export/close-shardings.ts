/*
 * close-shardings: makes all shardings final: dimensions are closed, priorities and explicit replication go.
 *
 * Before: propagation is done. After: every dimension sharding is closed; none has a priority; no axis is listed as replicated.
 *
 *   [{"x", ?}p1, {?}], replicated={"y"}   =>   [{"x"}, {}]
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { Shardings } from '../shardings.ts';

export function closeShardings(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  shardings.transform((s) => ({
    ...s,
    dims: s.dims.map((d) => ({ axes: d.axes, isClosed: true })),
    replicated: [],
  }));
  return shardings.attach(registry);
}

export const closeShardingsPass: Pass = {
  name: 'close-shardings',
  doc: 'Close all dimension shardings.',
  run: closeShardings,
};
