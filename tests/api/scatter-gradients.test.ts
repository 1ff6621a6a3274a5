import { describe, expect, it } from 'vitest';
import { createEngine, grad, jit, np, type Tensor, vmap } from '../../src/index.ts';

/* Derivatives of reading and writing at positions: ties, zeros, what is dropped, on every engine. Values as JAX gives them. */

const numbers = async (t: Tensor): Promise<number[]> => [...(await t.toHost()).toNumbers()];
const at = (...positions: number[]): Tensor => np.array(positions, 'i32');
const weigh = (y: Tensor): Tensor => np.sum(np.multiply(y, np.add(np.arange(y.shape[0]), 1)));

interface Case {
  readonly x: readonly number[];
  readonly u: readonly number[];
  readonly f: (x: Tensor, u: Tensor) => Tensor;
  readonly dx: readonly number[];
  readonly du: readonly number[];
}
const cases: Readonly<Record<string, Case>> = {
  'max: the larger one, nothing for what is dropped': {
    x: [1, 3, 4],
    u: [9, 8],
    f: (x, u) => np.at(x, at(1, 7)).max(u),
    dx: [1, 0, 3],
    du: [2, 0],
  },
  'max: equal shares of a tie': { x: [2, 5], u: [2], f: (x, u) => np.at(x, at(0)).max(u), dx: [0.5, 2], du: [0.5] },
  'max: equal updates share': {
    x: [2, 5],
    u: [7, 7, 6],
    f: (x, u) => np.at(x, at(0, 0, 0)).max(u),
    dx: [0, 2],
    du: [0.5, 0.5, 0],
  },
  'min: of three candidates the smallest': {
    x: [4, 1],
    u: [3, -2, 5],
    f: (x, u) => np.at(x, at(0, 0, -1)).min(u),
    dx: [0, 2],
    du: [0, 1, 0],
  },
  'multiply: the product of the others': {
    x: [2, 3],
    u: [4, 5, 7],
    f: (x, u) => np.at(x, at(0, 0, 1)).multiply(u),
    dx: [20, 14],
    du: [10, 8, 6],
  },
  'multiply: one zero': {
    x: [2, 3],
    u: [4, 0, 5],
    f: (x, u) => np.at(x, at(0, 0, 1)).multiply(u),
    dx: [0, 10],
    du: [0, 8, 6],
  },
  'multiply: two zeros': {
    x: [2],
    u: [0, 0, 5],
    f: (x, u) => np.at(x, at(0, 0, 0)).multiply(u),
    dx: [0],
    du: [0, 0, 0],
  },
  'multiply: dropped': { x: [2], u: [3], f: (x, u) => np.at(x, at(5)).multiply(u), dx: [1], du: [0] },
  'set: the last of equal positions': {
    x: [1, 2],
    u: [3, 4],
    f: (x, u) => np.at(x, at(-1, 1)).set(u),
    dx: [1, 0],
    du: [0, 2],
  },
  'add: out of range is dropped': {
    x: [1, 2],
    u: [3, 4],
    f: (x, u) => np.at(x, at(1, 2)).add(u),
    dx: [1, 2],
    du: [2, 0],
  },
  'take: clamped elements count as often as they are read': {
    x: [1, 2, 3],
    u: [],
    f: (x) => np.take(x, at(-1, 9, 0, -9)),
    dx: [7, 0, 3],
    du: [],
  },
  'take with fill: what is not there has no derivative': {
    x: [1, 2, 3],
    u: [],
    f: (x) => np.take(x, at(-1, 9, 0), 0, { mode: 'fill', fillValue: 0 }),
    dx: [3, 0, 1],
    du: [],
  },
};

describe.each(['reference', 'cpu', 'wasm'])('on %s', (name) => {
  const engine = createEngine(name);
  it.each(Object.entries(cases))('%s', async (_name, { x, u, f, dx, du }) => {
    const both = grad((a: Tensor, b: Tensor) => weigh(f(a, b)), { argnums: [0, 1] });
    const [gx, gu] = jit((a: Tensor, b: Tensor) => both(a, b), { engine })(np.array(x, 'f32'), np.array(u, 'f32'));
    expect(await numbers(gx)).toEqual(dx);
    expect(await numbers(gu)).toEqual(du);
  });
  it('batches of them', async () => {
    const f = (x: Tensor, u: Tensor): Tensor => weigh(np.at(x, at(0, 0)).max(u));
    const g = jit((xs: Tensor, us: Tensor) => vmap(grad(f))(xs, us), { engine });
    const [xs, us] = [
      [
        [1, 1],
        [5, 1],
      ],
      [
        [2, 0],
        [3, 5],
      ],
    ].map((v) => np.array(v, 'f32'));
    expect(await numbers(g(xs, us) as Tensor)).toEqual([0, 2, 0.5, 2]);
  });
});
