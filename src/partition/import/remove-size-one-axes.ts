/*
 * remove-size-one-axes: drops mesh axes of size one from all shardings: they cut nothing and only cause conflicts.
 *
 * Before: any program. After: no sharding names an axis of size one; meshes are as they were.
 *
 *   [{"one", "x"}] with "one"=1   =>   [{"x"}]
 */
import { type AxisRef, axisSize, type DimSharding, type Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { meshesOf, Shardings } from '../shardings.ts';

export function removeSizeOneAxes(module: Module, { registry }: PassContext): Module {
  if (![...meshesOf(module).values()].some((m) => m.axes.some((a) => a.size === 1))) return module;
  const shardings = new Shardings(module);
  shardings.transform((s) => {
    const mesh = shardings.meshOf(s);
    const keep = (axes: readonly AxisRef[]): AxisRef[] => axes.filter((a) => axisSize(a, mesh) !== 1);
    return {
      ...s,
      dims: s.dims.map((d): DimSharding => {
        const axes = keep(d.axes);
        return axes.length === 0 && d.isClosed ? { axes, isClosed: true } : { ...d, axes };
      }),
      replicated: keep(s.replicated),
      unreduced: keep(s.unreduced),
    };
  });
  return shardings.attach(registry);
}

export const removeSizeOneAxesPass: Pass = {
  name: 'remove-size-one-axes',
  doc: 'Drop mesh axes of size one from shardings.',
  run: removeSizeOneAxes,
};
