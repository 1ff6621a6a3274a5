import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceOf } from './random/check.ts';
import { randomProgram } from './random/program.ts';
import { randomTraining } from './random/training.ts';

test('any program, any mesh, any sharding: the partitioned result equals the whole one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 8 }), (seed, numOps) => {
      expect(differenceOf(randomProgram(seed, numOps))).toBeUndefined();
    }),
    { numRuns: Number(process.env.ESPALIER_FUZZ_RUNS ?? 500) },
  );
}, 120_000);

test('random training steps with their gradients', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 5 }), (seed, numLayers) => {
      expect(differenceOf(randomTraining(seed, numLayers))).toBeUndefined();
    }),
    { numRuns: Number(process.env.ESPALIER_FUZZ_RUNS ?? 500) / 10 },
  );
}, 120_000);
