import type { Candidate } from '../scheduler/index.ts';

/** A text that is judged while it is written. */
export interface ScoredText {
  readonly prompt: readonly number[];
  /** What was written so far. */
  readonly output: readonly number[];
  /** The same as text. */
  readonly text: string;
  /** Nothing comes behind it. */
  readonly isOver: boolean;
}

/** Says how good texts are, or will be when they are whole: higher is better. */
export interface Scorer {
  score(texts: readonly ScoredText[]): readonly number[] | Promise<readonly number[]>;
}

export interface WeightedScorer {
  readonly scorer: Scorer;
  readonly weight: number;
}

/**
 * How a text is chosen while it is written, by the weighted sum of some scores. `blocks`: of several texts that go on for a block of tokens the best is kept,
 * and all go on from it; stronger than choosing among as many whole texts. `tokens`: each of the likeliest tokens is drawn with its probability times
 * e^(strength · score).
 * Source: Mudgal et al. 2024, "Controlled Decoding from Language Models".
 */
export type ControlledDecoding = { readonly scorers: readonly WeightedScorer[] } & (
  | { readonly kind: 'blocks'; readonly candidates: number; readonly block: number }
  | { readonly kind: 'tokens'; readonly top: number; readonly strength: number }
);

/** Scores of candidates, weighted: NaN where a scorer gave none. */
export async function weightedScores(
  scorers: readonly WeightedScorer[],
  texts: readonly ScoredText[],
): Promise<readonly number[]> {
  const all = await Promise.all(scorers.map(({ scorer }) => scorer.score(texts)));
  return texts.map((_, i) => scorers.reduce((sum, { weight }, j) => sum + weight * (all[j][i] ?? Number.NaN), 0));
}

/** The best of some blocks; the first of equal ones. */
export function bestOf(scores: readonly number[]): number {
  return scores.reduce((best, score, i) => (score > scores[best] ? i : best), 0);
}

/** Draws one of the likeliest tokens: `noise` is one number in (0, 1) of each. */
export function drawnOf(
  candidates: readonly Candidate[],
  scores: readonly number[],
  o: { readonly strength: number; readonly temperature: number; readonly noise: (token: number) => number },
): number {
  const { strength, temperature } = o;
  return bestOf(
    candidates.map(({ logprob = 0, output }, i) => {
      const value = logprob / (temperature || 1) + strength * scores[i];
      return temperature === 0 ? value : value - Math.log(-Math.log(o.noise(output[output.length - 1])));
    }),
  );
}

/** A number in (0, 1) that depends on a seed, a place and a token only. */
export function noiseAt(seed: number, place: number, token: number): number {
  let h = 0x9e3779b9;
  for (const x of [seed >>> 0, Math.floor(seed / 2 ** 32), place, token]) {
    h = Math.imul(h ^ x, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return ((h >>> 0) + 0.5) / 2 ** 32;
}
