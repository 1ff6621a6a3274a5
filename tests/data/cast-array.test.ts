import fc from 'fast-check';
import { expect, it } from 'vitest';
import { castArray, type DType, HostArray } from '../../src/base/index.ts';
import '../seed.ts';

/* Whole arrays are converted as single elements are: to the nearest, ties to even, NaN and infinities kept. */

const floats = ['f64', 'f32', 'f16', 'bf16'] as const;
/** Bit patterns of float32, those halfway between two of bfloat16 among them. */
const patterns = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.integer({ min: 0, max: 0xffff }).map((x) => x * 0x10000 + 0x8000),
  fc.constantFrom(0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f7fffff, 1),
);

it.each(floats.flatMap((from) => floats.map((to) => [from, to] as const)))('%s to %s', (from: DType, to: DType) => {
  fc.assert(
    fc.property(fc.array(patterns, { minLength: 1, maxLength: 20 }), (bits) => {
      const values = Array.from(new Float32Array(Uint32Array.from(bits).buffer));
      const array = HostArray.from(from, [values.length], values);
      const got = castArray(array, to);
      const want = HostArray.from(
        to,
        [values.length],
        Array.from({ length: values.length }, (_, i) => array.number(i)),
      );
      expect([got.dtype, got.shape]).toEqual([to, [values.length]]);
      expect(got.toNumbers()).toEqual(want.toNumbers());
    }),
    { numRuns: 100 },
  );
});
