/*
 * apply-sharding-constraints: lets a constraint shard the value it constrains, where nothing speaks against it.
 *
 * Before: any program. After: values whose constraints agree are sharded like them; chains of constraints are used by their end.
 *
 *   %1 = sdy.sharding_constraint %0 <[{"x"}, {}]>, %0 not sharded and not otherwise constrained   =>   %0 is [{"x"}, {}] too
 *
 * Source: Shardy, apply_sharding_constraints.
 */
import { type Module, type Op, shardingText, type TensorSharding, type Use, type Value } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { EDGE, MANUAL } from '../program.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

const CONSTRAINT = 'sdy.sharding_constraint';

export function applyShardingConstraints(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  /** Constraints to emit right after a value, and then use instead of it everywhere. */
  const afterValue = new Map<Value, Op | TensorSharding>();
  const moved = new Set<Op>();
  /** Uses of a chain's input that come after its tail use the tail. */
  const tails = new Map<Op, Map<Value, Value>>();

  for (const op of program.ops) {
    if (op.name === CONSTRAINT) {
      const tail = chainTail(op, shardings);
      if (tail) redirectLaterUses(op, tail, shardings, tails);
      const sharding = (op.attributes as { sharding: TensorSharding }).sharding;
      consider(op.operands[0], sharding, () => {
        moved.add(op);
        return op;
      });
    } else if (op.name === MANUAL) {
      const { inShardings } = op.attributes as { inShardings: readonly TensorSharding[] };
      op.operands.forEach((v, i) => {
        consider(v, inShardings[i], () => inShardings[i]);
      });
    }
  }

  function consider(v: Value, sharding: TensorSharding, constraint: () => Op | TensorSharding): void {
    if (!program.shardable(v) || shardings.get(v) || afterValue.has(v)) return;
    if (sharding.dims.some((d) => !d.isClosed)) return;
    if (usedWithOtherSharding(sharding, program.usesOf(v))) return;
    if (v.op?.name === EDGE || program.shardable(v) !== v) afterValue.set(v, constraint());
    else shardings.set(v, sharding);
  }

  const insert = (v: Value, rewriter: Parameters<Parameters<typeof rewriteModule>[2]>[1]): void => {
    const constraint = afterValue.get(v);
    if (!constraint) return;
    const isOp = 'definition' in constraint;
    const sharding = isOp ? (constraint.attributes as { sharding: TensorSharding }).sharding : constraint;
    const made = rewriter.emit(CONSTRAINT, [rewriter.get(v)], { sharding });
    rewriter.map.set(v, made);
    if (isOp) rewriter.map.set(constraint.results[0], made);
  };
  return rewriteModule(
    module,
    registry,
    (op, rewriter) => {
      if (moved.has(op)) return;
      const regions = op.regions.map((r) =>
        rewriter.rewriteBlock(r, {
          prepare: (inner) => {
            for (const a of r.args) insert(a, inner);
          },
        }),
      );
      const redirected = tails.get(op);
      const operands = op.operands.map((v) => rewriter.get(redirected?.get(v) ?? v));
      rewriter.copy(op, { ...shardings.changes(op), operands, regions });
      for (const r of op.results) insert(r, rewriter);
    },
    (f) => {
      const attached = shardings.funcAttributes(f);
      return {
        ...attached,
        prepare: (rewriter) => {
          for (const a of f.args) insert(a, rewriter);
        },
      };
    },
  );
}

function usedWithOtherSharding(sharding: TensorSharding, uses: readonly Use[]): boolean {
  return uses.some(({ op, operandIndex }) => {
    const other =
      op.name === CONSTRAINT
        ? (op.attributes as { sharding: TensorSharding }).sharding
        : op.name === MANUAL
          ? (op.attributes as { inShardings: readonly TensorSharding[] }).inShardings[operandIndex]
          : undefined;
    return other !== undefined && shardingText(other) !== shardingText(sharding);
  });
}

/** The last of a chain of constraints that starts at `head`, when nothing else looks at the values between. */
function chainTail(head: Op, shardings: Shardings): Op | undefined {
  const { program } = shardings;
  const input = head.operands[0];
  if (input.op?.name === CONSTRAINT || shardings.get(input)) return undefined;
  const isConstraint = (u: Use): boolean => u.op.name === CONSTRAINT || u.op.name === MANUAL;
  if (program.usesOf(input).some((u) => u.op !== head && isConstraint(u))) return undefined;
  let tail = head;
  for (;;) {
    const uses = program.usesOf(tail.results[0]);
    if (uses.length !== 1 || uses[0].op.name !== CONSTRAINT) break;
    tail = uses[0].op;
  }
  return tail === head || program.usesOf(tail.results[0]).some(isConstraint) ? undefined : tail;
}

function redirectLaterUses(head: Op, tail: Op, { program }: Shardings, tails: Map<Op, Map<Value, Value>>): void {
  const input = head.operands[0];
  const block = program.blockOf(tail);
  const at = block.ops.indexOf(tail);
  for (const { op } of program.usesOf(input)) {
    if (op === head || op.name === 'func.return' || program.blockOf(op) !== block || block.ops.indexOf(op) <= at)
      continue;
    const map = tails.get(op) ?? new Map<Value, Value>();
    map.set(input, tail.results[0]);
    tails.set(op, map);
  }
}

export const applyShardingConstraintsPass: Pass = {
  name: 'apply-sharding-constraints',
  doc: 'Let constraints shard the values they constrain.',
  run: applyShardingConstraints,
};
