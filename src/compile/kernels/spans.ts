import { type Affine, COUNT_UNIT, type RuntimeIndex } from './affine.ts';
import type { Span } from './kernel-ir.ts';

/** What symbols stand for. */
export type Counts = ReadonlyMap<RuntimeIndex, number>;

/** The numbers of a span in one round, as the emitters compute them. */
export function countsIn(s: Span, round: number): Counts {
  const value = (a: Affine): number => [...a.terms.values()].reduce((n, c) => n + c * round, a.constant);
  const clamped = (x: number): number => Math.min(Math.max(x, 0), s.size);
  const first = Math.floor(clamped(value(s.from)) / COUNT_UNIT) * COUNT_UNIT;
  const end = clamped(Math.ceil(clamped(value(s.to)) / COUNT_UNIT) * COUNT_UNIT);
  return new Map([
    [s.first, first],
    [s.end, end],
    [s.count, end - first],
    [s.rest, s.size - end],
  ]);
}

/** The part of a dimension that rounds 0 … last look at, on average. */
export function shareOf(s: Span, last: number): number {
  let sum = 0;
  for (let round = 0; round <= last; round++) sum += countsIn(s, round).get(s.count)!;
  return sum / (s.size * (last + 1));
}
