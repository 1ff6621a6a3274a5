import type { ServedModel } from '../../pool/index.ts';
import { wrongField } from '../errors.ts';
import { encodePrompt, promptsOf } from '../prompts.ts';

/** Vectors of texts, of length 1, `[size]` each, and how many tokens the texts have. Throws `serve/request` with the field for what has none. */
export async function vectorsOf(
  model: ServedModel,
  given: Parameters<typeof promptsOf>[0],
  field: string,
  size = model.meta.embedding,
): Promise<{ readonly vectors: readonly Float32Array[]; readonly numTokens: number }> {
  if (!model.embed) throw wrongField('model', 'this model gives no embeddings');
  const ids = await Promise.all(promptsOf(given, field).map((p) => encodePrompt(model, p, field)));
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

/** The vector of length 1 in its direction. */
function unit(v: Float32Array): Float32Array {
  const length = Math.sqrt(v.reduce((n, x) => n + x * x, 0));
  return length > 0 ? v.map((x) => x / length) : v.slice();
}
