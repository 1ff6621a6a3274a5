import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Generation } from '../engine/index.ts';
import { newAnswer, type Serving, tellUnknown } from './answer.ts';
import { beginChat } from './chat.ts';
import { AnswerInProgress, type AnswerPiece, wholeAnswers } from './chat-answer.ts';
import type { ChatPlan } from './chat-plan.ts';
import { type ErrorBody, wrongField } from './errors.ts';
import { namedEvents, sendEvents } from './events.ts';
import { imagePart } from './image-parts.ts';
import { encodeMessages } from './prompts.ts';
import { anything, fields, flag, integer, type Let, list, oneOf, real, text } from './schema.ts';
import { type ChatBody, type ChatMessageBody, type ChatPart, choosing } from './schemas.ts';

/*
 * Anthropic's interface: the same chats under other names.
 */

const part = fields({ type: text() }, { text: text() });
const block = fields(
  { type: text() },
  {
    text: text(),
    id: text(),
    name: text(),
    input: anything,
    tool_use_id: text(),
    content: oneOf(text(), list(part, { maxItems: 4096 })),
    thinking: text(),
    source: fields({ type: text() }, { media_type: text({ maxLength: 128 }), data: text() }),
  },
);
const content = oneOf(text(), list(block, { maxItems: 4096 }));
const chat = {
  required: {
    model: text({ maxLength: 512 }),
    messages: list(fields({ role: text({ maxLength: 64 }), content }, {}), { minItems: 1, maxItems: 16384 }),
  },
  optional: {
    system: content,
    tools: list(fields({ name: text() }, { description: text(), input_schema: anything }), { maxItems: 1024 }),
    tool_choice: fields({ type: text() }, { name: text(), disable_parallel_tool_use: flag }),
    thinking: fields({ type: text() }, {}),
    output_config: fields({}, { format: fields({ type: text() }, { schema: anything }), effort: anything }),
  },
} as const;

export const messagesBody = fields(
  { ...chat.required, max_tokens: integer({ minimum: 1 }) },
  {
    ...chat.optional,
    stop_sequences: list(text({ minLength: 1, maxLength: 1024 }), { maxItems: 16 }),
    temperature: real({ minimum: 0, maximum: 2 }),
    top_p: real({ exclusiveMinimum: 0, maximum: 1 }),
    top_k: integer({ minimum: 0 }),
    metadata: fields({}, { user_id: text({ maxLength: 256 }) }),
    stream: flag,
    service_tier: anything,
    ...choosing,
  },
);
export const countBody = fields(chat.required, chat.optional);
type MessagesBody = Let<typeof messagesBody>;
type Block = Let<typeof block>;

/** A line that some agents put into what they say of the system, another one each time: with it no prompt begins as one before. */
const BILLING = /^x-anthropic-billing-header/;

const blocksOf = (given: string | readonly Block[]): readonly Block[] =>
  typeof given === 'string' ? [{ type: 'text', text: given }] : given;

function plainText(blocks: readonly Let<typeof part>[], param: string): string {
  const other = blocks.find((b) => b.type !== 'text' || b.text === undefined);
  if (other) throw wrongField(param, 'a part is no text', { expected: 'text', given: other.type.slice(0, 40) });
  return blocks.map((b) => b.text).join('\n');
}

/** A text or an image as chats have them. */
function partOf(b: Block, param: string): ChatPart {
  if (b.type !== 'image') return { type: 'text', text: plainText([b], param) };
  const { type, media_type: mediaType, data } = b.source ?? {};
  if (type !== 'base64')
    throw wrongField(param, 'an image does not come as data: nothing is fetched here', {
      expected: 'base64',
      given: type,
    });
  return imagePart(data === undefined ? undefined : `data:${mediaType};base64,${data}`, param);
}

/** A turn as messages of a chat: what tools answered comes before what the user says. */
function turnOf(role: string, blocks: readonly Block[], param: string): ChatMessageBody[] {
  const ofType = (type: string): readonly Block[] => blocks.filter((b) => b.type === type);
  const results = ofType('tool_result').map((b) => ({
    role: 'tool',
    tool_call_id: b.tool_use_id,
    content: typeof b.content === 'string' ? b.content : plainText(b.content ?? [], param),
  }));
  const calls = ofType('tool_use').map((b) => ({
    id: b.id ?? '',
    type: 'function',
    function: { name: b.name ?? '', arguments: b.input },
  }));
  const [thought] = ofType('thinking');
  const said = blocks.filter((b) => !['tool_result', 'tool_use', 'thinking', 'redacted_thinking'].includes(b.type));
  if (said.length === 0 && calls.length === 0 && results.length > 0) return results;
  const own = {
    role,
    content: said.some((b) => b.type === 'image') ? said.map((b) => partOf(b, param)) : plainText(said, param),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(thought ? { reasoning_content: thought.thinking } : {}),
  };
  return [...results, own];
}

const choices: Readonly<Record<string, string>> = { auto: 'auto', any: 'required', none: 'none' };

/** Which tools may be called, as chats say it. */
function choiceOf(body: Let<typeof countBody>): Pick<ChatBody, 'tool_choice' | 'parallel_tool_calls'> {
  const choice = body.tool_choice;
  if (!choice) return {};
  const { type, name, disable_parallel_tool_use: isSingle } = choice;
  const single = isSingle ? { parallel_tool_calls: false } : {};
  if (type === 'tool' && name !== undefined)
    return { tool_choice: { type: 'function', function: { name } }, ...single };
  if (!Object.hasOwn(choices, type))
    throw wrongField('tool_choice', 'tool_choice is not what it can be', {
      expected: 'auto, any, none, or tool with a name',
      given: type.slice(0, 40),
    });
  return { tool_choice: choices[type], ...single };
}

type MessagesChat = Pick<
  ChatBody,
  'model' | 'messages' | 'tools' | 'tool_choice' | 'parallel_tool_calls' | 'reasoning_effort'
>;

/** The chat that a request describes; turns of one side after each other are one. */
function chatOf(body: Let<typeof countBody>): MessagesChat {
  const turns: { readonly role: string; readonly blocks: Block[] }[] = [];
  for (const m of body.messages) {
    const last = turns[turns.length - 1];
    if (m.role !== 'user' && m.role !== 'assistant')
      throw wrongField('messages', 'a message has a role that there is not', {
        expected: 'user or assistant',
        given: m.role,
      });
    if (last?.role === m.role) last.blocks.push(...blocksOf(m.content));
    else turns.push({ role: m.role, blocks: [...blocksOf(m.content)] });
  }
  const system = blocksOf(body.system ?? []).filter((b) => !BILLING.test(b.text ?? ''));
  return {
    model: body.model,
    messages: [
      ...(system.length > 0 ? [{ role: 'system', content: plainText(system, 'system') }] : []),
      ...turns.flatMap(({ role, blocks }, i) => turnOf(role, blocks, `messages.${i}`)),
    ],
    ...choiceOf(body),
    ...(body.tools
      ? {
          tools: body.tools.map(({ name, description, input_schema: parameters }) => ({
            type: 'function',
            function: { name, description, parameters },
          })),
        }
      : {}),
    ...(body.thinking ? { reasoning_effort: body.thinking.type === 'disabled' ? 'none' : 'high' } : {}),
  };
}

/** Formats of answers are flat here. */
function formatOf({ output_config: config }: MessagesBody): ChatBody['response_format'] {
  const format = config?.format;
  if (!format) return undefined;
  if (format.type !== 'json_schema')
    throw wrongField('output_config.format', 'output_config.format has a type that there is not', {
      expected: 'json_schema',
      given: format.type.slice(0, 40),
    });
  return { type: 'json_schema', json_schema: { schema: format.schema ?? {} } };
}

/** `POST /v1/messages/count_tokens` */
export async function countMessages(serving: Serving, request: FastifyRequest): Promise<unknown> {
  const body = request.body as Let<typeof countBody>;
  return { input_tokens: (await encodeMessages(serving.model, chatOf(body), { counts: true })).ids.length };
}

/** `POST /v1/messages` */
export async function answerMessages(serving: Serving, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const body = request.body as MessagesBody;
  tellUnknown(reply, body, messagesBody);
  const { temperature, top_p, top_k, stop_sequences: stop, max_tokens, metadata } = body;
  const { guidance_scale, negative_prompt, controlled } = body;
  const chosen = { temperature, top_p, top_k, guidance_scale, negative_prompt, controlled };
  const given = { ...chosen, stop, session_id: metadata?.user_id, response_format: formatOf(body) };
  const { call, plan } = await beginChat(serving, request, reply, {
    ...chatOf(body),
    max_tokens,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  const head = { id: newAnswer('msg').id.replace('-', '_'), type: 'message', role: 'assistant', model: body.model };
  if (body.stream) return reply.send(await sendEvents(reply, events(head, call, plan), serving.times, messagesFormat));
  const [answer] = await wholeAnswers(call, plan, 1);
  return { ...head, content: contentOf(answer), ...stopOf(answer), usage: usageOf(call) };
}

/** An answer as blocks: what it thought, what it says, what it calls. */
function contentOf({ reasoning, text: said, calls }: AnswerInProgress): readonly object[] {
  return [
    ...(reasoning === '' ? [] : [{ type: 'thinking', thinking: reasoning, signature: '' }]),
    ...(said === '' && calls.length > 0 ? [] : [{ type: 'text', text: said }]),
    ...calls.map(({ id, name, arguments: given }) => ({ type: 'tool_use', id, name, input: objectIn(given) })),
  ];
}

/** What a call is given; an object, also where the tokens have ended before it was whole. */
function objectIn(given: string): object {
  try {
    const value: unknown = JSON.parse(given);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

function stopOf({ finish, stop, calls }: AnswerInProgress): object {
  const isCut = typeof stop === 'string';
  const reason =
    finish === 'length' ? 'max_tokens' : isCut ? 'stop_sequence' : calls.length > 0 ? 'tool_use' : 'end_turn';
  return { stop_reason: reason, stop_sequence: isCut ? stop : null };
}

const usageOf = ({ prompt, numCached, numTokens }: Generation): object => ({
  input_tokens: prompt.length - numCached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: numCached,
  output_tokens: numTokens,
});

const blockOf = (piece: AnswerPiece): object => {
  if (piece.kind === 'call') return { type: 'tool_use', id: piece.id, name: piece.name, input: {} };
  return piece.kind === 'reasoning' ? { type: 'thinking', thinking: '', signature: '' } : { type: 'text', text: '' };
};

function deltaOf(piece: Exclude<AnswerPiece, { readonly kind: 'call' }>): object {
  if (piece.kind === 'arguments') return { type: 'input_json_delta', partial_json: piece.text };
  return piece.kind === 'reasoning'
    ? { type: 'thinking_delta', thinking: piece.text }
    : { type: 'text_delta', text: piece.text };
}

async function* events(head: object, call: Generation, plan: ChatPlan): AsyncGenerator<object> {
  const answer = new AnswerInProgress(plan);
  let hasBegun = false;
  // The block that is open: of what kind, and the so many-th.
  let open: AnswerPiece['kind'] | undefined;
  let index = -1;
  const begin = function* (piece: AnswerPiece): Generator<object> {
    if (open !== undefined) yield { type: 'content_block_stop', index };
    index++;
    open = piece.kind === 'call' ? 'arguments' : piece.kind;
    yield { type: 'content_block_start', index, content_block: blockOf(piece) };
  };
  for await (const event of call) {
    if (!hasBegun) {
      const message = { ...head, content: [], stop_reason: null, stop_sequence: null };
      yield { type: 'message_start', message: { ...message, usage: { ...usageOf(call), output_tokens: 0 } } };
      hasBegun = true;
    }
    for (const piece of answer.add(event)) {
      if (piece.kind === 'call' || piece.kind !== open) yield* begin(piece);
      if (piece.kind !== 'call') yield { type: 'content_block_delta', index, delta: deltaOf(piece) };
    }
    if (!answer.finish) continue;
    // A message has a block, though there may be nothing in it.
    if (open === undefined) yield* begin({ kind: 'text', text: '' });
    yield { type: 'content_block_stop', index };
    yield { type: 'message_delta', delta: stopOf(answer), usage: usageOf(call) };
    yield { type: 'message_stop' };
  }
}

const names: Readonly<Record<string, string>> = { server_error: 'api_error', unavailable_error: 'overloaded_error' };

/** An error as Anthropic's packages read it. */
export function messagesError({ error }: ErrorBody): object {
  return { type: 'error', error: { type: names[error.type] ?? error.type, message: error.message } };
}

export const messagesFormat = namedEvents(messagesError);
