import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Mesh } from '../../src/api/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { gradientDifference, greedyAgreement, logitsDifference, modelsIn, openParity, oracleModels } from './parity.ts';

/*
 * Tiny models of every family beside what transformers computes with them. All of it on the reference engine or on cpu here;
 * `npm run models` runs any folder of models on any engine and mesh.
 */

const root = oracleModels();
const names = root ? modelsIn(root) : [];
if (!root) console.log('27 models: skipped, shared/oracles does not lie beside this project');

/** Families on which the cache is tried: every kind of state once. */
const writers = names.filter((n) => !['vit', 'siglip', 'conformer', 'switch'].includes(n));

describe.skipIf(!root)('models of transformers', () => {
  const engine = createEngine('reference');

  it('are all there', () => {
    expect(names).toHaveLength(27);
  });

  it.each(names)('%s: logits and a gradient', async (name) => {
    const dir = join(root!, name);
    const p = openParity(dir, { engine });
    expect(await logitsDifference(p)).toBeLessThan(2e-4);
    const { loss, gradient } = await gradientDifference(p, dir);
    expect(loss).toBeLessThan(1e-5);
    expect(gradient).toBeLessThan(1e-3);
  });
});

describe.skipIf(!root)('writing', () => {
  const engine = createEngine('cpu');

  it.each(writers)('%s: greedy tokens with a cache, padded and alone', async (name) => {
    const p = openParity(join(root!, name), { engine });
    const together = await greedyAgreement(p, true);
    expect(together.equal).toBe(together.all);
  });
});

describe.skipIf(!root)('over a mesh', () => {
  const engine = createEngine('cpu');
  const mesh = new Mesh({ data: 2, model: 2 });

  it.each(['llama', 'gemma3', 'deepseek_v3', 't5'])('%s on data=2, model=2', async (name) => {
    const p = openParity(join(root!, name), { engine, mesh });
    expect(await logitsDifference(p)).toBeLessThan(2e-4);
  });
});
