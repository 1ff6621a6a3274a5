import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { runModule } from '../../src/api/index.ts';
import { printModule } from '../../src/ir/index.ts';
import { createEngine, evaluateModule } from '../../src/runtime/index.ts';
import { randomProgram } from '../partition/random-program.ts';
import { difference } from '../partition/run.ts';
import { plugin } from './plugin.ts';

/*
 * Random programs on random meshes with random shardings: the reference engine on one device, XLA on our per-device program,
 * and XLA's own partitioning of the whole program.
 */
describe.skipIf(plugin?.kind !== 'cpu')('random partitioned programs on XLA', () => {
  const [ours, theirs] = ['xla', 'xla:global'].map((name) => createEngine(name));
  afterAll(async () => {
    await ours.close();
    await theirs.close();
  });

  it('computes what the reference engine does on one device', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 8 }), async (seed, numOps) => {
        const { module, args } = randomProgram(seed, numOps);
        const whole = evaluateModule(module, args);
        for (const engine of [ours, theirs]) {
          const results = await runModule(module, args, { engine });
          whole.forEach((x, i) => {
            const label = `${engine.name}, seed ${seed}, ${numOps} ops, result ${i} of\n${printModule(module)}`;
            expect(difference(x, results[i]), label).toBeLessThan(1e-5);
          });
        }
      }),
      { numRuns: Number(process.env.ESPALIER_FUZZ_RUNS ?? 25), seed: 7 },
    );
  }, 300_000);
});
