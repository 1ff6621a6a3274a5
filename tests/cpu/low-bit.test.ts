import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileToC } from '../../src/compile/index.ts';
import { type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { CpuEngine, ReferenceEngine, WasmEngine } from '../../src/runtime/index.ts';
import { expectClose, inputs, opened, run, steps } from './product-programs.ts';

/* Weights of four bits, two to a byte behind a bitcast: products read them in place. The reference engine says what is right. */

const engines = [opened(new CpuEngine()), opened(new WasmEngine({ threads: 2 }))];
const reference = opened(new ReferenceEngine());
async function expectSame(module: Module): Promise<void> {
  const args = inputs(module, 5);
  const want = await run(reference, module, args);
  for (const engine of engines) expectClose(await run(engine, module, args), want, 2e-6);
}
/** Memory a program needs beside its arguments and results. */
const temporaryBytes = (module: Module): number =>
  compileToC(module, { registry, numDevices: 1, vectorLanes: 8 }).arenaBytes;

interface Weights {
  readonly rows: number;
  readonly columns: number;
  readonly type: string;
  /** Type that holds several of them, in the last dimension. */
  readonly holder: string;
  readonly perHolder: number;
}
/** Lines that make `%w: type[rows, columns]` of `%p`, and the type of `%p`. */
function unpacked({ rows, columns, type, holder, perHolder }: Weights): { lines: string[]; argument: string } {
  const argument = `tensor<${rows}x${columns / perHolder}x${holder}>`;
  const cut = `tensor<${rows}x${columns / perHolder}x${perHolder}x${type}>`;
  return {
    argument,
    lines: [
      `%u = stablehlo.bitcast_convert %p : (${argument}) -> ${cut}`,
      `%w = stablehlo.reshape %u : (${cut}) -> tensor<${rows}x${columns}x${type}>`,
    ],
  };
}

describe('int4 weights', () => {
  test('products read nibbles in place: any holder, layout, scale and activation', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          m: fc.constantFrom(1, 3, 9, 40),
          n: fc.constantFrom(8, 16, 40, 80),
          k: fc.constantFrom(8, 24, 96),
          type: fc.constantFrom('i4', 'ui4'),
          holder: fc.constantFrom(['ui8', 2] as const, ['i8', 2] as const, ['ui16', 4] as const, ['ui32', 8] as const),
          alongK: fc.boolean(),
          scale: fc.constantFrom('none', 'channel', 'group', 'blocks'),
          activations: fc.constantFrom('f32', 'bf16'),
          weightsFirst: fc.boolean(),
        }),
        async ({ m, n, k, type, holder: [holder, perHolder], alongK, scale, activations, weightsFirst }) => {
          const [rows, columns] = alongK ? [n, k] : [k, n];
          const { lines, argument } = unpacked({ rows, columns, type, holder, perHolder });
          const shape = `${rows}x${columns}`;
          const group = 8;
          // Blocks of rows or columns with a dimension of their own, or scales repeated to the shape of the weights.
          const blocks = alongK ? `${n}x${k / group}x${group}` : `${k / group}x${group}x${n}`;
          const scales = scale === 'channel' ? `${n}` : alongK ? `${n}x${k / group}` : `${k / group}x${n}`;
          const f32 = (s: string): string => `tensor<${s}xf32>`;
          lines.push(`%c = stablehlo.convert %w : (tensor<${shape}x${type}>) -> ${f32(shape)}`);
          const dims = alongK ? '0, 1' : '0, 2';
          if (scale === 'channel')
            lines.push(
              `%b = stablehlo.broadcast_in_dim %s, dims = [${alongK ? 0 : 1}] : (${f32(scales)}) -> ${f32(shape)}`,
              `%q = stablehlo.multiply %c, %b : ${f32(shape)}`,
            );
          if (scale === 'group')
            lines.push(
              `%b = stablehlo.broadcast_in_dim %s, dims = [${dims}] : (${f32(scales)}) -> ${f32(blocks)}`,
              `%r = stablehlo.reshape %b : (${f32(blocks)}) -> ${f32(shape)}`,
              `%q = stablehlo.multiply %r, %c : ${f32(shape)}`,
            );
          if (scale === 'blocks')
            lines.push(
              `%b = stablehlo.broadcast_in_dim %s, dims = [${dims}] : (${f32(scales)}) -> ${f32(blocks)}`,
              `%r = stablehlo.reshape %c : (${f32(shape)}) -> ${f32(blocks)}`,
              `%t = stablehlo.multiply %r, %b : ${f32(blocks)}`,
              `%q = stablehlo.reshape %t : (${f32(blocks)}) -> ${f32(shape)}`,
            );
          const weights = scale === 'none' ? '%c' : '%q';
          lines.push(`%a = stablehlo.convert %x : (tensor<${m}x${k}x${activations}>) -> ${f32(`${m}x${k}`)}`);
          const out = f32(weightsFirst ? `${n}x${m}` : `${m}x${n}`);
          lines.push(
            weightsFirst
              ? `%y = stablehlo.dot_general ${weights}, %a, contracting_dims = [${alongK ? 1 : 0}] x [1] : (${f32(shape)}, ${f32(`${m}x${k}`)}) -> ${out}`
              : `%y = stablehlo.dot_general %a, ${weights}, contracting_dims = [1] x [${alongK ? 1 : 0}] : (${f32(`${m}x${k}`)}, ${f32(shape)}) -> ${out}`,
          );
          const module = parseModule(
            `func.func @main(%x: tensor<${m}x${k}x${activations}>, %p: ${argument}, %s: ${f32(scales)}) -> ${out} {\n${lines.join('\n')}\nreturn %y : ${out}\n}`,
            registry,
          );
          expect(steps(module)).toEqual(['gemm']);
          await expectSame(module);
        },
      ),
      { numRuns: 15 },
    );
  }, 300_000);

  test.each([
    { weightsFirst: false, alongK: false },
    { weightsFirst: false, alongK: true },
    { weightsFirst: true, alongK: false },
    { weightsFirst: true, alongK: true },
  ])('blocks and pieces for threads, groups across blocks: %o', async ({ weightsFirst, alongK }) => {
    const [m, n, k, group] = [12, 400, 520, 40];
    const [rows, columns] = alongK ? [n, k] : [k, n];
    const { lines, argument } = unpacked({ rows, columns, type: 'i4', holder: 'ui8', perHolder: 2 });
    const [shape, scales] = [`tensor<${rows}x${columns}xf32>`, `tensor<${n}x${k / group}xf32>`];
    const blocks = `tensor<${alongK ? `${n}x${k / group}x${group}` : `${k / group}x${group}x${n}`}xf32>`;
    const out = `tensor<${weightsFirst ? `${n}x${m}` : `${m}x${n}`}xf32>`;
    const x = `tensor<${m}x${k}xf32>`;
    const wDim = alongK ? 1 : 0;
    const module = parseModule(
      `func.func @main(%x: ${x}, %p: ${argument}, %s: ${scales}) -> ${out} {
  ${lines.join('\n')}
  %c = stablehlo.convert %w : (tensor<${rows}x${columns}xi4>) -> ${shape}
  %b = stablehlo.broadcast_in_dim %s, dims = [${alongK ? '0, 1' : '2, 0'}] : (${scales}) -> ${blocks}
  %r = stablehlo.reshape %b : (${blocks}) -> ${shape}
  %q = stablehlo.multiply %c, %r : ${shape}
  %y = stablehlo.dot_general ${weightsFirst ? `%q, %x, contracting_dims = [${wDim}] x [1] : (${shape}, ${x})` : `%x, %q, contracting_dims = [1] x [${wDim}] : (${x}, ${shape})`} -> ${out}
  return %y : ${out}
}`,
      registry,
    );
    expect(steps(module)).toEqual(['gemm']);
    await expectSame(module);
  });

  test('stacked layers are read by a loop where they lie', async () => {
    const module = parseModule(
      `func.func @main(%x: tensor<3x16xf32>, %p: tensor<4x16x8xui8>, %s: tensor<4x2x16xf32>) -> tensor<3x16xf32> {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %u = stablehlo.bitcast_convert %p : (tensor<4x16x8xui8>) -> tensor<4x16x8x2xi4>
  %w = stablehlo.reshape %u : (tensor<4x16x8x2xi4>) -> tensor<4x16x16xi4>
  %r:2 = stablehlo.while(%i = %zero, %y = %x) : tensor<i32>, tensor<3x16xf32>
  cond {
    %n = stablehlo.constant dense<4> : tensor<i32>
    %l = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %l : tensor<i1>
  } do {
    %one = stablehlo.constant dense<1> : tensor<i32>
    %own = stablehlo.dynamic_slice %w, %i, %zero, %zero, sizes = [1, 16, 16] : (tensor<4x16x16xi4>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x16x16xi4>
    %m = stablehlo.reshape %own : (tensor<1x16x16xi4>) -> tensor<16x16xi4>
    %c = stablehlo.convert %m : (tensor<16x16xi4>) -> tensor<16x16xf32>
    %t = stablehlo.dynamic_slice %s, %i, %zero, %zero, sizes = [1, 2, 16] : (tensor<4x2x16xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x2x16xf32>
    %f = stablehlo.reshape %t : (tensor<1x2x16xf32>) -> tensor<2x16xf32>
    %b = stablehlo.broadcast_in_dim %f, dims = [0, 2] : (tensor<2x16xf32>) -> tensor<2x8x16xf32>
    %g = stablehlo.reshape %b : (tensor<2x8x16xf32>) -> tensor<16x16xf32>
    %q = stablehlo.multiply %c, %g : tensor<16x16xf32>
    %z = stablehlo.dot_general %y, %q, contracting_dims = [1] x [0] : (tensor<3x16xf32>, tensor<16x16xf32>) -> tensor<3x16xf32>
    %j = stablehlo.add %i, %one : tensor<i32>
    stablehlo.return %j, %z : tensor<i32>, tensor<3x16xf32>
  }
  return %r#1 : tensor<3x16xf32>
}`,
      registry,
    );
    // Two states of 192 bytes and counters, and no weights: those of one layer alone would be 256 bytes as i8.
    expect(temporaryBytes(module)).toBeLessThan(3 * 192 + 4 * 64);
    await expectSame(module);
  });

  test('a matrix that begins with half a byte is unpacked first', async () => {
    const module = parseModule(
      `func.func @main(%x: tensor<5x8xf32>, %p: tensor<8x9xui8>) -> tensor<5x16xf32> {
  %u = stablehlo.bitcast_convert %p : (tensor<8x9xui8>) -> tensor<8x9x2xi4>
  %w = stablehlo.reshape %u : (tensor<8x9x2xi4>) -> tensor<8x18xi4>
  %v = stablehlo.slice %w [0:8, 1:17] : (tensor<8x18xi4>) -> tensor<8x16xi4>
  %c = stablehlo.convert %v : (tensor<8x16xi4>) -> tensor<8x16xf32>
  %y = stablehlo.dot_general %x, %c, contracting_dims = [1] x [0] : (tensor<5x8xf32>, tensor<8x16xf32>) -> tensor<5x16xf32>
  return %y : tensor<5x16xf32>
}`,
      registry,
    );
    expect(steps(module)).toEqual(['loops', 'gemm']);
    await expectSame(module);
  });

  test('lines of an odd number of nibbles are unpacked first, once', async () => {
    const module = parseModule(
      `func.func @main(%x: tensor<5x14xf32>, %p: tensor<21xui8>) -> (tensor<5x3xf32>, tensor<5x2xf32>) {
  %u = stablehlo.bitcast_convert %p : (tensor<21xui8>) -> tensor<21x2xi4>
  %w = stablehlo.reshape %u : (tensor<21x2xi4>) -> tensor<14x3xi4>
  %c = stablehlo.convert %w : (tensor<14x3xi4>) -> tensor<14x3xf32>
  %y = stablehlo.dot_general %x, %c, contracting_dims = [1] x [0] : (tensor<5x14xf32>, tensor<14x3xf32>) -> tensor<5x3xf32>
  %v = stablehlo.slice %c [0:14, 0:3:2] : (tensor<14x3xf32>) -> tensor<14x2xf32>
  %z = stablehlo.dot_general %x, %v, contracting_dims = [1] x [0] : (tensor<5x14xf32>, tensor<14x2xf32>) -> tensor<5x2xf32>
  return %y, %z : tensor<5x3xf32>, tensor<5x2xf32>
}`,
      registry,
    );
    expect(steps(module)).toEqual(['loops', 'gemm', 'gemm']);
    await expectSame(module);
  });

  test('batches of weights, and both operands of small integers with scales', async () => {
    const module = parseModule(
      `func.func @main(%x: tensor<3x4x8xi8>, %s: tensor<3x4x1xf32>, %p: tensor<3x8x5xui8>) -> tensor<3x4x10xf32> {
  %u = stablehlo.bitcast_convert %p : (tensor<3x8x5xui8>) -> tensor<3x8x5x2xui4>
  %w = stablehlo.reshape %u : (tensor<3x8x5x2xui4>) -> tensor<3x8x10xui4>
  %c = stablehlo.convert %w : (tensor<3x8x10xui4>) -> tensor<3x8x10xf32>
  %a = stablehlo.convert %x : (tensor<3x4x8xi8>) -> tensor<3x4x8xf32>
  %b = stablehlo.broadcast_in_dim %s, dims = [0, 1, 2] : (tensor<3x4x1xf32>) -> tensor<3x4x8xf32>
  %q = stablehlo.multiply %a, %b : tensor<3x4x8xf32>
  %y = stablehlo.dot_general %q, %c, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<3x4x8xf32>, tensor<3x8x10xf32>) -> tensor<3x4x10xf32>
  return %y : tensor<3x4x10xf32>
}`,
      registry,
    );
    expect(steps(module)).toEqual(['gemm']);
    await expectSame(module);
  });
});

describe('integers of a few bits outside products', () => {
  test('loops move and widen them; the rest is left to callbacks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('i4', 'ui4', 'i2', 'ui2'),
        fc.constantFrom(['ui8', 8] as const, ['i16', 16] as const, ['ui32', 32] as const),
        async (type, [holder, bits]) => {
          const per = bits / Number(type.slice(-1));
          const module = parseModule(
            `func.func @main(%p: tensor<3x${holder}>, %a: tensor<${per}x3x${type}>) -> (tensor<${per}x3xf32>, tensor<${per}x3x${type}>, tensor<3x${per}x${type}>, tensor<3x${per}xi32>) {
  %u = stablehlo.bitcast_convert %p : (tensor<3x${holder}>) -> tensor<3x${per}x${type}>
  %t = stablehlo.transpose %u, dims = [1, 0] : (tensor<3x${per}x${type}>) -> tensor<${per}x3x${type}>
  %f = stablehlo.convert %t : (tensor<${per}x3x${type}>) -> tensor<${per}x3xf32>
  %g = stablehlo.convert %a : (tensor<${per}x3x${type}>) -> tensor<${per}x3xf32>
  %h = stablehlo.multiply %f, %g : tensor<${per}x3xf32>
  %s = stablehlo.add %t, %a : tensor<${per}x3x${type}>
  %k = stablehlo.constant dense<1> : tensor<3x${per}x${type}>
  %n = stablehlo.add %u, %k : tensor<3x${per}x${type}>
  %w = stablehlo.convert %n : (tensor<3x${per}x${type}>) -> tensor<3x${per}xi32>
  return %h, %s, %u, %w : tensor<${per}x3xf32>, tensor<${per}x3x${type}>, tensor<3x${per}x${type}>, tensor<3x${per}xi32>
}`,
            registry,
          );
          await expectSame(module);
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  test('bits of four-bit types are reread as another one of that width', async () => {
    const module = parseModule(
      `func.func @main(%p: tensor<8xi4>) -> tensor<8xi32> {
  %u = stablehlo.bitcast_convert %p : (tensor<8xi4>) -> tensor<8xui4>
  %w = stablehlo.convert %u : (tensor<8xui4>) -> tensor<8xi32>
  return %w : tensor<8xi32>
}`,
      registry,
    );
    await expectSame(module);
  });
});
