export { type InferenceFrontiers, inferenceReport, passLine, usdPerMillionTokens } from './inference-report.ts';
export { brokenLimits, onCluster, type RunLimits, whatWouldFit } from './limits.ts';
export { reportPage } from './page.ts';
export { alternativeOf, argumentTable, programReport } from './program-report.ts';
export {
  bottleneckOf,
  type DeviceBar,
  type MemoryTimeline,
  type PlanReport,
  percentText,
  type ReportTable,
  type TimePart,
  timeText,
  whySlower,
} from './report.ts';
export { reportText, textOfTable } from './text.ts';
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
