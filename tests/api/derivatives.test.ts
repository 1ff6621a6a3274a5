import { describe, expect, it } from 'vitest';
import {
  associativeScan,
  checkpoint,
  closureConvert,
  customGradient,
  customJvp,
  customVjp,
  evalShape,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  map,
  np,
  scan,
  setDefaultEngine,
  shapeDtypeStruct,
  type Tensor,
  trace,
  vjp,
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
const f = (x: Tensor): Tensor => np.multiply(np.sin(x), np.sum(np.square(x)));
const x = np.array([0.3, -1.2, 2]);

describe('linearize, vjp, Jacobians', () => {
  it('agree with each other, inside jit, outside, and under vmap', async () => {
    const J = await numbers(jacfwd(f)(x));
    close(await numbers(jacrev(f)(x)), J);
    close(await numbers(jit((y: Tensor) => jacrev(f)(y))(x)), J);
    const v = np.array([1, 0.5, -2]);
    const [value, along] = linearize(f, x);
    close(await numbers(value), await numbers(f(x)));
    close(await numbers(along(v)), await numbers(jvp(f, [x], [v])[1]));
    const [, back] = vjp(f, x);
    const [ct] = back(v);
    const vt = [1, 0.5, -2];
    close(
      await numbers(ct),
      [0, 1, 2].map((j) => vt.reduce((s, w, i) => s + w * J[i * 3 + j], 0)),
    );
    const rows = vmap((w: Tensor) => back(w)[0])(np.eye(3));
    close(await numbers(rows), J);
  });
  it('hessian and hvp; trees', async () => {
    const g = (y: Tensor): Tensor => np.sum(np.multiply(np.sin(y), np.square(y)));
    const H = await numbers(hessian(g)(x));
    const v = [1, 0.5, -2];
    close(
      await numbers(hvp(g, x, np.array(v))),
      [0, 1, 2].map((i) => v.reduce((s, w, j) => s + w * H[i * 3 + j], 0)),
    );
    const h = (p: { a: Tensor; b: Tensor }): { c: Tensor } => ({ c: np.outer(p.a, p.b) });
    const p = { a: np.array([1, 2]), b: np.array([3, 4, 5]) };
    const [jf, jr] = [jacfwd(h)(p), jacrev(h)(p)];
    expect(jf.c.b.shape).toEqual([2, 3, 3]);
    close(await numbers(jf.c.a), await numbers(jr.c.a));
    close(await numbers(jf.c.b), await numbers(jr.c.b));
  });
  it('grad with several argnums', async () => {
    const [a, c] = grad((p: Tensor, q: Tensor, r: Tensor) => np.sum(np.multiply(np.multiply(p, q), r)), {
      argnums: [0, 2],
    })(np.array(2), np.array(3), np.array(5));
    close([...(await numbers(a)), ...(await numbers(c))], [15, 6]);
  });
});

describe('checkpoint', () => {
  const layer = (w: Tensor, h: Tensor): Tensor => np.tanh(np.matmul(h, w));
  const w = np.array([
    [0.1, 0.7],
    [-0.4, 0.2],
  ]);
  const h = np.array([[1, 2]]);
  for (const policy of ['nothing', 'dots', 'everything'] as const)
    it(`keeps values and first and second derivatives (${policy})`, async () => {
      const plain = (v: Tensor): Tensor => np.sum(np.square(layer(v, layer(v, h))));
      const remat = (v: Tensor): Tensor => {
        const c = checkpoint(layer, { policy });
        return np.sum(np.square(c(v, c(v, h))));
      };
      close(await numbers(grad(remat)(w)), await numbers(grad(plain)(w)));
      close(await numbers(hessian(remat)(w)), await numbers(hessian(plain)(w)), 1e-4);
      close(await numbers(jacrev(jacrev(remat))(w)), await numbers(hessian(plain)(w)), 1e-4);
      close(await numbers(vmap(grad(remat))(np.stack([w, w]))), [
        ...(await numbers(grad(plain)(w))),
        ...(await numbers(grad(plain)(w))),
      ]);
    });
  it('computes again what it does not keep', () => {
    const count = (g: (v: Tensor) => Tensor): number =>
      (
        trace(grad(g))(w)
          .text()
          .match(/stablehlo.tanh/g) ?? []
      ).length;
    const deep = (l: typeof layer) => (v: Tensor) => np.sum(l(v, l(v, h)));
    expect(count(deep(layer))).toBe(2);
    expect(count(deep(checkpoint(layer)))).toBe(4);
  });
  it('composes with scan and closes over values', async () => {
    const run = (body: (c: Tensor, y: Tensor) => Tensor) => (v: Tensor) =>
      np.sum(
        scan(
          (c: Tensor, y: Tensor) => [body(c, np.multiply(y, v)), undefined] as const,
          np.array([1, 2]),
          np.ones([3, 2]),
        )[0],
      );
    const g = (v: Tensor): Tensor => run((c, y) => np.sin(np.multiply(c, y)))(v);
    const r = (v: Tensor): Tensor =>
      run(checkpoint((c: Tensor, y: Tensor) => np.sin(np.multiply(np.multiply(c, y), np.divide(v, v)))))(v);
    close(await numbers(grad(r)(np.array(0.5))), await numbers(grad(g)(np.array(0.5))));
  });
});

describe('custom derivatives', () => {
  const log1pexp = customJvp(
    (y: Tensor) => np.log1p(np.exp(y)),
    ([y], [t]) => [np.log1p(np.exp(y)), np.multiply(t, np.subtract(1, np.reciprocal(np.add(1, np.exp(y)))))],
  );
  it('customJvp gives both modes, under vmap and twice', async () => {
    const sum = (y: Tensor): Tensor => np.sum(log1pexp(y));
    const s = (v: number): number => 1 / (1 + Math.exp(-v));
    close(await numbers(grad(sum)(np.array([0, 100]))), [0.5, 1]);
    close(await numbers(vmap(grad(log1pexp))(np.array([0.5, -1]))), [s(0.5), s(-1)]);
    close(await numbers(jvp(log1pexp, [np.array(0.5)], [np.array(2)])[1]), [2 * s(0.5)]);
    close(await numbers(grad(grad(log1pexp))(np.array(0.5))), [s(0.5) * (1 - s(0.5))]);
  });
  it('customVjp: rule used in reverse mode, refused in forward mode, under scan and vmap', async () => {
    const clipGradient = customVjp(
      (y: Tensor) => y,
      (y: Tensor) => [y, undefined] as const,
      (_, ct) => [np.clip(ct, -1, 1)],
    );
    const loss = (y: Tensor): Tensor => np.sum(np.multiply(clipGradient(y), np.array([5, -0.25])));
    close(await numbers(grad(loss)(np.array([1, 2]))), [1, -0.25]);
    close(await numbers(vmap(grad(loss))(np.ones([2, 2]))), [1, -0.25, 1, -0.25]);
    const scanned = (y: Tensor): Tensor =>
      scan((c: Tensor, z: Tensor) => [np.multiply(clipGradient(c), z), undefined] as const, y, np.array([3, 4]))[0];
    close(await numbers(grad(scanned)(np.array(1))), [1]);
    expect(() => jvp(clipGradient, [x], [x])).toThrow(/customJvp/);
    expect(() =>
      grad((y: Tensor) =>
        customVjp(
          (z: Tensor) => np.multiply(z, y),
          (z: Tensor) => [np.multiply(z, y), undefined] as const,
          (_, c) => [c],
        )(y),
      )(np.array(1)),
    ).toThrow(/closes over/);
  });

  /** Doubles; its rule claims a slope of 3, and counts how often it is traced. */
  const claiming = (): { f: (x: Tensor) => Tensor; traced: () => number } => {
    let n = 0;
    const rule = ([x]: [Tensor], [t]: [Tensor]): [Tensor, Tensor] => {
      n++;
      return [np.multiply(x, 2), np.multiply(t, 3)];
    };
    return { f: customJvp((x: Tensor) => np.multiply(x, 2), rule), traced: () => n };
  };

  it('a rule is traced only where a derivative is taken', async () => {
    const { f, traced } = claiming();
    expect(await jit(f)(np.array(1)).toArray()).toBe(2);
    expect(await jit(vmap(f))(np.array([1, 2])).toArray()).toEqual([2, 4]);
    expect(traced()).toBe(0);
    expect(await jit(grad(f))(np.array(1)).toArray()).toBe(3);
    expect(traced()).toBe(1);
  });

  it('a function that was jitted, converted or looped before has its rule where a derivative is taken', async () => {
    const f = jit(claiming().f);
    const both = jit((x: Tensor) => [f(x), grad(f)(x), f(x)]);
    expect(await Promise.all(both(np.array(1)).map((t) => t.toArray()))).toEqual([2, 3, 2]);
    const late = jit((x: Tensor) => {
      const [g, captured] = closureConvert((y: Tensor) => claiming().f(np.add(y, x)), x);
      return grad((y: Tensor) => g(captured, y))(x);
    });
    expect(await late(np.array(1)).toArray()).toBe(3);
    const looped = (x: Tensor): Tensor =>
      scan((c: Tensor) => [claiming().f(c), undefined], x, undefined, { length: 2 })[0];
    expect(await jit(grad(looped))(np.array(1)).toArray()).toBe(9);
    const branched = (x: Tensor): Tensor => lax.cond(np.greater(x, 0), claiming().f, (y: Tensor) => y, x);
    expect(await jit(grad(branched))(np.array(1)).toArray()).toBe(3);
    expect(await jit(grad(checkpoint(claiming().f)))(np.array(1)).toArray()).toBe(3);
    expect(await jit((x: Tensor) => linearize(claiming().f, x)[1](x))(np.array(1)).toArray()).toBe(3);
  });
});

it('customGradient: value and pullback in one function', async () => {
  const g = customGradient((y: Tensor) => [np.square(y), (ct: Tensor) => [np.multiply(np.multiply(ct, y), 20)]]);
  close(await numbers(g(np.array(3))), [9]);
  close(await numbers(grad(g)(np.array(3))), [60]);
});

describe('loops', () => {
  it('scan unrolls to the same values', async () => {
    const body = (c: Tensor, y: Tensor): readonly [Tensor, Tensor] => [np.add(np.multiply(c, 0.5), y), np.sin(c)];
    const ys = np.array([1, 2, 3, 4, 5]);
    for (const reverse of [false, true]) {
      const [c, y] = scan(body, np.array(0), ys, { reverse });
      for (const unroll of [2, 3, 5, 9, true]) {
        const [d, z] = scan(body, np.array(0), ys, { reverse, unroll });
        close(await numbers(d), await numbers(c));
        close(await numbers(z), await numbers(y));
      }
    }
  });
  it('map and associativeScan', async () => {
    const ys = np.array([1, 2, 3, 4, 5, 6]);
    close(await numbers(map((y: Tensor) => np.square(y), ys)), [1, 4, 9, 16, 25, 36]);
    close(await numbers(map((y: Tensor) => np.square(y), ys, { batchSize: 3 })), [1, 4, 9, 16, 25, 36]);
    for (const n of [1, 2, 3, 5, 6]) {
      const part = np.slice(ys, 0, 0, n);
      const products = [1, 2, 6, 24, 120, 720].slice(0, n);
      close(await numbers(associativeScan((a: Tensor, b: Tensor) => np.multiply(a, b), part)), products);
    }
    close(
      await numbers(associativeScan((a: Tensor, b: Tensor) => np.add(a, b), ys, { reverse: true })),
      [21, 20, 18, 15, 11, 6],
    );
  });
  it('whileLoop with maxTripCount has a gradient', async () => {
    const g = (y: Tensor): Tensor =>
      whileLoop(
        (c: Tensor) => np.less(c, 100),
        (c) => np.multiply(c, y),
        y,
        { maxTripCount: 10 },
      );
    close(await numbers(g(np.array(3))), [243]);
    close(await numbers(grad(g)(np.array(3))), [5 * 81]);
    close(await numbers(vmap(grad(g))(np.array([3, 11]))), [405, 22]);
    expect(() =>
      grad((y: Tensor) =>
        whileLoop(
          (c: Tensor) => np.less(c, 100),
          (c) => np.multiply(c, y),
          y,
        ),
      )(np.array(3)),
    ).toThrow(/maxTripCount|scan/);
  });
});

it('evalShape and trace look without computing', () => {
  const t = evalShape((a: Tensor, b: Tensor) => ({ c: np.matmul(a, b) }), shapeDtypeStruct([2, 3]), np.zeros([3, 4]));
  expect(t.c.shape).toEqual([2, 4]);
  expect(trace((a: Tensor) => lax.sin(a))(shapeDtypeStruct([2], 'bf16')).text()).toMatch(/stablehlo\.sine.*bf16/);
});
