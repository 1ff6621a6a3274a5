/*
 * widen-partial-sums: sums of floats narrower than float32 that devices make parts of stay float32 until the parts are added.
 *
 * Before: reductions of partial results are explicit `sdy.all_reduce` and `sdy.reduce_scatter` ops.
 * After: where such an op adds up narrow floats that come, through additions and rearrangements used nowhere else, from ops that
 *   accumulate (see the trait), all of them are float32, and what was reduced is rounded once.
 *
 *   all_reduce {"x"} (dot_general %a, %b) : bf16   =>   convert (all_reduce {"x"} (dot_general %a, %b : f32)) : bf16
 */
import { isNarrowFloat } from '../../base/index.ts';
import {
  asTensor,
  type Module,
  type Op,
  SHARDING_ATTRIBUTE,
  shardingPerValueAttr,
  type TensorSharding,
  type TensorType,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { inSingle } from '../../transform/index.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

export function widenPartialSums(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  /** Whether a value can be made in float32 by ops whose results nobody else needs. */
  const canWiden = (v: Value): boolean => {
    const { op } = v;
    if (op?.results.length !== 1 || program.usesOf(v).length !== 1) return false;
    return accumulates(op) || (passes(op) && op.operands.some(canWiden));
  };
  const wide = new Set<Op>();
  const mark = (v: Value): void => {
    const op = canWiden(v) ? v.op : undefined;
    if (!op) return;
    wide.add(op);
    if (!accumulates(op)) op.operands.forEach(mark);
  };
  for (const op of program.ops) {
    if (!reducesSum(op) || !isNarrowFloat(asTensor(op.results[0].type).dtype) || !canWiden(op.operands[0])) continue;
    wide.add(op);
    mark(op.operands[0]);
  }
  if (wide.size === 0) return module;
  const singles = new Map<Value, Value>();
  const converted = (v: Value, type: TensorType, sharding: TensorSharding | undefined, rewriter: Rewriter): Value =>
    rewriter.emit('stablehlo.convert', [v], {}, { resultTypes: [type], discardable: shardedAs(sharding) });
  return rewriteModule(module, registry, (op, rewriter) => {
    if (!wide.has(op)) {
      rewriter.copy(op);
      return;
    }
    const isNative = op.definition.traits.accumulates?.(op) === 'natively';
    const operands = op.operands.map((v) => {
      const known = singles.get(v);
      if (known || isNative || v.type.kind !== 'tensor' || !isNarrowFloat(v.dtype)) return known ?? rewriter.get(v);
      return converted(rewriter.get(v), single(v), shardings.get(v), rewriter);
    });
    const [result] = op.results;
    const regions = accumulates(op)
      ? op.regions.map((r) => inSingle(r))
      : op.regions.map((r) => rewriter.rewriteBlock(r));
    const copy = rewriter.copy(op, { operands, regions, resultTypes: [single(result)] });
    const ends = program.usesOf(result).every((u) => !wide.has(u.op));
    if (ends) rewriter.map.set(result, converted(copy.result, asTensor(result.type), shardings.get(result), rewriter));
    else singles.set(result, copy.result);
  });
}

export const widenPartialSumsPass: Pass = {
  name: 'widen-partial-sums',
  doc: 'Keep partial sums of narrow floats float32 until they are added.',
  run: widenPartialSums,
};

const accumulates = (op: Op): boolean => op.definition.traits.accumulates?.(op) !== undefined;
const reducesSum = (op: Op): boolean => (op.attributes as { reductionOp?: string }).reductionOp === 'sum';
/** Ops that add up partial sums or rearrange them. */
const passes = (op: Op): boolean =>
  reducesSum(op) || op.name === 'stablehlo.add' || (op.definition.traits.view === true && op.operands.length === 1);

const single = (v: Value): TensorType => tensorType('f32', asTensor(v.type).shape);
const shardedAs = (s: TensorSharding | undefined): Op['discardable'] =>
  s ? { [SHARDING_ATTRIBUTE]: shardingPerValueAttr([s]) } : {};
