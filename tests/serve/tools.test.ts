import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChatTemplate } from '../../src/data/index.ts';
import { type FakeServer, startServer, TEMPLATE } from './fake-server.ts';
import { ScriptedDecoder } from './scripted-decoder.ts';

/* Calls of tools and reasoning, of a model that writes what it is told, through the packages of those who call. */

const decoder = new ScriptedDecoder();
let s: FakeServer;
let client: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  const template = new ChatTemplate(`${TEMPLATE}{# tools <tool_call> <think> </think> #}`);
  s = await startServer({}, {}, { open: async () => decoder }, { template });
  client = new OpenAI({ baseURL: `${s.url}/v1`, apiKey: 'none', maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: s.url, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => s.close());

const model = 'fake';
const messages = [{ role: 'user' as const, content: 'hello' }];
const schema = {
  type: 'object',
  properties: { city: { type: 'string', maxLength: 12 }, days: { type: 'integer', minimum: 1, maximum: 9 } },
  required: ['city', 'days'],
  additionalProperties: false,
} as const;
const tool = (name: string): OpenAI.ChatCompletionFunctionTool => ({
  type: 'function',
  function: { name, description: 'about the weather', parameters: schema },
});
const tools = [tool('weather'), tool('tides')];
const call = (name: string, city: string): string =>
  `<tool_call>\n{"name": "${name}", "arguments": {"city": "${city}", "days": 3}}\n</tool_call>`;
const write = (text: string): void => {
  decoder.script = [...s.tokenizer.encode(text), 0];
};
const TWO = `<think>\nHow?\n</think>\n\nI look.\n${call('weather', 'Oslo')}\n${call('tides', 'Rome')}`;

describe('chats', () => {
  const ask = (more: object = {}): Promise<OpenAI.ChatCompletion> =>
    client.chat.completions.create({ model, messages, tools, max_tokens: 600, ...more });

  test('text, reasoning and two calls', async () => {
    write(TWO);
    const { choices, usage } = await ask();
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'I look.',
        reasoning_content: 'How?',
        tool_calls: [
          { type: 'function', function: { name: 'weather', arguments: '{"city": "Oslo", "days": 3}' } },
          { type: 'function', function: { name: 'tides', arguments: '{"city": "Rome", "days": 3}' } },
        ],
      },
    });
    expect(new Set(choices[0].message.tool_calls!.map((c) => c.id)).size).toBe(2);
    expect(usage!.completion_tokens_details!.reasoning_tokens).toBeGreaterThan(3);
    const one = await ask({ parallel_tool_calls: false });
    expect(one.choices[0].message.tool_calls).toHaveLength(1);
    write(call('weather', 'Oslo'));
    expect((await ask()).choices[0].message.content).toBe(null);
    expect((await ask({ stop: '}\n' })).choices[0].finish_reason).toBe('tool_calls');
    // Half a call is not to be made.
    expect((await ask({ stop: '", "days' })).choices[0].finish_reason).toBe('stop');
    const none = await ask({ tool_choice: 'none' });
    expect(none.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: call('weather', 'Oslo') } });
    expect(none.choices[0].message.tool_calls).toBe(undefined);
  });

  test('a stream, as the package puts it together', async () => {
    write(TWO);
    const stream = client.chat.completions.stream({ model, messages, tools, max_tokens: 600 });
    const deltas: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall[] = [];
    let reasoning = '';
    for await (const chunk of stream) {
      deltas.push(...(chunk.choices[0].delta.tool_calls ?? []));
      reasoning += (chunk.choices[0].delta as { reasoning_content?: string }).reasoning_content ?? '';
    }
    expect(deltas.filter((d) => d.id !== undefined)).toMatchObject([
      { index: 0, type: 'function', function: { name: 'weather', arguments: '' } },
      { index: 1, type: 'function', function: { name: 'tides', arguments: '' } },
    ]);
    // Arguments come as they are written.
    expect(deltas.filter((d) => d.index === 0).length).toBeGreaterThan(10);
    expect(reasoning).toBe('How?');
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0].message.content).toBe('I look.');
    expect(choices[0].finish_reason).toBe('tool_calls');
    expect(
      choices[0].message.tool_calls!.map((c) => c.type === 'function' && JSON.parse(c.function.arguments)),
    ).toEqual([
      { city: 'Oslo', days: 3 },
      { city: 'Rome', days: 3 },
    ]);
  });

  test('calls that are forced have the form that they must have, whatever the model would write', async () => {
    write('<tool, never!');
    const { choices } = await ask({ tool_choice: 'required', parallel_tool_calls: false });
    expect(choices[0].finish_reason).toBe('tool_calls');
    expect(['weather', 'tides']).toContain(
      (choices[0].message.tool_calls![0] as OpenAI.ChatCompletionMessageFunctionToolCall).function.name,
    );
    const named = await ask({ tool_choice: { type: 'function', function: { name: 'tides' } } });
    const [only] = named.choices[0].message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[];
    expect(only.function.name).toBe('tides');
    const given = JSON.parse(only.function.arguments);
    expect(Object.keys(given)).toEqual(['city', 'days']);
    expect(given.days).toBeGreaterThan(0);
    expect(named.choices[0].finish_reason).toBe('stop');
  });

  test('thinking comes before a text that has to fit', async () => {
    write('<think>so or so</think>\nno, sorry');
    const { choices } = await ask({
      tools: undefined,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
    });
    expect(choices[0].message).toMatchObject({ reasoning_content: 'so or so' });
    expect(Object.keys(JSON.parse(choices[0].message.content!))).toEqual(['city', 'days']);
  });

  test('what looks like a call and is none is text', async () => {
    const text = 'see <tool_call> here, and <tool_call>{"a": 1}</tool_call>';
    write(text);
    expect((await ask()).choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: text } });
  });

  test('mistakes', async () => {
    const wrong: readonly (readonly [object, string])[] = [
      [{ tool_choice: { type: 'function', function: { name: 'none' } } }, 'tool_choice'],
      [{ tool_choice: 'perhaps' }, 'tool_choice'],
      [{ tools: [], tool_choice: 'required' }, 'tool_choice'],
      [{ tools: [tool('a'), tool('a')] }, 'tools'],
      [{ tools: [tool('a b')] }, 'tools.0.function.name'],
      [
        { tools: [{ type: 'function', function: { name: 'f', parameters: { not: {} } } }], tool_choice: 'required' },
        'tools',
      ],
    ];
    for (const [more, param] of wrong)
      await expect(ask(more), JSON.stringify(more)).rejects.toMatchObject({ status: 400, param });
  });
});

describe('messages', () => {
  const own: Anthropic.Tool[] = [{ name: 'weather', input_schema: schema as unknown as Anthropic.Tool.InputSchema }];
  test('whole and streamed', async () => {
    write(`<think>hm</think>ok\n${call('weather', 'Oslo')}`);
    const params = { model, max_tokens: 400, messages, tools: own };
    const answer = await anthropic.messages.create(params);
    expect(answer).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'ok' },
        { type: 'tool_use', name: 'weather', input: { city: 'Oslo', days: 3 } },
      ],
    });
    const stream = anthropic.messages.stream(params);
    const pieces: string[] = [];
    stream.on('inputJson', (piece) => pieces.push(piece));
    const whole = await stream.finalMessage();
    const withoutIds = (content: Anthropic.ContentBlock[]): unknown[] => content.map((b) => ({ ...b, id: '' }));
    expect(withoutIds(whole.content)).toEqual(withoutIds(answer.content));
    expect(pieces.join('')).toBe('{"city": "Oslo", "days": 3}');
    expect(whole.stop_reason).toBe('tool_use');
  });

  test('forced', async () => {
    write('<tool, never');
    for (const tool_choice of [
      { type: 'any' },
      { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
    ] as const) {
      const { content } = await anthropic.messages.create({
        model,
        max_tokens: 400,
        messages,
        tools: own,
        tool_choice: { ...tool_choice, disable_parallel_tool_use: true },
      });
      expect(content).toMatchObject([{ type: 'tool_use', name: 'weather' }]);
    }
  });
});

describe('responses', () => {
  const own = tools.map(({ function: f }) => ({ type: 'function' as const, ...f, parameters: schema, strict: true }));
  test('whole and streamed, and an answer to the call', async () => {
    write(TWO);
    const params = { model, input: 'hello', tools: own, max_output_tokens: 600 };
    const answer = await client.responses.create(params);
    expect(answer).toMatchObject({
      status: 'completed',
      output_text: 'I look.',
      output: [
        { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'How?' }] },
        { type: 'message' },
        { type: 'function_call', name: 'weather', arguments: '{"city": "Oslo", "days": 3}', status: 'completed' },
        { type: 'function_call', name: 'tides' },
      ],
    });
    const stream = client.responses.stream(params);
    const types = new Set<string>();
    for await (const event of stream) types.add(event.type);
    const whole = await stream.finalResponse();
    expect(whole.output.map((o) => o.type)).toEqual(answer.output.map((o) => o.type));
    for (const type of [
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'reasoning_text.delta',
      'completed',
    ])
      expect(types).toContain(`response.${type}`);
    write('It rains.');
    const [, , first] = answer.output as OpenAI.Responses.ResponseFunctionToolCall[];
    const next = await client.responses.create({
      ...params,
      previous_response_id: answer.id,
      input: [{ type: 'function_call_output', call_id: first.call_id, output: '4 degrees' }],
    });
    expect(next.output_text).toBe('It rains.');
  });

  test('forced', async () => {
    write('<tool, never');
    const { output } = await client.responses.create({
      model,
      input: 'x',
      tools: own,
      tool_choice: { type: 'function', name: 'tides' },
      max_output_tokens: 300,
    });
    expect(output).toMatchObject([{ type: 'function_call', name: 'tides' }]);
  });
});
