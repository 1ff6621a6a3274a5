import { HostArray } from '../../base/index.ts';
import {
  type Block,
  Builder,
  DenseElements,
  type EvaluationContext,
  isAbsent,
  type Module,
  Op,
  type Registry,
  type Type,
  updateBlock,
  updateOp,
  Value,
  ValueMap,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../pass.ts';
import { hasSideEffect } from './dce.ts';

/*
 * Local clean-up that needs no analysis: ops that return an operand unchanged disappear, and pure elementwise ops and views
 * of splat constants become splat constants, and so does what makes tensors without elements (collectives of them too, which some
 * engines refuse).
 * Precondition: none. Postcondition: but for ops that carry further attributes (a sharding), no op whose trait `unchangedOperand`
 * names one; no elementwise op or view of splats alone; no op without side effects all of whose results are empty.
 * Example: `%0 = constant 0; %1 = broadcast %0; %2 = add %a, %1; return %2` becomes `return %a`.
 */
export function simplify(module: Module, { registry }: PassContext): Module {
  return module.with({
    funcs: module.funcs.map((f) => f.with({ body: simplifyBlock(f.body, new ValueMap(), registry) })),
  });
}

export const simplifyPass: Pass = {
  name: 'simplify',
  doc: 'Removes ops that return an operand unchanged and folds ops on splat constants.',
  run: simplify,
};

function simplifyBlock(block: Block, outer: ValueMap, registry: Registry): Block {
  const map = new ValueMap(outer);
  const ops: Op[] = [];
  for (const op of block.ops) {
    const operands = map.all(op.operands);
    const folded = emptyResults(op) ?? evaluateSplats(op, operands);
    if (folded) {
      const b = new Builder(registry);
      b.location = op.location;
      for (const [i, value] of folded.entries())
        map.set(op.results[i], b.emit('stablehlo.constant', [], { value }, { resultTypes: [value.type] }));
      ops.push(...b.ops);
      continue;
    }
    const current = new Op(
      op.definition,
      operands,
      op.attributes,
      op.results.map((r) => r.type),
      op.regions,
    );
    const same = isAnnotated(op)
      ? undefined
      : op.definition.traits.unchangedOperand?.(current, (v) => splatOf(v)?.splatValue());
    if (same !== undefined) {
      map.set(op.results[0], operands[same]);
      continue;
    }
    ops.push(updateOp(op, map, { regions: op.regions.map((r) => simplifyBlock(r, map, registry)) }));
  }
  return updateBlock(block, block.args, ops);
}

/** Whether more is said of an op than what it computes, such as its sharding. */
const isAnnotated = (op: Op): boolean => Object.keys(op.discardable).length > 0;

/** The splat that `v` is, if it is a constant of one repeated element. */
function splatOf(v: Value): DenseElements | undefined {
  const value = v.op?.definition.traits.constant ? (v.op.attributes as { value?: DenseElements }).value : undefined;
  return value?.splatValue() === undefined ? undefined : value;
}

const scalarOf = (t: Type): Type => (t.kind === 'tensor' ? { ...t, shape: [] } : t);

/** The results of an op none of which has an element: whatever it would do, nobody sees it. */
function emptyResults(op: Op): DenseElements[] | undefined {
  const { constant, placement } = op.definition.traits;
  if (constant || placement || op.results.length === 0 || isAnnotated(op) || hasSideEffect(op)) return undefined;
  const values: DenseElements[] = [];
  for (const { type } of op.results) {
    if (type.kind !== 'tensor' || type.encoding !== undefined || !type.shape.includes(0)) return undefined;
    values.push(DenseElements.of(HostArray.zeros(type.dtype, type.shape)));
  }
  return values;
}

/** The splat an op computes from splats alone. */
function evaluateSplats(op: Op, operands: readonly Value[]): [DenseElements] | undefined {
  const { traits, evaluate } = op.definition;
  if ((!traits.elementwise && !traits.view) || operands.length === 0 || op.results.length !== 1) return undefined;
  if (traits.sideEffect || isAnnotated(op) || isAbsent(evaluate)) return undefined;
  const splats = operands.map(splatOf);
  const type = op.results[0].type;
  if (type.kind !== 'tensor' || !splats.every((s): s is DenseElements => s !== undefined)) return undefined;
  const scalars: HostArray[] = splats.map((s) => (s.isSplat ? s.values : s.values.reshape([])));
  if (traits.view) return [DenseElements.splatOf(type, scalars[0])];
  const inputs = operands.map((v, i) => new Value(scalarOf(v.type), undefined, i));
  const scalarOp = new Op(op.definition, inputs, op.attributes, [scalarOf(type)]);
  const out = evaluate(scalars, scalarOp, noContext);
  return Array.isArray(out) ? [DenseElements.splatOf(type, out[0])] : undefined;
}

/** Elementwise evaluation asks nothing of the engine. */
const noContext = undefined as unknown as EvaluationContext;
