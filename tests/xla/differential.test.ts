import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { runModule } from '../../src/api/index.ts';
import { printModule } from '../../src/ir/index.ts';
import { createEngine, type Engine, evaluateModule } from '../../src/runtime/index.ts';
import { randomProgram } from '../partition/random/program.ts';
import { difference } from '../partition/run.ts';
import { plugin } from './plugin.ts';

/*
 * Random programs on random meshes with random shardings, against the reference engine on one device: XLA on our per-device program,
 * and XLA's own partitioning of the whole program. What XLA gets wrong is listed in docs/engines.md.
 */
describe.skipIf(plugin?.kind !== 'cpu')('random partitioned programs on XLA', () => {
  const [ours, theirs] = ['xla', 'xla:global'].map((name) => createEngine(name));
  afterAll(async () => {
    await ours.close();
    await theirs.close();
  });

  async function compare(engine: Engine, seed: number, numOps: number): Promise<void> {
    const { module, args } = randomProgram(seed, numOps);
    const whole = evaluateModule(module, args);
    const results = await runModule(module, args, { engine });
    whole.forEach((x, i) => {
      const label = `${engine.name}, seed ${seed}, ${numOps} ops, result ${i} of\n${printModule(module)}`;
      expect(difference(x, results[i]), label).toBeLessThan(1e-5);
    });
  }

  it('our per-device program computes what the whole one does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 8 }), (seed, numOps) =>
        compare(ours, seed, numOps),
      ),
      { numRuns: Number(process.env.ESPALIER_FUZZ_RUNS ?? 25), seed: 7 },
    );
  }, 300_000);

  // Fixed seeds: a program that XLA's partitioner cannot take ends the whole process (docs/engines.md).
  it("XLA's partitioning of the whole program computes the same", async () => {
    for (let seed = 0; seed < 25; seed++) await compare(theirs, seed, 1 + (seed % 8));
  }, 300_000);
});
