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

/** Cases that fail, each with the reason. */
const known: Readonly<Record<string, string>> = {
  'constant.mlir#8': 'a constant of a quantized type',
  'constant.mlir#9': 'a constant of a quantized type',
  'infeed.mlir': 'infeed is not supported',
  'outfeed.mlir': 'outfeed is not supported',
  'send_recv.mlir': 'send and recv are not supported',
};
/** Expected values that carry the rounding of f32 arithmetic; ours are computed in double and rounded once. */
const inexact = [
  'cosh_float32_20_20_chlo.mlir',
  'sinh_float32_20_20_chlo.mlir',
  'dot_general_bfloat16_4_3_complex64_3_6.mlir',
  'dot_general_float32_4_3_complex64_3_6.mlir',
  'dot_general_int8_4_3_float32_3_6.mlir',
  'dot_general_uint16_4_3_complex64_3_6.mlir',
  'dot_general_uint8_4_3_complex64_3_6.mlir',
  'triangular_solve_float32_2_8_8_float32_2_10_8.mlir',
];

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
      const expectFailure = c.name in known || inexact.includes(c.name);
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
