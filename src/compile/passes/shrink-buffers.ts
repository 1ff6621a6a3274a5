import { accessesOfStage, ExprRewriter, effectsOf } from '../kernels/accesses.ts';
import { boundsOf } from '../kernels/affine.ts';
import type { Buffer, KernelProgram, LoopStep, Stage, Step } from '../kernels/kernel-ir.ts';
import { mapSteps, walkSteps } from '../kernels/walk.ts';
import type { KernelPass } from './kernel-pass.ts';
import { rowSpan, withoutRows } from './merge-kernels.ts';

/*
 * Removes stores nobody reads, and shrinks buffers that only one row-wise kernel uses to a single row on its stack.
 * Example: the exponentials of a softmax need one row of scratch, not a whole tensor.
 */
export const shrinkBuffersPass: KernelPass = {
  name: 'shrink-buffers',
  doc: 'Removes stores nobody reads, and shrinks buffers of one row-wise kernel to a row on its stack.',
  run: (program, { machine }) => {
    const users = countUsers(program);
    // Rows that do not fit the first-level cache stay in the arena.
    const [largestRow] = machine.cacheBytes;
    return { ...program, body: mapSteps(program.body, (s) => shrinkStep(s, users, largestRow)) };
  },
};

/** Number of steps that touch each buffer. */
export function countUsers(program: KernelProgram): Map<Buffer, number> {
  const count = new Map<Buffer, number>();
  const add = (b: Buffer): void => {
    count.set(b, (count.get(b) ?? 0) + 1);
  };
  walkSteps(program.body, (s) => {
    if (s.kind === 'while') {
      for (const b of new Set([...s.carries, ...[...s.inits, ...s.yields, s.conditionValue].map((x) => x.buffer)]))
        add(b);
    } else if (s.kind === 'case') {
      add(s.selector.buffer);
      for (const b of s.results) add(b);
      for (const branch of s.branches) for (const y of branch.yields) add(y.buffer);
    } else {
      const { reads, writes } = effectsOf(s);
      for (const b of new Set([...reads, ...writes])) add(b);
    }
  });
  return count;
}

function shrinkStep(step: Step, users: ReadonlyMap<Buffer, number>, largestRow: number): Step[] {
  if (step.kind !== 'loops') return [step];
  const lean = dropDeadStores(step, users);
  return lean.stages.length === 0 ? [] : [localise(lean, users, largestRow)];
}

const isPrivate = (b: Buffer, users: ReadonlyMap<Buffer, number>): boolean =>
  b.place.kind === 'temp' && users.get(b) === 1;

function dropDeadStores(step: LoopStep, users: ReadonlyMap<Buffer, number>): LoopStep {
  let stages: readonly Stage[] = step.stages;
  for (;;) {
    const read = new Set<Buffer>();
    for (const s of stages) for (const a of accessesOfStage(s)) if (a.kind === 'read') read.add(a.buffer);
    for (const s of step.symbols) read.add(s.storage.buffer);
    const dead = (b: Buffer): boolean => isPrivate(b, users) && !read.has(b);
    let changed = false;
    const next = stages.flatMap((s): Stage[] => {
      if (s.kind !== 'nest') return [s];
      const stores = s.stores.filter((x) => !dead(x.buffer));
      const folds = s.folds.filter((f) => !dead(f.target.buffer));
      if (stores.length === s.stores.length && folds.length === s.folds.length) return [s];
      changed = true;
      return stores.length + folds.length === 0 ? [] : [{ ...s, stores, folds }];
    });
    stages = next;
    if (!changed) return { ...step, stages };
  }
}

/** `largestRow` in bytes. */
function localise(step: LoopStep, users: ReadonlyMap<Buffer, number>, largestRow: number): LoopStep {
  const accesses = step.stages.flatMap(accessesOfStage);
  const locals = new Map<Buffer, Buffer>();
  for (const { buffer, kind, index } of accesses) {
    if (kind === 'read' || locals.has(buffer) || !isPrivate(buffer, users)) continue;
    if (step.symbols.some((s) => s.storage.buffer === buffer)) continue;
    const span = rowSpan(index, step.outer);
    if (span === undefined) continue;
    const own = accesses.filter((a) => a.buffer === buffer).map((a) => withoutRows(a.index, step.outer));
    const elements = Math.max(...own.map((a) => boundsOf(a)[1])) + 1;
    const bytes = (elements * buffer.bytes) / Math.max(1, buffer.elements);
    if (elements > span || bytes > largestRow) continue;
    locals.set(buffer, { ...buffer, elements, bytes, place: { kind: 'local' } });
  }
  if (locals.size === 0) return step;
  const r = new ExprRewriter({
    index: (i, b) => (b && locals.has(b) ? withoutRows(i, step.outer) : i),
    buffer: (b) => locals.get(b) ?? b,
  });
  return { ...step, stages: step.stages.map((s) => r.stage(s)) };
}
