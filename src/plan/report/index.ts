export { type InferenceFrontiers, inferenceReport, passLine, usdPerMillionTokens } from './inference-report.ts';
export { brokenLimits, onCluster, type RunLimits, whatWouldFit } from './limits.ts';
export { reportPage } from './page.ts';
export { bottleneckOf, type PlanReport, type ReportTable, type TimePart, timeText } from './report.ts';
export { reportText } from './text.ts';
export { layoutLine, trainingReport, trainingRunCost, trainingTimeParts } from './training-report.ts';
export {
  type Outcome,
  type PlannedInputs,
  resizedCluster,
  type WhatIf,
  whatIfHelp,
  whatIfs,
  whatIfTable,
} from './what-if.ts';
