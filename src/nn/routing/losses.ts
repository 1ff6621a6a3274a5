import { lax, nn, np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { choicesPerExpert, meanOverTokens, overGroups, realTokens } from './counts.ts';
import type { Routing } from './router.ts';

/* Losses that keep routers balanced, without coefficients: f32[], to be averaged over the layers of a model. Padding counts nowhere. */

export interface BalanceOptions {
  /** Which choices count: the first of every token (GShard, Switch) or all (Mixtral, DeepSeek). Default: all. */
  readonly choices?: 'first' | 'all';
  /** Scores are made to sum to 1 over the experts of a token first: for sigmoids. */
  readonly normalized?: boolean;
  /** Balance between so many devices that hold consecutive experts, instead of between experts. Source: DeepSeek-V2 §2.2.3. */
  readonly numDevices?: number;
}

/**
 * `experts · Σ share of choices · mean score` of every group by itself, averaged over groups: 1 when balanced. Choices count before any
 * is dropped, and carry no gradient. Hugging Face's loss of Mixtral is `topK` times this. Sources: Lepikhin et al. 2020, Algorithm 1;
 * Fedus et al. 2021, §2.2; DeepSeek-V3 §2.1.2 (`normalized`, a sequence per group). Throws `nn/routing` for devices that do not divide.
 */
export function balanceLoss(routing: Routing, o: BalanceOptions = {}): Tensor {
  const { probabilities } = routing;
  const numExperts = probabilities.shape[probabilities.ndim - 1];
  const parts = o.numDevices ?? numExperts;
  if (numExperts % parts !== 0)
    throw new UserError('nn/routing', `${numExperts} experts do not lie on that many devices`, { given: `${parts}` });
  const slot = lax.iota('i32', routing.experts.shape, routing.experts.ndim - 1);
  const counts = choicesPerExpert(routing, o.choices === 'first' ? np.equal(slot, 0) : undefined);
  const share = np.divide(counts, np.maximum(np.sum(counts, { axis: -1, keepdims: true }), 1));
  const total = np.sum(probabilities, { axis: -1, keepdims: true });
  const mean = meanOverTokens(o.normalized ? np.divide(probabilities, np.add(total, 1e-20)) : probabilities, routing);
  const perPart = (t: Tensor): Tensor =>
    np.sum(np.reshape(t, [...t.shape.slice(0, -1), parts, numExperts / parts]), { axis: -1 });
  const sums = np.sum(np.multiply(lax.stopGradient(perPart(share)), perPart(mean)), { axis: -1 });
  return np.multiply(np.mean(sums), parts);
}

/** Mean `(log Σ exp logits)²` over tokens, which keeps logits small. Source: Zoph et al. 2022 (ST-MoE), §4.1. */
export function routerZLoss(routing: Routing): Tensor {
  const isReal = realTokens(routing);
  const squares = np.square(np.logsumexp(routing.logits, { axis: -1 }));
  return np.divide(np.sum(np.multiply(squares, isReal)), np.maximum(np.sum(isReal), 1));
}

/** Squared coefficient of variation of the experts' summed weights. Source: Shazeer et al. 2017, §4. */
export const importanceLoss = (routing: Routing): Tensor => squaredVariation(expertImportance(routing));

/** Squared coefficient of variation of `expertLoad`. Source: Shazeer et al. 2017, appendix A. */
export const loadLoss = (routing: Routing): Tensor => squaredVariation(expertLoad(routing));

const squaredVariation = (x: Tensor): Tensor => np.divide(np.var_(x), np.add(np.square(np.mean(x)), 1e-10));

/** Sum of the weights of every expert: `f32[experts]`. */
export function expertImportance(r: Routing): Tensor {
  const chosen = nn.oneHot(r.experts, r.probabilities.shape[r.probabilities.ndim - 1]);
  return overGroups(np.einsum('...tke,...tk->...te', chosen, r.weights));
}

/**
 * Number of tokens that every expert serves, expected over trained noise and differentiable in logits and its scale; without noise the
 * plain number. `f32[experts]`
 */
export function expertLoad(r: Routing): Tensor {
  if (!r.load) return overGroups(choicesPerExpert(r, np.greater(r.weights, 0)));
  return overGroups(np.multiply(r.load, np.expandDims(realTokens(r), -1)));
}
