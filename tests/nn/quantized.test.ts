import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad, jit, np, random, setDefaultEngine, shapeDtypeStruct, type Tensor } from '../../src/api/index.ts';
import { HostArray, numElements, type Shape } from '../../src/base/index.ts';
import { compileToC } from '../../src/compile/index.ts';
import {
  abstractTensors,
  type DeclaredMatrix,
  dequantized,
  groupFor,
  matQuantizeArray,
  matrix,
  project,
  type QuantizedWeight,
  quantizeArray,
  quantizedDeclaration,
  quantizeOptions,
  rowsOf,
  withActivations,
} from '../../src/nn/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { steps } from '../cpu/product-programs.ts';

/* Weights in few bits: how they are rounded, what they stand for, and that products read them where they lie. */

setDefaultEngine(createEngine('reference'));
const normal = (seed: number, shape: Shape): Tensor => random.normal(random.key(seed), shape);
async function largestDifference(a: Tensor, b: Tensor): Promise<number> {
  expect(a.shape).toEqual(b.shape);
  return Number(await np.max(np.abs(np.subtract(a, b))).item());
}
async function quantize(w: Tensor, bits: 8 | 4, group: number): Promise<QuantizedWeight> {
  const { codes, scales } = quantizeArray(await np.astype(w, 'f32').toHost(), bits, group);
  return { codes: np.array(codes), scales: np.array(scales) };
}

/** What codes and scales stand for, element by element. */
function valuesOf(codes: HostArray, scales: HostArray, group: number): number[] {
  const signed = (nibble: number): number => (nibble >= 8 ? nibble - 16 : nibble);
  const integers = codes.toNumbers().flatMap((c) => (codes.dtype === 'i8' ? [c] : [signed(c & 15), signed(c >> 4)]));
  return integers.map((c, i) => Math.fround(c * scales.number(Math.floor(i / group))));
}

test('rounding: half a step at most, but for the end of the 4-bit range; again it changes nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<8 | 4>(8, 4),
      fc.constantFrom(8, 12, 32),
      fc.constantFrom(1e-30, 1, 1e20),
      fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 }),
      (bits, group, size, values) => {
        const numGroups = Math.floor(64 / group);
        const w = HostArray.from(
          'f32',
          [numGroups * group],
          values.slice(0, numGroups * group).map((v) => v * size),
        );
        const { codes, scales } = quantizeArray(w, bits, group);
        expect([codes.size, scales.size]).toEqual([(w.size * bits) / 8, numGroups]);
        const y = valuesOf(codes, scales, group);
        w.toNumbers().forEach((v, i) => {
          const step = Math.abs(scales.number(Math.floor(i / group)));
          // Sixteen codes reach from −8 to 7: up to a step is cut off on one side.
          expect(Math.abs(v - y[i])).toBeLessThanOrEqual(step * (bits === 4 ? 1.0001 : 0.5001));
        });
        const again = quantizeArray(HostArray.from('f32', w.shape, y), bits, group);
        expect(again.codes.toNumbers()).toEqual(codes.toNumbers());
      },
    ),
  );
});

test('zeros stay zeros, also beside what is smaller than any scale', () => {
  for (const bits of [8, 4] as const) {
    const { codes, scales } = quantizeArray(HostArray.from('f32', [1, 16], [1e-45, ...Array(15).fill(0)]), bits, 8);
    expect(codes.toNumbers().every((c) => c === 0)).toBe(true);
    expect(scales.toNumbers().every((x) => Number.isFinite(x) && x !== 0)).toBe(true);
  }
});

test('groups divide what a device holds, and are left out where they would be silly', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom(1, 2, 4),
      fc.constantFrom<8 | 4>(8, 4),
      fc.constantFrom(32, 64, 128),
      (part, cuts, bits, asked) => {
        const group = groupFor(part * cuts, cuts, { bits, group: asked });
        const fits = (g: number): boolean => g >= 8 && part % g === 0 && (bits === 8 || g % 2 === 0);
        const best = Array.from({ length: asked }, (_, i) => asked - i).find(fits);
        expect(group).toBe(best);
      },
    ),
  );
  expect(groupFor(7, 1, { bits: 8 })).toBe(7);
});

describe('products read codes where they lie', () => {
  const cases: [string, DeclaredMatrix, Shape][] = [
    ['queries', matrix({ kv: 2, q: 3, d: 64, embed: 96 }, ['kv', 'q', 'd'], ['embed']), [2, 4, 96]],
    ['out of grouped heads', matrix({ kv: 2, q: 3, d: 64, embed: 96 }, ['embed'], ['kv', 'q', 'd']), [2, 4, 2, 3, 64]],
    ['out of heads', matrix({ h: 2, d: 64, embed: 96 }, ['embed'], ['h', 'd']), [2, 4, 2, 64]],
    ['one output', matrix({ one: 1, embed: 96 }, ['one'], ['embed']), [1, 1, 96]],
  ];
  const forms = [
    { bits: 8, group: undefined },
    { bits: 8, group: 32 },
    { bits: 4, group: 32 },
    { bits: 4, group: 128 },
  ] as const;
  test.each(cases)('%s', (_, m, x) => {
    for (const form of forms)
      for (const dtype of ['f32', 'bf16'] as const) {
        const w = abstractTensors(quantizedDeclaration(m, form.bits, groupFor(m.shape[m.shape.length - 1], 1, form)!));
        const lowered = jit((t: Tensor, q: QuantizedWeight) => project(t, q, m.numInputDims)).lower(
          shapeDtypeStruct(x, dtype),
          w,
        );
        const module = lowered.stages.get('optimized')!;
        expect(steps(module), JSON.stringify({ form, dtype })).toEqual(['gemm']);
        expect(compileToC(module, { registry, numDevices: 1, vectorLanes: 16 }).arenaBytes).toBe(0);
        // With activations of 8 bits there is one product, too, of integers on both sides.
        const rounded = jit((t: Tensor, q: QuantizedWeight) => project(t, withActivations(q, 'i8'), m.numInputDims));
        if (form.group === 32) {
          const kinds = steps(rounded.lower(shapeDtypeStruct(x, dtype), w).stages.get('optimized')!);
          expect(kinds.filter((k) => k !== 'loops')).toEqual(['gemm']);
        }
      }
  });
});

test('a product is that of what the codes stand for, with offsets, adapters and derivatives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        bits: fc.constantFrom<8 | 4>(8, 4),
        group: fc.constantFrom(8, 16),
        inputs: fc.constantFrom([32], [3, 16], [2, 2, 16]),
        outputs: fc.constantFrom([6], [2, 5]),
        offsets: fc.boolean(),
        adapted: fc.boolean(),
      }),
      async ({ bits, group, inputs, outputs, offsets, adapted }) => {
        const n = inputs.length;
        const plain = await quantize(normal(1, [...outputs, ...inputs]), bits, group);
        const q: QuantizedWeight = offsets ? { ...plain, offsets: normal(2, plain.scales.shape) } : plain;
        const update = {
          a: normal(3, [2, ...inputs]),
          b: normal(4, [...outputs, 2]),
          scale: np.full([], 0.5, 'f32'),
        };
        const of = (base: Tensor | QuantizedWeight) => (adapted ? { base, adapters: [update] } : base);
        const x = normal(5, [2, 3, ...inputs]);
        const size = Math.sqrt(numElements(inputs));
        expect(await largestDifference(project(x, of(q), n), project(x, of(dequantized(q)), n))).toBeLessThan(
          1e-5 * size,
        );
        const slope = (w: Tensor | QuantizedWeight): Tensor =>
          grad((t: Tensor) => np.sum(np.square(project(t, of(w), n))))(x);
        expect(await largestDifference(slope(q), slope(dequantized(q)))).toBeLessThan(1e-3 * size);
      },
    ),
    { numRuns: 8 },
  );
});

test('activations of 8 bits change a product by their rounding', async () => {
  const x = normal(1, [2, 3, 96]);
  const q = await quantize(normal(2, [40, 96]), 8, 32);
  const difference = np.subtract(project(x, withActivations(q, 'i8')), project(x, q));
  const spread = Number(await np.std(difference).item()) / Number(await np.std(project(x, q)).item());
  expect(spread).toBeGreaterThan(1e-4);
  // A step of 2 · largest / 254 makes 0.3 steps of error: for the largest of 32 normal numbers that is 0.5 %.
  expect(spread).toBeLessThan(0.01);
});

test('rows of a table, and what does not fit', async () => {
  const q = await quantize(normal(1, [10, 32]), 4, 16);
  const rows = rowsOf(q, np.array([[3, 7]], 'i32'));
  expect(await largestDifference(rows, np.take(dequantized(q), np.array([[3, 7]], 'i32'), 0))).toBe(0);
  expect(() => dequantized({ ...q, scales: np.ones([10, 3]) })).toThrow(/scales.*divisor of 32/);
  expect(() => dequantized({ ...q, codes: np.ones([10, 16]) })).toThrow(/i8, or u8/);
  expect(() => quantizeOptions({ bits: 4 })).toThrow(/groups of 32, 64 or 128/);
  expect(() => quantizeOptions({ bits: 8, group: 7 })).toThrow(/groups of 7/);
});

test('what no scale can hold is refused, wherever it is in a group', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (let at = 0; at < 8; at++) {
      const x = HostArray.from(
        'f32',
        [8],
        Array.from({ length: 8 }, (_, i) => (i === at ? bad : i - 3)),
      );
      for (const bits of [8, 4] as const) expect(() => quantizeArray(x, bits, 8)).toThrow(/no finite/);
      expect(() => matQuantizeArray(x, { bits: 2 })).toThrow(/no finite/);
    }
  expect(() => quantizeOptions('q5' as 'q4')).toThrow(/cannot be kept/);
  expect(() => quantizeOptions('' as 'q4')).toThrow(/cannot be kept/);
});
