import {
  accessesOfStage,
  conflict,
  type Effects,
  ExprRewriter,
  effectsOf,
  nodesOf,
  rootsOf,
} from '../kernels/accesses.ts';
import { type Affine, affineEquals, boundsOf, coefficientOf, type LoopVar } from '../kernels/affine.ts';
import { align, renameNest, renameOuter } from '../kernels/align.ts';
import type { Buffer, Expr, LoopStep, Nest, Stage, Step, StepBlock } from '../kernels/kernel-ir.ts';
import { mapBlocks } from '../kernels/walk.ts';
import type { KernelPass } from './kernel-pass.ts';

/*
 * Joins loop kernels, so that values pass between them in registers or in the first-level cache instead of memory:
 * - kernels over the same points become one loop, and what one stores the other takes from the register;
 * - kernels that work row by row (reductions over rows, and loops over the same rows) run their stages after one another for
 *   each row: a softmax or a layer norm is one kernel.
 * A kernel may move over others it does not depend on to get there.
 * Precondition: every buffer is written before it is read, by one step (or by several into separate boxes).
 * Postcondition: same results; no store remains that nobody reads.
 */
export const mergeKernelsPass: KernelPass = {
  name: 'merge-kernels',
  doc: 'Joins loops over the same points, and loops that work row by row, so that values pass in registers or in the cache.',
  // Sharing an input is worth joining for once it fills half of the first-level cache.
  run: (program, { machine }) => ({ ...program, body: mergeBlock(program.body, machine.cacheBytes[0] / 2) }),
};

/** How many steps back a partner is looked for. */
const reach = 48;
/** Expression nodes of one nest: beyond this, registers spill and compile times grow. */
const maxNodes = 300;

/** `sharedInputBytes`: the least that two kernels must read both to be related by that alone. */
function mergeBlock(block: StepBlock, sharedInputBytes: number): StepBlock {
  const list: Entry[] = [];
  for (const step of block.steps) {
    const inner = mapBlocks(step, (b) => mergeBlock(b, sharedInputBytes));
    const entry: Entry = { step: inner, effects: effectsOf(inner) };
    list.push(entry);
    settle(list, list.length - 1, sharedInputBytes);
  }
  return { steps: list.map((e) => e.step) };
}

interface Entry {
  readonly step: Step;
  readonly effects: Effects;
}

/** Joins the kernel at `at` with earlier ones as long as one fits. */
function settle(list: Entry[], at: number, sharedInputBytes: number): void {
  let position = at;
  for (;;) {
    const current = list[position];
    if (current.step.kind !== 'loops') return;
    let mayRise = true;
    let found = -1;
    let rises = false;
    let joined: LoopStep | undefined;
    for (let i = position - 1; i >= Math.max(0, position - reach); i--) {
      const other = list[i];
      if (other.step.kind === 'loops' && related(other.effects, current.effects, sharedInputBytes)) {
        const maySink = !list.slice(i + 1, position).some((e) => conflict(other.effects, e.effects));
        if (mayRise || maySink) {
          joined = join(other.step, current.step);
          if (joined) {
            found = i;
            rises = mayRise;
            break;
          }
        }
      }
      if (conflict(other.effects, current.effects)) mayRise = false;
    }
    if (!joined) return;
    const entry: Entry = { step: joined, effects: effectsOf(joined) };
    if (rises) {
      list[found] = entry;
      list.splice(position, 1);
      position = found;
    } else {
      list[position] = entry;
      list.splice(found, 1);
      position--;
    }
  }
}

function related(a: Effects, b: Effects, sharedInputBytes: number): boolean {
  for (const w of a.writes) if (b.reads.has(w)) return true;
  for (const r of a.reads) if (r.bytes >= sharedInputBytes && b.reads.has(r)) return true;
  return false;
}

/** One kernel doing `p`, then `q`; undefined when they do not fit. */
function join(p: LoopStep, q: LoopStep): LoopStep | undefined {
  if (![...p.stages, ...q.stages].every((s) => s.kind === 'nest')) return undefined;
  if (isColumn(p) || isColumn(q)) return undefined;
  const loops = [...p.outer, ...q.outer, ...[...p.stages, ...q.stages].flatMap((s) => s.vars)];
  if (loops.some((v) => v.extent === 0)) return undefined;
  // Run-time indices are read before the kernel starts: they must not come from it.
  const written = effectsOf(p).writes;
  if (q.symbols.some((s) => written.has(s.storage.buffer))) return undefined;
  const note = p.note.includes(q.note) ? p.note : `${p.note}, ${q.note}`;
  const base = { kind: 'loops', symbols: mergeSymbols(p, q), note } as const;
  if (p.outer.length === 0 && q.outer.length === 0) {
    const [a, b] = [p.stages, q.stages];
    if (a.length !== 1 || b.length !== 1) return undefined;
    const nest = joinNests(a[0] as Nest, b[0] as Nest);
    return nest && { ...base, outer: [], stages: [nest] };
  }
  const rows = alignRows(p, q);
  if (!rows) return undefined;
  const [left, right] = rows;
  if (!rowsAreSeparate(left, right)) return undefined;
  const stages: Stage[] = [...left.stages];
  for (const stage of right.stages) place(stages, stage as Nest);
  return { ...base, outer: left.outer, stages };
}

function mergeSymbols(p: LoopStep, q: LoopStep): LoopStep['symbols'] {
  return [...p.symbols, ...q.symbols.filter((s) => !p.symbols.includes(s))];
}

/** Adds a stage behind the others, inside the last one it can share loops with. */
function place(stages: Stage[], stage: Nest): void {
  for (let i = stages.length - 1; i >= 0; i--) {
    const joined = joinNests(stages[i] as Nest, stage);
    if (joined) {
      stages[i] = joined;
      return;
    }
    if (conflict(stageEffects(stages[i]), stageEffects(stage))) break;
  }
  stages.push(stage);
}

function stageEffects(stage: Stage): Effects {
  const reads = new Set<Buffer>();
  const writes = new Set<Buffer>();
  for (const a of accessesOfStage(stage)) (a.kind === 'read' ? reads : writes).add(a.buffer);
  return { reads, writes };
}

/** Two nests in one: what the first stores at a point, the second takes over at that point. */
function joinNests(a: Nest, b: Nest): Nest | undefined {
  const aligned = align(a.vars, b.vars, false);
  if (!aligned) return undefined;
  const first = renameNest(a, aligned.left, aligned.vars);
  const second = renameNest(b, aligned.right, aligned.vars);
  const stored = new Map<Buffer, { index: Affine; value: Expr; dtype: Expr['dtype'] }>();
  for (const s of first.stores) {
    if (stored.has(s.buffer)) return undefined;
    stored.set(s.buffer, s);
  }
  const folded = new Set(first.folds.map((f) => f.target.buffer));
  const read = new Set<Buffer>();
  for (const x of accessesOfStage(first)) if (x.kind === 'read') read.add(x.buffer);
  for (const x of accessesOfStage(second)) {
    if (folded.has(x.buffer)) return undefined;
    if (x.kind !== 'read') {
      if (read.has(x.buffer) || stored.has(x.buffer)) return undefined;
      continue;
    }
    const s = stored.get(x.buffer);
    if (s && !affineEquals(s.index, x.index)) return undefined;
  }
  let fits = true;
  const forward = new ExprRewriter({
    load: (e) => {
      const s = stored.get(e.buffer);
      if (!s) return undefined;
      if (s.dtype !== e.dtype) fits = false;
      return s.value;
    },
  });
  const moved = forward.stage(second) as Nest;
  if (!fits) return undefined;
  const joined: Nest = {
    kind: 'nest',
    vars: aligned.vars,
    stores: [...first.stores, ...moved.stores],
    folds: [...first.folds, ...moved.folds],
  };
  return nodesOf(rootsOf(joined)).length > maxNodes ? undefined : shareLoads(joined);
}

/** Makes equal loads and equal applications one node, so that each is computed once. */
function shareLoads(nest: Nest): Nest {
  const ids = new Map<Expr, number>();
  const known = new Map<string, Expr>();
  const canonical = new Map<Expr, Expr>();
  for (const e of nodesOf(rootsOf(nest))) {
    const node = e.kind === 'apply' ? { ...e, args: e.args.map((x) => canonical.get(x)!) } : e;
    const key = keyOf(node, ids);
    let same = known.get(key);
    if (!same) {
      same = node;
      known.set(key, node);
      ids.set(node, ids.size);
    }
    canonical.set(e, same);
  }
  const get = (e: Expr): Expr => canonical.get(e)!;
  return {
    ...nest,
    stores: nest.stores.map((s) => ({ ...s, value: get(s.value) })),
    folds: nest.folds.map((f) => ({ ...f, init: get(f.init), value: get(f.value) })),
  };
}

function keyOf(e: Expr, ids: ReadonlyMap<Expr, number>): string {
  const index = (a: Affine): string => {
    const terms = [...a.terms].map(([t, c]) => [t.id, c]).sort((x, y) => x[0] - y[0]);
    return `${a.constant}${terms.map(([t, c]) => `+${c}v${t}`).join('')}`;
  };
  switch (e.kind) {
    case 'load':
      return `l${e.dtype}b${e.buffer.id}[${index(e.index)}]`;
    case 'index':
      return `i${e.dtype}[${index(e.index)}]`;
    case 'literal':
      return `c${e.dtype}${Object.is(e.value, -0) ? '-0' : e.value}`;
    case 'variable':
      return `v${e.name}`;
    case 'element':
      return `e${e.dtype}b${e.buffer.id}[${ids.get(e.index)}]`;
    case 'device':
      return 'd';
    case 'apply':
      return `${e.fn}:${e.dtype}:${e.parameter ?? ''}(${e.args.map((a) => ids.get(a)).join(',')})`;
  }
}

/** Whether a fold's own loops do not run along memory: such a kernel works column-wise and stays alone. */
function isColumn(step: LoopStep): boolean {
  return step.stages.some((s) => {
    if (s.kind !== 'nest' || s.folds.length === 0 || s.vars.length === 0 || step.outer.length === 0) return false;
    const last = s.vars[s.vars.length - 1];
    const unit = (v: LoopVar): number =>
      nodesOf(rootsOf(s)).filter((e) => e.kind === 'load' && coefficientOf(e.index, v) === 1).length;
    return step.outer.some((v) => unit(v) > unit(last));
  });
}

/** Both kernels with the same outer loops (the rows). */
function alignRows(p: LoopStep, q: LoopStep): [LoopStep, LoopStep] | undefined {
  if (p.outer.length > 0 && q.outer.length > 0) {
    const a = align(p.outer, q.outer, false);
    return a && [renameOuter(p, a.left, a.vars), renameOuter(q, a.right, a.vars)];
  }
  const [rows, flat] = p.outer.length > 0 ? [p, q] : [q, p];
  if (flat.stages.length !== 1) return undefined;
  const nest = flat.stages[0] as Nest;
  if (nest.folds.length > 0) return undefined;
  const a = align(rows.outer, nest.vars, true);
  if (!a) return undefined;
  const left = renameOuter(rows, a.left, a.vars);
  const right: LoopStep = { ...flat, outer: a.vars, stages: [renameNest(nest, a.right, a.rest)] };
  return p.outer.length > 0 ? [left, right] : [right, left];
}

/** Whether what `p` writes and `q` reads (or the other way round) stays within the same row. */
function rowsAreSeparate(p: LoopStep, q: LoopStep): boolean {
  const rows = p.outer;
  const mine = p.stages.flatMap(accessesOfStage);
  const other = q.stages.flatMap(accessesOfStage);
  for (const a of mine)
    for (const b of other) {
      if (a.buffer !== b.buffer || (a.kind === 'read' && b.kind === 'read')) continue;
      if (a.buffer.place.kind === 'local') continue;
      if (!sameRow(a.index, b.index, rows)) return false;
    }
  return true;
}

/** Both indices are `row start + something less than a row`, with distinct rows for distinct outer points. */
function sameRow(a: Affine, b: Affine, rows: readonly LoopVar[]): boolean {
  if (rows.some((v) => coefficientOf(a, v) !== coefficientOf(b, v))) return false;
  const span = rowSpan(a, rows);
  if (span === undefined) return false;
  return [a, b].every((x) => {
    const [lo, hi] = boundsOf(withoutRows(x, rows));
    return lo >= 0 && hi < span && ![...x.terms.keys()].some((t) => t.kind === 'symbol');
  });
}

export function withoutRows(a: Affine, rows: readonly LoopVar[]): Affine {
  const terms = new Map(a.terms);
  for (const v of rows) terms.delete(v);
  return { constant: a.constant, terms };
}

/** Elements from one row to the next, if the rows of an index are laid out one after the other. */
export function rowSpan(a: Affine, rows: readonly LoopVar[]): number | undefined {
  const real = rows
    .filter((v) => v.extent > 1)
    .map((v) => ({ c: coefficientOf(a, v), extent: v.extent }))
    .sort((x, y) => x.c - y.c);
  if (real.some((r) => r.c <= 0)) return undefined;
  for (let i = 0; i + 1 < real.length; i++) if (real[i + 1].c < real[i].c * real[i].extent) return undefined;
  return real[0]?.c ?? Number.POSITIVE_INFINITY;
}
