import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { tokenizerFromJson } from '../../src/data/index.ts';
import { Grammar, type GrammarSource, type JsonValue, loadModel, Vocabulary } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { characterTokenizer, randomModel } from '../model-files.ts';
import { mulberry } from '../random-numbers.ts';
import { compiled, drawn, EOS, isAllowed, testTokens, usualVocabulary } from './grammar-draws.ts';
import { anySchema, checkGroup, checkSchema } from './schema-cases.ts';

describe('masks', () => {
  const LETTERS = 'abc';
  const MAX_LENGTH = 8;
  let texts = [''];
  for (let from = 0, n = 0; n < MAX_LENGTH; n++) {
    const to = texts.length;
    texts = [...texts, ...texts.slice(from).flatMap((t) => [...LETTERS].map((c) => t + c))];
    from = to;
  }
  const pattern = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.constantFrom('a', 'b', 'ab', '[ab]', '[^a]', 'c', '[ab]{1,3}c', '(?:ab|c){0,2}a'),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
      fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{0,2}')).map(([a, q]) => `(?:${a})${q}`),
    ),
  })).pattern;
  const pieces = fc.uniqueArray(fc.stringMatching(/^[abc]{2,3}$/), { minLength: 1, maxLength: 6 });

  test('are those of all texts that fit, for random patterns and vocabularies', () => {
    fc.assert(
      fc.property(pattern, pieces, fc.integer(), (source, own, seed) => {
        const whole = new RegExp(`^(?:${source})$`);
        const fitting = texts.filter((t) => whole.test(t));
        const tokens = testTokens(own);
        const vocabulary = new Vocabulary(tokens, tokens.vocabSize + 3, new Set([EOS]));
        const grammar = new Grammar({ kind: 'regex', pattern: source }, vocabulary);
        const next = mulberry(seed);
        const state = grammar.begin();
        for (let written = ''; written.length <= 3; ) {
          const mask = state.allowed();
          const expected: number[] = fitting.includes(written) ? [EOS] : [];
          for (let t = 1; t < tokens.vocabSize; t++) {
            const text = written + Buffer.from(tokens.bytesOf(t)!).toString('latin1');
            // Longer ones have no room for what must follow.
            if (fitting.some((f) => f.startsWith(text))) expected.push(t);
          }
          const found = Array.from({ length: vocabulary.size }, (_, t) => t).filter((t) => isAllowed(mask, t));
          const known = found.filter(
            (t) => t === EOS || /^[abc]*$/.test(Buffer.from(tokens.bytesOf(t)!).toString('latin1')),
          );
          const beyond = known.filter(
            (t) => t !== EOS && written.length + tokens.bytesOf(t)!.length > 3 && !expected.includes(t),
          );
          expect(known.filter((t) => !beyond.includes(t))).toEqual(expected);
          const going = expected.filter((t) => t !== EOS);
          if (going.length === 0) return;
          const token = going[Math.floor(next() * going.length)];
          state.accept(token);
          written += Buffer.from(tokens.bytesOf(token)!).toString('latin1');
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of strings with bounds are those of the same grammar written out', () => {
    const tokens = testTokens(['ab', 'abc', 'a"', '"}', 'é', '日本', '\\n', 'abcdef', 'xyz"']);
    const vocabulary = new Vocabulary(tokens, tokens.vocabSize, new Set([EOS]));
    const character =
      '(?:[^"\\\\\\x00-\\x1f]|\\\\["\\\\/bfnrt]|\\\\u(?:[0-9a-cA-Ce-fE-F][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2})|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2})';
    for (const [min, max] of [
      [0, 2],
      [1, 3],
      [2, 6],
    ]) {
      const schema = new Grammar(
        { kind: 'schema', schema: { type: 'string', minLength: min, maxLength: max } },
        vocabulary,
      );
      // The same without a repetition that is counted.
      const written = Array.from({ length: max - min + 1 }, (_, i) => character.repeat(min + i)).join('|');
      const plain = new Grammar({ kind: 'regex', pattern: `"(?:${written})"` }, vocabulary);
      const next = mulberry(min + 1);
      for (let i = 0; i < 20; i++) {
        const [a, b] = [schema.begin(), plain.begin()];
        for (let n = 0; n < 12; n++) {
          const mask = a.allowed();
          expect([...mask]).toEqual([...b.allowed()]);
          const going = Array.from({ length: vocabulary.size }, (_, t) => t).filter(
            (t) => t !== EOS && isAllowed(mask, t),
          );
          if (going.length === 0) break;
          const token = going[Math.floor(next() * going.length)];
          a.accept(token);
          b.accept(token);
        }
      }
    }
  });

  test('tokens of the same bytes, special tokens, and tokens that the tokenizer has not', () => {
    const tokens = testTokens(['ab', 'ab'], ['<call>']);
    const vocabulary = new Vocabulary(tokens, tokens.vocabSize + 40, new Set([EOS]));
    const parts: GrammarSource[] = [
      { kind: 'special', token: '<call>' },
      { kind: 'text', text: 'ab' },
    ];
    const grammar = new Grammar({ kind: 'sequence', parts }, vocabulary);
    const state = grammar.begin();
    const allowed = (): number[] =>
      Array.from({ length: vocabulary.size }, (_, t) => t).filter((t) => isAllowed(state.allowed(), t));
    expect(allowed()).toEqual([259]);
    state.accept(259);
    expect(allowed()).toEqual([1 + 'a'.charCodeAt(0), 257, 258]);
    state.accept(258);
    expect(allowed()).toEqual([EOS]);
  });
});

describe('schemas', () => {
  test('whatever is written under a random schema fits it', () => {
    const next = mulberry(3);
    let numWritten = 0;
    fc.assert(
      fc.property(anySchema, (schema) => {
        if (checkSchema(schema, next, 1) === 'written') numWritten++;
      }),
      { numRuns: 25 },
    );
    expect(numWritten).toBeGreaterThan(12);
  });

  test('values that do not fit are not let through', () => {
    const groups: readonly {
      readonly schema: JsonValue;
      readonly tests: readonly { readonly data: JsonValue; readonly valid: boolean }[];
    }[] = [
      {
        schema: {
          type: 'object',
          properties: { a: {} },
          patternProperties: { '^x': { type: 'integer' } },
          additionalProperties: false,
        },
        tests: [
          { data: { a: 1, x1: 2 }, valid: true },
          { data: { x1: 'a' }, valid: false },
          { data: { b: 1 }, valid: false },
        ],
      },
      {
        schema: {
          oneOf: [
            { type: 'object', properties: { k: { const: 1 } }, required: ['k'] },
            { type: 'string', maxLength: 1 },
          ],
        },
        tests: [
          { data: { k: 1 }, valid: true },
          { data: '😀', valid: true },
          { data: { k: 2 }, valid: false },
          { data: 'ab', valid: false },
        ],
      },
      {
        schema: { type: 'number', exclusiveMinimum: -1.5, maximum: 0, multipleOf: 0.25 },
        tests: [-1.25, -0.5, 0]
          .map((data) => ({ data, valid: true }))
          .concat([-1.5, 0.25, -0.1, -2].map((data) => ({ data, valid: false }))),
      },
    ];
    for (const g of groups) {
      const found = checkGroup({ description: '', ...g });
      expect(found).toEqual({
        wrong: [],
        let: g.tests.filter((t) => t.valid).length,
        valid: g.tests.filter((t) => t.valid).length,
      });
    }
  });

  test('blanks are bounded where they are asked for, and absent where they are not', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'integer' } } },
      required: ['a'],
    };
    const [none, some] = [undefined, true].map(
      (allowsBlanks) =>
        new Grammar({ kind: 'schema', schema, ...(allowsBlanks ? { allowsBlanks } : {}) }, usualVocabulary),
    );
    expect(none.matches('{"a":[1,2]}')).toBe(true);
    expect(none.matches('{"a": [1,2]}')).toBe(false);
    expect(some.matches('{ "a" : [ 1,\n2 ] }')).toBe(true);
    expect(some.matches('{   "a":[]}')).toBe(false);
  });
});

describe('grammars as llama.cpp writes them', () => {
  const json = `root ::= object
value ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* )? "}" ws
array ::= "[" ws ( value ("," ws value)* )? "]" ws
string ::= "\\"" ( [^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\bfnrt] | "u" [0-9a-fA-F]{4}) )* "\\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
# Optional space: by convention, applied in this grammar after literal chars when allowed
ws ::= | " " | "\\n" [ \\t]{0,20}
`;
  test('JSON, and what is drawn of it', () => {
    const grammar = new Grammar({ kind: 'gbnf', text: json }, usualVocabulary);
    for (const text of ['{}', '{"a": [1, {"b": null}], "c": -1.5e3}', '{"é": "\\u00e9"}'])
      expect(grammar.matches(text)).toBe(true);
    for (const text of ['[]', '{"a"}', '{"a": 01}', '{"a": 1']) expect(grammar.matches(text)).toBe(false);
    const next = mulberry(2);
    const texts = Array.from({ length: 20 }, () => drawn(grammar, next)).filter((t) => t !== undefined);
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) expect(typeof JSON.parse(text)).toBe('object');
  });

  test('other spellings, several lines, repetitions', () => {
    const text = `start: "a"{2,3} (b | 'c'\n | "d")+; // two or three\nb = "b"`;
    const grammar = new Grammar({ kind: 'gbnf', text }, usualVocabulary);
    for (const t of ['aab', 'aaacd', 'aabcd']) expect(grammar.matches(t)).toBe(true);
    for (const t of ['ab', 'aaaab', 'aa']) expect(grammar.matches(t)).toBe(false);
  });

  test('mistakes are told with their line', () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['root ::= "a"\nroot ::= "b"', 'a second rule root in line 2'],
      ['root ::= "a', 'a text without its end in line 1'],
      ['root ::= (a', 'no rule a|a \\( without'],
      ['a ::= "x"', 'no rule root'],
      ['root ::= a "x"\na ::= root | "y"', 'begins with itself'],
      ['root ::= "x" root', 'no text of any length fits the rule root'],
      ['root ::= [z-a]', 'a range of characters that is none'],
      [`root ::= ${'('.repeat(1000)}`, 'nested too deeply'],
    ];
    for (const [text, message] of wrong)
      expect(String(compiled({ kind: 'gbnf', text })), text).toMatch(new RegExp(message));
  });
});

test('patterns that cannot be followed are refused by name', () => {
  for (const pattern of ['(a)\\1', 'a(?!b)', 'a\\b', 'x{3,2}', '[b-a]', '(', ')', '*a', 'a**', '\\p{Nothing}', 'a^b'])
    expect(compiled({ kind: 'regex', pattern }), pattern).toMatchObject({ code: 'models/grammar' });
});

test('where no token goes on, the text may end, and what failed is told', () => {
  const all = testTokens();
  const letters = new Vocabulary(
    { ...all, bytesOf: (id) => (id === 1 + 'z'.charCodeAt(0) ? undefined : all.bytesOf(id)) },
    257,
    new Set([EOS]),
  );
  const state = new Grammar({ kind: 'regex', pattern: 'az' }, letters).begin();
  state.accept(1 + 'a'.charCodeAt(0));
  expect(isAllowed(state.allowed(), EOS)).toBe(true);
  expect(state.failure).toMatchObject({ code: 'models/grammar' });
});

describe('a model', () => {
  const dir = mkdtempSync(join(tmpdir(), 'espalier-grammar-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('writes what fits, beside one that writes what it likes', async () => {
    const config = {
      model_type: 'llama',
      vocab_size: 95,
      hidden_size: 16,
      intermediate_size: 24,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      max_position_embeddings: 128,
    };
    const model = loadModel(await randomModel(dir, config), { engine: createEngine('wasm') });
    const tokenizer = await tokenizerFromJson(characterTokenizer(), { backend: 'javascript' });
    const stopTokens = new Set([0]);
    const vocabulary = new Vocabulary(tokenizer, 95, stopTokens);
    const grammar = new Grammar({ kind: 'regex', pattern: '(?:ab|cd){3}\\d' }, vocabulary);
    const prompts = ['one', 'another'].map((t) => tokenizer.encode(t));
    const plain = { maxNewTokens: 10, stopTokens, temperature: 1, seed: 4 };
    const [alone] = await model.generate([prompts[1]], plain);
    const [first, second] = await model.generate(prompts, [{ ...plain, grammar }, plain]);
    expect(tokenizer.decode(first, { skipSpecialTokens: true })).toMatch(/^(ab|cd){3}\d$/);
    expect(first.at(-1)).toBe(0);
    expect(second).toEqual(alone);
    await expect(model.generate(prompts, { ...plain, stopTokens: new Set(), grammar })).rejects.toMatchObject({
      code: 'models/sampling',
    });
    tokenizer.close();
  });
});
