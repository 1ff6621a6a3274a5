/*
 * simplify-reshards: fewer changes of sharding for the same effect.
 *
 * Before: explicit reshards.
 * After: a value is resharded to the same sharding once per block; a reshard of a reshard used nowhere else goes directly;
 *   reshards that change nothing or whose result is unused are gone.
 *
 *   %1 = reshard %0 <A> ; %2 = reshard %1 <B> (only use)   =>   %2 = reshard %0 <B>
 */
import { type Block, type Module, type Op, shardingText, type TensorSharding, type Value } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';
import { equivalent } from './placement.ts';

const RESHARD = 'sdy.reshard';
const target = (op: Op): TensorSharding => (op.attributes as { sharding: TensorSharding }).sharding;

export function simplifyReshards(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  const isUnused = (op: Op): boolean =>
    program.usesOf(op.results[0]).every((u) => u.op.name === RESHARD && isUnused(u.op));
  const isSingle = (s: TensorSharding | undefined): boolean => s !== undefined && shardings.meshOf(s).isMaximal;
  /** Reshards whose only user is another one. */
  const bypassed = new Set<Op>();
  for (const op of program.ops) {
    const inner = op.name === RESHARD ? op.operands[0].op : undefined;
    if (inner?.name !== RESHARD || program.usesOf(op.operands[0]).length !== 1) continue;
    if (isSingle(target(op)) || isSingle(target(inner))) continue;
    if (target(op).unreduced.length === 0 && target(inner).unreduced.length === 0) bypassed.add(inner);
  }
  const seen = new Map<Block, Map<string, Value>>();
  return rewriteModule(module, registry, (op, rewriter) => {
    if (op.name !== RESHARD) {
      rewriter.copy(op);
      return;
    }
    if (isUnused(op) || bypassed.has(op)) return;
    const wanted = target(op);
    let source = op.operands[0];
    while (source.op && bypassed.has(source.op)) source = source.op.operands[0];
    const given = shardings.get(source);
    if (isSingle(given) === isSingle(wanted) && equivalent(given, wanted)) {
      rewriter.map.set(op.results[0], rewriter.get(source));
      return;
    }

    const block = program.blockOf(op);
    const known = seen.get(block) ?? new Map<string, Value>();
    seen.set(block, known);
    const key = `${rewriter.get(source).id} ${shardingText(wanted)}`;
    const same = known.get(key);
    if (same) {
      rewriter.map.set(op.results[0], same);
      return;
    }
    const value = rewriter.emit(RESHARD, [rewriter.get(source)], op.attributes, {
      discardable: op.discardable,
      location: op.location,
    });
    known.set(key, value);
    rewriter.map.set(op.results[0], value);
  });
}

export const simplifyReshardsPass: Pass = {
  name: 'simplify-reshards',
  doc: 'Join and share reshards.',
  run: simplifyReshards,
};
