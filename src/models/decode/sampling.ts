import { lax, nn, np, random, type Tensor, vmap } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { takenTogether } from './timestamps.ts';

/*
 * How the next token is chosen, inside the program. Numbers of a request are tensors with one element per sequence, so that requests
 * with different settings share a program; only which steps there are at all is part of the program.
 */

/** What a caller asks for; absent means off. */
export interface SamplingOptions {
  /** 0 takes the likeliest token (the default). */
  readonly temperature?: number;
  /** Only the k likeliest. */
  readonly topK?: number;
  /** Only the likeliest that together have this probability. Source: Holtzman et al. 2020. */
  readonly topP?: number;
  /** Only those at least this likely, relative to the likeliest. */
  readonly minP?: number;
  /** Only those whose surprise is near the expected one, up to this probability. Source: Meister et al. 2023. */
  readonly typicalP?: number;
  /** Divides positive logits of tokens that occurred, in prompt or output, and multiplies negative ones. Source: Keskar et al. 2019. */
  readonly repetitionPenalty?: number;
  /** Subtracted per occurrence in the output. */
  readonly frequencyPenalty?: number;
  /** Subtracted from tokens that occur in the output. */
  readonly presencePenalty?: number;
  /** Token → number added to its logit. */
  readonly logitBias?: ReadonlyMap<number, number>;
  /** The same seed gives the same tokens, whoever else is in the batch. */
  readonly seed?: number;
}

/** Which steps a program has. */
export interface SamplingSteps {
  readonly draws: boolean;
  readonly sorts: boolean;
  readonly typical: boolean;
  readonly penalties: boolean;
  readonly bias: boolean;
  /** Tokens from this one on are times, and taken where they together are likelier than any other token. */
  readonly timesFrom?: number | undefined;
}

/** The steps that at least one request needs. */
export function stepsFor(requests: readonly SamplingOptions[]): SamplingSteps {
  const any = (f: (r: SamplingOptions) => boolean): boolean => requests.some(f);
  const draws = any((r) => (r.temperature ?? 0) > 0);
  return {
    draws,
    sorts: draws && any((r) => r.topK !== undefined || r.topP !== undefined || r.minP !== undefined),
    typical: draws && any((r) => r.typicalP !== undefined),
    penalties: any(
      (r) => r.repetitionPenalty !== undefined || r.frequencyPenalty !== undefined || r.presencePenalty !== undefined,
    ),
    bias: any((r) => (r.logitBias?.size ?? 0) > 0),
  };
}

/** Settings of all sequences: `f32[batch]` each, `topK: i32[batch]`, `keys: u32[batch, 2]`. */
export interface SamplingTensors {
  readonly temperature: Tensor;
  readonly topK: Tensor;
  readonly topP: Tensor;
  readonly minP: Tensor;
  readonly typicalP: Tensor;
  readonly repetitionPenalty: Tensor;
  readonly frequencyPenalty: Tensor;
  readonly presencePenalty: Tensor;
  readonly keys: Tensor;
}

const ranges: readonly (readonly [keyof SamplingOptions, (x: number) => boolean, string])[] = [
  ['temperature', (x) => x >= 0, 'a number ≥ 0'],
  ['topK', (x) => Number.isInteger(x) && x >= 1, 'an integer ≥ 1'],
  ['topP', (x) => x > 0 && x <= 1, 'a number in (0, 1]'],
  ['minP', (x) => x >= 0 && x <= 1, 'a number in [0, 1]'],
  ['typicalP', (x) => x > 0 && x <= 1, 'a number in (0, 1]'],
  ['repetitionPenalty', (x) => x > 0, 'a number > 0'],
  ['frequencyPenalty', () => true, 'a number'],
  ['presencePenalty', () => true, 'a number'],
  ['seed', (x) => Number.isSafeInteger(x) && x >= 0, 'an integer in [0, 2^53)'],
];

/** Throws `models/sampling` for settings that mean nothing. */
export function checkSampling(o: SamplingOptions): void {
  for (const [name, isFine, expected] of ranges) {
    const value = o[name];
    if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value) && isFine(value)))
      throw new UserError('models/sampling', `${name} is not what it can be`, { expected, given: String(value) });
  }
}

/** The settings of a batch as tensors. `index`: of a sequence among those with its seed. */
export function samplingTensors(requests: readonly SamplingOptions[]): SamplingTensors {
  const row = (f: (r: SamplingOptions) => number): Tensor => np.array(requests.map(f), 'f32');
  return {
    temperature: row((r) => r.temperature ?? 0),
    topK: np.array(
      requests.map((r) => r.topK ?? 2 ** 30),
      'i32',
    ),
    topP: row((r) => r.topP ?? 1),
    minP: row((r) => r.minP ?? 0),
    typicalP: row((r) => r.typicalP ?? 1),
    repetitionPenalty: row((r) => r.repetitionPenalty ?? 1),
    frequencyPenalty: row((r) => r.frequencyPenalty ?? 0),
    presencePenalty: row((r) => r.presencePenalty ?? 0),
    keys: np.array(
      requests.map((r) => [Math.floor((r.seed ?? 0) / 2 ** 32), (r.seed ?? 0) >>> 0]),
      'u32',
    ),
  };
}

/** What occurred so far: `i32[batch, vocab]` each, of the prompt and of the output. */
export interface Occurrences {
  readonly prompt: Tensor;
  readonly output: Tensor;
}

/**
 * The next token of every sequence: `i32[batch]`. `logits: f32[batch, vocab]`; `index: i32[]` or `i32[batch]`, which token of the output it is.
 * Order: penalties, bias, then temperature, top-k, top-p, min-p, typical, as in transformers and vLLM; the draw is by Gumbel noise that
 * depends on the seed, the index and the token only.
 */
export function chooseTokens(
  logits: Tensor,
  s: SamplingTensors,
  steps: SamplingSteps,
  index: Tensor,
  extra: { readonly bias?: Tensor | undefined; readonly occurrences?: Occurrences | undefined } = {},
): Tensor {
  let l = logits;
  if (steps.penalties && extra.occurrences) l = penalize(l, s, extra.occurrences);
  if (steps.bias && extra.bias) l = np.add(l, extra.bias);
  if (steps.timesFrom !== undefined) l = takenTogether(l, steps.timesFrom);
  const likeliest = np.argmax(l, -1);
  if (!steps.draws) return likeliest;
  const column = (x: Tensor): Tensor => np.expandDims(x, -1);
  const scaled = np.divide(l, column(np.maximum(s.temperature, 1e-6)));
  const [batch, vocabSize] = logits.shape;
  const indices = np.broadcastTo(index, [batch]);
  const noise = vmap((key: Tensor, i: Tensor) => random.gumbel(random.foldIn(key, i), [vocabSize]))(s.keys, indices);
  let drawn: Tensor;
  if (!steps.sorts && !steps.typical) drawn = np.argmax(np.add(scaled, noise), -1);
  else {
    const [sorted, tokens] = lax.topK(scaled, vocabSize);
    const kept = keepMask(sorted, s, steps);
    const noisy = np.add(sorted, np.takeAlongAxis(noise, tokens, -1));
    const best = np.argmax(np.where(kept, noisy, Number.NEGATIVE_INFINITY), -1);
    drawn = np.squeeze(np.takeAlongAxis(tokens, column(best), -1), -1);
  }
  return np.where(np.greater(s.temperature, 0), drawn, likeliest);
}

function penalize(logits: Tensor, s: SamplingTensors, o: Occurrences): Tensor {
  const column = (x: Tensor): Tensor => np.expandDims(x, -1);
  const occurred = np.greater(np.add(o.prompt, o.output), 0);
  const r = column(s.repetitionPenalty);
  const repeated = np.where(np.greater(logits, 0), np.divide(logits, r), np.multiply(logits, r));
  const l = np.where(occurred, repeated, logits);
  const count = np.astype(o.output, 'f32');
  const frequency = np.multiply(count, column(s.frequencyPenalty));
  const presence = np.multiply(np.astype(np.greater(o.output, 0), 'f32'), column(s.presencePenalty));
  return np.subtract(np.subtract(l, frequency), presence);
}

/** Which of the sorted logits `f32[batch, vocab]`, largest first, may be drawn; always the first. */
function keepMask(sorted: Tensor, s: SamplingTensors, steps: SamplingSteps): Tensor {
  const column = (x: Tensor): Tensor => np.expandDims(x, -1);
  const rank = lax.iota('i32', sorted.shape, 1);
  const probabilities = (kept: Tensor): Tensor =>
    nn.softmax(np.where(kept, sorted, Number.NEGATIVE_INFINITY), { axis: -1 });
  const isFirst = np.equal(rank, 0);
  let kept = np.less(rank, column(s.topK));
  if (steps.sorts) {
    const p = probabilities(kept);
    const before = np.subtract(np.cumsum(p, 1), p);
    kept = np.logicalAnd(kept, np.logicalOr(isFirst, np.less(before, column(s.topP))));
    const q = probabilities(kept);
    kept = np.logicalAnd(
      kept,
      np.greaterEqual(q, np.multiply(column(s.minP), np.max(q, { axis: -1, keepdims: true }))),
    );
  }
  if (!steps.typical) return kept;
  const p = probabilities(kept);
  const surprise = np.negative(np.log(np.maximum(p, 1e-38)));
  const expected = np.sum(np.multiply(p, surprise), { axis: -1, keepdims: true });
  const distance = np.where(kept, np.abs(np.subtract(surprise, expected)), Number.POSITIVE_INFINITY);
  const [nearest, order] = lax.topK(np.negative(distance), sorted.shape[1]);
  const mass = np.cumsum(np.takeAlongAxis(p, order, -1), 1);
  const needed = np.sum(np.astype(np.less(mass, column(s.typicalP)), 'i32'), { axis: -1, keepdims: true });
  const limit = np.negative(np.takeAlongAxis(nearest, np.minimum(needed, sorted.shape[1] - 1), -1));
  return np.logicalAnd(kept, np.lessEqual(distance, limit));
}
