import { afterAll, describe, expect, it } from 'vitest';
import { runModule } from '../../src/api/index.ts';
import { createEngine, evaluateModule } from '../../src/runtime/index.ts';
import { differenceOnEngine } from '../partition/random/on-engine.ts';
import { randomProgram } from '../partition/random/program.ts';
import { difference } from '../partition/run.ts';
import { scaled } from '../scale.ts';
import { plugin } from './plugin.ts';

/*
 * Random programs on random meshes with random shardings, against the reference engine on one device: XLA on our per-device program,
 * and XLA's own partitioning of the whole program. Seeds are fixed: XLA ends the whole process on some programs, and rounds before a
 * `floor` in others; docs/engines.md lists what was found.
 */
const numOpsOf = (seed: number): number => 1 + (seed % 8);

/** Programs without what XLA's partitioner is known to refuse or to abort on. */
const seedsForXla = [0, 1, 8, 16, 17, 18, 19, 20, 21, 24, 25, 26, 27, 30, 33, 34, 35, 39];

describe.skipIf(plugin?.kind !== 'cpu')('random partitioned programs on XLA', () => {
  const [ours, theirs] = ['xla', 'xla:global'].map((name) => createEngine(name));
  afterAll(async () => {
    await ours.close();
    await theirs.close();
  });

  it('our per-device program computes what the whole one does', async () => {
    for (let seed = 0; seed < scaled(10); seed++) {
      const program = randomProgram(seed, numOpsOf(seed));
      expect(await differenceOnEngine(program, ours), `seed ${seed}`).toBeLessThan(program.tolerance ?? 1e-5);
    }
  }, 300_000);

  it("XLA's partitioning of the whole program computes the same", async () => {
    for (const seed of seedsForXla.slice(0, scaled(6))) {
      const { module, args } = randomProgram(seed, numOpsOf(seed));
      const results = await runModule(module, args, { engine: theirs });
      evaluateModule(module, args).forEach((x, i) => {
        expect(difference(x, results[i]), `seed ${seed}, result ${i}`).toBeLessThan(1e-5);
      });
    }
  }, 300_000);
});
