import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Mesh } from '../../src/api/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { gradientDifference, greedyAgreement, logitsDifference, modelsIn, openParity, oracleModels } from './parity.ts';

/*
 * Tiny models of every family beside what transformers computes with them. All of them on the reference engine, which compiles nothing;
 * on cpu one of every kind of state. `npm run models` runs any folder of models on any engine and mesh.
 */

const root = oracleModels();
const names = root ? modelsIn(root) : [];
/** These write nothing. */
const silent = ['vit', 'siglip', 'conformer'];
const writers = names.filter((n) => !silent.includes(n));
/** Columns of full layers and of windows, latents with an indexer, keys of other layers, what an encoder made, images. */
const states = ['gemma3', 'deepseek_v32', 'gemma4', 't5', 'paligemma'];
if (!root) console.log('27 models: skipped, shared/oracles does not lie beside this project');
else
  console.log(
    `on cpu: only ${states.join(', ')}, one of each kind of state; \`npm run models\` runs the others there, too`,
  );

describe.skipIf(!root)('models of transformers', () => {
  const engine = createEngine('reference');

  it('are all there', () => {
    expect(names).toHaveLength(27);
  });

  it.each(names)('%s: logits, a gradient, greedy tokens with a cache', async (name) => {
    const dir = join(root!, name);
    const p = openParity(dir, { engine });
    expect(await logitsDifference(p)).toBeLessThan(2e-4);
    const { loss, gradient } = await gradientDifference(p, dir);
    expect(loss).toBeLessThan(1e-5);
    expect(gradient).toBeLessThan(1e-3);
    if (!writers.includes(name)) return;
    // Ten tokens go once round the windows of these models.
    const together = await greedyAgreement(p, true, 10);
    expect(together.equal).toBe(together.all);
  });
});

describe.skipIf(!root)('writing on cpu', () => {
  const engine = createEngine('cpu');

  it.each(states)('%s: greedy tokens with a cache', async (name) => {
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

  it('a text alone, which the mesh does not divide', async () => {
    const p = openParity(join(root!, 'llama'), { engine: createEngine('reference'), mesh: new Mesh({ data: 2 }) });
    const alone = await greedyAgreement(p, false, 1);
    expect(alone.equal).toBe(alone.all);
  });
});
