import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { passes } from '../src/cli/commands/opt.ts';
import { goldenCases, runGolden } from './golden.ts';

const cases = goldenCases(resolve(import.meta.dirname, '../src'));

describe('golden cases of passes', () => {
  it('exist for every pass of the transform room', () => {
    const covered = new Set(cases.map((c) => c.pass));
    expect(['inline', 'decompose', 'simplify', 'cse', 'dce'].filter((p) => !covered.has(p))).toEqual([]);
  });
  it.each(cases.map((c) => [`${c.file}: ${c.sentence}`, c] as const))('%s', (_name, c) => {
    const r = runGolden(c, passes);
    expect(r.actual).toBe(r.expected);
    if (r.difference !== undefined) expect(r.difference).toBeLessThan(1e-5);
  });
});
