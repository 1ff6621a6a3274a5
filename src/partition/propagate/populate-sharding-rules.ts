/*
 * populate-sharding-rules: writes every op's sharding rule into its attributes, to be seen.
 * drop-sharding-rules: removes those that no user wrote.
 */
import type { Module } from '../../ir/index.ts';
import type { PassContext } from '../../transform/index.ts';
import { EDGE, FUNC_EDGE, Program } from '../program.ts';
import { rewriteModule } from '../rewrite.ts';
import { RULE_ATTRIBUTE, ruleAttr, ruleOf } from './rules.ts';

export function populateShardingRules(
  module: Module,
  { registry }: PassContext,
  { conservative = false }: { readonly conservative?: boolean } = {},
): Module {
  const program = Program.of(module);
  return rewriteModule(module, registry, (op, scope) => {
    const isEdge = op.name === EDGE || op.name === FUNC_EDGE;
    const rule = isEdge || op.results.length === 0 ? undefined : ruleOf(op, { conservative, program });
    scope.copy(op, rule ? { discardable: { ...op.discardable, [RULE_ATTRIBUTE]: ruleAttr(rule) } } : {});
  });
}

export function dropShardingRules(module: Module, { registry }: PassContext): Module {
  const program = Program.of(module);
  return rewriteModule(module, registry, (op, scope) => {
    const { [RULE_ATTRIBUTE]: given, ...rest } = op.discardable;
    const isOwn = given !== undefined && ruleOf(op, { program })?.isCustom !== true;
    scope.copy(op, isOwn ? { discardable: rest } : {});
  });
}
