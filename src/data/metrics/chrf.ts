import { inBoth, nGrams, spaced, total } from './n-grams.ts';

const CHARACTERS = 6;
const BETA_SQUARED = 4;
const isPunctuation = (c: string | undefined): boolean => c !== undefined && /^[!-/:-@[-`{-~]$/.test(c);

/** Words, with punctuation at their end, or else at their beginning, apart. */
function wordsOf(text: string): string[] {
  return spaced(text).flatMap((word) => {
    const letters = [...word];
    if (letters.length === 1) return [word];
    if (isPunctuation(letters.at(-1))) return [letters.slice(0, -1).join(''), letters.at(-1)!];
    return isPunctuation(letters[0]) ? [letters[0], letters.slice(1).join('')] : [word];
  });
}

type Counts = readonly (readonly [said: number, wanted: number, both: number])[];

function countsOf(reference: string, prediction: string, wordOrder: number): Counts {
  const letters = (text: string): string[] => [...spaced(text).join('')];
  const pairs = [
    ...Array.from({ length: CHARACTERS }, (_, i) => [letters, i + 1] as const),
    ...Array.from({ length: wordOrder }, (_, i) => [wordsOf, i + 1] as const),
  ];
  return pairs.map(([cut, n]) => {
    const [said, wanted] = [nGrams(cut(prediction), n), nGrams(cut(reference), n)];
    // What no reference is long enough for does not count against a prediction.
    return [wanted.size > 0 ? total(said) : 0, total(wanted), inBoth(said, wanted)];
  });
}

function scoreOf(counts: Counts): number {
  const used = counts.filter(([said, wanted]) => said > 0 && wanted > 0);
  if (used.length === 0) return 0;
  const precision = used.reduce((sum, [said, , both]) => sum + both / said, 0) / used.length;
  const recall = used.reduce((sum, [, wanted, both]) => sum + both / wanted, 0) / used.length;
  return precision + recall === 0
    ? 0
    : (100 * (1 + BETA_SQUARED) * precision * recall) / (BETA_SQUARED * precision + recall);
}

/**
 * chrF of texts together, 0 to 100; with `wordOrder` 2 chrF++. `references[i]` are the ones that `predictions[i]` might be; the best counts.
 * Source: Popović 2015 and 2017, as sacreBLEU computes it by default (6 characters, β = 2).
 */
export function chrf(
  references: readonly (readonly string[])[],
  predictions: readonly string[],
  { wordOrder = 0 }: { readonly wordOrder?: number } = {},
): number {
  const sums = Array.from({ length: CHARACTERS + wordOrder }, () => [0, 0, 0] as [number, number, number]);
  for (const [i, prediction] of predictions.entries()) {
    const best = references[i]
      .map((r) => countsOf(r, prediction, wordOrder))
      .reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
    for (const [k, counts] of best.entries()) for (const j of [0, 1, 2]) sums[k][j] += counts[j];
  }
  return scoreOf(sums);
}
