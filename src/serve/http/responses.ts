import type { FastifyReply, FastifyRequest } from 'fastify';
import { UserError } from '../../base/index.ts';
import { type Serving, tellUnknown } from './answer.ts';
import { beginChat } from './chat.ts';
import { wrongField } from './errors.ts';
import { sendEvents } from './events.ts';
import { imagePart } from './image-parts.ts';
import { ResponseAnswer, responseEvents, responseFormat } from './response-answer.ts';
import { anything, fields, flag, integer, type Let, list, oneOf, real, text } from './schema.ts';
import { type ChatBody, type ChatMessageBody, choosing } from './schemas.ts';

/*
 * OpenAI's newer interface: a chat as items, an answer as items, what was said before kept by the server for a while.
 */

const part = fields({ type: text() }, { text: text(), image_url: anything });
const item = fields(
  {},
  {
    type: text(),
    role: text({ maxLength: 64 }),
    content: oneOf(text(), list(part, { maxItems: 4096 })),
    call_id: text(),
    name: text(),
    arguments: text(),
    output: anything,
  },
);
const tool = fields({ type: text() }, { name: text(), description: anything, parameters: anything, strict: anything });

export const responsesBody = fields(
  { model: text({ maxLength: 512 }), input: oneOf(text(), list(item, { minItems: 1, maxItems: 16384 })) },
  {
    instructions: text(),
    tools: list(tool, { maxItems: 1024 }),
    tool_choice: anything,
    parallel_tool_calls: flag,
    max_output_tokens: integer({ minimum: 1 }),
    temperature: real({ minimum: 0, maximum: 2 }),
    top_p: real({ exclusiveMinimum: 0, maximum: 1 }),
    top_logprobs: integer({ minimum: 0, maximum: 20 }),
    text: fields({}, { format: fields({ type: text() }, { schema: anything }), verbosity: anything }),
    reasoning: fields({}, { effort: anything, summary: anything }),
    stream: flag,
    store: flag,
    previous_response_id: text({ maxLength: 128 }),
    include: list(text()),
    metadata: fields({}, {}),
    truncation: text(),
    background: flag,
    conversation: anything,
    prompt: anything,
    prompt_cache_key: text({ maxLength: 256 }),
    safety_identifier: anything,
    service_tier: anything,
    user: anything,
    stream_options: anything,
    ...choosing,
  },
);
export type ResponsesBody = Let<typeof responsesBody>;
type Item = Let<typeof item>;

const MAX_KEPT = 256;
const MAX_CHARACTERS_KEPT = 64_000_000;

interface Kept {
  readonly key: string;
  readonly response: object;
  readonly messages: readonly ChatMessageBody[];
  readonly size: number;
}

/** Answers of the last while, for who goes on from them. Only the key that asked finds them. */
export class KeptResponses {
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  add(id: string, key: string, response: object, messages: readonly ChatMessageBody[]): void {
    const size = JSON.stringify(messages).length;
    this.#kept.set(id, { key, response, messages, size });
    this.#size += size;
    for (const [oldest, { size: own }] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT && this.#size <= MAX_CHARACTERS_KEPT) return;
      this.#kept.delete(oldest);
      this.#size -= own;
    }
  }

  /** Forgets an answer. Throws `serve/response` for what is not kept. */
  delete(id: string, key: string): void {
    this.#size -= this.find(id, key).size;
    this.#kept.delete(id);
  }

  /** Throws `serve/response` for what is not kept. */
  find(id: string, key: string): Kept {
    const found = this.#kept.get(id);
    if (!found || found.key !== key)
      throw new UserError('serve/response', 'there is no such response any more', {
        given: id,
        fields: { param: 'previous_response_id' },
      });
    return found;
  }
}

function textOf(content: Item['content'], param: string): string {
  if (content === undefined || typeof content === 'string') return content ?? '';
  const other = content.find((p) => !['input_text', 'output_text', 'text'].includes(p.type) || p.text === undefined);
  if (other) throw wrongField(param, 'a part is no text', { expected: 'input_text', given: other.type.slice(0, 40) });
  return content.map((p) => p.text).join('\n');
}

/** A text, or parts with images among them as chats have them. */
function contentOf(content: Item['content'], param: string): ChatMessageBody['content'] {
  if (!Array.isArray(content) || !content.some((p) => p.type === 'input_image')) return textOf(content, param);
  return (content as readonly Let<typeof part>[]).map((p) =>
    p.type === 'input_image' ? imagePart(p.image_url, param) : { type: 'text', text: textOf([p], param) },
  );
}

/** What a tool answered: a text, parts of one, or any value. */
function outputOf(output: unknown, param: string): string {
  const isParts = Array.isArray(output) && output.length > 0 && output.every((p) => typeof p?.type === 'string');
  return isParts
    ? textOf(output as Item['content'], param)
    : typeof output === 'string'
      ? output
      : JSON.stringify(output ?? '');
}

function messageOf(it: Item, i: number): ChatMessageBody | undefined {
  const type = it.type ?? 'message';
  if (type === 'message') return { role: it.role ?? 'user', content: contentOf(it.content, `input.${i}`) };
  if (type === 'reasoning') return undefined;
  if (type === 'function_call_output') {
    const content = outputOf(it.output, `input.${i}.output`);
    return { role: 'tool', tool_call_id: it.call_id, content };
  }
  if (type !== 'function_call')
    throw wrongField(`input.${i}`, 'an item is of no known type', { given: type.slice(0, 40) });
  const call = { id: it.call_id ?? '', type: 'function', function: { name: it.name ?? '', arguments: it.arguments } };
  return { role: 'assistant', content: '', tool_calls: [call] };
}

/** Items as messages: calls are those of the message that they follow. */
function messagesOf(input: ResponsesBody['input']): readonly ChatMessageBody[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  const out: ChatMessageBody[] = [];
  for (const m of input.flatMap((it, i) => messageOf(it, i) ?? [])) {
    const last = out[out.length - 1];
    if (m.tool_calls && last?.role === 'assistant')
      out[out.length - 1] = { ...last, tool_calls: [...(last.tool_calls ?? []), ...m.tool_calls] };
    else out.push(m);
  }
  return out;
}

/** What a request asks for and does not get. */
function refuse(body: ResponsesBody): void {
  for (const name of ['conversation', 'prompt'] as const)
    if (body[name] !== undefined)
      throw wrongField(name, `${name} is not served here`, { expected: 'input, perhaps with previous_response_id' });
  if (body.background) throw wrongField('background', 'background is not served here');
  if (body.truncation !== undefined && body.truncation !== 'disabled' && body.truncation !== 'auto')
    throw wrongField('truncation', 'truncation is not what it can be', { expected: 'disabled or auto' });
}

/** Formats are flat here. */
function formatOf(format: NonNullable<ResponsesBody['text']>['format']): ChatBody['response_format'] {
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json_object' };
  if (format.type !== 'json_schema')
    throw wrongField('text.format', 'text.format has a type that there is not', {
      expected: 'text, json_object or json_schema',
      given: format.type.slice(0, 40),
    });
  return { type: 'json_schema', json_schema: { schema: format.schema ?? {} } };
}

const toolsOf = (tools: ResponsesBody['tools']) =>
  tools?.flatMap(({ type, name, description, parameters }) =>
    type === 'function' && name !== undefined ? [{ type, function: { name, description, parameters } }] : [],
  );

/** Names of functions are flat here. */
function choiceOf(choice: ResponsesBody['tool_choice']): ChatBody['tool_choice'] {
  if (choice === undefined || typeof choice === 'string') return choice;
  const { type, name } = choice as { readonly type?: unknown; readonly name?: unknown };
  if (type !== 'function' || typeof name !== 'string')
    throw wrongField('tool_choice', 'tool_choice is not what it can be', {
      expected: 'none, auto, required, or a function with its name',
      given: JSON.stringify(choice).slice(0, 60),
    });
  return { type: 'function', function: { name } };
}

/** `POST /v1/responses` */
export async function answerResponses(
  serving: Serving & { readonly kept: KeptResponses },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const body = request.body as ResponsesBody;
  // Tools that OpenAI runs itself: agents send them along, and do without.
  const others = new Set((body.tools ?? []).flatMap(({ type }) => (type === 'function' ? [] : `tools.${type}`)));
  tellUnknown(reply, body, responsesBody, [...others]);
  refuse(body);
  const { kept } = serving;
  const before =
    body.previous_response_id === undefined ? [] : kept.find(body.previous_response_id, request.keyName).messages;
  // What the system is told is of this request, not of those before.
  const said = [...before, ...messagesOf(body.input)];
  const system = body.instructions === undefined ? [] : [{ role: 'system', content: body.instructions }];
  const effort = body.reasoning?.effort;
  const wantsLogprobs = body.include?.includes('message.output_text.logprobs') ?? false;
  const tools = toolsOf(body.tools);
  const given = {
    temperature: body.temperature,
    top_p: body.top_p,
    max_completion_tokens: body.max_output_tokens,
    prompt_cache_key: body.prompt_cache_key,
    response_format: formatOf(body.text?.format),
    guidance_scale: body.guidance_scale,
    negative_prompt: body.negative_prompt,
    controlled: body.controlled,
    tools: tools && tools.length > 0 ? tools : undefined,
    tool_choice: choiceOf(body.tool_choice),
    parallel_tool_calls: body.parallel_tool_calls,
    reasoning_effort: typeof effort === 'string' ? effort : undefined,
    ...(wantsLogprobs ? { logprobs: true, top_logprobs: body.top_logprobs ?? 0 } : {}),
  };
  const { model, call, plan } = await beginChat(serving, request, reply, {
    model: body.model,
    messages: [...system, ...said],
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  const names = wantsLogprobs ? { tokenizer: model.tokenizer, asIds: false } : undefined;
  const answer = new ResponseAnswer(body, call, plan, names);
  const keep = (): void => {
    if (body.store === false) return;
    kept.add(answer.id, request.keyName, answer.response(), [...said, answer.message()]);
  };
  if (body.stream)
    return reply.send(await sendEvents(reply, responseEvents(answer, keep), serving.times, responseFormat));
  for await (const event of call) answer.add(event);
  keep();
  return answer.response();
}
