import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runExecuteFile } from './execute-suite.ts';
import { conformanceRoot } from './files.ts';
import { runTextFile } from './text-suites.ts';

/** Cases that are known to differ, and why. */
const knownFailures: Readonly<Record<string, string>> = {
  'func @custom_call_x64_combine_used_by_rng_bit_generator': 'a rule cannot see the users of its op',
  add_extra_sharding_constraint_for_incompatible_shardings_in_sharding_group: 'constraints stand in another order',
};

const root = conformanceRoot();
const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : path.endsWith('.mlir') ? [path] : [];
  });

describe.skipIf(root === undefined)('Shardy conformance (skipped where ../shared/conformance is absent)', () => {
  const folder = join(root ?? '.', 'shardy');
  test.each(root ? ['rules', 'propagate', 'pipeline', 'reshard', 'execute'] : [])(
    '%s',
    (suite) => {
      for (const file of filesUnder(join(folder, suite))) {
        const results = suite === 'execute' ? runExecuteFile(file) : runTextFile(file);
        for (const { name, error } of results)
          if (error !== undefined) expect(Object.keys(knownFailures), `${name} in ${file}: ${error}`).toContain(name);
      }
    },
    120_000,
  );
});
