import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Mesh, nn, np } from '../../src/api/index.ts';
import { type BeamOptions, type LoadedModel, loadModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { errorOf } from '../data/tensor-file-cases.ts';
import oracle from '../oracles/beams.json' with { type: 'json' };
import { oracleModels } from './parity.ts';

/* Beam search beside transformers' (tests/oracles/beams.py). */

interface Case {
  readonly model: string;
  readonly stop: readonly number[];
  readonly options: {
    readonly num_beams: number;
    readonly length_penalty?: number;
    readonly early_stopping?: boolean | 'never';
    readonly num_return_sequences?: number;
  };
  readonly beams: readonly (readonly { readonly tokens: readonly number[]; readonly score: number | null }[])[];
}
const cases = oracle.cases as readonly Case[];
const root = oracleModels();
const engine = createEngine('reference');
afterAll(() => engine.close());

const optionsOf = ({ options: o, stop }: Case): BeamOptions => ({
  maxNewTokens: oracle.new,
  stopTokens: new Set(stop),
  numBeams: o.num_beams,
  ...(o.length_penalty === undefined ? {} : { lengthPenalty: o.length_penalty }),
  ...(o.early_stopping === undefined ? {} : { earlyStopping: o.early_stopping }),
  ...(o.num_return_sequences === undefined ? {} : { numReturnSequences: o.num_return_sequences }),
});

async function expectBeams(model: LoadedModel, c: Case): Promise<void> {
  const found = await model.beams(oracle.prompts, optionsOf(c));
  expect(found.map((own) => own.map((b) => b.tokens))).toEqual(c.beams.map((own) => own.map((b) => b.tokens)));
  for (const [i, own] of c.beams.entries())
    for (const [j, { score }] of own.entries())
      if (score !== null) expect(Math.abs(found[i][j].score - score)).toBeLessThan(2e-4 * Math.max(1, Math.abs(score)));
}

/** Log-probability that a model gives tokens after a prompt. */
async function logProbability(
  model: LoadedModel,
  prompt: readonly number[],
  tokens: readonly number[],
): Promise<number> {
  const all = [...prompt, ...tokens];
  const { logits } = model.apply({
    tokens: np.array([all], 'i32'),
    positions: np.array([all.map((_, i) => i)], 'i32'),
  });
  const own = (await nn.logSoftmax(logits!).toHost()).toNumbers();
  const vocab = logits!.shape[2];
  return tokens.reduce((sum, t, i) => sum + own[(prompt.length + i - 1) * vocab + t], 0);
}

describe.skipIf(!root)('beam search', () => {
  const open = (name: string): LoadedModel => loadModel(join(root!, name), { engine, compute: 'f32' });
  const names = [...new Set(cases.map((c) => c.model))];
  // Every model with one of the settings, every setting with some model.
  it.each(names.map((name, i) => [name, i] as const))('finds what transformers finds with %s', async (name, i) => {
    const own = cases.filter((c) => c.model === name);
    const model = open(name);
    await expectBeams(model, own[i % 5]);
  });

  it('a mesh finds the same, and one beam what generate writes', async () => {
    const c = cases.find((x) => x.model === 'llama' && x.options.num_beams === 2)!;
    const mesh = new Mesh({ data: 2 });
    await expectBeams(loadModel(join(root!, 'llama'), { engine, compute: 'f32', mesh }), c);
    const model = open('llama');
    const o = { maxNewTokens: 4, stopTokens: new Set(c.stop) };
    const one = await model.beams(oracle.prompts, { ...o, numBeams: 1 });
    expect(one.map(([b]) => b.tokens)).toEqual(await model.generate(oracle.prompts, o));
  });

  it.each([-40, -2000, 900, 1e5])(
    'the power %d of lengths orders whole sequences as logarithms do',
    async (lengthPenalty) => {
      const model = open('llama');
      const [prompt] = oracle.prompts;
      // Some end at once, some go on to the last token.
      const first = await model.beams([prompt], { maxNewTokens: 1, numBeams: 3, numReturnSequences: 3 });
      const stopTokens = new Set(first[0].slice(1).map((b) => b.tokens[0]));
      const o = { maxNewTokens: 6, stopTokens, numBeams: 4, numReturnSequences: 4, earlyStopping: 'never' } as const;
      const [found] = await model.beams([prompt], { ...o, lengthPenalty });
      expect(found).toHaveLength(4);
      const lengths = found.map((b) => b.tokens.length);
      if (lengthPenalty < 0) expect(new Set(lengths).size).toBeGreaterThan(1);
      else expect(lengths).toEqual([6, 6, 6, 6]);
      expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
      // Of equal length the likelier one is first, as without a penalty.
      const logProbabilities = await Promise.all(found.map((b) => logProbability(model, prompt, b.tokens)));
      for (let i = 1; i < found.length; i++)
        if (lengths[i] === lengths[i - 1]) expect(logProbabilities[i - 1]).toBeGreaterThan(logProbabilities[i] - 1e-5);
    },
  );

  it.each<[string, Partial<BeamOptions>]>([
    ['adapters', { adapters: [] }],
    ['adapters', { adapters: [undefined, undefined] }],
    ['numBeams', { numBeams: 0 }],
    ['numBeams', { numBeams: 60 }],
    ['numReturnSequences', { numReturnSequences: 3 }],
    ['lengthPenalty', { lengthPenalty: Number.NaN }],
    ['earlyStopping', { earlyStopping: 'always' as 'never' }],
    ['maxNewTokens', { maxNewTokens: 0 }],
  ])('%s that means nothing is refused', async (name, o) => {
    const error = await errorOf(() => open('llama').beams([[1, 2]], { maxNewTokens: 4, numBeams: 2, ...o }));
    expect(error.code).toBe('models/sampling');
    expect(error.message).toContain(name);
  });
});
