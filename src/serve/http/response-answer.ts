import type { Generation, GenerationEvent, WrittenToken } from '../engine/index.ts';
import { newAnswer } from './answer.ts';
import { AnswerInProgress, type AnswerPiece } from './chat-answer.ts';
import type { ChatPlan } from './chat-plan.ts';
import { type ErrorBody, httpErrorOf } from './errors.ts';
import { namedEvents } from './events.ts';
import { chatLogprobs, type TokenNames } from './logprobs.ts';
import type { ResponsesBody } from './responses.ts';
import type { ChatMessageBody } from './schemas.ts';

/** One item of an answer: what was thought, what is said, or a call of a tool. */
interface Item {
  readonly kind: 'reasoning' | 'text' | 'arguments';
  readonly id: string;
  readonly callId: string;
  readonly name: string;
  text: string;
  readonly tokens: WrittenToken[];
  isOver: boolean;
}

const newId = (prefix: string): string => newAnswer(prefix).id.replace('-', '_');
const prefixes = { reasoning: 'rs', text: 'msg', arguments: 'fc' } as const;

/** An answer as it grows. */
export class ResponseAnswer {
  readonly id: string;
  readonly call: Generation;
  readonly items: Item[] = [];
  readonly #body: ResponsesBody;
  readonly #created: number;
  readonly #names: TokenNames | undefined;
  readonly #answer: AnswerInProgress;
  status: 'in_progress' | 'completed' | 'incomplete' | 'failed' = 'in_progress';
  error: object | null = null;

  constructor(body: ResponsesBody, call: Generation, plan: ChatPlan, names: TokenNames | undefined) {
    const { id, created } = newAnswer('resp');
    this.id = id.replace('-', '_');
    this.#created = created;
    this.#body = body;
    this.call = call;
    this.#names = names;
    this.#answer = new AnswerInProgress(plan);
  }

  /** Takes an event of the call; what it adds, with the item that it is part of. */
  add(
    event: GenerationEvent,
  ): readonly { readonly piece: AnswerPiece; readonly item: Item; readonly isNew: boolean }[] {
    const found = this.#answer.add(event).map((piece) => {
      const last = this.items[this.items.length - 1];
      const isNew = piece.kind === 'call' || piece.kind !== last?.kind;
      if (!isNew) {
        last.text += piece.text;
        return { piece, item: last, isNew };
      }
      const item = this.#open(piece);
      return { piece, item, isNew };
    });
    const said = found.find(({ item }) => item.kind === 'text');
    said?.item.tokens.push(...event.tokens);
    if (event.finishReason) {
      if (this.items.length === 0) this.#open({ kind: 'text', text: '' });
      this.items[this.items.length - 1].isOver = true;
      this.status = event.finishReason === 'length' ? 'incomplete' : 'completed';
    }
    return found;
  }

  #open(piece: AnswerPiece): Item {
    const last = this.items[this.items.length - 1];
    if (last) last.isOver = true;
    const kind = piece.kind === 'call' ? 'arguments' : piece.kind;
    const [callId, name] = piece.kind === 'call' ? [piece.id, piece.name] : ['', ''];
    const item = {
      kind,
      id: newId(prefixes[kind]),
      callId,
      name,
      text: piece.kind === 'call' ? '' : piece.text,
      tokens: [],
      isOver: false,
    };
    this.items.push(item);
    return item;
  }

  logprobs(tokens: readonly WrittenToken[]): readonly object[] {
    return this.#names ? chatLogprobs(tokens, this.#body.top_logprobs ?? 0, this.#names).content : [];
  }

  /** A part of an item; before its text, without it. */
  part(item: Item, isBegun: boolean): object {
    const text = isBegun ? item.text : '';
    if (item.kind === 'reasoning') return { type: 'reasoning_text', text };
    return { type: 'output_text', text, annotations: [], logprobs: isBegun ? this.logprobs(item.tokens) : [] };
  }

  item(item: Item, isBegun: boolean): object {
    const isCut = this.status === 'incomplete' && item === this.items[this.items.length - 1];
    const status = !isBegun ? 'in_progress' : isCut ? 'incomplete' : 'completed';
    const { id, callId, name, text } = item;
    if (item.kind === 'arguments')
      return { id, type: 'function_call', call_id: callId, name, arguments: isBegun ? text : '', status };
    const content = isBegun ? [this.part(item, true)] : [];
    if (item.kind === 'reasoning') return { id, type: 'reasoning', summary: [], content, status };
    return { id, type: 'message', role: 'assistant', status, content };
  }

  /** The answer as a message of a chat, for who goes on from it. */
  message(): ChatMessageBody {
    const { text, calls } = this.#answer;
    const called = calls.map(({ id, name, arguments: given }) => ({
      id,
      type: 'function',
      function: { name, arguments: given },
    }));
    return { role: 'assistant', content: text, ...(called.length > 0 ? { tool_calls: called } : {}) };
  }

  response(): object {
    const b = this.#body;
    const isOver = this.status !== 'in_progress';
    const { prompt, numCached, numTokens } = this.call;
    return {
      id: this.id,
      object: 'response',
      created_at: this.#created,
      status: this.status,
      error: this.error,
      incomplete_details: this.status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
      instructions: b.instructions ?? null,
      model: b.model,
      output: isOver && this.status !== 'failed' ? this.items.map((item) => this.item(item, true)) : [],
      tools: b.tools ?? [],
      tool_choice: b.tool_choice ?? 'auto',
      parallel_tool_calls: b.parallel_tool_calls ?? true,
      max_output_tokens: b.max_output_tokens ?? null,
      previous_response_id: b.previous_response_id ?? null,
      temperature: b.temperature ?? null,
      top_p: b.top_p ?? null,
      metadata: b.metadata ?? {},
      reasoning: { effort: b.reasoning?.effort ?? null, summary: null },
      text: { format: b.text?.format ?? { type: 'text' } },
      truncation: b.truncation ?? 'disabled',
      store: b.store ?? true,
      usage: isOver
        ? {
            input_tokens: prompt.length,
            input_tokens_details: { cached_tokens: numCached },
            output_tokens: numTokens,
            output_tokens_details: { reasoning_tokens: this.#answer.numReasoningTokens },
            total_tokens: prompt.length + numTokens,
          }
        : null,
    };
  }
}

/** The events of an answer, in the order that OpenAI's packages want. */
export async function* responseEvents(answer: ResponseAnswer, keep: () => void): AsyncGenerator<object> {
  let number = 0;
  let hasBegun = false;
  let open: Item | undefined;
  const event = (type: string, more: object): object => ({
    type: `response.${type}`,
    sequence_number: number++,
    ...more,
  });
  const placeOf = (item: Item) => ({ item_id: item.id, output_index: answer.items.indexOf(item) });
  const begin = function* (item: Item): Generator<object> {
    open = item;
    const { output_index } = placeOf(item);
    yield event('output_item.added', { output_index, item: answer.item(item, false) });
    if (item.kind !== 'arguments')
      yield event('content_part.added', { ...placeOf(item), content_index: 0, part: answer.part(item, false) });
  };
  const end = function* (item: Item): Generator<object> {
    const place = placeOf(item);
    if (item.kind === 'arguments')
      yield event('function_call_arguments.done', { ...place, name: item.name, arguments: item.text });
    else {
      const at = { ...place, content_index: 0 };
      if (item.kind === 'reasoning') yield event('reasoning_text.done', { ...at, text: item.text });
      else yield event('output_text.done', { ...at, text: item.text, logprobs: answer.logprobs(item.tokens) });
      yield event('content_part.done', { ...at, part: answer.part(item, true) });
    }
    yield event('output_item.done', { output_index: place.output_index, item: answer.item(item, true) });
  };
  const delta = (item: Item, text: string, tokens: readonly WrittenToken[]): object => {
    const place = placeOf(item);
    if (item.kind === 'arguments') return event('function_call_arguments.delta', { ...place, delta: text });
    const at = { ...place, content_index: 0, delta: text };
    return item.kind === 'reasoning'
      ? event('reasoning_text.delta', at)
      : event('output_text.delta', { ...at, logprobs: answer.logprobs(tokens) });
  };
  try {
    for await (const written of answer.call) {
      if (!hasBegun) {
        hasBegun = true;
        yield event('created', { response: answer.response() });
        yield event('in_progress', { response: answer.response() });
      }
      for (const { piece, item, isNew } of answer.add(written)) {
        if (isNew && open) yield* end(open);
        if (isNew) yield* begin(item);
        if (piece.kind !== 'call') yield delta(item, piece.text, written.tokens);
      }
    }
  } catch (error) {
    if (!hasBegun) throw error;
    const { body } = httpErrorOf(error);
    answer.status = 'failed';
    answer.error = { code: 'server_error', message: body.error.message };
    yield event('failed', { response: answer.response() });
    return;
  }
  // An answer of nothing is an empty message.
  if (!open && answer.items.length > 0) yield* begin(answer.items[0]);
  if (open) yield* end(open);
  keep();
  yield event(answer.status === 'incomplete' ? 'incomplete' : 'completed', { response: answer.response() });
}

const errorEvent = ({ error: { code, message, param } }: ErrorBody): object => ({
  type: 'error',
  code,
  message,
  param,
  sequence_number: 0,
});

/** How these events are written. */
export const responseFormat = namedEvents(errorEvent);
