import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  corruptSpans,
  maskFragment,
  mixtureOfDenoisers,
  RandomStream,
  restoreSpans,
  spanCorruptionLengths,
  spanCounts,
  spanNoiseMask,
  splitPrefix,
  ul2Denoisers,
} from '../../src/data/index.ts';

const sentinels = { firstSentinel: 32_099 };

describe('span corruption as T5 has it', () => {
  // methods.md 6.1, of T5's own arithmetic.
  it.each([
    [512, 0.15, 3, 568, 114],
    [512, 0.15, 8, 588, 100],
    [512, 0.5, 3, 766, 512],
    [512, 0.5, 8, 908, 512],
    [512, 0.15, 64, 600, 92],
    [512, 0.5, 64, 1006, 512],
    [128, 0.15, 3, 141, 29],
    [1024, 0.15, 3, 1137, 229],
    [64, 0.15, 3, 70, 14],
  ])(
    'inputs of %i at density %f and spans of %i: texts of %i, targets of %i',
    (budget, density, meanSpan, tokens, targets) => {
      const lengths = spanCorruptionLengths(budget, { density, meanSpan });
      expect(lengths).toEqual({ tokensLength: tokens, targetsLength: targets });
      const text = Array.from({ length: tokens }, (_, i) => i + 2);
      const mask = spanNoiseMask(tokens, { density, meanSpan }, new RandomStream(1));
      const made = corruptSpans(text, mask, sentinels);
      expect(made.targets.length).toBe(targets);
      expect(made.inputs.length).toBeLessThanOrEqual(budget);
    },
  );
  const noise = fc.record({
    density: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
    meanSpan: fc.integer({ min: 1, max: 20 }),
  });
  it('has as many noise tokens and spans as counted, begins without, and gives the text back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), noise, fc.nat(), (length, o, seed) => {
        const mask = spanNoiseMask(length, o, new RandomStream(seed));
        const { noise: wanted, spans } = spanCounts(length, o);
        expect(mask.reduce((a, b) => a + b, 0)).toBe(wanted);
        const starts = mask.filter((x, i) => x === 1 && mask[i - 1] !== 1).length;
        expect(starts).toBe(Math.min(spans, wanted, length - wanted));
        expect(mask[0]).toBe(0);
        const text = Array.from({ length }, (_, i) => 2 + ((i * 7) % 500));
        expect(restoreSpans(corruptSpans(text, mask, sentinels), sentinels)).toEqual(text);
      }),
    );
  });
  it('puts sentinels where spans were', () => {
    const made = corruptSpans([10, 11, 12, 13, 14, 15], [0, 1, 1, 0, 0, 1], sentinels);
    expect(made).toEqual({ inputs: [10, 32_099, 13, 14, 32_098, 1], targets: [32_099, 11, 12, 32_098, 15, 1] });
  });
  it('makes each way of cutting equally likely', () => {
    // Two spans of three noise tokens among three others: noise 1+2 or 2+1, others 1+2 or 2+1.
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 4000; seed++) {
      const mask = spanNoiseMask(6, { density: 0.5, meanSpan: 1.5 }, new RandomStream(seed));
      seen.set(mask.join(''), (seen.get(mask.join('')) ?? 0) + 1);
    }
    expect(seen.size).toBe(4);
    for (const n of seen.values()) expect(Math.abs(n - 1000)).toBeLessThan(120);
  });
});

it('a beginning is of any length alike, and the rest is what is left', () => {
  const text = [1, 2, 3, 4, 5, 6];
  const counts = new Array<number>(6).fill(0);
  for (let seed = 0; seed < 3000; seed++) {
    const { inputs, targets } = splitPrefix(text, new RandomStream(seed));
    expect([...inputs, ...targets]).toEqual(text);
    counts[inputs.length]++;
  }
  expect(counts[0]).toBe(0);
  for (const n of counts.slice(1)) expect(Math.abs(n - 600)).toBeLessThan(100);
  expect(splitPrefix(text, new RandomStream(1), 0.05).inputs.length).toBeGreaterThanOrEqual(4);
  expect(() => splitPrefix([1], new RandomStream(1))).toThrow(/fewer than two tokens/);
});

describe('the mixture of denoisers of UL2', () => {
  const o = { ...sentinels, paradigmTokens: { R: 40_000, S: 40_001, X: 40_002 } };
  const text = Array.from({ length: 512 }, (_, i) => 2 + (i % 30_000));
  it('10,000 texts: every denoiser as often, with its share of noise and its length of spans, and each text comes back', () => {
    const seen = new Map<string, { count: number; noise: number; spans: number }>();
    for (let i = 0; i < 10_000; i++) {
      const { inputs, targets, denoiser } = mixtureOfDenoisers(text, o, new RandomStream(3, i));
      const kind = ul2Denoisers.find((d) => d.name === denoiser)!.paradigm;
      expect(inputs[0]).toBe(o.paradigmTokens[kind]);
      if (i % 10 === 0) expect(restoreSpans({ inputs: inputs.slice(1), targets }, sentinels)).toEqual(text);
      const own = seen.get(denoiser) ?? { count: 0, noise: 0, spans: 0 };
      const spans = inputs.filter((t) => t > 31_000 && t < 40_000).length;
      seen.set(denoiser, {
        count: own.count + 1,
        noise: own.noise + text.length - (inputs.length - 2 - spans),
        spans: own.spans + spans,
      });
    }
    for (const { name, noise } of ul2Denoisers) {
      const own = seen.get(name)!;
      expect(Math.abs(own.count / 10_000 - 1 / 7)).toBeLessThan(0.02);
      const [density, meanSpan] = 'suffix' in noise ? [noise.suffix, 128] : [noise.density, noise.meanSpan];
      expect(Math.abs(own.noise / own.count / text.length / density - 1), name).toBeLessThan(0.02);
      // Of 77 noise tokens there is a whole number of spans: one of 64 is one of 77.
      const whole = spanCounts(text.length, { density, meanSpan });
      expect(own.noise / own.spans, name).toBeCloseTo(whole.noise / whole.spans, 6);
    }
  });
  it('draws by weight', () => {
    const weights = { S: 1, R3: 3 };
    const names = Array.from(
      { length: 2000 },
      (_, i) => mixtureOfDenoisers(text, { ...o, weights }, new RandomStream(i)).denoiser,
    );
    expect(Math.abs(names.filter((n) => n === 'R3').length / 2000 - 0.75)).toBeLessThan(0.04);
    expect(() => mixtureOfDenoisers(text, { ...o, weights: {} }, new RandomStream(1))).toThrow(
      /no denoiser has a weight/,
    );
  });
});

it('a fragment is hidden and asked for: half of the sentence, at either end in a fifth of cases each or more', () => {
  const text = Array.from({ length: 20 }, (_, i) => 100 + i);
  const o = { maskId: 3, vocabSize: 50 };
  const starts: number[] = [];
  let masked = 0;
  for (let seed = 0; seed < 4000; seed++) {
    const e = maskFragment(text, o, new RandomStream(seed));
    const start = e.decoderPositions[0] + 1;
    starts.push(start);
    expect(e.targets).toEqual(text.slice(start, start + 10));
    expect(e.decoderTokens).toEqual(text.slice(start - 1, start + 9));
    expect(e.encoderTokens.filter((_, i) => i < start || i >= start + 10)).toEqual([
      ...text.slice(0, start),
      ...text.slice(start + 10),
    ]);
    masked += e.encoderTokens.filter((t) => t === 3).length;
  }
  expect(Math.min(...starts)).toBe(1);
  expect(Math.abs(starts.filter((s) => s === 1).length / 4000 - (0.2 + 0.06))).toBeLessThan(0.03);
  expect(Math.abs(starts.filter((s) => s === 10).length / 4000 - (0.2 + 0.06))).toBeLessThan(0.03);
  // 80 % of 10, and a fiftieth of the tenth that become any token.
  expect(Math.abs(masked / 40_000 - 0.802)).toBeLessThan(0.01);
});
