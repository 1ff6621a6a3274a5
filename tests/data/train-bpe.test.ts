import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenizerFromJson, trainBpe } from '../../src/data/index.ts';
import { splitIntoWords, wordPatternsOf } from '../../src/data/text/word-patterns.ts';

const oracle = JSON.parse(readFileSync(new URL('../oracles/bpe.json', import.meta.url), 'utf8')) as {
  mixed: string;
  merges: Record<string, { vocabSize: number; minFrequency: number; merges: string[] }>;
  words: Record<string, { patterns: string[]; words: string[] }>;
};
const shared = new URL('../../../shared/data/', import.meta.url);
const lines = (text: string): string[] => text.split(/(?<=\n)/);

describe('trainBpe against the trainer of Hugging Face (tests/oracles/bpe.py)', () => {
  it.for(Object.keys(oracle.merges))('%s: the same merges in the same order', (name, { skip }) => {
    const file = new URL(name, shared);
    if (name !== 'mixed' && !existsSync(file)) return skip(`${name} is not there`);
    const text = name === 'mixed' ? oracle.mixed.repeat(3) : readFileSync(file, 'utf8');
    const { merges, ...options } = oracle.merges[name];
    expect(trainBpe(lines(text), options).merges.map((m) => m.join(' '))).toEqual(merges);
  });
  it.each(Object.keys(oracle.words))('texts are cut into words as those of %s', (name) => {
    const { patterns, words } = oracle.words[name];
    expect(wordPatternsOf(name)!.patterns).toEqual(patterns);
    expect(splitIntoWords(oracle.mixed, patterns)).toEqual(words);
  });
});

describe('a trained tokenizer', () => {
  it('gives back any text, and has special tokens last, which no text makes', async () => {
    const specialTokens = ['<|endoftext|>', '<|user|>'];
    const { json, merges } = trainBpe(lines(oracle.mixed), { vocabSize: 320, specialTokens, words: 'llama-bpe' });
    const tokenizer = await tokenizerFromJson(json);
    expect(tokenizer.vocabSize).toBe(256 + merges.length + 2);
    expect(tokenizer.idOf('<|user|>')).toBe(tokenizer.vocabSize - 1);
    const given = { addSpecialTokens: false, allowSpecial: false };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const ids = tokenizer.encode(text, given);
        expect(tokenizer.decode(ids)).toBe(text);
      }),
    );
    expect(Math.max(...tokenizer.encode('<|user|>', given))).toBeLessThan(256 + merges.length);
    tokenizer.close();
  });
  it('joins nothing that is seen too rarely, and ends where nothing is left', () => {
    expect(trainBpe(['abc abc'], { vocabSize: 1000 }).merges.length).toBe(3);
    expect(trainBpe(['abc abd'], { vocabSize: 1000, minFrequency: 2 }).merges).toEqual([['a', 'b']]);
    expect(trainBpe([], { vocabSize: 300 }).merges).toEqual([]);
  });
  it('is refused with one line where it cannot be', () => {
    expect(() => trainBpe(['a'], { vocabSize: 200 })).toThrow(/expected 256 to .* tokens, got 200/);
    expect(() => trainBpe(['a'], { vocabSize: 300, words: 'gpt2' })).toThrow(/no word patterns are called "gpt2"/);
  });
});
