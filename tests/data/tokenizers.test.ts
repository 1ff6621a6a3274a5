import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/base/index.ts';
import {
  IncrementalDetokenizer,
  loadTokenizer,
  type Tokenizer,
  type TokenizerBackend,
  tokenizerFromJson,
} from '../../src/data/index.ts';

/* Small tokenizers of every kind and the ids of Python's library: tests/oracles/small_tokenizers.py writes them. */
const oracles = join(import.meta.dirname, '../oracles/tokenizers');
const kinds = ['byte-level', 'byte-fallback', 'word-piece', 'unigram'] as const;
const backends: readonly TokenizerBackend[] = ['native', 'javascript'];
const read = (name: string): unknown => JSON.parse(readFileSync(join(oracles, name), 'utf8'));

interface Case {
  readonly text: string;
  readonly framed: readonly number[];
  readonly ids: readonly number[];
  readonly plain: readonly number[];
  readonly decoded: string;
  readonly skipped: string;
}

const opened: Tokenizer[] = [];
async function open(kind: string, backend: TokenizerBackend, config = {}): Promise<Tokenizer> {
  const tokenizer = await tokenizerFromJson(read(`${kind}.json`), { backend, config });
  opened.push(tokenizer);
  return tokenizer;
}
const dir = mkdtempSync(join(tmpdir(), 'espalier-tokenizers-'));
afterAll(() => {
  for (const t of opened) t.close();
  rmSync(dir, { recursive: true, force: true });
});

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof EspalierError) return error.code;
    throw error;
  }
  return 'no error';
}

describe.each(kinds)('a %s tokenizer', (kind) => {
  const cases = read(`${kind}.expected.json`) as readonly Case[];
  describe.each(backends)('in the %s library', (backend) => {
    it('has the ids of Python, with and without tokens around, special or plain', async () => {
      const t = await open(kind, backend);
      for (const c of cases) {
        expect([c.text, ...t.encode(c.text)]).toEqual([c.text, ...c.framed]);
        expect([c.text, ...t.encode(c.text, { addSpecialTokens: false })]).toEqual([c.text, ...c.ids]);
        const plain = t.encode(c.text, { addSpecialTokens: false, allowSpecial: false });
        expect([c.text, ...plain]).toEqual([c.text, ...c.plain]);
      }
      const late = await Promise.all(cases.map((c) => t.encodeAsync(c.text)));
      expect(late.map((ids) => [...ids])).toEqual(cases.map((c) => c.framed));
    });
  });
  it('has the text of Python', async () => {
    const t = await open(kind, 'javascript');
    for (const c of cases) {
      expect(t.decode(c.framed)).toBe(c.decoded);
      expect(t.decode(c.framed, { skipSpecialTokens: true })).toBe(c.skipped);
    }
  });
});

describe('a tokenizer', () => {
  it('gives ids at once while others are on their way', async () => {
    const t = await open('byte-level', 'native');
    const late = ['one', 'two', 'three'].map((text) => t.encodeAsync(text));
    const now = t.encode('four');
    expect((await Promise.all(late)).map((ids) => t.decode(ids, { skipSpecialTokens: true }))).toEqual([
      'one',
      'two',
      'three',
    ]);
    expect(t.decode(now, { skipSpecialTokens: true })).toBe('four');
  });
  it('knows its tokens, their ids and their bytes', async () => {
    const t = await open('byte-level', 'javascript', { bos_token: '<s>', eos_token: { content: '</s>' } });
    expect(t.vocabSize).toBe(421);
    expect(t.special).toEqual({ bos: 0, eos: 1, all: new Set([0, 1, 2]) });
    expect([t.tokenOf(1), t.idOf('</s>'), t.tokenOf(421), t.tokenOf(-1), t.idOf('nowhere')]).toEqual([
      '</s>',
      1,
      undefined,
      undefined,
      undefined,
    ]);
    const text = 'Привет 🚀\n<plain>';
    const ids = t.encode(text, { addSpecialTokens: false });
    expect(Buffer.concat([...ids].map((id) => t.bytesOf(id)!)).toString()).toBe(text);
    const spm = await open('byte-fallback', 'javascript');
    const bytes = [...spm.encode('dog 🚀', { addSpecialTokens: false })].map((id) => spm.bytesOf(id)!);
    expect(Buffer.concat(bytes).toString()).toBe(' dog 🚀');
  });
  it('makes U+FFFD of half a surrogate pair, and text of U+FEFF', async () => {
    for (const backend of backends) {
      const t = await open('byte-level', backend);
      expect(t.decode(t.encode('a\ud83db\ufeff'), { skipSpecialTokens: true })).toBe('a\ufffdb\ufeff');
    }
  });
  it('takes roles, more special tokens and the frame from the settings', async () => {
    const t = await open('byte-fallback', 'native', {
      tokenizer_class: 'LlamaTokenizer',
      add_bos_token: false,
      add_eos_token: true,
      bos_token: '<s>',
      eos_token: '</s>',
      added_tokens_decoder: { 700: { content: '<|turn|>', special: true }, 703: { content: '<b>' } },
      additional_special_tokens: ['<unheard>'],
    });
    // The vocabulary has fewer tokens: the ids between stay free.
    expect(t.special).toEqual({ bos: 1, eos: 2, unk: 0, all: new Set([0, 1, 2, 700]) });
    expect(t.tokenOf(702)).toBeUndefined();
    const ids = [...t.encode('<|turn|><b>')];
    expect(ids).toEqual([700, 703, 2]);
    expect(t.encode('<|turn|>', { allowSpecial: false })).not.toContain(700);
    expect(t.decode(ids, { skipSpecialTokens: true })).toBe('<b>');
  });
  it('with patterns that are not known is not given to the native library, and is stopped when it takes too long', async () => {
    const json = read('byte-level.json') as { pre_tokenizer: { pretokenizers: object[] } };
    const withPattern = (Regex: string): unknown => ({
      ...json,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false },
          json.pre_tokenizer.pretokenizers[1],
        ],
      },
    });
    const known = await tokenizerFromJson(json);
    expect(known.backend).toBe('native');
    known.close();
    const text = `${'a'.repeat(40)}!`;
    for (const encode of [(t: Tokenizer) => t.encode(text), (t: Tokenizer) => t.encodeAsync(text)]) {
      const t = await tokenizerFromJson(withPattern('(a+)+$'), { timeLimitMs: 200 });
      expect(t.backend).toBe('javascript');
      expect(t.decode(t.encode('b!'), { skipSpecialTokens: true })).toBe('b!');
      expect(await codeOf(async () => encode(t))).toBe('data/tokenizer-time');
      expect(await codeOf(() => t.encodeAsync('b'))).toBe('data/tokenizer-time');
    }
  });
  it('is of no use once it is closed', async () => {
    const t = await open('byte-level', 'native');
    const pending = t.encodeAsync('x'.repeat(1000));
    t.close();
    await expect(pending).rejects.toMatchObject({ code: 'data/tokenizer-closed' });
    expect(await codeOf(async () => t.encode('x'))).toBe('data/tokenizer-closed');
  });
});

describe('a folder', () => {
  const folder = (name: string, files: Readonly<Record<string, unknown>>): string => {
    mkdirSync(join(dir, name), { recursive: true });
    for (const [file, content] of Object.entries(files))
      writeFileSync(join(dir, name, file), typeof content === 'string' ? content : JSON.stringify(content));
    return join(dir, name);
  };
  const load = async (path: string, backend: TokenizerBackend = 'javascript'): Promise<Tokenizer> => {
    const t = await loadTokenizer(path, { backend });
    opened.push(t);
    return t;
  };
  it('is read with the settings beside its tokenizer.json', async () => {
    const path = folder('whole', {
      'tokenizer.json': {
        ...(read('byte-level.json') as object),
        truncation: { max_length: 2, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
      },
      'tokenizer_config.json': { eos_token: '</s>', pad_token: null },
      'special_tokens_map.json': { eos_token: '<|special|>', pad_token: '<|special|>' },
      'added_tokens.json': { '<plain>': 420 },
    });
    for (const from of [path, join(path, 'tokenizer.json')]) {
      const t = await load(from, 'native');
      expect([t.special.eos, t.special.pad]).toEqual([1, 2]);
      expect(t.encode('Hello world').length).toBeGreaterThan(4);
    }
  });
  it('may hold a vocabulary and its merges', async () => {
    const { model } = read('byte-level.json') as { model: { vocab: object; merges: string[][] } };
    const files = {
      'vocab.json': model.vocab,
      'merges.txt': `#version: 0.2\n${model.merges.map((m) => m.join(' ')).join('\n')}\n`,
    };
    const text = 'the dog  sleeps 123';
    const byWords: Readonly<Record<string, readonly string[]>> = {};
    for (const tokenizer_class of ['GPT2Tokenizer', 'Qwen2Tokenizer', 'RobertaTokenizer']) {
      const t = await load(folder(tokenizer_class, { ...files, 'tokenizer_config.json': { tokenizer_class } }));
      const ids = t.encode(text);
      expect(t.decode(ids)).toBe(tokenizer_class === 'RobertaTokenizer' ? `<s>${text}</s>` : text);
      Object.assign(byWords, { [tokenizer_class]: [...ids] });
    }
    const t = await load(
      folder('numbers', { ...files, 'tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' } }),
    );
    expect([...t.encode('123')].map((id) => t.tokenOf(id))).toEqual(['1', '2', '3']);
    const other = folder('other', { ...files, 'tokenizer_config.json': { tokenizer_class: 'CLIPTokenizer' } });
    await expect(loadTokenizer(other)).rejects.toThrow(/CLIPTokenizer.*tokenizer\.json/s);
  });
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['nothing', {}],
    ['an empty file', { 'tokenizer.json': '' }],
    ['a file cut short', { 'tokenizer.json': JSON.stringify(read('byte-level.json')).slice(0, 5000) }],
    ['a list', { 'tokenizer.json': [] }],
    ['no model', { 'tokenizer.json': { added_tokens: [] } }],
    ['a vocabulary that is null', { 'tokenizer.json': { model: { type: 'BPE', vocab: null, merges: [] } } }],
    ['an id that is huge', { 'tokenizer.json': { model: { type: 'BPE', vocab: { a: 4e9 }, merges: [] } } }],
    ['an id that is negative', { 'tokenizer.json': { model: { type: 'BPE', vocab: { a: -1 }, merges: [] } } }],
    ['an id of two tokens', { 'tokenizer.json': { model: { type: 'BPE', vocab: { a: 0, b: 0 }, merges: [] } } }],
    ['a merge of no tokens', { 'tokenizer.json': { model: { type: 'BPE', vocab: { a: 0 }, merges: [['x', 'y']] } } }],
    ['an unknown model', { 'tokenizer.json': { model: { type: 'Magic', vocab: { a: 0 } } } }],
    [
      'an unknown decoder',
      { 'tokenizer.json': { model: { type: 'BPE', vocab: { a: 0 }, merges: [] }, decoder: { type: 'Magic' } } },
    ],
    [
      'an unknown normalizer',
      { 'tokenizer.json': { model: { type: 'BPE', vocab: { a: 0 }, merges: [] }, normalizer: { type: 'Magic' } } },
    ],
    [
      'a template with a token that is not there',
      {
        'tokenizer.json': {
          model: { type: 'BPE', vocab: { a: 0 }, merges: [] },
          post_processor: {
            type: 'TemplateProcessing',
            single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
            pair: [],
            special_tokens: { '<s>': { id: '<s>', ids: [7], tokens: ['<s>'] } },
          },
        },
      },
    ],
    [
      'an added token with the id of another',
      {
        'tokenizer.json': {
          model: { type: 'BPE', vocab: { a: 0 }, merges: [] },
          added_tokens: [{ id: 0, content: 'b', special: true }],
        },
      },
    ],
    ['settings that are no JSON', { 'tokenizer.json': read('byte-level.json'), 'tokenizer_config.json': '{' }],
    ['merges that are none', { 'vocab.json': { a: 0 }, 'merges.txt': 'a\n' }],
    ['a vocabulary without merges', { 'vocab.json': { a: 0 } }],
  ])('with %s leads to one clear error', async (what, files) => {
    const path = folder(`bad ${what}`, files);
    for (const backend of backends) expect(await codeOf(() => loadTokenizer(path, { backend }))).toBe('data/tokenizer');
    await expect(loadTokenizer(path)).rejects.toThrow(path);
  });
  it('whose tokenizer.json is damaged leads to an error of ours or to a tokenizer', async () => {
    const odd = fc.constantFrom<unknown>(
      ...[
        null,
        -1,
        0,
        1e9,
        0.5,
        '',
        'x',
        '\0',
        '▁',
        [],
        {},
        true,
        [[]],
        ['a', 'b'],
        { type: 'ByteLevel' },
        { type: 'Sequence' },
      ],
      ...[
        { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' },
        { type: 'Split', pattern: { Regex: '(?=a)' }, behavior: 'Isolated', invert: false },
        { type: 'Metaspace', replacement: 'ab' },
        { type: 'Strip', content: '', start: 1e9, stop: 1e9 },
        { type: 'FixedLength', length: 0 },
      ],
    );
    const parts = ['added_tokens', 'normalizer', 'pre_tokenizer', 'post_processor', 'decoder', 'model'];
    const change = fc.record({
      part: fc.constantFrom(...parts),
      path: fc.array(fc.nat(600), { maxLength: 5 }),
      value: odd,
    });
    /** Something else at the end of a path, whose steps choose among the keys that are there. */
    const changed = (x: unknown, path: readonly number[], value: unknown): unknown => {
      if (path.length === 0 || typeof x !== 'object' || x === null) return value;
      const entries = Object.entries(x);
      if (entries.length === 0) return value;
      const at = path[0] % entries.length;
      entries[at] = [entries[at][0], changed(entries[at][1], path.slice(1), value)];
      return Array.isArray(x) ? entries.map(([, item]) => item as unknown) : Object.fromEntries(entries);
    };
    const outcomes = { error: 0, read: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...kinds),
        fc.array(change, { minLength: 1, maxLength: 2 }),
        fc.constantFrom<Partial<Record<'backend', 'javascript'>>>({}, { backend: 'javascript' }),
        async (kind, changes, options) => {
          let json = read(`${kind}.json`) as Record<string, unknown>;
          for (const { part, path, value } of changes) json = { ...json, [part]: changed(json[part], path, value) };
          let t: Tokenizer | undefined;
          try {
            t = await tokenizerFromJson(json, { ...options, timeLimitMs: 300 });
            t.decode(t.encode(`Hello <s> 世界 e\u0301 12 ${'a'.repeat(40)}b`));
            t.encode('x <s>', { allowSpecial: false });
            outcomes.read += 1;
          } catch (error) {
            if (!(error instanceof EspalierError) || !error.code.startsWith('data/tokenizer')) throw error;
            outcomes.error += 1;
          } finally {
            t?.close();
          }
        },
      ),
      { numRuns: 120 },
    );
    expect(Math.min(outcomes.error, outcomes.read)).toBeGreaterThan(10);
  }, 30_000);
  it('that is not there is named', async () => {
    await expect(loadTokenizer(join(dir, 'absent'))).rejects.toThrow(/absent.*ENOENT/);
  });
});

describe('an incremental detokenizer', () => {
  /** Everything it returned, after checks of what it may not return. */
  function stream(t: Tokenizer, prompt: readonly number[], ids: readonly number[], skipSpecialTokens: boolean): string {
    const d = new IncrementalDetokenizer(t, prompt, { skipSpecialTokens });
    const parts = ids.map((id) => d.push(id));
    expect(parts.some((p) => /\p{Surrogate}/u.test(p))).toBe(false);
    const rest = d.finish();
    expect(d.finish()).toBe('');
    return parts.join('') + rest;
  }
  it.each(kinds)('of a %s tokenizer returns the text of what comes, for any text, token by token', async (kind) => {
    const t = await open(kind, 'javascript');
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    const words = fc.array(fc.constantFrom('the dog', ' 🚀', 'é', '\n', '</s>', ' it', 'नमस्ते', '  '), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          words.map((w) => w.join('')),
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (all, at, skipSpecialTokens) => {
          const ids = [...t.encode(all)];
          let cut = Math.floor(at * ids.length);
          // A prompt ends with a whole character.
          while (cut > 0 && t.decode(ids.slice(0, cut)).endsWith('\ufffd')) cut -= 1;
          const [prompt, rest] = [ids.slice(0, cut), ids.slice(cut)];
          const whole = t.decode(ids, { skipSpecialTokens });
          const before = t.decode(prompt, { skipSpecialTokens });
          expect(stream(t, prompt, rest, skipSpecialTokens)).toBe(whole.slice(before.length));
          const d = new IncrementalDetokenizer(t, prompt);
          const parts = rest.map((id) => d.push(id)).join('');
          if (!all.includes('\ufffd') && kind.startsWith('byte')) expect(parts).not.toContain('\ufffd');
        },
      ),
      { numRuns: 150 },
    );
  });
  it.each(kinds)('of a %s tokenizer returns the text of any ids', async (kind) => {
    const t = await open(kind, 'javascript');
    const id = fc.oneof(fc.integer({ min: 0, max: t.vocabSize + 2 }), fc.integer({ min: 0, max: 262 }));
    fc.assert(
      fc.property(fc.array(id, { maxLength: 200 }), fc.boolean(), (ids, skipSpecialTokens) => {
        expect(stream(t, [], ids, skipSpecialTokens)).toBe(t.decode(ids, { skipSpecialTokens }));
      }),
      { numRuns: 150 },
    );
  });
  it('gives a character whose first bytes are the last of the prompt', async () => {
    const t = await open('byte-fallback', 'javascript');
    const ids = [...t.encode('go 🦙!', { addSpecialTokens: false })];
    const cut = ids.length - 3;
    expect(t.decode(ids.slice(0, cut))).toMatch(/\ufffd$/);
    const d = new IncrementalDetokenizer(t, ids.slice(0, cut));
    expect(ids.slice(cut).map((id) => d.push(id))).toEqual(['', '🦙', '!']);
  });
  it('returns bytes that never become a character, in time that does not grow', async () => {
    const t = await open('byte-level', 'javascript');
    const byte = t.idOf('ÿ')!;
    expect([...t.bytesOf(byte)!]).toEqual([255]);
    const d = new IncrementalDetokenizer(t);
    let text = '';
    let numDecoded = 0;
    const counting = Object.create(t, {
      decode: {
        value: (ids: readonly number[]) => {
          numDecoded += ids.length;
          return t.decode(ids);
        },
      },
      tokenOf: { value: (id: number) => t.tokenOf(id) },
    }) as Tokenizer;
    const counted = new IncrementalDetokenizer(counting);
    for (let i = 0; i < 2000; i++) {
      text += d.push(byte);
      counted.push(byte);
    }
    expect(text + d.finish()).toBe('\ufffd'.repeat(2000));
    expect(numDecoded).toBeLessThan(2000 * 80);
  });
});
