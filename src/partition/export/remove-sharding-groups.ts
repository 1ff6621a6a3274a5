/*
 * remove-sharding-groups: drops sharding groups, which propagation has obeyed.
 *
 * Before: propagation is done. After: no `sdy.sharding_group`.
 *
 *   sdy.sharding_group %a group_id=0   =>   (nothing)
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { GROUP } from '../propagate/sharding-groups.ts';
import { rewriteModule } from '../rewrite.ts';

export function removeShardingGroups(module: Module, { registry }: PassContext): Module {
  return rewriteModule(module, registry, (op, rewriter) => {
    if (op.name !== GROUP) rewriter.copy(op);
  });
}

export const removeShardingGroupsPass: Pass = {
  name: 'remove-sharding-groups',
  doc: 'Drop sharding groups.',
  run: removeShardingGroups,
};
