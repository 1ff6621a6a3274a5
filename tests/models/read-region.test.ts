import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HostArray, numElements, rowMajorStrides } from '../../src/base/index.ts';
import type { Box, TensorStore } from '../../src/data/index.ts';
import { readRegion } from '../../src/models/folder/read-region.ts';
import { type NameRule, pieceShape } from '../../src/models/index.ts';
import '../seed.ts';

/* Any part of any weight, however it lies in its file, is that part of the whole. */

/** One tensor of a file that counts its elements. */
function storeOf(name: string, shape: readonly number[]): TensorStore {
  const strides = rowMajorStrides(shape);
  const read = (_: string, box: Box = { start: shape.map(() => 0), shape }): HostArray =>
    HostArray.from(
      'i32',
      box.shape,
      Array.from({ length: numElements(box.shape) }, (_, i) => {
        const own = rowMajorStrides(box.shape);
        return box.shape.reduce((at, n, d) => at + (box.start[d] + (Math.floor(i / own[d]) % n)) * strides[d], 0);
      }),
    );
  return { tensors: new Map([[name, { dtype: 'i32', shape }]]), metadata: {}, read, close: () => undefined };
}

const withReadInto = (store: TensorStore): TensorStore => ({
  ...store,
  readInto: (name, box, target) => target.set(store.read(name, box).bytes),
});

const rules = fc
  .record({
    // Two dimensions of a file, each made of some of the view.
    rows: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    columns: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    takes: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ rows, columns, takes, seed }): NameRule => {
    const view = [...rows, ...columns];
    const order = view.map((_, d) => d).sort((a, b) => ((a * 7919 + seed) % 13) - ((b * 7919 + seed) % 13));
    const dim = seed % view.length;
    const from = seed % view[dim];
    const fileShape = [rows, columns].map((part) => part.reduce((a, b) => a * b, 1));
    return { path: 'w', names: ['w'], fileShape, view, order, ...(takes ? { take: { dim, from, to: from + 1 } } : {}) };
  });

it('a region of a weight is that part of the weight', () => {
  fc.assert(
    fc.property(rules, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 6, maxLength: 6 }), (r, cuts) => {
      const store = storeOf('w', r.fileShape);
      const shape = pieceShape(r);
      const whole = readRegion(store, r, shape, { start: shape.map(() => 0), shape });
      // The whole is what the rule says: every element from its place in the file.
      const fileStrides = rowMajorStrides(r.view!);
      const strides = rowMajorStrides(shape);
      const index = (i: number, d: number): number => Math.floor(i / strides[d]) % shape[d];
      for (let i = 0; i < whole.size; i++) {
        const want = r.order!.reduce(
          (at, v, d) => at + ((r.take?.dim === v ? r.take.from : 0) + index(i, d)) * fileStrides[v],
          0,
        );
        expect(whole.get(i)).toBe(want);
      }
      const start = shape.map((n, d) => cuts[d][0] % n);
      const size = shape.map((n, d) => 1 + (cuts[d][1] % (n - start[d])));
      const part = readRegion(store, r, shape, { start, shape: size });
      expect(part.shape).toEqual(size);
      // The same in memory that is given, whether the store can read there or not.
      for (const s of [store, withReadInto(store)]) {
        const target = new Uint8Array(part.bytes.length).fill(255);
        readRegion(s, r, shape, { start, shape: size }, target);
        expect(target).toEqual(part.bytes);
      }
      const own = rowMajorStrides(size);
      for (let i = 0; i < part.size; i++) {
        const at = size.reduce((sum, n, d) => sum + (start[d] + (Math.floor(i / own[d]) % n)) * strides[d], 0);
        expect(part.get(i)).toBe(whole.get(at));
      }
    }),
    { numRuns: 400 },
  );
});
