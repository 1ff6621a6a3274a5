import { describe, expect, it } from 'vitest';
import {
  cond,
  type EspalierError,
  grad,
  jit,
  jvp,
  lax,
  Mesh,
  np,
  P,
  scan,
  shard,
  type Tensor,
  tree,
  vmap,
} from '../../src/index.ts';
import { errorOf } from './error-of.ts';

/* Mistakes that people make: each gets an error that says what to write instead, and where. */

const x = np.array([1, 2, 3]);
/** The error of a function that is traced. */
const whileTracing = (f: (t: Tensor) => unknown): EspalierError =>
  errorOf(() => jit(f as (t: Tensor) => Tensor).lower(x));
// biome-ignore lint/suspicious/noExplicitAny: these tests do what the types forbid
const wrong = <T>(value: unknown): T => value as any;

describe('the value of a tensor while tracing', () => {
  it.each([
    ['t > 1', (t: Tensor) => wrong<number>(t) > 1],
    // biome-ignore lint/suspicious/noDoubleEquals: the mistake
    ['t == 1', (t: Tensor) => wrong<number>(t) == 1],
    ['t + 1', (t: Tensor) => wrong<number>(t) + 1],
    ['Math.sqrt(t)', (t: Tensor) => Math.sqrt(wrong<number>(t))],
    ['Number(t)', (t: Tensor) => Number(t)],
    ['Math.max(...t)', (t: Tensor) => Math.max(...wrong<number[]>(t))],
  ])('%s', (_, f) => {
    const error = whileTracing(f);
    expect(error.code).toBe('api/traced-value');
    expect(error.advice).toMatch(/np\.where or lax\.cond.*plain JavaScript value/);
  });
  it('its elements', async () => {
    let data: Promise<unknown> | undefined;
    jit((t: Tensor) => {
      data = t.data();
      return t;
    }).lower(x);
    await expect(data).rejects.toThrow(/has no elements while a function is being traced/);
  });
  it('outside a trace as well', () => {
    expect(errorOf(() => wrong<number>(x) + 1).advice).toMatch(/np\.add/);
    expect(errorOf(() => Math.max(...wrong<number[]>(x))).advice).toMatch(/await t\.item/);
  });
});

describe('side effects', () => {
  it('a tensor that leaves its trace through a variable', () => {
    let leaked: Tensor | undefined;
    jit((t: Tensor) => {
      leaked = np.add(t, 1);
      return t;
    }).lower(x);
    const error = errorOf(() => np.multiply(leaked!, 2));
    expect(error.code).toBe('api/leaked-tracer');
    expect(error.advice).toMatch(/return it from the traced function/);
  });
  it('a tensor that leaves an inner function', () => {
    const error = whileTracing((t) => {
      const kept: Tensor[] = [];
      scan(
        (c: Tensor, v: Tensor) => {
          kept.push(np.add(c, v));
          return [c, v] as const;
        },
        np.zeros([]),
        t,
      );
      return kept[0];
    });
    expect(error.code).toBe('api/leaked-tracer');
    expect(error.advice).toMatch(/return it/);
  });
  it('mutation', () => {
    const error = errorOf(() => {
      wrong<number[]>(x)[0] = 5;
    });
    expect(error.code).toBe('api/immutable');
    expect(error.advice).toMatch(/np\.at\(t, 0\)\.set/);
  });
  it('element access', () => {
    expect(errorOf(() => wrong<number[]>(x)[1]).advice).toMatch(/np\.at\(t, 1\)\.get\(\)/);
  });
});

describe('promises', () => {
  it('a missing await', () => {
    expect(errorOf(() => np.add(x, wrong<number>(x.data()))).advice).toMatch(/await/);
    expect(errorOf(() => jit((a: Tensor) => a)(wrong(x.toHost()))).advice).toMatch(/await/);
  });
  it('an async function', () => {
    expect(errorOf(() => jit(wrong<(t: Tensor) => Tensor>(async (t: Tensor) => t))(x)).advice).toMatch(/async/);
    expect(errorOf(() => grad(wrong<(t: Tensor) => Tensor>(async (t: Tensor) => np.sum(t)))(x)).advice).toMatch(
      /async/,
    );
  });
});

describe('slices, arrays and dtypes', () => {
  it('negative steps', () => {
    expect(errorOf(() => np.slice(x, 0, 0, 3, -1)).advice).toMatch(/np\.flip/);
    expect(errorOf(() => np.at(x, { step: -1 }).get()).advice).toMatch(/np\.flip/);
    expect(errorOf(() => lax.slice(x, [0], [3], [-1])).advice).toMatch(/np\.flip/);
  });
  it('rows of unequal lengths', () => {
    const error = errorOf(() => np.array([[1, 2], [3]]));
    expect(error.code).toBe('api/ragged');
    expect(error.advice).toMatch(/pad the shorter/);
  });
  it('double precision', async () => {
    expect(np.array([0.1]).dtype).toBe('f32');
    expect(np.array(new Float64Array([0.1])).dtype).toBe('f64');
    expect(await np.array([0.1], 'f64').item()).toBe(0.1);
    expect(errorOf(() => np.zeros([2], wrong('float64'))).advice).toMatch(/'f64'/);
    expect(errorOf(() => np.array([1], wrong('int32'))).advice).toMatch(/'i32'/);
  });
  it('the derivative of integers', () => {
    const error = errorOf(() => grad((i: Tensor) => np.sum(i))(np.array([1, 2], 'i32')));
    expect(error.code).toBe('api/grad');
    expect(error.advice).toMatch(/np\.astype/);
  });
  it('the gradient of something that is no scalar', () => {
    expect(errorOf(() => grad((t: Tensor) => np.sin(t))(x)).advice).toMatch(/np\.sum or np\.mean/);
  });
  it('elementwise choice by cond', () => {
    expect(errorOf(() => cond(np.greater(x, 1), np.sin, np.cos, x)).advice).toMatch(/np\.where/);
  });
});

describe('trees and axes', () => {
  it('trees of different structure', () => {
    const error = errorOf(() =>
      tree.map((a: Tensor, b: Tensor) => np.add(a, b), { a: x, b: [x] }, { a: x, b: [x, x] }),
    );
    expect(error.message).toMatch(/at b/);
    expect(error.fields.path).toBe('b');
    expect(error.expected).toBe('{a: *, b: [*]}');
  });
  it('maps and sets in trees', () => {
    expect(errorOf(() => jit((a: Tensor) => a)(wrong(new Map([['w', x]])))).advice).toMatch(/Object\.fromEntries/);
  });
  it('strings in trees', () => {
    expect(errorOf(() => jit((a: Tensor) => a)(wrong('relu'))).advice).toMatch(/not results/);
  });
  it('a carry that changes', () => {
    const f = (c: Tensor, v: Tensor): readonly [Tensor, Tensor] => [np.stack([c, v]), v];
    expect(errorOf(() => scan(f, np.zeros([]), x)).code).toBe('api/carry');
  });
  it('wrong mesh axes', () => {
    const f = jit((t: Tensor) => shard(t, P('dta')), { mesh: new Mesh({ data: 2 }) });
    expect(errorOf(() => f.lower(np.ones([4]))).expected).toBe('one of data');
  });
  it('axes out of range', () => {
    expect(errorOf(() => np.sum(x, { axis: 1 })).expected).toBe('an integer in [-1, 0]');
  });
  it('different batch sizes', () => {
    expect(errorOf(() => vmap((a: Tensor, b: Tensor) => np.add(a, b))(x, np.ones([2]))).given).toMatch(
      /argument 1: \[2\]/,
    );
  });
});

describe('errors while tracing name the line', () => {
  const here = /tests\/api\/mistakes\.test\.ts:\d+:\d+/;
  it.each([
    ['shapes that do not broadcast', (t: Tensor) => np.add(t, np.ones([2]))],
    ['a dtype error of an op', (t: Tensor) => lax.add(t, np.ones([3], 'i32'))],
    [
      'a rank error of an op',
      (t: Tensor) => lax.dotGeneral(t, t, { lhsContractingDimensions: [1], rhsContractingDimensions: [0] }),
    ],
    ['a reshape', (t: Tensor) => np.reshape(t, [2, 2])],
    ['an error inside a library function', (t: Tensor) => np.linalg.inv(t)],
    ['a convolution', (t: Tensor) => lax.conv(t, t, [1], 'SAME')],
    [
      'an error inside scan',
      (t: Tensor) => scan((c: Tensor, v: Tensor) => [np.matmul(c, v), v] as const, np.zeros([]), t),
    ],
    [
      'an error under grad and vmap',
      (t: Tensor) => grad((u: Tensor) => np.sum(vmap((v: Tensor) => np.reshape(v, [2]))(u)))(t),
    ],
    ['an error under jvp', (t: Tensor) => jvp((u: Tensor) => np.einsum('ij->i', u), [t], [t])],
  ])('%s', (_, f) => {
    const error = whileTracing(f);
    expect(error.message).toMatch(here);
    expect(error.fields.location).toMatch(here);
    expect(error.message.match(new RegExp(here, 'g'))?.length).toBe(1);
  });
});
