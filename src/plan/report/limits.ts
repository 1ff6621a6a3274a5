import { UserError } from '../../base/index.ts';
import { type Cluster, numChips } from '../cluster/cluster.ts';
import { megatronH100 } from '../training/calibrations.ts';
import {
  searchTrainingLayouts,
  type TrainingPlan,
  type TrainingProblem,
  type TrainingSearch,
} from '../training/search-layouts.ts';
import { constantsOf } from '../training/uneven-stages.ts';
import { gigabytesText, timeText } from './report.ts';
import { trainingRunCost } from './training-report.ts';
import { resizedCluster } from './what-if.ts';

/** Hard limits of a training run; the memory of a chip is one of the problem's. */
export interface RunLimits {
  /** Tokens of the whole run. Without them a deadline is one of a step. */
  readonly tokens?: number;
  readonly deadlineS?: number;
  readonly budgetUsd?: number;
}

const daysText = (seconds: number): string =>
  seconds < 3600
    ? timeText(seconds * 1e6)
    : seconds < 48 * 3600
      ? `${(seconds / 3600).toFixed(1)} hours`
      : `${(seconds / 86400).toFixed(1)} days`;

/** What a plan takes beyond the limits; empty where it keeps them. Throws `plan/limits` for a budget without a price or a run. */
export function brokenLimits(
  cluster: Cluster,
  plan: TrainingPlan,
  { tokens, deadlineS, budgetUsd }: RunLimits,
): string[] {
  const run = tokens === undefined ? undefined : trainingRunCost(cluster, tokens, plan.time.tokensPerSec);
  if (budgetUsd !== undefined && run?.usd === undefined)
    throw new UserError('plan/limits', 'a budget needs a run and a price', {
      expected: '--tokens and --usd-per-chip-hour, or a cluster with a price',
    });
  const takenS = run ? run.hours * 3600 : plan.time.stepUs / 1e6;
  const of = run ? 'the run' : 'a step';
  return [
    ...(deadlineS !== undefined && takenS > deadlineS
      ? [`${of} takes ${daysText(takenS)}, the deadline is ${daysText(deadlineS)}`]
      : []),
    ...(budgetUsd !== undefined && run!.usd! > budgetUsd
      ? [
          `the run costs $${Math.round(run!.usd!).toLocaleString('en-US')}, the budget is $${Math.round(budgetUsd).toLocaleString('en-US')}`,
        ]
      : []),
  ];
}

/** The problem on a changed cluster: constants are the chip's. */
export const onCluster = (p: TrainingProblem, cluster: Cluster): TrainingProblem => ({
  ...p,
  cluster,
  constants: { ...constantsOf(cluster, 'bf16', megatronH100), gradients: p.constants.gradients },
});

/** Numbers of chips that are tried, in parts of those at hand. */
const FACTORS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32, 64];

/** The fewest chips of the same kind on which a plan keeps memory and limits, in a sentence; or what comes nearest. */
export function whatWouldFit(p: TrainingProblem, limits: RunLimits): string {
  const chips = numChips(p.cluster);
  let least: TrainingSearch['smallest'] | undefined;
  for (const factor of FACTORS) {
    let found: TrainingSearch;
    let cluster: Cluster;
    try {
      cluster = resizedCluster(p.cluster, chips * factor);
      found = searchTrainingLayouts(onCluster(p, cluster));
    } catch (error) {
      // This many chips the cluster cannot have, or no layout divides them.
      if (error instanceof UserError && ['plan/what-if', 'plan/layout'].includes(error.code)) continue;
      throw error;
    }
    if (!least || found.smallest.peakBytes < least.peakBytes) least = found.smallest;
    const plan = found.plans.find((f) => brokenLimits(cluster, f, limits).length === 0);
    if (plan) {
      const run =
        limits.tokens === undefined ? undefined : trainingRunCost(cluster, limits.tokens, plan.time.tokensPerSec);
      return `what would fit: ${chips * factor} chips, ${timeText(plan.time.stepUs)} a step and ${gigabytesText(plan.peakBytes)} a chip${
        run
          ? `, ${daysText(run.hours * 3600)}${run.usd === undefined ? '' : ` and $${Math.round(run.usd).toLocaleString('en-US')}`} for the run`
          : ''
      }`;
    }
  }
  return `nothing fits with ${chips * FACTORS[0]} to ${chips * FACTORS[FACTORS.length - 1]} of these chips: ${
    least && p.memoryBytes !== undefined && least.peakBytes > p.memoryBytes
      ? `at least ${gigabytesText(least.peakBytes)} a chip are needed`
      : 'a later deadline or a larger budget is needed'
  }`;
}
