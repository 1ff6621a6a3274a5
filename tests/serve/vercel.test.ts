import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ChatTemplate } from '../../src/data/index.ts';
import { type FakeServer, startServer, TEMPLATE } from './fake-server.ts';
import { ScriptedDecoder } from './scripted-decoder.ts';

/* Vercel's `ai` package with its provider for whatever speaks OpenAI's interface. */

const decoder = new ScriptedDecoder();
let s: FakeServer;
let model: ReturnType<ReturnType<typeof createOpenAICompatible>>;
beforeAll(async () => {
  const template = new ChatTemplate(`${TEMPLATE}{# tools <tool_call> <think> </think> #}`);
  s = await startServer({}, {}, { open: async () => decoder }, { template });
  model = createOpenAICompatible({ name: 'espalier', baseURL: `${s.url}/v1`, supportsStructuredOutputs: true })('fake');
});
afterAll(() => s.close());

const write = (text: string): void => {
  decoder.script = [...s.tokenizer.encode(text), 0];
};
const weather = tool({
  description: 'the weather',
  inputSchema: z.object({ city: z.string().max(8) }),
  execute: async ({ city }) => `rain in ${city}`,
});
const CALL =
  '<think>Where?</think>I look.\n<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>';

test('chats, whole and streamed', async () => {
  write('<think>hm</think>Good day.');
  const whole = await generateText({ model, prompt: 'hello', maxOutputTokens: 100 });
  expect([whole.text, whole.reasoningText, whole.finishReason]).toEqual(['Good day.', 'hm', 'stop']);
  expect(whole.usage.outputTokens).toBe(27);
  const stream = streamText({ model, prompt: 'hello', maxOutputTokens: 100 });
  let text = '';
  for await (const piece of stream.textStream) text += piece;
  expect([text, await stream.reasoningText]).toEqual(['Good day.', 'hm']);
});

test('tools, whole and streamed, forced and followed by a second step', async () => {
  write(CALL);
  const common = { model, prompt: 'hello', tools: { weather }, maxOutputTokens: 200 };
  const whole = await generateText(common);
  expect(whole.finishReason).toBe('tool-calls');
  expect(whole.toolCalls).toMatchObject([{ toolName: 'weather', input: { city: 'Oslo' } }]);
  expect(whole.toolResults).toMatchObject([{ output: 'rain in Oslo' }]);
  const stream = streamText(common);
  const types = new Set<string>();
  for await (const part of stream.fullStream) types.add(part.type);
  for (const type of [
    'reasoning-delta',
    'text-delta',
    'tool-input-start',
    'tool-input-delta',
    'tool-call',
    'tool-result',
  ])
    expect(types).toContain(type);
  expect(await stream.toolCalls).toMatchObject([{ toolName: 'weather', input: { city: 'Oslo' } }]);
  const steps = await generateText({
    ...common,
    stopWhen: stepCountIs(2),
    onStepFinish: () => write('It rains.'),
  });
  expect(steps.text).toBe('It rains.');
  expect(steps.steps).toHaveLength(2);
  write('<tool, never');
  const forced = await generateText({ ...common, toolChoice: { type: 'tool', toolName: 'weather' } });
  expect(forced.toolCalls).toMatchObject([{ toolName: 'weather' }]);
});

test('texts that have to fit', async () => {
  write('{never');
  const schema = z.object({
    kind: z.enum(['cat', 'dog']),
    legs: z.number().int().min(2).max(4),
    names: z.array(z.string().max(3)).max(2),
  });
  const { output } = await generateText({
    model,
    prompt: 'hello',
    output: Output.object({ schema }),
    maxOutputTokens: 200,
  });
  expect(schema.parse(output)).toEqual(output);
  const stream = streamText({ model, prompt: 'hello', output: Output.object({ schema }), maxOutputTokens: 200 });
  let last: unknown;
  for await (const partial of stream.partialOutputStream) last = partial;
  expect(last).toEqual(output);
});
