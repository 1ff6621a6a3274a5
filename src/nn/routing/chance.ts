import { lax, nn, np, random, type Tensor } from '../../api/index.ts';
import type { RouterConfig, RouterInputs } from './router.ts';

/**
 * `trained`: normal numbers times `softplus(noiseLogits) + epsilon`, by which experts learn how uncertain they are (Shazeer et al. 2017,
 * §2.1). `gumbel`: Gumbel numbers, and the sum over a temperature: the choice is a sample (Jang et al. 2016).
 */
export type RouterNoise =
  | { readonly kind: 'trained'; readonly epsilon: number }
  | { readonly kind: 'gumbel'; readonly temperature: number };

/**
 * Of two experts per token: `sampled` draws the second by its score instead of taking the best that is left, `random` keeps it with
 * probability `min(1, weight / threshold)` only. Source: Lepikhin et al. 2020, §2.2 (threshold 0.5).
 */
export type SecondChoice = { readonly kind: 'sampled' } | { readonly kind: 'random'; readonly threshold: number };

/** Logits as the router scores them: `f32[…, tokens, experts]`, and the load that they give experts, where noise is trained. */
export function addNoise(
  clean: Tensor,
  c: RouterConfig,
  { key, draws, noiseLogits }: RouterInputs,
): { readonly noisy: Tensor; readonly load?: Tensor } {
  if (!c.noise || !(key || draws)) return { noisy: clean };
  if (c.noise.kind === 'gumbel') {
    const sum = np.add(clean, draws ?? random.gumbel(key!, clean.shape));
    return { noisy: np.divide(sum, c.noise.temperature) };
  }
  const deviation = np.add(nn.softplus(np.astype(noiseLogits!, 'f32')), c.noise.epsilon);
  const noisy = np.add(clean, np.multiply(draws ?? random.normal(key!, clean.shape), deviation));
  // Of all experts together every one is chosen for sure.
  return c.topK === c.numExperts ? { noisy } : { noisy, load: loadOf(clean, noisy, deviation, c.topK) };
}

/**
 * Probability that each expert stays among the chosen ones when its noise alone is drawn again. All `f32[…, tokens, experts]`. The bound
 * to stay above is the best of the others' `k`: the (k+1)-th of all for those inside, the k-th for those outside.
 */
function loadOf(clean: Tensor, noisy: Tensor, deviation: Tensor, topK: number): Tensor {
  const [best] = lax.topK(noisy, topK + 1);
  const [boundInside, boundOutside] = [topK, topK - 1].map((k) => np.expandDims(np.index(best, -1, k), -1));
  const bound = np.where(np.greater(noisy, boundInside), boundInside, boundOutside);
  return normalCdf(np.divide(np.subtract(clean, bound), deviation));
}

const normalCdf = (x: Tensor): Tensor => np.multiply(np.add(lax.erf(np.multiply(x, Math.SQRT1_2)), 1), 0.5);

/** Second expert drawn by its score among those that are left: `i32[…, tokens]`. `first: i32[…, tokens]` */
export function sampledSecond(logits: Tensor, first: Tensor, { key, draws }: RouterInputs): Tensor {
  const noise = draws ?? random.gumbel(key!, logits.shape);
  const isFirst = nn.oneHot(first, logits.shape[logits.ndim - 1], { dtype: 'bool' });
  return np.argmax(np.where(isFirst, Number.NEGATIVE_INFINITY, np.add(logits, noise)), -1);
}

/** Whether a second expert of this weight is kept: `bool[…, tokens]`. `weight: f32[…, tokens]` */
export const keepsSecond = (weight: Tensor, threshold: number, { key, draws }: RouterInputs): Tensor =>
  np.greater(np.divide(weight, threshold), draws ?? random.uniform(key!, weight.shape));
