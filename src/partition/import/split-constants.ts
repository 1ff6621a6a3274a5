/*
 * split-constants: gives every use of a constant expression (or of a broadcast scalar) its own copy, so that shardings do not
 * spread from one user to another through a shared zero.
 *
 * Before: any program. After: constants are `sdy.constant`; those that are no scalars have one use, counted through the ops that
 *   keep them constant. `merge-constants` and `restore-constants` undo it.
 *
 *   %c = constant ; use1 %c ; use2 %c    =>    %c1 = constant ; %c2 = constant ; use1 %c1 ; use2 %c2
 *
 * Source: Shardy, constant_or_scalar_splitter.
 */
import { cloneOp, type Module, Op, type OpDefinition, type Value, ValueMap } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { Program } from '../program.ts';
import { isElementwise } from '../propagate/propagation-round.ts';
import { rewriteModule } from '../rewrite.ts';

const CONSTANT = 'stablehlo.constant';
const GROUP = 'sdy.sharding_group';

/** The same constant under another op name. */
function renamed(op: Op, definition: OpDefinition): Op {
  const types = op.results.map((r) => r.type);
  return new Op(definition, [], op.attributes, types, [], op.discardable, op.location);
}

const isScalar = (v: Value): boolean => v.type.kind === 'tensor' && v.type.shape.length === 0;

/** Ops whose result is a constant expression when their operands are. */
function preservesConstants(op: Op): boolean {
  const { traits } = op.definition;
  if (traits.sideEffect || traits.terminator || traits.collective || traits.deviceDependent || op.regions.length > 0)
    return false;
  return traits.keepsConstants === true || isElementwise(op);
}

export function splitConstants(module: Module, { registry }: PassContext): Module {
  const program = Program.of(module);
  const constants = new Set<Op>();
  const expansions = new Set<Op>();
  const roots: { op: Op; index: number; map: ValueMap }[] = [];
  /** Root uses that need a copy of an op. */
  const needed = new Map<Op, { map: ValueMap }[]>();
  /** Groups that constants are in: every copy joins them. */
  const groups = new Map<Op, Op[]>();
  const isSplit = (v: Value): boolean =>
    v.op !== undefined && !isScalar(v) && (constants.has(v.op) || expansions.has(v.op));
  for (const op of program.ops) {
    if (op.name === GROUP) {
      const { op: member } = op.operands[0];
      if (member && isSplit(op.operands[0])) groups.set(member, [...(groups.get(member) ?? []), op]);
      continue;
    }
    const { traits } = op.definition;
    if (traits.constant || (preservesConstants(op) && op.operands.every((v) => v.op && constants.has(v.op)))) {
      constants.add(op);
      // A scalar stays one; what it is made of is copied for it.
      if (!op.results.every(isScalar)) continue;
    } else if (traits.broadcast && isScalar(op.operands[0])) {
      expansions.add(op);
      continue;
    }
    op.operands.forEach((v, index) => {
      if (!isSplit(v)) return;
      const root = { op, index, map: new ValueMap() };
      roots.push(root);
      const seen = new Set<Op>();
      const visit = (w: Value): void => {
        if (!w.op || isScalar(w) || seen.has(w.op)) return;
        seen.add(w.op);
        w.op.operands.forEach(visit);
        needed.set(w.op, [...(needed.get(w.op) ?? []), root]);
      };
      visit(v);
    });
  }
  const copyOf = new Map<Op, Map<number, ValueMap>>();
  for (const r of roots) copyOf.set(r.op, (copyOf.get(r.op) ?? new Map()).set(r.index, r.map));
  const separate = registry.get('sdy.constant');
  return rewriteModule(module, registry, (op, rewriter) => {
    if ((constants.has(op) || expansions.has(op)) && !isScalar(op.results[0])) {
      for (const { map } of needed.get(op) ?? []) {
        const operands = op.operands.map((v) => map.find(v) ?? rewriter.get(v));
        const copy = cloneOp(op, map, { operands });
        if (op.name !== CONSTANT) rewriter.append(copy);
        else map.setAll(op.results, rewriter.append(renamed(copy, separate)).results);
        for (const group of groups.get(op) ?? []) rewriter.append(cloneOp(group, map, {}));
      }
      return;
    }
    if (op.name === GROUP && isSplit(op.operands[0])) return;
    if (op.name === CONSTANT) {
      rewriter.map.setAll(op.results, rewriter.append(renamed(op, separate)).results);
      return;
    }
    const copies = copyOf.get(op);
    rewriter.copy(op, copies ? { operands: op.operands.map((v, i) => copies.get(i)?.get(v) ?? rewriter.get(v)) } : {});
  });
}

export const splitConstantsPass: Pass = {
  name: 'split-constants',
  doc: 'Give every use of a constant its own copy.',
  run: splitConstants,
};
