import {
  type AxisRef,
  axesSize,
  axesText,
  axisPart,
  type Block,
  type Communication,
  locationText,
  type Mesh,
  type MeshAxis,
  type Module,
  type Op,
} from '../../ir/index.ts';
import { communicationOf, tripCount } from '../../ops/index.ts';
import type { CollectiveRecord } from '../report.ts';

/** The collectives of a per-device program, in program order, with how often each is run. */
export function countCollectives(perDevice: Module, mesh: Mesh): CollectiveRecord[] {
  const out: CollectiveRecord[] = [];
  const visit = (block: Block, executions: number | undefined): void => {
    for (const op of block.ops) {
      const sent = communicationOf(op);
      if (sent) out.push(recordOf(op, sent, mesh, executions));
      const trips = op.definition.traits.loop ? tripCount(op) : 1;
      for (const r of op.regions)
        visit(r, trips === undefined || executions === undefined ? undefined : executions * trips);
    }
  };
  visit(perDevice.main.body, 1);
  return out;
}

function recordOf(op: Op, sent: Communication, mesh: Mesh, executions: number | undefined): CollectiveRecord {
  const group = sent.groups[0] ?? [0];
  const axes = mesh.axes.flatMap((x, i) => axisAlong(x, group, i, mesh) ?? []);
  return {
    kind: sent.kind,
    axes: axesText(axes),
    // A permute moves along its axes, pair by pair.
    groupSize: sent.kind === 'collective_permute' ? axesSize(axes, mesh) : sent.groupSize,
    bytes: sent.bytesPerDevice,
    executions,
    cause: op.operands[0].op?.name ?? 'argument',
    location: locationText(op.location),
  };
}

/** The part of a mesh axis along which a group of devices differs. */
function axisAlong(axis: MeshAxis, group: readonly number[], index: number, mesh: Mesh): AxisRef | undefined {
  const at = [...new Set(group.map((d) => mesh.coordinates(d)[index]))].sort((a, b) => a - b);
  if (at.length === 1) return undefined;
  const stride = at[1] - at[0];
  return axisPart(axis.name, axis.size / (stride * at.length), at.length, mesh);
}
