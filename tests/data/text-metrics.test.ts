import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bleu, calibration, chrf, rouge } from '../../src/data/index.ts';

interface Case {
  readonly references: string[][];
  readonly predictions: string[];
  readonly bleu: number;
  readonly chrf: number;
  readonly 'chrf++': number;
  readonly rouge: Record<'rouge1' | 'rouge2' | 'rougeL', number>[];
}
const cases = JSON.parse(readFileSync(new URL('../oracles/text-metrics.json', import.meta.url), 'utf8')) as Case[];

it.each(cases.map((c) => [c.predictions[0], c] as const))('scores "%s" as sacrebleu and rouge-score do', (_, c) => {
  expect(bleu(c.references, c.predictions)).toBeCloseTo(c.bleu, 9);
  expect(chrf(c.references, c.predictions)).toBeCloseTo(c.chrf, 9);
  expect(chrf(c.references, c.predictions, { wordOrder: 2 })).toBeCloseTo(c['chrf++'], 9);
  for (const [i, prediction] of c.predictions.entries())
    for (const n of [1, 2, 'L'] as const)
      expect(rouge(c.references[i][0], prediction, n)).toBeCloseTo(c.rouge[i][`rouge${n}`], 12);
});

it('calibration: answers that are right as often as they say have no error; the bins hold all of them', () => {
  expect(calibration([0.75, 0.75, 0.75, 0.75], [true, true, true, false]).ece).toBe(0);
  const two = calibration([0.9, 0.9, 0.2, 0.2], [true, false, false, false], { numBins: 5 });
  expect(two.ece).toBeCloseTo((2 * 0.4 + 2 * 0.2) / 4, 12);
  expect(two.mce).toBeCloseTo(0.4, 12);
  expect(two.brier).toBeCloseTo((0.01 + 0.81 + 0.04 + 0.04) / 4, 12);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      (answers, numBins) => {
        const { bins, ece, mce } = calibration(
          answers.map(([p]) => p),
          answers.map(([, r]) => r),
          { numBins },
        );
        expect(bins.reduce((n, b) => n + b.count, 0)).toBe(answers.length);
        expect(ece).toBeLessThanOrEqual(mce + 1e-12);
        for (const b of bins.filter((x) => x.count > 0)) {
          expect(b.confidence).toBeGreaterThanOrEqual(b.from - 1e-12);
          expect(b.confidence).toBeLessThanOrEqual(b.to + 1e-12);
        }
      },
    ),
  );
});

it('calibration refuses what is no confidence', () => {
  expect(() => calibration([1.2], [true])).toThrow(/between 0 and 1.*got 1\.2/);
  expect(() => calibration([], [])).toThrow(/0 for 0 answers/);
});
