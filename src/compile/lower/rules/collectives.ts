import { dtypeInfo, EspalierError, numElements, range, rowMajorStrides } from '../../../base/index.ts';
import type { Op } from '../../../ir/index.ts';
import type { Collective, Combiner, Expr } from '../../kernels/kernel-ir.ts';
import { either, least, memory, most, no, RoutineBuilder, times, whole } from '../../kernels/routine.ts';
import { literal } from '../constants.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { converted } from '../scalar-body.ts';
import { combinerOf } from './reduce.ts';

/*
 * Collectives and device numbers. Device `replica · partitions + partition` runs one partition of one replica.
 */

interface CollectiveAttributes {
  readonly replicaGroups?: readonly (readonly number[])[];
  readonly channelHandle?: { readonly handle: number } | undefined;
  readonly useGlobalDeviceIds?: boolean;
}

/** Device groups of an op; devices in no group are alone. */
function groupsOf(op: Op, n: number, numReplicas: number, exchange: boolean, withAlone = true): number[][] {
  const a = op.attributes as CollectiveAttributes;
  const given = (a.replicaGroups ?? []).map((g) => g.filter((i) => i >= 0)).filter((g) => g.length > 0);
  const channel = (a.channelHandle?.handle ?? 0) > 0;
  const [replicas, partitions] = [range(numReplicas), range(n / numReplicas)];
  const id = (replica: number, partition: number): number => replica * partitions.length + partition;
  const orAll = (all: number[]): number[][] => (given.length > 0 ? given : [all]);
  let rows: number[][];
  if (a.useGlobalDeviceIds) rows = orAll(range(n));
  else if (exchange && channel)
    // partitions of one replica
    rows = replicas.flatMap((r) => orAll(partitions).map((g) => g.map((p) => id(r, p))));
  else if (channel)
    // every partition of each group of replicas
    rows = orAll(replicas).map((g) => g.flatMap((r) => partitions.map((p) => id(r, p))));
  else rows = partitions.flatMap((p) => orAll(replicas).map((g) => g.map((r) => id(r, p))));
  if (!withAlone) return rows;
  const seen = new Set(rows.flat());
  return [
    ...rows,
    ...range(n)
      .filter((d) => !seen.has(d))
      .map((d) => [d]),
  ];
}

function reductionOf(op: Op): Combiner {
  const combiner = combinerOf(op.regions[0]);
  if (!combiner)
    throw new EspalierError('runtime/unsupported', `the cpu engine cannot run ${op.name} with this body`, {
      expected: 'add, multiply, maximum, minimum, and, or, xor',
      advice: 'use all_gather and a local reduction',
      fields: { op: op.name },
    });
  return combiner;
}

interface Call {
  readonly collective: Collective;
  readonly inPlace?: boolean;
  /** Groups other than the op's own. */
  readonly groups?: readonly (readonly number[])[];
}

/** One step per operand. */
function collective(
  make: (op: Op, i: number, lowering: Lowering, groups: readonly (readonly number[])[]) => Call,
  exchange = false,
) {
  return {
    lower: (op: Op, lowering: Lowering): void => {
      const own = groupsOf(op, lowering.numDevices, lowering.numReplicas, exchange);
      op.operands.forEach((v, i) => {
        const { collective, inPlace = false, groups = own } = make(op, i, lowering, own);
        const barriers = groups.map((g) => lowering.barrier(g));
        const to = lowering.bufferFor(op.results[i]);
        lowering.push({ kind: 'collective', collective, groups, barriers, from: lowering.require(v), to, inPlace });
        lowering.setStorage(op.results[i], { buffer: to, offset: 0 });
      });
    },
  };
}

const bytes = (op: Op, i: number): number => dtypeInfo(op.operands[i].dtype).bytes;

/** From the first device of each group. */
const fixedBroadcast = collective((op, i, lowering) => {
  const a = op.attributes as CollectiveAttributes;
  const isNamed = (a.replicaGroups ?? []).length > 0;
  const named = new Set(groupsOf(op, lowering.numDevices, lowering.numReplicas, true, false).flat());
  // Devices of no group get zeros.
  const left = isNamed ? range(lowering.numDevices).filter((d) => !named.has(d)) : [];
  return {
    collective: { op: 'broadcast', bytes: numElements(op.operands[i].shape) * bytes(op, i), left },
  };
}, true);

/** From the device whose place in the group an operand says: everybody gets everything and takes one part. */
function lowerBroadcastFromRoots(op: Op, lowering: Lowering): void {
  const { numDevices, numReplicas } = lowering;
  const named = groupsOf(op, numDevices, numReplicas, true, false);
  const groups = groupsOf(op, numDevices, numReplicas, true);
  const barriers = groups.map((g) => lowering.barrier(g));
  const size = Math.max(...groups.map((g) => g.length));
  const rootsOf = op.operands[op.operands.length - 1];
  const roots = memory(lowering.require(rootsOf), rootsOf.dtype);
  op.results.forEach((v, i) => {
    const n = numElements(v.shape);
    const all = lowering.buffer(v.dtype, n * size);
    const collective = { op: 'all_gather', outer: 1, innerBytes: n * bytes(op, i) } as const;
    const from = lowering.require(op.operands[i]);
    lowering.push({ kind: 'collective', collective, groups, barriers, from, to: all, inPlace: false });
    const result = lowering.bufferFor(v);
    const r = new RoutineBuilder('collective_broadcast');
    const isNamed = named
      .flat()
      .map(
        (d): Expr => ({
          kind: 'apply',
          dtype: 'bool',
          fn: 'compare',
          args: [device, literal('u32', d)],
          parameter: 'EQ',
        }),
      )
      .reduce(either, no);
    r.if(
      isNamed,
      () =>
        r.move(whole(result), 0, whole(all), times(most(0, least(converted(r.load(roots, i), 'i64'), size - 1)), n), n),
      () => r.for(0, n, (k) => r.store(whole(result), k, literal(v.dtype, 0))),
    );
    lowering.push(r.step([result]));
    lowering.setStorage(v, { buffer: result, offset: 0 });
  });
}

const device: Expr = { kind: 'device', dtype: 'u32' };

export const collectiveRules = {
  'stablehlo.all_reduce': collective((op, i) => ({
    inPlace: true,
    collective: {
      op: 'all_reduce',
      reduction: reductionOf(op),
      dtype: op.operands[i].dtype,
      elements: numElements(op.results[i].shape),
    },
  })),
  'stablehlo.all_gather': collective((op, i) => {
    const { allGatherDim: d } = op.attributes as { allGatherDim: number };
    const { shape } = op.operands[i];
    const innerBytes = numElements(shape.slice(d)) * bytes(op, i);
    return { collective: { op: 'all_gather', outer: numElements(shape.slice(0, d)), innerBytes } };
  }),
  'stablehlo.reduce_scatter': collective((op, i) => {
    const { scatterDimension: d } = op.attributes as { scatterDimension: number };
    const { shape } = op.results[i];
    return {
      collective: {
        op: 'reduce_scatter',
        reduction: reductionOf(op),
        dtype: op.operands[i].dtype,
        outer: numElements(shape.slice(0, d)),
        inner: numElements(shape.slice(d)),
      },
    };
  }),
  'stablehlo.all_to_all': collective((op, i, _lowering, groups) => {
    const a = op.attributes as { splitDimension: number; concatDimension: number };
    const n = groups[0].length;
    const w = bytes(op, i);
    const from = op.operands[i].shape;
    const box = from.map((s, d) => (d === a.splitDimension ? s / n : s));
    const fromStrides = rowMajorStrides(from).map((s) => s * w);
    const toStrides = rowMajorStrides(op.results[i].shape).map((s) => s * w);
    const last = box.length - 1;
    return {
      collective: {
        op: 'all_to_all',
        boxSizes: box.map((s, d) => (d === last ? s * w : s)),
        fromStrides,
        toStrides,
        fromStep: box[a.splitDimension] * fromStrides[a.splitDimension],
        toStep: box[a.concatDimension] * toStrides[a.concatDimension],
      },
    };
  }, true),
  'stablehlo.collective_permute': collective((op, i, lowering) => {
    const { sourceTargetPairs, channelHandle } = op.attributes as {
      sourceTargetPairs: readonly (readonly [number, number])[];
      channelHandle?: { readonly handle: number };
    };
    const { numDevices, numReplicas } = lowering;
    const partitions = numDevices / numReplicas;
    const all = range(numDevices);
    // With a channel ids are partitions, on every replica; without, they are replicas, for every partition.
    const channel = (channelHandle?.handle ?? 0) > 0;
    const pairs = sourceTargetPairs.flatMap(([s, t]) =>
      channel
        ? range(numReplicas).map((r) => [r * partitions + s, r * partitions + t] as const)
        : range(partitions).map((p) => [s * partitions + p, t * partitions + p] as const),
    );
    return {
      groups: [all],
      collective: { op: 'permute', pairs, bytes: numElements(op.operands[i].shape) * bytes(op, i) },
    };
  }, true),
  'stablehlo.collective_broadcast': {
    lower: (op, lowering) => {
      const { hasDynamicRoot } = op.attributes as { hasDynamicRoot?: boolean };
      if (hasDynamicRoot) lowerBroadcastFromRoots(op, lowering);
      else fixedBroadcast.lower(op, lowering);
    },
  },
  'stablehlo.partition_id': { lower: (op, lowering) => lowerId(op, lowering, 'remainder') },
  'stablehlo.replica_id': { lower: (op, lowering) => lowerId(op, lowering, 'divide') },
} as const satisfies KernelRules;

function lowerId(op: Op, lowering: Lowering, fn: 'divide' | 'remainder'): void {
  const partitions = literal('u32', lowering.numDevices / lowering.numReplicas);
  const id: Expr = { kind: 'apply', dtype: 'u32', fn, args: [device, partitions] };
  const result = lowering.bufferFor(op.result);
  const r = new RoutineBuilder(op.name.replace('stablehlo.', ''));
  r.store(whole(result), 0, id);
  lowering.push(r.step([result]));
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}
