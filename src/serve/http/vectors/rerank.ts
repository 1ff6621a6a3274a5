import type { FastifyReply, FastifyRequest } from 'fastify';
import { newAnswer, type Serving, tellUnknown } from '../answer.ts';
import { fields, flag, integer, type Let, list, oneOf, text } from '../schema.ts';
import { tokensKept, vectorsOf } from './texts.ts';

const MAX_DOCUMENTS = 1000;

export const rerankBody = fields(
  {
    model: text({ maxLength: 512 }),
    query: text({ minLength: 1 }),
    documents: list(oneOf(text({ minLength: 1 }), fields({ text: text({ minLength: 1 }) }, {})), {
      minItems: 1,
      maxItems: MAX_DOCUMENTS,
    }),
  },
  {
    top_n: integer({ minimum: 1 }),
    return_documents: flag,
    // Of documents (Cohere), and of documents and the query (vLLM).
    max_tokens_per_doc: integer({ minimum: 1 }),
    truncate_prompt_tokens: integer({ minimum: -1 }),
  },
);

/**
 * `POST /v1/rerank`, as Jina, Cohere and vLLM have it: documents by the cosine of their vector and the query's, the likest first. Models here are embedders: a
 * score is in [−1, 1].
 */
export async function answerRerank({ model }: Serving, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const body = request.body as Let<typeof rerankBody>;
  tellUnknown(reply, body, rerankBody);
  const texts = body.documents.map((d) => (typeof d === 'string' ? d : d.text));
  const kept = tokensKept(model, body.truncate_prompt_tokens);
  const [perDocument, all] = [body.max_tokens_per_doc, kept].map((n) => n ?? Number.POSITIVE_INFINITY);
  const ofDocuments = Math.min(perDocument, all);
  const asked = await vectorsOf(model, body.query, 'query', { maxTokens: kept });
  const found = await vectorsOf(model, texts, 'documents', {
    maxTokens: Number.isFinite(ofDocuments) ? ofDocuments : undefined,
  });
  const [query] = asked.vectors;
  // Vectors are of length one but for rounding.
  const cosine = (v: ArrayLike<number>): number =>
    Math.max(
      -1,
      Math.min(
        1,
        Array.from(v).reduce((sum, x, i) => sum + x * query[i], 0),
      ),
    );
  const scores = found.vectors.map(cosine);
  const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const numTokens = asked.numTokens + found.numTokens;
  return {
    id: newAnswer('rerank').id,
    model: body.model,
    results: order.slice(0, body.top_n ?? order.length).map((index) => ({
      index,
      relevance_score: scores[index],
      ...((body.return_documents ?? true) ? { document: { text: texts[index] } } : {}),
    })),
    usage: { prompt_tokens: numTokens, total_tokens: numTokens },
  };
}
