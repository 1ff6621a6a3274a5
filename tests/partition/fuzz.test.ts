import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printModule } from '../../src/ir/index.ts';
import { randomProgram } from './random-program.ts';
import { difference, runBoth } from './run.ts';

test('any program, any mesh, any sharding: the partitioned result equals the whole one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 8 }), (seed, numOps) => {
      const { module, args } = randomProgram(seed, numOps);
      const { whole, joined } = runBoth(module, args);
      whole.forEach((x, i) => {
        expect(difference(x, joined[i]), `result ${i} of\n${printModule(module)}`).toBeLessThan(1e-5);
      });
    }),
    { numRuns: Number(process.env.ESPALIER_FUZZ_RUNS ?? 60) },
  );
});
