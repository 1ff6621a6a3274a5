import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { evaluateModule } from '../../src/runtime/index.ts';
import { casesOf } from '../conformance/files.ts';

/* Programs with checks inside, in the form of StableHLO's own tests, for ops that only imported programs contain. */
describe('programs with checks', () => {
  for (const { name, text } of casesOf(join(dirname(fileURLToPath(import.meta.url)), 'programs')))
    it(name, () => {
      const module = parseModule(text, registry);
      const printed = printModule(module);
      const again = parseModule(printed, registry);
      expect(printModule(again)).toBe(printed);
      evaluateModule(again, []);
    });
});
