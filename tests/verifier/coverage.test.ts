import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tableText } from '../../scripts/verifier-table.ts';
import { registry } from '../../src/ops/index.ts';
import { allCases } from './cases.ts';
import { labelsOf, reasonsOf, specConstraints } from './spec-constraints.ts';

const defined = Object.keys(specConstraints).filter((op) => registry.find(`stablehlo.${op}`) !== undefined);

describe('labelled constraints', () => {
  for (const op of defined.filter((o) => labelsOf(o).length > 0)) {
    it(`${op}: every implemented label has a negative test`, () => {
      const tested = new Set(Object.keys(allCases[op] ?? {}).map((title) => title.split(' ')[0]));
      const reasons = reasonsOf(op);
      const missing = labelsOf(op).filter((l) => !tested.has(l) && !reasons.has(l));
      const contradictory = labelsOf(op).filter((l) => tested.has(l) && reasons.has(l));
      expect(missing).toEqual([]);
      expect(contradictory).toEqual([]);
    });
  }

  it('cases name only labels that the specification has', () => {
    for (const [op, cases] of Object.entries(allCases))
      for (const title of Object.keys(cases))
        if (title !== 'ok') expect(labelsOf(op), `${op} ${title}`).toContain(title.split(' ')[0]);
  });

  it('docs/verifier.md is up to date (npm run verifier-table)', () => {
    expect(readFileSync(new URL('../../docs/verifier.md', import.meta.url), 'utf8')).toBe(tableText());
  });
});
