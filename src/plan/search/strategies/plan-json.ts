import { bytesOf, type Mesh, printModule, type Value } from '../../../ir/index.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { IntraOpPlan } from './intra-op.ts';
import { type Layout, numShards } from './layouts.ts';
import { programTimeParts } from './time-parts.ts';

/** `[data, –]`: of each dimension the axes that cut it. */
export const cutText = (layout: Layout, mesh: Mesh): string =>
  layout.every((axes) => axes.length === 0)
    ? 'whole'
    : `[${layout.map((axes) => axes.map((a) => mesh.axes[a].name).join('+') || '–').join(', ')}]`;

/** What a plan was made from. */
export interface PlanInputs {
  readonly program: string;
  readonly cluster: Cluster;
  readonly memoryBytesPerDevice: number;
  readonly seed: number;
}

/** A plan as plain data: its mesh, the program with its shardings as text, and what is predicted, with the inputs of that. */
export function planJson(plan: IntraOpPlan, inputs: PlanInputs): object {
  const { graph, solution, collectives, computeCost, communicationCost, numClasses } = plan;
  const { mesh, nodes } = graph;
  const axes = (layout: Layout): string[][] => layout.map((d) => d.map((a) => mesh.axes[a].name));
  return {
    kind: 'espalier plan',
    version: 1,
    program: inputs.program,
    mesh: Object.fromEntries(mesh.axes.map((a) => [a.name, a.size])),
    arguments: nodes.flatMap(({ kind, name, values, strategies }, i) => {
      if (kind !== 'argument') return [];
      const [layout] = strategies[solution.choice[i]].results;
      return [
        {
          name,
          shape: shapeOf(values[0]),
          axes: axes(layout),
          bytesPerDevice: bytesPerDevice(values[0], layout, mesh),
        },
      ];
    }),
    predicted: {
      stepS: computeCost + communicationCost,
      computeS: computeCost,
      communicationS: communicationCost,
      parts: programTimeParts(plan),
      peakBytesPerDevice: solution.peakMemory,
      lowerBoundS: solution.lowerBound,
      gap: solution.gap,
      method: solution.method,
      ...(numClasses === undefined ? {} : { numClasses }),
      collectives: collectives.map((c) => ({
        kind: c.kind,
        axes: c.axes.map((a) => mesh.axes[a].name),
        bytesPerDevice: c.bytesPerDevice,
        times: c.rounds,
        timeS: c.cost,
        cause: c.cause,
      })),
    },
    inputs: { cluster: inputs.cluster, memoryBytesPerDevice: inputs.memoryBytesPerDevice, seed: inputs.seed },
    sdy: printModule(plan.annotated()),
  };
}

const shapeOf = (v: Value): readonly number[] => (v.type.kind === 'tensor' ? v.type.shape : []);

/** Bytes of a value's part on one device. */
export const bytesPerDevice = (v: Value, layout: Layout, mesh: Mesh): number =>
  bytesOf(v.type) / numShards(layout, mesh);
