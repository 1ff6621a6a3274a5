import { expect, it } from 'vitest';
import { heatMap } from '../../src/cli/commands/eval/needle.ts';
import { byteTokenizer } from '../../src/data/index.ts';
import { type EvaluatedModel, needleInHaystack } from '../../src/models/index.ts';

const tokenizer = byteTokenizer();
const text = 'Nothing of interest is said here, or there, or anywhere in this text. '.repeat(2);

/** Sees the last `span` bytes only, and knows what it sees. */
function shortSighted(span: number): EvaluatedModel & { readonly lengths: number[]; readonly places: number[] } {
  const [lengths, places]: [number[], number[]] = [[], []];
  return {
    lengths,
    places,
    logLikelihoods: async (pairs) =>
      pairs.map(([context, answer]) => {
        const question = context.split('\n').at(-1)!;
        const at = context.indexOf(`${question}${answer}.`);
        lengths.push(tokenizer.encode(context + answer).length);
        places.push(at / context.length);
        const isGreedy = at >= context.length - span;
        return { isGreedy, logLikelihood: isGreedy ? -1 : -9 };
      }),
    rollingLogLikelihoods: () => Promise.reject(new Error('not asked')),
    generate: () => Promise.reject(new Error('not asked')),
  };
}

it('the sentence stands where it should, in texts of the lengths that were asked for', async () => {
  const model = shortSighted(200);
  const cells = await needleInHaystack(model, tokenizer, text, { lengths: [160, 600], depths: [0, 0.5, 1], trials: 3 });
  expect(cells.map((c) => c.found)).toEqual([1, 1, 1, 0, 0, 1]);
  for (const [i, n] of model.lengths.entries()) {
    const length = i < 9 ? 160 : 600;
    expect(n).toBeLessThanOrEqual(length);
    expect(n).toBeGreaterThan(length - 16);
  }
  expect(model.places[0]).toBe(0);
  expect(model.places[12]).toBeGreaterThan(0.4);
  expect(model.places[12]).toBeLessThan(0.6);
  expect(heatMap(cells, false).split('\n').slice(0, 2)).toEqual([
    'depth  160 tokens       600 tokens',
    '0 %    ██ 100 %   -1.0  ··   0 %   -9.0',
  ]);
});

it('refuses lengths without room, and depths that are none', async () => {
  const run = (lengths: number[], depths: number[]) =>
    needleInHaystack(shortSighted(9), tokenizer, text, { lengths, depths });
  await expect(run([20], [0])).rejects.toThrow(
    /no room for sentence and question: expected at least \d+ tokens, got 20/,
  );
  await expect(run([200], [2])).rejects.toThrow(/no such depth: expected 0 to 1, got 2/);
});
