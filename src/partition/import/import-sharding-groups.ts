/*
 * import-sharding-groups: checks that the members of a sharding group can be sharded alike, joins groups that share a value, and
 * numbers them.
 *
 * Before: any program. After: group ids count from 0 in the order of their first members; a value is in one group, once.
 * Throws `partition/sharding-group` when members differ in shape or lie on different sides of a manual computation.
 *
 *   group %a 7 ; group %b 7 ; group %b 9 ; group %c 9   =>   group %a 0 ; group %b 0 ; group %c 0
 */
import { EspalierError } from '../../base/index.ts';
import type { Module, Op, Value } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { MANUAL, type Program } from '../program.ts';
import { GROUP, membersOf } from '../propagate/sharding-groups.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

export function importShardingGroups(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  checkGroups(program);
  const groups = membersOf(shardings);
  const seen = new Set<Value>();
  return rewriteModule(module, registry, (op, rewriter) => {
    if (op.name !== GROUP) {
      rewriter.copy(op);
      return;
    }
    const holder = program.shardable(op.operands[0]);
    if (holder && seen.has(holder)) return;
    if (holder) seen.add(holder);
    const groupId = groups.findIndex((members) => holder && members.includes(holder));
    rewriter.copy(op, groupId < 0 ? {} : { attributes: { ...op.attributes, groupId } });
  });
}

export const importShardingGroupsPass: Pass = {
  name: 'import-sharding-groups',
  doc: 'Join sharding groups that share a value.',
  run: importShardingGroups,
};

function checkGroups(program: Program): void {
  const firsts = new Map<number, Op>();
  for (const op of program.ops) {
    if (op.name !== GROUP) continue;
    const { groupId } = op.attributes as { groupId: number };
    const first = firsts.get(groupId) ?? op;
    firsts.set(groupId, first);
    const [a, b] = [first, op].map((o) => `${o.operands[0].shape}`);
    if (a !== b)
      throw new EspalierError('partition/sharding-group', `members of sharding group ${groupId} differ in shape`, {
        expected: `[${a}]`,
        given: `[${b}]`,
      });
    if (manualOf(first, program) !== manualOf(op, program))
      throw new EspalierError('partition/sharding-group', `sharding group ${groupId} crosses a manual computation`, {
        expected: 'all members inside of one, or all outside',
      });
  }
}

/** The manual computation that an op is in. */
function manualOf(op: Op, program: Program): Op | undefined {
  const parent = program.parentOpOf(op);
  return !parent || parent.name === MANUAL ? parent : manualOf(parent, program);
}
