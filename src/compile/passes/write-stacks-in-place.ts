import { ExprRewriter, effectsOf } from '../kernels/accesses.ts';
import { type Affine, addScaled, coefficientOf, loopVar, type RuntimeIndex, termIndex } from '../kernels/affine.ts';
import type {
  Buffer,
  Expr,
  GemmStep,
  LoopStep,
  MatrixView,
  Nest,
  Step,
  StepBlock,
  SymbolSource,
  UpdateStep,
  WhileStep,
} from '../kernels/kernel-ir.ts';
import { readsNibbles } from '../kernels/sub-byte.ts';
import { mapBlocks } from '../kernels/walk.ts';
import type { KernelPass } from './kernel-pass.ts';
import { countUsers } from './shrink-buffers.ts';

/*
 * Loops that stack a value per round (scans): the value is written straight to its place in the stack, and a stack that the
 * rounds fill completely is not cleared before.
 * Example: `x = a·b; stack' = stack with x at n` becomes `stack' = stack with a·b at n`, and readers of x read the stack.
 * Precondition: a buffer is written in full before it is read. Postcondition: same results.
 */
export const writeStacksInPlacePass: KernelPass = {
  name: 'write-stacks-in-place',
  doc: 'Writes what a scan stacks straight to its place in the stack, and does not clear a stack that its rounds fill.',
  run: (program) => {
    const users = countUsers(program);
    const visit = (block: StepBlock): StepBlock => {
      const fills = new Set<Buffer>();
      const steps = block.steps.map((s): Step => {
        const inner = mapBlocks(s, visit);
        if (inner.kind !== 'while') return inner;
        for (const b of overwrittenInits(inner, block, users)) fills.add(b);
        return { ...inner, body: writeThrough(inner, users) };
      });
      return { steps: steps.map((s) => (fills.size > 0 ? withoutFill(s, fills) : s)) };
    };
    return { ...program, body: visit(program.body) };
  },
};

/** An update of a carried stack by a copy of a buffer made in the same round. */
interface Push {
  readonly update: UpdateStep & { readonly write: LoopStep };
  readonly from: Buffer;
  /** Position of the copy's first element in the stack. */
  readonly at: Affine;
}

function pushesOf(loop: WhileStep): Push[] {
  return loop.body.steps.flatMap((s): Push[] => {
    if (s.kind !== 'update' || s.write.kind !== 'loops' || s.targets.length !== 1) return [];
    const [{ operand, result }] = s.targets;
    const carry = loop.carries.indexOf(operand.buffer);
    if (carry < 0 || operand.offset !== 0 || loop.yields[carry].buffer !== result) return [];
    const [stage] = s.write.stages;
    if (s.write.outer.length > 0 || s.write.stages.length !== 1 || stage.kind !== 'nest') return [];
    const [store] = stage.stores;
    if (stage.stores.length !== 1 || stage.folds.length > 0 || store.value.kind !== 'load') return [];
    const { buffer: from, index, dtype } = store.value;
    if (dtype !== store.dtype || !coversAll(index, stage, from)) return [];
    const at = addScaled(store.index, index, -1);
    if ([...at.terms.keys()].some((t) => t.kind === 'loop')) return [];
    return [{ update: s as Push['update'], from, at }];
  });
}

/** Whether the nest visits every element of the buffer once. */
function coversAll(index: Affine, nest: Nest, buffer: Buffer): boolean {
  if (index.constant !== 0 || [...index.terms.keys()].some((t) => t.kind === 'symbol')) return false;
  let next = 1;
  const loops = nest.vars.filter((v) => v.extent > 1).sort((a, b) => coefficientOf(index, a) - coefficientOf(index, b));
  for (const v of loops) {
    if (coefficientOf(index, v) !== next) return false;
    next *= v.extent;
  }
  return next === buffer.elements;
}

function writeThrough(loop: WhileStep, users: ReadonlyMap<Buffer, number>): StepBlock {
  let steps = loop.body.steps;
  for (const push of pushesOf(loop)) {
    const { from, update } = push;
    const [{ operand, result }] = update.targets;
    if (from.place.kind !== 'temp' || loop.carries.includes(from)) continue;
    if (!isOnlyIn(update, operand.buffer, loop) || users.get(result) !== 2) continue;
    const touching = steps.filter((s) => touches(s, from));
    if (touching.length !== users.get(from) || !touching.every((s) => isRewritable(s, from))) continue;
    const first = steps.findIndex((s) => effectsOf(s).writes.has(from));
    const sources = update.write.symbols.filter((s) => push.at.terms.has(s.symbol));
    if (first < 0 || !sources.every((s) => isKnownBefore(s, steps, first))) continue;
    steps = steps.flatMap((s, i): Step[] => {
      if (s === update) return [];
      if (!touches(s, from)) return [s];
      const moved = redirect(s, from, result, push.at, sources);
      if (i !== first) return [moved];
      const inner = moved.kind === 'update' ? moved : { targets: [], write: moved as UpdateStep['write'] };
      return [{ kind: 'update', targets: [...inner.targets, { operand, result }], write: inner.write }];
    });
  }
  return { steps };
}

/** Whether a round touches the carried stack in this step alone. */
const isOnlyIn = (update: Step, carry: Buffer, loop: WhileStep): boolean =>
  ![...loop.condition.steps, ...loop.body.steps].some((s) => s !== update && touches(s, carry));

function touches(s: Step, b: Buffer): boolean {
  const { reads, writes } = effectsOf(s);
  return reads.has(b) || writes.has(b);
}

function isRewritable(s: Step, from: Buffer): boolean {
  if (s.kind === 'gemm')
    return !readsNibbles(s) && s.aScale?.storage.buffer !== from && s.bScale?.storage.buffer !== from;
  return s.kind === 'loops' || s.kind === 'tile' || s.kind === 'update';
}

/** Whether the index can be read before step `first` already: nothing in the round writes it from there on. */
const isKnownBefore = (s: SymbolSource, steps: readonly Step[], first: number): boolean =>
  !steps.slice(first).some((x) => effectsOf(x).writes.has(s.storage.buffer));

/** The step with `from` replaced by the part of `to` at `at`. */
function redirect(s: Step, from: Buffer, to: Buffer, at: Affine, sources: readonly SymbolSource[]): Step {
  const rewriter = new ExprRewriter({
    index: (i, b) => (b === from ? addScaled(i, at) : i),
    buffer: (b) => (b === from ? to : b),
  });
  const symbols = (own: readonly SymbolSource[]): SymbolSource[] => [
    ...own,
    ...sources.filter((x) => !own.some((o) => o.symbol === x.symbol)),
  ];
  const view = (v: MatrixView): MatrixView =>
    v.storage.buffer === from ? { ...v, storage: { ...v.storage, buffer: to }, offset: addScaled(v.offset, at) } : v;
  const inner = <T extends LoopStep | GemmStep>(x: T): T =>
    (x.kind === 'loops'
      ? { ...x, stages: x.stages.map((st) => rewriter.stage(st)), symbols: symbols(x.symbols) }
      : { ...x, a: view(x.a), b: view(x.b), c: view(x.c), symbols: symbols(x.symbols) }) as T;
  const inStep = <T extends LoopStep | GemmStep>(m: T): T => (touches(m, from) ? inner(m) : m);
  const any = (x: UpdateStep['write']): UpdateStep['write'] =>
    x.kind === 'tile'
      ? { ...x, start: x.start.map(inStep), body: x.body.map(inStep), finish: x.finish.map(inStep) }
      : inner(x);
  if (s.kind === 'update') return { ...s, write: any(s.write) };
  return any(s as UpdateStep['write']);
}

// ---- stacks that need no clearing ----

/** Buffers that only start a stack all of whose elements the rounds overwrite before anybody can read them. */
function overwrittenInits(loop: WhileStep, around: StepBlock, users: ReadonlyMap<Buffer, number>): Buffer[] {
  const counter = countingCarry(loop, around);
  if (!counter) return [];
  return loop.carries.flatMap((carry, i) => {
    const init = loop.inits[i];
    const push = loop.body.steps.find(
      (s): s is UpdateStep => s.kind === 'update' && s.targets.length === 1 && s.targets[0].operand.buffer === carry,
    );
    if (push?.write.kind !== 'loops' || !isOnlyIn(push, carry, loop)) return [];
    if (users.get(init.buffer) !== 2) return [];
    const [{ operand, result }] = push.targets;
    if (operand.offset !== 0 || init.offset !== 0 || loop.yields[i].buffer !== result) return [];
    if (!fillsAll(push.write, result, counter, loop.body)) return [];
    return [init.buffer];
  });
}

/** The carried integer that counts 0 … rounds-1. */
function countingCarry(loop: WhileStep, around: StepBlock): { buffer: Buffer; rounds: number } | undefined {
  const only = (block: StepBlock, b: Buffer): Expr | undefined => {
    const writers = block.steps.filter((s) => effectsOf(s).writes.has(b));
    const [s] = writers;
    if (writers.length !== 1 || s.kind !== 'loops' || s.outer.length > 0 || s.stages.length !== 1) return undefined;
    const [stage] = s.stages;
    if (stage.kind !== 'nest' || stage.vars.some((v) => v.extent !== 1)) return undefined;
    return stage.stores.find((x) => x.buffer === b)?.value;
  };
  const test = only(loop.condition, loop.conditionValue.buffer);
  if (test?.kind !== 'apply' || test.fn !== 'compare' || test.parameter !== 'LT') return undefined;
  const [value, end] = test.args;
  if (value.kind !== 'load' || end.kind !== 'literal') return undefined;
  const i = loop.carries.indexOf(value.buffer);
  if (i < 0) return undefined;
  const start = only(around, loop.inits[i].buffer);
  const next = only(loop.body, loop.yields[i].buffer);
  if (start?.kind !== 'literal' || Number(start.value) !== 0) return undefined;
  if (next?.kind !== 'apply' || next.fn !== 'add') return undefined;
  const [a, b] = next.args;
  if (a.kind !== 'load' || a.buffer !== value.buffer || b.kind !== 'literal' || Number(b.value) !== 1) return undefined;
  return { buffer: value.buffer, rounds: Number(end.value) };
}

/** Whether the writes of all rounds together are the whole stack. */
function fillsAll(
  write: LoopStep,
  stack: Buffer,
  counter: { buffer: Buffer; rounds: number },
  body: StepBlock,
): boolean {
  const [stage] = write.stages;
  if (write.outer.length > 0 || write.stages.length !== 1 || stage.kind !== 'nest' || stage.folds.length > 0)
    return false;
  const [store] = stage.stores;
  if (stage.stores.length !== 1 || store.buffer !== stack) return false;
  const symbols = [...store.index.terms.keys()].filter((t): t is RuntimeIndex => t.kind === 'symbol');
  if (symbols.length !== 1 || symbols[0].max !== counter.rounds - 1) return false;
  const source = write.symbols.find((s) => s.symbol === symbols[0]);
  if (!source || !countsRounds(source.storage.buffer, counter, body)) return false;
  // With the round as one more loop, every element is visited once.
  const round = loopVar(counter.rounds);
  const terms = new Map(store.index.terms);
  const step = terms.get(symbols[0])!;
  terms.delete(symbols[0]);
  const index = addScaled({ constant: store.index.constant, terms }, termIndex(round), step);
  return coversAll(index, { ...stage, vars: [round, ...stage.vars] }, stack);
}

/** Whether a value is the counter, or runs through the same numbers backwards. */
function countsRounds(b: Buffer, counter: { buffer: Buffer; rounds: number }, body: StepBlock): boolean {
  if (b === counter.buffer) return true;
  const writers = body.steps.filter((s) => effectsOf(s).writes.has(b));
  const [s] = writers;
  if (writers.length !== 1 || s.kind !== 'loops') return false;
  const value = s.stages.flatMap((st) => (st.kind === 'nest' ? st.stores : [])).find((x) => x.buffer === b)?.value;
  if (value?.kind !== 'apply' || value.fn !== 'subtract') return false;
  const [last, x] = value.args;
  return (
    last.kind === 'literal' &&
    Number(last.value) === counter.rounds - 1 &&
    x.kind === 'load' &&
    x.buffer === counter.buffer
  );
}

/** A fill of one of the buffers becomes one of nothing; the buffer still begins there. */
function withoutFill(s: Step, fills: ReadonlySet<Buffer>): Step {
  if (s.kind !== 'loops' || s.stages.length !== 1 || s.outer.length > 0) return s;
  const [stage] = s.stages;
  if (stage.kind !== 'nest' || stage.folds.length > 0 || !stage.stores.every((x) => fills.has(x.buffer))) return s;
  return { ...s, note: 'not cleared', stages: [{ ...stage, vars: [loopVar(0), ...stage.vars] }] };
}
