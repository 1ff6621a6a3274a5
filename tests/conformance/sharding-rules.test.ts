import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModule, ruleText, walk } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { ruleOf, Shardings } from '../../src/partition/index.ts';
import { conformanceRoot } from './files.ts';

/*
 * Shardy's expected sharding rules (op_sharding_rule_registry.mlir), one function per case.
 */

const root = conformanceRoot();
const text = root ? readFileSync(join(root, 'shardy/rules/op_sharding_rule_registry.mlir'), 'utf8') : '';
const cases = text.split(/(?=^func\.func )/m).filter((t) => t.startsWith('func.func'));

describe.skipIf(!root)('sharding rules', () => {
  it.skipIf(root)('the conformance data is not here', () => {});
  for (const source of cases) {
    const name = /@(\w+)/.exec(source)![1];
    const expected = [...source.matchAll(/CHECK:.*#sdy\.op_sharding_rule<(.*?)>(?:\}|$| )/gm)].map((m) => m[1]);
    if (expected.length === 0) continue;
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
