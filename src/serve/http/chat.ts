import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Generation, WrittenToken } from '../engine/index.ts';
import type { ServedModel } from '../pool/index.ts';
import { callerOf, newAnswer, type Serving, tellUnknown, timingsOf, usageOf, withProgram } from './answer.ts';
import { AnswerInProgress, type AnswerPiece, wholeAnswers } from './chat-answer.ts';
import { type ChatPlan, planChat } from './chat-plan.ts';
import { wrongField } from './errors.ts';
import { abortWithClient, sendEvents } from './events.ts';
import { chatLogprobs, type TokenNames } from './logprobs.ts';
import { encodeMessages } from './prompts.ts';
import { type ChatBody, chatBody } from './schemas.ts';
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
  readonly plan: ChatPlan;
  readonly names: TokenNames;
}

/** Begins a call for a chat, after everything about it was checked. */
export async function beginChat(
  serving: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
  body: ChatBody,
): Promise<{ readonly model: ServedModel; readonly call: Generation; readonly plan: ChatPlan }> {
  const { model } = serving;
  refuseUnserved(body);
  if (body.top_logprobs !== undefined && body.logprobs !== true)
    throw wrongField('top_logprobs', 'top_logprobs means nothing without logprobs');
  const { ids: prompt, images } = await encodeMessages(model, body);
  const seed = seedOf(body.seed);
  reply.header('x-seed', String(seed));
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  const plan = planChat(body, model, prompt);
  const { grammar, shownTokens } = plan;
  const call = model.engine.generate({
    ...generationRequest(body, model, withProgram(serving, callerOf(request), body, prompt, reply), {
      prompt,
      maxTokens,
      seed,
      grammar,
    }),
    shownTokens,
    ...(images.length > 0 ? { images, seesWhole: model.sight!.places.isPrefix ?? false } : {}),
    ...(body.logprobs ? { topLogprobs: body.top_logprobs ?? 0 } : {}),
  });
  abortWithClient(reply, [call]);
  return { model, call, plan };
}

/** `POST /v1/chat/completions` */
export async function answerChat(serving: Serving, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const body = request.body as ChatBody;
  tellUnknown(reply, body, chatBody);
  const { model, call, plan } = await beginChat(serving, request, reply, body);
  const answer: ChatAnswer = {
    head: { ...newAnswer('chatcmpl'), model: body.model, system_fingerprint: serving.fingerprint },
    body,
    call,
    plan,
    names: { tokenizer: model.tokenizer, asIds: body.return_tokens_as_token_ids ?? false },
  };
  if (!body.stream) return whole(answer);
  return reply.send(await sendEvents(reply, chunks(answer), serving.times));
}

const logprobsOf = ({ body, names }: ChatAnswer, tokens: readonly WrittenToken[]) =>
  body.logprobs ? chatLogprobs(tokens, body.top_logprobs ?? 0, names) : null;

async function whole(answer: ChatAnswer): Promise<object> {
  const { head, body, call, plan } = answer;
  const answers = await wholeAnswers(call, plan, body.n ?? 1);
  return {
    ...head,
    object: 'chat.completion',
    choices: answers.map(({ text, reasoning, calls, tokens, finish, stop }, index) => ({
      index,
      message: {
        role: 'assistant',
        content: text === '' && calls.length > 0 ? null : text,
        refusal: null,
        ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
        ...(calls.length === 0
          ? {}
          : {
              tool_calls: calls.map(({ id, name, arguments: given }) => ({
                id,
                type: 'function',
                function: { name, arguments: given },
              })),
            }),
      },
      logprobs: logprobsOf(answer, tokens),
      finish_reason: finish ?? 'length',
      stop_reason: stop,
      ...(body.return_token_ids ? { token_ids: tokens.map((t) => t.token) } : {}),
    })),
    usage: usageOf([call], numReasoningOf(answers)),
    ...timingsOf([call]),
    ...(body.return_token_ids ? { prompt_token_ids: call.prompt } : {}),
  };
}

const numReasoningOf = (answers: Iterable<AnswerInProgress>): number =>
  [...answers].reduce((n, a) => n + a.numReasoningTokens, 0);

/** A piece of an answer as streams have it. */
function deltaOf(piece: AnswerPiece): object {
  switch (piece.kind) {
    case 'text':
      return { content: piece.text };
    case 'reasoning':
      return { reasoning_content: piece.text };
    case 'call':
      return {
        tool_calls: [
          { index: piece.call, id: piece.id, type: 'function', function: { name: piece.name, arguments: '' } },
        ],
      };
    case 'arguments':
      return { tool_calls: [{ index: piece.call, function: { arguments: piece.text } }] };
  }
}

async function* chunks(answer: ChatAnswer): AsyncGenerator<object> {
  const { head, body, call, plan } = answer;
  const wantsUsage = body.stream_options?.include_usage === true;
  const isContinuous = wantsUsage && body.stream_options?.continuous_usage_stats === true;
  const answers = new Map<number, AnswerInProgress>();
  const chunk = (choices: readonly object[], usage: object | null): object => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    ...(wantsUsage ? { usage } : {}),
  });
  const usage = (): object => usageOf([call], numReasoningOf(answers.values()));
  const choice = (index: number, delta: object, more: object = {}): object =>
    chunk([{ index, delta, logprobs: null, finish_reason: null, ...more }], isContinuous ? usage() : null);
  for await (const event of call) {
    const { index, tokens } = event;
    let own = answers.get(index);
    if (!own) {
      own = new AnswerInProgress(plan);
      answers.set(index, own);
      yield choice(index, { role: 'assistant', content: '' });
    }
    const pieces = own.add(event);
    const deltas = pieces.map(deltaOf);
    // What is told of tokens comes with the first that they tell, or with nothing.
    const isTold = tokens.length > 0 && (body.logprobs || body.return_token_ids);
    if (deltas.length === 0 && isTold) deltas.push({ content: '' });
    const told = {
      logprobs: logprobsOf(answer, tokens),
      ...(body.return_token_ids ? { token_ids: tokens.map((t) => t.token) } : {}),
    };
    for (const [i, delta] of deltas.entries()) yield choice(index, delta, i === 0 ? told : {});
    if (own.finish) yield choice(index, {}, { finish_reason: own.finish, stop_reason: own.stop });
  }
  if (wantsUsage) yield { ...chunk([], usage()), ...timingsOf([call]) };
}
