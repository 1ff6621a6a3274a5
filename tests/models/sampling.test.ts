import { describe, expect, it } from 'vitest';
import { jit, np, type Tensor } from '../../src/api/index.ts';
import {
  checkSampling,
  chooseTokens,
  type SamplingOptions,
  samplingTensors,
  stepsFor,
} from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

const engine = createEngine('reference');

/** Probabilities 0.4, 0.3, 0.2, 0.06, 0.04 of tokens 3, 0, 4, 1, 2. */
const probabilities = [0.3, 0.06, 0.04, 0.4, 0.2];
const logits = probabilities.map(Math.log);

/** The tokens that so many sequences with settings and seeds of their own draw first. */
async function draw(
  o: SamplingOptions,
  count: number,
  extra: { output?: number[]; bias?: number[] } = {},
): Promise<number[]> {
  const requests = Array.from({ length: count }, (_, seed) => ({ ...o, seed }));
  const steps = stepsFor(requests);
  const rows = (row: readonly number[]): number[][] => Array.from({ length: count }, () => [...row]);
  const choose = jit(
    (l: Tensor) =>
      chooseTokens(l, samplingTensors(requests), steps, np.zeros([], 'i32'), {
        ...(extra.bias ? { bias: np.array(rows(extra.bias), 'f32') } : {}),
        ...(extra.output
          ? { occurrences: { prompt: np.zeros([count, 5], 'i32'), output: np.array(rows(extra.output), 'i32') } }
          : {}),
      }),
    { engine },
  );
  return (await choose(np.array(rows(logits), 'f32')).toHost()).toNumbers();
}
const shares = (tokens: readonly number[]): number[] =>
  probabilities.map((_, t) => tokens.filter((x) => x === t).length / tokens.length);

describe('sampling', () => {
  it('draws as often as a token is likely, and the same with the same seed', async () => {
    const tokens = await draw({ temperature: 1 }, 3000);
    // Five standard deviations of a share of 3,000 draws.
    for (const [t, share] of shares(tokens).entries())
      expect(Math.abs(share - probabilities[t])).toBeLessThan(5 * Math.sqrt(0.25 / 3000));
    expect(await draw({ temperature: 1 }, 3000)).toEqual(tokens);
    expect((await draw({ temperature: 1 }, 7)).slice(0, 7)).toEqual(tokens.slice(0, 7));
  });

  it.each<[string, SamplingOptions, number[]]>([
    ['top-k', { topK: 2 }, [0, 3]],
    ['top-p that ends with a token', { topP: 0.69 }, [0, 3]],
    ['top-p that needs one more', { topP: 0.71 }, [0, 3, 4]],
    ['top-p of next to nothing', { topP: 1e-6 }, [3]],
    ['min-p', { minP: 0.45 }, [0, 3, 4]],
    ['min-p of the likeliest alone', { minP: 0.8 }, [3]],
    ['top-k, then top-p of what is left', { topK: 2, topP: 0.55 }, [3]],
    ['typical', { typicalP: 0.3 }, [0]],
  ])('%s keeps only what it should', async (_, o, kept) => {
    const drawn = new Set(await draw({ temperature: 1, ...o }, 400));
    expect([...drawn].sort()).toEqual(kept);
  });

  it('takes the likeliest without a temperature, after penalties and bias', async () => {
    expect(await draw({}, 2)).toEqual([3, 3]);
    // Token 3 occurred once: 0.4 · e^−0.5 is below 0.3.
    expect(await draw({ frequencyPenalty: 0.5 }, 1, { output: [0, 0, 0, 1, 0] })).toEqual([0]);
    expect(await draw({ presencePenalty: 0.2 }, 1, { output: [0, 0, 0, 9, 0] })).toEqual([3]);
    expect(await draw({ frequencyPenalty: 0.2 }, 1, { output: [0, 0, 0, 9, 0] })).toEqual([0]);
    // ln 0.4 · 1.5 is below ln 0.3.
    expect(await draw({ repetitionPenalty: 1.5 }, 1, { output: [0, 0, 0, 1, 0] })).toEqual([0]);
    const biased = { logitBias: new Map([[2, 5]]) };
    expect(await draw(biased, 1, { bias: [0, 0, 5, 0, 0] })).toEqual([2]);
  });

  it.each<[SamplingOptions]>([
    [{ temperature: -1 }],
    [{ topP: 0 }],
    [{ topP: 1.5 }],
    [{ topK: 0 }],
    [{ minP: -0.1 }],
    [{ repetitionPenalty: 0 }],
    [{ seed: 0.5 }],
    [{ temperature: Number.NaN }],
  ])('%o means nothing', (o) => {
    expect(() => checkSampling(o)).toThrow(expect.objectContaining({ code: 'models/sampling' }));
  });
});
