import type { TimePart } from '../../report/report.ts';
import type { IntraOpPlan } from './intra-op.ts';

/** Computing, and collectives by kind and axes, none hidden behind the other; the parts sum to the step. */
export function programTimeParts({ graph, computeCost, collectives }: IntraOpPlan): TimePart[] {
  const sums = new Map<string, number>();
  for (const c of collectives) {
    const name = `${c.kind} over ${c.axes.map((a) => graph.mesh.axes[a].name).join(', ')}`;
    sums.set(name, (sums.get(name) ?? 0) + c.cost * 1e6);
  }
  return [
    { name: 'computing', kind: 'compute', us: computeCost * 1e6 },
    ...[...sums].sort((a, b) => b[1] - a[1]).map(([name, us]): TimePart => ({ name, kind: 'communication', us })),
  ];
}
