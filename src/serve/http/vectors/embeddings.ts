import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Serving, tellUnknown } from '../answer.ts';
import { wrongField } from '../errors.ts';
import { type EmbeddingBody, embeddingBody } from '../schemas.ts';
import { tokensKept, vectorsOf } from './texts.ts';

/** `POST /v1/embeddings` */
export async function answerEmbeddings(
  { model }: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const body = request.body as EmbeddingBody;
  tellUnknown(reply, body, embeddingBody);
  const size = model.meta.embedding;
  if (body.dimensions !== undefined && body.dimensions > size)
    throw wrongField('dimensions', 'the model has fewer dimensions', {
      expected: `at most ${size}`,
      given: `${body.dimensions}`,
    });
  const { vectors, numTokens } = await vectorsOf(model, body.input, 'input', {
    size: body.dimensions,
    maxTokens: tokensKept(model, body.truncate_prompt_tokens),
  });
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
