import { expect } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { hostTensor, nn, np, type Tensor } from '../../src/index.ts';
import type { Routing } from '../../src/nn/index.ts';
import { difference } from '../compare.ts';

/** Row-major `2·sin(1 + i)`: inputs that need no file. */
export const sines = (...shape: number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: size }, (_, i) => 2 * Math.sin(1 + i));
  return hostTensor(HostArray.from('f32', shape, data));
};

/** Weights by expert instead of by slot: `f32[…, tokens, experts]`. */
export const combined = (r: Routing): Tensor =>
  np.einsum('...tk,...tke->...te', r.weights, nn.oneHot(r.experts, r.probabilities.shape.at(-1)!));

/** Nested lists of numbers. */
export type Numbers = readonly (number | Numbers)[];

/** The elements are these, to a relative error. */
export async function expectNumbers(got: Tensor, want: Numbers | number, tolerance = 2e-6): Promise<void> {
  const flat = flattened(want);
  expect(got.size).toBe(flat.length);
  expect(difference(await got.toHost(), HostArray.from('f32', [...got.shape], flat), tolerance)).toBeLessThan(1);
}

const flattened = (x: Numbers | number): number[] => (typeof x === 'number' ? [x] : x.flatMap(flattened));
