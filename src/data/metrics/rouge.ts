import { inBoth, nGrams, total } from './n-grams.ts';

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((w) => w !== '');

/** Length of the longest sequence that both have, with gaps. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    for (const [j, y] of b.entries()) next.push(x === y ? row[j] + 1 : Math.max(row[j + 1], next[j]));
    row = next;
  }
  return row[b.length];
}

/**
 * ROUGE of one text, 0 to 1: the harmonic mean of precision and recall in runs of `n` words, or (`L`) in the longest common subsequence.
 * Source: Lin 2004, as rouge-score computes it without stemming.
 */
export function rouge(reference: string, prediction: string, n: number | 'L'): number {
  const [wanted, said] = [wordsOf(reference), wordsOf(prediction)];
  if (n === 'L') {
    const all = wanted.length + said.length;
    return all === 0 ? 0 : (2 * longestCommon(wanted, said)) / all;
  }
  const [a, b] = [nGrams(wanted, n), nGrams(said, n)];
  const all = total(a) + total(b);
  return all === 0 ? 0 : (2 * inBoth(a, b)) / all;
}
