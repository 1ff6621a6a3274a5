import { describe, expect, it } from 'vitest';
import { defaultMachine } from '../../src/base/index.ts';
import { jit, lax, np, setDefaultEngine, type Tensor } from '../../src/index.ts';
import { chipMachine, chipNamed, coresMachine, programKernels, programTime } from '../../src/plan/index.ts';

setDefaultEngine('reference');
const f32 = (...shape: number[]): Tensor => np.zeros(shape);
const kernelsOf = <A extends unknown[]>(f: (...args: A) => unknown, ...args: A) =>
  programKernels(jit(f as (...a: A) => Tensor).lower(...args).perDevice);

describe('kernels of a program', () => {
  it('compute elementwise chains where they are used, and read their operands once', () => {
    const { kernels } = kernelsOf(
      (x: Tensor, y: Tensor) => np.tanh(np.add(np.multiply(x, y), 1)),
      f32(64, 32),
      f32(64, 32),
    );
    expect(kernels.map((k) => k.name)).toEqual(['stablehlo.tanh']);
    expect(kernels[0].cost.bytes).toBe(3 * 64 * 32 * 4);
    expect(kernels[0].cost.vectorFlops).toBeGreaterThan(2 * 64 * 32);
  });

  it('let a reduction compute what it reads, and a product read what has memory', () => {
    const { kernels } = kernelsOf(
      (x: Tensor, w: Tensor) => np.sum(np.exp(np.matmul(np.multiply(x, 2), w))),
      f32(16, 32),
      f32(32, 8),
    );
    expect(kernels.map((k) => k.name)).toEqual(['stablehlo.multiply', 'stablehlo.dot_general', 'stablehlo.reduce']);
    expect(kernels[1].cost.productFlops).toBe(2 * 16 * 32 * 8);
    expect(kernels[2].cost.bytes).toBe(4 * (16 * 8 + 1));
  });

  it('count the rounds of loops', () => {
    const loop = (x: Tensor, w: Tensor): unknown => lax.foriLoop(0, 5, (_: Tensor, y: Tensor) => np.matmul(y, w), x);
    const { kernels, numOpenLoops } = kernelsOf(loop, f32(4, 4), f32(4, 4));
    expect(kernels.find((k) => k.name === 'stablehlo.dot_general')!.executions).toBe(5);
    expect(numOpenLoops).toBe(0);
  });

  it('hold arguments, results and what lives between', () => {
    const bytes = (n: number): number => 4 * n;
    const chain = (x: Tensor, w: Tensor): Tensor => np.matmul(np.matmul(np.matmul(x, w), w), w);
    const module = jit(chain).lower(f32(8, 8), f32(8, 8)).perDevice;
    // Two arguments; while one product is computed, the one before is alive.
    expect(programKernels(module).peakBytes).toBe(bytes(4 * 64));
    expect(programKernels(module, { donatedArgs: [0] }).peakBytes).toBeLessThanOrEqual(bytes(4 * 64));
    const fused = (x: Tensor): Tensor => np.exp(np.add(np.multiply(x, 3), 1));
    expect(kernelsOf(fused, f32(100)).peakBytes).toBe(bytes(200));
  });

  it('take as long as their parts, less on faster chips', () => {
    const k = kernelsOf((x: Tensor, w: Tensor) => np.sum(np.tanh(np.matmul(x, w))), f32(512, 512), f32(512, 512));
    const on = (name: string) =>
      programTime(
        k,
        chipMachine(chipNamed(name), () => 1),
      );
    expect(on('H100-SXM').totalUs).toBeLessThan(on('T4').totalUs);
    const t = on('T4');
    expect(t.byName.reduce((sum, p) => sum + p.us, 0)).toBeCloseTo(t.totalUs, 9);
    expect(t.numKernels).toBe(2);
    const cores = (n: number): number => programTime(k, coresMachine(defaultMachine, n)).totalUs;
    expect(cores(4)).toBeLessThan(cores(1));
  });
});
