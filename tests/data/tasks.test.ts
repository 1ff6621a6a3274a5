import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/index.ts';
import {
  encoderDecoder,
  languageModel,
  Mixture,
  maskedEncoder,
  type PackingStrategy,
  Permutation,
  packExamples,
  prefixLanguageModel,
  ratesByExamples,
} from '../../src/data/index.ts';

describe('Permutation', () => {
  const nearPowers = fc
    .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: -2, max: 2 }))
    .map(([bits, off]) => Math.max(1, 2 ** bits + off));
  it('has everything once, whatever the size and key', () => {
    fc.assert(
      fc.property(
        fc.oneof(nearPowers, fc.integer({ min: 1, max: 3000 })),
        fc.nat(),
        fc.nat(20),
        (size, seed, epoch) => {
          const p = new Permutation(size, seed, epoch);
          const seen = new Set(Array.from({ length: size }, (_, i) => p.at(i)));
          expect(seen.size).toBe(size);
          expect(Math.max(...seen)).toBe(size - 1);
        },
      ),
    );
    // Where the order of another loader has one thing twice: 2^16 + 1.
    for (const size of [65_535, 65_536, 65_537, 262_145]) {
      const p = new Permutation(size, 7);
      const seen = new Uint8Array(size);
      for (let i = 0; i < size; i++) seen[p.at(i)] = 1;
      expect(seen.every((x) => x === 1)).toBe(true);
    }
  });
  it('mixes: other keys and epochs are other orders, neighbours do not stay neighbours', () => {
    const size = 10_000;
    const [a, b] = [new Permutation(size, 1, 0), new Permutation(size, 1, 1)];
    let same = 0;
    let near = 0;
    for (let i = 0; i + 1 < size; i++) {
      if (a.at(i) === b.at(i)) same++;
      if (Math.abs(a.at(i) - a.at(i + 1)) === 1) near++;
    }
    expect(same).toBeLessThan(10);
    expect(near).toBeLessThan(20);
  });
  it('knows sizes beyond 32 bits, and says what is no place', () => {
    const p = new Permutation(2 ** 40 + 3, 5);
    expect(new Set(Array.from({ length: 100 }, (_, i) => p.at(2 ** 33 + i))).size).toBe(100);
    expect(() => p.at(2 ** 41)).toThrow(/there is no place/);
    expect(() => new Permutation(-1)).toThrow(/expected 0 to 2\^52, got -1/);
  });
});

describe('Mixture', () => {
  const weights = fc.record({
    a: fc.integer({ min: 1, max: 9 }),
    b: fc.integer({ min: 1, max: 9 }),
    c: fc.constant(3),
  });
  it('has every example of every source once, in its share of each block, in every stage', () => {
    fc.assert(
      fc.property(weights, weights, fc.constantFrom(32, 64, 100), fc.nat(100), (first, second, blockSize, seed) => {
        const stages = [
          { start: 0, weights: first },
          { start: 3 * blockSize, weights: { ...second, d: 2 } },
        ];
        const mixture = new Mixture(stages, { blockSize, seed });
        const seen = new Map<string, number[]>();
        for (let place = 0; place < 6 * blockSize; place++) {
          const { source, index } = mixture.at(place);
          if (!seen.has(source)) seen.set(source, []);
          seen.get(source)!.push(index);
          if ((place + 1) % blockSize !== 0) continue;
          // Nothing is left out or doubled at the end of any block.
          for (const own of seen.values()) expect([...own].sort((x, y) => x - y)).toEqual(own.map((_, i) => i));
        }
        const expected = (name: string): number =>
          3 * (mixture.countsAt(0)[name] + mixture.countsAt(3 * blockSize)[name]);
        for (const [name, own] of seen) expect(own.length).toBe(expected(name));
      }),
    );
  });
  it('gives whole shares, and what is left over to the largest', () => {
    expect(new Mixture({ a: 1, b: 3 }, { blockSize: 10 }).countsAt(0)).toEqual({ a: 2, b: 8 });
  });
  it('says what is wrong', () => {
    expect(() => new Mixture({ a: 0 })).toThrow(/no source has a weight/);
    expect(() => new Mixture({ a: -1, b: 1 })).toThrow(/the weight of a is -1/);
    expect(() => new Mixture({ a: 1, b: 1000 }, { blockSize: 100 })).toThrow(/a gets no example of a block/);
    const late = [
      { start: 0, weights: { a: 1 } },
      { start: 50, weights: { a: 1 } },
    ];
    expect(() => new Mixture(late, { blockSize: 100 })).toThrow(
      /stage 2 begins at example 50: expected a multiple of 100/,
    );
  });
  it('rates by examples: scaled, then at most the maximum, then tempered', () => {
    const rates = ratesByExamples({ big: 2 ** 23, small: 100 }, { maximum: 2 ** 20, temperature: 2 });
    expect(rates).toEqual({ big: 1024, small: 10 });
  });
});

describe('packExamples', () => {
  const strategies: readonly PackingStrategy[] = ['next', 'first', 'best'];
  it('puts every example into one row, and no row holds more than it can', () => {
    const lengths = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 7 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(lengths, fc.constantFrom(...strategies), (own, strategy) => {
        const rows = packExamples(own, [10, 7], strategy);
        expect(rows.flat().sort((a, b) => a - b)).toEqual(own.map((_, i) => i));
        for (const row of rows)
          for (const f of [0, 1]) expect(row.reduce((n, i) => n + own[i][f], 0)).toBeLessThanOrEqual([10, 7][f]);
      }),
    );
  });
  it('next closes rows, first goes back, best wastes least', () => {
    const lengths = [6, 5, 4, 3, 2].map((n) => [n]);
    expect(packExamples(lengths, [10], 'next')).toEqual([[0], [1, 2], [3, 4]]);
    expect(packExamples(lengths, [10], 'first')).toEqual([
      [0, 2],
      [1, 3, 4],
    ]);
    expect(packExamples([[3], [7], [6], [4]], [10], 'best')).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(() => packExamples([[11]], [10])).toThrow(
      /example 0 does not fit a row: expected at most 10 of feature 0, got 11/,
    );
  });
});

describe('feature converters, seqio’s examples', () => {
  const rows = [
    [
      { inputs: [7, 8, 5, 1], targets: [3, 9, 1] },
      { inputs: [8, 4, 9, 3, 1], targets: [4, 1] },
    ],
  ];
  const numbers = (features: Readonly<Record<string, HostArray>>): Record<string, number[]> =>
    Object.fromEntries(Object.entries(features).map(([name, x]) => [name, x.toNumbers()]));

  it('prefix language model', () => {
    expect(numbers(prefixLanguageModel().convert(rows, { inputs: 7, targets: 8 }))).toEqual({
      decoder_target_tokens: [7, 8, 5, 1, 3, 9, 1, 8, 4, 9, 3, 1, 4, 1, 0],
      decoder_input_tokens: [0, 7, 8, 5, 1, 3, 9, 0, 8, 4, 9, 3, 1, 4, 0],
      decoder_loss_weights: [0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0],
      decoder_positions: [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0],
      decoder_segment_ids: [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 0],
      decoder_causal_attention: [1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0],
    });
  });
  it('language model, unpacked: no segments, weight wherever there is a target', () => {
    const one = [[{ targets: [3, 9, 4, 1] }], [{ targets: [5, 1] }]];
    expect(numbers(languageModel.convert(one, { targets: 6 }, { packed: false, bosId: 2 }))).toEqual({
      decoder_target_tokens: [3, 9, 4, 1, 0, 0, 5, 1, 0, 0, 0, 0],
      decoder_input_tokens: [2, 3, 9, 4, 0, 0, 2, 5, 0, 0, 0, 0],
      decoder_loss_weights: [1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0],
    });
  });
  it('encoder and decoder, packed', () => {
    expect(numbers(encoderDecoder.convert(rows, { inputs: 10, targets: 7 }))).toEqual({
      encoder_input_tokens: [7, 8, 5, 1, 8, 4, 9, 3, 1, 0],
      encoder_segment_ids: [1, 1, 1, 1, 2, 2, 2, 2, 2, 0],
      encoder_positions: [0, 1, 2, 3, 0, 1, 2, 3, 4, 0],
      decoder_target_tokens: [3, 9, 1, 4, 1, 0, 0],
      decoder_input_tokens: [0, 3, 9, 0, 4, 0, 0],
      decoder_loss_weights: [1, 1, 1, 1, 1, 0, 0],
      decoder_segment_ids: [1, 1, 1, 2, 2, 0, 0],
      decoder_positions: [0, 1, 2, 0, 1, 0, 0],
    });
  });
  it('masked encoder', () => {
    const masked = [[{ inputs: [9, 50, 7, 50], targets: [9, 8, 7, 6] }]];
    expect(numbers(maskedEncoder(50).convert(masked, { inputs: 6 }, { packed: false }))).toEqual({
      encoder_input_tokens: [9, 50, 7, 50, 0, 0],
      encoder_target_tokens: [9, 8, 7, 6, 0, 0],
      encoder_loss_weights: [0, 1, 0, 1, 0, 0],
    });
  });
  it('zeros inside an example are tokens, not its end', () => {
    const { decoder_loss_weights: weights } = languageModel.convert([[{ targets: [0, 5, 0] }]], { targets: 4 });
    expect(weights.toNumbers()).toEqual([1, 1, 1, 0]);
  });
  it('too long examples and missing features are told', () => {
    expect(() => languageModel.convert([[{ targets: [1, 2, 3] }]], { targets: 2 })).toThrow(
      /longer than a row of targets/,
    );
    expect(() => languageModel.convert([[{ text: [1] }]], { targets: 2 })).toThrow(/an example has no targets/);
  });
});
