import { describe, expect, it } from 'vitest';
import {
  blockUntilReady,
  compilationCount,
  deviceGet,
  grad,
  jit,
  lax,
  np,
  random,
  type Tensor,
} from '../../src/index.ts';

/* Ops outside traced functions: recorded, compiled as one program when read, kept by that program's text. */

describe('eager use', () => {
  it('compiles a call once and later calls of the same types not at all', async () => {
    const f = async (x: Tensor): Promise<unknown> => np.add(np.sin(x), np.multiply(x, 2)).toArray();
    const a = await f(np.array([0, 1, 2]));
    const before = compilationCount();
    const b = await f(np.array([0, 1, 2]));
    await f(np.array([5, 6, 7]));
    expect(b).toEqual(a);
    expect(compilationCount()).toBe(before);
    await f(np.array([[5, 6, 7]]));
    expect(compilationCount()).toBe(before + 1);
  });

  it('compiles a whole chain as one program, and keeps what other chains share', async () => {
    const x = np.array([1, 2, 3, 4.5]);
    const shared = np.exp(np.sin(x));
    const [a, b] = [np.sum(shared), np.max(shared)];
    const before = compilationCount();
    const expected = [1, 2, 3, 4.5].map((v) => Math.exp(Math.sin(v)));
    expect(await a.item()).toBeCloseTo(
      expected.reduce((p, q) => p + q),
      5,
    );
    expect(compilationCount()).toBe(before + 1);
    expect(shared.pending).toBeUndefined();
    expect(await b.item()).toBeCloseTo(Math.max(...expected), 5);
    expect(compilationCount()).toBe(before + 2);
  });

  it('gives results to compiled functions and transformations', async () => {
    const x = np.multiply(np.arange(0, 3, 1, 'f32'), 2);
    const f = jit((y: Tensor) => np.sum(np.square(y)));
    expect(await f(x).item()).toBe(20);
    expect(await grad(f)(x).toArray()).toEqual([0, 4, 8]);
  });

  it('computes long chains in pieces', async () => {
    let x = np.array(0);
    for (let i = 0; i < 1000; i++) x = np.add(x, 1);
    expect(await x.item()).toBe(1000);
  });

  it('computes complex numbers', async () => {
    expect(await np.real(np.fft.fft(np.array([1, 2, 3, 4]))).toArray()).toEqual([10, -2, -2, -2]);
  });

  it('throws type errors at the call', () => {
    expect(() => lax.add(np.ones([2]), np.ones([3]))).toThrow(/stablehlo.add/);
  });

  it('reads a tensor before a program overwrites it', async () => {
    const x = jit(() => np.arange(0, 4, 1, 'f32'))();
    const y = np.add(x, 1);
    const z = jit((t: Tensor) => np.multiply(t, 10), { donateArgnums: [0] })(x);
    expect(await y.toArray()).toEqual([1, 2, 3, 4]);
    expect(await z.toArray()).toEqual([0, 10, 20, 30]);
  });

  it('agrees with jit, random bits included', async () => {
    const draw = (): Tensor => random.normal(random.key(7), [5]);
    expect(await draw().toArray()).toEqual(await jit(draw)().toArray());
  });

  it('waits for and fetches trees', async () => {
    const tree = { a: np.add(np.ones([2]), 1), b: [np.zeros([])] };
    expect(await blockUntilReady(tree)).toBe(tree);
    const host = await deviceGet(tree);
    expect([...host.a.toNumbers(), ...host.b[0].toNumbers()]).toEqual([2, 2, 0]);
  });
});
