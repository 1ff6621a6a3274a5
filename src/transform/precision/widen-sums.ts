import { isNarrowFloat } from '../../base/index.ts';
import {
  Block,
  Builder,
  buildOp,
  cloneOp,
  type Module,
  type Op,
  type Registry,
  type Type,
  Value,
  ValueMap,
} from '../../ir/index.ts';
import { convert } from '../../ops/index.ts';
import type { Pass, PassContext } from '../pass.ts';

/*
 * widen-sums: sums and products of many floats narrower than float32 are made in float32 and rounded once.
 * Which ops those are their trait `accumulates` says; those that do so natively are left alone, and windows and scatters of few terms.
 *
 *   %1 = reduce(%0 init: %c) applies add : (bf16[n], bf16) -> bf16
 *   =>  convert to bf16 (reduce(convert %0 to f32 init: convert %c to f32) applies add : (f32[n], f32) -> f32)
 *
 * Postcondition: no op adds up narrow floats step by step; running it again changes nothing.
 */
export function widenSums(module: Module, { registry }: PassContext): Module {
  return module.with({
    funcs: module.funcs.map((f) => f.with({ body: widenBlock(f.body, new ValueMap(), registry) })),
  });
}

export const widenSumsPass: Pass = {
  name: 'widen-sums',
  doc: 'Adds up floats narrower than float32 in float32.',
  run: widenSums,
};

function widenBlock(block: Block, outer: ValueMap, registry: Registry): Block {
  const map = new ValueMap(outer);
  const ops: Op[] = [];
  for (const op of block.ops) {
    if (op.definition.traits.accumulates?.(op) !== 'widened') {
      ops.push(cloneOp(op, map, { regions: op.regions.map((r) => widenBlock(r, map, registry)) }));
      continue;
    }
    const b = new Builder(registry);
    b.location = op.location;
    const operands = map.all(op.operands).map((v) => (isNarrow(v.type) ? convert(b, v, 'f32') : v));
    const wide = buildOp(op.definition, operands, op.attributes, {
      regions: op.regions.map((r) => inSingle(r, map)),
      resultTypes: op.results.map((r) => single(r.type)),
      discardable: op.discardable,
      location: op.location,
    });
    b.append(wide);
    op.results.forEach((r, i) => {
      map.set(r, convert(b, wide.results[i], r.dtype));
    });
    ops.push(...b.ops);
  }
  return new Block(block.args, ops);
}

const isNarrow = (t: Type): boolean => t.kind === 'tensor' && isNarrowFloat(t.dtype);
/** float32 instead of narrower floats. */
const single = (t: Type): Type => (t.kind === 'tensor' && isNarrow(t) ? { ...t, dtype: 'f32' } : t);

/** The same body on float32 instead of narrower floats. */
export function inSingle(block: Block, outer: ValueMap = new ValueMap()): Block {
  const map = new ValueMap(outer);
  const args = block.args.map((a, i) => new Value(single(a.type), undefined, i));
  map.setAll(block.args, args);
  return new Block(
    args,
    block.ops.map((op) => cloneOp(op, map, { resultTypes: op.results.map((r) => single(r.type)) })),
  );
}
