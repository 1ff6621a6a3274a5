import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/runtime/index.ts';
import { randomAnyType } from './random/any-type.ts';
import { randomIndexed } from './random/indexed.ts';
import { differenceOnEngine } from './random/on-engine.ts';

/*
 * Random single ops on the devices of compiling engines: every form of gather and scatter, positions and elements of any type, empty
 * shapes. `npm run fuzz:partition -- --engine cpu` runs more.
 */
describe.each([
  ['wasm', 40],
  ['cpu', 12],
] as const)('%s', (name, count) => {
  const engine = createEngine(name);
  const seeds = Array.from({ length: count }, (_, i) => 500 + i);
  it.each(seeds)('gather, scatter, dynamic slices: seed %i', async (seed) => {
    expect(await differenceOnEngine(randomIndexed(seed), engine)).toBe(0);
  });
  it.each(seeds)('ops of any type: seed %i', async (seed) => {
    expect(await differenceOnEngine(randomAnyType(seed), engine)).toBe(0);
  });
});
