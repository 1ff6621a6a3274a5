import type { FastifyInstance } from 'fastify';
import { modelNamed, type Serving } from './answer.ts';
import { wrongField } from './errors.ts';
import { encodeMessages, encodeText, renderChat } from './prompts.ts';
import {
  type DetokenizeBody,
  detokenizeBody,
  type TemplateBody,
  type TokenizeBody,
  templateBody,
  tokenizeBody,
} from './schemas.ts';

/** `/tokenize`, `/detokenize` and `/apply-template`, as vLLM and llama.cpp have them. */
export function addTokenRoutes(app: FastifyInstance, serving: Serving): void {
  app.post('/tokenize', { schema: { body: tokenizeBody } }, async (request) => {
    const body = request.body as TokenizeBody;
    const model = modelNamed(serving, body.model);
    const { prompt, messages } = body;
    if ((prompt === undefined) === (messages === undefined))
      throw wrongField('prompt', 'there is not one of prompt and messages');
    const tokens =
      prompt === undefined
        ? await encodeMessages(model, { ...body, messages: messages! })
        : await encodeText(model, prompt, body.add_special_tokens ?? true);
    return {
      count: tokens.length,
      max_model_len: model.engine.maxLength,
      tokens,
      token_strs: body.return_token_strs ? tokens.map((t) => model.tokenizer.tokenOf(t) ?? '') : null,
    };
  });

  app.post('/detokenize', { schema: { body: detokenizeBody } }, async (request) => {
    const body = request.body as DetokenizeBody;
    return { prompt: modelNamed(serving, body.model).tokenizer.decode(body.tokens) };
  });

  app.post('/apply-template', { schema: { body: templateBody } }, async (request) => {
    const body = request.body as TemplateBody;
    return { prompt: renderChat(modelNamed(serving, body.model), body) };
  });
}
