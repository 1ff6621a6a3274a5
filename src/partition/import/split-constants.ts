/*
 * split-constants / merge-constants: gives every use of a constant expression (or of a broadcast scalar) its own copy, so that
 * shardings do not spread from one user to another through a shared zero; afterwards equal copies are shared again.
 *
 *   %c = constant ; use1 %c ; use2 %c    =>    %c1 = constant ; %c2 = constant ; use1 %c1 ; use2 %c2
 *
 * Source: Shardy, constant_or_scalar_splitter.
 */
import {
  type Block,
  cloneOp,
  type Module,
  Op,
  type OpDefinition,
  printAttribute,
  typeText,
  type Value,
  ValueMap,
  writeAttributes,
} from '../../ir/index.ts';
import type { PassContext } from '../../transform/index.ts';
import { Program } from '../program.ts';
import { isElementwise } from '../propagate/propagate.ts';
import { rewriteModule } from '../rewrite.ts';

const CONSTANT = 'stablehlo.constant';
const GROUP = 'sdy.sharding_group';

/** The same constant under another op name. */
function renamed(op: Op, definition: OpDefinition): Op {
  const types = op.results.map((r) => r.type);
  return new Op(definition, [], op.attributes, types, [], op.discardable, op.location);
}

/** Back to plain constants. */
export function restoreConstants(module: Module, { registry }: PassContext): Module {
  const plain = registry.get(CONSTANT);
  return rewriteModule(module, registry, (op, scope) => {
    if (op.name !== 'sdy.constant') scope.copy(op);
    else scope.map.setAll(op.results, scope.append(renamed(op, plain)).results);
  });
}

const isScalar = (v: Value): boolean => v.type.kind === 'tensor' && v.type.shape.length === 0;

/** Ops whose result is a constant expression when their operands are. */
function preservesConstants(op: Op): boolean {
  const { traits } = op.definition;
  if (traits.sideEffect || traits.terminator || traits.collective || traits.deviceDependent || op.regions.length > 0)
    return false;
  if (op.name.startsWith('sdy.')) return op.name !== GROUP && isElementwise(op);
  return ['stablehlo.broadcast_in_dim', 'stablehlo.reshape', 'stablehlo.slice'].includes(op.name) || isElementwise(op);
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
    } else if (op.name === 'stablehlo.broadcast_in_dim' && isScalar(op.operands[0])) {
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
  return rewriteModule(module, registry, (op, scope) => {
    if ((constants.has(op) || expansions.has(op)) && !isScalar(op.results[0])) {
      for (const { map } of needed.get(op) ?? []) {
        const operands = op.operands.map((v) => map.find(v) ?? scope.get(v));
        const copy = cloneOp(op, map, { operands });
        if (op.name !== CONSTANT) scope.append(copy);
        else map.setAll(op.results, scope.append(renamed(copy, separate)).results);
        for (const group of groups.get(op) ?? []) scope.append(cloneOp(group, map, {}));
      }
      return;
    }
    if (op.name === GROUP && isSplit(op.operands[0])) return;
    if (op.name === CONSTANT) {
      scope.map.setAll(op.results, scope.append(renamed(op, separate)).results);
      return;
    }
    const copies = copyOf.get(op);
    scope.copy(op, copies ? { operands: op.operands.map((v, i) => copies.get(i)?.get(v) ?? scope.get(v)) } : {});
  });
}

/** Shares equal constants and broadcast scalars within each block. */
export function mergeConstants(module: Module, { registry }: PassContext): Module {
  const caches = new Map<Block, Map<string, Value>>();
  const program = Program.of(module);
  const ids = new Map<Value, number>();
  const idOf = (v: Value): number => {
    if (!ids.has(v)) ids.set(v, ids.size);
    return ids.get(v)!;
  };
  return rewriteModule(module, registry, (op, scope) => {
    const isExpansion = op.name === 'stablehlo.broadcast_in_dim' && isScalar(op.operands[0]);
    if (!isExpansion && !op.name.endsWith('.constant')) {
      scope.copy(op);
      return;
    }
    const block = program.blockOf(op);
    const cache = caches.get(block) ?? new Map<string, Value>();
    caches.set(block, cache);
    const attributes = printAttribute({ kind: 'dictionary', entries: { ...writeAttributes(op), ...op.discardable } });
    const key = `${op.name} ${attributes} ${op.operands.map((v) => idOf(scope.get(v)))} ${typeText(op.results[0].type)}`;
    const known = cache.get(key);
    if (known) scope.map.set(op.results[0], known);
    else cache.set(key, scope.copy(op).results[0]);
  });
}
