import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { grad, jit, lax, nn, np, random, scan, setDefaultEngine, type Tensor, vmap } from '../../src/api/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/* Weights of 8 and 4 bits: what rounding costs, and that products of them are products of what they stand for. */

const engine = createEngine('cpu');
setDefaultEngine(engine);
afterAll(() => engine.close());

const numbers = async (x: Tensor): Promise<number[]> => Array.from(await x.data(), Number);
async function expectClose(got: Tensor, want: Tensor, relative = 1e-5): Promise<void> {
  const [g, w] = [await numbers(got), await numbers(want)];
  expect(got.shape).toEqual(want.shape);
  const size = Math.max(1e-6, ...w.map(Math.abs));
  expect(Math.max(...w.map((x, i) => Math.abs(x - g[i]))) / size).toBeLessThan(relative);
}
const normal = (seed: number, shape: readonly number[]): Tensor => random.normal(random.key(seed), shape);

test('weights move by half a step at most, and small integers stay as they are', async () => {
  const both = jit(
    (w: Tensor, options: { bits: 8 | 4; groupSize: number }) => {
      const q = nn.quantizeWeights(w, options);
      return [q.values, q.scales, nn.dequantizeWeights(q)];
    },
    { staticArgnums: [1] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        bits: fc.constantFrom<8 | 4>(8, 4),
        groups: fc.integer({ min: 1, max: 3 }),
        groupSize: fc.constantFrom(1, 4, 7),
        outputs: fc.constantFrom(2, 6),
        stacked: fc.boolean(),
      }),
      async ({ bits, groups, groupSize, outputs, stacked }) => {
        const shape = [...(stacked ? [2] : []), groups * groupSize, outputs];
        const w = normal(groups, shape);
        const [values, scales, back] = both(w, { bits, groupSize });
        expect(values.dtype).toBe(bits === 8 ? 'i8' : 'u8');
        expect(values.shape).toEqual([...shape.slice(0, -1), bits === 8 ? outputs : outputs / 2]);
        expect(scales.shape).toEqual([...shape.slice(0, -2), groups, outputs]);
        const [x, y, s] = [await numbers(w), await numbers(back), await numbers(scales)];
        x.forEach((v, i) => {
          const row = Math.floor(i / outputs);
          const scale = s[Math.floor(row / groupSize) * outputs + (i % outputs)];
          expect(Math.abs(v - y[i])).toBeLessThanOrEqual(scale * 0.5001);
        });
        const [, , again] = both(back, { bits, groupSize });
        await expectClose(again, back, 1e-6);
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

test.each([8, 4] as const)('products of %i bits, by layer, with derivatives', async (bits) => {
  const x = normal(1, [3, 16]);
  const w = normal(2, [4, 16, 16]);
  const q = nn.quantizeWeights(w, { bits, groupSize: 8 });
  const dense = nn.dequantizeWeights(q);
  const layers = jit(
    (h: Tensor, layer: nn.QuantizedWeights) =>
      scan(
        (c: Tensor, own: nn.QuantizedWeights) => [np.tanh(np.matmul(c, nn.dequantizeWeights(own))), null],
        h,
        layer,
      )[0],
  );
  let want = x;
  for (let i = 0; i < 4; i++) want = np.tanh(np.matmul(want, lax.indexInDim(dense, i, 0, false)));
  await expectClose(layers(x, q), want);
  await expectClose(
    vmap((one: nn.QuantizedWeights) => np.matmul(x, nn.dequantizeWeights(one)))(q),
    np.matmul(np.expandDims(x, 0), dense),
  );
  const loss = (h: Tensor, scales: Tensor): Tensor =>
    np.sum(np.square(np.matmul(h, nn.dequantizeWeights({ values: q.values, scales }))));
  const plain = (h: Tensor, scales: Tensor): Tensor => {
    const integers = np.divide(dense, np.repeat(q.scales, 8, 1));
    return np.sum(np.square(np.matmul(h, np.multiply(integers, np.repeat(scales, 8, 1)))));
  };
  const h = np.tile(np.expandDims(x, 0), [4, 1, 1]);
  const got = grad(loss, { argnums: [0, 1] })(h, q.scales);
  const expected = grad(plain, { argnums: [0, 1] })(h, q.scales);
  await expectClose(got[0], expected[0], 1e-4);
  await expectClose(got[1], expected[1], 1e-4);
  const narrow = np.astype(x, 'bf16');
  const own = { values: lax.indexInDim(q.values, 0, 0, false), scales: lax.indexInDim(q.scales, 0, 0, false) };
  await expectClose(
    np.matmul(narrow, nn.dequantizeWeights(own)),
    np.matmul(narrow, lax.indexInDim(dense, 0, 0, false)),
    1e-5,
  );
});

test('mistakes are named', () => {
  expect(() => nn.quantizeWeights(np.ones([4]))).toThrow(/two or more dimensions/);
  expect(() => nn.quantizeWeights(np.ones([4, 3]), { bits: 4 })).toThrow(/even number of outputs/);
  expect(() => nn.quantizeWeights(np.ones([4, 2]), { groupSize: 3 })).toThrow(/divides 4/);
  expect(() => nn.dequantizeWeights({ values: np.ones([4, 2]), scales: np.ones([1, 2]) })).toThrow(/i8/);
  expect(() => nn.dequantizeWeights({ values: np.astype(np.ones([4, 2]), 'i8'), scales: np.ones([3, 2]) })).toThrow(
    /scales do not fit/,
  );
  expect(() => lax.bitcastConvertType(np.array([1, 2, 3], 'u8'), 'u16')).toThrow(/last dimension of 2/);
});

test('bits of wider and narrower types, there and back', async () => {
  const x = np.array([0x12345678, -1, 7], 'i32');
  for (const dtype of ['u8', 'i16', 'u4', 'i4', 'f32'] as const) {
    const cut = lax.bitcastConvertType(x, dtype);
    expect(await numbers(lax.bitcastConvertType(cut, 'i32'))).toEqual(await numbers(x));
  }
});
