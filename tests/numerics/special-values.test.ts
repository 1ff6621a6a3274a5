import { afterAll, describe, expect, test } from 'vitest';
import { grad, lax, nn, np, P, random, type Tensor } from '../../src/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { agrees, closeEngines, tensor } from './engines.ts';

afterAll(closeEngines);
const [N, I] = [Number.NaN, Number.POSITIVE_INFINITY];

describe('IEEE 754', () => {
  for (const d of ['f32', 'f64', 'f16', 'bf16'] as const) {
    test(`${d}: powers`, () =>
      agrees(
        (x, y) => np.power(x, y),
        [
          tensor(d, [21], [1, 1, 1, -1, -1, -1, 0, -0, -0, 0, N, I, -I, -I, -I, 0.5, 0.5, 2, 2, -2.5, -2]),
          tensor(d, [21], [N, I, -I, I, -I, N, 0, 3, -3, -1, 0, 0, 3, -3, 2, I, -I, I, -I, 2.5, 3]),
        ],
        [1, 1, 1, 1, 1, N, 1, -0, -I, I, 1, 1, -I, -0, I, 0, I, I, 0, N, -8],
        { signedZeros: true },
      ));
    test(`${d}: constants keep the sign of zero`, () =>
      agrees((x) => np.where(np.greater(x, 0), x, -0), [tensor(d, [5], [-1, 0, 1, -2, 0.5])], [-0, -0, 1, -0, 0.5], {
        signedZeros: true,
      }));
    test(`${d}: extrema over devices know NaN and the signs of zero, whichever device has them`, () =>
      agrees(
        (x) => [np.max(x, { axis: 0 }), np.min(x, { axis: 0 })],
        [tensor(d, [2, 5], [N, 1, -0, 0, -I, 1, N, 0, -0, 2])],
        [N, N, 0, 0, 2, N, N, -0, -0, -I],
        { signedZeros: true, cuts: [{ sizes: { d: 2 }, specs: [P('d')] }] },
      ));
    test(`${d}: NaN in limits and activations`, () =>
      agrees(
        (x) => [
          np.clip(x, 0, 1),
          np.clip(x, N, 1),
          lax.clamp(0, x, N),
          nn.relu(x),
          nn.relu6(x),
          nn.hardTanh(x),
          nn.leakyRelu(x),
        ],
        [tensor(d, [3], [N, 5, -8])],
        [N, 1, 0, N, N, N, N, N, N, N, 5, 0, N, 5, 0, N, 1, -1, N, 5, -0.08],
        { tolerance: 4e-3 },
      ));
  }
  test('subnormal numbers are not flushed', () => {
    const s = 2 ** -149;
    return agrees(
      (x) => [np.multiply(x, 2), np.divide(x, 2), np.sum(x), np.maximum(x, 0), np.equal(x, 0)],
      [tensor('f32', [3], [s, 1000 * s, -s])],
      [2 * s, 2000 * s, -2 * s, 0, 500 * s, 0, 1000 * s, s, 1000 * s, 0, false, false, false],
    );
  });
});

describe('order', () => {
  const x = [3, 0, 0, -0, 0, I, -I, 2 ** -149, -(2 ** -149)];
  const y = [1, 0, 1, 1, 1, 1, 1, 1, 1];
  test('NaN of any sign is last, zeros are equal', () =>
    agrees(
      (a, b) => {
        const q = np.divide(a, b);
        return [
          np.argsort(q),
          np.argsort(q, -1, { descending: true }),
          lax.topK(q, 2)[1],
          np.argmax(q),
          np.unique(q, { size: 7 }),
        ];
      },
      [tensor('f32', [9], x), tensor('f32', [9], y)],
      [6, 8, 2, 3, 4, 7, 0, 5, 1, 1, 5, 0, 7, 2, 3, 4, 8, 6, 1, 5, 1, -I, -(2 ** -149), 0, 2 ** -149, 3, I, N],
    ));
  for (const d of ['f32', 'f64', 'f16', 'bf16'] as const)
    test(`${d}: long lines`, async () => {
      const values = (
        await np
          .astype(
            tensor(
              'f64',
              [3000],
              Array.from({ length: 3000 }, (_, i) =>
                i % 7 === 0 ? N : i % 5 === 0 ? (i % 2 ? 0 : -0) : ((i * 7919) % 3001) - 1500,
              ),
            ),
            d,
          )
          .toHost()
      ).toNumbers();
      const rank = (v: number): number => (Number.isNaN(v) ? I : v);
      const order = values
        .map((_, i) => i)
        .sort((i, j) => (rank(values[i]) === rank(values[j]) ? i - j : rank(values[i]) - rank(values[j])));
      await agrees((v) => np.argsort(v), [tensor(d, [3000], values)], order);
    });
  test('searching', () =>
    agrees(
      (s, v) => [np.searchsorted(s, v), np.searchsorted(s, v, 'right'), np.digitize(v, lax.slice(s, [0], [2]))],
      [tensor('f32', [4], [1, 2, N, N]), tensor('f32', [5], [N, 2, 3, 0, I])],
      [2, 1, 2, 0, 2, 4, 2, 2, 0, 2, 2, 2, 2, 0, 2],
    ));
  test('complex numbers, by parts', () =>
    agrees(
      (c) => np.sort(c),
      [
        tensor(
          'c64',
          [6],
          [
            [1, 2],
            [N, 0],
            [1, -1],
            [0, 0],
            [0, N],
            [1, I],
          ],
        ),
      ],
      [0, 0, 0, N, 1, -1, 1, 2, 1, I, N, 0],
    ));
});

test('quotients and remainders as in Python and JAX', async () => {
  await agrees(
    (a, b) => [np.floorDivide(a, b), np.mod(a, b)],
    [tensor('f32', [9], [1, 0.5, 6, -1, 1, -1, 1, I, -7]), tensor('f32', [9], [0.1, 0.1, 0.2, 0.1, 0, I, -I, 2, 2])],
    [9, 4, 29, -10, I, -1, -1, N, -4, 0.099999986, 0.099999994, 0.19999991, 1.4901161e-8, N, I, -I, N, 1],
    { tolerance: 1e-7 },
  );
  await agrees(
    (a, b) => [lax.div(a, b), lax.rem(a, b), np.floorDivide(a, b), np.mod(a, b), np.fmod(a, b)],
    [tensor('i8', [6], [-128, 7, -7, 7, -128, 0]), tensor('i8', [6], [-1, -2, 2, 0, 127, 0])],
    [-128, -3, -3, -1, -1, -1, 0, 1, -1, 7, -1, 0, -128, -4, -4, -2, -2, -1, 0, -1, 1, 0, 126, 0, 0, 1, -1, 0, -1, 0],
  );
});

test('complex numbers', () =>
  agrees(
    (x, y) => [
      np.divide(x, y),
      np.divide(x, 2),
      np.variance(x),
      np.std(x),
      np.mean(x),
      np.linalg.norm(x),
      np.less(x, y),
      np.isfinite(x),
    ],
    [
      tensor(
        'c64',
        [3],
        [
          [1, 1],
          [3, -2],
          [0, 2],
        ],
      ),
      tensor(
        'c64',
        [3],
        [
          [0, 2],
          [2, 0],
          [3e38, 3e38],
        ],
      ),
    ],
    [
      0.5,
      -0.5,
      1.5,
      -1,
      0,
      0,
      0.5,
      0.5,
      1.5,
      -1,
      0,
      1,
      4.444444,
      2.108185,
      4 / 3,
      1 / 3,
      Math.sqrt(19),
      false,
      false,
      true,
      true,
      true,
      true,
    ],
    { tolerance: 1e-6 },
  ));
test('complex quotients that would overflow on the way, and by zero', () =>
  agrees(
    (x, y) => np.divide(x, y),
    [
      tensor(
        'c64',
        [3],
        [
          [3e38, 3e38],
          [1, 1],
          [1, 2],
        ],
      ),
      tensor(
        'c64',
        [3],
        [
          [3e38, 3e38],
          [0, 0],
          [I, I],
        ],
      ),
    ],
    [1, 0, I, I, 0, 0],
    { tolerance: 1e-6 },
  ));

test('random numbers of narrow floats have JAX’s bits and stay below their limit', async () => {
  // jax.random.uniform / normal (jax.random.PRNGKey(3), (5,), dtype), JAX 0.10.
  const uniform = {
    f16: [0.1142578125, 0.2294921875, 0.0498046875, 0.296875, 0.771484375],
    bf16: [0.4921875, 0.765625, 0.8671875, 0.1875, 0.6796875],
  };
  const normal = {
    f16: [-1.203125, -0.7392578125, -1.64453125, -0.53271484375, 0.744140625],
    bf16: [-0.0146484375, 0.73046875, 1.125, -0.87890625, 0.47265625],
  };
  for (const dtype of ['f16', 'bf16'] as const)
    await agrees(
      () => [
        random.uniform(random.key(3), [5], { dtype }),
        random.normal(random.key(3), [5], dtype),
        np.less(np.max(random.uniform(random.key(3), [20000], { dtype })), 1),
        np.less(np.max(random.uniform(random.key(3), [20000], { dtype, low: 100, high: 101 })), 101),
        np.less(np.max(np.abs(random.truncatedNormal(random.key(3), -1, 1, [20000], dtype))), 1),
      ],
      [],
      [...uniform[dtype], ...normal[dtype], true, true, true],
    );
});

describe('derivatives in singular points', () => {
  const first = (f: (x: Tensor) => Tensor) => grad((x: Tensor) => np.sum(f(x)));
  const second = (f: (x: Tensor) => Tensor) => first((x) => first(f)(x));
  const at = (...x: number[]): Tensor => tensor('f32', [x.length], x);
  const cases: [string, (x: Tensor) => Tensor, Tensor, number[]][] = [
    ['sinc', first(np.sinc), at(0, 0.5), [0, -4 / Math.PI]],
    ['sinc, second', second(np.sinc), at(0, 0.5), [-3.289868, -1.190227]],
    ['logaddexp', first((x) => np.logaddexp(x, at(0, -I, I, 1))), at(0, -I, I, 1), [0.5, 0.5, 0.5, 0.5]],
    ['logaddexp, second', second((x) => np.logaddexp(x, at(0, 1))), at(0, 1), [0.25, 0.25]],
    ['softplus, second', second(nn.softplus), at(0, -I, I), [0.25, 0, 0]],
    ['relu6', first(nn.relu6), at(0, 6, 3, N), [0, 0, 1, 1]],
    ['cbrt', first(np.cbrt), at(0, 8), [I, 1 / 12]],
    ['max', first((x) => np.max(x)), at(1, 2, 2, 0), [0, 0.5, 0.5, 0]],
    ['maximum', first((x) => np.maximum(x, at(1, 1, 1))), at(1, 0, 2), [0.5, 0, 1]],
    ['softmax with −∞', first((x) => np.multiply(nn.softmax(x), at(1, 2, 3))), at(0, -I, 0), [-0.5, 0, 0.5]],
    ['product with zeros', first((x) => np.prod(x)), at(0, 0, 3), [0, 0, 0]],
  ];
  for (const [name, f, x, want] of cases) test(name, () => agrees(f, [x], want, { tolerance: 1e-5 }));
  test('of nothing', () =>
    agrees(
      (x, y) => [first((v) => np.sum(v))(x), first((v) => np.matmul(v, np.ones([0, 2])))(y)],
      [tensor('f32', [0, 3], []), tensor('f32', [2, 0], [])],
      [],
    ));
});

describe('numbers that do not fit are refused', () => {
  const constant = (literal: string, type: string): string => `func.func @main() -> ${type} {
  %0 = stablehlo.constant dense<${literal}> : ${type}
  return %0 : ${type}
}`;
  for (const [literal, type] of [
    ['300', 'i8'],
    ['-129', 'i8'],
    ['-1', 'ui8'],
    ['256', 'ui8'],
    ['2', 'i1'],
    ['4294967296', 'i32'],
    ['8', 'ui2'],
    ['18446744073709551616', 'i64'],
    ['1.5', 'i32'],
    ['true', 'i32'],
    ['0x1FF80', 'bf16'],
    ['[1, 300]', '2xi8'],
  ])
    test(`dense<${literal}> : ${type}`, () => {
      const tensorText = `tensor<${type}>`;
      expect(() => parseModule(constant(literal, tensorText), registry)).toThrow();
    });
  for (const [literal, type, value] of [
    ['200', 'i8', -56],
    ['-128', 'i8', -128],
    ['255', 'ui8', 255],
    ['0xFF', 'i8', -1],
    ['-1', 'i1', 1],
    ['65536.0', 'f16', I],
  ] as const)
    test(`dense<${literal}> : ${type} is ${value}`, () => {
      const [op] = parseModule(constant(literal, `tensor<${type}>`), registry).main.body.ops;
      const { value: dense } = op.attributes as { value: { splatValue(): unknown } };
      expect(Number(dense.splatValue())).toBe(value);
    });
  test('by np.array and numbers beside tensors', () => {
    expect(() => np.array([300], 'i8')).toThrow(/300 does not fit i8/);
    expect(() => np.full([2], -1, 'u8')).toThrow(/does not fit u8/);
    expect(() => np.add(np.array([1], 'i8'), 200)).toThrow(/does not fit i8/);
    expect(() => np.array([2n ** 63n], 'i64')).toThrow(/does not fit i64/);
  });
});

describe('functions composed of ops follow IEEE 754 and JAX in special values', () => {
  for (const dtype of ['f32', 'f64', 'f16', 'bf16'] as const) {
    test(`${dtype}: hypot is infinite where either is, even beside NaN`, () =>
      agrees(
        (x, y) => np.hypot(x, y),
        [
          tensor(dtype, [8], [Infinity, NaN, -Infinity, Infinity, NaN, NaN, 0, 3]),
          tensor(dtype, [8], [NaN, -Infinity, Infinity, 0, NaN, 1, -0, -4]),
        ],
        [Infinity, Infinity, Infinity, Infinity, NaN, NaN, 0, 5],
      ));
    test(`${dtype}: heaviside of NaN is NaN`, () =>
      agrees(
        (x, h) => np.heaviside(x, h),
        [
          tensor(dtype, [7], [NaN, 0, -0, 2, -2, Infinity, -Infinity]),
          tensor(dtype, [7], [0.5, 0.5, 0.5, NaN, NaN, NaN, NaN]),
        ],
        [NaN, 0.5, 0.5, 1, 0, 1, 0],
      ));
  }
  for (const dtype of ['u8', 'u16', 'u32'] as const)
    test(`${dtype}: magnitudes and signs of unsigned integers`, () => {
      const most = { u8: 255, u16: 65535, u32: 4294967295 }[dtype];
      return agrees(
        (x) => [np.abs(x), np.absolute(x), np.sign(x)],
        [tensor(dtype, [3], [0, 1, most])],
        [0, 1, most, 0, 1, most, 0, 1, 1],
      );
    });
  for (const [dtype, bits] of [
    ['i8', 8],
    ['i16', 16],
    ['i32', 32],
  ] as const)
    test(`${dtype}: bits are counted in the magnitude`, () =>
      agrees((x) => np.bitwiseCount(x), [tensor(dtype, [5], [-1, -3, 7, -(2 ** (bits - 1)), 0])], [1, 2, 3, 1, 0]));
  test('bool: magnitudes, differences', () =>
    agrees(
      (x) => [np.abs(x), np.diff(x)],
      [tensor('bool', [4], [true, false, false, true])],
      [true, false, false, true, true, false, true],
    ));
});

test('convolutions of vectors of any length', () =>
  agrees(
    () => {
      const ones = (n: number) => np.ones([n]);
      return [
        np.max(np.convolve(ones(5000), ones(5000))),
        np.sum(np.convolve(ones(300), ones(70))),
        np.sum(np.convolve(ones(70), ones(300), 'same')),
        np.convolve(np.arange(100).astype('f32'), np.concatenate([ones(1), np.zeros([98])]), 'valid'),
      ];
    },
    [],
    [5000, 21000, 19775, 98, 99],
    { tolerance: 1e-6, engines: ['cpu', 'wasm'] },
  ));

describe('interpolation', () => {
  const points = (): Tensor[] => [tensor('f32', [4], [0, 1, 1, 2]), tensor('f32', [4], [1, 2, 5, 1e8])];
  test('is exact at the points, a step where two coincide, constant outside', () =>
    agrees(
      (x, p, f) => np.interp(x, p, f),
      [tensor('f32', [9], [-1, 0, 0.5, 1, 2, 3, NaN, Infinity, -Infinity]), ...points()],
      [1, 1, 1.5, 5, 1e8, 1e8, NaN, 1e8, 1],
      { cuts: [{ sizes: { a: 3 }, specs: [P('a'), P(), P()] }] },
    ));
  test('of one point', () =>
    agrees(
      (x, p, f) => np.interp(x, p, f),
      [tensor('f32', [3], [0, 1, 2]), tensor('f32', [1], [1]), tensor('f32', [1], [7])],
      [7, 7, 7],
    ));
  test('has the slope on the right where slopes meet', () =>
    agrees(
      grad((x: Tensor) => np.sum(np.interp(x, [0, 1, 2], [0, 3, 5]))),
      [tensor('f32', [7], [-1, 0, 0.5, 1, 1.5, 2, 3])],
      [0, 3, 3, 2, 2, 2, 0],
    ));
});

test('infinities among sorted values count whole where a quantile hits them', () =>
  agrees(
    (x) => [np.nanmedian(x), np.nanquantile(x, 1), np.nanquantile(x, 0), np.median(np.abs(x))],
    [tensor('f32', [5], [Infinity, -Infinity, Infinity, Infinity, 1])],
    [Infinity, Infinity, -Infinity, Infinity],
  ));

test('exp(x) − 1 of large numbers on the real line is real', () =>
  agrees(
    (x) => np.expm1(x),
    [
      tensor(
        'c64',
        [2],
        [
          [200, 0],
          [-Infinity, 0],
        ],
      ),
    ],
    [Infinity, 0, -1, 0],
  ));
