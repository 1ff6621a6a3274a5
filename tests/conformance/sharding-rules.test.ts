import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModule, ruleText, walk } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { ruleOf, Shardings } from '../../src/partition/index.ts';
import { suiteData } from './data.ts';

/*
 * Shardy's expected sharding rules (op_sharding_rule_registry.mlir), one function per case.
 */

const { root, cases: expectedCases, note } = suiteData('Shardy sharding rules');
const text = root ? readFileSync(join(root, 'shardy/rules/op_sharding_rule_registry.mlir'), 'utf8') : '';
const cases = text
  .split(/(?=^func\.func )/m)
  .filter((t) => t.startsWith('func.func'))
  .map((source) => ({
    source,
    name: /@(\w+)/.exec(source)![1],
    expected: [...source.matchAll(/CHECK:.*#sdy\.op_sharding_rule<(.*?)>(?:\}|$| )/gm)].map((m) => m[1]),
  }))
  .filter(({ expected }) => expected.length > 0);

describe(`sharding rules${note}`, () => {
  it.skipIf(!root)('all cases are there', () => expect(cases.length).toBe(expectedCases));
  for (const { source, name, expected } of cases) {
    it(name, () => {
      const body = source.split(/^\/\/ CHECK-LABEL/m)[0];
      const module = parseModule(body, registry);
      const found: string[] = [];
      const program = new Shardings(module).program;
      walk(module.funcs[0].body, (op) => {
        const rule = ruleOf(op, { program });
        if (rule) found.push(ruleText(rule));
      });
      for (const rule of expected) expect(found).toContain(rule);
    });
  }
});
