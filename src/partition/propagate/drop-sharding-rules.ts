/*
 * drop-sharding-rules: removes the sharding rules that `populate-sharding-rules` wrote; those that a user wrote stay.
 *
 * Before: any program. After: every `sdy.sharding_rule` left is custom.
 *
 *   sine %0 {sdy.sharding_rule = #sdy.op_sharding_rule<([i])->([i]) {i=8}>}   =>   sine %0
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { Program } from '../program.ts';
import { rewriteModule } from '../rewrite.ts';
import { RULE_ATTRIBUTE, ruleOf } from './rules.ts';

export function dropShardingRules(module: Module, { registry }: PassContext): Module {
  const program = Program.of(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    const { [RULE_ATTRIBUTE]: given, ...rest } = op.discardable;
    const isOwn = given !== undefined && ruleOf(op, { program })?.isCustom !== true;
    rewriter.copy(op, isOwn ? { discardable: rest } : {});
  });
}

export const dropShardingRulesPass: Pass = {
  name: 'drop-sharding-rules',
  doc: 'Remove shown sharding rules.',
  run: dropShardingRules,
};
