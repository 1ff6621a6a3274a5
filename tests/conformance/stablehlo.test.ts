import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { evaluateModule } from '../../src/runtime/index.ts';
import { casesOf, conformanceRoot } from './files.ts';

/*
 * StableHLO's own test programs, run by the reference engine: every file is parsed, printed, parsed again and run; the
 * checks are inside the programs. The data is not part of the project: without it the tests are skipped.
 */

/** Cases that fail, each with the reason; they must fail, so that a fix shows up. */
const known: Readonly<Record<string, string>> = {
  'triangular_solve_float32_2_8_8_float32_2_10_8.mlir':
    'the expected value rounds in another order, 7 units in the last place away',
};

const root = conformanceRoot();

for (const folder of ['interpret', 'testdata']) {
  const at = root && join(root, 'stablehlo', folder);
  const present = at !== undefined && existsSync(at);
  describe.skipIf(!present)(`StableHLO ${folder}`, () => {
    if (!present) {
      it.skip('the conformance data is not here', () => {});
      return;
    }
    for (const c of casesOf(at)) {
      const expectFailure = c.name in known;
      it(`${c.name}${c.name in known ? ` (${known[c.name]})` : ''}`, () => {
        const run = (): void => {
          const module = parseModule(c.text, registry);
          const text = printModule(module);
          const again = parseModule(text, registry);
          expect(printModule(again)).toBe(text);
          evaluateModule(again, []);
        };
        if (expectFailure) expect(run).toThrow();
        else run();
      });
    }
  });
}
