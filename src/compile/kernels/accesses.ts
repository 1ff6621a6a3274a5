import { type Affine, type LoopVar, substitute, type Term } from './affine.ts';
import type { Buffer, Expr, LoopStep, Stage, Step, Storage } from './kernel-ir.ts';
import { partsOf } from './walk.ts';

/* What steps and expressions read and write, and rewriting of their indices. */

/** Every distinct node of some expressions, operands before users. */
export function nodesOf(roots: readonly Expr[]): Expr[] {
  const seen = new Set<Expr>();
  const out: Expr[] = [];
  const visit = (e: Expr): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind === 'apply') for (const a of e.args) visit(a);
    if (e.kind === 'element') visit(e.index);
    out.push(e);
  };
  for (const r of roots) visit(r);
  return out;
}

const dependence = new WeakMap<Expr, ReadonlySet<Term>>();
/** Loop variables and symbols the value depends on. */
export function termsOf(e: Expr): ReadonlySet<Term> {
  let found = dependence.get(e);
  if (!found) {
    const out = new Set<Term>();
    if (e.kind === 'load' || e.kind === 'index') for (const t of e.index.terms.keys()) out.add(t);
    if (e.kind === 'apply') for (const a of e.args) for (const t of termsOf(a)) out.add(t);
    if (e.kind === 'element') for (const t of termsOf(e.index)) out.add(t);
    found = out;
    dependence.set(e, found);
  }
  return found;
}
export const dependsOn = (e: Expr, v: LoopVar): boolean => termsOf(e).has(v);

/** The expressions a stage computes. */
export function rootsOf(stage: Stage): Expr[] {
  if (stage.kind === 'nest')
    return [...stage.stores.map((s) => s.value), ...stage.folds.flatMap((f) => [f.init, f.value])];
  return [...stage.inits, ...stage.values, ...stage.body];
}

export interface Access {
  readonly buffer: Buffer;
  readonly index: Affine;
  /** Writes of folds happen once, after their loops. */
  readonly kind: 'read' | 'store' | 'fold';
}

const accesses = new WeakMap<Stage, readonly Access[]>();
export function accessesOfStage(stage: Stage): readonly Access[] {
  let known = accesses.get(stage);
  if (!known) {
    known = findAccesses(stage);
    accesses.set(stage, known);
  }
  return known;
}
function findAccesses(stage: Stage): Access[] {
  const out: Access[] = [];
  for (const e of nodesOf(rootsOf(stage)))
    if (e.kind === 'load') out.push({ buffer: e.buffer, index: e.index, kind: 'read' });
  if (stage.kind === 'nest') {
    for (const s of stage.stores) out.push({ buffer: s.buffer, index: s.index, kind: 'store' });
    for (const f of stage.folds) out.push({ buffer: f.target.buffer, index: f.target.index, kind: 'fold' });
  } else for (const t of stage.targets) out.push({ buffer: t.buffer, index: t.index, kind: 'fold' });
  return out;
}

export interface Effects {
  readonly reads: ReadonlySet<Buffer>;
  readonly writes: ReadonlySet<Buffer>;
}

const effects = new WeakMap<Step, Effects>();
/** What a step touches, and all steps inside it; a thread's scratch is known inside a tile only. */
export function effectsOf(step: Step): Effects {
  let known = effects.get(step);
  if (!known) {
    known = findEffects(step);
    effects.set(step, known);
  }
  return known;
}
function findEffects(step: Step): Effects {
  const reads = new Set<Buffer>();
  const writes = new Set<Buffer>();
  const read = (s: Storage): void => {
    reads.add(s.buffer);
  };
  switch (step.kind) {
    case 'loops':
      for (const s of step.symbols) read(s.storage);
      for (const stage of step.stages)
        for (const a of accessesOfStage(stage))
          if (a.buffer.place.kind !== 'local') (a.kind === 'read' ? reads : writes).add(a.buffer);
      break;
    case 'gemm':
      for (const s of step.symbols) read(s.storage);
      read(step.a.storage);
      read(step.b.storage);
      for (const s of [step.aScale, step.bScale]) if (s) read(s.storage);
      writes.add(step.c.storage.buffer);
      break;
    case 'tile':
      break;
    case 'update':
      for (const t of step.targets) read(t.operand);
      break;
    case 'copy':
      read(step.from);
      writes.add(step.to);
      break;
    case 'while':
      step.inits.forEach(read);
      read(step.conditionValue);
      step.yields.forEach(read);
      for (const c of step.carries) {
        writes.add(c);
        reads.add(c);
      }
      break;
    case 'case':
      read(step.selector);
      for (const b of step.branches) b.yields.forEach(read);
      for (const r of step.results) writes.add(r);
      break;
    case 'collective':
      read(step.from);
      writes.add(step.to);
      break;
    case 'routine':
    case 'callback':
      step.reads.forEach(read);
      for (const w of step.writes) writes.add(w);
      break;
  }
  for (const part of partsOf(step)) {
    const inner = effectsOf(part);
    for (const x of inner.reads) if (x.place.kind !== 'scratch') reads.add(x);
    for (const x of inner.writes) if (x.place.kind !== 'scratch') writes.add(x);
  }
  return { reads, writes };
}

/** Whether two steps may not exchange places. */
export function conflict(a: Effects, b: Effects): boolean {
  for (const w of a.writes) if (b.reads.has(w) || b.writes.has(w)) return true;
  for (const w of b.writes) if (a.reads.has(w)) return true;
  return false;
}

export interface Rewriting {
  readonly index?: (index: Affine, buffer: Buffer | undefined) => Affine;
  readonly buffer?: (buffer: Buffer) => Buffer;
  /** Replaces a load altogether. */
  readonly load?: (e: Expr & { kind: 'load' }) => Expr | undefined;
}

/** Rewrites expressions, keeping shared nodes shared. */
export class ExprRewriter {
  private readonly memo = new Map<Expr, Expr>();
  private readonly rewriting: Rewriting;
  constructor(rewriting: Rewriting) {
    this.rewriting = rewriting;
  }

  index(i: Affine, buffer?: Buffer): Affine {
    return this.rewriting.index?.(i, buffer) ?? i;
  }
  buffer(b: Buffer): Buffer {
    return this.rewriting.buffer?.(b) ?? b;
  }

  expr(e: Expr): Expr {
    const known = this.memo.get(e);
    if (known) return known;
    const out = this.rebuild(e);
    this.memo.set(e, out);
    return out;
  }

  private rebuild(e: Expr): Expr {
    switch (e.kind) {
      case 'load': {
        const index = this.index(e.index, e.buffer);
        const buffer = this.buffer(e.buffer);
        const same = index === e.index && buffer === e.buffer;
        const moved = same ? e : { ...e, index, buffer };
        return this.rewriting.load?.(moved) ?? moved;
      }
      case 'index': {
        const index = this.index(e.index);
        return index === e.index ? e : { ...e, index };
      }
      case 'apply': {
        const args = e.args.map((a) => this.expr(a));
        return args.every((a, i) => a === e.args[i]) ? e : { ...e, args };
      }
      case 'element':
        return { ...e, buffer: this.buffer(e.buffer), index: this.expr(e.index) };
      default:
        return e;
    }
  }

  stage(s: Stage): Stage {
    const target = <T extends { buffer: Buffer; index: Affine }>(t: T): T => ({
      ...t,
      buffer: this.buffer(t.buffer),
      index: this.index(t.index, t.buffer),
    });
    if (s.kind === 'generalFold')
      return {
        ...s,
        inits: s.inits.map((e) => this.expr(e)),
        values: s.values.map((e) => this.expr(e)),
        body: s.body.map((e) => this.expr(e)),
        targets: s.targets.map(target),
      };
    return {
      ...s,
      stores: s.stores.map((x) => ({ ...target(x), value: this.expr(x.value) })),
      folds: s.folds.map((f) => ({
        ...f,
        init: this.expr(f.init),
        value: this.expr(f.value),
        target: target(f.target),
      })),
    };
  }
}

/** Replaces loop variables throughout a kernel; the caller gives the new variable lists. */
export function renameVars(
  step: LoopStep,
  by: ReadonlyMap<Term, Affine>,
  list: (vars: readonly LoopVar[]) => readonly LoopVar[],
): LoopStep {
  const r = new ExprRewriter({
    index: (i) => {
      for (const t of i.terms.keys()) if (by.has(t)) return substitute(i, by);
      return i;
    },
  });
  return {
    ...step,
    outer: list(step.outer),
    stages: step.stages.map((s) => ({ ...r.stage(s), vars: list(s.vars) })),
  };
}
