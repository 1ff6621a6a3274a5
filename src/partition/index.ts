export { combineCollectives } from './combine-collectives.ts';
export { countCollectives, tripCount } from './count-collectives.ts';
export { deviceGroups, permutationPairs } from './device-groups.ts';
export { importGspmd } from './import-gspmd.ts';
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
export type { CollectiveRecord, PartitionReport } from './report.ts';
export { parseRule, RULE_ATTRIBUTE, type RuleContext, ruleAttr, ruleOf } from './rules.ts';
export { meshesOf, Shardings } from './shardings.ts';
