import type { OpDefinition } from '../../ir/index.ts';
import {
  allGather,
  allReduce,
  allSlice,
  allToAll,
  collectivePermute,
  reduceScatter,
  replicatedToUnreduced,
  shardedToUnreduced,
} from './collectives.ts';
import { sdyConstant } from './constant.ts';
import { dataFlowEdge, funcDataFlowEdge, propagationBarrier, reshard, shardingConstraint } from './constraints.ts';
import { manualComputation } from './manual-computation.ts';
import { meshOp } from './mesh.ts';
import { namedComputation, sdyReturn, shardingGroup } from './regions.ts';

export type { AllToAllMove, AxesPerDim } from './codecs.ts';
export type { AllGather, AllReduce, AllSlice, AllToAll, ReduceScatter } from './collectives.ts';
export { type ManualComputation, meshAxes } from './manual-computation.ts';

/** All ops of the `sdy` dialect. */
export const sdyOps: readonly OpDefinition[] = [
  meshOp,
  sdyConstant,
  shardingConstraint,
  reshard,
  propagationBarrier,
  dataFlowEdge,
  funcDataFlowEdge,
  shardingGroup,
  manualComputation,
  namedComputation,
  sdyReturn,
  allGather,
  allSlice,
  allToAll,
  collectivePermute,
  allReduce,
  reduceScatter,
  shardedToUnreduced,
  replicatedToUnreduced,
];
