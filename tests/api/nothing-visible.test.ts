import { describe, expect, it } from 'vitest';
import { createEngine, type DType, grad, jit, nn, np, type Tensor } from '../../src/index.ts';

/*
 * Rows of attention and softmax that see nothing, in every float type (JAX's answers): attention takes the mean of all values, softmax
 * gives zeros.
 */
const numbers = async (t: Tensor): Promise<number[]> => [...(await t.toHost()).toNumbers()];
const floats: readonly DType[] = ['f32', 'f16', 'bf16', 'f64'];

describe.each(['reference', 'cpu', 'wasm'])('on %s', (name) => {
  const engine = createEngine(name);
  const values = (dtype: DType): Tensor => np.reshape(np.arange(6, undefined, 1, dtype), [1, 3, 1, 2]);

  it.each(floats)(
    'attention in %s: masked rows are the mean of all keys, the others as without them',
    async (dtype) => {
      const mask = np.array([
        [false, false, false],
        [true, false, true],
      ]);
      const q = np.ones([1, 2, 1, 2], dtype);
      const run = (isCausal: boolean): Promise<number[]> =>
        numbers(
          jit(() => nn.dotProductAttention(q, np.ones([1, 3, 1, 2], dtype), values(dtype), { mask, isCausal }), {
            engine,
          })(),
        );
      // Rows of the values: 0 1, 2 3, 4 5.
      expect(await run(false)).toEqual([2, 3, 2, 3]);
      expect(await run(true)).toEqual([2, 3, 0, 1]);
    },
  );

  it.each(floats)('large scores in %s do not fall below what is hidden', async (dtype) => {
    const [q, k] = [np.full([1, 1, 1, 2], -96, dtype), np.full([1, 3, 1, 2], 96, dtype)];
    const mask = np.array([[true, false, false]]);
    const out = jit(() => nn.dotProductAttention(q, k, values(dtype), { mask }), { engine })();
    expect(await numbers(out)).toEqual([0, 1]);
  });

  it.each(floats)('softmax in %s over nothing is zero, its logarithm −∞, its gradient zero', async (dtype) => {
    const where = np.array([
      [false, false],
      [true, false],
    ]);
    const x = np.array(
      [
        [1, 2],
        [3, 4],
      ],
      dtype,
    );
    const f = jit(
      (t: Tensor) => [
        nn.softmax(t, { where }),
        nn.logSoftmax(t, { where }),
        grad((s: Tensor) => np.sum(np.multiply(nn.softmax(s, { where }), 2)))(t),
      ],
      { engine },
    );
    const [p, logs, gradient] = await Promise.all(f(x).map(numbers));
    expect(p).toEqual([0, 0, 1, 0]);
    expect(logs).toEqual([-Infinity, -Infinity, 0, -Infinity]);
    expect(gradient).toEqual([0, 0, 0, 0]);
  });
});
