import { InternalError } from '../../base/index.ts';
import { accessesOfStage, effectsOf } from './accesses.ts';
import { affineEquals } from './affine.ts';
import type { Buffer, KernelProgram, Step, StepBlock, UpdateStep } from './kernel-ir.ts';

/*
 * When each buffer's contents matter. Steps get increasing positions; a loop's condition and body lie between its start
 * and end. A buffer is live from each write that starts a new content to the last read of it; reads inside a loop of
 * something from outside last until the loop's end.
 */

export interface Interval {
  readonly from: number;
  to: number;
}

/** A place where one buffer could take over the memory of another: the content flows from `a` to `b` unchanged. */
export interface Merge {
  readonly a: Buffer;
  readonly b: Buffer;
}

export interface Liveness {
  readonly intervals: ReadonlyMap<Buffer, readonly Interval[]>;
  /** Wished-for sharings, most valuable first: loop carries, updates in place, results. */
  readonly merges: readonly Merge[];
  /**
   * `from` pairs that may touch: at position p, buffer a is read for the last time by the step that writes b, element by
   * element. Key `a.id,b.id,p`.
   */
  readonly inPlace: ReadonlySet<string>;
}

interface Nesting {
  readonly end: () => number;
  readonly defined: Set<Buffer>;
  readonly parent: Nesting | undefined;
  readonly isLoop: boolean;
  /** Buffers from outside that are read here: extended when the loop ends. */
  readonly outsideReads: Set<Buffer>;
}

export function analyseLiveness(program: KernelProgram): Liveness {
  const analysis = new Analysis();
  return analysis.run(program);
}

class Analysis {
  private position = 0;
  private readonly intervals = new Map<Buffer, Interval[]>();
  private readonly merges: { merge: Merge; weight: number }[] = [];
  private readonly inPlace = new Set<string>();
  private scope: Nesting | undefined;

  run(program: KernelProgram): Liveness {
    this.enter(false);
    for (const a of program.args) this.write(a);
    this.block(program.body);
    const end = ++this.position;
    for (const r of program.results) this.read(r, end);
    // Arguments that are not donated must survive; the caller of coalescing knows which are.
    this.leave();
    const merges = this.merges.sort((x, y) => y.weight - x.weight).map((m) => m.merge);
    return { intervals: this.intervals, merges, inPlace: this.inPlace };
  }

  private enter(isLoop: boolean): void {
    this.scope = { end: () => 0, defined: new Set(), parent: this.scope, isLoop, outsideReads: new Set() };
  }
  private leave(): void {
    const scope = this.scope!;
    this.scope = scope.parent;
    if (scope.isLoop) for (const b of scope.outsideReads) this.read(b, this.position);
    else if (scope.parent) for (const b of scope.outsideReads) this.note(b);
  }
  /** Remembers that the current scope reads something it did not define. */
  private note(b: Buffer): void {
    if (this.scope && !this.scope.defined.has(b)) this.scope.outsideReads.add(b);
  }

  private write(b: Buffer, at = this.position): void {
    this.scope?.defined.add(b);
    const list = this.intervals.get(b);
    const last = list?.[list.length - 1];
    // A second partial write (concatenate, pad) continues the content.
    if (list && last) {
      if (last.to < at) last.to = at;
    } else this.intervals.set(b, [{ from: at, to: at }]);
  }
  /** A write that replaces all contents: what was there before is no longer needed. */
  private rewrite(b: Buffer, at = this.position): void {
    this.scope?.defined.add(b);
    const list = this.intervals.get(b);
    if (list) list.push({ from: at, to: at });
    else this.intervals.set(b, [{ from: at, to: at }]);
  }
  private read(b: Buffer, at = this.position): void {
    if (b.place.kind === 'constant') return;
    // Nothing writes the elements of an empty tensor.
    if (b.elements === 0 && !this.intervals.has(b)) this.write(b, at);
    const list = this.intervals.get(b);
    if (!list) throw new InternalError(`buffer ${b.id} is read before it is written`);
    const last = list[list.length - 1];
    if (last.to < at) last.to = at;
    this.note(b);
  }
  private wish(a: Buffer, b: Buffer, weight: number): void {
    this.merges.push({ merge: { a, b }, weight });
  }

  private block(block: StepBlock): void {
    for (const s of block.steps) {
      this.position++;
      this.step(s);
    }
  }

  private step(s: Step): void {
    switch (s.kind) {
      case 'while': {
        const reads = s.inits.map((i) => i.buffer);
        for (const b of reads) this.read(b);
        s.carries.forEach((c, i) => {
          this.rewrite(c);
          if (s.inits[i].offset === 0) this.wishAt(s.inits[i].buffer, c, 4);
        });
        this.position++;
        this.enter(true);
        for (const c of s.carries) this.scope!.defined.add(c);
        this.block(s.condition);
        this.position++;
        this.read(s.conditionValue.buffer);
        this.block(s.body);
        this.position++;
        for (const y of s.yields) this.read(y.buffer);
        s.carries.forEach((c, i) => {
          const y = s.yields[i].buffer;
          // Passed through unchanged: nothing happens to the carry here.
          if (y === c) {
            this.read(c);
            return;
          }
          this.rewrite(c);
          if (s.yields[i].offset === 0) this.wishAt(y, c, 5);
        });
        this.position++;
        this.leave();
        for (const c of s.carries) this.read(c);
        break;
      }
      case 'case': {
        this.read(s.selector.buffer);
        for (const branch of s.branches) {
          this.position++;
          this.enter(false);
          this.block(branch.block);
          this.position++;
          for (const y of branch.yields) this.read(y.buffer);
          s.results.forEach((r, i) => {
            const y = branch.yields[i];
            this.rewrite(r);
            if (y.offset === 0) this.wishAt(y.buffer, r, 3);
          });
          this.leave();
        }
        this.position++;
        for (const r of s.results) this.read(r);
        break;
      }
      case 'update': {
        const { reads, writes } = effectsOf(s);
        // A kernel of several stages reads what its earlier stages wrote.
        for (const b of reads) if (!writes.has(b) || this.intervals.has(b)) this.read(b);
        for (const b of writes) this.write(b);
        for (const { operand, result } of s.targets)
          if (operand.offset === 0) this.wishAt(operand.buffer, result, 6, !readsElsewhere(s.write, operand.buffer));
        break;
      }
      case 'copy': {
        this.read(s.from.buffer);
        this.write(s.to);
        if (s.from.offset === 0) this.wishAt(s.from.buffer, s.to, 2);
        break;
      }
      default: {
        const effects = effectsOf(s);
        const { writes } = effects;
        // A kernel of several stages reads what its earlier stages wrote.
        const reads = [...effects.reads].filter((b) => !writes.has(b) || this.intervals.has(b));
        for (const b of reads) this.read(b);
        for (const b of writes) {
          const first = !this.intervals.has(b);
          this.write(b);
          if (!first || (s.kind !== 'loops' && !(s.kind === 'gemm' && s.epilogue))) continue;
          // What loops behind a product make may lie where its result does.
          const own = s.kind === 'gemm' && b !== s.c.storage.buffer ? [s.c.storage.buffer] : [];
          for (const a of [...own, ...reads])
            if (a.bytes === b.bytes && a.dtype === b.dtype && !readsElsewhere(s, a, b)) this.wishAt(a, b, 1);
        }
        if (s.kind === 'routine')
          for (const [from, to] of s.inPlace) if (from.offset === 0) this.wishAt(from.buffer, to, 1);
        if (s.kind === 'collective' && s.inPlace && s.from.offset === 0) this.wishAt(s.from.buffer, s.to, 1);
      }
    }
  }

  private wishAt(a: Buffer, b: Buffer, weight: number, touch = true): void {
    this.wish(a, b, weight);
    if (touch) this.inPlace.add(`${a.id},${b.id},${this.position}`);
  }
}

/**
 * Whether a kernel reads `buffer` at places other than those it writes: then it must not write over it. With `target`, the
 * places are where it stores to that buffer; without, those of its only store.
 */
function readsElsewhere(step: UpdateStep['write'], buffer: Buffer, target?: Buffer): boolean {
  if (step.kind === 'gemm' && step.epilogue) {
    const { epilogue, ...product } = step;
    if (effectsOf(product).reads.has(buffer)) return true;
    // Elements of the result are read once it is finished: at its own place the product is as good as a store.
    if (target === undefined || target === step.c.storage.buffer) return effectsOf(epilogue.step).reads.has(buffer);
    return readsElsewhere(epilogue.step, buffer, target);
  }
  if (step.kind !== 'loops') return effectsOf(step).reads.has(buffer);
  if (step.symbols.some((s) => s.storage.buffer === buffer)) return true;
  let stored = 0;
  for (const stage of step.stages) {
    const all = accessesOfStage(stage);
    const stores = all.filter((a) => a.kind !== 'read' && (target === undefined || a.buffer === target));
    stored += stores.length;
    for (const r of all) {
      if (r.kind !== 'read' || r.buffer !== buffer) continue;
      // In another stage, or folded: the write may come before the read.
      if (stores.length !== 1 || stores[0].kind !== 'store' || !affineEquals(stores[0].index, r.index)) return true;
    }
  }
  if (stored > 1) {
    const reads = step.stages.filter((st) => accessesOfStage(st).some((a) => a.kind === 'read' && a.buffer === buffer));
    if (reads.length > 0) return true;
  }
  return false;
}
