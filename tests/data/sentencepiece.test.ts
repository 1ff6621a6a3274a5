import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/base/index.ts';
import { loadTokenizer, type Tokenizer, tokenizerFromGguf, tokenizerFromJson } from '../../src/data/index.ts';

/* Small models of SentencePiece and the ids it gives: tests/oracles/small_sentencepiece.py writes them. */
const oracles = join(import.meta.dirname, '../oracles/tokenizers');
const backends = ['native', 'javascript'] as const;
const models = ['llama', 't5', 'bytes'] as const;
const dir = mkdtempSync(join(tmpdir(), 'espalier-sentencepiece-'));
const opened: Tokenizer[] = [];
afterAll(() => {
  for (const t of opened) t.close();
  rmSync(dir, { recursive: true, force: true });
});
const keep = (t: Tokenizer): Tokenizer => {
  opened.push(t);
  return t;
};

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
  readonly decoded: string;
}

/**
 * Where the libraries of Hugging Face, which we follow, are known to differ from SentencePiece: pieces for bytes can be spelled out, and
 * what follows a symbol of the user's is a text of its own, whose spaces at the ends are dropped. Spaces that a text began with in the
 * vocabulary's own spelling are dropped by SentencePiece.
 */
const differs = new Set(['t5: ▁x ▁▁y', 'bytes: <0x41>', 'bytes: a <sep> b<sep>']);

describe.each(models)('the SentencePiece model "%s"', (name) => {
  const cases = (JSON.parse(readFileSync(join(oracles, `${name}.model.expected.json`), 'utf8')) as Case[]).filter(
    (c) => !differs.has(`${name}: ${c.text}`),
  );
  it.each(backends)('has the ids of SentencePiece, which knows no special tokens in texts (%s)', async (backend) => {
    const t = keep(await loadTokenizer(join(oracles, `${name}.model`), { backend }));
    for (const c of cases) {
      const ids = t.encode(c.text, { addSpecialTokens: false, allowSpecial: false });
      expect([c.text, ...ids]).toEqual([c.text, ...c.ids]);
      // What is unknown is written in two ways.
      expect(t.decode(c.ids)).toBe(c.decoded.replaceAll(' ⁇ ', '<unk>'));
    }
  });
});

describe('a model file', () => {
  it('is used as its family does', async () => {
    const load = async (model: string, config: Readonly<Record<string, unknown>>): Promise<Tokenizer> => {
      const folder = mkdtempSync(join(dir, 'family-'));
      writeFileSync(join(folder, 'tokenizer.model'), readFileSync(join(oracles, `${model}.model`)));
      writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
      return keep(await loadTokenizer(folder));
    };
    const llama = await load('llama', { tokenizer_class: 'LlamaTokenizer' });
    expect(llama.special).toEqual({ unk: 0, bos: 1, eos: 2, all: new Set([0, 1, 2]) });
    expect([...llama.encode('x')]).toEqual([1, ...llama.encode('x', { addSpecialTokens: false })]);
    const text = 'the dog</s>the dog';
    const words = async (legacy: boolean): Promise<string[]> => {
      const t = await load('llama', { legacy });
      return [...t.encode(text)].map((id) => t.tokenOf(id)!);
    };
    const [always, first] = [await words(true), await words(false)];
    expect(always.slice(always.indexOf('</s>'))[1]).toMatch(/^▁/);
    expect(first.slice(first.indexOf('</s>'))[1]).not.toMatch(/^▁/);

    const t5 = await load('t5', { tokenizer_class: 'T5Tokenizer', extra_ids: 10 });
    const size = (JSON.parse(readFileSync(join(oracles, 't5.model.expected.json'), 'utf8')) as Case[]).flatMap(
      (c) => c.ids,
    );
    expect(Math.max(...size)).toBeLessThan(t5.idOf('<extra_id_9>')!);
    expect(t5.idOf('<extra_id_0>')).toBe(t5.vocabSize - 1);
    expect([...t5.encode('<extra_id_0>')].filter((id) => t5.special.all.has(id))).toEqual([t5.vocabSize - 1, 1]);
    await expect(load('t5', { tokenizer_class: 'XLMRobertaTokenizer' })).rejects.toThrow(
      /XLMRoberta.*tokenizer\.json/s,
    );
  });

  it('that is damaged leads to an error of ours or to a tokenizer, never to the end of the process', async () => {
    const file = join(dir, 'damaged.model');
    const outcomes = { error: 0, read: 0 };
    const damage = fc.record({
      model: fc.constantFrom(...models),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 1 }),
      changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)), {
        minLength: 1,
        maxLength: 2,
      }),
      backend: fc.constantFrom(...backends),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ model, cut, changes, backend }) => {
        const bytes = Uint8Array.from(readFileSync(join(oracles, `${model}.model`)));
        for (const [at, byte] of changes) bytes[Math.floor(at * bytes.length)] = byte;
        writeFileSync(file, cut === null ? bytes : bytes.subarray(0, cut * bytes.length));
        try {
          const t = await loadTokenizer(file, { backend });
          const ids = t.encode('Hello ＡＢ ﬁ <sep> 世界 e\u0301 12');
          expect(typeof t.decode(ids)).toBe('string');
          t.close();
          outcomes.read += 1;
        } catch (error) {
          if (!(error instanceof EspalierError) || error.code !== 'data/tokenizer') throw error;
          outcomes.error += 1;
        }
      }),
      { numRuns: 120 },
    );
    expect(Math.min(outcomes.error, outcomes.read)).toBeGreaterThan(10);
  });

  it('with a table of characters that leads out of itself is refused: the native library would end the process', async () => {
    const json = (blob: Buffer): unknown => ({
      model: {
        type: 'Unigram',
        unk_id: 0,
        vocab: [
          ['<unk>', 0],
          ['a', -1],
        ],
      },
      normalizer: {
        type: 'Sequence',
        normalizers: [{ type: 'Precompiled', precompiled_charsmap: blob.toString('base64') }],
      },
    });
    const table = (...units: number[]): Buffer => {
      const blob = Buffer.alloc(4 + 4 * units.length + 2);
      blob.writeUInt32LE(4 * units.length);
      for (const [i, u] of units.entries()) blob.writeUInt32LE(u >>> 0, 4 + 4 * i);
      return blob;
    };
    const empty = Array.from({ length: 256 }, () => 0);
    expect([...keep(await tokenizerFromJson(json(table(...empty)))).encode('a')]).toEqual([1]);
    for (const blob of [
      Buffer.alloc(0),
      Buffer.alloc(3),
      table(...empty).subarray(0, 500),
      table(0),
      table(...empty.with(0, (0xfffff << 10) | 0x200)),
      table(...empty.with(97, 0x100).with(0, 0x80000000 | 7)),
    ])
      await expect(tokenizerFromJson(json(blob))).rejects.toMatchObject({ code: 'data/tokenizer' });
  });
});

describe('the vocabulary of a GGUF file', () => {
  const bpe = JSON.parse(readFileSync(join(oracles, 'byte-level.json'), 'utf8')) as {
    model: { vocab: Record<string, number>; merges: string[][] };
  };
  const tokens = Object.entries(bpe.model.vocab)
    .sort((a, b) => a[1] - b[1])
    .map(([token]) => token);
  const gpt2 = {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'llama-bpe',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.merges': bpe.model.merges.map((m) => m.join(' ')),
    'tokenizer.ggml.token_type': Int32Array.from(tokens, (_, id) => (id < 3 ? 3 : 1)),
    'tokenizer.ggml.bos_token_id': 0,
    'tokenizer.ggml.eos_token_id': 1,
  };
  it.each(backends)('of bytes has the ids of the tokenizer it was made of (%s)', async (backend) => {
    const t = keep(await tokenizerFromGguf(gpt2, { backend }));
    const cases = JSON.parse(readFileSync(join(oracles, 'byte-level.expected.json'), 'utf8')) as Case[];
    for (const c of cases) {
      // The original also composes characters, and knows one more token.
      if (c.text !== c.text.normalize('NFC') || c.text.includes('<plain>')) continue;
      expect([c.text, ...t.encode(c.text, { addSpecialTokens: false })]).toEqual([c.text, ...c.ids]);
    }
    expect(t.special).toEqual({ bos: 0, eos: 1, all: new Set([0, 1, 2]) });
    expect([...t.encode('')]).toEqual([0]);
    const other = keep(
      await tokenizerFromGguf({ ...gpt2, 'tokenizer.ggml.add_bos_token': false, 'tokenizer.ggml.add_eos_token': true }),
    );
    expect([...other.encode('')]).toEqual([1]);
  });
  it.each(backends)('of SentencePiece and of words has the ids of the models it was made of (%s)', async (backend) => {
    const spm = keep(await loadTokenizer(join(oracles, 'llama.model'), { backend }));
    const ids = Array.from({ length: spm.vocabSize }, (_, id) => id);
    const texts = ids.map((id) => spm.tokenOf(id)!);
    const llama = keep(
      await tokenizerFromGguf(
        {
          'tokenizer.ggml.model': 'llama',
          'tokenizer.ggml.tokens': texts,
          // As in the model: bytes, then pieces from the best on, then single characters.
          'tokenizer.ggml.scores': ids.map((id) => (id < 259 ? 0 : 259 - id)),
          'tokenizer.ggml.token_type': ids.map((id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)),
          'tokenizer.ggml.bos_token_id': 1,
        },
        { backend },
      ),
    );
    for (const text of ['the dog sleeps', ' two  spaces ', '🦙 12'])
      expect([...llama.encode(text)]).toEqual([...spm.encode(text)]);
    const bert = JSON.parse(readFileSync(join(oracles, 'word-piece.json'), 'utf8')) as {
      model: { vocab: Record<string, number> };
    };
    const words = Object.entries(bert.model.vocab)
      .sort((a, b) => a[1] - b[1])
      .map(([w]) => w);
    const wordPiece = keep(
      await tokenizerFromGguf(
        {
          'tokenizer.ggml.model': 'bert',
          'tokenizer.ggml.tokens': words.map((w) =>
            w.startsWith('[') ? w : w.startsWith('##') ? w.slice(2) : `▁${w}`,
          ),
          'tokenizer.ggml.token_type': words.map((w) => (/^\[[A-Z]+\]$/.test(w) ? 3 : 1)),
          'tokenizer.ggml.cls_token_id': words.indexOf('[CLS]'),
          'tokenizer.ggml.seperator_token_id': words.indexOf('[SEP]'),
          'tokenizer.ggml.unknown_token_id': words.indexOf('[UNK]'),
        },
        { backend },
      ),
    );
    const cases = JSON.parse(readFileSync(join(oracles, 'word-piece.expected.json'), 'utf8')) as {
      text: string;
      framed: number[];
    }[];
    for (const c of cases) expect([c.text, ...wordPiece.encode(c.text)]).toEqual([c.text, ...c.framed]);
  });
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['nothing', {}],
    ['an unknown kind', { 'tokenizer.ggml.model': 'magic' }],
    ['the name of what every object has', { 'tokenizer.ggml.model': 'constructor' }],
    ['no tokens', { ...gpt2, 'tokenizer.ggml.tokens': undefined }],
    ['tokens that are no texts', { ...gpt2, 'tokenizer.ggml.tokens': [1, 2] }],
    ['no merges', { ...gpt2, 'tokenizer.ggml.merges': undefined }],
    ['merges of one token', { ...gpt2, 'tokenizer.ggml.merges': ['a'] }],
    ['too few types', { ...gpt2, 'tokenizer.ggml.token_type': [1, 1] }],
    ['unknown words', { ...gpt2, 'tokenizer.ggml.pre': 'magic' }],
    ['no words', { ...gpt2, 'tokenizer.ggml.pre': undefined }],
    ['one token twice', { ...gpt2, 'tokenizer.ggml.tokens': [...tokens, 'a'] }],
    ['a whole tokenizer.json that is none', { 'tokenizer.huggingface.json': '{' }],
  ])('with %s leads to one clear error', async (_, metadata) => {
    await expect(tokenizerFromGguf(metadata)).rejects.toMatchObject({ code: 'data/tokenizer' });
  });
});
