import fc from 'fast-check';
import { expect, test } from 'vitest';
import { downsampled, smoothed } from '../../src/dashboard/series.ts';

const curves = fc
  .array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN)), { maxLength: 300 })
  .map((y) => ({ x: Float64Array.from(y, (_, i) => 2 * i), y: Float64Array.from(y) }));

test('of any curve few points keep the lowest and the highest, the first and the last, in their order', () => {
  fc.assert(
    fc.property(curves, fc.integer({ min: 4, max: 80 }), (curve, points) => {
      const few = downsampled(curve, { points });
      const own = [...curve.y].filter((y) => !Number.isNaN(y));
      expect(few.x.length).toBe(few.y.length);
      expect(few.x.length).toBeLessThanOrEqual(Math.min(own.length, Math.max(points, 4)));
      expect([...few.x]).toEqual([...new Set(few.x)].sort((a, b) => a - b));
      few.x.forEach((x, i) => void expect(few.y[i]).toBe(curve.y[x / 2]));
      if (own.length === 0) return;
      expect(Math.min(...few.y)).toBe(Math.min(...own));
      expect(Math.max(...few.y)).toBe(Math.max(...own));
      expect([few.y[0], few.y.at(-1)]).toEqual([own[0], own.at(-1)]);
    }),
  );
});

test('a window has its points and one beside it on either side', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 98 }), fc.integer({ min: 0, max: 98 }), (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const x = Float64Array.from({ length: 50 }, (_, i) => 2 * i);
      const seen = downsampled({ x, y: x }, { from, to, points: 1000 });
      const want = [...x].filter((v) => v >= from && v <= to);
      const before = [...x].filter((v) => v < from).slice(-1);
      const behind = [...x].filter((v) => v > to).slice(0, 1);
      expect([...seen.x]).toEqual([...before, ...want, ...behind]);
    }),
  );
});

test('smoothing is the mean weighted by powers of the factor, and leaves gaps', () => {
  fc.assert(
    fc.property(curves, fc.double({ min: 0.01, max: 0.99, noNaN: true }), ({ y }, factor) => {
      const out = smoothed(y, factor);
      const i = y.length - 1;
      if (i < 0) return;
      if (Number.isNaN(y[i])) {
        expect(out[i]).toBeNaN();
        return;
      }
      let [sum, weight] = [0, 0];
      y.forEach((v, j) => {
        if (Number.isNaN(v)) return;
        sum += v * factor ** (i - j);
        weight += factor ** (i - j);
      });
      expect(Math.abs(out[i] - sum / weight)).toBeLessThan(1e-6);
    }),
  );
});
