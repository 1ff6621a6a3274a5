import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/index.ts';
import { ChatTemplate } from '../../src/data/index.ts';
import { createServer, ModelPool, type ServedModel } from '../../src/serve/index.ts';
import { fakeDrafters } from './fake-drafters.ts';
import { type FakeServer, startServer, TEMPLATE, written } from './fake-server.ts';

const servers: FakeServer[] = [];
afterEach(async () => {
  for (const s of servers.splice(0)) await s.close();
});

async function start(...args: Parameters<typeof startServer>): Promise<FakeServer> {
  const s = await startServer(...args);
  servers.push(s);
  return s;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: { readonly [field: string]: unknown; readonly error?: Readonly<Record<string, unknown>> };
}

async function send(
  s: FakeServer,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${s.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

const completion = (more: object = {}): object => ({
  model: 'fake',
  prompt: 'abc',
  max_tokens: 8,
  temperature: 0,
  ...more,
});
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((done) => setTimeout(done, 1));
};

describe('keys', () => {
  const apiKeys = ['first-secret', 'second-secret'];

  test('open everything; without one only the health is told', async () => {
    const s = await start({}, { apiKeys });
    for (const path of ['/v1/models', '/metrics', '/version', '/nowhere', '/v1/models/fake'])
      expect(await send(s, path), path).toMatchObject({ status: 401, json: { error: { code: 'invalid_api_key' } } });
    expect((await send(s, '/v1/completions', completion(), { authorization: 'Bearer wrong-secret' })).status).toBe(401);
    expect((await send(s, '/health')).status).toBe(200);
    for (const [name, value] of [
      ['authorization', 'Bearer first-secret'],
      ['x-api-key', 'second-secret'],
    ])
      expect((await send(s, '/v1/models', undefined, { [name]: value })).status).toBe(200);
    await until(() => s.logged.length >= 9);
    expect(Math.min(...s.logged.map((l) => Number((l as { ms?: number }).ms)))).toBeGreaterThan(0);
    expect(JSON.stringify(s.logged)).not.toContain('secret');
  });

  test('are demanded where others can reach the server', async () => {
    for (const apiKeys of [[], ['short']])
      await expect(createServer({ models: [], host: '0.0.0.0', apiKeys })).rejects.toMatchObject({
        code: 'serve/keys',
      });
    const s = await start();
    // What a browser sends for a name that somebody else has pointed here.
    const response = await s.server.app.inject({ url: '/v1/models', headers: { host: 'evil.example' } });
    expect(response.statusCode).toBe(403);
  });
});

test('an answer names the request, the seed, and the fields that nobody knows', async () => {
  const s = await start();
  const { headers, status } = await send(
    s,
    '/v1/completions',
    completion({ wings: 2, user: 'me', seed: 7, top_k: null }),
    {
      'x-request-id': 'mine-1',
    },
  );
  expect(status).toBe(200);
  expect(headers.get('x-request-id')).toBe('mine-1');
  expect(headers.get('x-ignored-fields')).toBe('wings');
  expect(headers.get('x-seed')).toBe('7');
  const own = await send(s, '/v1/models', undefined, { 'x-request-id': 'no good' });
  expect(own.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
});

test('who asks for too much at once is told when to come back', async () => {
  const s = await start({ maxSequences: 1, delayMs: 2 }, {}, { scheduler: { maxQueued: 2 } });
  const answers = await Promise.all(Array.from({ length: 6 }, () => send(s, '/v1/completions', completion())));
  const refused = answers.filter((a) => a.status === 429);
  expect(answers.filter((a) => a.status === 200).length + refused.length).toBe(6);
  expect(refused.length).toBeGreaterThan(1);
  expect(Number(refused[0].headers.get('retry-after-ms'))).toBeGreaterThanOrEqual(250);
  expect(refused[0].json.error!.code).toBe('rate_limit_exceeded');
  // All of a request, or none of it.
  const pairs = await Promise.all(
    Array.from({ length: 4 }, () => send(s, '/v1/completions', completion({ prompt: ['a', 'b'] }))),
  );
  expect(pairs.map((a) => a.status)).toContain(429);
  // What can never be taken is not to be tried again.
  const many = await send(s, '/v1/completions', completion({ prompt: ['a', 'b', 'c', 'd', 'e'] }));
  expect(many).toMatchObject({ status: 400, json: { error: { param: 'prompt' } } });
  expect(s.engine.state).toMatchObject({ numRunning: 0, numWaiting: 0, numUsedPages: 0 });
});

test('a deadline that cannot be met is refused', async () => {
  const s = await start();
  const late = await send(s, '/v1/completions', completion(), { 'x-deadline-ms': '1' });
  expect(late.status).toBe(429);
});

test.each([true, false])('a client that leaves (stream: %s) takes its pages with it', async (stream) => {
  const s = await start({ delayMs: 2 });
  const gone = new AbortController();
  const asked = fetch(`${s.url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(completion({ max_tokens: 900, ignore_eos: true, stream })),
    signal: gone.signal,
  }).then((r) => r.text());
  await until(() => s.engine.state.numUsedPages > 2);
  gone.abort();
  await expect(asked).rejects.toThrow();
  await until(() => s.engine.state.numUsedPages === 0);
  expect(s.engine.status).toBe('ok');
});

test('a client that reads nothing and leaves is logged, and harms nobody', async () => {
  const s = await start();
  const body = JSON.stringify(
    completion({ prompt: ['a', 'b', 'c', 'd'], max_tokens: 900, ignore_eos: true, stream: true, logprobs: 20 }),
  );
  const socket = connect(Number(new URL(s.url).port), '127.0.0.1');
  socket.write(
    `POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  // Until the pipe is full: the calls go on, and nobody takes what they write.
  await until(() => s.engine.state.numUsedPages > 100);
  socket.destroy();
  await until(() => s.engine.state.numUsedPages === 0);
  // A rejection that nobody handles would end the process; here it fails the test.
  await until(() => s.logged.length > 0);
  expect(s.logged).toMatchObject([{ event: 'request', path: '/v1/completions', status: 499 }]);
});

test('a decoder that fails ends a stream with an error, and a whole answer with a status', async () => {
  let failsAt = 4;
  const onStep = (): void => {
    if (--failsAt === 0) throw new Error('secret detail');
  };
  const s = await start({ onStep });
  const streamed = await send(s, '/v1/completions', completion({ stream: true }));
  expect(streamed.status).toBe(200);
  const frames = streamed.text.split('\n\n').filter((f) => f !== '');
  expect(frames.at(-1)).toBe('data: [DONE]');
  expect(JSON.parse(frames.at(-2)!.slice(6)).error).toMatchObject({ type: 'server_error', code: 'engine_fault' });
  failsAt = 3;
  const whole = await send(s, '/v1/completions', completion());
  expect(whole).toMatchObject({ status: 500, json: { error: { code: 'engine_fault' } } });
  failsAt = 1;
  expect((await send(s, '/v1/completions', completion({ stream: true }))).status).toBe(500);
  expect(streamed.text + whole.text).not.toContain('secret detail');
  await until(() => s.engine.status === 'ok');
  expect((await send(s, '/health')).status).toBe(200);
  const { text } = written(s.tokenizer, 'abc', 8);
  expect((await send(s, '/v1/completions', completion())).json.choices).toMatchObject([{ text }]);
});

test('a model whose engine failed for good has failed, and nobody is told to send again', async () => {
  const onStep = (): void => {
    throw new Error('broken');
  };
  const s = await start({ onStep }, {}, { retryMs: [0] });
  const faults = async (): Promise<Answer> => {
    const got = await send(s, '/v1/completions', completion());
    await until(() => s.engine.status !== 'restarting');
    return got.status === 500 ? faults() : got;
  };
  const refused = await faults();
  expect(refused).toMatchObject({ status: 503, json: { error: { code: 'engine_unavailable' } } });
  expect(refused.text).not.toContain('send');
  expect(refused.headers.get('retry-after-ms')).toBeNull();
  expect((await send(s, '/v1/models')).json.data).toMatchObject([{ status: { value: 'failed' } }, {}]);
  expect((await send(s, '/health')).status).toBe(503);
});

test('a stream that waits says that it is alive', async () => {
  let release: () => void = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  const s = await start({ onStep: () => held }, { pingMs: 5 });
  const response = await fetch(`${s.url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(completion({ stream: true })),
  });
  // It has begun to answer, and nothing has been computed yet.
  release();
  const text = await response.text();
  expect(text.startsWith(': keep-alive\n\n')).toBe(true);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
});

test.each([
  ['/v1/completions', ': keep-alive\n\n', 'data: [DONE]\n\n', 'data: {"error"'],
  ['/v1/messages', ': keep-alive\n\n', '"type":"message_stop"}\n\n', 'event: error\n'],
])('%s tells who waits for a stream that a model is loaded', async (path, begin, end, failed) => {
  const s = await start();
  const meta = { numParams: 7, trainedLength: 1024, embedding: 4 };
  const own = { sampling: {}, endTokens: new Set([0]), adapterNames: [], meta, template: new ChatTemplate(TEMPLATE) };
  const value: ServedModel = { name: 'slow', engine: s.engine, tokenizer: s.tokenizer, ...own };
  let open = (): void => {};
  const opened = (): Promise<void> =>
    new Promise((done) => {
      open = done;
    });
  const broken = async (): Promise<never> => {
    await opened();
    throw new UserError('models/folder', 'half of it is missing');
  };
  const pool = new ModelPool<ServedModel>([
    { name: 'slow', load: () => opened().then(() => ({ value, bytes: 0, close: async () => {} })) },
    { name: 'broken', load: broken },
  ]);
  const server = await createServer({ models: pool, pingMs: 10 });
  const url = await server.listen(0);
  const post = (model: string, more: object = {}): Promise<Response> => {
    const body = JSON.stringify({
      model,
      prompt: 'abc',
      messages: [{ role: 'user', content: 'x' }],
      max_tokens: 4,
      ...more,
    });
    return fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };
  /** The model is loaded when two comments have come. */
  const ask = async (model: string): Promise<[number, string]> => {
    const response = await post(model, { stream: true });
    let text = '';
    for await (const bytes of response.body!) {
      text += Buffer.from(bytes).toString();
      if (text.length >= 2 * begin.length) open();
    }
    return [response.status, text];
  };
  const [status, text] = await ask('slow');
  expect([status, text.startsWith(begin.repeat(2)), text.endsWith(end)]).toEqual([200, true, true]);
  const [, late] = await ask('broken');
  expect([late.startsWith(begin), late.includes(failed), late.includes('half of it is missing')]).toEqual([
    true,
    true,
    true,
  ]);
  // Who wants no stream is told by the status.
  expect((await post('broken')).status).toBe(503);
  await server.app.close();
});

test('on the way out, calls end and new ones are told to go elsewhere', async () => {
  const s = await start({ delayMs: 1 });
  const asked = send(s, '/v1/completions', completion({ max_tokens: 40 }));
  await until(() => s.engine.state.numRunning > 0);
  const drained = s.server.drain(5000);
  const late = await send(s, '/v1/completions', completion());
  expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
  expect(late.json.error).toMatchObject({
    message: expect.stringContaining('the server stops'),
    code: 'engine_unavailable',
  });
  expect((await send(s, '/health')).status).toBe(503);
  expect((await asked).status).toBe(200);
  await drained;
  await expect(send(s, '/health')).rejects.toThrow();
});

test('the page runs its own script only, and needs nothing from elsewhere', async () => {
  const s = await start({}, { apiKeys: ['some-secret'] });
  const { status, headers, text } = await send(s, '/');
  expect(status).toBe(200);
  const policy = headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  const [, script] = /<script>([\s\S]*)<\/script>/.exec(text)!;
  expect(policy).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  expect(text).not.toMatch(/https?:/);
  expect(() => new Function(script)).not.toThrow();
});

test('tokens and templates', async () => {
  const s = await start();
  const ids = [...s.tokenizer.encode('hi there')];
  expect((await send(s, '/tokenize', { prompt: 'hi there', return_token_strs: true })).json).toMatchObject({
    count: 8,
    max_model_len: 1024,
    tokens: ids,
  });
  expect((await send(s, '/detokenize', { tokens: ids })).json).toEqual({ prompt: 'hi there' });
  const messages = [{ role: 'user', content: 'hi' }];
  expect((await send(s, '/apply-template', { messages })).json).toEqual({ prompt: '<user>hi<assistant>' });
  expect((await send(s, '/tokenize', { messages })).json.count).toBe('<user>hi<assistant>'.length);
  expect((await send(s, '/tokenize', {})).status).toBe(400);
  expect(TEMPLATE).toContain('messages');
});

test('what the server answers is described, with the schemas that it checks', async () => {
  const s = await start();
  const { json } = await send(s, '/docs');
  expect(json).toEqual((await send(s, '/openapi.json')).json);
  const { paths, openapi } = json as { paths: Record<string, { post?: { requestBody: object } }>; openapi: string };
  expect(openapi).toBe('3.1.0');
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/v1/chat/completions', '/v1/models/{model}', '/health']));
  expect(paths['/v1/completions'].post!.requestBody).toMatchObject({
    content: { 'application/json': { schema: { required: ['model', 'prompt'], properties: { n: { maximum: 128 } } } } },
  });
});

test('several texts of a prompt found as much of it as the first', async () => {
  const s = await start({ pageSize: 4 });
  const usage = async () =>
    (await send(s, '/v1/completions', completion({ prompt: 'a prompt of its own', n: 3 }))).json.usage;
  expect(await usage()).toMatchObject({ prompt_tokens_details: { cached_tokens: 0 } });
  expect(await usage()).toMatchObject({ prompt_tokens_details: { cached_tokens: 16 } });
});

test('guesses are told in usage, in timings and in metrics, and none are made where a request wants none', async () => {
  const s = await start(
    {},
    {},
    { drafters: () => [fakeDrafters.right(95)], scheduler: { speculation: { adapts: false } } },
  );
  const ask = completion({ prompt: 'a text', max_tokens: 15 });
  const { json: body } = await send(s, '/v1/completions', ask);
  // One token of the prompt's step, then seven of each step of six guesses.
  expect(body).toMatchObject({
    usage: { completion_tokens_details: { accepted_prediction_tokens: 12, rejected_prediction_tokens: 0 } },
    timings: { draft_n: 12, draft_n_accepted: 12 },
  });
  const { text } = await send(s, '/metrics');
  expect(text).toContain('vllm:spec_decode_num_drafts_total{model_name="fake"} 2');
  expect(text).toContain('vllm:spec_decode_num_draft_tokens_total{model_name="fake"} 12');
  expect(text).toContain('vllm:spec_decode_num_accepted_tokens_total{model_name="fake"} 12');
  expect(text).toContain('vllm:spec_decode_num_accepted_tokens_per_pos_total{model_name="fake",position="5"} 2');
  const none = await send(
    s,
    '/v1/completions',
    completion({ prompt: 'a text', max_tokens: 15, 'speculative.n_max': 0 }),
  );
  expect(none.json.timings).toBeUndefined();
  expect(none.json.choices).toEqual(body.choices);
});

test('metrics have the names that dashboards know', async () => {
  const s = await start();
  await send(s, '/v1/completions', completion({ prompt: 'a text of some length' }));
  await send(s, '/v1/completions', completion({ prompt: 'a text of some length' }));
  const { text } = await send(s, '/metrics');
  const metric = (name: string): number =>
    Number(new RegExp(`^vllm:${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  expect(metric('num_requests_running')).toBe(0);
  expect(metric('kv_cache_usage_perc')).toBe(0);
  expect(metric('prompt_tokens_total')).toBe(42);
  expect(metric('generation_tokens_total')).toBe(16);
  expect(metric('prefix_cache_queries_total')).toBe(42);
  expect(metric('prefix_cache_hits_total')).toBe(20);
  expect(metric('request_success_total')).toBe(2);
  expect(metric('time_to_first_token_seconds_count')).toBe(2);
  expect(metric('inter_token_latency_seconds_count')).toBe(14);
  expect(metric('e2e_request_latency_seconds_count')).toBe(2);
});

test.each([
  ['/v1/messages', { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: 5 }] }] }],
  [
    '/v1/messages',
    { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: [null] }] }] },
  ],
  ['/v1/completions', { prompt: 'a', structured_outputs: { json: `${'{"items":'.repeat(1e5)}{}${'}'.repeat(1e5)}` } }],
  ['/v1/completions', { prompt: 'a', logit_bias: { 5000: 1 } }, 'logit_bias'],
  ['/v1/completions', { prompt: 'a', stop_token_ids: [5000] }, 'stop_token_ids'],
])('%s %# is a mistake of the client', async (path, body, param?: string) => {
  const s = await start();
  const answer = await send(s, path, { model: 'fake', max_tokens: 4, ...body });
  expect(answer.status).toBe(400);
  if (param) expect(answer.json.error).toMatchObject({ param, message: expect.stringContaining(param) });
});

test('a field that is null says nothing, wherever it is', async () => {
  const s = await start();
  for (const [path, body] of [
    ['/v1/responses', { input: 'a', text: { format: null, verbosity: null }, metadata: null }],
    [
      '/v1/responses',
      {
        input: [
          { type: 'reasoning', summary: [], content: null },
          { role: 'user', content: 'a' },
        ],
      },
    ],
    ['/v1/messages', { max_tokens: 4, messages: [{ role: 'user', content: 'a' }], metadata: { user_id: null } }],
    ['/v1/completions', { prompt: 'a', stream: true, stream_options: { include_usage: null } }],
  ] as const)
    expect(await send(s, path, { model: 'fake', ...body }), path).toMatchObject({ status: 200 });
  const schema = { enum: [null] };
  const format = { type: 'json_schema', json_schema: { name: 'x', strict: null, schema } };
  expect((await send(s, '/v1/completions', completion({ response_format: format }))).json).toMatchObject({
    choices: [{ text: 'null' }],
  });
  expect((await send(s, '/v1/completions', { model: null, prompt: 'a' })).status).toBe(400);
});

test('who asks in the wrong way is told the right one', async () => {
  const s = await start();
  const got = await send(s, '/v1/completions');
  expect(got.status).toBe(405);
  expect(got.headers.get('allow')).toBe('POST');
  const plain = await send(s, '/v1/completions', completion(), { 'content-type': 'text/plain' });
  expect(plain).toMatchObject({
    status: 415,
    json: { error: { message: expect.stringContaining('application/json') } },
  });
  expect((await send(s, '/v1/nothing')).status).toBe(404);
});

interface Reranked {
  readonly results: readonly { readonly index: number }[];
  readonly usage: object;
  readonly error: { readonly param: string };
}

test('documents come in the order of what they have to do with a query', async () => {
  const s = await start();
  const ask = async (body: object, path = '/v1/rerank') => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(s.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: 'fake', ...body }),
    });
    return { status: response.status, json: (await response.json()) as Reranked };
  };
  // Vectors are [length, 1, 2, 3].
  const documents = ['a', { text: 'a very long one' }, 'four'];
  const { json } = await ask({ query: 'five', documents });
  const cosine = (a: number, b: number): number => (a * b + 14) / Math.sqrt((a * a + 14) * (b * b + 14));
  expect(json.results.map((r) => r.index)).toEqual([2, 1, 0]);
  expect(json.results[2]).toMatchObject({ relevance_score: expect.closeTo(cosine(4, 1), 5), document: { text: 'a' } });
  expect(json.usage).toEqual({ prompt_tokens: 4 + 1 + 15 + 4, total_tokens: 24 });
  const few = await ask({ query: 'five', documents, top_n: 1, return_documents: false }, '/v2/rerank');
  expect(few.json.results).toEqual([{ index: 2, relevance_score: expect.closeTo(1, 5) }]);
  // Of what is kept.
  const long = 'b'.repeat(5000);
  for (const cut of [
    { max_tokens_per_doc: 4 },
    { truncate_prompt_tokens: 4 },
    { max_tokens_per_doc: 9, truncate_prompt_tokens: 4 },
  ])
    expect((await ask({ query: 'five', documents: [long, 'four'], ...cut })).json).toMatchObject({
      results: [{ relevance_score: expect.closeTo(1, 5) }, { relevance_score: expect.closeTo(1, 5) }],
      usage: { prompt_tokens: 12 },
    });
  for (const [wrong, param] of [
    [{ query: 'five', documents: ['a'], truncate_prompt_tokens: 0 }, 'truncate_prompt_tokens'],
    [{ query: 'five', documents: ['a'], max_tokens_per_doc: 0 }, 'max_tokens_per_doc'],
    [{ query: 'five', documents: [] }, 'documents'],
    [{ query: 'five', documents: ['a', 'b'.repeat(5000)] }, 'documents'],
    [{ documents }, 'query'],
    [{ query: 'five', documents, top_n: 0 }, 'top_n'],
  ] as const) {
    const { status, json } = await ask(wrong);
    expect([status, json.error.param]).toEqual([400, param]);
  }
});

test('calls that name no program belong to the one whose whole prompt they go on from', async () => {
  const s = await start();
  const ask = async (messages: readonly string[], headers: Record<string, string> = {}, more: object = {}) => {
    const said = messages.map((content, i) => ({
      role: ['system', 'user', 'assistant'][i === 0 ? 0 : 2 - (i % 2)],
      content,
    }));
    const response = await fetch(`${s.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'fake', max_tokens: 2, messages: said, ...more }),
    });
    await response.text();
    return response.headers.get('x-program-id');
  };
  const system = 'what everybody is told, long enough for some blocks';
  const first = await ask([system, 'my first question']);
  expect(first).toMatch(/^inferred-/);
  const second = await ask([system, 'another question']);
  expect(second).not.toBe(first);
  expect(await ask([system, 'my first question', 'an answer', 'more'])).toBe(first);
  expect(await ask([system, 'another question', 'another answer', 'and more'])).toBe(second);
  // What has other keys and values is another program, and who names one is believed.
  expect(await ask([system, 'my first question', 'an answer', 'more'], {}, { cache_salt: 'x' })).not.toBe(first);
  expect(await ask([system, 'my first question'], { 'x-program-id': 'mine' })).toBe('mine');
  expect(await ask(['a', 'b'], {}, { session_id: 'session' })).toBe('session');
  // Names that are equal for long only are two.
  const long = await Promise.all(
    ['a', 'b', 'a'].map((end) => ask(['a', 'b'], { 'x-program-id': 'x'.repeat(300) + end })),
  );
  expect([long[0] === long[1], long[0] === long[2]]).toEqual([false, true]);
  expect(s.engine.state.numPrograms).toBe(7);
});
