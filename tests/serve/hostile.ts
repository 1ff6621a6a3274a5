import { connect } from 'node:net';
import fc from 'fast-check';
import { NgramDrafter, type ScoredText } from '../../src/serve/index.ts';

/* Requests that no honest client sends. */

/** What is written to a socket, and what happens to it then. */
export interface Hostile {
  readonly kind: string;
  readonly bytes: Buffer;
  /** `end`: no more comes; `cut`: the client is gone; `wait`: it waits for the answer. */
  readonly then: 'end' | 'cut' | 'wait';
}

const paths = [
  ...['/v1/chat/completions', '/v1/completions', '/v1/messages', '/v1/responses', '/v1/messages/count_tokens'],
  ...['/v1/embeddings', '/tokenize', '/detokenize', '/apply-template'],
];
const message = { role: 'user', content: 'hi' };
const valid = { model: 'fake', prompt: 'abc', input: 'abc', messages: [message], tokens: [3], max_tokens: 4 };
const fields = [
  ...Object.keys(valid),
  ...[
    'temperature',
    'top_p',
    'top_k',
    'n',
    'seed',
    'stop',
    'logit_bias',
    'logprobs',
    'top_logprobs',
    'stream',
    'tools',
  ],
  ...[
    'stream_options',
    'stop_token_ids',
    'allowed_token_ids',
    'min_tokens',
    'tool_choice',
    'cache_salt',
    'echo',
    'dimensions',
  ],
  ...['chat_template_kwargs', 'documents', 'encoding_format', 'response_format', 'session_id', 'priority', 'user'],
  ...['structured_outputs', 'grammar', 'json_schema', 'parallel_tool_calls', 'output_config'],
  ...['system', 'instructions', 'stop_sequences', 'metadata', 'text', 'reasoning', 'previous_response_id', 'include'],
];

const request = (path: string, body: string | Buffer, headers: readonly string[] = [], method = 'POST'): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `${method} ${path} HTTP/1.1`,
        'host: localhost',
        'content-type: application/json',
        ...(headers.some((h) => /^(content-length|transfer-encoding):/i.test(h))
          ? []
          : [`content-length: ${Buffer.byteLength(body)}`]),
        'connection: close',
        ...headers,
        '',
        '',
      ].join('\r\n'),
      'latin1',
    ),
    Buffer.from(body),
  ]);

const path = fc.constantFrom(...paths);
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1e308,
    2 ** 53,
    1.5,
    '',
    '\u0000',
    '\ud800',
    [],
    {},
    [[]],
    [null],
    [-1],
    [1e9],
  ),
  fc.constantFrom<unknown>('x'.repeat(100_000), Array(5000).fill(1), { type: 'x' }, { __proto__: null, a: 1 }, 'NaN'),
  fc.jsonValue({ maxDepth: 4 }),
);
const wrongBody = fc
  .array(fc.tuple(fc.constantFrom(...fields), odd), { minLength: 1, maxLength: 4 })
  .map((changes) => JSON.stringify({ ...valid, ...Object.fromEntries(changes) }));
/** Schemas, patterns and grammars that nobody would write. */
const nested = (keyword: string, n: number): object => {
  let schema: object = { type: 'string' };
  for (let i = 0; i < n; i++)
    schema = { type: 'object', properties: { a: schema }, [keyword]: keyword === 'not' ? {} : [schema] };
  return schema;
};
const nasty = fc.constantFrom(
  ...[
    '(a+)+$',
    '(.*){100}x',
    '^(a|aa|aaa){1,500}$',
    '(?=x)',
    '\\p{L}{1,50}',
    '[',
    '(((((',
    '^$',
    '\\u{110000}',
    'a{99999999}',
    '.{0,100000}b.{5}',
  ],
);
const schema = fc.oneof(
  fc
    .tuple(fc.constantFrom('anyOf', 'allOf', 'oneOf', 'not'), fc.integer({ min: 1, max: 6 }))
    .map(([k, n]) => nested(k, n)),
  nasty.map((pattern) => ({ type: 'string', pattern, maxLength: 500 })),
  fc
    .tuple(nasty, nasty)
    .map(([a, b]) => ({ type: 'object', patternProperties: { [a]: {}, [b]: false }, propertyNames: { pattern: b } })),
  fc.tuple(odd, odd).map(([a, b]) => ({ type: a, enum: b, properties: a, items: b, minimum: a, $ref: b })),
  fc.constantFrom(
    { $ref: '#' },
    { $ref: '#/a/b' },
    { $ref: 'http://x' },
    { allOf: [{ $ref: '#' }] },
    { items: { $ref: '#' } },
  ),
  fc
    .integer({ min: 1, max: 3000 })
    .map((n) => ({ properties: Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, { maximum: i }])) })),
);
const structure = fc.oneof(
  schema.map((s) => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: s } } })),
  schema.map((parameters) => ({
    tools: [{ type: 'function', function: { name: 'f', parameters } }],
    tool_choice: 'required',
  })),
  nasty.map((regex) => ({ structured_outputs: { regex } })),
  fc
    .array(
      fc.constantFrom('root', '::=', '"a"', '[a-z]', '(', ')', '*', '|', '{2,9999}', 'b', '\n', '^', '#', '.', "'"),
      { maxLength: 40 },
    )
    .map((words) => ({ grammar: words.join(' ') })),
  fc.integer({ min: 1, max: 60 }).map((n) => ({ grammar: `root ::= ${'('.repeat(n)}"a"?${')*'.repeat(n)}` })),
);
/** Requests that say much, and are fine but for one value somewhere inside. */
/** What the server under attack has besides: scorers, and guesses. */
export const attacked = {
  engine: { drafters: () => [new NgramDrafter()], scheduler: { speculation: { adapts: false } } },
  model: {
    scorers: new Map([['length', { score: (texts: readonly ScoredText[]) => texts.map((t) => t.text.length) }]]),
  },
};

const rich: readonly (readonly [path: string, body: object])[] = [
  [
    '/v1/chat/completions',
    {
      ...valid,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'x', name: 'f' },
      ],
      tools: [
        { type: 'function', function: { name: 'f', description: 'x', parameters: { type: 'object', properties: {} } } },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      logit_bias: { 5: 1 },
    },
  ],
  [
    '/v1/completions',
    {
      ...valid,
      n: 1,
      controlled: { scorer: [{ name: 'length', weight: 2 }], k: 2, block: 3 },
      'speculative.n_max': 3,
    },
  ],
  ['/v1/completions', { ...valid, n: 2, controlled: { scorer: 'length', lambda: 2, top: 3 } }],
  ['/v1/completions', { ...valid, n: 2, guidance_scale: 1.5, negative_prompt: [5, 6], 'speculative.n_max': 0 }],
  [
    '/v1/messages',
    {
      ...valid,
      system: [{ type: 'text', text: 'x' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'x' },
            { type: 'tool_use', id: 'a', name: 'f', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'x' }] }] },
      ],
      tools: [{ name: 'f', description: 'x', input_schema: { type: 'object' } }],
      tool_choice: { type: 'auto', name: 'f' },
      thinking: { type: 'enabled' },
      metadata: { user_id: 'x' },
    },
  ],
  [
    '/v1/responses',
    {
      ...valid,
      max_output_tokens: 4,
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] },
        { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_text', text: 'x' }] },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' } }],
      text: { format: { type: 'json_schema', name: 'x', schema: { type: 'object' } } },
      reasoning: { effort: 'low' },
    },
  ],
];
const pathsIn = (value: unknown): (string | number)[][] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, own]) => [[key], ...pathsIn(own).map((rest) => [key, ...rest])]);
function withAt(value: unknown, [key, ...rest]: readonly (string | number)[], changed: unknown): unknown {
  if (key === undefined) return changed;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = withAt(copy[key], rest, changed);
  return copy;
}
const wrongInside = fc
  .constantFrom(...rich)
  .chain(([p, body]) =>
    fc
      .tuple(fc.constantFrom(...pathsIn(body)), odd)
      .map(([at, x]) => [p, JSON.stringify(withAt(body, at, x))] as const),
  );
const ends = fc.constantFrom<Hostile['then']>('wait', 'wait', 'end', 'cut');

const kinds: Readonly<Record<string, fc.Arbitrary<readonly [Buffer, Hostile['then']]>>> = {
  'wrong types': fc.tuple(path, wrongBody).map(([p, b]) => [request(p, b), 'wait']),
  'wrong types inside': wrongInside.map(([p, b]) => [request(p, b), 'wait']),
  'what may be written': fc
    .tuple(fc.constantFrom('/v1/chat/completions', '/v1/completions'), structure)
    .map(([p, s]) => [request(p, JSON.stringify({ ...valid, ...s })), 'wait']),
  'no JSON': fc
    .tuple(path, fc.uint8Array({ maxLength: 200 }), ends)
    .map(([p, b, e]) => [request(p, Buffer.from(b)), e]),
  'JSON that is cut': fc
    .tuple(path, wrongBody, fc.nat(80), ends)
    .map(([p, b, n, e]) => [request(p, b.slice(0, Math.max(1, b.length - n))), e]),
  'a body that is cut': fc
    .tuple(path, wrongBody, fc.nat(80), fc.constantFrom<Hostile['then']>('end', 'cut'))
    .map(([p, b, n, e]) => [request(p, b.slice(0, n), [`content-length: ${b.length + 100}`]), e]),
  depth: fc
    .tuple(path, fc.constantFrom('[', '{"a":'), fc.integer({ min: 100, max: 100_000 }))
    .map(([p, c, n]) => [request(p, `{"messages":${c.repeat(n)}`), 'wait']),
  prototypes: fc
    .tuple(path, fc.constantFrom('{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}'))
    .map(([p, b]) => [request(p, b), 'wait']),
  'a body that is too long': path.map((p) => [request(p, '{', ['content-length: 99999999999']), 'wait']),
  paths: fc
    .tuple(
      fc.constantFrom(
        '/../../etc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/v1/models/%00',
        '/v1//models',
        '/%',
        '/%ff%fe',
      ),
      fc.constantFrom('', '?', '?a[]=1', '#x', `/${'a'.repeat(5000)}`, '/..;/health'),
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'TRACE', 'OPTIONS'),
    )
    .map(([p, q, m]) => [request(p + q, '', [], m), 'wait']),
  smuggling: fc
    .tuple(
      path,
      fc.constantFrom(
        ['content-length: 3', 'transfer-encoding: chunked'],
        ['content-length: 3', 'content-length: 5'],
        ['transfer-encoding: chunked, identity'],
        ['transfer-encoding:\tchunked'],
        ['content-length: -1'],
        ['content-length: 0x10'],
        [' folded: x', 'content-length: 3'],
        ['x: a\rb', 'content-length: 3'],
        ['bad header', 'content-length: 3'],
        [`x: ${'y'.repeat(40_000)}`, 'content-length: 3'],
        ['content-encoding: gzip', 'content-length: 3'],
        ['expect: 200-maybe', 'content-length: 3'],
      ),
      ends,
    )
    .map(([p, h, e]) => [request(p, '0\r\n\r\nGET /x HTTP/1.1\r\n\r\n', h), e]),
  'no HTTP': fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), ends)
    .map(([b, e]) => [Buffer.concat([Buffer.from(b), Buffer.from('\r\n\r\n')]), e]),
  'other types': fc
    .tuple(path, fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ';;'))
    .map(([p, t]) => [
      Buffer.from(request(p, '{}').toString('latin1').replace('application/json', t), 'latin1'),
      'wait',
    ]),
  'streams that nobody reads': fc
    .tuple(fc.constantFrom(...paths.slice(0, 3)), fc.integer({ min: 1, max: 900 }))
    .map(([p, n]) => [request(p, JSON.stringify({ ...valid, max_tokens: n, ignore_eos: true, stream: true })), 'cut']),
};

/** Any hostile request. */
export const hostile: fc.Arbitrary<Hostile> = fc.oneof(
  ...Object.entries(kinds).map(([kind, made]) => made.map(([bytes, then]): Hostile => ({ kind, bytes, then }))),
);

/** Sends one; the status of the answer, 0 where the server said nothing. Rejects where neither an answer nor the end comes in time. */
export function attack(port: number, { bytes, then, kind }: Hostile, timeoutMs = 5000): Promise<number> {
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const timer = setTimeout(() => {
      socket.destroy();
      fail(new Error(`no end to ${kind}: ${bytes.toString('latin1').slice(0, 300)}`));
    }, timeoutMs);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      // A stream is cut in the middle.
      if (then === 'cut') socket.destroy();
    });
    socket.on('close', () => {
      clearTimeout(timer);
      done(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0));
    });
    socket.on('connect', () => {
      socket.write(bytes, () => {
        if (then === 'end') socket.end();
        // Time enough for the server to begin.
        if (then === 'cut') setTimeout(() => socket.destroy(), 20);
      });
    });
  });
}
