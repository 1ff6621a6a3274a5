import { lax, np, type Tensor } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import type { Grammar } from '../grammar/index.ts';
import { checkSampling, type Occurrences, type SamplingOptions } from './sampling.ts';
import type { TimestampRule } from './timestamps.ts';

/* What callers ask of a model that writes, and what of it programs are given. */

export interface GenerateOptions extends SamplingOptions {
  /** At most so many new tokens per sequence. */
  readonly maxNewTokens: number;
  /** Any of them ends a sequence; it is part of the output. */
  readonly stopTokens?: ReadonlySet<number>;
  /** Which of the model's adapters writes it (`withAdapterChoice`); default none. */
  readonly adapter?: string | undefined;
  /** Of an encoder-decoder: what its text begins with after the first token, such as language and task of Whisper. Not part of the output. */
  readonly decoderPrompt?: readonly number[] | undefined;
  /** Token → number added to its logit when the first new token is chosen, besides `logitBias`. */
  readonly firstLogitBias?: ReadonlyMap<number, number> | undefined;
  /** Only its texts are written, each with one of its vocabulary's end tokens behind it. */
  readonly grammar?: Grammar | undefined;
  /** Times that Whisper writes: by this rule. Default: whatever the model writes. */
  readonly timestamps?: TimestampRule | undefined;
}

/** One new token of one sequence. */
export interface GeneratedToken {
  /** Which prompt it continues. */
  readonly sequence: number;
  readonly token: number;
  /** Why the sequence ends with it, if it does. */
  readonly finishReason?: 'stop' | 'length';
}

/** A prompt: ids of tokens. */
export type Prompt = readonly number[] | Int32Array;

const isList = <T>(x: T | readonly T[]): x is readonly T[] => Array.isArray(x);

/** The options of every prompt. */
export const requestsOf = (
  prompts: readonly Prompt[],
  options: GenerateOptions | readonly GenerateOptions[],
): readonly GenerateOptions[] => (isList(options) ? options : prompts.map(() => options));

/** What a model that writes can take. */
export interface WritingLimits {
  readonly vocabSize: number;
  readonly maxPositions: number;
  /** Prompts are read by an encoder. */
  readonly isEncoded?: boolean;
  /** A token that marks places in prompts, known even beyond the vocabulary. */
  readonly placeholder?: number | undefined;
}

/** Throws `models/prompt` and `models/sampling` for what a model cannot be asked. */
export function checkRequests(
  prompts: readonly Prompt[],
  requests: readonly GenerateOptions[],
  { vocabSize, maxPositions, isEncoded = false, placeholder }: WritingLimits,
): void {
  if (prompts.length === 0) throw new UserError('models/prompt', 'there is no prompt');
  if (requests.length !== prompts.length)
    throw new UserError('models/prompt', 'there are not as many options as prompts', {
      expected: `${prompts.length}, or one for all`,
      given: `${requests.length}`,
    });
  for (const [i, p] of prompts.entries()) {
    const r = requests[i];
    if (!r) throw new UserError('models/prompt', `prompt ${i} has no options`);
    checkSampling(r);
    if (!Number.isInteger(r.maxNewTokens) || r.maxNewTokens < 1)
      throw new UserError('models/sampling', 'maxNewTokens is not what it can be', {
        expected: 'an integer ≥ 1',
        given: String(r.maxNewTokens),
      });
    if (p.length === 0 && !isEncoded)
      throw new UserError('models/prompt', `prompt ${i} is empty`, { advice: 'begin with the bos token, or a word' });
    const wrong = p.find((t) => !(Number.isInteger(t) && t >= 0 && t < vocabSize) && t !== placeholder);
    if (wrong !== undefined)
      throw new UserError('models/prompt', `prompt ${i} has a token that the model does not know`, {
        expected: `0 … ${vocabSize - 1}`,
        given: String(wrong),
      });
    const isKnown = (t: number): boolean => Number.isInteger(t) && t >= 0 && t < vocabSize;
    const { decoderPrompt = [], logitBias, firstLogitBias } = r;
    const named = { logitBias: logitBias?.keys(), firstLogitBias: firstLogitBias?.keys(), decoderPrompt };
    for (const [name, ids] of Object.entries(named)) {
      const unknown = [...(ids ?? [])].find((t) => !isKnown(t));
      if (unknown !== undefined)
        throw new UserError('models/sampling', `${name} names a token that the model does not know`, {
          expected: `0 … ${vocabSize - 1}`,
          given: String(unknown),
        });
    }
    if (decoderPrompt.length !== (isEncoded ? (requests[0].decoderPrompt ?? []).length : 0))
      throw new UserError('models/sampling', 'decoderPrompt is not what it can be', {
        expected: isEncoded ? 'as many tokens for every prompt' : 'none: the model has no encoder',
        given: `${decoderPrompt.length} tokens`,
      });
    if (
      r.grammar &&
      (r.grammar.vocabulary.size !== vocabSize ||
        ![...r.grammar.vocabulary.endTokens].every((t) => r.stopTokens?.has(t)))
    )
      throw new UserError('models/sampling', 'the vocabulary of the grammar is not that of the request', {
        expected: `one of ${vocabSize} tokens, whose end tokens are among stopTokens`,
        given: `one of ${r.grammar.vocabulary.size} tokens`,
      });
    if (r.timestamps?.first !== requests[0].timestamps?.first || (r.timestamps && (r.grammar || !isEncoded)))
      throw new UserError('models/sampling', 'timestamps are not what they can be', {
        expected: isEncoded ? 'the same for every prompt, and no grammar' : 'none: the model does not listen',
      });
    const own = isEncoded ? 1 + decoderPrompt.length : p.length;
    if (own + r.maxNewTokens > maxPositions)
      throw new UserError('models/prompt', `prompt ${i} and its new tokens are longer than the model can take`, {
        expected: `at most ${maxPositions} tokens together`,
        given: `${own} + ${r.maxNewTokens}`,
        advice: 'shorten the prompt, or ask for fewer new tokens',
      });
  }
}

/** What occurred in prompts, and nothing yet in outputs. */
export function occurrencesIn(prompts: readonly Prompt[], vocabSize: number): Occurrences {
  return { prompt: countsOf(prompts, vocabSize), output: np.zeros([prompts.length, vocabSize], 'i32') };
}

/** How often each token occurs in each text: `i32[texts, vocab]`. */
export function countsOf(texts: readonly Prompt[], vocabSize: number): Tensor {
  const counts = HostArray.zeros('i32', [texts.length, vocabSize]);
  for (const [i, text] of texts.entries())
    for (const t of text) if (t < vocabSize) (counts.data as Int32Array)[i * vocabSize + t]++;
  return np.array(counts);
}

/** What is added to logits of each sequence, −∞ where a row of bits leaves a token out: `f32[batch, vocab]`. */
export function biasOf(
  rows: readonly (readonly (ReadonlyMap<number, number> | undefined)[])[],
  vocabSize: number,
  allowed: readonly (Uint32Array | undefined)[] = [],
): Tensor {
  const bias = HostArray.zeros('f32', [rows.length, vocabSize]);
  const data = bias.data as Float32Array;
  for (const [i, maps] of rows.entries()) {
    for (const map of maps) for (const [token, value] of map ?? []) data[i * vocabSize + token] += value;
    const bits = allowed[i];
    if (!bits) continue;
    for (let t = 0; t < vocabSize; t++)
      if ((bits[t >> 5] & (1 << (t & 31))) === 0) data[i * vocabSize + t] = Number.NEGATIVE_INFINITY;
  }
  return np.array(bias);
}

/** One more occurrence of every sequence's token. */
export function counted(o: Occurrences, token: Tensor): Occurrences {
  const isToken = np.equal(np.expandDims(token, 1), lax.iota('i32', o.output.shape, 1));
  return { prompt: o.prompt, output: np.add(o.output, np.astype(isToken, 'i32')) };
}
