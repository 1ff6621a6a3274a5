import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad, hostTensor, jit, lax, Mesh, np, P, type Tensor } from '../../src/api/index.ts';
import { type DType, HostArray, numElements } from '../../src/base/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { mulberry } from '../random-numbers.ts';

/* Attention to pages in kernels, beside its definition in double precision. */

const reference = createEngine('reference');

const cases = fc.record({
  sequences: fc.integer({ min: 1, max: 4 }),
  // More than the rows that are computed together, too.
  n: fc.constantFrom(1, 1, 2, 5, 33, 40),
  heads: fc.integer({ min: 1, max: 3 }),
  group: fc.integer({ min: 1, max: 4 }),
  headDim: fc.constantFrom<number>(1, 5, 8, 16),
  valueDim: fc.constantFrom<number>(1, 7, 16),
  // More is stored than values are.
  beside: fc.constantFrom(0, 0, 3),
  pageSize: fc.constantFrom(1, 3, 4, 16),
  dtype: fc.constantFrom<DType>('f32', 'bf16'),
  pool: fc.constantFrom<DType>('f32', 'bf16', 'f16'),
  softcap: fc.constantFrom(undefined, 1.5),
  window: fc.constantFrom(undefined, 1, 6),
  seed: fc.nat({ max: 2 ** 20 }),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Numbers between −1 and 1. */
function random(dtype: DType, shape: readonly number[], seed: number): HostArray {
  const next = mulberry(seed);
  return HostArray.from(
    dtype,
    shape,
    Array.from({ length: numElements(shape) }, () => 2 * next() - 1),
  );
}

/** Lengths, tables and positions of sequences that end with `n` queries each; some places of which are padding. */
function placesOf(c: Case): { table: HostArray; lengths: HostArray; positions: HostArray; numPages: number } {
  const next = mulberry(c.seed);
  const below = (n: number): number => Math.floor(next() * n);
  const lengths = Array.from({ length: c.sequences }, () => 1 + below(60));
  const perSequence = Math.ceil(Math.max(...lengths) / c.pageSize) + 1;
  const numPages = c.sequences * perSequence + 1;
  const table = Array.from({ length: c.sequences * perSequence }, () => 1 + below(numPages - 1));
  const positions = lengths.flatMap((length) =>
    Array.from({ length: c.n }, (_, i) => (below(8) === 0 ? -1 : Math.max(-1, length - c.n + i))),
  );
  return {
    table: HostArray.from('i32', [c.sequences, perSequence], table),
    lengths: HostArray.from('i32', [c.sequences], lengths),
    positions: HostArray.from('i32', [c.sequences, c.n], positions),
    numPages,
  };
}

async function both(c: Case, options: object): Promise<{ got: ArrayLike<number>; wanted: ArrayLike<number> }> {
  const { numPages, ...places } = placesOf(c);
  const inputs = [
    random(c.dtype, [c.sequences, c.n, c.heads, c.group, c.headDim], c.seed),
    random(c.pool, [numPages, c.pageSize, c.heads, c.headDim], c.seed + 1),
    random(c.pool, [numPages, c.pageSize, c.heads, c.valueDim + c.beside], c.seed + 2),
    places.table,
    places.lengths,
    places.positions,
  ].map(hostTensor);
  const f = (q: Tensor, k: Tensor, v: Tensor, table: Tensor, lengths: Tensor, positions: Tensor): Tensor =>
    lax.pagedAttention(
      q,
      k,
      v,
      { table, lengths, positions },
      { softcap: c.softcap, window: c.window, valueDim: c.valueDim },
    );
  const args = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  return {
    got: (await jit(f, options)(...args).toHost()).toNumbers() as ArrayLike<number>,
    wanted: (await jit(f, { engine: reference })(...args).toHost()).toNumbers() as ArrayLike<number>,
  };
}

/** Largest difference, relative to 1: results are means of numbers up to 1. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce(
    (worst, x, i) => Math.max(worst, Number.isNaN(x - b[i]) ? Number.POSITIVE_INFINITY : Math.abs(x - b[i])),
    0,
  );

describe.each(['cpu', 'wasm'])('attention to pages on %s', (name) => {
  const engine = createEngine(name);
  it('is what its definition says', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const { got, wanted } = await both(c, { engine });
        expect(apart(got, wanted)).toBeLessThan(c.dtype === 'bf16' ? 2 ** -7 : 2e-5);
      }),
      { numRuns: 8 },
    );
  });

  it('what others left behind the last token does not matter, whatever it is', async () => {
    // Pages of two tokens; of the second sequence one token is there, and the first has none.
    const places = {
      table: np.array(
        [
          [1, 1],
          [0, 1],
        ],
        'i32',
      ),
      lengths: np.array([0, 1], 'i32'),
      positions: np.array([[0], [0]], 'i32'),
    };
    const pool = np.array([5, Number.NaN, Number.NaN, Number.POSITIVE_INFINITY]).reshape([2, 2, 1, 1]);
    const f = (q: Tensor, p: Tensor): Tensor => lax.pagedAttention(q, p, p, places);
    const total = (q: Tensor): Tensor => np.sum(f(q, pool));
    const q = np.ones([2, 1, 1, 1, 1]);
    expect((await jit(f, { engine })(q, pool).toHost()).toNumbers()).toEqual([0, 5]);
    // Taken apart, with its derivatives.
    expect((await jit(grad(total), { engine })(q).toHost()).toNumbers()).toEqual([0, 0]);
  });

  it.each([undefined, 6])('NaN of a token is for those that see it, with a window of %s', async (window) => {
    const [n, pageSize, numPages] = [40, 4, 21];
    const table = np
      .array(
        [...Array(20).keys()].map((i) => 1 + i),
        'i32',
      )
      .reshape([2, 10]);
    const lengths = np.array([n, n], 'i32');
    const positions = np
      .array(
        [...Array(2 * n).keys()].map((i) => i % n),
        'i32',
      )
      .reshape([2, n]);
    const f = jit(
      (q: Tensor, k: Tensor, v: Tensor): Tensor =>
        lax.pagedAttention(q, k, v, { table, lengths, positions }, { window }),
      { engine },
    );
    const q = random('f32', [2, n, 1, 2, 8], 1);
    const pool = random('f32', [numPages, pageSize, 1, 8], 2);
    const rows = async (x: HostArray): Promise<readonly number[][]> => {
      const out = (await f(hostTensor(q), hostTensor(x), hostTensor(x)).toHost()).toNumbers() as ArrayLike<number>;
      return Array.from({ length: 2 * n }, (_, i) => Array.from({ length: 16 }, (_, j) => out[16 * i + j]));
    };
    const clean = await rows(pool);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: n - 1 }),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
        async (at, bad) => {
          // Token `at` of the first sequence.
          const numbers = Array.from(pool.toNumbers() as ArrayLike<number>);
          const got = await rows(
            HostArray.from(
              'f32',
              pool.shape,
              numbers.map((x, i) => (Math.floor(i / 8) === pageSize + at ? bad : x)),
            ),
          );
          for (const [i, row] of got.entries()) {
            const sees = i < n && i >= at && i < at + (window ?? n);
            if (sees) expect(row.some(Number.isFinite), `${at} ${i}`).toBe(false);
            // The same bits, but where the window begins within the page.
            else if (window === undefined || i >= n || i < at) expect(row).toEqual(clean[i]);
            else expect(apart(row, clean[i])).toBeLessThan(1e-6);
          }
        },
      ),
      { numRuns: 4 },
    );
  });

  it('cut over sequences and heads', async () => {
    const c: Case = {
      sequences: 4,
      n: 2,
      heads: 2,
      group: 2,
      headDim: 8,
      valueDim: 8,
      beside: 0,
      pageSize: 4,
      dtype: 'f32',
      pool: 'f32',
      softcap: undefined,
      window: undefined,
      seed: 3,
    };
    const layout = {
      mesh: new Mesh({ data: 2, model: 2 }),
      inShardings: [
        P('data', null, 'model'),
        P(null, null, 'model'),
        P(null, null, 'model'),
        P('data'),
        P('data'),
        P('data'),
      ],
    };
    const { got, wanted } = await both(c, { engine, ...layout });
    expect(apart(got, wanted)).toBeLessThan(2e-5);
  });
});

it('refuses a table without pages, and numbers that are none', () => {
  const i32 = (x: number[] | number[][]): Tensor => np.array(x, 'i32');
  const places = { table: i32([[0]]), lengths: i32([1]), positions: i32([[0]]) };
  const pool = (pages: number): Tensor => np.ones([pages, 1, 1, 1]);
  const f = (pages: number, options: object): Tensor =>
    lax.pagedAttention(np.ones([1, 1, 1, 1, 1]), pool(pages), pool(pages), places, options);
  expect(() => f(0, {})).toThrow(/pool of at least one/);
  for (const options of [{ window: 1.5 }, { window: -1 }, { softcap: Number.POSITIVE_INFINITY }, { scale: Number.NaN }])
    expect(() => f(1, options)).toThrow(/scale and softcap are finite, window is an integer/);
  expect(() => lax.pagedAttention(undefined as never, pool(1), pool(1), places)).toThrow(/not a Tensor/);
});
