import { lax, np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { LossSum } from '../../models/index.ts';
import { tokenLogProbs } from './log-probs.ts';
import type { Objective } from './objective.ts';

/* Group-relative policy optimization: the model writes several answers to a prompt, and learns from which of them were better. */

export interface AdvantageOptions {
  /** What advantages are divided by: the standard deviation of the group, of all, or nothing (Dr. GRPO). Default `group`. */
  readonly scale?: 'group' | 'batch' | 'none';
  /** `population` divides by n (the paper), `sample` by n − 1 and adds 1e-4 (TRL). Default `sample`. */
  readonly deviation?: 'sample' | 'population';
}

/**
 * How much better each answer is than the others to its prompt; `rewards` of the answers to one prompt lie side by side. Source: Shao et al. 2024, "DeepSeekMath".
 * @example groupAdvantages([1, 0, 0, 1], 4, { deviation: 'population' }) // => [1, -1, -1, 1]
 */
export function groupAdvantages(rewards: readonly number[], groupSize: number, o: AdvantageOptions = {}): number[] {
  const { scale = 'group', deviation = 'sample' } = o;
  if (!Number.isInteger(groupSize) || groupSize < 2 || rewards.length % groupSize !== 0)
    throw new UserError('train/objective', 'rewards come in groups', {
      expected: 'a multiple of a group size of at least 2',
      given: `${rewards.length} rewards, groups of ${groupSize}`,
    });
  const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
  const spread = (x: readonly number[]): number => {
    const m = mean(x);
    const squares = x.reduce((a, b) => a + (b - m) ** 2, 0);
    return Math.sqrt(squares / (deviation === 'sample' ? x.length - 1 : x.length));
  };
  const all = scale === 'batch' ? spread(rewards) : 0;
  return rewards.map((r, i) => {
    const start = i - (i % groupSize);
    const group = rewards.slice(start, start + groupSize);
    const difference = r - mean(group);
    if (scale === 'none') return difference;
    const by = (scale === 'group' ? spread(group) : all) + (deviation === 'sample' ? 1e-4 : 0);
    return by === 0 ? 0 : difference / by;
  });
}

export interface PolicyOptions {
  /** How far probabilities may move before a step ends, down and up. Default 0.2. */
  readonly epsilon?: number;
  readonly epsilonHigh?: number;
  /** Weight of the divergence from the reference. Default 0: there is none. */
  readonly beta?: number;
  /** What the sum is divided by: `grpo`: tokens of an answer, then answers; `tokens`: all tokens (DAPO); `constant`: answers times `maxLength` (Dr. GRPO). Default `grpo`. */
  readonly average?: 'grpo' | 'tokens' | 'constant';
  readonly maxLength?: number;
  /** Counts the divergence by the ratio of the policies, so that its gradient is unbiased (DeepSeek-V3.2). Default false. */
  readonly unbiasedDivergence?: boolean;
  /** Leaves out answers that were worse than others and have become less likely by more than this, in nats per token (DeepSeek-V3.2). */
  readonly offPolicyThreshold?: number;
}

/** `f32[answers, length]` each; `advantages: f32[answers]`. */
export interface PolicyInputs {
  readonly logProbs: Tensor;
  /** As the answers were written; default: as now. */
  readonly oldLogProbs?: Tensor | undefined;
  /** Of the reference, where `beta` is not 0. */
  readonly referenceLogProbs?: Tensor | undefined;
  readonly advantages: Tensor;
  /** 1 for the tokens that were written. */
  readonly mask: Tensor;
}

/**
 * The loss as a pair, and how far the model is from the reference and from the old one. Traceable. Sources: Shao et al. 2024; DeepSeek-AI 2025 (R1, V3.2); Yu et al.
 * 2025 (DAPO); Liu et al. 2025 (Dr. GRPO). Agrees with TRL.
 */
export function policyLoss(
  x: PolicyInputs,
  o: PolicyOptions = {},
): { readonly loss: LossSum; readonly metrics: Readonly<Record<string, LossSum>> } {
  const { epsilon = 0.2, beta = 0, average = 'grpo', unbiasedDivergence = false, offPolicyThreshold } = o;
  const { logProbs, mask } = x;
  const [answers, length] = logProbs.shape;
  const old = lax.stopGradient(x.oldLogProbs ?? logProbs);
  const advantages = np.expandDims(x.advantages, 1);
  const logRatio = np.subtract(logProbs, old);
  const ratio = np.exp(logRatio);
  const clipped = np.minimum(np.maximum(ratio, 1 - epsilon), 1 + (o.epsilonHigh ?? epsilon));
  let each = np.negative(np.minimum(np.multiply(ratio, advantages), np.multiply(clipped, advantages)));
  const perAnswer = np.maximum(np.sum(mask, { axis: -1, keepdims: true }), 1);
  if (offPolicyThreshold !== undefined) {
    const moved = np.divide(
      np.sum(np.multiply(lax.stopGradient(np.negative(logRatio)), mask), { axis: -1, keepdims: true }),
      perAnswer,
    );
    const stays = np.logicalOr(np.greaterEqual(advantages, 0), np.lessEqual(moved, offPolicyThreshold));
    each = np.where(stays, each, 0);
  }
  const tokens = np.sum(mask);
  const metrics: Record<string, LossSum> = {
    clipped: { sum: np.sum(np.multiply(np.astype(np.notEqual(ratio, clipped), 'f32'), mask)), count: tokens },
  };
  if (beta !== 0) {
    if (!x.referenceLogProbs)
      throw new UserError('train/objective', 'a divergence is counted from a reference', {
        expected: 'referenceLogProbs where beta is not 0',
      });
    const gap = np.subtract(x.referenceLogProbs, logProbs);
    // Schulman's third estimator: never negative, unbiased.
    let divergence = np.subtract(np.subtract(np.exp(gap), gap), 1);
    if (unbiasedDivergence) divergence = np.multiply(divergence, ratio);
    each = np.add(each, np.multiply(divergence, beta));
    metrics.divergence = { sum: np.sum(np.multiply(divergence, mask)), count: tokens };
  }
  const counted = np.multiply(each, mask);
  const number = (n: number): Tensor => np.full([], n, 'f32');
  switch (average) {
    case 'grpo': {
      const means = np.divide(np.sum(counted, { axis: -1, keepdims: true }), perAnswer);
      return { loss: { sum: np.sum(means), count: number(answers) }, metrics };
    }
    case 'tokens':
      return { loss: { sum: np.sum(counted), count: tokens }, metrics };
    default:
      return { loss: { sum: np.sum(counted), count: number(answers * (o.maxLength ?? length)) }, metrics };
  }
}

/**
 * Learns from answers that the model wrote. Batches: `tokens, positions: i32[answers, length]`, `isTarget: f32[answers, length]`, `advantages: f32[answers]`, and
 * `reference`, `old: f32[answers, length − 1]` where there are any.
 */
export const policyObjective = (o: PolicyOptions & { readonly temperature?: number } = {}): Objective => ({
  name: `policy ${JSON.stringify(o)}`,
  value(model, weights, { tokens, positions, isTarget, advantages, reference, old }) {
    const logProbs = tokenLogProbs(model, weights, { tokens, positions }, o.temperature);
    const mask = np.slice(isTarget, 1, 1);
    return policyLoss({ logProbs, oldLogProbs: old, referenceLogProbs: reference, advantages, mask }, o);
  },
});
