import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Mesh } from '../../src/api/index.ts';
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

  it.each<[string, Partial<BeamOptions>]>([
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
