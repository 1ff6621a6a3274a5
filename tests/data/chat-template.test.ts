import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/index.ts';
import { ChatTemplate, loadChatTemplate, parseJsonExactly } from '../../src/data/index.ts';

/* Templates, chats and what transformers makes of them: tests/oracles/chat_templates.py writes it. */
const oracles = join(import.meta.dirname, '../oracles/chat-templates');
const read = (name: string): string => readFileSync(join(oracles, name), 'utf8');
const now = new Date(2026, 2, 5, 14, 7, 9);

interface Expected {
  readonly template: string;
  readonly chat: string;
  readonly text?: string;
  readonly spans?: readonly (readonly [number, number])[];
  readonly error?: string;
}
const { results, expressions } = JSON.parse(read('expected.json')) as Record<
  'results' | 'expressions',
  readonly Expected[]
>;
const chats = new Map(
  (parseJsonExactly(read('chats.json')) as Map<string, unknown>[]).map((chat) => [chat.get('name') as string, chat]),
);

/** The text, or the error of ours. */
function attempt(work: () => string): string | UserError {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

describe('a chat template', () => {
  it.each(results.map((r) => [r.template, r.chat, r] as const))(
    '%s renders the chat "%s" as transformers does',
    (_, __, r) => {
      const chat = chats.get(r.chat)!;
      const template = new ChatTemplate(read(r.template), { bos_token: '<s>', eos_token: '</s>' });
      const render = (): ReturnType<ChatTemplate['renderWithSpans']> =>
        template.renderWithSpans(chat.get('messages') as Map<string, unknown>[], {
          addGenerationPrompt: chat.get('prompt') === true,
          tools: chat.get('tools') as unknown[] | undefined,
          documents: chat.get('documents') as unknown[] | undefined,
          now,
          ...Object.fromEntries((chat.get('variables') as Map<string, unknown> | undefined) ?? []),
        });
      if (r.text === undefined) {
        expect(render).toThrow(UserError);
        return;
      }
      const { text, assistantSpans } = render();
      expect(text).toBe(r.text);
      // Python counts characters, we count UTF-16 units.
      const characters = [...text];
      const parts = r.spans!.map(([begin, end]) => characters.slice(begin, end).join('')).filter((p) => p !== '');
      expect(assistantSpans.map((s) => text.slice(s.begin, s.end))).toEqual(parts);
    },
  );

  it.each(expressions.map((e) => [e.template, e] as const))('%s is what it is in Python', (source, e) => {
    const ours = attempt(() => new ChatTemplate(source).render([{ role: 'user', content: 'hi' }], { now }));
    if (e.text === undefined) expect(ours).toBeInstanceOf(UserError);
    else expect(ours).toBe(e.text);
  });

  it('takes plain objects; numbers that JSON wrote with a point stay floats when they come from parseJsonExactly', () => {
    const template = new ChatTemplate('{{ messages[0].x }} {{ messages[0].x|tojson }} {{ thing.n }}');
    expect(template.render([{ role: 'user', x: 1 }], { thing: { n: 2.5 } })).toBe('1 1 2.5');
    const arguments_ = parseJsonExactly('{"a": 1.0, "b": [1e3, 12345678901234567890, -0.0]}');
    expect(template.render([{ role: 'user', x: arguments_ }], { thing: {} })).toBe(
      '{\'a\': 1.0, \'b\': [1000.0, 12345678901234567890, -0.0]} {"a": 1.0, "b": [1000.0, 12345678901234567890, -0.0]} ',
    );
  });

  it('sees neither the prototype nor the methods of JavaScript', () => {
    const source =
      '{{ x.constructor }}|{{ x.__proto__ }}|{{ x.toString }}|{{ "a".charAt }}|{{ [].concat }}|{{ x["hasOwnProperty"] }}';
    expect(new ChatTemplate(source).render([], { x: {} })).toBe('|||||');
    expect(attempt(() => new ChatTemplate('{{ 1|constructor }}').render([]))).toBeInstanceOf(UserError);
    expect(attempt(() => new ChatTemplate('{{ 1 is toString }}').render([]))).toBeInstanceOf(UserError);
    const message = JSON.parse('{"role": "user", "__proto__": {"content": "x"}}') as { role: string };
    expect(new ChatTemplate('{{ messages[0].content is defined }}').render([message])).toBe('False');
  });

  it('says where it is wrong, and what it refuses', () => {
    const given = (source: string): string | undefined => {
      const error = attempt(() => new ChatTemplate(source).render([{ role: 'user' }]));
      return error instanceof UserError ? `${error.code} ${error.given}` : error;
    };
    expect(given('a\n{% if x %}\nb')).toBe(
      'data/template line 3: expected {% elif %} or {% else %} or {% endif %}, found the end of the template',
    );
    expect(given('a\n\n{{ messages[0].content.x }}')).toBe("data/template line 3: 'messages[0].content' is undefined");
    expect(given('{% for m in messages %}\n\n{{ 1 + m.role }}{% endfor %}')).toBe(
      "data/template line 3: unsupported operand type(s) for +: 'int' and 'str'",
    );
    expect(given('\n{{ raise_exception("roles must alternate") }}')).toBe(
      'data/template-refused line 2: roles must alternate',
    );
    expect(given('{% frob %}')).toBe('data/template line 1: an unknown tag "frob"');
  });

  it.each([
    [
      'loops without end',
      '{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    [
      'texts without end',
      '{% set ns = namespace(x="aaaaaaaaaa") %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
    ],
    [
      'lists without end',
      '{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
    ],
    ['repeated texts', '{{ "a" * 99999999999 }}'],
    ['repeated lists', '{{ [0] * 99999999999 }}'],
    ['wide texts', '{{ "a"|center(99999999999) }}'],
    ['wide formats', '{{ "%99999999999s" % "a" }}'],
    ['deep indentation', '{{ ("a\n" * 99999)|indent(99999) }}'],
    ['replacements', '{{ ("a" * 99999)|replace("a", "b" * 99999) }}'],
    ['joined texts', '{{ (["a"] * 99999)|join("b" * 99999) }}'],
    ['powers', '{{ 9 ** 9 ** 9 }}'],
    ['long ranges', '{{ range(99999999) }}'],
    ['macros that call themselves', '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}'],
    ['loops that call themselves', '{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}'],
    ['deep parentheses', `{{ ${'('.repeat(99999)}1${')'.repeat(99999)} }}`],
    ['deep negation', `{{ ${'-'.repeat(99999)}1 }}`],
    ['deep blocks', '{% if true %}'.repeat(9999) + '{% endif %}'.repeat(9999)],
    [
      'deep values',
      '{% set ns = namespace(x=[]) %}{% for a in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}',
    ],
    ['a long template', 'a'.repeat(1_000_001)],
  ])('with %s ends with an error', (_, source) => {
    const startMs = performance.now();
    const error = attempt(() => new ChatTemplate(source, {}, { maxSteps: 300_000 }).render([]));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).code).toBe('data/template');
    expect(performance.now() - startMs).toBeLessThan(5000);
  });

  it('that is damaged leads to an error of ours or to a text', () => {
    const sources = ['chatml.jinja', 'headers.jinja', 'alternating.jinja', 'typed.jinja'].map(read);
    const marks = [
      '{{',
      '}}',
      '{%',
      '%}',
      '{#',
      '#}',
      '-',
      '(',
      ')',
      '[',
      ']',
      '|',
      "'",
      '"',
      'in',
      'is',
      '.',
      ',',
      '\\',
    ];
    const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), fc.constantFrom(...marks, ''));
    const chat = chats.get('tools')!;
    const outcomes = { text: 0, error: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.array(change, { minLength: 1, maxLength: 3 }), (source, changes) => {
        let damaged = source;
        for (const [at, length, mark] of changes) {
          const begin = Math.floor(at * damaged.length);
          damaged = damaged.slice(0, begin) + mark + damaged.slice(begin + length);
        }
        const result = attempt(() =>
          new ChatTemplate(damaged, {}, { maxSteps: 100_000 }).render(chat.get('messages') as Map<string, unknown>[], {
            tools: chat.get('tools') as unknown[],
          }),
        );
        outcomes[typeof result === 'string' ? 'text' : 'error'] += 1;
      }),
      { numRuns: 400 },
    );
    expect(Math.min(outcomes.text, outcomes.error)).toBeGreaterThan(10);
  });
});

describe('parseJsonExactly', () => {
  const plain = (x: unknown): unknown => {
    if (Array.isArray(x)) return x.map(plain);
    if (x instanceof Map) return Object.fromEntries([...(x as Map<string, unknown>)].map(([k, v]) => [k, plain(v)]));
    return typeof x === 'object' && x !== null ? (x as { value: number }).value : x;
  };
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        const expected = JSON.parse(spaced, (_, v: unknown) =>
          typeof v === 'number' && !Number.isSafeInteger(v) && Number.isInteger(v) ? 0 : v,
        ) as unknown;
        const got = plain(parseJsonExactly(spaced));
        const withoutBig = JSON.parse(
          JSON.stringify(got, (_, v: unknown) =>
            typeof v === 'bigint' || (typeof v === 'number' && Number.isInteger(v) && !Number.isSafeInteger(v)) ? 0 : v,
          ),
        ) as unknown;
        expect(withoutBig).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });
  it.each(['', '{', '[1,]', '{"a" 1}', 'nul', '1.', '"\\x"', '{"a":1}}'])('refuses %s', (text) => {
    expect(() => parseJsonExactly(text)).toThrow(SyntaxError);
  });
  it('does not lose itself in depth', () => {
    expect(() => parseJsonExactly('['.repeat(200_000) + ']'.repeat(200_000))).toThrow(SyntaxError);
  });
});

describe('loadChatTemplate', () => {
  const dir = mkdtempSync(join(tmpdir(), 'espalier-templates-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const folder = (name: string, files: Readonly<Record<string, unknown>>): string => {
    for (const [file, content] of Object.entries(files)) {
      const path = join(dir, name, file);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return join(dir, name);
  };
  it('takes the file before the settings, and special tokens from these', () => {
    const settings = { chat_template: 'settings', bos_token: { content: '<s>' }, eos_token: '</s>', pad_token: null };
    const files = {
      'chat_template.jinja': '{{ bos_token }}{{ eos_token }}{{ sep_token }}{{ pad_token is defined }}',
      'additional_chat_templates/rag.jinja': 'rag',
      'tokenizer_config.json': settings,
      'special_tokens_map.json': { eos_token: '<other>', sep_token: '<sep>' },
    };
    const path = folder('file', files);
    expect(loadChatTemplate(path)!.render([])).toBe('<s></s><sep>False');
    expect(loadChatTemplate(path, { name: 'rag' })!.render([])).toBe('rag');
    expect(loadChatTemplate(folder('settings', { 'tokenizer_config.json': settings }))!.render([])).toBe('settings');
    expect(() => loadChatTemplate(path, { name: '../file/x' })).toThrow(UserError);
  });
  it('chooses from a list by name, and finds none where there is none', () => {
    const chat_template = [
      { name: 'default', template: 'd' },
      { name: 'tool_use', template: 't' },
    ];
    const path = folder('list', { 'tokenizer_config.json': { chat_template } });
    expect(loadChatTemplate(path)!.source).toBe('d');
    expect(loadChatTemplate(path, { name: 'tool_use' })!.source).toBe('t');
    expect(loadChatTemplate(path, { name: 'rag' })).toBeUndefined();
    expect(loadChatTemplate(folder('none', { 'tokenizer_config.json': {} }))).toBeUndefined();
    expect(() => loadChatTemplate(folder('bad', { 'tokenizer_config.json': '{' }))).toThrow(UserError);
  });
  it('reads the metadata of GGUF files', () => {
    const metadata = {
      'tokenizer.chat_template': '{{ bos_token }}{{ eos_token }}',
      'tokenizer.chat_template.tool_use': 't',
      'tokenizer.ggml.tokens': ['<s>', '</s>'],
      'tokenizer.ggml.bos_token_id': 0,
      'tokenizer.ggml.eos_token_id': 1,
    };
    expect(loadChatTemplate(metadata)!.render([])).toBe('<s></s>');
    expect(loadChatTemplate(metadata, { name: 'tool_use' })!.render([])).toBe('t');
    expect(loadChatTemplate({})).toBeUndefined();
  });
});
