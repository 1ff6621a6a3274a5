import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Grammar, type GrammarSource, Vocabulary } from '../../src/models/index.ts';
import {
  OutputReader,
  type Piece,
  reasoningFormats,
  type ToolFormatName,
  toolFormatOf,
  toolFormats,
} from '../../src/serve/index.ts';
import { drawn, EOS, testTokens } from '../models/grammar-draws.ts';
import { mulberry } from '../random-numbers.ts';

/* What families of models write, and what is read of it. */

interface Read {
  text: string;
  reasoning: string;
  calls: { name: string; arguments: string }[];
}

function readAll(format: ToolFormatName, pieces: readonly string[], isReasoning = false): Read {
  const reader = new OutputReader({ tools: toolFormats[format], reasoning: reasoningFormats.think, isReasoning });
  const out: Read = { text: '', reasoning: '', calls: [] };
  const take = (found: readonly Piece[]): void => {
    for (const p of found) {
      if (p.kind === 'call') {
        expect(p.call).toBe(out.calls.length);
        out.calls.push({ name: p.name, arguments: '' });
      } else if (p.kind === 'arguments') out.calls[p.call].arguments += p.text;
      else out[p.kind] += p.text;
    }
  };
  for (const piece of pieces) take(reader.push(piece));
  take(reader.finish());
  return out;
}

const call = (name: string, given: unknown) => ({ name, arguments: given });
type Case = readonly [
  format: ToolFormatName,
  written: string,
  text: string,
  calls: readonly { name: string; arguments: unknown }[],
];
const cases: readonly Case[] = [
  [
    'hermes',
    'Sure.\n<tool_call>\n{"name": "f", "arguments": {"a": "}<", "b": [1, {"c": 2}]}}\n</tool_call>',
    'Sure.',
    [call('f', { a: '}<', b: [1, { c: 2 }] })],
  ],
  [
    'hermes',
    '<tool_call>{"arguments": {"a": 1}, "name": "f"}</tool_call>\n<tool_call>{"name": "g"}</tool_call>',
    '',
    [call('f', { a: 1 }), call('g', {})],
  ],
  [
    'hermes',
    '<tool_call>{"name": "f", "arguments": "{\\"a\\": \\"x\\"}"}</tool_call> done',
    'done',
    [call('f', { a: 'x' })],
  ],
  ['hermes', 'a <tool_call> b', 'a <tool_call> b', []],
  ['llama', '{"name": "f", "parameters": {"a": "b"}}', '', [call('f', { a: 'b' })]],
  [
    'llama',
    '<|python_tag|>{"name": "f", "parameters": {}}; {"name": "g", "parameters": {"x": null}}',
    '',
    [call('f', {}), call('g', { x: null })],
  ],
  ['llama', '{"answer": 42}', '{"answer": 42}', []],
  ['llama', 'It is {"name": "f"} here. ', 'It is {"name": "f"} here. ', []],
  [
    'mistral',
    '[TOOL_CALLS] [{"name": "f", "arguments": {"a": [1]}}, {"name": "g", "arguments": {}}]',
    '',
    [call('f', { a: [1] }), call('g', {})],
  ],
  [
    'mistral-args',
    'hm[TOOL_CALLS]f[ARGS]{"a": "]"}[TOOL_CALLS]g{"b": 2}',
    'hm',
    [call('f', { a: ']' }), call('g', { b: 2 })],
  ],
  ['mistral-args', '[TOOL_CALLS]f[CALL_ID]123456789[ARGS]{"a": 1}', '', [call('f', { a: 1 })]],
  [
    'deepseek',
    'Ok<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{"a": "```"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>g\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    'Ok',
    [call('f', { a: '```' }), call('g', {})],
  ],
  [
    'deepseek-v3.1',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{"a": 1}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    '',
    [call('f', { a: 1 })],
  ],
  [
    'function-gemma',
    '<start_function_call>call:f{city:<escape>Oslo, {N}<escape>,n:2,ok:true}<end_function_call>',
    '',
    [call('f', { city: 'Oslo, {N}', n: 2, ok: true })],
  ],
  [
    'gemma4',
    'so <|tool_call>call:f{a:[1,<|"|>x<|"|>],b:{c:null}}<tool_call|>',
    'so',
    [call('f', { a: [1, 'x'], b: { c: null } })],
  ],
  ['gemma4', 'so <|tool_call>nothing<tool_call|>', 'so <|tool_call>nothing<tool_call|>', []],
  ['json', '\n{"name": "f", "parameters": {"a": 1}}', '', [call('f', { a: 1 })]],
];
const parsed = ({ text, calls }: Read) => ({ text, calls: calls.map((c) => call(c.name, JSON.parse(c.arguments))) });

describe('what is read', () => {
  test.each(cases)('%s: %s', (format, written, text, calls) => {
    expect(parsed(readAll(format, [written]))).toEqual({ text, calls });
    const thought = readAll(format, [`<think>\nWhy <b>?\n\n</think>\n\n${written}`]);
    expect(thought.reasoning).toBe('Why <b>?');
    expect(parsed(thought).calls).toEqual(calls);
    expect(thought.text.trim()).toBe(text.trim());
    expect(readAll(format, [`so</think>${written}`], true).reasoning).toBe('so');
  });

  test('does not depend on where a text is cut', () => {
    const marks = [
      ...Object.values(toolFormats).flatMap((f) => f.markers),
      '<think>',
      '</think>',
      '{"name": "f"',
      ', "arguments": {"a": 1}}',
      '{',
      '}',
      '\n',
      ' ',
      ';',
      ',',
      'x',
      '"',
      '`',
      '<',
      '[',
      'call:f',
      '```json',
    ];
    const free = fc
      .array(fc.constantFrom(...marks, ...cases.map((c) => c[1])), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const format = fc.constantFrom(...(Object.keys(toolFormats) as ToolFormatName[]));
    fc.assert(
      fc.property(
        format,
        free,
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.boolean(),
        (name, text, cuts, isReasoning) => {
          const at = [...new Set(cuts.map((c) => c % (text.length + 1)))].sort((a, b) => a - b);
          const pieces = [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length));
          const whole = readAll(name, [text], isReasoning);
          expect(readAll(name, pieces, isReasoning)).toEqual(whole);
          expect(readAll(name, [...text], isReasoning)).toEqual(whole);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('what is forced', () => {
  const parameters = {
    type: 'object',
    properties: { a: { type: 'string', maxLength: 4 }, n: { type: 'integer', maximum: 9, minimum: 0 } },
    required: ['n'],
    additionalProperties: false,
  };
  const tools = [
    { name: 'first', parameters },
    { name: 'other.one', parameters },
  ];
  const special = Object.values(toolFormats).flatMap((f) => f.markers);
  const tokens = testTokens(['{"', '"name"'], [...new Set(special)]);
  const vocabulary = new Vocabulary(tokens, tokens.vocabSize, new Set([EOS]));

  test.each(Object.keys(toolFormats) as ToolFormatName[])('%s: calls of the tools, and nothing else', (name) => {
    const next = mulberry(8);
    for (const isSpecial of [false, true]) {
      const marker = (text: string): GrammarSource =>
        isSpecial ? { kind: 'special', token: text } : { kind: 'text', text };
      const grammar = new Grammar(toolFormats[name].calls(tools, 3, marker), vocabulary);
      for (let i = 0; i < 15; i++) {
        // Special tokens as the texts that they show.
        const written = drawn(grammar, next)!.replaceAll('\ufffd', '');
        const { text, calls } = readAll(name, [written]);
        expect(text, written).toBe('');
        expect(calls.length, written).toBeGreaterThan(0);
        for (const c of calls) {
          expect(['first', 'other.one']).toContain(c.name);
          expect(Object.keys(JSON.parse(c.arguments))).toContain('n');
        }
      }
    }
  });
});

test('templates show their formats', () => {
  const shown: readonly (readonly [string, ToolFormatName])[] = [
    ['{{ "<tool_call>\\n" }}', 'hermes'],
    ['<|start_header_id|>', 'llama'],
    ['[TOOL_CALLS]', 'mistral'],
    ['[TOOL_CALLS] [ARGS]', 'mistral-args'],
    ['<｜tool▁calls▁begin｜> ```json', 'deepseek'],
    ['<｜tool▁calls▁begin｜>', 'deepseek-v3.1'],
    ['<|tool_call>', 'gemma4'],
    ['<start_of_turn>', 'json'],
  ];
  for (const [template, format] of shown) expect(toolFormatOf(template)).toBe(format);
});
