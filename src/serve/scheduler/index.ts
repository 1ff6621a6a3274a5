export type { Candidate, Choice, Control } from './control.ts';
export type { DraftCounts } from './draft-gain.ts';
export type { DraftRequest, Proposal } from './drafts.ts';
export type { SchedulerLimits, SchedulerOptions, SchedulerState, SpeculationOptions } from './options.ts';
export { extendPageNames } from './page-names.ts';
export { type PolicyName, type PolicyOptions, policyNames } from './policies.ts';
export type { CallRequest, FinishReason, Guidance } from './request.ts';
export { type Progress, Scheduler, type StepPlan } from './scheduler.ts';
export type { StepCost } from './step-costs.ts';
