import { dtypeInfo, EspalierError, numElements, range, rowMajorStrides } from '../../base/index.ts';
import type { Op } from '../../ir/index.ts';
import { literal } from '../constants.ts';
import type { Collective, Combiner, Expr } from '../kernel-ir.ts';
import type { KernelTable, Lowering } from '../lowering.ts';
import { RoutineBuilder, whole } from '../routine.ts';
import { combinerOf } from './reduce.ts';

/*
 * Collectives and device numbers. A module runs on one replica with one partition per device, so ids in
 * groups are device ids wherever partitions take part.
 */

interface CollectiveAttributes {
  readonly replicaGroups?: readonly (readonly number[])[];
  readonly channelHandle?: { readonly handle: number } | undefined;
  readonly useGlobalDeviceIds?: boolean;
}

/** Device groups of an op; devices in no group are alone. */
function groupsOf(op: Op, n: number, exchange: boolean): number[][] {
  const a = op.attributes as CollectiveAttributes;
  const given = (a.replicaGroups ?? []).map((g) => g.filter((i) => i >= 0)).filter((g) => g.length > 0);
  const channel = (a.channelHandle?.handle ?? 0) > 0;
  let rows: number[][];
  if (a.useGlobalDeviceIds || (exchange && channel)) rows = given.length > 0 ? given : [range(n)];
  else if (channel)
    rows = [range(n)]; // every partition of each group of replicas, of which there is one
  else rows = []; // replicas only: each device is alone
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
      const own = groupsOf(op, lowering.numDevices, exchange);
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
    const all = range(lowering.numDevices);
    // Without a channel the ids are replicas, of which there is one: it sends to itself on every device, or nothing.
    const alone = (channelHandle?.handle ?? 0) === 0;
    const keeps = sourceTargetPairs.some(([s, t]) => s === 0 && t === 0);
    const pairs = alone ? (keeps ? all.map((d) => [d, d] as const) : []) : sourceTargetPairs;
    return {
      groups: [all],
      collective: { op: 'permute', pairs, bytes: numElements(op.operands[i].shape) * bytes(op, i) },
    };
  }, true),
  'stablehlo.collective_broadcast': collective((op, i, lowering) => {
    const a = op.attributes as CollectiveAttributes;
    const named = new Set((a.replicaGroups ?? []).flat());
    const isPartitioned = (a.channelHandle?.handle ?? 0) > 0 && named.size > 0;
    // Devices of no group get zeros.
    const left = isPartitioned ? range(lowering.numDevices).filter((d) => !named.has(d)) : [];
    return {
      collective: { op: 'broadcast', bytes: numElements(op.operands[i].shape) * bytes(op, i), left },
    };
  }, true),
  'stablehlo.partition_id': { lower: (op, lowering) => lowerId(op, lowering, { kind: 'device', dtype: 'u32' }) },
  'stablehlo.replica_id': { lower: (op, lowering) => lowerId(op, lowering, literal('u32', 0)) },
} as const satisfies KernelTable;

function lowerId(op: Op, lowering: Lowering, id: Expr): void {
  const result = lowering.bufferFor(op.result);
  const r = new RoutineBuilder(op.name.replace('stablehlo.', ''));
  r.store(whole(result), 0, id);
  lowering.push(r.step([result]));
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}
