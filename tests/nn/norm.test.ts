import { describe, expect, it } from 'vitest';
import { jit, np } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { type NormConfig, normalize } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

const engine = createEngine('reference');

/** The definition, in float64. */
function plain(x: readonly number[], w: readonly number[], bias: readonly number[], c: NormConfig): number[] {
  const mean = c.kind === 'layer' ? x.reduce((a, b) => a + b, 0) / x.length : 0;
  const centered = x.map((v) => v - mean);
  const scale = 1 / Math.sqrt(centered.reduce((a, b) => a + b * b, 0) / x.length + c.epsilon);
  return centered.map((v, i) => v * scale * (w[i] + (c.plusOne ? 1 : 0)) + (c.bias ? bias[i] : 0));
}

describe('normalize', () => {
  const w = [0.5, -1.5, 2, 1];
  const bias = [0.25, 0, -1, 3];
  it.each<[string, NormConfig]>([
    ['RMS', { kind: 'rms', epsilon: 1e-5 }],
    ['RMS with weights around 0', { kind: 'rms', epsilon: 1e-5, plusOne: true }],
    ['layer', { kind: 'layer', epsilon: 1e-5, bias: true }],
  ])('%s: numbers of every size, down to where epsilon counts', async (_, c) => {
    for (const size of [1, 100, 3e-3, 1e-4]) {
      const x = [1, -2, 0.5, 4].map((v) => v * size);
      const f = jit(
        () => normalize(np.array([x], 'f32'), { weight: np.array(w), ...(c.bias ? { bias: np.array(bias) } : {}) }, c),
        { engine },
      );
      const got = (await f().toHost()).toNumbers();
      const want = plain(x, w, bias, c);
      for (const [i, y] of want.entries()) expect(Math.abs(got[i] - y)).toBeLessThan(1e-5 * Math.max(1, Math.abs(y)));
    }
  });

  it('rounds to the narrow type before the weight, or after it, as published models do', async () => {
    const values = Array.from({ length: 16 }, (_, i) => (((7 * i) % 16) - 7.5) / 4);
    const factor = 1.0234375;
    const x = HostArray.from('bf16', [1, 16], values);
    const weight = HostArray.full('bf16', [16], factor);
    const run = async (castsFirst: boolean): Promise<number[]> => {
      const c: NormConfig = { kind: 'rms', epsilon: 1e-6, castsFirst };
      const y = jit(() => normalize(np.array(x), { weight: np.array(weight) }, c), { engine })();
      expect(y.dtype).toBe('bf16');
      return (await y.toHost()).toNumbers();
    };
    const [llama, gemma] = [await run(true), await run(false)];
    const rounded = (v: number): number => Number(HostArray.from('bf16', [], [v]).get(0));
    const scale = 1 / Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / 16 + 1e-6);
    expect(llama).toEqual(values.map((v) => rounded(rounded(v * scale) * factor)));
    expect(gemma).toEqual(values.map((v) => rounded(Math.fround(v * scale) * factor)));
    expect(llama).not.toEqual(gemma);
  });
});
