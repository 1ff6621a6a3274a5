import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Generation, WrittenToken } from '../engine/index.ts';
import type { ServedModel } from '../pool/index.ts';
import { beginAll, callerOf, newAnswer, type Serving, tellUnknown, timingsOf, usageOf, withProgram } from './answer.ts';
import { wrongField } from './errors.ts';
import { abortWithClient, mergedEvents, sendEvents } from './events.ts';
import { grammarOf } from './grammars.ts';
import { type CompletionLogprobs, completionLogprobs, type TokenNames } from './logprobs.ts';
import { encodePrompt, promptsOf } from './prompts.ts';
import { type CompletionBody, completionBody } from './schemas.ts';
import { generationRequest, refuseUnserved, seedOf } from './writing-fields.ts';

const DEFAULT_MAX_TOKENS = 16;

/** One prompt with what is made of it. */
interface PromptInProgress {
  readonly ids: readonly number[];
  /** Shown before what was written, if the prompt is. */
  readonly text: string;
  /** Undefined: nothing is to be computed. */
  readonly call: Generation | undefined;
}

interface CompletionAnswer {
  readonly head: {
    readonly id: string;
    readonly created: number;
    readonly model: string;
    readonly system_fingerprint: string;
  };
  readonly body: CompletionBody;
  readonly prompts: readonly PromptInProgress[];
  readonly names: TokenNames;
}

/** `POST /v1/completions` */
export async function answerCompletion(
  serving: Serving,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const body = request.body as CompletionBody;
  const { model } = serving;
  refuseUnserved(body);
  tellUnknown(reply, body, completionBody);
  const given = promptsOf(body.prompt, 'prompt');
  if (given.length > model.engine.maxQueued)
    throw wrongField('prompt', 'there are more prompts than this server takes at once', {
      expected: `at most ${model.engine.maxQueued}`,
      given: `${given.length}`,
    });
  const ids = await Promise.all(given.map((p) => encodePrompt(model, p, 'prompt', body.add_special_tokens ?? true)));
  const seed = seedOf(body.seed);
  reply.header('x-seed', String(seed));
  const maxTokens = body.max_tokens ?? DEFAULT_MAX_TOKENS;
  const isScored = body.echo === true && body.logprobs !== undefined;
  if (isScored && body.guidance_scale !== undefined && body.guidance_scale !== 1)
    throw wrongField('guidance_scale', 'guidance_scale has no meaning where a prompt is scored (echo with logprobs)');
  const caller = callerOf(request);
  const grammar = grammarOf(body, model);
  // Nothing new, and nothing to say of what is there.
  const isEmpty = maxTokens === 0 && !isScored;
  const calls = beginAll(isEmpty ? [] : ids, (prompt) =>
    model.engine.generate({
      ...generationRequest(body, model, withProgram(serving, caller, body, prompt, reply), {
        prompt,
        maxTokens,
        seed,
        grammar,
      }),
      ...(body.logprobs === undefined ? {} : { topLogprobs: body.logprobs }),
      ...(isScored ? { promptLogprobs: body.logprobs! } : {}),
    }),
  );
  abortWithClient(reply, calls);
  const answer: CompletionAnswer = {
    head: { ...newAnswer('cmpl'), model: body.model, system_fingerprint: serving.fingerprint },
    body,
    prompts: ids.map((own, i) => ({ ids: own, text: body.echo ? textOf(model, given[i]) : '', call: calls[i] })),
    names: { tokenizer: model.tokenizer, asIds: body.return_tokens_as_token_ids ?? false },
  };
  if (!body.stream) return whole(answer);
  return reply.send(await sendEvents(reply, chunks(answer), serving.times));
}

const textOf = (model: ServedModel, prompt: string | readonly number[]): string =>
  typeof prompt === 'string' ? prompt : model.tokenizer.decode(prompt);

/** Tokens of the prompt with their log-probabilities: the first has none. */
function scoredPrompt({ ids, call }: PromptInProgress): readonly (WrittenToken | { token: number; logprob: null })[] {
  return ids.map((token, i) =>
    i === 0 ? { token, logprob: null } : (call?.promptScores[i] ?? { token, logprob: null }),
  );
}

/** Writes log-probabilities of one text, piece after piece. */
class LogprobWriter {
  readonly #answer: CompletionAnswer;
  readonly #prompt: PromptInProgress;
  #at = 0;

  constructor(answer: CompletionAnswer, prompt: PromptInProgress) {
    this.#answer = answer;
    this.#prompt = prompt;
  }

  next(tokens: readonly WrittenToken[], isFirst: boolean): CompletionLogprobs | null {
    const { body, names } = this.#answer;
    if (body.logprobs === undefined) return null;
    const all = isFirst && body.echo ? [...scoredPrompt(this.#prompt), ...tokens] : tokens;
    const made = completionLogprobs(all, body.logprobs, names, this.#at);
    this.#at = made.endOffset;
    return made.logprobs;
  }
}

async function whole(answer: CompletionAnswer): Promise<object> {
  const { head, body, prompts } = answer;
  const n = body.n ?? 1;
  const choices = prompts.flatMap((prompt) =>
    Array.from({ length: n }, () => ({
      prompt,
      text: prompt.text,
      tokens: [] as WrittenToken[],
      finish: 'length',
      stop: null as string | number | null,
    })),
  );
  const calls = prompts.flatMap((p) => p.call ?? []);
  for await (const { call, event } of mergedEvents(calls)) {
    const choice = choices[call * n + event.index];
    choice.text += event.text;
    choice.tokens.push(...event.tokens);
    if (event.finishReason) choice.finish = event.finishReason;
    choice.stop = event.stopReason ?? null;
  }
  return {
    ...head,
    object: 'text_completion',
    choices: choices.map(({ prompt, text, tokens, finish, stop }, index) => ({
      index,
      text,
      logprobs: new LogprobWriter(answer, prompt).next(tokens, true),
      finish_reason: finish,
      stop_reason: stop,
      ...(body.return_token_ids ? { token_ids: tokens.map((t) => t.token), prompt_token_ids: prompt.ids } : {}),
    })),
    usage: usageOf(used(answer)),
    ...timingsOf(used(answer)),
  };
}

const nothingUsed = { numTokens: 0, numCached: 0, numDrafted: 0, numAccepted: 0 };
const used = ({ prompts }: CompletionAnswer) => prompts.map(({ ids, call }) => call ?? { prompt: ids, ...nothingUsed });

async function* chunks(answer: CompletionAnswer): AsyncGenerator<object> {
  const { head, body, prompts } = answer;
  const n = body.n ?? 1;
  const wantsUsage = body.stream_options?.include_usage === true;
  const chunk = (choices: readonly object[], total: object | null): object => ({
    ...head,
    object: 'text_completion',
    choices,
    ...(wantsUsage ? { usage: total } : {}),
  });
  const writers = prompts.flatMap((p) => Array.from({ length: n }, () => new LogprobWriter(answer, p)));
  const begun = new Set<number>();
  const choice = (
    index: number,
    text: string,
    tokens: readonly WrittenToken[],
    finish: string | null,
    stop: string | number | null,
  ): object => {
    const isFirst = !begun.has(index);
    begun.add(index);
    const before = isFirst ? prompts[Math.floor(index / n)].text : '';
    const logprobs = writers[index].next(tokens, isFirst);
    const ids = body.return_token_ids ? { token_ids: tokens.map((t) => t.token) } : {};
    return chunk([{ index, text: before + text, logprobs, finish_reason: finish, stop_reason: stop, ...ids }], null);
  };
  const calls = prompts.flatMap((p) => p.call ?? []);
  if (calls.length === 0) for (const index of writers.keys()) yield choice(index, '', [], 'length', null);
  for await (const { call, event } of mergedEvents(calls))
    yield choice(
      call * n + event.index,
      event.text,
      event.tokens,
      event.finishReason ?? null,
      event.stopReason ?? null,
    );
  if (wantsUsage) yield { ...chunk([], usageOf(used(answer))), ...timingsOf(used(answer)) };
}
