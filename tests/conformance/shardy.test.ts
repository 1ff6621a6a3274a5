import { describe, expect, test } from 'vitest';
import { conformanceRoot } from './files.ts';
import { runShardySuite, shardySuites } from './shardy-suites.ts';

describe.skipIf(conformanceRoot() === undefined)(
  'Shardy conformance (skipped where ../shared/conformance is absent)',
  () => {
    test.each(shardySuites)(
      '%s',
      (suite) => {
        const report = runShardySuite(suite);
        expect(report?.total).toBeGreaterThan(0);
        expect(report?.failures).toEqual([]);
      },
      120_000,
    );
  },
);
