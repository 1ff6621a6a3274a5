import { nodesOf, rootsOf } from '../kernels/accesses.ts';
import {
  type Affine,
  addScaled,
  constantIndex,
  type LoopVar,
  loopVar,
  shifted,
  type Term,
  termIndex,
} from '../kernels/affine.ts';
import { renameNest, renaming } from '../kernels/align.ts';
import { collapseLoops } from '../kernels/collapse.ts';
import { neutralElement } from '../kernels/combiners.ts';
import type { Buffer, Expr, Fold, LoopStep, Nest, Stage } from '../kernels/kernel-ir.ts';
import { mapSteps } from '../kernels/walk.ts';
import { literal } from '../lower/constants.ts';
import { columnLane } from '../schedule/pieces.ts';
import type { KernelPass } from './kernel-pass.ts';
import { countUsers } from './shrink-buffers.ts';

/*
 * Large folds, arranged for memory and threads:
 * - a fold with too few results to deal out is cut into pieces, whose partial results are folded by a second kernel;
 * - folds over rows keep a row of sums in the cache and add several rows at a time to it, so that memory is read from front to
 *   back: strips of columns, one after the other, reach half the speed.
 * How they are cut depends on the kernel only, so results are the same on any number of threads.
 * Precondition: buffers are assigned to no memory yet. Postcondition: same results, up to the order of combination.
 */
export const tileReductionsPass: KernelPass = {
  name: 'tile-reductions',
  doc: 'Cuts large folds into pieces for threads, and folds over rows into blocks that a cache holds.',
  run: (program, { machine }) => {
    let nextId = 1 + [...countUsers(program).keys()].reduce((n, b) => Math.max(n, b.id), 0);
    const newBuffer: NewBuffer = (like, elements, place) => {
      const bytes = (elements * like.bytes) / Math.max(1, like.elements);
      return { id: nextId++, dtype: like.dtype, elements, bytes, place: { kind: place } };
    };
    // Half of a first-level cache, in float32.
    const mostColumns = machine.cacheBytes[0] / 8;
    const body = mapSteps(program.body, (s) => {
      if (s.kind !== 'loops' || !isLarge(s)) return [s];
      const steps = inPieces(collapseLoops(s), newBuffer);
      return [rowsAtATime(steps[0], newBuffer, mostColumns), ...steps.slice(1)];
    });
    return { ...program, body };
  },
};

type NewBuffer = (like: Buffer, elements: number, place: 'temp' | 'local') => Buffer;

/** Points of a fold worth cutting, and of a piece. */
const smallestFold = 1 << 17;
const pieceSize = 1 << 16;
const mostPieces = 64;
/** Pieces that keep the threads of a large machine busy; columns of one. */
const enoughPieces = 16;
const pieceColumns = 512;
/** Columns and rows from which on a row of sums pays; fewer columns stay in registers. */
const fewestColumns = 128;
const fewestRows = 16;
/** Rows at a time. */
const tile = 8;

const points = (vars: readonly LoopVar[]): number => vars.reduce((n, v) => n * v.extent, 1);

function isLarge({ outer, stages: [stage, ...others] }: LoopStep): boolean {
  if (others.length > 0 || stage.kind !== 'nest' || stage.folds.length === 0) return false;
  return points([...outer, ...stage.vars]) >= smallestFold && ![...outer, ...stage.vars].some((v) => v.count);
}

/** Largest divisor of `n` up to `most`. */
function divisor(n: number, most: number): number {
  for (let d = Math.min(n, most); d > 1; d--) if (n % d === 0) return d;
  return 1;
}

/** The variable as `outer · inner.extent + inner`. */
function cutLoop(v: LoopVar, count: number): { outer: LoopVar; inner: LoopVar; by: ReadonlyMap<Term, Affine> } {
  const [outer, inner] = [loopVar(count), loopVar(v.extent / count)];
  return {
    outer,
    inner,
    by: new Map([[v, addScaled(termIndex(inner), termIndex(outer), count > 1 ? inner.extent : 0)]]),
  };
}

/** A kernel with more points to deal out, and one that folds what it leaves; the kernel itself where it has enough. */
function inPieces(step: LoopStep, newBuffer: NewBuffer): LoopStep[] {
  const stage = step.stages[0] as Nest;
  const lane = columnLane(step, tile);
  const others = points(step.outer.filter((v) => v !== lane));
  const dealt = others * (lane ? Math.max(1, Math.floor(lane.extent / pieceColumns)) : 1);
  if (dealt >= enoughPieces) return [step];
  const total = points([...step.outer, ...stage.vars]);
  const most = Math.min(mostPieces, Math.floor(total / pieceSize));
  const counts = stage.vars.map((v) => divisor(v.extent, most));
  const chosen = counts.indexOf(Math.max(...counts));
  const count = counts[chosen];
  if (count < 2) return [step];
  const v = stage.vars[chosen];
  const { outer, inner, by } = cutLoop(v, count);
  const results = points(step.outer);
  const row = rowMajor(step.outer);
  const partials = stage.folds.map((f) => newBuffer(f.target.buffer, count * results, 'temp'));
  const nest = renameNest(
    stage,
    by,
    stage.vars.map((x) => (x === v ? inner : x)),
  );
  const folds = nest.folds.map((f, i): Fold => {
    const { dtype } = f.target;
    const index = addScaled(row, termIndex(outer), results);
    const init = literal(dtype, neutralElement(f.combiner, dtype));
    return { ...f, init, target: { buffer: partials[i], index, dtype } };
  });
  const joined = stage.folds.map((f, i): Fold => {
    const index = addScaled(row, termIndex(outer), results);
    return { ...f, value: { kind: 'load', dtype: f.target.dtype, buffer: partials[i], index } };
  });
  return [
    { ...step, outer: [outer, ...step.outer], stages: [{ ...nest, folds }], note: `${step.note}, in pieces` },
    {
      ...step,
      stages: [{ kind: 'nest', vars: [outer], stores: [], folds: joined }],
      note: `${step.note} of pieces`,
    },
  ];
}

function rowMajor(vars: readonly LoopVar[]): Affine {
  let stride = 1;
  return [...vars].reverse().reduce((sum, v) => {
    const next = addScaled(sum, termIndex(v), stride);
    stride *= v.extent;
    return next;
  }, constantIndex(0));
}

/** A fold over rows as a row of at most so many sums, to which several rows are added at a time. */
function rowsAtATime(step: LoopStep, newBuffer: NewBuffer, mostColumns: number): LoopStep {
  const stage = step.stages[0] as Nest;
  const lane = columnLane(step, tile);
  if (!lane || lane.extent < fewestColumns || stage.stores.length > 0 || points(stage.vars) < fewestRows) return step;
  if (stage.folds.some((f) => f.value.dtype !== f.target.dtype)) return step;
  const width = divisor(lane.extent, Math.floor(mostColumns / stage.folds.length));
  if (width < fewestColumns) return step;
  const columns = cutLoop(lane, lane.extent / width);
  const own = renameNest(stage, columns.by, stage.vars);
  const column = columns.inner;
  const sums = own.folds.map((f) => newBuffer(f.target.buffer, width, 'local'));
  const at = termIndex(column);
  const load = (i: number): Expr => ({ kind: 'load', dtype: sums[i].dtype, buffer: sums[i], index: at });
  const nest = (vars: readonly LoopVar[], value: (f: Fold, i: number) => Expr): Stage => ({
    kind: 'nest',
    vars: [...vars, column],
    stores: own.folds.map((f, i) => ({ buffer: sums[i], index: at, dtype: f.target.dtype, value: value(f, i) })),
    folds: [],
  });
  const rows = own.vars[own.vars.length - 1];
  const around = own.vars.slice(0, -1);
  const high = Math.max(1, Math.min(rows.extent, Math.floor((tile * 8) / nodesOf(rootsOf(own)).length)));
  const height = Math.min(tile, high);
  const turns = Math.floor(rows.extent / height);
  /** The sum and `count` rows from `first` on. */
  const added = (first: Affine, count: number) => {
    const each = Array.from({ length: count }, (_, u) => renaming(new Map([[rows, shifted(first, u)]])));
    return (f: Fold, i: number): Expr =>
      each.reduce<Expr>((sum, r) => {
        return { kind: 'apply', dtype: f.target.dtype, fn: f.combiner, args: [sum, r.expr(f.value)] };
      }, load(i));
  };
  const turn = loopVar(turns);
  const rest = rows.extent - turns * height;
  const stages: Stage[] = [nest([], (f) => f.init), nest([...around, turn], added(termIndex(turn, height), height))];
  if (rest > 0) stages.push(nest(around, added(constantIndex(turns * height), rest)));
  stages.push({
    kind: 'nest',
    vars: [column],
    stores: own.folds.map((f, i) => ({ ...f.target, value: load(i) })),
    folds: [],
  });
  const outer = [...step.outer.filter((v) => v !== lane), ...(columns.outer.extent > 1 ? [columns.outer] : [])];
  return { ...step, outer, stages };
}
