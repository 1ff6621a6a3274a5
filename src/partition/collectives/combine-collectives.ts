/*
 * combine-collectives: joins small all_reduces that do not wait for each other into one with several operands, so that their
 * fixed cost (a meeting of all devices) is paid once.
 *
 * Before: the program of one device. After: in every block, all_reduces over the same groups with the same combination and
 *   element type are joined up to `target.combineBytes` operand bytes; ops are reordered where that needs it.
 *   Source: XLA's all-reduce combiner.
 *
 *   %1 = all_reduce %a ; %2 = all_reduce %b   =>   %1:2 = all_reduce(%a, %b)
 */
import { Block, bytesOf, cloneOp, type Module, type Op, Value, ValueMap } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { reducerKinds } from '../reshard/reductions.ts';

export function combineCollectives(module: Module, { target }: PassContext): Module {
  const maxBytes = target.combineBytes;
  return module.with({
    funcs: module.funcs.map((f) => f.with({ body: combined(f.body, new ValueMap(), maxBytes) })),
  });
}

export const combineCollectivesPass: Pass = {
  name: 'combine-collectives',
  doc: 'Join small all_reduces.',
  run: combineCollectives,
};

/** Ops that are emitted together: all but joined all_reduces are alone. */
interface Node {
  readonly ops: Op[];
  /** When its first op comes, counted in nodes. */
  readonly index: number;
  /** Index in the block of the last op: where it is emitted unless others must come first. */
  order: number;
  bytes: number;
}

function combined(block: Block, outer: ValueMap, maxBytes: number): Block {
  const map = new ValueMap(outer);
  const args = block.args.map((a, i) => new Value(a.type, undefined, i));
  map.setAll(block.args, args);
  const out: Op[] = [];
  for (const node of sorted(nodesOf(block, maxBytes))) {
    const [op] = node.ops;
    const regions = op.regions.map((r) => combined(r, map, maxBytes));
    if (node.ops.length === 1) {
      const copy = cloneOp(op, map, { regions });
      out.push(copy);
      continue;
    }
    const operands = node.ops.flatMap((o) => o.operands.map((v) => map.get(v)));
    const results = node.ops.flatMap((o) => o.results);
    const joined = cloneOp(op, new ValueMap(), { operands, regions, resultTypes: results.map((r) => r.type) });
    map.setAll(results, joined.results);
    out.push(joined);
  }
  return new Block(args, out);
}

/** What all_reduces must agree on to be joined; undefined for other ops. */
function keyOf(op: Op): string | undefined {
  if (op.name !== 'stablehlo.all_reduce') return undefined;
  const kinds = reducerKinds(op.regions[0]);
  const a = op.attributes as { replicaGroups: unknown; useGlobalDeviceIds: unknown; channelHandle?: { type: number } };
  if (!kinds) return undefined;
  return JSON.stringify([kinds[0], op.operands[0].dtype, a.replicaGroups, a.useGlobalDeviceIds, a.channelHandle?.type]);
}

function nodesOf(block: Block, maxBytes: number): Node[] {
  const nodeOf = new Map<Op, Node>();
  const nodes: Node[] = [];
  const open = new Map<string, Node>();
  const mayReorder = !block.ops.some(hasSideEffect);
  block.ops.forEach((op, order) => {
    const key = mayReorder ? keyOf(op) : undefined;
    const bytes = op.operands.reduce((n, v) => n + bytesOf(v.type), 0);
    const group = key === undefined ? undefined : open.get(key);
    if (group && group.bytes + bytes <= maxBytes && !reaches(group, op, nodeOf)) {
      group.ops.push(op);
      group.order = order;
      group.bytes += bytes;
      nodeOf.set(op, group);
      return;
    }
    const node: Node = { ops: [op], index: nodes.length, order, bytes };
    nodes.push(node);
    nodeOf.set(op, node);
    if (key !== undefined && bytes <= maxBytes) open.set(key, node);
  });
  return nodes;
}

/** Whether the order against other ops matters beyond the values that pass between them. */
function hasSideEffect(op: Op): boolean {
  const { hasSideEffect: own } = op.attributes as { hasSideEffect?: boolean };
  return (op.definition.traits.sideEffect === true && !op.definition.traits.collective) || own === true;
}

/** Values an op uses, those of enclosing blocks that its regions use included. */
function usesOf(op: Op): Value[] {
  return [...op.operands, ...op.regions.flatMap((r) => r.ops.flatMap(usesOf))];
}

/** Whether an op waits for a node, directly or through others. */
function reaches(target: Node, op: Op, nodeOf: ReadonlyMap<Op, Node>): boolean {
  const seen = new Set<Node>();
  const pending = usesOf(op).flatMap((v) => (v.op ? (nodeOf.get(v.op) ?? []) : []));
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node === target) return true;
    if (seen.has(node) || (node.index < target.index && node.ops.length === 1)) continue;
    seen.add(node);
    for (const o of node.ops) for (const v of usesOf(o)) if (v.op && nodeOf.has(v.op)) pending.push(nodeOf.get(v.op)!);
  }
  return false;
}

/** Nodes in an order in which values come before their uses, otherwise as they were. */
function sorted(nodes: readonly Node[]): Node[] {
  const nodeOf = new Map(nodes.flatMap((n) => n.ops.map((op) => [op, n] as const)));
  const byOrder = [...nodes].sort((a, b) => a.order - b.order);
  const out: Node[] = [];
  const done = new Set<Node>();
  const emit = (node: Node): void => {
    if (done.has(node)) return;
    done.add(node);
    for (const op of node.ops)
      for (const v of usesOf(op)) {
        const before = v.op && nodeOf.get(v.op);
        if (before && before !== node) emit(before);
      }
    out.push(node);
  };
  for (const node of byOrder) emit(node);
  return out;
}
