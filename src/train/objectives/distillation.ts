import { lax, nn, np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { type LoadedModel, type LossSum, limitsOf, nextTokenLogits, tokenLoss } from '../../models/index.ts';
import type { Objective } from './objective.ts';

/* A model learns what another one expects, not only what came. */

export interface DistillationOptions {
  /** Both sides are divided by it; the loss is multiplied by its square, so that gradients stay as large. Default 1. */
  readonly temperature?: number;
  /** Weight of what the teacher expects; the rest is for what came. Default 1: the teacher alone. */
  readonly alpha?: number;
}

/**
 * T² KL(softmax(teacher / T) ‖ softmax(logits / T)) over the places that count: `logits, teacher: float[…, vocab]`, `counts: f32[…]`. The teacher does not learn. Source:
 * Hinton et al. 2015.
 */
export function softTargetLoss(logits: Tensor, teacher: Tensor, counts: Tensor, temperature = 1): LossSum {
  const warm = (x: Tensor): Tensor => nn.logSoftmax(np.divide(x, temperature));
  const expected = lax.stopGradient(warm(teacher));
  const gap = np.sum(np.multiply(np.exp(expected), np.subtract(expected, warm(logits))), { axis: -1 });
  return { sum: np.multiply(np.sum(np.multiply(gap, counts)), temperature ** 2), count: np.sum(counts) };
}

/**
 * Cross entropy with what a teacher expects of k tokens, its probabilities made to sum to 1 over them: `logits: float[…, vocab]`, `ids: i32[…, k]`,
 * `teacherLogits: f32[…, k]`, `counts: f32[…]`. Source: Gemma 3's report, §2.2 (with tokens that were drawn; here they are whichever are given).
 */
export function topTargetLoss(logits: Tensor, ids: Tensor, teacherLogits: Tensor, counts: Tensor): LossSum {
  const expected = lax.stopGradient(nn.softmax(teacherLogits));
  const chosen = np.sum(np.multiply(expected, np.takeAlongAxis(logits, ids, -1)), { axis: -1 });
  const each = np.subtract(np.logsumexp(logits, { axis: -1 }), chosen);
  return { sum: np.sum(np.multiply(each, counts)), count: np.sum(counts) };
}

/** A pair as it is counted beside others: so much of its mean. */
const weighted = (parts: readonly (readonly [pair: LossSum, weight: number])[]): LossSum => {
  const [[{ count }]] = parts;
  const sum = parts.map(([pair, weight]) => np.multiply(pair.sum, weight)).reduce((a, b) => np.add(a, b));
  return { sum, count };
};

/**
 * Learns what a teacher expects of the same sequences, computed beside it: batches as of `nextTokens`. The teacher has the student's tokens. Throws `train/objective` for
 * one with another vocabulary.
 */
export function distillation(teacher: LoadedModel, o: DistillationOptions = {}): Objective {
  const { temperature = 1, alpha = 1 } = o;
  checkDistillation(temperature, alpha);
  return {
    name: `distillation ${JSON.stringify([temperature, alpha])}`,
    value(model, weights, { tokens, positions, isTarget }) {
      requireSameTokens(model, teacher);
      const logits = nextTokenLogits(model, weights, tokens, positions);
      const expected = nextTokenLogits(teacher, teacher.weights, tokens, positions);
      const truth = tokenLoss(logits, tokens, isTarget);
      const soft = softTargetLoss(logits, expected, np.slice(isTarget, 1, 1), temperature);
      return {
        loss: weighted([
          [soft, alpha],
          [truth, 1 - alpha],
        ]),
        metrics: { nextToken: truth, teacher: soft },
      };
    },
  };
}

/** Learns what a teacher has said before: batches with `teacherIds: i32[batch, length − 1, k]`, `teacherLogits: f32[batch, length − 1, k]` besides. */
export function offlineDistillation({ alpha = 1 }: Pick<DistillationOptions, 'alpha'> = {}): Objective {
  checkDistillation(1, alpha);
  return {
    name: `offline distillation ${alpha}`,
    value(model, weights, { tokens, positions, isTarget, teacherIds, teacherLogits }) {
      const logits = nextTokenLogits(model, weights, tokens, positions);
      const truth = tokenLoss(logits, tokens, isTarget);
      const soft = topTargetLoss(logits, teacherIds, teacherLogits, np.slice(isTarget, 1, 1));
      return {
        loss: weighted([
          [soft, alpha],
          [truth, 1 - alpha],
        ]),
        metrics: { nextToken: truth, teacher: soft },
      };
    },
  };
}

function checkDistillation(temperature: number, alpha: number): void {
  if (!(temperature > 0) || !(alpha >= 0 && alpha <= 1))
    throw new UserError('train/objective', 'a teacher cannot be counted so', {
      expected: 'a temperature above 0, alpha from 0 to 1',
      given: `temperature ${temperature}, alpha ${alpha}`,
    });
}

/** Throws `train/objective` for a teacher with another vocabulary. */
export function requireSameTokens(student: LoadedModel, teacher: LoadedModel): void {
  const [own, other] = [student, teacher].map((m) => limitsOf(m.folder)?.vocabSize);
  if (own !== other)
    throw new UserError('train/objective', 'the teacher knows other tokens than the student', {
      expected: `${own ?? 'no'} tokens`,
      given: `${other ?? 'no'} of the teacher`,
    });
}
