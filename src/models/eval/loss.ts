import { lax, nn, np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { DeclaredTree, TensorsOf } from '../../nn/index.ts';
import type { ModelInputs } from '../families/index.ts';
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
 * What a model says of every next token: `tokens, positions: i32[batch, length]` (position −1: padding) → `float[batch, length − 1, vocab]`.
 * Traceable. Throws `models/loss` for models that predict no tokens.
 */
export function nextTokenLogits(
  model: LoadedModel,
  weights: TensorsOf<DeclaredTree>,
  tokens: Tensor,
  positions: Tensor,
): Tensor {
  return np.slice(modelLogits(model, weights, { tokens, positions }), 1, 0, -1);
}

/**
 * How surprising the tokens that count are: `logits: float[batch, length − 1, vocab]` of the next ones, `tokens: i32[batch, length]`,
 * `isTarget: f32[batch, length]`. The first token of a sequence is nobody's next one.
 */
export function tokenLoss(logits: Tensor, tokens: Tensor, isTarget: Tensor): LossSum {
  const targets = np.expandDims(np.slice(tokens, 1, 1), -1);
  const chosen = np.squeeze(np.takeAlongAxis(logits, targets, -1), -1);
  return counted(np.subtract(np.logsumexp(logits, { axis: -1 }), chosen), isTarget);
}

/**
 * How surprising what a teacher expects is, over all tokens that it might be: `logits, teacher: float[batch, length − 1, vocab]`,
 * `isTarget: f32[batch, length]`. The teacher does not learn. Source: Hinton et al. 2015, at temperature 1.
 */
export function distillationLoss(logits: Tensor, teacher: Tensor, isTarget: Tensor): LossSum {
  const expected = np.sum(np.multiply(nn.softmax(lax.stopGradient(teacher)), logits), { axis: -1 });
  return counted(np.subtract(np.logsumexp(logits, { axis: -1 }), expected), isTarget);
}

function counted(negative: Tensor, isTarget: Tensor): LossSum {
  const counts = np.slice(isTarget, 1, 1);
  return { sum: np.sum(np.multiply(negative, counts)), count: np.sum(counts) };
}

/** `tokenLoss` of what the model says of every next token. Traceable. Throws `models/loss` for models that predict no tokens. */
export function targetLoss(
  model: LoadedModel,
  weights: TensorsOf<DeclaredTree>,
  tokens: Tensor,
  positions: Tensor,
  isTarget: Tensor,
): LossSum {
  return tokenLoss(nextTokenLogits(model, weights, tokens, positions), tokens, isTarget);
}

/** Logits of a model on any inputs, with weights of its kind: `f32[batch, length, vocab]`. Traceable. Throws `models/loss` for models that predict no tokens. */
export function modelLogits(model: LoadedModel, weights: TensorsOf<DeclaredTree>, inputs: ModelInputs): Tensor {
  const { family, config } = model.folder;
  const { numerics, plan } = model;
  const { logits } = family.apply(forNumerics(weights, numerics), config, inputs, { numerics, plan });
  if (!logits)
    throw new UserError('models/loss', 'this model predicts no tokens', { advice: 'use a model that writes' });
  return logits;
}
