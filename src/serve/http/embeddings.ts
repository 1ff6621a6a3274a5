import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Serving, tellUnknown } from './answer.ts';
import { wrongField } from './errors.ts';
import { encodePrompt, promptsOf } from './prompts.ts';
import { type EmbeddingBody, embeddingBody } from './schemas.ts';

/** `POST /v1/embeddings` */
export async function answerEmbeddings(
  serving: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const body = request.body as EmbeddingBody;
  const { model } = serving;
  tellUnknown(reply, body, embeddingBody);
  if (!model.embed) throw wrongField('model', 'this model gives no embeddings');
  const ids = await Promise.all(promptsOf(body.input, 'input').map((p) => encodePrompt(model, p, 'input')));
  const { vocabSize, maxLength } = model.engine;
  for (const own of ids) {
    if (own.length > maxLength)
      throw wrongField('input', 'a text is longer than this model can take here', {
        expected: `at most ${maxLength} tokens`,
        given: `${own.length}`,
      });
    if (own.some((t) => t >= vocabSize)) throw wrongField('input', 'input has a token that the model does not know');
  }
  const size = model.meta.embedding;
  if (body.dimensions !== undefined && body.dimensions > size)
    throw wrongField('dimensions', 'the model has fewer dimensions', {
      expected: `at most ${size}`,
      given: `${body.dimensions}`,
    });
  const vectors = (await model.embed(ids)).map((v) => unit(v.subarray(0, body.dimensions ?? size)));
  const numTokens = ids.reduce((n, own) => n + own.length, 0);
  return {
    object: 'list',
    data: vectors.map((v, index) => ({
      object: 'embedding',
      index,
      // Little-endian, as the packages read it.
      embedding:
        body.encoding_format === 'base64'
          ? Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('base64')
          : [...v],
    })),
    model: body.model,
    usage: { prompt_tokens: numTokens, total_tokens: numTokens },
  };
}

/** The vector of length 1 in its direction. */
function unit(v: Float32Array): Float32Array {
  const length = Math.sqrt(v.reduce((n, x) => n + x * x, 0));
  return length > 0 ? v.map((x) => x / length) : v.slice();
}
