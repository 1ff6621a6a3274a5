import { type Drafter, type DraftRequest, NgramDrafter } from '../../src/serve/index.ts';
import { fakeToken } from './fake-decoder.ts';

/** What the fake decoder will write behind a sequence. */
function future({ tokens, most, sampleBehind }: DraftRequest, vocabSize: number): number[] {
  const guesses: number[] = [];
  while (guesses.length < most) {
    const { options, index, allowed } = sampleBehind(guesses);
    const seen = [...tokens, ...guesses];
    guesses.push(fakeToken(seen, { seed: options.seed ?? 0, index, vocabSize, allowed, options }));
  }
  return guesses;
}

const spoiling = (vocabSize: number, isWrong: (place: number) => boolean): Drafter => ({
  draft: (requests) =>
    requests.map((r) => ({
      id: r.id,
      source: 'fake',
      tokens: future(r, vocabSize).map((t, i) => (isWrong(r.tokens.length + i) ? (t + 1) % vocabSize : t)),
    })),
});

/** Guesses of all kinds. */
export const fakeDrafters = {
  none: () => undefined,
  right: (vocabSize: number) => spoiling(vocabSize, () => false),
  wrong: (vocabSize: number) => spoiling(vocabSize, () => true),
  mixed: (vocabSize: number) => spoiling(vocabSize, (place) => (place * 7) % 5 === 0),
  ngram: () => new NgramDrafter(),
} satisfies Record<string, (vocabSize: number) => Drafter | undefined>;
