import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { dtypeInfo, type HostArray } from '../../src/base/index.ts';
import { compileToC, type KernelProgram, printKernels } from '../../src/compile/index.ts';
import type { Module } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { WasmEngine } from '../../src/runtime/index.ts';
import { type MaskedAttention, maskedAttention } from './masked-attention.ts';
import { cpu, reference, run } from './programs.ts';

/* Tiles leave out what a mask hides (hidden-values.ts, skip-hidden.ts): same numbers, less work, and only where it is proved. */

const wasm = new WasmEngine();
afterAll(() => wasm.close());

const causal: MaskedAttention = {
  batch: 2,
  heads: 4,
  rows: 128,
  columns: 128,
  headDim: 8,
  above: 0,
  below: undefined,
  strict: false,
  fill: Number.NEGATIVE_INFINITY,
  dtype: 'f32',
  layers: 0,
  hoisted: false,
  gradient: false,
  scores: false,
  entropy: false,
};

const compiled = (module: Module, profile = false): ReturnType<typeof compileToC> =>
  compileToC(module, { registry, numDevices: 1, vectorLanes: 8, profile });
const spansOf = (kernels: KernelProgram): string[] => printKernels(kernels).match(/^.* left\) = .*$/gm) ?? [];
const spansIn = (a: MaskedAttention): number => spansOf(compiled(maskedAttention(a, 1).module).kernels).length;
const flopsOf = (a: MaskedAttention): number =>
  compiled(maskedAttention(a, 1).module, true)
    .points.filter((p) => p.name.startsWith('tile'))
    .reduce((n, p) => n + p.productFlops + p.vectorFlops, 0);

function expectClose(got: HostArray, want: HostArray, label: string): void {
  const [x, y] = [got.toNumbers(), want.toNumbers()];
  const scale = y.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 1e-30);
  const bound = dtypeInfo(got.dtype).bits < 32 ? 2 ** -7 : 2e-5;
  x.forEach((v, i) => {
    if (Object.is(v, y[i])) return;
    if (!(Math.abs(v - y[i]) <= bound * scale)) expect.fail(`${label}: element ${i} is ${v}, expected ${y[i]}`);
  });
}

async function expectSame(a: MaskedAttention, seed: number): Promise<void> {
  const { module, args } = maskedAttention(a, seed);
  const [want] = await run(reference, module, [args]);
  for (const engine of [cpu, wasm]) {
    const [got] = await run(engine, module, [args]);
    got.forEach((g, i) => {
      expectClose(g, want[i], `${engine.name}, ${JSON.stringify(a)}, result ${i}`);
    });
  }
}

describe('what is left out', () => {
  test('a causal mask leaves a little more than half of the work, forward and backward', () => {
    for (const gradient of [false, true]) {
      const a = { ...causal, rows: 256, columns: 256, gradient };
      const share = flopsOf(a) / flopsOf({ ...a, above: undefined });
      expect(share).toBeGreaterThan(0.5);
      expect(share).toBeLessThan(0.7);
    }
  });

  test('a window leaves its width', () => {
    const a = { ...causal, batch: 1, rows: 512, columns: 512, below: -63 };
    expect(flopsOf(a) / flopsOf({ ...a, above: undefined, below: undefined })).toBeLessThan(0.3);
  });

  test('the facts follow a scan: masks from outside, exponentials stacked for the backward pass', () => {
    for (const hoisted of [false, true]) {
      const a = { ...causal, layers: 3, hoisted, gradient: true };
      expect(spansIn(a)).toBe(2);
      expect(flopsOf(a) / flopsOf({ ...a, above: undefined })).toBeLessThan(0.8);
    }
  });

  test('nothing where it is not proved', () => {
    // Another score than −∞ might be the largest.
    expect(spansIn({ ...causal, fill: -1e30 })).toBe(0);
    // Rows that see nothing are NaN.
    expect(spansIn({ ...causal, above: -1 })).toBe(0);
    expect(spansIn({ ...causal, rows: 192, columns: 128, above: undefined, below: 0 })).toBe(0);
    expect(spansIn({ ...causal, above: undefined })).toBe(0);
    // Somebody else wants the scores: they are filled, not left out.
    expect(spansIn({ ...causal, scores: true })).toBe(1);
  });
});

describe('same results as the reference', () => {
  test.each<[string, Partial<MaskedAttention>]>([
    ['causal', { gradient: true }],
    ['a fill that is finite', { gradient: true, fill: -1e30 }],
    ['another reader of the scores', { scores: true }],
    ['what is hidden makes NaN', { entropy: true }],
    ['rows that see nothing', { above: -1 }],
    ['a window in a scan', { below: -20, layers: 2, gradient: true }],
    ['more columns than rows', { rows: 80, columns: 130, above: 50, below: -3, gradient: true }],
    ['bf16', { dtype: 'bf16', gradient: true }],
  ])('%s', async (_, change) => expectSame({ ...causal, ...change }, 7));

  test('random masks and sizes', async () => {
    const offset = (most: number): fc.Arbitrary<number | undefined> =>
      fc.option(fc.oneof(fc.constant(0), fc.integer({ min: -most, max: most })), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.record<MaskedAttention>({
          batch: fc.integer({ min: 1, max: 2 }),
          heads: fc.integer({ min: 3, max: 5 }),
          rows: fc.oneof(fc.constantFrom(96, 128, 130, 144, 192), fc.integer({ min: 1, max: 300 })),
          columns: fc.constantFrom(0, 0, 0, 17, 100, 256),
          headDim: fc.constantFrom(3, 8, 16),
          above: offset(40),
          below: fc.oneof(fc.constant(undefined), offset(80)),
          strict: fc.boolean(),
          fill: fc.constantFrom(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e30, 0),
          dtype: fc.constantFrom('f32', 'f32', 'bf16'),
          layers: fc.constantFrom(0, 0, 2),
          hoisted: fc.boolean(),
          gradient: fc.boolean(),
          scores: fc.constantFrom(false, false, false, true),
          entropy: fc.constantFrom(false, false, false, true),
        }),
        fc.integer({ min: 1, max: 1 << 30 }),
        // No columns: as many as rows.
        async (a, seed) => expectSame({ ...a, columns: a.columns || a.rows }, seed),
      ),
      { numRuns: 12, seed: 11 },
    );
  }, 240_000);
});
