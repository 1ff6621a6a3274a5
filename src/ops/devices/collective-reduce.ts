import { HostArray } from '../../base/index.ts';
import { absent, codecs } from '../../ir/index.ts';
import { indicesOf } from '../define/elements.ts';
import { combiner } from '../define/emit.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { collective, combineArrays } from './collective-family.ts';
import type { AllReduceAttributes } from './collectives.ts';
import { communication } from './communication.ts';
import { channelCodec, exchange, exchangeGrouping, flatId, groupOf, groupsCodec } from './device-groups.ts';

export interface CollectiveReduceAttributes extends AllReduceAttributes {
  readonly hasDynamicRoot: boolean;
}

export const collectiveReduce = collective<CollectiveReduceAttributes>({
  name: 'stablehlo.collective_reduce',
  doc: 'Combines a tensor over the devices of each group on its first (or a computed) member; the others get zeros.',
  communication: (op) => communication(op, 'collective_reduce', op.attributes.replicaGroups),
  attributes: {
    replicaGroups: groupsCodec,
    channelHandle: channelCodec,
    useGlobalDeviceIds: codecs.flag,
    hasDynamicRoot: codecs.flag,
  },
  numRegions: 1,
  *evaluate(operands, op, ctx) {
    const { replicaGroups, hasDynamicRoot, useGlobalDeviceIds } = op.attributes;
    const grouping = useGlobalDeviceIds ? 'flattened' : exchangeGrouping(op.attributes);
    const group = groupOf(replicaGroups, grouping, ctx);
    const data = hasDynamicRoot ? operands.slice(0, -1) : operands;
    const zero = (i: number): HostArray => HostArray.zeros(op.results[i].dtype, data[i].shape);
    if (!group) return data.map((_, i) => zero(i));
    const roots = hasDynamicRoot ? indicesOf(operands[data.length]) : undefined;
    const all = yield* exchange(op.name, group, data);
    const me = group.indexOf(flatId(ctx));
    return data.map((_, i) => {
      if (me !== (roots ? roots[i] : 0)) return zero(i);
      return combineArrays(
        op.regions[0],
        all.map((own) => own[i]),
        ctx,
      );
    });
  },
  resultShape: (s) => s,
  shift: (a) => a,
  linear: () => false,
  transpose: absent('use all_reduce and select'),
  sharding: (op) => new ShardingRuleBuilder(op).pointwise(op.results[0].shape).build(),
  samples: [
    {
      name: 'sum',
      operands: [{ dtype: 'i32', shape: [2, 3] }],
      attributes: {
        replicaGroups: [[0, 1]],
        channelHandle: { handle: 1, type: 1 },
        useGlobalDeviceIds: false,
        hasDynamicRoot: false,
      },
      regions: (b) => [combiner(b, 'stablehlo.add', 'i32')],
      numDevices: 2,
    },
  ],
});
