import type { Pass } from '../transform/index.ts';
import { collectiveMatmulPass } from './collectives/collective-matmul.ts';
import { combineCollectivesPass } from './collectives/combine-collectives.ts';
import { fuseCollectivesPass } from './collectives/fuse-collectives.ts';
import { reshardToCollectivesPass } from './collectives/reshard-to-collectives.ts';
import { closeShardingsPass } from './export/close-shardings.ts';
import { constraintsToReshardsPass } from './export/constraints-to-reshards.ts';
import { divisibleBoundariesPass } from './export/divisible-boundaries.ts';
import { exportCallsPass } from './export/export-calls.ts';
import { mergeConstantsPass } from './export/merge-constants.ts';
import { removeShardingGroupsPass } from './export/remove-sharding-groups.ts';
import { restoreConstantsPass } from './export/restore-constants.ts';
import { sinkDataFlowEdgesPass } from './export/sink-data-flow-edges.ts';
import { sinkFuncDataFlowEdgesPass } from './export/sink-func-data-flow-edges.ts';
import { wholeBoundariesPass } from './export/whole-boundaries.ts';
import { addDataFlowEdgesPass } from './import/add-data-flow-edges.ts';
import { addFuncDataFlowEdgesPass } from './import/add-func-data-flow-edges.ts';
import { applyShardingConstraintsPass } from './import/apply-sharding-constraints.ts';
import { cleanManualAxesPass } from './import/clean-manual-axes.ts';
import { explicitBatchingPass } from './import/explicit-batching.ts';
import { importGspmdPass } from './import/gspmd/import-gspmd.ts';
import { importCallsPass } from './import/import-calls.ts';
import { importShardingGroupsPass } from './import/import-sharding-groups.ts';
import { liftInlinedMeshesPass } from './import/lift-inlined-meshes.ts';
import { markPartialBoundariesPass } from './import/mark-partial-boundaries.ts';
import { removeSizeOneAxesPass } from './import/remove-size-one-axes.ts';
import { splitConstantsPass } from './import/split-constants.ts';
import { convertGlobalToLocalPass } from './local/convert-global-to-local.ts';
import { dropShardingRulesPass } from './propagate/drop-sharding-rules.ts';
import { populateShardingRulesPass } from './propagate/populate-sharding-rules.ts';
import { propagatePass } from './propagate/propagate.ts';
import { propagateAggressivePass } from './propagate/propagate-aggressive.ts';
import { propagateBasicPass } from './propagate/propagate-basic.ts';
import { propagateByOpPriorityPass } from './propagate/propagate-by-op-priority.ts';
import { insertExplicitReshardsPass } from './reshard/insert-explicit-reshards.ts';
import { mergeReductionsPass } from './reshard/merge-reductions.ts';
import { replicateUnsupportedPass } from './reshard/replicate-unsupported.ts';
import { settleUnreducedPass } from './reshard/settle-unreduced.ts';
import { simplifyReshardsPass } from './reshard/simplify-reshards.ts';
import { splitReductionsPass } from './reshard/split-reductions.ts';
import { splitUnevenReshardsPass } from './reshard/split-uneven-reshards.ts';
import { widenPartialSumsPass } from './reshard/widen-partial-sums.ts';

/** What propagation needs. */
export const importPasses: readonly Pass[] = [
  markPartialBoundariesPass,
  importGspmdPass,
  importCallsPass,
  liftInlinedMeshesPass,
  removeSizeOneAxesPass,
  explicitBatchingPass,
  splitConstantsPass,
  cleanManualAxesPass,
  addDataFlowEdgesPass,
  applyShardingConstraintsPass,
  importShardingGroupsPass,
];

/** From complete shardings to a program whose shardings are final. */
export const exportPasses: readonly Pass[] = [
  mergeConstantsPass,
  sinkDataFlowEdgesPass,
  removeShardingGroupsPass,
  constraintsToReshardsPass,
  divisibleBoundariesPass,
  closeShardingsPass,
  wholeBoundariesPass,
];

/** From final shardings to explicit collectives, still in global shapes. */
export const collectivePasses: readonly Pass[] = [
  restoreConstantsPass,
  settleUnreducedPass,
  splitReductionsPass,
  insertExplicitReshardsPass,
  replicateUnsupportedPass,
  mergeReductionsPass,
  simplifyReshardsPass,
  splitUnevenReshardsPass,
  reshardToCollectivesPass,
  fuseCollectivesPass,
  widenPartialSumsPass,
];

/** Every pass of this room, once. */
export const partitionPasses: readonly Pass[] = [
  ...importPasses,
  propagatePass,
  // The inner levels of propagation alone.
  propagateByOpPriorityPass,
  propagateAggressivePass,
  propagateBasicPass,
  ...exportPasses,
  // Beside the pipeline: rules as text, and functions that stay functions.
  populateShardingRulesPass,
  dropShardingRulesPass,
  exportCallsPass,
  addFuncDataFlowEdgesPass,
  sinkFuncDataFlowEdgesPass,
  ...collectivePasses,
  convertGlobalToLocalPass,
  // On the program of one device, on request.
  collectiveMatmulPass,
  combineCollectivesPass,
];
