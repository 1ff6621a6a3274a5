import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { evaluateModule } from '../../src/runtime/index.ts';
import { casesOf, conformanceRoot } from './files.ts';

/*
 * StableHLO's own test programs, run by the reference engine after parse → print → parse; the checks are inside the programs. The data is not part of the project: without it the tests are skipped.
 */

/** Cases that fail, each with the reason. */
const known: Readonly<Record<string, string>> = {
  'triangular_solve_float32_2_8_8_float32_2_10_8.mlir':
    'ill-conditioned in f32: expected values are those of another order of operations (StableHLO does not run it either)',
};

const root = conformanceRoot();

for (const folder of ['interpret', 'testdata']) {
  const at = root && join(root, 'stablehlo', folder);
  const present = at !== undefined && existsSync(at);
  describe.skipIf(!present)(`StableHLO ${folder}`, () => {
    if (!present) {
      it('needs the conformance data', (ctx) => ctx.skip('shared/conformance does not lie beside this project'));
      return;
    }
    for (const c of casesOf(at)) {
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
