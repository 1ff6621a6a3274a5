export { combineCollectives } from './collectives/combine-collectives.ts';
export { countCollectives } from './collectives/count-collectives.ts';
export { deviceGroups, permutationPairs } from './collectives/device-groups.ts';
export { importGspmd } from './import/import-gspmd.ts';
export { inspectTensors, shardingPicture, specText, type TensorRecord } from './inspect-sharding.ts';
export {
  collectivePasses,
  exportPasses,
  importPasses,
  localPass,
  type Partitioned,
  type PartitionOptions,
  partitionModule,
  partitionPasses,
  propagatePass,
} from './pipeline.ts';
export { parseRule, RULE_ATTRIBUTE, type RuleContext, ruleAttr, ruleOf } from './propagate/rules.ts';
export type { CollectiveRecord, PartitionReport } from './report.ts';
export { meshesOf, Shardings } from './shardings.ts';
