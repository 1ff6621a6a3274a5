import { HostArray } from '../../base/index.ts';
import { absent, defineOp, type EvaluationContext, type OpDefinition, tensorType } from '../../ir/index.ts';
import { assembly } from '../define/syntaxes.ts';

export const resultsOnly = assembly<object>({ operands: 0, types: 'results' });

export function deviceId(name: string, doc: string, id: (ctx: EvaluationContext) => number): OpDefinition {
  const none = absent('no operands');
  return defineOp<Record<never, never>>({
    name,
    doc,
    spec: `StableHLO spec, ${name.slice('stablehlo.'.length)}`,
    operands: [],
    attributes: {},
    numRegions: 0,
    traits: { deviceDependent: true },
    inferTypes: () => [tensorType('u32', [])],
    verify: () => {},
    syntax: resultsOnly,
    evaluate: (_, __, ctx) => [HostArray.full('u32', [], id(ctx))],
    decompose: absent('a primitive'),
    linearize: none,
    transpose: none,
    batch: none,
    sharding: () => ({ noRule: 'differs between devices by definition' }),
    localize: () => ({}),
    cost: () => ({ productFlops: 0, vectorFlops: 0, bytes: 4 }),
    samples: [{ name: 'two devices', operands: [], attributes: {}, numDevices: 2 }],
  });
}

export const partitionId = deviceId(
  'stablehlo.partition_id',
  'Number of the device within its replica.',
  (c) => c.partitionId,
);
export const replicaId = deviceId('stablehlo.replica_id', 'Number of the replica.', (c) => c.replicaId);
