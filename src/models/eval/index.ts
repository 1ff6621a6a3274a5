export * from './evaluated-model.ts';
export * from './harness/harness.ts';
export type { Aggregated, DocumentScore } from './harness/metrics.ts';
export { type HarnessOptions, type HarnessSample, runTask, type TaskResult } from './harness/run-task.ts';
export {
  type FilterStep,
  type GroupMetric,
  type HarnessGroup,
  type HarnessTask,
  isGroup,
  type MetricChoice,
  type OutputType,
  readHarnessTasks,
  type Template,
} from './harness/task-file.ts';
export * from './loss.ts';
export * from './needle.ts';
export * from './perplexity.ts';
