import { describe, expect, it } from 'vitest';
import { EspalierError, lax, np, random, type Tensor, trace } from '../../src/index.ts';

/* What people write without types: each gets an error in their words, never one of JavaScript's own, and nothing is accepted in silence. */

// biome-ignore lint/suspicious/noExplicitAny: these tests do what the types forbid
const any = (x: unknown): any => x;
function errorOf(f: () => unknown): EspalierError {
  try {
    f();
  } catch (error) {
    if (error instanceof EspalierError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
const a = np.ones([2, 3]);
const b = np.ones([4, 5]);

describe('errors name what the caller gave', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['matmul', () => np.matmul(a, b), /matmul of \[2,3\] and \[4,5\].*3 and 4/],
    ['matmul of a transposed matrix', () => np.matmul(a, a), /Transpose the second: y\.T/],
    ['matmul of batches', () => np.matmul(np.ones([7, 2, 3]), np.ones([6, 3, 2])), /\[7,2,3\] and \[6,3,2\]/],
    ['matmul as a method', () => a.matmul(b), /matmul of \[2,3\] and \[4,5\]/],
    ['dot', () => np.dot(a, b), /dot of \[2,3\] and \[4,5\]/],
    ['add', () => np.add(a, b), /\[2,3\] and \[4,5\]/],
    ['concatenate', () => np.concatenate([a, b]), /\[2,3\] and \[4,5\] cannot be put together along dimension 0/],
    ['an op of lax', () => lax.add(a, b), /^operands should have one type.*stablehlo\.add violates C1/],
    ['negative sizes', () => np.zeros([-1, 2]), /non-negative integers, got \[-1, 2\]/],
    ['sizes that are no integers', () => np.ones([1.5]), /\[1\.5\]/],
    ['a number where a shape is meant', () => np.zeros(any(3)), /Write \[3\]/],
    ['a number of rows below zero', () => np.eye(-2), /\[-2, -2\]/],
    ['no number of elements', () => np.arange(Number.NaN), /NaN/],
    ['a negative number of points', () => np.linspace(0, 1, -4), /-4/],
    ['the shape of random numbers', () => random.normal(random.key(0), any(3)), /the shape of random numbers.*\[3\]/],
    ['positions that are no integers', () => np.take(a, np.array([0.5])), /positions are integers.*np\.astype/],
    ['a position that is no integer', () => np.take(a, 1.5), /positions are integers: got 1\.5/],
    ['a mask where positions are meant', () => np.take(a, np.array([true])), /mask.*np\.where/],
    ['positions along an axis', () => np.takeAlongAxis(a, np.array([[0.5]])), /positions are integers/],
    ['a start that is no integer', () => lax.dynamicSlice(a, [0.5, 0], [1, 1]), /start indices are integers/],
    ['an index beyond the end', () => np.index(a, 0, 9), /index 9 is out of range for dimension 0/],
    ['an axis beyond the end', () => np.sum(a, 5), /axis 5 is out of range: expected an integer in \[-2, 1\]/],
    [
      'options where a number is meant',
      () => np.argmax(a, any({ axis: 0 })),
      /axis the object \{ axis \}.*as a number/,
    ],
    ['an option that does not exist', () => np.sum(a, any({ axes: 0 })), /no option "axes": expected axis, keepdims/],
    ['an option of another function', () => np.mean(a, any({ ddof: 1 })), /no option "ddof"/],
    ['tensors not in a list', () => any(np.concatenate)(a, b), /one list.*\[a, b\]/],
    ['dimensions not in a list', () => any(np.transpose)(a, 1, 0), /one list/],
    ['a shape not in a list', () => any(np.reshape)(a, 3, 2), /one list/],
    ['how often to repeat', () => np.repeat(a, -1, 0), /how often to repeat/],
    ['a tile that is no list', () => np.tile(a, any(2)), /list of sizes/],
    ['a shift that is no integer', () => np.roll(a, 1.5), /a shift is an integer: got 1\.5/],
    ['texts in lists', () => np.array(any(['a'])), /nested arrays hold numbers: got string/],
    ['a dtype of numpy', () => np.astype(a, any('float32')), /'f32' here/],
  ])('%s', (_, f, message) => {
    const error = errorOf(f);
    expect(error.message).toMatch(message);
    expect(error.code).not.toBe('base/internal');
  });
});

describe('axis is one convention', () => {
  const m = np.array([
    [1, 2],
    [3, 5],
  ]);
  it.each<[string, (axis: never) => Tensor]>([
    ['sum', (o) => np.sum(m, o)],
    ['mean', (o) => np.mean(m, o)],
    ['variance', (o) => np.variance(m, o)],
    ['std', (o) => np.std(m, o)],
    ['max', (o) => np.max(m, o)],
    ['any', (o) => np.any(m, o)],
    ['median', (o) => np.median(m, o)],
    ['logsumexp', (o) => np.logsumexp(m, o)],
    ['nanmean', (o) => np.nanmean(m, o)],
    ['average', (o) => np.average(m, o)],
    ['ptp', (o) => np.ptp(m, o)],
    ['norm', (o) => np.linalg.norm(m, o)],
  ])('%s takes it as a number, a list or an option', async (_, f) => {
    const values = async (axis: unknown): Promise<unknown> => f(axis as never).toArray();
    expect(await values(0)).toEqual(await values({ axis: 0 }));
    expect(await values(-1)).toEqual(await values({ axis: 1, keepdims: false }));
    expect(await values([1])).toEqual(await values({ axis: [1] }));
  });
  it('cumulative sums without one run over all elements', async () => {
    expect(await np.cumsum(m).toArray()).toEqual([1, 3, 6, 11]);
    expect(await m.cumsum(1).toArray()).toEqual([
      [1, 3],
      [3, 8],
    ]);
  });
});

const oddValues: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['-1', -1],
  ['1.5', 1.5],
  ['NaN', Number.NaN],
  ['a text', 'a'],
  ['an empty object', {}],
  ['options', { axis: 0 }],
  ['an empty list', []],
  ['[-1]', [-1]],
  ['a list of texts', ['a']],
  ['true', true],
  ['a function', () => 1],
  ['a date', new Date(0)],
  ['a promise', Promise.resolve(1)],
  ['99', 99],
  ['a ragged list', [[1], [2, 3]]],
];

describe('odd arguments in a traced function', () => {
  const bases: readonly (readonly (() => unknown)[])[] = [
    [() => a, () => a, () => a],
    [() => np.array([1, 2, 3]), () => 1, () => 0],
    [() => random.key(0), () => [2], () => 0],
  ];
  const namespaces = { np, lax, random, 'np.linalg': np.linalg, 'np.fft': np.fft };
  it.each(Object.entries(namespaces))('of %s lead to a result or an error of ours', (ns, space) => {
    const raw = new Set<string>();
    let calls = 0;
    for (const [name, f] of Object.entries(space as Record<string, unknown>)) {
      if (typeof f !== 'function') continue;
      for (const base of bases)
        for (let position = 0; position < 3; position++)
          for (const [label, value] of oddValues) {
            if (calls++ % 5 !== 0) continue;
            const args = base.map((make, i) => (i === position ? value : make()));
            try {
              trace(() => {
                (f as (...xs: unknown[]) => unknown)(...args);
                return 0;
              })();
            } catch (error) {
              if (!(error instanceof EspalierError) || error.code === 'base/internal')
                raw.add(`${ns}.${name}, argument ${position} = ${label}: ${(error as Error).message.slice(0, 80)}`);
            }
          }
    }
    console.log(`${ns}: ${calls} calls`);
    expect([...raw]).toEqual([]);
  });
});
