import { lax, np, type Tensor } from '../../api/index.ts';
import type { RouterConfig, RouterInputs } from './router.ts';
import type { Choices } from './token-choice.ts';

/** Scores of the chosen experts → factors of their outputs. */
export function weightsOf(
  probabilities: Tensor,
  { experts, isServed }: Choices,
  c: RouterConfig,
  inputs: RouterInputs,
): Tensor {
  const all = np.takeAlongAxis(probabilities, experts, -1);
  const served = (t: Tensor): Tensor => (isServed ? np.where(isServed, t, 0) : t);
  const scores = c.renormalize === 'afterDropping' ? served(all) : all;
  const normalized = c.renormalize ? normalize(scores, c) : scores;
  // 1 + s − s rounds, 1 + (s − s) does not.
  const factors = c.straightThrough ? np.add(np.subtract(normalized, lax.stopGradient(normalized)), 1) : normalized;
  const scaled = inputs.perExpertScale
    ? np.multiply(factors, np.take(np.astype(inputs.perExpertScale, 'f32'), experts))
    : factors;
  return served(c.scale === undefined ? scaled : np.multiply(scaled, c.scale));
}

/** Scores of the slots of a token over their sum. */
export function normalize(scores: Tensor, c: RouterConfig): Tensor {
  const epsilon = c.renormalizeEpsilon ?? (c.renormalize === 'afterDropping' ? 1e-9 : 0);
  return np.divide(scores, np.add(np.sum(scores, { axis: -1, keepdims: true }), epsilon));
}
