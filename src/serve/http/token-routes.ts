import type { FastifyRequest } from 'fastify';
import type { Serving } from './answer.ts';
import { wrongField } from './errors.ts';
import { encodeMessages, encodeText, renderChat } from './prompts.ts';
import type { DetokenizeBody, TemplateBody, TokenizeBody } from './schemas.ts';

/* `/tokenize`, `/detokenize` and `/apply-template`, as vLLM and llama.cpp have them. */

export async function tokenize({ model }: Serving, request: FastifyRequest): Promise<object> {
  const body = request.body as TokenizeBody;
  const { prompt, messages } = body;
  if ((prompt === undefined) === (messages === undefined))
    throw wrongField('prompt', 'there is not one of prompt and messages');
  const tokens =
    prompt === undefined
      ? (await encodeMessages(model, { ...body, messages: messages! }, { counts: true })).ids
      : await encodeText(model, prompt, body.add_special_tokens ?? true);
  return {
    count: tokens.length,
    max_model_len: model.engine.maxLength,
    tokens,
    token_strs: body.return_token_strs ? tokens.map((t) => model.tokenizer.tokenOf(t) ?? '') : null,
  };
}

export const detokenize = async ({ model }: Serving, request: FastifyRequest): Promise<object> => ({
  prompt: model.tokenizer.decode((request.body as DetokenizeBody).tokens),
});

export const applyTemplate = async ({ model }: Serving, request: FastifyRequest): Promise<object> => ({
  prompt: renderChat(model, request.body as TemplateBody),
});
