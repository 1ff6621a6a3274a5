import { np, type Tensor } from '../../api/index.ts';
import { HostArray } from '../../base/index.ts';
import type { Rereading } from '../families/index.ts';
import {
  biasOf,
  checkRequests,
  counted,
  type GeneratedToken,
  type GenerateOptions,
  occurrencesIn,
  type Prompt,
  requestsOf,
} from './requests.ts';
import { chooseTokens, samplingTensors, stepsFor } from './sampling.ts';

/** Logits of one text: `tokens, positions: i32[1, length]` (−1: padding) → `f32[1, length, vocab]`. */
export type Reader = (tokens: Tensor, positions: Tensor, adapter: string | undefined) => Tensor;

/**
 * New tokens of prompts by a model that keeps nothing of what it has read: the whole text is read anew for every one of them, text after text. Throws
 * `models/prompt` and `models/sampling`.
 */
export async function* reread(
  read: Reader,
  how: Rereading,
  prompts: readonly Prompt[],
  options: GenerateOptions | readonly GenerateOptions[],
): AsyncGenerator<GeneratedToken> {
  const requests = requestsOf(prompts, options);
  checkRequests(prompts, requests, how);
  for (const [sequence, r] of requests.entries()) {
    const text = [...prompts[sequence]];
    const [steps, sampling] = [stepsFor([r]), samplingTensors([r])];
    const constraint = r.grammar?.begin();
    let occurrences = steps.penalties ? occurrencesIn([text], how.vocabSize) : undefined;
    for (let i = 0; ; i++) {
      const columns = how.columns(text.length);
      const [tokens, positions] = [HostArray.zeros('i32', [1, columns]), HostArray.full('i32', [1, columns], -1)];
      for (const [at, token] of text.entries()) {
        tokens.set(at, token);
        positions.set(at, at);
      }
      const logits = np.index(read(np.array(tokens), np.array(positions), r.adapter), 1, text.length - 1);
      const maps = i === 0 ? [r.logitBias, r.firstLogitBias] : [r.logitBias];
      const isBiased = constraint !== undefined || maps.some((map) => map !== undefined);
      const bias = isBiased ? biasOf([maps], how.vocabSize, [constraint?.allowed()]) : undefined;
      const index = np.full([], i, 'i32');
      const chosen = chooseTokens(logits, sampling, { ...steps, bias: isBiased }, index, { bias, occurrences });
      occurrences &&= counted(occurrences, chosen);
      const [token] = (await chosen.data()) as Int32Array;
      text.push(token);
      constraint?.accept(token);
      const finishReason = r.stopTokens?.has(token) ? 'stop' : i + 1 >= r.maxNewTokens ? 'length' : undefined;
      yield { sequence, token, ...(finishReason ? { finishReason } : {}) };
      if (constraint?.failure) throw constraint.failure;
      if (finishReason) break;
    }
  }
}
