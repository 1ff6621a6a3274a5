import { describe, expect, it } from 'vitest';
import {
  checkpoint,
  cond,
  foriLoop,
  grad,
  HostArray,
  hostTensor,
  jit,
  jvp,
  lax,
  np,
  scan,
  setDefaultEngine,
  type Tensor,
  vjp,
  vmap,
  whileLoop,
} from '../../src/index.ts';

import { emptySteps, indexingSteps } from './indexing-steps.ts';

setDefaultEngine(process.env.ESPALIER_ENGINE ?? 'reference');

/*
 * Random programs of 3 to 12 steps on vectors of 3 numbers (f64), control flow included, under random stacks of
 * transformations, against finite differences of the plain program.
 */

type Step = (x: Tensor) => Tensor;
const steps: Readonly<Record<string, Step>> = {
  sin: np.sin,
  tanh: np.tanh,
  halve: (x) => np.multiply(x, 0.5),
  shift: (x) => np.add(np.roll(x, 1), 0.25),
  square: (x) => np.multiply(np.multiply(x, x), 0.3),
  ratio: (x) => np.divide(x, np.add(np.multiply(x, x), 1)),
  softmax: (x) => {
    const e = np.exp(np.subtract(x, lax.stopGradient(np.max(x))));
    return np.divide(e, np.sum(e));
  },
  matrix: (x) => np.matmul(np.reshape(np.multiply(np.arange(9, undefined, 1, 'f64'), 0.1), [3, 3]), x),
  outer: (x) => np.sum(np.multiply(np.outer(x, x), 0.4), { axis: 0 }),
  cumsum: (x) => np.multiply(np.cumsum(x, 0), 0.5),
  slice: (x) => np.concatenate([np.slice(x, 0, 1), np.slice(x, 0, 0, 1)]),
  gather: (x) => np.take(x, np.array([2, 0, 0], 'i32')),
  scatter: (x) => np.at(x, np.array([1, 1], 'i32')).add(np.slice(x, 0, 0, 2)),
  where: (x) => np.where(np.greater(x, 0.2), np.sin(x), np.multiply(x, x)),
  scan: (x) =>
    scan(
      (c: Tensor, v: Tensor) => [np.sin(np.add(np.multiply(c, v), 0.1)), np.multiply(c, v)] as const,
      np.array(0.5, 'f64'),
      x,
    )[1],
  unrolled: (x) =>
    scan((c: Tensor, v: Tensor) => [np.cos(np.add(c, v)), c] as const, np.array(0.1, 'f64'), x, {
      unroll: 2,
      reverse: true,
    })[1],
  cond: (x) =>
    cond(
      np.greater(np.index(x, 0, 0), 0.1),
      (y: Tensor) => np.sin(y),
      (y: Tensor) => np.multiply(y, y),
      x,
    ),
  loop: (x) => foriLoop(0, 3, (_, c: Tensor) => np.sin(np.add(c, np.multiply(x, 0.2))), x),
  bounded: (x) =>
    whileLoop(
      (c: Tensor) => np.less(np.sum(np.multiply(c, c)), 4),
      (c) => np.add(np.multiply(c, 1.3), 0.2),
      x,
      {
        maxTripCount: 5,
      },
    ),
  remat: (x) => checkpoint((y: Tensor) => np.sin(np.multiply(y, np.cos(y))))(x),
  rematDots: (x) => checkpoint((y: Tensor) => np.matmul(np.outer(y, y), np.tanh(y)), { policy: 'dots' })(x),
};
/** Deterministic random numbers (mulberry32). */
function generator(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
/** Families of steps; one is chosen first, so that rich families do not crowd out others. */
const families = [steps, steps, indexingSteps(generator(7)), emptySteps];

const vector = (v: readonly number[]): Tensor => hostTensor(HostArray.from('f64', [v.length], v));
const numbers = async (t: Tensor): Promise<number[]> => [...((await t.data()) as Float64Array)];

/** Ways to compute the directional derivative of a scalar program. */
const stacks: Readonly<Record<string, (f: (x: Tensor) => Tensor, x: Tensor, v: Tensor) => Tensor>> = {
  grad: (f, x, v) => np.vdot(grad(f)(x), v),
  jvp: (f, x, v) => jvp(f, [x], [v])[1],
  vjp: (f, x, v) => np.vdot(vjp(f, x)[1](np.array(1, 'f64'))[0], v),
  'jit grad': (f, x, v) => np.vdot(jit((y: Tensor) => grad(f)(y))(x), v),
  'grad checkpoint': (f, x, v) => np.vdot(grad(checkpoint(f))(x), v),
  'vmap grad': (f, x, v) =>
    np.vdot(np.index(vmap((y: Tensor) => grad(f)(y))(np.stack([np.multiply(x, 0.5), x])), 0, 1), v),
  'grad of sum of vmap': (f, x, v) =>
    np.vdot(np.index(grad((xs: Tensor) => np.sum(vmap(f)(xs)))(np.stack([x, np.multiply(x, 0.7)])), 0, 0), v),
  'jvp vmap checkpoint': (f, x, v) =>
    np.index(jvp((xs: Tensor) => vmap(checkpoint(f))(xs), [np.stack([x, x])], [np.stack([v, v])])[1], 0, 1),
  'grad vmap jit checkpoint (dots)': (f, x, v) =>
    np.vdot(
      np.index(
        grad((xs: Tensor) => np.sum(vmap(jit(checkpoint(f, { policy: 'dots' })))(xs)))(np.reshape(x, [1, 3])),
        0,
        0,
      ),
      v,
    ),
};
const stackNames = Object.keys(stacks);
/** How many programs must agree. Those at a kink decide nothing, so some more seeds are in reserve. */
const wanted = Number(process.env.ESPALIER_COMPOSITIONS ?? 100);
const lastSeed = Math.ceil(1.2 * wanted) + 10;
const agreed: number[] = [];
const kinks: number[] = [];

describe('random compositions agree with finite differences', () => {
  for (let seed = 1; seed <= lastSeed; seed++) {
    const random = generator(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
    const chosen = Array.from({ length: 3 + Math.floor(random() * 10) }, () => pick(Object.entries(pick(families))));
    const stack = stackNames[seed % stackNames.length];
    const point = Array.from({ length: 3 }, () => random() * 2 - 1);
    const direction = Array.from({ length: 3 }, () => random() * 2 - 1);
    it(`${seed}: ${stack} of ${chosen.map(([name]) => name).join(' · ')}`, async (context) => {
      if (agreed.length >= wanted) context.skip('enough programs agree already');
      const f = (x: Tensor): Tensor =>
        np.sum(
          np.multiply(
            chosen.reduce((y, [, step]) => step(y), x),
            np.array([1, -0.5, 0.25], 'f64'),
          ),
        );
      const compiled = jit(f);
      const at = async (t: number): Promise<number> =>
        (await numbers(compiled(vector(point.map((p, i) => p + t * direction[i])))))[0];
      const given = (await numbers(stacks[stack](f, vector(point), vector(direction))))[0];
      // Fourth-order differences, two step sizes: a program may have kinks, where they disagree.
      const slope = async (h: number): Promise<number> =>
        (8 * ((await at(h)) - (await at(-h))) - ((await at(2 * h)) - (await at(-2 * h)))) / (12 * h);
      const [a, b] = [await slope(1e-4), await slope(3e-5)];
      if (Math.abs(a - b) > 1e-5 * (1 + Math.abs(a))) {
        kinks.push(seed);
        context.skip(`a kink: finite differences give ${a} and ${b}`);
      }
      expect(Math.abs(given - a), `${given} and ${a}`).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(a)));
      agreed.push(seed);
    });
  }
  it('in enough programs', () => {
    const tried = agreed.length + kinks.length;
    console.info(
      `random compositions: ${agreed.length} programs agree with finite differences; ${kinks.length} of the ${tried} tried lie at a kink (seeds ${kinks.join(', ') || 'none'}); seeds 1 … ${Math.max(0, ...agreed, ...kinks)}`,
    );
    expect(agreed.length).toBe(wanted);
  });
});
