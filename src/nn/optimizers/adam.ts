import { lax, np, type Tensor } from '../../api/index.ts';
import { countOf, perTensor, type TensorRule, type Transformation, zerosBeside } from './transformation.ts';

/** New value of a running mean: `decay` of the old one and the rest of what came. */
export const runningMean = (old: Tensor, x: Tensor, decay: number): Tensor =>
  np.add(np.multiply(old, decay), np.multiply(x, 1 - decay));

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** The mean of gradients over the root of the mean of their squares, both corrected for their start at zero. Source: Kingma & Ba 2015. */
export const adamRule = ({ beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8 }: AdamOptions = {}): TensorRule => ({
  slots: (d) => ({ mu: zerosBeside(d), nu: zerosBeside(d) }),
  update({ update, slots, step }) {
    const t = countOf(step);
    const mu = runningMean(slots.mu, update, beta1);
    const nu = runningMean(slots.nu, np.square(update), beta2);
    const [c1, c2] = [beta1, beta2].map((beta) => np.subtract(1, np.power(beta, t)));
    const direction = np.divide(np.divide(mu, c1), np.add(lax.sqrt(np.divide(nu, c2)), epsilon));
    return { update: direction, slots: { mu, nu } };
  },
});

/** The sign of a mean of gradients: half of Adam's memory. Source: Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms". */
export const lionRule = ({ beta1 = 0.9, beta2 = 0.99 }: Omit<AdamOptions, 'epsilon'> = {}): TensorRule => ({
  slots: (d) => ({ mu: zerosBeside(d) }),
  update: ({ update, slots }) => ({
    update: np.sign(runningMean(slots.mu, update, beta1)),
    slots: { mu: runningMean(slots.mu, update, beta2) },
  }),
});

/** Momentum: the sum of updates, older ones less. With `nesterov` one step ahead. */
export const momentumRule = (decay: number, nesterov = false): TensorRule => ({
  slots: (d) => ({ momentum: zerosBeside(d) }),
  update({ update, slots }) {
    const momentum = np.add(update, np.multiply(slots.momentum, decay));
    return { update: nesterov ? np.add(update, np.multiply(momentum, decay)) : momentum, slots: { momentum } };
  },
});

export const scaleByAdam = (o?: AdamOptions): Transformation => perTensor(adamRule(o));
export const scaleByLion = (o?: Omit<AdamOptions, 'epsilon'>): Transformation => perTensor(lionRule(o));
export const accumulateMomentum = (decay: number, nesterov = false): Transformation =>
  perTensor(momentumRule(decay, nesterov));
