export { type Alternative, runnerUp } from './alternatives.ts';
export { annotate, withMesh } from './annotate.ts';
export { clusterCosts } from './cluster-costs.ts';
export {
  type AlpaConstants,
  type AlphaBetaRates,
  alpaCosts,
  alphaBetaCosts,
  type CollectiveUse,
  type ShardingCosts,
} from './costs.ts';
export { type IntraOpOptions, type IntraOpPlan, type PlannedCollective, planIntraOp, planOf } from './intra-op.ts';
export { type Layout, layoutKey, layoutsOf, numShards } from './layouts.ts';
export type { OpStrategy } from './op-strategies.ts';
export { bytesPerDevice, cutText, type PlanInputs, planJson } from './plan-json.ts';
export {
  type PlanNode,
  type PlanUse,
  type ProgramGraph,
  type ProgramGraphOptions,
  programGraph,
} from './program-graph.ts';
