import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { CpuEngine, ReferenceEngine } from '../../src/runtime/index.ts';
import { passContext, roundProducts } from '../../src/transform/index.ts';
import { expectClose, inputs, opened, run, steps } from './product-programs.ts';

/* What packing does for products: rounding to bf16, widening, scales of int8 weights. The reference engine says what is right. */

describe('--precision', () => {
  const text = `func.func @main(%x: tensor<37x50xf32>, %w: tensor<50x41xf32>, %v: tensor<41x50xf32>) -> (tensor<37x41xf32>, tensor<41x41xf32>, tensor<37x41xf32>) {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<37x50xf32>, tensor<50x41xf32>) -> tensor<37x41xf32>
  %1 = stablehlo.dot_general %v, %w, contracting_dims = [1] x [0] : (tensor<41x50xf32>, tensor<50x41xf32>) -> tensor<41x41xf32>
  %2 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<37x50xf32>, tensor<50x41xf32>) -> tensor<37x41xf32>
  return %0, %1, %2 : tensor<37x41xf32>, tensor<41x41xf32>, tensor<37x41xf32>
}`;
  test('bf16 rounds the operands of products, in packing; HIGHEST stays float32', async () => {
    const module = parseModule(text, registry);
    const args = inputs(module, 1);
    const want = await run(opened(new ReferenceEngine({ precision: 'bf16' })), module, args);
    const plain = await run(opened(new ReferenceEngine()), module, args);
    const got = await run(opened(new CpuEngine({ precision: 'bf16' })), module, args);
    expectClose(got, want, 1e-6);
    expectClose([got[2]], [plain[2]], 1e-6);
    const moved = Math.max(...want[0].map((x, i) => Math.abs(x - plain[0][i])));
    expect(moved).toBeGreaterThan(1e-3);
    expect(steps(roundProducts(module, passContext({ registry })))).toEqual(['gemm', 'gemm', 'gemm']);
  });
  test('default and highest are float32', async () => {
    const module = parseModule(text, registry);
    const args = inputs(module, 2);
    const want = await run(opened(new ReferenceEngine()), module, args);
    for (const precision of ['default', 'highest'] as const)
      expectClose(await run(opened(new CpuEngine({ precision })), module, args), want, 1e-6);
  });
});

describe('weights of narrow types are converted while they are packed', () => {
  const cpu = opened(new CpuEngine());
  const reference = opened(new ReferenceEngine());
  test('one conversion, for any types, forms and sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          m: fc.constantFrom(1, 3, 9, 40),
          n: fc.constantFrom(1, 16, 33, 80),
          k: fc.constantFrom(1, 24, 100),
          weight: fc.constantFrom('i8', 'ui8', 'bf16', 'f16'),
          transposed: fc.boolean(),
          scale: fc.constantFrom('none', 'channel', 'before'),
        }),
        async ({ m, n, k, weight, transposed, scale }) => {
          const shape = transposed ? `${n}x${k}` : `${k}x${n}`;
          const scaled = scale !== 'none' && (weight === 'i8' || weight === 'ui8');
          const dim = transposed ? 0 : 1;
          const last = scaled ? '%sw' : '%cw';
          const lines = [
            `%cw = stablehlo.convert %w : (tensor<${shape}x${weight}>) -> tensor<${shape}xf32>`,
            ...(scaled
              ? [
                  `%b = stablehlo.broadcast_in_dim %s, dims = [${dim}] : (tensor<${n}xf32>) -> tensor<${shape}xf32>`,
                  `%sw = stablehlo.multiply ${scale === 'before' ? '%b, %cw' : '%cw, %b'} : tensor<${shape}xf32>`,
                ]
              : []),
            `%y = stablehlo.dot_general %x, ${last}, contracting_dims = [1] x [${1 - dim}] : (tensor<${m}x${k}xf32>, tensor<${shape}xf32>) -> tensor<${m}x${n}xf32>`,
          ];
          const module = parseModule(
            `func.func @main(%x: tensor<${m}x${k}xf32>, %w: tensor<${shape}x${weight}>, %s: tensor<${n}xf32>) -> tensor<${m}x${n}xf32> {\n${lines.join('\n')}\nreturn %y : tensor<${m}x${n}xf32>\n}`,
            registry,
          );
          expect(steps(module)).toEqual(['gemm']);
          const args = inputs(module, m + n + k);
          expectClose(await run(cpu, module, args), await run(reference, module, args), 2e-6);
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
  test('scales per group of rows', async () => {
    const module = parseModule(
      `func.func @main(%x: tensor<5x64xf32>, %w: tensor<64x24xi8>, %s: tensor<4x24xf32>) -> tensor<5x24xf32> {
  %c = stablehlo.convert %w : (tensor<64x24xi8>) -> tensor<64x24xf32>
  %b = stablehlo.broadcast_in_dim %s, dims = [0, 2] : (tensor<4x24xf32>) -> tensor<4x16x24xf32>
  %r = stablehlo.reshape %b : (tensor<4x16x24xf32>) -> tensor<64x24xf32>
  %q = stablehlo.multiply %c, %r : tensor<64x24xf32>
  %y = stablehlo.dot_general %x, %q, contracting_dims = [1] x [0] : (tensor<5x64xf32>, tensor<64x24xf32>) -> tensor<5x24xf32>
  return %y : tensor<5x24xf32>
}`,
      registry,
    );
    expect(steps(module)).toEqual(['gemm']);
    const args = inputs(module, 3);
    expectClose(await run(cpu, module, args), await run(reference, module, args), 2e-6);
  });
});
