import { expect, test } from 'vitest';
import { grad, np, random, setDefaultEngine, type Tensor } from '../../src/api/index.ts';
import { dequantized, fakeQuantized, matQuantizeArray, sliceCodes, storedBits } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/* The first bits of 8-bit codes. Thresholds, effective bits and errors: the paper's, and those of its definition on normal weights. */

setDefaultEngine(createEngine('reference'));
const numbers = async (x: Tensor): Promise<number[]> => Array.from(await x.data(), Number);
const all = np.arange(256);

/** Where the sliced code changes. */
async function thresholds(bits: number, extraBit: boolean): Promise<number[]> {
  const s = await numbers(sliceCodes(all, { bits, extraBit }));
  return s.flatMap((c, i) => (i > 0 && c !== s[i - 1] ? [i] : []));
}

test('8 bits become 2 and 4 by rounding', async () => {
  expect(await thresholds(2, false)).toEqual([32, 96, 160]);
  expect(await thresholds(2, true)).toEqual([32, 96, 160, 224]);
  const sixteen = Array.from({ length: 15 }, (_, i) => 8 + 16 * i);
  expect(await thresholds(4, false)).toEqual(sixteen);
  expect(await thresholds(4, true)).toEqual([...sixteen, 248]);
  expect(await numbers(sliceCodes(all, { bits: 8 }))).toEqual(await numbers(all));
  expect(() => sliceCodes(all, { bits: 9 })).toThrow(/1 to 8/);
});

// Rows of 64 normal weights: as many draws of the published 64 x 64 as there are rows of one.
const w = random.normal(random.key(7), [4096, 64]);
const rmse = async (x: Tensor): Promise<number> =>
  Math.sqrt(Number(await np.mean(np.square(np.subtract(x, w))).item()));

test('the extra bit costs as little as published', async () => {
  for (const [bits, effective] of [
    [2, 2.054],
    [3, 3.03],
    [4, 4.021],
    [6, 6.016],
  ] as const) {
    const least = np.min(w, { axis: -1, keepdims: true });
    const step = np.divide(np.subtract(np.max(w, { axis: -1, keepdims: true }), least), 255);
    const q = np.round(np.divide(np.subtract(w, least), step));
    const over = np.mean(np.astype(np.equal(sliceCodes(q, { bits, extraBit: true }), 2 ** bits), 'f32'));
    expect(Math.abs(bits + Number(await over.item()) - effective)).toBeLessThan(0.005);
  }
});

test('errors of two bits: by themselves, sliced, with the extra bit', async () => {
  for (const [x, error] of [
    [fakeQuantized(w, { bits: 2, of: 2 }), 0.447],
    [fakeQuantized(w, { bits: 2 }), 0.389],
    [fakeQuantized(w, { bits: 2, extraBit: true }), 0.335],
  ] as const)
    expect(Math.abs((await rmse(x)) - error)).toBeLessThan(0.005);
});

test('training and serving see the same weights, whose derivative goes straight through', async () => {
  const host = await np.take(w, np.arange(64), 0).toHost();
  for (const bits of [2, 3, 4, 6, 8])
    for (const extraBit of [false, true]) {
      if (bits === 8 && extraBit) continue;
      const slice = { bits, extraBit, of: bits === 3 ? 3 : undefined };
      const { codes, scales, offsets } = matQuantizeArray(host, slice, storedBits(slice, 64));
      const served = dequantized({ codes: np.array(codes), scales: np.array(scales), offsets: np.array(offsets!) });
      const trained = fakeQuantized(np.array(host), slice);
      expect(Number(await np.max(np.abs(np.subtract(served, trained))).item())).toBeLessThan(2e-6);
    }
  const slope = grad((x: Tensor) => np.sum(np.multiply(fakeQuantized(x, { bits: 2 }), w)))(w);
  expect(Number(await np.max(np.abs(np.subtract(slope, w))).item())).toBe(0);
  const flat = np.full([2, 8], 3, 'f32');
  expect(await numbers(fakeQuantized(flat, { bits: 2 }))).toEqual(Array(16).fill(3));
});
