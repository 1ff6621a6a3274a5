import { afterAll, describe, expect, test } from 'vitest';
import { type DType, HostArray, lax, nn, np, P, runModule, type Tensor } from '../../src/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { agrees, closeEngines, engineOf, tensor } from './engines.ts';

afterAll(closeEngines);

const repeated = (n: number, value: number): number[] => new Array<number>(n).fill(value);

describe('sums of narrow floats are made in float32 and rounded once', () => {
  for (const dtype of ['f16', 'bf16'] as const) {
    test(`${dtype}: reductions, whole and cut`, () =>
      agrees(
        (x) => [
          np.sum(x, { axis: 0 }),
          np.mean(x),
          np.linalg.norm(x),
          np.max(np.cumsum(x, 0)),
          np.sum(np.multiply(x, 0.5)),
        ],
        [tensor(dtype, [4096, 4], repeated(4096 * 4, 1))],
        [4096, 4096, 4096, 4096, 1, 128, 4096, 8192],
        {
          cuts: [
            { sizes: { a: 4 }, specs: [P('a')] },
            { sizes: { a: 2, b: 2 }, specs: [P('a', 'b')] },
          ],
        },
      ));
    test(`${dtype}: softmax, logsumexp, variance of long rows`, () =>
      agrees(
        (x) => [
          np.multiply(4096, lax.slice(lax.convertElementType(nn.softmax(x), 'f32'), [0], [1])),
          np.logsumexp(x),
          np.variance(np.concatenate([x, np.add(x, 2)])),
          np.std(np.concatenate([x, np.add(x, 2)])),
        ],
        [tensor(dtype, [4096], repeated(4096, 0))],
        [1, Math.log(4096), 1, 1],
        { tolerance: 4e-3 },
      ));
    test(`${dtype}: a mean whose sum does not fit`, () =>
      agrees((x) => np.mean(x), [tensor(dtype, [4096], repeated(4096, 60000))], [60000], { tolerance: 4e-3 }));
    test(`${dtype}: windows and scattered sums`, () =>
      agrees(
        (x, i) => [
          lax.reduceWindow(lax.reshape(x, [1, 64, 64]), 'sum', [1, 64, 64]),
          lax.scatterAdd(np.zeros([1], dtype), i, x, {
            insertedWindowDims: [0],
            scatterDimsToOperandDims: [0],
            indexVectorDim: 1,
          }),
        ],
        [tensor(dtype, [4096], repeated(4096, 1)), tensor('i32', [4096, 1], repeated(4096, 0))],
        [4096, 4096],
      ));
    test(`${dtype}: products over contracted dimensions on several devices`, () =>
      agrees(
        (x, y) => np.add(np.matmul(np.transpose(x), y), np.matmul(np.transpose(x), y)),
        [
          tensor(
            dtype,
            [8, 8],
            Array.from({ length: 64 }, (_, i) => (i < 32 ? 255 : -255)),
          ),
          tensor(dtype, [8, 8], repeated(64, 1.5)),
        ],
        repeated(64, 0),
        {
          cuts: [
            { sizes: { a: 8 }, specs: [P('a'), P('a')] },
            { sizes: { a: 4 }, specs: [P('a'), P('a')] },
          ],
        },
      ));
  }
});

describe('sums of several narrow tensors at once are made in float32 too', () => {
  const n = 4096;
  const module = parseModule(
    `func.func @main(%x: tensor<${n}xbf16>) -> (tensor<bf16>, tensor<bf16>) {
      %z = stablehlo.constant dense<0.0> : tensor<bf16>
      %1:2 = "stablehlo.reduce"(%x, %x, %z, %z) <{dimensions = array<i64: 0>}> ({
      ^bb0(%a: tensor<bf16>, %b: tensor<bf16>, %c: tensor<bf16>, %d: tensor<bf16>):
        %s = stablehlo.add %a, %c : tensor<bf16>
        %t = stablehlo.add %b, %d : tensor<bf16>
        stablehlo.return %s, %t : tensor<bf16>, tensor<bf16>
      }) : (tensor<${n}xbf16>, tensor<${n}xbf16>, tensor<bf16>, tensor<bf16>) -> (tensor<bf16>, tensor<bf16>)
      return %1#0, %1#1 : tensor<bf16>, tensor<bf16>
    }`,
    registry,
  );
  test.each(['reference', 'cpu', 'wasm'])('on %s', async (name) => {
    const results = await runModule(module, [HostArray.full('bf16', [n], 1)], { engine: engineOf(name) });
    expect(results.map((r) => r.toNumbers())).toEqual([[n], [n]]);
  });
});

describe('errors of long float32 sums do not grow with their length', () => {
  const tenth = (shape: number[]): Tensor => np.add(np.ones(shape), 0.1);
  const error = (mean: Tensor): Tensor => np.max(np.abs(np.subtract(mean, 1.1)));
  for (const n of [1, 3, 100, 1000, 65537, 131072, 1000003])
    test(`means of ${n}`, () =>
      agrees(
        () => [
          error(np.mean(tenth([n]))),
          error(np.mean(tenth([n, 3]), { axis: 0 })),
          error(np.mean(tenth([Math.ceil(n / 100), 200]), { axis: 0 })),
          error(np.mean(tenth([3, n]), { axis: 1 })),
        ],
        [],
        [0, 0, 0, 0],
        { tolerance: 2e-6, engines: ['cpu', 'wasm'] },
      ));
  test('columns of many rows, running sums, inner products', () =>
    agrees(
      () => [
        error(np.mean(tenth([200000, 512]), { axis: 0 })),
        np.subtract(np.divide(np.max(np.cumsum(tenth([2000000]), 0)), 2200000), 1),
        np.max(np.abs(np.subtract(np.divide(np.max(np.cumsum(tenth([100000, 32]), 0), { axis: 0 }), 110000), 1))),
        np.subtract(np.divide(np.dot(tenth([2000000]), np.ones([2000000])), 2200000), 1),
      ],
      [],
      [0, 0, 0, 0],
      { tolerance: 2e-6, engines: ['cpu', 'wasm'] },
    ));
  // One row times contiguous rows stream through memory: each column has one sum.
  for (const [m, k, n] of [
    [1, 1000000, 8],
    [1, 1000003, 5],
    [1, 5000, 3001],
    [1, 128, 70],
    [1, 129, 70],
  ])
    test(`[${m}, ${k}] times [${k}, ${n}], and its transpose`, () =>
      agrees(
        () => [
          np.max(np.abs(np.subtract(np.divide(np.matmul(tenth([m, k]), np.ones([k, n])), k), 1.1))),
          np.max(np.abs(np.subtract(np.divide(np.matmul(np.transpose(tenth([k, n])), np.ones([k, m])), k), 1.1))),
        ],
        [],
        [0, 0],
        { tolerance: 4e-6, engines: ['cpu', 'wasm'] },
      ));
  test('streamed products of infinities and NaN', () =>
    agrees(
      (x, y) => np.matmul(x, y),
      [
        tensor(
          'f32',
          [1, 1000],
          Array.from({ length: 1000 }, () => 1),
        ),
        tensor(
          'f32',
          [1000, 5],
          Array.from({ length: 5000 }, (_, i) => {
            const [row, column] = [Math.floor(i / 5), i % 5];
            if (column === 1 && row === 10) return Infinity;
            if (column === 2 && row === 700) return -Infinity;
            if (column === 3 && (row === 5 || row === 900)) return row === 5 ? Infinity : -Infinity;
            return column === 4 && row === 300 ? NaN : 1;
          }),
        ),
      ],
      [1000, Infinity, -Infinity, NaN, NaN],
    ));
  test('infinities and overflow go through', () =>
    agrees(
      (x) => [
        np.sum(x),
        np.sum(np.negative(x)),
        np.sum(np.where(np.equal(np.arange(100000), 3), -Infinity, x)),
        np.sum(np.full([100000], 3e38)),
      ],
      [
        tensor(
          'f32',
          [100000],
          Array.from({ length: 100000 }, (_, i) => (i === 7000 ? Infinity : 1)),
        ),
      ],
      [Infinity, -Infinity, NaN, Infinity],
    ));
});

test('integer sums and products have JAX dtypes', async () => {
  const table: [DType, DType, DType][] = [
    ['bool', 'i32', 'i32'],
    ['i8', 'i32', 'i8'],
    ['i16', 'i32', 'i16'],
    ['i32', 'i32', 'i32'],
    ['u8', 'u32', 'u8'],
    ['u16', 'u32', 'u16'],
    ['u32', 'u32', 'u32'],
    ['i64', 'i64', 'i64'],
  ];
  for (const [dtype, total, running] of table) {
    const x = tensor(dtype, [2, 2], [1, 1, 1, 1]);
    const dtypes = [
      np.sum(x),
      np.prod(x),
      np.trace(x),
      np.nansum(x),
      np.cumulativeSum(x, { axis: 0 }),
      np.cumsum(x, 0),
      np.cumprod(x, 0),
      np.mean(x),
      np.variance(x),
      np.average(x),
    ];
    const want = [total, total, total, total, total, running, running, 'f32', 'f32', 'f32'];
    if (dtypes.map((t) => t.dtype).join() !== want.join())
      throw new Error(`${dtype}: ${dtypes.map((t) => t.dtype)} instead of ${want}`);
  }
  await agrees(
    (x, y) => [np.sum(x), np.sum(y), np.prod(x), np.trace(np.reshape(np.concatenate([x, x]), [2, 2]))],
    [tensor('i8', [2], [100, 100]), tensor('u8', [3], [250, 250, 250])],
    [200, 750, 10000, 200],
  );
});
