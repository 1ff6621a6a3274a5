import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cond,
  foriLoop,
  grad,
  jit,
  jvp,
  lax,
  np,
  scan,
  setDefaultEngine,
  switchCase,
  type Tensor,
  valueAndGrad,
  vmap,
  whileLoop,
} from '../../src/index.ts';

setDefaultEngine('reference');

const numbers = async (t: Tensor): Promise<number[]> => [...((await t.data()) as Float32Array)].map(Number);
const close = (a: readonly number[], b: readonly number[], tolerance = 1e-5): void => {
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => {
    expect(Math.abs(x - b[i]), `element ${i}: ${x} and ${b[i]}`).toBeLessThanOrEqual(tolerance * (1 + Math.abs(b[i])));
  });
};

describe('grad', () => {
  it('of a scalar function, inside and outside jit, twice', async () => {
    const f = (x: Tensor): Tensor => np.sum(np.multiply(np.sin(x), np.square(x)));
    const x = np.array([0.3, -1.2, 2]);
    const df = (v: number): number => Math.cos(v) * v * v + 2 * v * Math.sin(v);
    const ddf = (v: number): number => -Math.sin(v) * v * v + 4 * v * Math.cos(v) + 2 * Math.sin(v);
    close(await numbers(grad(f)(x)), [0.3, -1.2, 2].map(df));
    close(await numbers(jit((y: Tensor) => grad(f)(y))(x)), [0.3, -1.2, 2].map(df));
    close(await numbers(grad((y: Tensor) => np.sum(grad(f)(y)))(x)), [0.3, -1.2, 2].map(ddf));
  });
  it('keeps the structure of the argument, captures outer values, stops at stopGradient', async () => {
    const c = np.array([2, 3]);
    const f = (p: { a: Tensor; b: Tensor[] }): Tensor =>
      np.sum(np.add(np.multiply(p.a, c), np.multiply(lax.stopGradient(p.b[0]), p.a)));
    const g = grad(f)({ a: np.array([1, 1]), b: [np.array([5, 7])] });
    close(await numbers(g.a), [7, 10]);
    close(await numbers(g.b[0]), [0, 0]);
  });
  it('refuses non-scalars and integers with advice', () => {
    expect(() => grad((x: Tensor) => x)(np.array([1, 2]))).toThrow(/scalar float.*np\.sum/);
    expect(() => grad((x: Tensor) => np.sum(x))(np.array([1, 2], 'i32'))).toThrow(/it is i32/);
  });
  it('agrees with jvp on random points (property)', async () => {
    const f = (x: Tensor): Tensor => np.sum(np.divide(np.exp(np.multiply(x, 0.3)), np.add(np.square(np.cos(x)), 1)));
    const g = jit((x: Tensor) => grad(f)(x));
    const d = jit((x: Tensor, v: Tensor) => jvp(f, [x], [v])[1]);
    const point = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(point, point, async (x, v) => {
        const gx = await numbers(g(np.array(x)));
        const forward = Number(await d(np.array(x), np.array(v)).item());
        close([forward], [gx.reduce((s, y, i) => s + y * Math.fround(v[i]), 0)], 1e-4);
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

describe('control flow', () => {
  it('scan: values, gradients, reverse, captured values', async () => {
    const w = np.array([0.5, 2, 1.5]);
    const k = np.array(1.25);
    const f = (init: Tensor, xs: Tensor, c: Tensor): Tensor => {
      const [last, all] = scan(
        (carry: Tensor, x: Tensor) => [np.add(np.multiply(carry, x), c), carry] as const,
        init,
        xs,
      );
      return np.add(last, np.sum(np.square(all)));
    };
    // c0=1, c1=.5+1.25=1.75, c2=3.5+1.25=4.75, c3=7.125+1.25=8.375
    close([Number(await f(np.array(1), w, k).item())], [8.375 + 1 + 1.75 ** 2 + 4.75 ** 2]);
    const eps = 1e-3;
    const value = async (a: number, i: number): Promise<number> => {
      const args = [1, 0.5, 2, 1.5, 1.25];
      args[i] += a;
      return Number(await f(np.array(args[0]), np.array(args.slice(1, 4)), np.array(args[4])).item());
    };
    const fd = async (i: number): Promise<number> => ((await value(eps, i)) - (await value(-eps, i))) / (2 * eps);
    close(await numbers(grad(f)(np.array(1), w, k)), [await fd(0)], 1e-3);
    close(
      await numbers(grad(f, { argnum: 1 })(np.array(1), w, k) as Tensor),
      [await fd(1), await fd(2), await fd(3)],
      1e-3,
    );
    close(await numbers(grad(f, { argnum: 2 })(np.array(1), w, k) as Tensor), [await fd(4)], 1e-3);
    const [, reversed] = scan((c: Tensor, x: Tensor) => [np.add(c, x), c] as const, np.array(0), np.array([1, 2, 4]), {
      reverse: true,
    });
    close(await numbers(reversed), [6, 4, 0]);
  });
  it('cond, switch, while, fori', async () => {
    const f = (p: Tensor, x: Tensor): Tensor =>
      cond(
        p,
        (y) => np.multiply(y, 2),
        (y) => np.square(y),
        x,
      );
    close(await numbers(f(np.array(true), np.array(3))), [6]);
    close(await numbers(jit(f)(np.array(false), np.array(3))), [9]);
    close(await numbers(grad((x: Tensor) => f(np.array(false), x))(np.array(3))), [6]);
    close(
      await numbers(switchCase(np.array(7, 'i32'), [(x: Tensor) => x, (x: Tensor) => np.negative(x)], np.array(3))),
      [-3],
    );
    close(
      await numbers(
        whileLoop(
          (c: Tensor) => np.less(c, 100),
          (c) => np.multiply(c, 3),
          np.array(1),
        ),
      ),
      [243],
    );
    close(await numbers(foriLoop(0, 5, (i, c: Tensor) => np.add(c, np.astype(i, 'f32')), np.array(0))), [10]);
    close(
      await numbers(grad((x: Tensor) => foriLoop(0, 3, (_, c: Tensor) => np.multiply(c, x), np.array(1)))(np.array(2))),
      [12],
    );
  });
  it('names a carry that changes its type', () => {
    expect(() => scan((c: Tensor, x: Tensor) => [np.stack([c, x]), x] as const, np.array(0), np.array([1, 2]))).toThrow(
      /carry.*changed its type/,
    );
  });
});

describe('vmap', () => {
  it('of products, reductions, scans and gradients equals a loop', async () => {
    const f = (a: Tensor, b: Tensor): Tensor => np.add(np.matmul(a, b), np.sum(b));
    const a = np.reshape(np.arange(12), [2, 2, 3]);
    const b = np.reshape(np.arange(3), [3]);
    const out = vmap(f, { inAxes: [0, null] })(np.astype(a, 'f32'), np.astype(b, 'f32'));
    expect(out.shape).toEqual([2, 2]);
    close(await numbers(out), [5 + 3, 14 + 3, 23 + 3, 32 + 3]);
    const loss = (x: Tensor): Tensor => np.sum(np.multiply(x, np.square(x)));
    close(
      await numbers(
        vmap(grad(loss))(
          np.array([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
      [3, 12, 27, 48],
    );
    const cumulative = (x: Tensor): Tensor =>
      scan((c: Tensor, y: Tensor) => [np.add(c, y), np.add(c, y)] as const, np.array(0), x)[1];
    close(
      await numbers(
        vmap(cumulative)(
          np.array([
            [1, 2, 3],
            [4, 5, 6],
          ]),
        ),
      ),
      [1, 3, 6, 4, 9, 15],
    );
  });
  it('names mismatched batch sizes', () => {
    expect(() => vmap((x: Tensor, y: Tensor) => np.add(x, y))(np.zeros([2]), np.zeros([3]))).toThrow(
      /different batch sizes/,
    );
  });
});

describe('mistakes get advice', () => {
  it('branching on a traced value', () => {
    expect(() =>
      jit((x: Tensor) => ((np.sum(x) as unknown as number) > 0 ? x : np.negative(x)))(np.array([1])),
    ).toThrow(/np\.where or lax\.cond/);
    expect(() => Number(np.array([1]))).toThrow(/await t\.item\(\)/);
  });
  it('leaking a tracer', () => {
    let leaked: Tensor | undefined;
    jit((x: Tensor) => {
      leaked = np.add(x, 1);
      return x;
    })(np.array([1]));
    expect(() => np.add(leaked!, 1)).toThrow(/has ended.*Return it/);
  });
  it('shapes that do not fit, wrong axes, ragged arrays, async functions', () => {
    expect(() => np.add(np.zeros([2, 3]), np.zeros([4]))).toThrow(/do not broadcast/);
    expect(() => np.sum(np.zeros([2]), { axis: 3 })).toThrow(/axis 3 is out of range/);
    expect(() => np.array([[1, 2], [3]])).toThrow(/different lengths/);
    expect(() => np.slice(np.arange(4), 0, 0, 4, -1)).toThrow(/np\.flip/);
    expect(() => jit(async (x: Tensor) => x)(np.array([1]))).toThrow(/Promise|no tensor|async/);
  });
  it('elements inside a traced function', async () => {
    let failure: Promise<unknown> | undefined;
    jit((x: Tensor) => {
      failure = x.data();
      failure.catch(() => undefined);
      return x;
    })(np.array([1]));
    await expect(failure).rejects.toThrow(/has no elements/);
  });
});

it('valueAndGrad returns both', async () => {
  const [v, g] = valueAndGrad((x: Tensor) => np.sum(np.square(x)))(np.array([3, 4]));
  expect(await v.item()).toBe(25);
  close(await numbers(g), [6, 8]);
});
