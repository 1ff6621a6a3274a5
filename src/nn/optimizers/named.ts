import { np } from '../../api/index.ts';
import { nearestName, UserError } from '../../base/index.ts';
import type { Declared } from '../declared.ts';
import { type AdafactorOptions, scaleByAdafactor } from './adafactor.ts';
import { type AdamOptions, accumulateMomentum, adamRule, scaleByAdam, scaleByLion } from './adam.ts';
import { isHiddenMatrix, type MuonOptions, muonRule } from './muon.ts';
import { type Optimizer, type OptimizerRounding, optimizerOf } from './optimizer.ts';
import { type ScheduleFreeOptions, scheduleFreeAdamW } from './schedule-free.ts';
import type { Schedule } from './schedules.ts';
import { type ShampooOptions, shampooRule } from './shampoo.ts';
import { type SoapOptions, soapRule } from './soap.ts';
import {
  addDecayedWeights,
  clipByGlobalNorm,
  descend,
  freeze,
  measureNorm,
  type SkipOptions,
  scaleByTrustRatio,
  skipSpikes,
} from './stages.ts';
import { chain, perTensor, type TensorRule, type Transformation } from './transformation.ts';

/* The optimizers people know, each a chain of stages with the field's defaults. */

/** What any optimizer may be asked for. */
export interface CommonOptions extends OptimizerRounding {
  readonly learningRate: number | Schedule;
  /** Share of the weights declared with `decay` that each update takes away, times the learning rate. Default 0. */
  readonly weightDecay?: number;
  /** Largest norm of the whole gradient; null: as it comes. Default 1. */
  readonly clipNorm?: number | null;
  /** Leaves out updates of batches whose loss or gradient lies far above those before. */
  readonly skipSpikes?: SkipOptions;
}

function build(o: CommonOptions, stages: Readonly<Record<string, Transformation>>): Optimizer {
  const { clipNorm = 1 } = o;
  const whole = chain({
    clip: clipNorm === null ? measureNorm : clipByGlobalNorm(clipNorm),
    ...stages,
    frozen: freeze(),
  });
  return optimizerOf(o.skipSpikes ? skipSpikes(whole, o.skipSpikes) : whole, o);
}
const steps = (o: CommonOptions): Readonly<Record<string, Transformation>> => ({
  decay: addDecayedWeights(o.weightDecay ?? 0),
  rate: descend(o.learningRate),
});

/** Adam with decoupled weight decay. Source: Loshchilov & Hutter 2019. */
export const adamw = (o: CommonOptions & AdamOptions): Optimizer => build(o, { adam: scaleByAdam(o), ...steps(o) });

/** Source: Chen et al. 2023. Learning rates are 3 to 10 times smaller than AdamW's, decay as many times larger. */
export const lion = (o: CommonOptions & Omit<AdamOptions, 'epsilon'>): Optimizer =>
  build(o, { lion: scaleByLion(o), ...steps(o) });

export interface MomentumOptions {
  /** Default 0.9; 0: none. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent, with momentum. */
export const sgd = (o: CommonOptions & MomentumOptions): Optimizer => {
  const { momentum = 0.9, nesterov = false } = o;
  return build(o, { ...(momentum ? { trace: accumulateMomentum(momentum, nesterov) } : {}), ...steps(o) });
};

/** Source: You et al. 2017, "Large Batch Training of Convolutional Networks". `trustCoefficient`: default 0.001. */
export const lars = (o: CommonOptions & MomentumOptions & { readonly trustCoefficient?: number }): Optimizer => {
  const { momentum = 0.9, nesterov = false, trustCoefficient = 0.001 } = o;
  return build(o, {
    decay: addDecayedWeights(o.weightDecay ?? 0),
    trust: scaleByTrustRatio(trustCoefficient),
    rate: descend(o.learningRate),
    trace: accumulateMomentum(momentum, nesterov),
  });
};

/** Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes". */
export const lamb = (o: CommonOptions & AdamOptions): Optimizer =>
  build(o, {
    adam: scaleByAdam({ beta2: 0.999, epsilon: 1e-6, ...o }),
    decay: addDecayedWeights(o.weightDecay ?? 0),
    trust: scaleByTrustRatio(),
    rate: descend(o.learningRate),
  });

/** Source: Shazeer & Stern 2018; T5X. Clips each update by itself: `clipNorm` defaults to null. */
export const adafactor = (o: Omit<CommonOptions, 'weightDecay'> & Omit<AdafactorOptions, 'learningRate'>): Optimizer =>
  build({ clipNorm: null, ...o }, { adafactor: scaleByAdafactor(o) });

/** A rule for some weights and another for all others. */
const either =
  (is: (d: Declared, path: string) => boolean, yes: TensorRule, no: TensorRule) =>
  (d: Declared, path: string): TensorRule =>
    is(d, path) ? yes : no;
/** A rule whose directions are so many times as long. */
const lengthened = (rule: TensorRule, factor: number): TensorRule => ({
  slots: (d) => rule.slots(d),
  update(u) {
    const { update, slots } = rule.update(u);
    return { update: factor === 1 ? update : np.multiply(update, factor), slots };
  },
});

/**
 * Muon for matrices between hidden layers, Adam for all other weights. `learningRate` is Muon's; Adam's is `adamShare` of it (default
 * 0.015: 3e-4 beside 0.02). Source: Jordan et al. 2024.
 */
export const muon = (o: CommonOptions & MuonOptions & AdamOptions & { readonly adamShare?: number }): Optimizer => {
  const adam = lengthened(adamRule({ beta1: 0.9, beta2: 0.95, epsilon: 1e-10, ...o }), o.adamShare ?? 0.015);
  return build(o, { muon: perTensor(either(isHiddenMatrix, muonRule(o), adam)), ...steps(o) });
};

/** Source: Gupta, Koren, Singer 2018, with the length of Adam's steps. */
export const shampoo = (o: CommonOptions & ShampooOptions): Optimizer =>
  build(o, { shampoo: perTensor(either(isHiddenMatrix, shampooRule(o), adamRule(o))), ...steps(o) });

/** Source: Vyas et al. 2024. Matrices between hidden layers; all other weights have Adam's. */
export const soap = (o: CommonOptions & SoapOptions): Optimizer =>
  build(o, {
    soap: perTensor(either(isHiddenMatrix, soapRule(o), adamRule({ beta1: 0.95, beta2: 0.95, ...o }))),
    ...steps(o),
  });

/** Source: Defazio et al. 2024. Measure and save at `scheduleFreeMean`. */
export const scheduleFree = (o: Omit<CommonOptions, 'learningRate'> & ScheduleFreeOptions): Optimizer =>
  build(o, { free: scheduleFreeAdamW(o) });

/** Optimizers by name, for command lines and configurations. */
export const optimizers = { adamw, adafactor, lion, sgd, lars, lamb, muon, shampoo, soap } as const;
export type OptimizerName = keyof typeof optimizers;

/** Peak learning rates to begin with: for small Transformers. */
export const usualLearningRates: Readonly<Record<OptimizerName, number>> = {
  adamw: 2e-3,
  adafactor: 3e-2,
  lion: 1e-3,
  sgd: 0.3,
  lars: 3,
  lamb: 1e-2,
  muon: 0.06,
  shampoo: 2e-3,
  soap: 3e-3,
};

/** The optimizer of a name. Throws `nn/optimizer` for a name nobody knows. */
export function optimizerNamed(name: string, o: CommonOptions): Optimizer {
  if (!(name in optimizers)) {
    const near = nearestName(name, Object.keys(optimizers));
    throw new UserError('nn/optimizer', `no optimizer is called "${name}"`, {
      expected: Object.keys(optimizers).join(', '),
      ...(near ? { advice: `did you mean ${near}` } : {}),
    });
  }
  return optimizers[name as OptimizerName](o as never);
}
