import { UserError } from '../../base/index.ts';
import { exponential, seeded } from './random.ts';

/* A whole training run: steps, stragglers, checkpoints, failures and what they cost. */

export interface TrainingRun {
  readonly steps: number;
  readonly stepSeconds: number;
  readonly chips: number;
  /** Mean hours between failures of one chip. */
  readonly mtbfChipHours: number;
  /** Steps between checkpoints, and how long the run stands still for one. */
  readonly checkpointEvery: number;
  readonly checkpointSeconds: number;
  /** Until a failure is noticed, and until the run goes on from the last checkpoint. */
  readonly detectSeconds: number;
  readonly restartSeconds: number;
  /** Spread of a worker's step time, as the deviation of its logarithm; a step waits for the slowest of `workers`. */
  readonly stragglerSigma?: number;
  readonly workers?: number;
  readonly seed?: number;
}

export interface TrainingRunResult {
  readonly seconds: number;
  /** Time of steps that were kept, over all time. */
  readonly goodput: number;
  readonly failures: number;
  readonly lostSeconds: number;
  readonly checkpointSeconds: number;
  readonly waitingSeconds: number;
}

/** Runs until all steps are done. Throws `plan/run` where failures come so often that it would never end. */
export function simulateTrainingRun(run: TrainingRun): TrainingRunResult {
  const {
    steps,
    stepSeconds,
    chips,
    mtbfChipHours,
    checkpointEvery,
    detectSeconds,
    restartSeconds,
    stragglerSigma = 0,
    workers = 1,
    seed = 0,
  } = run;
  const random = seeded(seed + 1);
  const meanSeconds = (mtbfChipHours * 3600) / chips;
  const toFirst = detectSeconds + restartSeconds + checkpointEvery * stepSeconds + run.checkpointSeconds;
  if (meanSeconds < toFirst / 20)
    throw new UserError('plan/run', 'failures leave no time for a checkpoint', {
      expected: `far more than the ${toFirst.toFixed(0)} s from one checkpoint to the next`,
      given: `a failure every ${meanSeconds.toFixed(1)} s`,
      advice: 'write checkpoints more often, restart faster, or keep the run going without the failed chip',
    });
  let [now, saved, done, failures, lostSeconds, savingSeconds, waitingSeconds] = [0, 0, 0, 0, 0, 0, 0];
  let sinceSaved = 0;
  let failsAt = exponential(random) * meanSeconds;
  const slowest = (): number => {
    if (stragglerSigma === 0) return 1;
    // The largest of many lognormal times, from one number: its distribution function is that of one to the power of their count.
    const u = random() ** (1 / workers);
    return Math.exp(stragglerSigma * quantile(u));
  };
  while (done < steps) {
    const took = stepSeconds * slowest();
    const isSaved = (done + 1) % checkpointEvery === 0 || done + 1 === steps;
    const end = now + took + (isSaved ? run.checkpointSeconds : 0);
    if (failsAt < end) {
      failures++;
      lostSeconds += failsAt - now + sinceSaved;
      now = failsAt + detectSeconds + restartSeconds;
      lostSeconds += detectSeconds + restartSeconds;
      done = saved;
      sinceSaved = 0;
      failsAt = now + exponential(random) * meanSeconds;
      continue;
    }
    now = end;
    done++;
    sinceSaved += took;
    waitingSeconds += took - stepSeconds;
    if (isSaved) {
      savingSeconds += run.checkpointSeconds;
      saved = done;
      sinceSaved = 0;
    }
  }
  return {
    seconds: now,
    goodput: (steps * stepSeconds) / now,
    failures,
    lostSeconds,
    checkpointSeconds: savingSeconds,
    waitingSeconds,
  };
}

/** Quantile of the normal distribution (Acklam's rational approximation, error below 2e-9 relative). */
function quantile(p: number): number {
  const tail = (q: number): number => {
    const c = [
      -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
      2.938163982698783,
    ];
    const d = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    const num = c.reduce((sum, x) => sum * q + x, 0);
    return num / (d.reduce((sum, x) => sum * q + x, 0) * q + 1);
  };
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(Math.max(p, 1e-300))));
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(Math.max(1 - p, 1e-300))));
  const a = [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
    2.506628277459239,
  ];
  const b = [
    -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
  ];
  const q = p - 0.5;
  const r = q * q;
  return (a.reduce((sum, x) => sum * r + x, 0) * q) / (b.reduce((sum, x) => sum * r + x, 0) * r + 1);
}

/** Mean seconds between failures of a cluster, and the interval between checkpoints that loses least (Young 1974). */
export function checkpointInterval(
  chips: number,
  mtbfChipHours: number,
  checkpointSeconds: number,
): { readonly mtbfSeconds: number; readonly intervalSeconds: number } {
  const mtbfSeconds = (mtbfChipHours * 3600) / chips;
  return { mtbfSeconds, intervalSeconds: Math.sqrt(2 * checkpointSeconds * mtbfSeconds) };
}
