import { describe, expect, it } from 'vitest';
import {
  closureConvert,
  foriLoop,
  grad,
  HostArray,
  hostTensor,
  jit,
  lax,
  np,
  random,
  setDefaultEngine,
  type Tensor,
  whileLoop,
} from '../../src/index.ts';

/* Derivatives of what an equation or a sampler defines, first and second. */

setDefaultEngine('reference');
const f64 = (...values: number[]): Tensor => hostTensor(HostArray.from('f64', [values.length], values));
const scalar = (v: number): Tensor => np.reshape(f64(v), []);
const number = async (t: Tensor): Promise<number> => Number(await t.item());

describe('implicit derivatives', () => {
  /** √a by Newton's method, a loop that reverse mode cannot follow. */
  const root = (a: Tensor): Tensor =>
    lax.customRoot(
      (x: Tensor) => np.subtract(np.multiply(x, x), a),
      np.multiply(a, 0.5),
      (f, x) =>
        whileLoop(
          (y: Tensor) => np.greater(np.abs(f(y)), 1e-13),
          (y) => np.subtract(y, np.divide(f(y), np.multiply(y, 2))),
          x,
        ),
      (g, y) => np.divide(y, g(np.onesLike(y))),
    );

  it('of a root', async () => {
    expect(await number(jit(root)(scalar(2)))).toBeCloseTo(Math.SQRT2, 12);
    expect(await number(grad(root)(scalar(2)))).toBeCloseTo(1 / (2 * Math.SQRT2), 12);
    expect(await number(grad(grad(root))(scalar(2)))).toBeCloseTo(-1 / (8 * Math.SQRT2), 10);
  });

  it('of a linear solve, once and twice, as of the dense solver', async () => {
    const matrix = (p: Tensor): Tensor => np.add(np.outer(p, p), np.multiply(np.eye(2, 2, 0, 'f64'), 3));
    const b = f64(1, -2);
    const iterate = (matvec: (x: Tensor) => Tensor, y: Tensor): Tensor =>
      foriLoop(0, 200, (_, x: Tensor) => np.add(x, np.multiply(np.subtract(y, matvec(x)), 0.15)), np.zerosLike(y));
    const implicit = (p: Tensor): Tensor =>
      np.sum(np.square(lax.customLinearSolve((x: Tensor) => np.matmul(matrix(p), x), b, iterate, { symmetric: true })));
    const dense = (p: Tensor): Tensor => np.sum(np.square(np.linalg.solve(matrix(p), b)));
    const p = f64(0.7, -0.4);
    const twice = (f: (q: Tensor) => Tensor) => grad((q: Tensor) => np.sum(np.multiply(grad(f)(q), f64(1, 2))));
    for (const transform of [grad, twice]) {
      const [given, expected] = [await transform(implicit)(p).toArray(), await transform(dense)(p).toArray()];
      (given as number[]).forEach((v, i) => {
        expect(v).toBeCloseTo((expected as number[])[i], 9);
      });
    }
  });

  it('closureConvert finds what a function closes over', async () => {
    const f = (a: Tensor): Tensor => {
      const [g, captured] = closureConvert((x: Tensor) => np.multiply(x, a), a);
      expect(captured.length).toBe(1);
      return g([np.multiply(captured[0], 10)], np.array(2));
    };
    expect(await number(jit(f)(np.array(3)))).toBe(60);
  });

  it('of gamma samples: the mean of a Gamma(a, 1) is a, so its derivative is 1', async () => {
    const mean = (a: Tensor): Tensor => np.mean(random.gamma(random.key(3), a, [2000]));
    // The derivatives of samples have a standard deviation below 0.6: three standard errors are 0.04.
    for (const a of [0.4, 2.5]) expect(Math.abs((await number(grad(mean)(np.array(a)))) - 1)).toBeLessThan(0.04);
  });
  it('of gamma samples: the probability of staying below them does not change', async () => {
    const below = (a: Tensor): Tensor => lax.igamma(a, random.gamma(random.key(3), a, []));
    for (const a of [0.4, 2.5]) expect(Math.abs(await number(grad(below)(np.array(a))))).toBeLessThan(1e-5);
  });
});

describe('equations that close over nothing', () => {
  const solve = (b: Tensor): Tensor =>
    lax.customLinearSolve(
      (x: Tensor) => np.multiply(x, 2),
      b,
      (_, y) => np.divide(y, 2),
    );
  const root = (guess: Tensor): Tensor =>
    lax.customRoot(
      (x: Tensor) => np.subtract(np.square(x), 4),
      guess,
      (_, start) => np.add(np.multiply(start, 0), 2),
      (g, y) => np.divide(y, g(np.onesLike(y))),
    );
  it('have values, and derivatives in what is given', async () => {
    expect(await solve(f64(2, 6)).toArray()).toEqual([1, 3]);
    expect(await grad((b: Tensor) => np.sum(solve(b)))(f64(2, 6)).toArray()).toEqual([0.5, 0.5]);
    expect(await jit(solve)(f64(2, 6)).toArray()).toEqual([1, 3]);
    expect(await root(f64(1)).toArray()).toEqual([2]);
    expect(await grad((x: Tensor) => np.sum(root(x)))(f64(1)).toArray()).toEqual([0]);
  });
});
