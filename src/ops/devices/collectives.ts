import { HostArray } from '../../base/index.ts';
import { absent, codecs, type EvaluationContext, type Op } from '../../ir/index.ts';
import { concatenated, indicesOf, sliced } from '../define/elements.ts';
import { combiner, zerosLike } from '../define/emit.ts';
import { combinerOf } from '../define/region.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { collective, combineArrays } from './collective-family.ts';
import { communication, permutation } from './communication.ts';
import {
  type ChannelHandle,
  channelCodec,
  exchange,
  exchangeGrouping,
  flatId,
  type Grouped,
  groupOf,
  groupsCodec,
  type ReplicaGroups,
  reductionGrouping,
} from './device-groups.ts';

const groupSize = (groups: ReplicaGroups): number => Math.max(1, ...groups.map((g) => g.length));

/** One factor per dimension on all tensors; touched dimensions get separate factors afterwards. */
function separateFactors(op: Op<object>, touched: readonly number[]): ShardingRuleBuilder {
  const b = new ShardingRuleBuilder(op);
  const x = op.operands[0].shape;
  const r = op.results[0].shape;
  x.forEach((n, d) => {
    if (!touched.includes(d)) b.everywhere(d, n);
  });
  for (const d of touched) {
    b.factor(
      op.operands.map(() => d),
      [],
      x[d],
      { kind: 'needReplication' },
    );
    b.factor(
      [],
      op.results.map(() => d),
      r[d],
      { kind: 'needReplication' },
    );
  }
  return b;
}

const twoDevices: Grouped & { replicaGroups: ReplicaGroups } = {
  replicaGroups: [[0, 1]],
  channelHandle: { handle: 1, type: 1 },
};
const alone = (ctx: EvaluationContext): number[] => [flatId(ctx)];

export interface AllReduceAttributes extends Grouped {
  readonly replicaGroups: ReplicaGroups;
  readonly channelHandle: ChannelHandle | undefined;
  readonly useGlobalDeviceIds: boolean;
}
const flat = { ...twoDevices, useGlobalDeviceIds: true };
const sums = (op: Op<object>): boolean => combinerOf(op.regions[0]) === 'stablehlo.add';

export const allReduce = collective<AllReduceAttributes>({
  name: 'stablehlo.all_reduce',
  doc: 'Combines a tensor over the devices of each group; all get the result.',
  communication: (op) => communication(op, 'all_reduce', op.attributes.replicaGroups),
  attributes: { replicaGroups: groupsCodec, channelHandle: channelCodec, useGlobalDeviceIds: codecs.flag },
  numRegions: 1,
  *evaluate(operands, op, ctx) {
    const group = groupOf(op.attributes.replicaGroups, reductionGrouping(op.attributes), ctx) ?? alone(ctx);
    const all = yield* exchange(op.name, group, operands);
    return operands.map((_, i) =>
      combineArrays(
        op.regions[0],
        all.map((own) => own[i]),
        ctx,
      ),
    );
  },
  resultShape: (s) => s,
  shift: (a) => a,
  linear: sums,
  transpose: ({ op, cotangents, builder: b }) => {
    const present = cotangents.map((c, i) => c ?? zerosLike(b, op.results[i].type));
    return b.create(op.name, present, op.attributes, { regions: op.regions }).results;
  },
  sharding: (op) => new ShardingRuleBuilder(op).pointwise(op.operands[0].shape).build(),
  samples: [
    {
      name: 'sum',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: flat,
      regions: (b) => [combiner(b, 'stablehlo.add', 'f64')],
      numDevices: 2,
    },
    {
      name: 'max of i32',
      operands: [{ dtype: 'i32', shape: [3] }],
      attributes: flat,
      regions: (b) => [combiner(b, 'stablehlo.maximum', 'i32')],
      numDevices: 2,
    },
  ],
});

export interface AllGatherAttributes extends AllReduceAttributes {
  readonly allGatherDim: number;
}
export interface ReduceScatterAttributes extends AllReduceAttributes {
  readonly scatterDimension: number;
}

export const allGather = collective<AllGatherAttributes>({
  name: 'stablehlo.all_gather',
  doc: 'Concatenates the tensors of the devices of each group; all get the result.',
  communication: (op) => communication(op, 'all_gather', op.attributes.replicaGroups),
  attributes: {
    allGatherDim: codecs.i64,
    replicaGroups: groupsCodec,
    channelHandle: channelCodec,
    useGlobalDeviceIds: codecs.flag,
  },
  *evaluate(operands, op, ctx) {
    const group = groupOf(op.attributes.replicaGroups, reductionGrouping(op.attributes), ctx) ?? alone(ctx);
    const all = yield* exchange(op.name, group, operands);
    return operands.map((_, i) =>
      concatenated(
        all.map((own) => own[i]),
        op.attributes.allGatherDim,
      ),
    );
  },
  resultShape: (s, a) => s.map((n, d) => (d === a.allGatherDim ? n * groupSize(a.replicaGroups) : n)),
  shift: (a) => ({ ...a, allGatherDim: a.allGatherDim + 1 }),
  transpose: ({ op, cotangents, builder: b }) => {
    const { allGatherDim: scatterDimension, ...rest } = op.attributes;
    return cotangents.map((ct, i) => {
      if (!ct) return undefined;
      const regions = [combiner(b, 'stablehlo.add', ct.dtype)];
      const resultTypes = [op.operands[i].type];
      return b.emit('stablehlo.reduce_scatter', [ct], { scatterDimension, ...rest }, { regions, resultTypes });
    });
  },
  sharding: (op) => separateFactors(op, [op.attributes.allGatherDim]).build(),
  samples: [
    {
      name: 'columns',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: { ...flat, allGatherDim: 1 },
      numDevices: 2,
    },
  ],
});

export const reduceScatter = collective<ReduceScatterAttributes>({
  name: 'stablehlo.reduce_scatter',
  doc: 'Combines a tensor over the devices of each group; each device keeps its piece.',
  communication: (op) => communication(op, 'reduce_scatter', op.attributes.replicaGroups),
  attributes: {
    scatterDimension: codecs.i64,
    replicaGroups: groupsCodec,
    channelHandle: channelCodec,
    useGlobalDeviceIds: codecs.flag,
  },
  numRegions: 1,
  *evaluate(operands, op, ctx) {
    const group = groupOf(op.attributes.replicaGroups, reductionGrouping(op.attributes), ctx) ?? alone(ctx);
    const all = yield* exchange(op.name, group, operands);
    const d = op.attributes.scatterDimension;
    const at = group.indexOf(flatId(ctx));
    return operands.map((x, i) => {
      const total = combineArrays(
        op.regions[0],
        all.map((own) => own[i]),
        ctx,
      );
      return pieceOf(total, d, group.length, at, x.shape);
    });
  },
  resultShape: (s, a) => s.map((n, d) => (d === a.scatterDimension ? n / groupSize(a.replicaGroups) : n)),
  shift: (a) => ({ ...a, scatterDimension: a.scatterDimension + 1 }),
  linear: sums,
  transpose: ({ op, cotangents, builder: b }) => {
    const { scatterDimension: allGatherDim, ...rest } = op.attributes;
    return cotangents.map(
      (ct, i) =>
        ct && b.emit('stablehlo.all_gather', [ct], { allGatherDim, ...rest }, { resultTypes: [op.operands[i].type] }),
    );
  },
  sharding: (op) => separateFactors(op, [op.attributes.scatterDimension]).build(),
  samples: [
    {
      name: 'rows',
      operands: [{ dtype: 'f64', shape: [4, 3] }],
      attributes: { ...flat, scatterDimension: 0 },
      regions: (b) => [combiner(b, 'stablehlo.add', 'f64')],
      numDevices: 2,
    },
  ],
});

/** Piece `at` of `n` equal ones along a dimension. */
function pieceOf(x: HostArray, dimension: number, n: number, at: number, shape: readonly number[]): HostArray {
  const size = shape[dimension] / n;
  return sliced(
    x,
    shape.map((_, d) => (d === dimension ? at * size : 0)),
    shape.map((m, d) => (d === dimension ? size : m)),
  );
}

export interface AllToAllAttributes extends Grouped {
  readonly splitDimension: number;
  readonly concatDimension: number;
  readonly splitCount: number;
  readonly replicaGroups: ReplicaGroups;
  readonly channelHandle: ChannelHandle | undefined;
}

export const allToAll = collective<AllToAllAttributes>({
  name: 'stablehlo.all_to_all',
  doc: 'Every device of a group cuts its tensor and sends piece i to member i, which concatenates what it gets.',
  communication: (op) => communication(op, 'all_to_all', op.attributes.replicaGroups),
  attributes: {
    splitDimension: codecs.i64,
    concatDimension: codecs.i64,
    splitCount: codecs.i64,
    replicaGroups: groupsCodec,
    channelHandle: channelCodec,
  },
  *evaluate(operands, op, ctx) {
    const { splitDimension, concatDimension, replicaGroups } = op.attributes;
    const group = groupOf(replicaGroups, exchangeGrouping(op.attributes), ctx) ?? alone(ctx);
    const all = yield* exchange(op.name, group, operands);
    const at = group.indexOf(flatId(ctx));
    return operands.map((x, i) =>
      concatenated(
        all.map((own) => pieceOf(own[i], splitDimension, group.length, at, x.shape)),
        concatDimension,
      ),
    );
  },
  resultShape: (s, a) =>
    s.map((n, d) => (n * (d === a.concatDimension ? a.splitCount : 1)) / (d === a.splitDimension ? a.splitCount : 1)),
  shift: (a) => ({ ...a, splitDimension: a.splitDimension + 1, concatDimension: a.concatDimension + 1 }),
  transpose: ({ op, cotangents, builder: b }) => {
    const a = op.attributes;
    const back = { ...a, splitDimension: a.concatDimension, concatDimension: a.splitDimension };
    return cotangents.map((ct) => ct && b.emit(op.name, [ct], back));
  },
  sharding: (op) => {
    const { splitDimension: s, concatDimension: c } = op.attributes;
    return separateFactors(op, s === c ? [s] : [s, c]).build();
  },
  samples: [
    {
      name: 'across',
      operands: [{ dtype: 'f64', shape: [4, 3] }],
      attributes: { ...twoDevices, splitDimension: 0, concatDimension: 1, splitCount: 2 },
      numDevices: 2,
    },
    {
      name: 'within',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: { ...twoDevices, splitDimension: 0, concatDimension: 0, splitCount: 2 },
      numDevices: 2,
    },
  ],
});

export interface CollectivePermuteAttributes extends Grouped {
  readonly sourceTargetPairs: readonly (readonly number[])[];
  readonly channelHandle: ChannelHandle | undefined;
}

export const collectivePermute = collective<CollectivePermuteAttributes>({
  name: 'stablehlo.collective_permute',
  doc: 'Sends tensors from sources to targets; who receives nothing gets zeros.',
  communication: (op) => permutation(op, op.attributes.sourceTargetPairs),
  attributes: { sourceTargetPairs: codecs.i64Matrix, channelHandle: channelCodec },
  *evaluate(operands, op, ctx) {
    const grouping = exchangeGrouping(op.attributes);
    const group = groupOf([], grouping, ctx)!;
    const all = yield* exchange(op.name, group, operands);
    const at = group.indexOf(flatId(ctx));
    const source = op.attributes.sourceTargetPairs.find(([, target]) => target === at)?.[0];
    return operands.map((x, i) => (source === undefined ? HostArray.zeros(x.dtype, x.shape) : all[source][i]));
  },
  resultShape: (s) => s,
  shift: (a) => a,
  transpose: ({ op, cotangents, builder: b }) => {
    const sourceTargetPairs = op.attributes.sourceTargetPairs.map(([s, t]) => [t, s]);
    return cotangents.map((ct) => ct && b.emit(op.name, [ct], { ...op.attributes, sourceTargetPairs }));
  },
  sharding: (op) => new ShardingRuleBuilder(op).pointwise(op.operands[0].shape).build(),
  samples: [
    {
      name: 'swap',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: {
        channelHandle: { handle: 1, type: 1 },
        sourceTargetPairs: [
          [0, 1],
          [1, 0],
        ],
      },
      numDevices: 2,
    },
    {
      name: 'one way',
      operands: [{ dtype: 'i32', shape: [3] }],
      attributes: { channelHandle: { handle: 1, type: 1 }, sourceTargetPairs: [[0, 1]] },
      numDevices: 2,
    },
  ],
});

export interface CollectiveBroadcastAttributes extends Grouped {
  readonly replicaGroups: ReplicaGroups;
  readonly channelHandle: ChannelHandle | undefined;
  /** The last operand names the member that sends, one entry per other operand. */
  readonly hasDynamicRoot: boolean;
}

export const collectiveBroadcast = collective<CollectiveBroadcastAttributes>({
  name: 'stablehlo.collective_broadcast',
  doc: 'Every device of a group gets the tensor of its first (or a computed) member; others get zeros.',
  communication: (op) => communication(op, 'collective_broadcast', op.attributes.replicaGroups),
  attributes: { replicaGroups: groupsCodec, channelHandle: channelCodec, hasDynamicRoot: codecs.flag },
  *evaluate(operands, op, ctx) {
    const group = groupOf(op.attributes.replicaGroups, exchangeGrouping(op.attributes), ctx);
    const data = op.attributes.hasDynamicRoot ? operands.slice(0, -1) : operands;
    if (!group) return data.map((x) => HostArray.zeros(x.dtype, x.shape));
    const all = yield* exchange(op.name, group, data);
    const roots = op.attributes.hasDynamicRoot ? indicesOf(operands[data.length]) : undefined;
    return data.map((_, i) => all[roots ? roots[i] : 0][i]);
  },
  resultShape: (s) => s,
  shift: (a) => a,
  transpose: absent('needs the sum over the group on its first member; use all_reduce and select'),
  sharding: (op) => new ShardingRuleBuilder(op).pointwise(op.operands[0].shape).build(),
  samples: [
    {
      name: 'first',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: { ...twoDevices, hasDynamicRoot: false },
      numDevices: 2,
    },
  ],
});
