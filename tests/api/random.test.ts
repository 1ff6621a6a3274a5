import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { np, random, setDefaultEngine, type Tensor } from '../../src/index.ts';

setDefaultEngine('reference');
const oracle = JSON.parse(readFileSync(new URL('../oracles/jax_random.json', import.meta.url), 'utf8')) as Record<
  string,
  number[]
>;
const key = random.key(42);
const numbers = async (t: Tensor): Promise<number[]> => [...((await t.data()) as Uint32Array)].map(Number);
const floatBits = async (t: Tensor): Promise<number[]> => [...new Uint32Array((await t.data()).slice().buffer)];

/** Largest distance in units in the last place between floats given by their bits (same sign). */
function ulps(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((x, i) => Math.abs(x - b[i])));
}

describe('jax.random, bit for bit (tests/oracles/jax_random.py)', () => {
  it('key, split, foldIn, bits', async () => {
    expect(await numbers(key)).toEqual(oracle.key);
    expect(await numbers(random.split(key, 3))).toEqual(oracle.split3);
    expect(await numbers(random.foldIn(key, 7))).toEqual(oracle.foldIn7);
    expect(await numbers(random.bits(key, [3, 5]))).toEqual(oracle.bits);
  });
  it('uniform', async () => {
    expect(await floatBits(random.uniform(key, [4, 3]))).toEqual(oracle.uniform);
    expect(await floatBits(random.uniform(key, [6], { low: -2.5, high: 1.5 }))).toEqual(oracle.uniformRange);
  });
  it('normal within 4 ulp (JAX evaluates log1p and the polynomial with fused multiply-add)', async () => {
    expect(ulps(await floatBits(random.normal(key, [3, 7])), oracle.normal)).toBeLessThanOrEqual(4);
  });
  it('gumbel within 4 ulp', async () => {
    expect(ulps(await floatBits(random.gumbel(key, [5])), oracle.gumbel)).toBeLessThanOrEqual(4);
  });
  it('bernoulli, randint, categorical', async () => {
    expect(await numbers(random.bernoulli(key, 0.3, [16]))).toEqual(oracle.bernoulli);
    expect(await numbers(random.randint(key, [9], -5, 1000))).toEqual(oracle.randint);
    const logits = np.broadcastTo(np.log(np.array([0.1, 0.6, 0.3])), [8, 3]);
    expect(await numbers(random.categorical(key, logits))).toEqual(oracle.categorical);
  });
});
