import {
  Block,
  calleeOf,
  cloneOp,
  type Func,
  type Module,
  type Op,
  updateBlock,
  updateOp,
  type Value,
  ValueMap,
} from '../../ir/index.ts';
import type { Pass } from '../pass.ts';

/*
 * Removes ops whose results nobody uses, loop-carried values that only feed themselves, and private functions nobody calls.
 * Precondition: none. Postcondition: every op without side effects has a use.
 * Example: `%0 = sine %a; %1 = cosine %a; return %1` becomes `%0 = cosine %a; return %0`.
 */
export function eliminateDeadCode(module: Module): Module {
  const funcs = module.funcs.map(cleanFunc);
  const called = new Set<string>();
  const visit = (block: Block): void => {
    for (const op of block.ops) {
      if (op.definition.traits.call) called.add(calleeOf(op));
      op.regions.forEach(visit);
    }
  };
  for (const f of funcs) visit(f.body);
  const main = module.funcs.length > 0 ? module.main.name : undefined;
  return module.with({
    funcs: funcs.filter((f) => f.visibility === 'public' || f.name === main || called.has(f.name)),
  });
}

export const dcePass: Pass = {
  name: 'dce',
  doc: 'Removes unused ops, dead loop-carried values and uncalled private functions.',
  run: eliminateDeadCode,
};

function cleanFunc(func: Func): Func {
  let body = func.body;
  // Removing a carry frees ops before the loop and the other way round; nested loops need a few rounds.
  for (;;) {
    const next = sweep(body);
    if (next === body || countOps(next) === countOps(body))
      return next === func.body ? func : func.with({ body: next });
    body = next;
  }
}

function countOps(block: Block): number {
  return block.ops.reduce((n, op) => n + 1 + op.operands.length + op.regions.reduce((m, r) => m + countOps(r), 0), 0);
}

/** Whether an op must stay although nobody uses its results. */
export function hasSideEffect(op: Op): boolean {
  const t = op.definition.traits;
  return (
    t.sideEffect === true || t.terminator === true || op.regions.some((r) => r.ops.slice(0, -1).some(hasSideEffect))
  );
}

/** One backward sweep over a block and its regions. */
function sweep(block: Block): Block {
  const live = new Set<Value>();
  const kept: Op[] = [];
  for (let i = block.ops.length - 1; i >= 0; i--) {
    const op = block.ops[i];
    if (!hasSideEffect(op) && !op.results.some((r) => live.has(r))) continue;
    kept.push(op);
    markUses(op, live);
  }
  const map = new ValueMap();
  return updateBlock(
    block,
    block.args,
    kept.reverse().map((op) => rebuild(op, live, map)),
  );
}

function markUses(op: Op, live: Set<Value>): void {
  for (const v of op.operands) live.add(v);
  for (const region of op.regions) for (const inner of region.ops) markUses(inner, live);
}

function rebuild(op: Op, live: ReadonlySet<Value>, map: ValueMap): Op {
  if (op.regions.length === 0) return updateOp(op, map);
  if (!op.definition.traits.loop) return updateOp(op, map, { regions: op.regions.map((r) => sweepInto(r, map)) });
  const keep = liveCarries(op, live);
  if (keep.every(Boolean)) return updateOp(op, map, { regions: op.regions.map((r) => sweepInto(r, map)) });
  const pick = <T>(list: readonly T[]): T[] => list.filter((_, i) => keep[i]);
  const last = op.regions.length - 1;
  const regions = op.regions.map((region, r) => {
    // The terminator of the body yields the kept carries only; condition regions keep their yields.
    const ops = region.ops.map((o) =>
      r === last && o === region.terminator ? cloneOp(o, new ValueMap(), { operands: pick(o.operands) }) : o,
    );
    const trimmed = sweep(new Block(region.args, ops));
    return sweepInto(new Block(pick(trimmed.args), trimmed.ops), map);
  });
  const copy = cloneOp(op, map, {
    operands: pick(map.all(op.operands)),
    resultTypes: pick(op.results.map((r) => r.type)),
    regions,
  });
  map.setAll(pick(op.results), copy.results);
  return copy;
}

function sweepInto(region: Block, map: ValueMap): Block {
  const swept = sweep(region);
  return updateBlock(
    swept,
    swept.args,
    swept.ops.map((o) => updateOp(o, map)),
  );
}

/** Which carried values of a loop reach a live result, the condition, a side effect, or another live carry. */
function liveCarries(op: Op, live: ReadonlySet<Value>): boolean[] {
  const body = op.regions[op.regions.length - 1];
  const keep = op.results.map((r) => live.has(r));
  const conditionUses = new Set<Value>();
  for (const region of op.regions.slice(0, -1)) for (const inner of region.ops) markUses(inner, conditionUses);
  op.regions.slice(0, -1).forEach((region) => {
    region.args.forEach((a, i) => {
      if (conditionUses.has(a)) keep[i] = true;
    });
  });
  for (;;) {
    const needed = new Set<Value>();
    body.yielded.forEach((y, i) => {
      if (keep[i]) needed.add(y);
    });
    for (let i = body.ops.length - 2; i >= 0; i--) {
      const inner = body.ops[i];
      if (hasSideEffect(inner) || inner.results.some((r) => needed.has(r))) markUses(inner, needed);
    }
    let changed = false;
    body.args.forEach((a, i) => {
      if (!keep[i] && needed.has(a)) {
        keep[i] = true;
        changed = true;
      }
    });
    if (!changed) return keep;
  }
}
