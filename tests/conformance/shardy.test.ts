import { describe, expect, test } from 'vitest';
import { suiteData } from './data.ts';
import { runShardySuite, shardySuites } from './shardy-suites.ts';

describe('Shardy conformance', () => {
  for (const suite of shardySuites) {
    const { root, cases, note } = suiteData(`Shardy ${suite}`);
    test.skipIf(!root)(
      `${suite}${note}`,
      () => {
        const report = runShardySuite(suite);
        expect(report?.total).toBe(cases);
        expect(report?.failures).toEqual([]);
      },
      120_000,
    );
  }
});
