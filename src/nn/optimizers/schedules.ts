import { lax, np, type Tensor } from '../../api/index.ts';
import { nearestName, UserError } from '../../base/index.ts';

/** A learning rate, or another number that changes with steps: `step: i32[]`, counted from 0, gives `f32[]`. */
export type Schedule = (step: Tensor) => Tensor;

/** A number stands for itself at every step. */
export const scheduleOf = (x: number | Schedule): Schedule => (typeof x === 'number' ? () => np.full([], x, 'f32') : x);

const asFloat = (step: Tensor): Tensor => np.astype(step, 'f32');
/** From 0 to 1 between two steps, flat outside. */
const progressOf = (step: Tensor, from: number, to: number): Tensor =>
  np.clip(np.divide(np.subtract(asFloat(step), from), Math.max(1, to - from)), 0, 1);
/** From 1 down to `final` as progress goes from 0 to 1. */
const falls: Readonly<Record<'cosine' | 'linear', (progress: Tensor, final: number) => Tensor>> = {
  cosine: (x, final) => np.add(np.multiply(np.add(np.cos(np.multiply(x, Math.PI)), 1), 0.5 * (1 - final)), final),
  linear: (x, final) => np.subtract(1, np.multiply(x, 1 - final)),
};

export interface DecayOptions {
  readonly peak: number;
  /** Steps over which the rate rises to its peak, in equal steps: the first update has a share of it already. Default 0. */
  readonly warmupSteps?: number;
  readonly totalSteps: number;
  /** The rate at the end as a share of the peak. Default 0. */
  readonly finalFraction?: number;
}

const warmed = (step: Tensor, warmupSteps: number, peak: number, after: Tensor): Tensor => {
  const s = asFloat(step);
  const warm = np.divide(np.add(s, 1), Math.max(1, warmupSteps));
  return np.multiply(np.where(np.less(s, warmupSteps), warm, after), peak);
};

/** Linear warm-up, then a fall to `finalFraction` at `totalSteps` by half a cosine, by a line, or none. */
export const warmupDecay =
  (o: DecayOptions & { readonly decay?: 'cosine' | 'linear' | 'constant' }): Schedule =>
  (step) => {
    const { warmupSteps = 0, decay = 'cosine', finalFraction = 0 } = o;
    const after =
      decay === 'constant'
        ? np.onesLike(asFloat(step))
        : falls[decay](progressOf(step, warmupSteps, o.totalSteps), finalFraction);
    return warmed(step, warmupSteps, o.peak, after);
  };

/** Warm-up, a plateau, and a fall over the last `decaySteps`. Source: Hu et al. 2024 (MiniCPM), WSD. */
export const warmupStableDecay =
  (o: DecayOptions & { readonly decaySteps: number; readonly decay?: 'cosine' | 'linear' }): Schedule =>
  (step) => {
    const progress = progressOf(step, o.totalSteps - o.decaySteps, o.totalSteps);
    return warmed(step, o.warmupSteps ?? 0, o.peak, falls[o.decay ?? 'linear'](progress, o.finalFraction ?? 0));
  };

export interface T5ScheduleOptions {
  /** Default 0.5. */
  readonly baseLearningRate?: number;
  /** Default 1,000. */
  readonly warmupSteps?: number;
  /** Of `decay_every`: the rate is multiplied by this … Default 0.5. */
  readonly decayFactor?: number;
  /** … each time so many steps have gone by. Default 20,000. */
  readonly stepsPerDecay?: number;
  /** Of `cosine_decay` and `linear_decay`. Default 100,000. */
  readonly stepsPerCycle?: number;
  /** Default 1e-8. */
  readonly minLearningRate?: number;
}

type Factor = (step: Tensor, o: Required<T5ScheduleOptions>) => Tensor;
const sinceWarmup = (step: Tensor, o: Required<T5ScheduleOptions>): Tensor =>
  np.maximum(0, np.divide(np.subtract(step, o.warmupSteps), o.stepsPerCycle));
const t5Factors: Readonly<Record<string, Factor>> = {
  constant: (step, o) => np.fullLike(step, o.baseLearningRate),
  linear_warmup: (step, o) => np.minimum(1, np.divide(step, Math.max(1, o.warmupSteps))),
  linear_decay: (step, o) => np.maximum(0, np.subtract(1, sinceWarmup(step, o))),
  rsqrt_decay: (step, o) => lax.rsqrt(np.maximum(step, Math.max(1, o.warmupSteps))),
  rsqrt_normalized_decay: (step, o) =>
    lax.sqrt(np.divide(Math.max(1, o.warmupSteps), np.maximum(step, Math.max(1, o.warmupSteps)))),
  decay_every: (step, o) => np.power(o.decayFactor, np.floor(np.divide(step, o.stepsPerDecay))),
  cosine_decay: (step, o) => {
    const cycle = sinceWarmup(step, o);
    const progress = np.subtract(cycle, np.floor(cycle));
    return np.multiply(0.5, np.add(1, np.cos(np.multiply(progress, Math.PI))));
  },
};

/**
 * A schedule in T5X's words: factors with `*` between them, such as `constant * linear_warmup * rsqrt_decay`. Throws
 * `nn/schedule` for a factor nobody knows. Source: T5X `create_learning_rate_scheduler`.
 */
export function t5Schedule(factors: string, o: T5ScheduleOptions = {}): Schedule {
  const options: Required<T5ScheduleOptions> = {
    ...{ baseLearningRate: 0.5, warmupSteps: 1000, decayFactor: 0.5, stepsPerDecay: 20_000 },
    ...{ stepsPerCycle: 100_000, minLearningRate: 1e-8, ...o },
  };
  const names = factors.split('*').map((name) => name.trim());
  for (const name of names)
    if (!(name in t5Factors)) {
      const near = nearestName(name, Object.keys(t5Factors));
      throw new UserError('nn/schedule', `no factor of a schedule is called "${name}"`, {
        expected: Object.keys(t5Factors).join(', '),
        given: factors,
        ...(near ? { advice: `did you mean ${near}` } : {}),
      });
    }
  return (step) => {
    const s = asFloat(step);
    const rate = names.map((name) => t5Factors[name](s, options)).reduce((a, b) => np.multiply(a, b));
    return np.maximum(rate, options.minLearningRate);
  };
}
