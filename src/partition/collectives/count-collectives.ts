import {
  type AxisRef,
  axesSize,
  axesText,
  axisPart,
  type Block,
  bytesOf,
  DenseElements,
  locationText,
  type Mesh,
  type MeshAxis,
  type Module,
  type Op,
  type Value,
} from '../../ir/index.ts';
import type { CollectiveRecord } from '../report.ts';

const KINDS: Readonly<Record<string, CollectiveRecord['kind']>> = {
  'stablehlo.all_reduce': 'all_reduce',
  'stablehlo.all_gather': 'all_gather',
  'stablehlo.reduce_scatter': 'reduce_scatter',
  'stablehlo.all_to_all': 'all_to_all',
  'stablehlo.collective_permute': 'collective_permute',
};

/** The collectives of a per-device program, in program order, with how often each is run. */
export function countCollectives(perDevice: Module, mesh: Mesh): CollectiveRecord[] {
  const out: CollectiveRecord[] = [];
  const visit = (block: Block, executions: number | undefined): void => {
    for (const op of block.ops) {
      const kind = KINDS[op.name];
      if (kind) out.push(recordOf(op, kind, mesh, executions));
      const trips = op.definition.traits.loop ? tripCount(op) : 1;
      for (const r of op.regions)
        visit(r, trips === undefined || executions === undefined ? undefined : executions * trips);
    }
  };
  visit(perDevice.main.body, 1);
  return out;
}

function recordOf(
  op: Op,
  kind: CollectiveRecord['kind'],
  mesh: Mesh,
  executions: number | undefined,
): CollectiveRecord {
  const a = op.attributes as { replicaGroups?: number[][]; sourceTargetPairs?: number[][] };
  const moving = (a.sourceTargetPairs ?? []).filter(([s, t]) => s !== t);
  const groups = a.replicaGroups ?? moving;
  const group = groups[0] ?? [0];
  const axes = mesh.axes.flatMap((x, i) => axisAlong(x, group, i, mesh) ?? []);
  const values = kind === 'all_gather' ? op.results : op.operands;
  return {
    kind,
    axes: axesText(axes),
    groupSize: kind === 'collective_permute' ? axesSize(axes, mesh) : group.length,
    bytes: values.reduce((n, v) => n + bytesOf(v.type), 0),
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

/**
 * How often a `while` runs that counts from a constant up to a constant in constant steps, as `scan` and `foriLoop` do;
 * undefined for any other.
 */
export function tripCount(loop: Op): number | undefined {
  const [condition, body] = loop.regions;
  const test = condition.yielded[0].op;
  const direction = (test?.attributes as { comparisonDirection?: string } | undefined)?.comparisonDirection;
  if (!test || direction !== 'LT') return undefined;
  const index = condition.args.indexOf(test.operands[0]);
  const limit = scalarConstant(test.operands[1]);
  if (index < 0 || limit === undefined) return undefined;
  const start = scalarConstant(loop.operands[index]);
  const step = body.yielded[index].op;
  if (start === undefined || step?.name !== 'stablehlo.add') return undefined;
  const [x, y] = step.operands;
  const by = x === body.args[index] ? scalarConstant(y) : y === body.args[index] ? scalarConstant(x) : undefined;
  return by === undefined || by <= 0 ? undefined : Math.max(0, Math.ceil((limit - start) / by));
}

function scalarConstant(v: Value): number | undefined {
  const { value } = (v.op?.attributes ?? {}) as { value?: unknown };
  return value instanceof DenseElements && value.values.size === 1 ? value.toHostArray().toNumbers()[0] : undefined;
}
