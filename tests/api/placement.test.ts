import { afterAll, describe, expect, test, vi } from 'vitest';
import { hostTensor, jit, np, setDefaultEngine, type Tensor } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/* Where tensors live between calls of compiled functions. */
describe.each(['reference', 'cpu'])('on %s', (name) => {
  const engine = createEngine(name);
  afterAll(() => engine.close());
  const host = (...values: number[]): Tensor =>
    hostTensor(new HostArray('f32', [values.length], new Float32Array(values)));

  test('a host tensor is moved to the device once, captured ones too', async () => {
    setDefaultEngine(engine);
    const put = vi.spyOn(engine, 'put');
    const [x, weight] = [host(1, 2, 3), host(10, 20, 30)];
    const f = jit((t: Tensor) => np.multiply(t, weight));
    for (let i = 0; i < 3; i++) expect(await f(x).toArray()).toEqual([10, 40, 90]);
    expect(put).toHaveBeenCalledTimes(2);
    expect(await x.toArray()).toEqual([1, 2, 3]);
    put.mockRestore();
  });

  test('a donated host tensor keeps its elements, a donated result does not', async () => {
    setDefaultEngine(engine);
    const step = jit((t: Tensor) => np.add(t, 1), { donateArgnums: [0] });
    const x = host(1, 2);
    let y = step(x);
    // Brief programs run at once, long ones on other threads: the first call is not the same way as the later ones.
    for (let i = 0; i < 5; i++) {
      const next = step(y);
      expect(() => step(y)).toThrow(/donated/);
      y = next;
    }
    expect(await y.toArray()).toEqual([7, 8]);
    expect(await x.toArray()).toEqual([1, 2]);
  });

  test('a call that fails says why where its result is awaited, and the donated tensor is gone', async () => {
    setDefaultEngine(engine);
    const step = jit((t: Tensor) => np.multiply(t, 3), { donateArgnums: [0] });
    const y = await step(host(1, 2)).ready();
    const executable = await step.compile(y);
    const fails = (): never => {
      throw new Error('out of luck');
    };
    vi.spyOn(executable, 'execute').mockImplementation(async () => fails());
    vi.spyOn(executable, 'executeNow').mockImplementation(fails);
    await expect(step(y).toArray()).rejects.toThrow('out of luck');
    expect(() => step(y)).toThrow(/donated/);
    vi.restoreAllMocks();
    expect(await step(host(1, 2)).toArray()).toEqual([3, 6]);
  });
});
