import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, startServer, written } from './fake-server.ts';

/* Responses and messages, through the packages that speak them. */

let s: FakeServer;
let failsAt = 0;
beforeAll(async () => {
  const onStep = (): void => {
    if (--failsAt === 0) throw new Error('broken');
  };
  s = await startServer({ onStep }, { apiKeys: ['key-of-one', 'key-of-two'] });
});
afterAll(() => s.close());

const model = 'fake';
const expected = (text: string, n: number): string => written(s.tokenizer, text, n).text;

describe('responses', () => {
  test('tools that the server does not run are named', async () => {
    const body = {
      model: 'fake',
      input: 'hello',
      max_output_tokens: 4,
      tools: [{ type: 'web_search' }, { type: 'function', name: 'f' }],
    };
    const headers = { 'content-type': 'application/json', authorization: 'Bearer key-of-one' };
    const response = await fetch(`${s.url}/v1/responses`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect([response.status, response.headers.get('x-ignored-fields')]).toEqual([200, 'tools.web_search']);
    await response.text();
  });

  test('models are told as Anthropic tells of them to those who ask so', async () => {
    const headers = { 'anthropic-version': '2023-06-01', 'x-api-key': 'key-of-one' };
    const list = await (await fetch(`${s.url}/v1/models`, { headers })).json();
    expect(list).toMatchObject({
      data: [{ type: 'model', id: 'fake' }, { id: 'fake-adapter' }],
      has_more: false,
      first_id: 'fake',
    });
    expect(await (await fetch(`${s.url}/v1/models/fake`, { headers })).json()).toMatchObject({
      type: 'model',
      display_name: 'fake',
    });
  });

  const open = (apiKey: string): OpenAI => new OpenAI({ baseURL: `${s.url}/v1`, apiKey, maxRetries: 0 });
  let client: OpenAI;
  beforeAll(() => {
    client = open('key-of-one');
  });

  test('a whole answer, and what goes on from it', async () => {
    const first = await client.responses.create({
      model,
      instructions: 'be kind',
      input: 'hello',
      max_output_tokens: 8,
      temperature: 0,
    });
    const text = expected('<system>be kind<user>hello<assistant>', 8);
    expect(first).toMatchObject({ object: 'response', status: 'incomplete', output_text: text });
    expect(first.incomplete_details).toEqual({ reason: 'max_output_tokens' });
    expect(first.usage).toMatchObject({ input_tokens: 37, output_tokens: 8, total_tokens: 45 });
    const next = {
      model,
      input: 'more',
      max_output_tokens: 5,
      temperature: 0,
      previous_response_id: first.id,
    } as const;
    const second = await client.responses.create(next);
    expect(second.output_text).toBe(expected(`<user>hello<assistant>${text}<user>more<assistant>`, 5));
    expect(await client.responses.retrieve(first.id)).toMatchObject({ id: first.id });
    // Nobody else's.
    await expect(open('key-of-two').responses.create(next)).rejects.toMatchObject({ status: 404 });
    await expect(open('key-of-two').responses.delete(first.id)).rejects.toMatchObject({ status: 404 });
    await client.responses.delete(first.id);
    await expect(client.responses.create(next)).rejects.toMatchObject({ status: 404 });
    // Silence would be taken for an answer to what was said before.
    const elsewhere = { model, input: 'x', conversation: 'conv_1' };
    await expect(client.responses.create(elsewhere)).rejects.toMatchObject({ status: 400, param: 'conversation' });
    const unkept = await client.responses.create({ model, input: 'x', max_output_tokens: 1, store: false });
    await expect(client.responses.retrieve(unkept.id)).rejects.toMatchObject({ status: 404 });
  });

  test('a stream of events, as the package puts them together', async () => {
    const input: OpenAI.Responses.ResponseInput = [
      { role: 'user', content: [{ type: 'input_text', text: 'call it' }] },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: '42' },
    ];
    const stream = client.responses.stream({ model, input, max_output_tokens: 9, temperature: 0 });
    const types: string[] = [];
    let text = '';
    for await (const event of stream) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === 'response.output_text.delta') text += event.delta;
    }
    const whole = await stream.finalResponse();
    expect(text).toBe(expected('<user>call it<assistant><tool>42<assistant>', 9));
    expect(whole.output_text).toBe(text);
    expect(types).toEqual(
      [
        ...['created', 'in_progress', 'output_item.added', 'content_part.added', 'output_text.delta'],
        ...['output_text.done', 'content_part.done', 'output_item.done', 'incomplete'],
      ].map((t) => `response.${t}`),
    );
  });

  test('mistakes', async () => {
    const ask = (more: object): Promise<unknown> => client.responses.create({ model, input: 'x', ...more });
    await expect(ask({ text: { format: { type: 'xml' } } })).rejects.toMatchObject({ status: 400 });
    await expect(ask({ background: true })).rejects.toMatchObject({ status: 400, param: 'background' });
    await expect(ask({ tool_choice: 'required' })).rejects.toMatchObject({ status: 400 });
    await expect(ask({ input: [{ type: 'item_reference', id: 'x' }] })).rejects.toMatchObject({ status: 400 });
    failsAt = 4;
    const types: string[] = [];
    for await (const event of await client.responses.create({ model, input: 'x', max_output_tokens: 20, stream: true }))
      types.push(event.type);
    expect(types.at(-1)).toBe('response.failed');
  });
});

describe('messages', () => {
  let client: Anthropic;
  beforeAll(() => {
    client = new Anthropic({ baseURL: s.url, apiKey: 'key-of-two', maxRetries: 0 });
  });
  const messages: Anthropic.MessageParam[] = [
    { role: 'user', content: 'one' },
    { role: 'user', content: [{ type: 'text', text: 'two' }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'so?' },
        { type: 'tool_result', tool_use_id: 't', content: '42' },
      ],
    },
  ];
  // Newer versions of the package have no type for it.
  const greedy: object = { temperature: 0 };
  const system: Anthropic.TextBlockParam[] = [
    { type: 'text', text: 'x-anthropic-billing-header: cch=123' },
    { type: 'text', text: 'be kind' },
  ];
  const chat = '<system>be kind<user>one\ntwo<assistant><tool>42<user>so?<assistant>';

  test('a whole answer', async () => {
    const answer = await client.messages.create({ model, messages, system, max_tokens: 8, ...greedy });
    const text = expected(chat, 8);
    expect(answer).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text }],
      stop_reason: 'max_tokens',
      usage: { input_tokens: chat.length, output_tokens: 8 },
    });
    const stop = text.slice(3, 5);
    const cut = await client.messages.create({
      model,
      messages,
      system,
      max_tokens: 8,
      ...greedy,
      stop_sequences: [stop],
    });
    expect(cut).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: stop });
    expect(cut.usage.cache_read_input_tokens).toBeGreaterThan(40);
    expect(await client.messages.countTokens({ model, messages, system })).toEqual({ input_tokens: chat.length });
  });

  test('a stream of events, as the package puts them together', async () => {
    const stream = client.messages.stream({ model, messages, system, max_tokens: 12, ...greedy });
    let text = '';
    stream.on('text', (piece) => {
      text += piece;
    });
    const whole = await stream.finalMessage();
    expect(text).toBe(expected(chat, 12));
    expect(whole).toMatchObject({ content: [{ type: 'text', text }], stop_reason: 'max_tokens' });
    expect(whole.usage.output_tokens).toBe(12);
  });

  test('mistakes', async () => {
    const ask = (more: object): Promise<unknown> => client.messages.create({ model, messages, max_tokens: 4, ...more });
    const type = (status: number, name: string): object => ({
      status,
      error: { type: 'error', error: { type: name } },
    });
    await expect(ask({ model: 'none' })).rejects.toMatchObject(type(404, 'not_found_error'));
    await expect(ask({ max_tokens: 0 })).rejects.toMatchObject(type(400, 'invalid_request_error'));
    await expect(ask({ messages: [{ role: 'system', content: 'x' }] })).rejects.toMatchObject({ status: 400 });
    await expect(
      ask({ messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'x' } }] }] }),
    ).rejects.toMatchObject({ status: 400 });
    const stranger = new Anthropic({ baseURL: s.url, apiKey: 'key-of-three', maxRetries: 0 });
    await expect(stranger.messages.create({ model, messages, max_tokens: 4 })).rejects.toMatchObject(
      type(401, 'authentication_error'),
    );
    failsAt = 4;
    const stream = client.messages.stream({ model, messages, max_tokens: 20, ...greedy });
    await expect(stream.finalMessage()).rejects.toMatchObject({ error: { error: { type: 'api_error' } } });
  });
});
