import type { ServedModel } from '../../pool/index.ts';
import { wrongField } from '../errors.ts';
import { encodePrompt, MAX_CHARACTERS_PER_TOKEN, promptsOf } from '../prompts.ts';

export interface VectorOptions {
  /** The first so many numbers of each. Default: all. */
  readonly size?: number | undefined;
  /** What follows the first so many tokens of a text is left out. Default: a text that the model cannot take is refused. */
  readonly maxTokens?: number | undefined;
}

/** Vectors of texts, of length 1, `[size]` each, and how many tokens of texts they are of. Throws `serve/request` with the field for what has none. */
export async function vectorsOf(
  model: ServedModel,
  given: Parameters<typeof promptsOf>[0],
  field: string,
  { size = model.meta.embedding, maxTokens }: VectorOptions = {},
): Promise<{ readonly vectors: readonly Float32Array[]; readonly numTokens: number }> {
  if (!model.embed) throw wrongField('model', 'this model gives no embeddings');
  const encoded = (p: string | readonly number[]): Promise<readonly number[]> =>
    maxTokens === undefined ? encodePrompt(model, p, field) : encodeBeginning(model, p, field, maxTokens);
  const ids = await Promise.all(promptsOf(given, field).map(encoded));
  const { vocabSize, maxLength } = model.engine;
  for (const own of ids) {
    if (own.length > maxLength)
      throw wrongField(field, 'a text is longer than this model can take here', {
        expected: `at most ${maxLength} tokens`,
        given: `${own.length}`,
      });
    if (own.some((t) => t >= vocabSize)) throw wrongField(field, `${field} has a token that the model does not know`);
  }
  const vectors = (await model.embed(ids)).map((v) => unit(v.subarray(0, size)));
  return { vectors, numTokens: ids.reduce((n, own) => n + own.length, 0) };
}

/** The first so many tokens of a text; those that a tokenizer adds at its end stay there, since vectors may be read behind them. */
async function encodeBeginning(
  model: ServedModel,
  given: string | readonly number[],
  field: string,
  maxTokens: number,
): Promise<readonly number[]> {
  // Nobody waits for tokens that are left out, of texts that would be refused.
  const most = Math.max(maxTokens, model.engine.maxLength) * MAX_CHARACTERS_PER_TOKEN;
  const prompt = typeof given === 'string' ? given.slice(0, most) : given;
  const ids = await encodePrompt(model, prompt, field);
  if (ids.length <= maxTokens) return ids;
  if (typeof prompt !== 'string') return ids.slice(0, maxTokens);
  const bare = await encodePrompt(model, prompt, field, false);
  const numAdded = ids.length - bare.length;
  const numBefore = Math.max(
    0,
    Array.from({ length: numAdded + 1 }, (_, i) => i).findIndex((i) => ids[i] === bare[0]),
  );
  const numAfter = numAdded - numBefore;
  return numAfter >= maxTokens
    ? ids.slice(0, maxTokens)
    : [...ids.slice(0, maxTokens - numAfter), ...ids.slice(ids.length - numAfter)];
}

/** So many tokens of a text are kept, as `truncate_prompt_tokens` says it: -1 means as many as the model takes. Undefined: all. Throws `serve/request`. */
export function tokensKept({ engine }: ServedModel, given: number | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (given === 0)
    throw wrongField('truncate_prompt_tokens', 'nothing would be left', { expected: 'at least 1, or -1', given: '0' });
  return given === -1 ? engine.maxLength : given;
}

/** The vector of length 1 in its direction. */
function unit(v: Float32Array): Float32Array {
  const length = Math.sqrt(v.reduce((n, x) => n + x * x, 0));
  return length > 0 ? v.map((x) => x / length) : v.slice();
}
