export { comparePlans, type NamedPlan } from './compare.ts';
export { exportPlan, type PlanExport, planExports } from './export.ts';
export { followPlan, requireMeshOf } from './follow.ts';
export { type PlanFile, readPlanFile } from './read.ts';
export { servingPlan } from './serving.ts';
