import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jit, lax, np, type Tensor } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { compileToC, printKernels } from '../../src/compile/index.ts';
import { type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';
import { createEngine, type Engine } from '../../src/runtime/index.ts';

/* Products that leave out what an operand says is zero from a scalar position on: whatever lies there, the result is that of the zeros. */

const engines: Engine[] = [];
beforeAll(async () => {
  await NativeLibrary.open();
  engines.push(createEngine('reference'), createEngine('cpu'), createEngine('wasm'));
}, 240_000);
afterAll(async () => {
  for (const e of engines) await e.close();
});

/** What the bounded dimension of size 24 may be, and the einsum whose dimension `k` it is. */
const forms = [
  ['columns', 'bqgh,bkgh->bgqk'],
  ['rows', 'bqgh,bkgh->bgkq'],
  ['sums', 'bgqk,bkgh->bqgh'],
  ['batch', 'bkgh,bkgh->kbg'],
] as const;

test.each(forms)('the bound is one of the %s', async (_, spec) => {
  const dims = { b: 2, q: 1, k: 24, g: 3, h: 5 } as const;
  const shapeOf = (axes: string): number[] => [...axes].map((a) => dims[a as keyof typeof dims]);
  const [left, right] = spec.split('->')[0].split(',').map(shapeOf);
  const array = (shape: number[], seed: number): HostArray =>
    new HostArray(
      'f32',
      shape,
      Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.fround(Math.sin(seed + i))),
    );
  const programs = engines.map((engine) =>
    jit(
      (x: Tensor, k: Tensor, end: Tensor) => {
        const isBefore = np.less(lax.broadcastedIota('i32', k.shape, 1), end);
        // Behind the end lies what no sum would survive.
        const stored = np.where(isBefore, k, Number.NaN);
        return np.einsum(spec, x, np.where(isBefore, lax.optimizationBarrier(stored), 0));
      },
      { engine },
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -1, max: 26 }), fc.integer({ min: 0, max: 99 }), async (end, seed) => {
      const [x, k] = [np.array(array(left, seed)), np.array(array(right, seed + 1))];
      const [exact, ...others] = await Promise.all(programs.map((f) => f(x, k, np.full([], end, 'i32')).data()));
      for (const other of others)
        for (const [i, v] of (other as Float32Array).entries())
          expect(Math.abs(v - (exact as Float32Array)[i])).toBeLessThan(1e-5);
    }),
    { numRuns: 12 },
  );
});

const attention = (n: number): Module =>
  parseModule(
    `func.func @main(%q: tensor<4x1x16xf32>, %k: tensor<4x${n}x16xbf16>, %end: tensor<i32>) -> tensor<4x1x${n}xf32> {
    %at = stablehlo.iota dim = 1 : tensor<4x${n}x16xi32>
    %limit = stablehlo.broadcast_in_dim %end, dims = [] : (tensor<i32>) -> tensor<4x${n}x16xi32>
    %before = stablehlo.compare LT, %at, %limit : (tensor<4x${n}x16xi32>, tensor<4x${n}x16xi32>) -> tensor<4x${n}x16xi1>
    %zero = stablehlo.constant dense<0.0> : tensor<4x${n}x16xbf16>
    %live = stablehlo.select %before, %k, %zero : tensor<4x${n}x16xi1>, tensor<4x${n}x16xbf16>
    %wide = stablehlo.convert %live : (tensor<4x${n}x16xbf16>) -> tensor<4x${n}x16xf32>
    %s = stablehlo.dot_general %q, %wide, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x1x16xf32>, tensor<4x${n}x16xf32>) -> tensor<4x1x${n}xf32>
    return %s : tensor<4x1x${n}xf32>
  }`,
    registry,
  );

test('keys are read where they lie, up to the bound', () => {
  const { kernels } = compileToC(attention(64), { registry, numDevices: 1, vectorLanes: 8 });
  const text = printKernels(kernels);
  expect(text).toMatch(/gemm .* = arg0 \* arg1/);
  expect(text).not.toContain('1x64x16');
});
