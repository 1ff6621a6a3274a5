import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Generation, WrittenToken } from '../engine/index.ts';
import { callerOf, modelNamed, newAnswer, type Serving, tellUnknown, usageOf } from './answer.ts';
import { wrongField } from './errors.ts';
import { abortWithClient, sendEvents } from './events.ts';
import { chatLogprobs, type TokenNames } from './logprobs.ts';
import { encodeMessages } from './prompts.ts';
import { type ChatBody, chatBody } from './schemas.ts';
import type { ServedModel } from './served-model.ts';
import { generationRequest, refuseUnserved, seedOf } from './writing-fields.ts';

/** What stays the same over an answer. */
interface ChatAnswer {
  readonly head: {
    readonly id: string;
    readonly created: number;
    readonly model: string;
    readonly system_fingerprint: string;
  };
  readonly body: ChatBody;
  readonly call: Generation;
  readonly names: TokenNames;
}

/** Begins a call for a chat, after everything about it was checked. */
export async function beginChat(
  serving: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
  body: ChatBody,
): Promise<{ readonly model: ServedModel; readonly call: Generation }> {
  const model = modelNamed(serving, body.model);
  refuseUnserved(body);
  checkTools(body);
  if (body.top_logprobs !== undefined && body.logprobs !== true)
    throw wrongField('top_logprobs', 'top_logprobs means nothing without logprobs');
  const prompt = await encodeMessages(model, body);
  const seed = seedOf(body.seed);
  reply.header('x-seed', String(seed));
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  const call = model.engine.generate({
    ...generationRequest(body, model, callerOf(request), { prompt, maxTokens, seed }),
    ...(body.logprobs ? { topLogprobs: body.top_logprobs ?? 0 } : {}),
  });
  abortWithClient(reply, [call]);
  return { model, call };
}

/** `POST /v1/chat/completions` */
export async function answerChat(serving: Serving, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const body = request.body as ChatBody;
  tellUnknown(reply, body, chatBody);
  const { model, call } = await beginChat(serving, request, reply, body);
  const answer: ChatAnswer = {
    head: { ...newAnswer('chatcmpl'), model: body.model, system_fingerprint: serving.fingerprint },
    body,
    call,
    names: { tokenizer: model.tokenizer, asIds: body.return_tokens_as_token_ids ?? false },
  };
  if (!body.stream) return whole(answer);
  return reply.send(await sendEvents(reply, chunks(answer), serving.times));
}

/** Calls of tools are not read out of texts yet, so none can be promised. */
function checkTools({ tool_choice: choice, tools }: ChatBody): void {
  if (choice === undefined || choice === 'none' || choice === 'auto') return;
  if (choice !== 'required' && typeof choice === 'string')
    throw wrongField('tool_choice', 'tool_choice is not what it can be', {
      expected: 'none or auto',
      given: choice.slice(0, 40),
    });
  throw wrongField(
    'tool_choice',
    tools ? 'a call of a tool cannot be forced here' : 'there are no tools to choose from',
  );
}

const logprobsOf = ({ body, names }: ChatAnswer, tokens: readonly WrittenToken[]) =>
  body.logprobs ? chatLogprobs(tokens, body.top_logprobs ?? 0, names) : null;

async function whole(answer: ChatAnswer): Promise<object> {
  const { head, body, call } = answer;
  const choices = Array.from({ length: body.n ?? 1 }, () => ({
    text: '',
    tokens: [] as WrittenToken[],
    finish: 'length',
    stop: null as string | number | null,
  }));
  for await (const { index, text, tokens, finishReason, stopReason } of call) {
    const choice = choices[index];
    choice.text += text;
    choice.tokens.push(...tokens);
    if (finishReason) choice.finish = finishReason;
    choice.stop = stopReason ?? null;
  }
  return {
    ...head,
    object: 'chat.completion',
    choices: choices.map(({ text, tokens, finish, stop }, index) => ({
      index,
      message: { role: 'assistant', content: text, refusal: null },
      logprobs: logprobsOf(answer, tokens),
      finish_reason: finish,
      stop_reason: stop,
      ...(body.return_token_ids ? { token_ids: tokens.map((t) => t.token) } : {}),
    })),
    usage: usageOf([call]),
    ...(body.return_token_ids ? { prompt_token_ids: call.prompt } : {}),
  };
}

async function* chunks(answer: ChatAnswer): AsyncGenerator<object> {
  const { head, body, call } = answer;
  const wantsUsage = body.stream_options?.include_usage === true;
  const isContinuous = wantsUsage && body.stream_options?.continuous_usage_stats === true;
  const chunk = (choices: readonly object[], usage: object | null): object => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    ...(wantsUsage ? { usage } : {}),
  });
  const choice = (index: number, delta: object, more: object = {}): object =>
    chunk([{ index, delta, logprobs: null, finish_reason: null, ...more }], isContinuous ? usageOf([call]) : null);
  const begun = new Set<number>();
  for await (const { index, text, tokens, finishReason, stopReason } of call) {
    if (!begun.has(index)) {
      begun.add(index);
      yield choice(index, { role: 'assistant', content: '' });
    }
    if (text !== '' || (body.logprobs && tokens.length > 0))
      yield choice(
        index,
        { content: text },
        {
          logprobs: logprobsOf(answer, tokens),
          ...(body.return_token_ids ? { token_ids: tokens.map((t) => t.token) } : {}),
        },
      );
    if (finishReason) yield choice(index, {}, { finish_reason: finishReason, stop_reason: stopReason ?? null });
  }
  if (wantsUsage) yield chunk([], usageOf([call]));
}
