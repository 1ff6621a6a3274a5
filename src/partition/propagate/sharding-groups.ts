/*
 * Sharding groups: values that must be sharded alike.
 */
import {
  fullyOpen,
  type Module,
  type Registry,
  shardingText,
  type TensorSharding,
  type Value,
} from '../../ir/index.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

export const GROUP = 'sdy.sharding_group';

/** Values of each sharding group, in order; groups that share a value are one. */
export function membersOf(shardings: Shardings): Value[][] {
  const byId = new Map<number, Value[]>();
  for (const op of shardings.program.ops) {
    if (op.name !== GROUP) continue;
    const id = (op.attributes as { groupId: number }).groupId;
    const holder = shardings.program.shardable(op.operands[0]);
    if (!holder) continue;
    const own = byId.get(id) ?? [];
    const other = [...byId.values()].find((g) => g !== own && g.includes(holder));
    if (!own.includes(holder)) own.push(holder);
    byId.set(id, own);
    if (!other) continue;
    other.push(...own.filter((v) => !other.includes(v)));
    for (const [k, g] of byId) if (g === own) byId.set(k, other);
  }
  return [...new Set(byId.values())];
}

/** The shardings that members of a group already have, open empty ones aside. */
function givenShardings(members: readonly Value[], shardings: Shardings): TensorSharding[] {
  return members
    .map((m) => shardings.get(m))
    .filter((s) => s !== undefined)
    .filter((s) => s.dims.some((d) => d.axes.length > 0 || d.isClosed) || s.replicated.length > 0);
}

function areEqual(list: readonly TensorSharding[]): boolean {
  return list.every((s) => shardingText(s) === shardingText(list[0]));
}

/** Members of each sharding group, by value; makes their initial shardings equal. */
export function shardingGroups(shardings: Shardings): Map<Value, readonly Value[]> {
  const groups = new Map<Value, readonly Value[]>();
  for (const members of membersOf(shardings)) {
    const given = givenShardings(members, shardings);
    if (given.length > 0 && areEqual(given)) for (const m of members) shardings.set(m, given[0]);
    for (const m of members) groups.set(m, members);
  }
  return groups;
}

/** Where members of a group start from different shardings, their uses see an open constraint that joins the group instead. */
export function separateConflictingGroups(module: Module, registry: Registry): Module {
  const shardings = new Shardings(module);
  const wrapped = new Map<Value, TensorSharding>();
  for (const members of membersOf(shardings)) {
    const given = givenShardings(members, shardings);
    if (members.length > 1 && given.length > 1 && !areEqual(given)) for (const m of members) wrapped.set(m, given[0]);
  }
  if (wrapped.size === 0) return module;
  // Each right after its value: of values that appear together, the last one's comes first.
  const wrap = (values: readonly Value[], rewriter: Rewriter): void => {
    for (const v of [...values].reverse()) {
      const like = wrapped.get(v);
      if (!like) continue;
      const sharding = fullyOpen(like.mesh, like.dims.length);
      rewriter.map.set(v, rewriter.emit('sdy.sharding_constraint', [rewriter.get(v)], { sharding }));
    }
  };
  return rewriteModule(
    module,
    registry,
    (op, rewriter) => {
      const regions = op.regions.map((r) => rewriter.rewriteBlock(r, { prepare: (inner) => wrap(r.args, inner) }));
      rewriter.copy(op, { regions });
      wrap(op.results, rewriter);
    },
    (f) => ({ prepare: (rewriter) => wrap(f.args, rewriter) }),
  );
}
