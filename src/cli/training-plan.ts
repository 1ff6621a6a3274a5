import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { formatBytes, UserError } from '../base/index.ts';
import { type PlanFile, readPlanFile } from '../plan/index.ts';
import { type TrainingPlan, trainingPlan } from '../train/index.ts';

/** Reads a plan. Throws `cli/plan` for a file that is not there, and `plan/data`. */
export function openPlanFile(file: string): PlanFile {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError('cli/plan', `cannot read the plan ${file}`, { given: (cause as Error).message, cause });
  }
  return readPlanFile(source, file);
}

/** Reads a plan of a training run. Throws `cli/plan` for a file that is not there, and for a plan that this machine has no memory for. */
export function readTrainingPlan(file: string, o: { readonly isRun: boolean } = { isRun: true }): TrainingPlan {
  const plan = openPlanFile(file);
  const { peakBytesPerDevice } = (plan.predicted ?? {}) as { readonly peakBytesPerDevice?: unknown };
  let training: TrainingPlan;
  try {
    training = trainingPlan(plan);
  } catch (error) {
    throw error instanceof UserError ? withFile(error, file) : error;
  }
  if (!o.isRun) return training;
  // Devices of these engines share the machine's memory.
  const bytes = typeof peakBytesPerDevice === 'number' ? peakBytesPerDevice * training.mesh.size : 0;
  if (bytes > totalmem())
    throw new UserError('cli/plan', 'the plan needs more memory than this machine has', {
      expected: `at most ${formatBytes(totalmem())}`,
      given: `${formatBytes(bytes)} on ${training.mesh.size} devices`,
    });
  return training;
}

const withFile = (e: UserError, file: string): UserError =>
  new UserError(e.code, `${file}: ${e.summary}`, {
    expected: e.expected,
    given: e.given,
    advice: e.advice,
    cause: e,
  });
