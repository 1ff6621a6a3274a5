import { np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { DeclaredTree, TensorsOf } from '../../nn/index.ts';
import type { LoadedModel } from '../load-model.ts';
import { forNumerics } from '../stack/stack.ts';

/** Losses are pairs, divided once at the end: sums over batches and devices stay exact. */
export interface LossSum {
  /** Negative log-likelihood in nats: `f32[]`. */
  readonly sum: Tensor;
  /** Tokens that count: `f32[]`. */
  readonly count: Tensor;
}

/**
 * How surprised a model is of the tokens that count: `tokens, positions: i32[batch, length]` (position −1: padding), `isTarget: f32[batch, length]`.
 * The first token of a sequence is nobody's next one. Traceable. Throws `models/loss` for models that predict no tokens.
 */
export function targetLoss(
  model: LoadedModel,
  weights: TensorsOf<DeclaredTree>,
  tokens: Tensor,
  positions: Tensor,
  isTarget: Tensor,
): LossSum {
  const { family, config } = model.folder;
  const { numerics, plan } = model;
  const { logits } = family.apply(forNumerics(weights, numerics), config, { tokens, positions }, { numerics, plan });
  if (!logits)
    throw new UserError('models/loss', 'this model predicts no tokens', { advice: 'use a model that writes' });
  const before = np.slice(logits, 1, 0, -1);
  const targets = np.expandDims(np.slice(tokens, 1, 1), -1);
  const counts = np.slice(isTarget, 1, 1);
  const chosen = np.squeeze(np.takeAlongAxis(before, targets, -1), -1);
  const negative = np.multiply(np.subtract(np.logsumexp(before, { axis: -1 }), chosen), counts);
  return { sum: np.sum(negative), count: np.sum(counts) };
}
