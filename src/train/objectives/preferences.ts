import { hostTensor, jit, nn, np, type Tensor } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import type { LoadedModel, LossSum } from '../../models/index.ts';
import { lengthFor } from '../fine-tune/example-batches.ts';
import type { Example } from '../fine-tune/examples.ts';
import { sideBySide, tokenLogProbs } from './log-probs.ts';
import type { Objective, TrainingBatches } from './objective.ts';

/* Preferences: of two answers one is better. Direct preference optimization (Rafailov et al. 2023) and its kin. */

export interface PreferenceOptions {
  /** How strongly the model is held near the reference. Default 0.1. */
  readonly beta?: number;
  /** `sigmoid`: DPO; `hinge`: SLiC's margin; `ipo`: squares, of means over tokens (Azar et al. 2023). Default `sigmoid`. */
  readonly kind?: 'sigmoid' | 'hinge' | 'ipo';
  /** Share of pairs that are thought to be the wrong way round; the loss then is unbiased (Chowdhury et al. 2024). Default 0. */
  readonly labelSmoothing?: number;
}

/** Sums of the log-probabilities of what is answered: `f32[pairs]` each. */
export interface PairLogProbs {
  readonly chosen: Tensor;
  readonly rejected: Tensor;
  readonly referenceChosen: Tensor;
  readonly referenceRejected: Tensor;
  /** Numbers of tokens of answers: `f32[pairs]`; `ipo` divides by them. */
  readonly chosenTokens: Tensor;
  readonly rejectedTokens: Tensor;
}

/** The loss of each pair: `f32[pairs]`. Traceable. Sources: as in `PreferenceOptions`; agrees with TRL. */
export function preferenceLosses(x: PairLogProbs, o: PreferenceOptions = {}): Tensor {
  const { beta = 0.1, kind = 'sigmoid', labelSmoothing = 0 } = o;
  const [better, worse] = [np.subtract(x.chosen, x.referenceChosen), np.subtract(x.rejected, x.referenceRejected)];
  if (kind === 'ipo') {
    const mean = (sum: Tensor, count: Tensor): Tensor => np.divide(sum, np.maximum(count, 1));
    const gap = np.subtract(mean(better, x.chosenTokens), mean(worse, x.rejectedTokens));
    return np.square(np.subtract(gap, 1 / (2 * beta)));
  }
  const margin = np.multiply(np.subtract(better, worse), beta);
  if (kind === 'hinge') return np.maximum(np.subtract(1, margin), 0);
  const right = np.negative(nn.logSigmoid(margin));
  if (labelSmoothing === 0) return right;
  const wrong = np.negative(nn.logSigmoid(np.negative(margin)));
  return np.divide(
    np.subtract(np.multiply(right, 1 - labelSmoothing), np.multiply(wrong, labelSmoothing)),
    1 - 2 * labelSmoothing,
  );
}

/**
 * Prefers chosen answers to rejected ones. Batches: `tokens, positions: i32[2 · pairs, length]`, `isTarget: f32[2 · pairs, length]`, all chosen answers before all rejected
 * ones, and `reference: f32[2 · pairs]`, what the reference says of them. Tells `accuracy`, `margin` and the rewards β · (log π − log π_ref) of both.
 */
export function preferences(o: PreferenceOptions = {}): Objective {
  const { beta = 0.1, kind = 'sigmoid', labelSmoothing = 0 } = o;
  if (!(beta > 0) || !(labelSmoothing >= 0 && labelSmoothing < 0.5))
    throw new UserError('train/objective', 'preferences cannot be counted so', {
      expected: 'beta above 0, label smoothing from 0 to below 0.5',
      given: `beta ${beta}, label smoothing ${labelSmoothing}`,
    });
  return {
    name: `preferences ${JSON.stringify([kind, beta, labelSmoothing])}`,
    value(model, weights, { tokens, positions, isTarget, reference }) {
      const counts = np.slice(isTarget, 1, 1);
      const sums = np.sum(np.multiply(tokenLogProbs(model, weights, { tokens, positions }), counts), { axis: -1 });
      const numbers = np.sum(counts, { axis: -1 });
      const pairs = tokens.shape[0] / 2;
      const [first, second] = [(x: Tensor) => np.slice(x, 0, 0, pairs), (x: Tensor) => np.slice(x, 0, pairs)];
      const losses = preferenceLosses(
        {
          chosen: first(sums),
          rejected: second(sums),
          referenceChosen: first(reference),
          referenceRejected: second(reference),
          chosenTokens: first(numbers),
          rejectedTokens: second(numbers),
        },
        o,
      );
      const rewards = np.multiply(np.subtract(sums, reference), beta);
      const [good, bad] = [first(rewards), second(rewards)];
      const count = np.full([], pairs, 'f32');
      const over = (x: Tensor): LossSum => ({ sum: np.sum(x), count });
      return {
        loss: over(losses),
        metrics: {
          accuracy: over(np.astype(np.greater(good, bad), 'f32')),
          margin: over(np.subtract(good, bad)),
          rewardChosen: over(good),
          rewardRejected: over(bad),
        },
      };
    },
  };
}

/** Two answers to the same prompt: sequences of which the answer counts. */
export interface PreferencePair {
  readonly chosen: Example;
  readonly rejected: Example;
}

/** Log-probabilities of answers, `[chosen, rejected]` by pair, as the model is now. */
export async function referenceLogProbs(
  model: LoadedModel,
  pairs: readonly PreferencePair[],
  batchSize: number,
): Promise<Float32Array> {
  const { engine, mesh } = model.options;
  const sums = jit(
    (weights: typeof model.weights, b: { tokens: Tensor; positions: Tensor; isTarget: Tensor }) =>
      np.sum(np.multiply(tokenLogProbs(model, weights, b), np.slice(b.isTarget, 1, 1)), { axis: -1 }),
    { ...(engine ? { engine } : {}), ...(mesh ? { mesh } : {}) },
  );
  const all = pairs.flatMap((p, i) => [
    { example: p.chosen, at: 2 * i },
    { example: p.rejected, at: 2 * i + 1 },
  ]);
  // Sequences of about the same length together: few programs, little padding.
  all.sort((a, b) => lengthFor(a.example.tokens.length) - lengthFor(b.example.tokens.length) || a.at - b.at);
  const out = new Float32Array(all.length);
  for (let i = 0; i < all.length; i += batchSize) {
    const own = all.slice(i, i + batchSize);
    const filled = [...own, ...Array<(typeof own)[number]>(batchSize - own.length).fill(own[0])];
    const { tokens, positions, isTarget } = sideBySide(filled.map((e) => e.example)).arrays;
    const tensors = { tokens: hostTensor(tokens), positions: hostTensor(positions), isTarget: hostTensor(isTarget) };
    const values = (await sums(model.weights, tensors).toHost()).toNumbers();
    for (const [k, e] of own.entries()) out[e.at] = values[k];
  }
  return out;
}

/** Batches of pairs, each pair once per epoch, in an order of the epoch's own; `reference` as `referenceLogProbs` gives it. */
export function preferenceBatches(
  pairs: readonly PreferencePair[],
  reference: Float32Array,
  order: { readonly at: (n: number) => number; readonly batchSize: number; readonly fingerprint: string },
): TrainingBatches {
  return {
    fingerprint: `pairs ${order.fingerprint}`,
    at(step) {
      const own = Array.from({ length: order.batchSize }, (_, i) => order.at(step * order.batchSize + i));
      const { arrays, numTargets } = sideBySide([
        ...own.map((i) => pairs[i].chosen),
        ...own.map((i) => pairs[i].rejected),
      ]);
      const values = Float32Array.from([...own.map((i) => reference[2 * i]), ...own.map((i) => reference[2 * i + 1])]);
      return { arrays: { ...arrays, reference: new HostArray('f32', [values.length], values) }, numTargets };
    },
  };
}
