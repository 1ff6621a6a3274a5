/*
 * populate-sharding-rules: writes every op's sharding rule into its attributes, to be seen.
 *
 * Before: any program. After: every op that takes part in propagation carries its `sdy.sharding_rule`; one that a user wrote is kept.
 *
 *   sine %0   =>   sine %0 {sdy.sharding_rule = #sdy.op_sharding_rule<([i])->([i]) {i=8}>}
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { EDGE, FUNC_EDGE, Program } from '../program.ts';
import { rewriteModule } from '../rewrite.ts';
import { RULE_ATTRIBUTE, ruleAttr, ruleOf } from './rules.ts';

export function populateShardingRules(
  module: Module,
  { registry }: PassContext,
  { conservative = false }: { readonly conservative?: boolean } = {},
): Module {
  const program = Program.of(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    const isEdge = op.name === EDGE || op.name === FUNC_EDGE;
    const rule = isEdge || op.results.length === 0 ? undefined : ruleOf(op, { conservative, program });
    rewriter.copy(op, rule ? { discardable: { ...op.discardable, [RULE_ATTRIBUTE]: ruleAttr(rule) } } : {});
  });
}

export const populateShardingRulesPass: Pass = {
  name: 'populate-sharding-rules',
  doc: 'Show the sharding rules of all ops.',
  run: (module, ctx) => populateShardingRules(module, ctx),
};
