import { InternalError } from '../base/index.ts';
import type { AttrDict } from './attribute.ts';
import { Block, Op, Value } from './op.ts';
import { type Type, typeEquals } from './types.ts';

/** old value → new value, nested scopes falling back to their parent. */
export class ValueMap {
  readonly #newByOld = new Map<Value, Value>();
  readonly #parent: ValueMap | undefined;

  constructor(parent?: ValueMap) {
    this.#parent = parent;
  }
  set(old: Value, value: Value): void {
    this.#newByOld.set(old, value);
  }
  setAll(olds: readonly Value[], values: readonly Value[]): void {
    if (olds.length !== values.length) throw new InternalError(`mapping ${olds.length} values to ${values.length}`);
    olds.forEach((o, i) => {
      this.set(o, values[i]);
    });
  }
  find(old: Value): Value | undefined {
    return this.#newByOld.get(old) ?? this.#parent?.find(old);
  }
  /** The new value, or the old one itself when it was not replaced (captured from outside). */
  get(old: Value): Value {
    return this.find(old) ?? old;
  }
  all(olds: readonly Value[]): Value[] {
    return olds.map((o) => this.get(o));
  }
  /** Whether none of them was replaced. */
  keepsAll(olds: readonly Value[]): boolean {
    for (const o of olds) if (this.get(o) !== o) return false;
    return true;
  }
}

export interface OpChanges {
  readonly operands?: readonly Value[];
  readonly attributes?: object;
  readonly resultTypes?: readonly Type[];
  readonly regions?: readonly Block[];
  readonly discardable?: AttrDict;
}

/** Copies an op with mapped operands and cloned regions, records its results in `map`, applies `changes`. No verification. */
export function cloneOp(op: Op, map: ValueMap, changes: OpChanges = {}): Op {
  const copy = new Op(
    op.definition,
    changes.operands ?? map.all(op.operands),
    (changes.attributes ?? op.attributes) as Op['attributes'],
    changes.resultTypes ?? op.results.map((r) => r.type),
    changes.regions ?? op.regions.map((r) => cloneBlock(r, map)),
    changes.discardable ?? op.discardable,
    op.location,
  );
  if (copy.results.length === op.results.length) map.setAll(op.results, copy.results);
  copy.isVerified = op.isVerified && isAsVerified(copy, op);
  return copy;
}

/** Whether a copy is what was verified: an op without regions is right or wrong by types, attributes and constant operands alone. */
function isAsVerified(copy: Op, op: Op): boolean {
  return (
    copy.regions.length === 0 &&
    op.regions.length === 0 &&
    copy.attributes === op.attributes &&
    copy.discardable === op.discardable &&
    haveTypes(copy.operands, op.operands) &&
    haveTypes(copy.results, op.results) &&
    copy.operands.every((v, i) => constantOf(v) === constantOf(op.operands[i]))
  );
}

const constantOf = ({ op }: Value): object | undefined => (op?.definition.traits.constant ? op.attributes : undefined);

function haveTypes(values: readonly Value[], others: readonly Value[]): boolean {
  if (values.length !== others.length) return false;
  for (let i = 0; i < values.length; i++) if (!typeEquals(values[i].type, others[i].type)) return false;
  return true;
}

/**
 * `cloneOp`, but the op itself where that would be an equal copy: for rewritings whose result holds each op of their input once at
 * most. What stays the same costs nothing then, to make, to collect, and to look at again.
 */
export function updateOp(op: Op, map: ValueMap, changes: OpChanges = {}): Op {
  return isUnchanged(op, map, changes) ? op : cloneOp(op, map, changes);
}

/** Whether an op with these changes would be an equal copy. */
export function isUnchanged(op: Op, map: ValueMap, changes: OpChanges): boolean {
  const { operands, attributes, resultTypes, regions, discardable } = changes;
  return (
    (operands ? sameItems(operands, op.operands) : map.keepsAll(op.operands)) &&
    (attributes === undefined || attributes === op.attributes) &&
    (discardable === undefined || discardable === op.discardable) &&
    (regions ? sameItems(regions, op.regions) : op.regions.every((r) => keepsBlock(r, map))) &&
    (resultTypes === undefined || resultTypes.every((t, i) => t === op.results[i].type))
  );
}

/** Whether nothing that a block uses was replaced, in its regions included: what they capture changes with it. */
const keepsBlock = (block: Block, map: ValueMap): boolean =>
  block.ops.every((op) => map.keepsAll(op.operands) && op.regions.every((r) => keepsBlock(r, map)));

/** `new Block`, but the block itself where that would be an equal one. */
export const updateBlock = (block: Block, args: readonly Value[], ops: readonly Op[]): Block =>
  sameItems(args, block.args) && sameItems(ops, block.ops) ? block : new Block(args, ops);

/** Whether two lists hold the same objects. */
export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Copies a block with fresh arguments; values from outside are taken from `map`. */
export function cloneBlock(block: Block, map: ValueMap): Block {
  const inner = new ValueMap(map);
  const args = block.args.map((a, i) => new Value(a.type, undefined, i));
  inner.setAll(block.args, args);
  return new Block(
    args,
    block.ops.map((op) => cloneOp(op, inner)),
  );
}

/** Visits every op of a block, outer before inner, in program order. */
export function walk(block: Block, visit: (op: Op, block: Block) => void): void {
  for (const op of block.ops) {
    visit(op, block);
    for (const region of op.regions) walk(region, visit);
  }
}

export interface Use {
  readonly op: Op;
  readonly operandIndex: number;
}

/** value → its uses, in program order, nested regions included. */
export function usesOf(block: Block): Map<Value, Use[]> {
  const uses = new Map<Value, Use[]>();
  walk(block, (op) => {
    op.operands.forEach((v, operandIndex) => {
      const list = uses.get(v);
      if (list) list.push({ op, operandIndex });
      else uses.set(v, [{ op, operandIndex }]);
    });
  });
  return uses;
}

/** Values a block uses but does not define, in order of first use. */
export function capturesOf(blocks: readonly Block[]): Value[] {
  const captured = new Set<Value>();
  const visit = (block: Block, defined: Set<Value>): void => {
    for (const a of block.args) defined.add(a);
    for (const op of block.ops) {
      for (const v of op.operands) if (!defined.has(v)) captured.add(v);
      for (const region of op.regions) visit(region, new Set(defined));
      for (const r of op.results) defined.add(r);
    }
  };
  for (const block of blocks) visit(block, new Set());
  return [...captured];
}
