import { np, type Tensor } from '../../api/index.ts';
import { HostArray } from '../../base/index.ts';
import { type LoadedModel, nextTokenLogits } from '../../models/index.ts';
import { lengthFor } from '../fine-tune/example-batches.ts';
import type { Example } from '../fine-tune/examples.ts';
import type { StepBatch, Weights } from './objective.ts';

/** Log-probabilities of tokens under `logits: float[batch, length, vocab]`: `ids: i32[batch, length]` → `f32[batch, length]`. Traceable. */
export function logProbsOf(logits: Tensor, ids: Tensor): Tensor {
  const chosen = np.squeeze(np.takeAlongAxis(logits, np.expandDims(ids, -1), -1), -1);
  return np.subtract(chosen, np.logsumexp(logits, { axis: -1 }));
}

/**
 * Log-probabilities of every next token at a temperature: `tokens, positions: i32[batch, length]` → `f32[batch, length − 1]`. Traceable. Throws `models/loss` for models
 * that predict no tokens.
 */
export function tokenLogProbs(
  model: LoadedModel,
  weights: Weights,
  { tokens, positions }: { readonly tokens: Tensor; readonly positions: Tensor },
  temperature = 1,
): Tensor {
  const logits = nextTokenLogits(model, weights, tokens, positions);
  return logProbsOf(temperature === 1 ? logits : np.divide(logits, temperature), np.slice(tokens, 1, 1));
}

/** Sequences side by side, padded at their ends: `tokens, positions: i32[n, length]`, `isTarget: f32[n, length]`. */
export function sideBySide(
  examples: readonly Example[],
): StepBatch & { readonly arrays: Readonly<Record<'tokens' | 'positions' | 'isTarget', HostArray>> } {
  const length = lengthFor(Math.max(...examples.map((e) => e.tokens.length)));
  const shape = [examples.length, length];
  const [tokens, positions] = [
    new Int32Array(examples.length * length),
    new Int32Array(examples.length * length).fill(-1),
  ];
  const isTarget = new Float32Array(examples.length * length);
  let numTargets = 0;
  for (const [row, e] of examples.entries())
    for (let i = 0; i < e.tokens.length; i++) {
      const at = row * length + i;
      tokens[at] = e.tokens[i];
      positions[at] = i;
      // The first token is nobody's next one.
      isTarget[at] = i > 0 ? e.isTarget[i] : 0;
      numTargets += isTarget[at];
    }
  const arrays = {
    tokens: new HostArray('i32', shape, tokens),
    positions: new HostArray('i32', shape, positions),
    isTarget: new HostArray('f32', shape, isTarget),
  };
  return { arrays, numTargets };
}
