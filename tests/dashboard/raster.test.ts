import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rasterize, transpose } from '../../web/src/raster.ts';
import { scaleOf, shortNumber, ticksOf } from '../../web/src/scale.ts';

const [width, height] = [24, 16];

test('a curve that is drawn has its color in every column that it crosses, between the heights of its ends there, and nowhere else', () => {
  const points = fc.uniqueArray(fc.integer({ min: -20, max: 60 }), { minLength: 2, maxLength: 30 });
  const heights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(points, heights, (xs, ys) => {
      const x = Float64Array.from(xs).sort();
      const y = Float64Array.from(x, (_, i) => ys[i]);
      const columns = new Uint32Array(width * height);
      const xScale = scaleOf(0, width, width, false);
      rasterize(columns, width, height, { x, y }, xScale, scaleOf(0, 1, height - 1, false), 7);
      const rows = new Uint32Array(width * height);
      transpose(columns, rows, height);
      const rowOf = (v: number): number => height - 1 - Math.round(v * (height - 1));
      for (let column = 0; column < width; column++) {
        const inked = Array.from({ length: height }, (_, row) => row).filter((row) => rows[row * width + column] === 7);
        // Points lie at whole columns: what a column spans lies between its own point and that before it.
        const next = x.findIndex((v) => v >= column);
        const isCrossed = next >= 0 && (x[next] === column || next > 0);
        expect(inked.length > 0).toBe(isCrossed);
        if (!isCrossed) continue;
        const ends = [next, Math.max(0, next - 1)].map((i) => rowOf(y[i]));
        expect(inked[0]).toBeGreaterThanOrEqual(Math.min(...ends));
        expect(inked.at(-1)).toBeLessThanOrEqual(Math.max(...ends));
        expect(inked.at(-1)! - inked[0]).toBe(inked.length - 1);
        if (x[next] === column) expect(inked).toContain(rowOf(y[next]));
      }
    }),
  );
});

test('ticks are round, ascend, and lie between the ends; numbers are short', () => {
  const end = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(end, end, fc.boolean(), (a, b, isLog) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b) * 1.001];
      const ticks = ticksOf({ low, high, isLog }, 6);
      expect(ticks.length).toBeLessThan(20);
      ticks.forEach((t, i) => {
        expect(t).toBeGreaterThanOrEqual(low * (1 - 1e-9));
        expect(t).toBeLessThanOrEqual(high * (1 + 1e-9));
        if (i > 0) expect(t).toBeGreaterThan(ticks[i - 1]);
        expect(shortNumber(t).length).toBeLessThan(9);
      });
    }),
  );
  expect([0, 1234.5, -2e6, 0.25, 3.1e-5, 999.99].map((x) => shortNumber(x))).toEqual([
    '0',
    '1.234k',
    '-2M',
    '0.25',
    '3.1e-5',
    '1000',
  ]);
});
