import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeLogprob } from './fake-decoder.ts';
import { type FakeServer, startServer, written } from './fake-server.ts';

/* The `openai` package against the server, of a model whose texts can be computed beforehand. */

let s: FakeServer;
let client: OpenAI;
beforeAll(async () => {
  s = await startServer();
  client = new OpenAI({ baseURL: `${s.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => s.close());

const model = 'fake';
const messages: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'developer', content: 'be short' },
  { role: 'user', content: [{ type: 'text', text: 'hello' }] },
];
const chatText = '<system>be short<user>hello<assistant>';
const expected = (text: string, n: number): ReturnType<typeof written> => written(s.tokenizer, text, n);

describe('chats', () => {
  test('a whole answer', async () => {
    const { text } = expected(chatText, 12);
    const answer = await client.chat.completions.create({ model, messages, max_completion_tokens: 12, temperature: 0 });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, finish_reason: 'length' }],
      usage: { prompt_tokens: chatText.length, completion_tokens: 12, total_tokens: chatText.length + 12 },
    });
    expect(answer.id).toMatch(/^chatcmpl-/);
    const again = await client.chat.completions.create({ model, messages, max_tokens: 12, temperature: 0 });
    expect(again.usage!.prompt_tokens_details!.cached_tokens).toBe(36);
    expect(again.choices[0].message.content).toBe(text);
  });

  test('a stream, with its usage', async () => {
    const stream = client.chat.completions.stream({
      model,
      messages,
      max_tokens: 20,
      temperature: 0,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    stream.on('content', (delta) => pieces.push(delta));
    const whole = await stream.finalChatCompletion();
    expect(pieces.length).toBeGreaterThan(5);
    expect(whole.choices[0].message.content).toBe(expected(chatText, 20).text);
    expect(pieces.join('')).toBe(whole.choices[0].message.content);
    expect((await stream.totalUsage()).completion_tokens).toBe(20);
  });

  test('several answers, drawn with a seed, are the same each time and differ from each other', async () => {
    const ask = async () => client.chat.completions.create({ model, messages, max_tokens: 10, n: 3, seed: 5 });
    const texts = (a: OpenAI.ChatCompletion): unknown[] => a.choices.map((c) => c.message.content);
    const [one, two] = await Promise.all([ask(), ask()]);
    expect(texts(one)).toEqual(texts(two));
    expect(new Set(texts(one)).size).toBe(3);
    const stream = await client.chat.completions.create({
      model,
      messages,
      max_tokens: 10,
      n: 3,
      seed: 5,
      stream: true,
    });
    const streamed = ['', '', ''];
    const ends = [0, 0, 0];
    for await (const { choices } of stream)
      for (const c of choices) {
        streamed[c.index] += c.delta.content ?? '';
        if (c.finish_reason) ends[c.index]++;
      }
    expect(streamed).toEqual(texts(one));
    expect(ends).toEqual([1, 1, 1]);
  });

  test('stop strings, and a bias that decides', async () => {
    const { text } = expected(chatText, 30);
    const stop = text.slice(6, 8);
    const answer = await client.chat.completions.create({
      model,
      messages,
      max_tokens: 30,
      temperature: 0,
      stop: [stop],
    });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'stop',
      stop_reason: stop,
      message: { content: text.slice(0, text.indexOf(stop)) },
    });
    const token = s.tokenizer.idOf('Q')!;
    const biased = await client.chat.completions.create({
      model,
      messages,
      max_tokens: 3,
      temperature: 0,
      logit_bias: { [token]: 100 },
    });
    expect(biased.choices[0].message.content).toBe('QQQ');
  });

  test('log-probabilities of the tokens and of the likeliest', async () => {
    const options = { model, messages, max_tokens: 4, temperature: 0, logprobs: true, top_logprobs: 2 } as const;
    const { choices } = await client.chat.completions.create(options);
    const { tokens } = expected(chatText, 4);
    const prompt = [...s.tokenizer.encode(chatText)];
    const content = choices[0].logprobs!.content!;
    expect(content.map((c) => c.token)).toEqual(tokens.map((t) => s.tokenizer.decode([t])));
    expect(content.map((c) => c.logprob)).toEqual(
      tokens.map((t, i) => fakeLogprob([...prompt, ...tokens.slice(0, i)], t)),
    );
    expect(content[0]).toMatchObject({ bytes: [...s.tokenizer.bytesOf(tokens[0])!] });
    expect(content[0].top_logprobs).toHaveLength(2);
    const streamed: unknown[] = [];
    for await (const chunk of await client.chat.completions.create({ ...options, stream: true }))
      streamed.push(...(chunk.choices[0].logprobs?.content ?? []));
    expect(streamed).toEqual(content);
  });
});

describe('completions', () => {
  test('texts and ids, one and several', async () => {
    const prompts = ['one text', 'another'];
    const ids = prompts.map((p) => [...s.tokenizer.encode(p)]);
    const texts = prompts.map((p) => expected(p, 16).text);
    for (const prompt of [prompts, ids]) {
      const { choices, usage } = await client.completions.create({ model, prompt, temperature: 0 });
      expect(choices.map((c) => [c.index, c.text])).toEqual(texts.map((t, i) => [i, t]));
      expect(usage!.prompt_tokens).toBe(8 + 7);
    }
    for (const prompt of [prompts[0], ids[0]]) {
      let text = '';
      for await (const { choices } of await client.completions.create({ model, prompt, temperature: 0, stream: true }))
        text += choices[0].text;
      expect(text).toBe(texts[0]);
    }
  });

  test('a prompt is scored as lm-evaluation-harness asks for it', async () => {
    const prompt = 'to be scored';
    const tokens = [...s.tokenizer.encode(prompt)];
    const scores = tokens.map((t, i) => (i === 0 ? null : fakeLogprob(tokens.slice(0, i), t)));
    for (const max_tokens of [0, 1]) {
      const ask = { model, prompt: tokens, temperature: 0, max_tokens, logprobs: 1, echo: true };
      const { choices } = await client.completions.create(ask);
      const { logprobs, text } = choices[0];
      expect(text.slice(0, prompt.length)).toBe(prompt);
      expect(logprobs!.token_logprobs!.slice(0, tokens.length)).toEqual(scores);
      expect(logprobs!.token_logprobs).toHaveLength(tokens.length + max_tokens);
      expect(logprobs!.tokens!.slice(0, tokens.length)).toEqual([...prompt]);
      expect(logprobs!.text_offset!.slice(0, tokens.length)).toEqual([...prompt].map((_, i) => i));
      expect(logprobs!.top_logprobs![0]).toBe(null);
      expect(Object.values(logprobs!.top_logprobs![3])).toContain(scores[3]);
    }
    const echoed = await client.completions.create({ model, prompt, max_tokens: 0, echo: true });
    expect(echoed.choices[0]).toMatchObject({ text: prompt, finish_reason: 'length' });
  });
});

test('embeddings, as the package asks for them and as numbers', async () => {
  const length = Math.sqrt(9 + 1 + 4 + 9);
  const { data, usage } = await client.embeddings.create({ model, input: ['abc', 'defg'] });
  expect(data[0].embedding.map((x) => Math.fround(x))).toEqual([3, 1, 2, 3].map((x) => Math.fround(x / length)));
  expect(usage.total_tokens).toBe(7);
  const plain = await client.embeddings.create({ model, input: 'abc', encoding_format: 'float', dimensions: 2 });
  expect(plain.data[0].embedding).toHaveLength(2);
  expect(Math.hypot(...plain.data[0].embedding)).toBeCloseTo(1, 6);
});

test('models', async () => {
  const { data } = await client.models.list();
  expect(data.map((m) => m.id)).toEqual(['fake', 'fake-adapter']);
  expect(await client.models.retrieve('fake-adapter')).toMatchObject({ parent: 'fake', max_model_len: 1024 });
  await expect(client.models.retrieve('none')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
});

test('mistakes are told as the package knows them', async () => {
  const ask = (more: object): Promise<unknown> =>
    client.chat.completions.create({
      model,
      messages,
      max_tokens: 4,
      ...more,
    } as OpenAI.ChatCompletionCreateParamsNonStreaming);
  const wrong: readonly (readonly [object, object])[] = [
    [{ model: 'none' }, { status: 404, code: 'model_not_found', param: 'model' }],
    [{ temperature: 3 }, { status: 400, param: 'temperature', type: 'invalid_request_error' }],
    [{ temperature: 'hot' }, { status: 400, param: 'temperature' }],
    [{ messages: [] }, { status: 400, param: 'messages' }],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, { status: 400 }],
    [{ max_tokens: 100_000 }, { status: 400, code: 'context_length_exceeded' }],
    [{ logit_bias: { x: 1 } }, { status: 400, param: 'logit_bias' }],
    [{ top_logprobs: 2 }, { status: 400, param: 'top_logprobs' }],
    [{ stream_options: { include_usage: true } }, { status: 400, param: 'stream_options' }],
    [{ response_format: { type: 'xml' } }, { status: 400, param: 'response_format' }],
    [{ guided_json: {} }, { status: 400, param: 'guided_json' }],
    [{ tool_choice: 'required' }, { status: 400, param: 'tool_choice' }],
    [{ n: 0 }, { status: 400, param: 'n' }],
    [{ allowed_token_ids: [500] }, { status: 400, param: 'allowed_token_ids' }],
  ];
  for (const [more, error] of wrong) await expect(ask(more), JSON.stringify(more)).rejects.toMatchObject(error);
  expect(s.engine.state).toMatchObject({ numRunning: 0, numUsedPages: 0 });
});
