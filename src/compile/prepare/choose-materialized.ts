import { numElements } from '../../base/index.ts';
import { type Block, type Module, type Op, usesOf, type Value } from '../../ir/index.ts';
import { showsNibbles } from '../kernels/sub-byte.ts';
import { callbackRule, capturedBy } from '../lower/callbacks.ts';
import { isAlias, type KernelRule } from '../lower/lowering.ts';
import { packedBy } from '../lower/packed-operands.ts';

/*
 * Which values get memory of their own; all others are computed inside the loops of their consumers.
 * A value gets memory when it cannot be fused, when a consumer needs it in memory, when it is used more than once and
 * costs something, or when a broadcast or an inner block would recompute it many times. Loops that write and re-read such
 * a value side by side are joined later (merge.ts), so this may err on the side of memory.
 */
export function chooseMaterialized(module: Module, ruleOf: (op: Op) => KernelRule): Set<Value> {
  const uses = usesOf(module.main.body);
  const home = new Map<Value, Block>();
  const out = new Set<Value>();
  const fusable = (v: Value): boolean => v.op !== undefined && ruleOf(v.op).fuse !== undefined;
  const costOf = (v: Value): NonNullable<KernelRule['cost']> => (v.op && ruleOf(v.op).cost) ?? 'cheap';
  const isView = (v: Value): boolean => v.op !== undefined && costOf(v) === 'view';

  /** Marks the value whose memory a storage use needs: reshapes share their operand's. */
  const needStorage = (v: Value): void => {
    if (v.op && isAlias(v.op) && fusable(v)) needStorage(v.op.operands[v.index]);
    else out.add(v);
  };
  /** Marks the value under a chain of views. */
  const needView = (v: Value): void => {
    if (v.op && isView(v) && fusable(v) && ruleOf(v.op).view) needView(v.op.operands[v.index]);
    else out.add(v);
  };

  /** Marks what products read, under views and under what their packing does. */
  const needPacked = (v: Value): void => {
    const packed = packedBy(v);
    if (packed && !out.has(v)) {
      needPacked(packed.source);
      if (packed.scale) needView(packed.scale);
      if (packed.bound) needStorage(packed.bound.end);
    } else if (showsNibbles(v) && !out.has(v)) needPacked(v.op!.operands[0]);
    else if (v.op && isView(v) && fusable(v) && ruleOf(v.op).view && !out.has(v)) needPacked(v.op.operands[v.index]);
    else needView(v);
  };
  /** Only products use it, and do its work while they pack. */
  const isPacked = (v: Value): boolean =>
    (packedBy(v) !== undefined || isView(v) || showsNibbles(v) || isRounding(v)) &&
    (uses.get(v) ?? []).every(({ op, operandIndex }) =>
      op.results.length === 1 && (isView(op.result) || showsNibbles(op.result) || packedBy(op.result) !== undefined)
        ? isPacked(op.result)
        : ruleOf(op).uses?.(op, operandIndex) === 'packed',
    );
  /** The inner half of float32 → bf16 → float32. */
  const isRounding = (v: Value): boolean =>
    v.dtype === 'bf16' &&
    (uses.get(v) ?? []).every(({ op }) => op.results.length === 1 && packedBy(op.result)?.roundBf16 === true);

  const visit = (block: Block): void => {
    for (const a of block.args) {
      home.set(a, block);
      out.add(a);
    }
    for (const op of block.ops) {
      const rule = ruleOf(op);
      for (const r of op.results) {
        home.set(r, block);
        if (!rule.fuse) out.add(r);
      }
      op.operands.forEach((v, i) => {
        if (v.type.kind !== 'tensor') return;
        const kind = rule.uses?.(op, i) ?? (rule.fuse ? 'inline' : 'storage');
        if (op.definition.traits.terminator || kind === 'storage') needStorage(v);
        else if (kind === 'view') needView(v);
        else if (kind === 'packed') needPacked(v);
        // Recomputing something costly for every repetition of a broadcast is a bad bargain.
        if (kind === 'inline' && isView(op.results[0] ?? v) && fusable(v)) {
          const grows = numElements(op.results[0].shape) > numElements(v.shape) && numElements(v.shape) > 1;
          if (grows && !isTrivial(v)) needStorage(v);
        }
        // Captured by an inner block (a loop body): compute it once, outside.
        if (home.get(v) !== block && fusable(v) && !isTrivial(v)) needStorage(v);
      });
      if (rule === callbackRule) capturedBy(op).forEach(needStorage);
      op.regions.forEach((region) => {
        // Bodies of reductions and comparators are scalar code, not steps.
        if (op.definition.traits.controlFlow) visit(region);
      });
    }
  };
  /** Free to recompute anywhere: constants, iota, and views of those or of memory, nibbles of bytes among them. */
  const isTrivial = (v: Value): boolean => {
    if (!v.op || out.has(v)) return true;
    const cost = costOf(v);
    if (cost === 'free') return true;
    return (cost === 'view' || showsNibbles(v)) && fusable(v) && isTrivial(v.op.operands[v.index] ?? v.op.operands[0]);
  };
  visit(module.main.body);

  for (const [v, list] of uses) {
    if (!home.has(v) || out.has(v) || !fusable(v) || isView(v) || costOf(v) === 'free') continue;
    if (list.length > 1 && !isPacked(v)) out.add(v);
  }
  // A view of something costly that is used several times: give memory to what it shows.
  for (const [v, list] of uses) {
    if (!home.has(v) || out.has(v) || !isView(v) || list.length <= 1) continue;
    let base = v;
    while (base.op && isView(base) && !out.has(base)) base = base.op.operands[base.index] ?? base.op.operands[0];
    if (fusable(base) && costOf(base) !== 'free') out.add(base);
  }
  return out;
}
