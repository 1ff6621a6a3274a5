export { type PolicyName, type PolicyOptions, policyNames } from './policies.ts';
export type { CallRequest, FinishReason } from './request.ts';
export {
  type Progress,
  Scheduler,
  type SchedulerLimits,
  type SchedulerOptions,
  type SchedulerState,
  type StepPlan,
} from './scheduler.ts';
export type { StepCost } from './step-costs.ts';
