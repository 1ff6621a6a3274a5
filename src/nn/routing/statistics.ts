import { lax, nn, np, type Tensor } from '../../api/index.ts';
import { product } from '../../base/index.ts';
import { choicesPerExpert, overGroups, realTokens } from './counts.ts';
import type { Routing } from './router.ts';

/** What a routing does, as papers report it: float32, without gradient, over all groups together; padding counts nowhere. */
export interface RoutingStatistics {
  /** Share of all served choices that each expert serves: `f32[experts]`. */
  readonly load: Tensor;
  /** Standard deviation of `load` over its mean: 0 when balanced. */
  readonly loadVariation: Tensor;
  /** Largest `load` over the mean, less 1: 0 when balanced (DeepSeek's maximal violation). */
  readonly maxViolation: Tensor;
  /** Share of choices that found no row within the capacity. */
  readonly dropped: Tensor;
  /** Share of tokens that 0, 1, 2 … experts serve: `f32[slots + 1]`. */
  readonly servedBy: Tensor;
  /** Mean entropy of the scores of a token, made to sum to 1, in nats. */
  readonly entropy: Tensor;
  /** Mean largest weight of a token. */
  readonly topWeight: Tensor;
  /** Share of the rows that capacity provides which are taken; 1 without capacity. */
  readonly capacityUsed: Tensor;
}

/** The statistics of a routing. */
export function routingStatistics(r: Routing): RoutingStatistics {
  const isReal = realTokens(r);
  const [numExperts, slots] = [r.probabilities.shape.at(-1)!, r.experts.shape.at(-1)!];
  const numTokens = np.maximum(np.sum(isReal), 1);
  const meanOf = (perToken: Tensor): Tensor => np.divide(np.sum(np.multiply(perToken, isReal)), numTokens);
  const served = overGroups(choicesPerExpert(r, r.isServed));
  const total = np.sum(served);
  const load = np.divide(served, np.maximum(total, 1));
  const isServed = r.isServed ?? np.ones(r.experts.shape, 'bool');
  const numServing = nn.oneHot(np.sum(np.astype(isServed, 'i32'), { axis: -1 }), slots + 1);
  const p = np.divide(r.probabilities, np.maximum(np.sum(r.probabilities, { axis: -1, keepdims: true }), 1e-30));
  const rows = (r.capacity ?? 0) * numExperts * product(r.experts.shape.slice(0, -2));
  const asked = r.rows ? np.sum(choicesPerExpert(r, np.greaterEqual(r.rows, 0))) : total;
  const statistics: RoutingStatistics = {
    load,
    loadVariation: np.divide(np.std(load), np.mean(load)),
    maxViolation: np.subtract(np.divide(np.max(load), np.mean(load)), 1),
    dropped: np.subtract(1, np.divide(total, np.maximum(asked, 1))),
    servedBy: np.divide(overGroups(np.multiply(numServing, np.expandDims(isReal, -1))), numTokens),
    entropy: meanOf(np.negative(np.sum(np.multiply(p, np.log(np.maximum(p, 1e-30))), { axis: -1 }))),
    topWeight: meanOf(np.max(r.weights, { axis: -1 })),
    capacityUsed: r.capacity ? np.divide(total, rows) : np.ones([], 'f32'),
  };
  return Object.fromEntries(
    Object.entries(statistics).map(([name, value]) => [name, lax.stopGradient(value as Tensor)]),
  ) as unknown as RoutingStatistics;
}

/**
 * A bias for choosing, a step later: experts with less than the mean load become likelier by `rate`, those with more less likely.
 * `bias: f32[experts]` → the same. Without gradient, to be kept beside the parameters. Source: Wang et al. 2024; DeepSeek-V3 §2.1.2
 * (rate 1e-3).
 */
export function updateBias(bias: Tensor, routing: Routing, rate: number): Tensor {
  const load = lax.stopGradient(overGroups(choicesPerExpert(routing)));
  return np.add(bias, np.multiply(np.sign(np.subtract(np.mean(load), load)), rate));
}
