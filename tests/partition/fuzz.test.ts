import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaled } from '../scale.ts';
import { randomAnyType } from './random/any-type.ts';
import { differenceOf } from './random/check.ts';
import { randomIndexed } from './random/indexed.ts';
import { randomProgram } from './random/program.ts';
import { randomSample } from './random/sample.ts';
import { randomTraining } from './random/training.ts';

/** Cases in all; `npm run fuzz:partition` runs more. */
const runs = Number(process.env.ESPALIER_FUZZ_RUNS ?? scaled(150));

test('any program, any mesh, any sharding: the partitioned result equals the whole one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 8 }), (seed, numOps) => {
      expect(differenceOf(randomProgram(seed, numOps))).toBeUndefined();
    }),
    { numRuns: runs * 0.6 },
  );
}, 120_000);

test('every op on its samples', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
      expect(differenceOf(randomSample(seed))).toBeUndefined();
    }),
    { numRuns: runs * 0.3 },
  );
}, 120_000);

test('every form of gather, scatter and dynamic slices, positions and elements of any type', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
      expect(differenceOf(randomIndexed(seed))).toBeUndefined();
    }),
    { numRuns: runs },
  );
}, 120_000);

test('single ops on elements of any type, special ones too, and on empty shapes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
      expect(differenceOf(randomAnyType(seed))).toBeUndefined();
    }),
    { numRuns: runs },
  );
}, 120_000);

test('random training steps with their gradients', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 5 }), (seed, numLayers) => {
      expect(differenceOf(randomTraining(seed, numLayers))).toBeUndefined();
    }),
    { numRuns: runs * 0.1 },
  );
}, 120_000);
