import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { evaluateModule } from '../../src/runtime/index.ts';
import { suiteData } from './data.ts';
import { casesOf } from './files.ts';

/*
 * StableHLO's own test programs, run by the reference engine after parse → print → parse; the checks are inside the programs. The data is not part of the project: without it the tests are skipped.
 */

/** Cases that fail, each with the reason. */
const known: Readonly<Record<string, string>> = {
  'triangular_solve_float32_2_8_8_float32_2_10_8.mlir':
    'ill-conditioned in f32: expected values are those of another order of operations (StableHLO does not run it either)',
};

for (const folder of ['interpret', 'testdata'] as const) {
  const { root, cases, note } = suiteData(`StableHLO ${folder}`);
  const found = root ? casesOf(join(root, 'stablehlo', folder)) : [];
  describe(`StableHLO ${folder}${note}`, () => {
    it.skipIf(!root)('all cases are there', () => expect(found.length).toBe(cases));
    for (const c of found) {
      const expectFailure = c.name in known;
      it(`${c.name}${c.name in known ? ` (${known[c.name]})` : ''}`, () => {
        const run = (): void => {
          const module = parseModule(c.text, registry);
          evaluateModule(parseModule(printModule(module), registry), []);
        };
        if (expectFailure) expect(run).toThrow();
        else run();
      });
    }
  });
}
