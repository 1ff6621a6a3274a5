import { isFloat, numElements, rowMajorStrides } from '../../../base/index.ts';
import type { Op, Value } from '../../../ir/index.ts';
import { runningWindows, type WindowGeometry } from '../../../ops/index.ts';
import { addScaled, constantIndex } from '../../kernels/affine.ts';
import type { Combiner, Expr, Stage } from '../../kernels/kernel-ir.ts';
import {
  apply,
  choose,
  compare,
  type Index,
  least,
  type Memory,
  memory,
  minus,
  plus,
  RoutineBuilder,
  times,
  whole,
} from '../../kernels/routine.ts';
import { literal, literalOf } from '../constants.ts';
import type { Lowering } from '../lowering.ts';
import { scalarBody } from '../scalar-body.ts';
import { combinerOf } from './reduce.ts';

/*
 * Windows that grow from one end to the other (cumulative sums): each result continues its neighbour's, so one pass is enough.
 * Long lines are cut where there are too few to keep threads and pipelines busy; then what comes before each cut is summed
 * first. How they are cut depends on the shape only, so results are the same on any number of threads.
 */

/** Sums that go on side by side, so that additions do not wait for one another. */
const chains = 8;
/** Elements of a chain before the next one's turn: a line of the cache, which 8 power-of-two distances would else throw out. */
const turn = 16;
/** Sums wanted in all, and the fewest elements of a piece of a line. */
const wanted = 64;
const shortest = 2048;
/** Neighbouring lines are lanes from so many on; so many of them stay in the first-level cache. */
const fewestLanes = 16;
/** Rows that a block of neighbouring sums takes before it joins them. */
const blockRows = 64;
const laneBlock = 1024;

/** Lines along one dimension, cut into pieces: `[lines, pieces, length, stride]`, the last piece of a line being shorter. */
interface Lines {
  readonly lines: number;
  readonly n: number;
  /** Elements from one to the next of a line; so many lines lie side by side. */
  readonly stride: number;
  readonly pieces: number;
  readonly length: number;
  readonly isForward: boolean;
}

export function lowerRunning(op: Op, lowering: Lowering, g: WindowGeometry): boolean {
  const [x, init] = op.operands;
  const { shape } = x;
  const running = runningWindows(shape, g);
  const body = op.regions[0];
  // Padding is folded in before every element, or after: only with an identity is that the same as not at all.
  const combiner = combinerOf(body);
  if (!running || !combiner || x.dtype !== op.result.dtype || !mayRepeat(combiner, init)) return false;
  const { dimension, isForward } = running;
  const n = shape[dimension];
  const stride = rowMajorStrides(shape)[dimension];
  const lines = numElements(shape.slice(0, dimension));
  const pieces = Math.max(1, Math.min(Math.ceil(wanted / Math.max(1, lines * stride)), Math.floor(n / shortest)));
  const length = Math.ceil(n / pieces);
  const cut: Lines = { lines, n, stride, pieces: Math.ceil(n / length), length, isForward };
  const result = lowering.bufferFor(op.result);
  const from = memory(lowering.require(x), x.dtype);
  const start = memory(lowering.require(init), init.dtype);
  const to = whole(result);
  const next = (a: Expr, b: Expr): Expr => scalarBody(lowering, body, isForward ? [a, b] : [b, a])[0];
  const starts = cut.pieces > 1 ? startsOfPieces(lowering, combiner, cut, from, start, init, next) : undefined;
  const isFloatSum = combiner === 'add' && isFloat(x.dtype);
  const pass: Pass = { cut, from, to, starts, start, next, isFloatSum };
  const r = new RoutineBuilder(`running ${combiner}`);
  if (numElements(shape) > 0) {
    if (stride >= fewestLanes) {
      const scratch = (): Memory => whole(lowering.buffer(x.dtype, laneBlock, { kind: 'local' }));
      if (isFloatSum) sumsAlongLanes(r, pass, { sum: scratch(), error: scratch(), block: scratch() });
      else alongLanes(r, pass);
    } else inChains(r, pass);
  }
  lowering.push(r.step([result]));
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
  return true;
}

/** What every piece of every line starts from: `[lines, pieces, stride]`. */
function startsOfPieces(
  lowering: Lowering,
  combiner: Combiner,
  { lines, n, stride, pieces, length, isForward }: Lines,
  from: Memory,
  start: Memory,
  init: Value,
  next: (a: Expr, b: Expr) => Expr,
): Memory {
  const { dtype } = from;
  const shape = [lines, pieces - 1, stride, length];
  const totals = lowering.buffer(dtype, lines * (pieces - 1) * stride);
  lowering.push(
    lowering.loops(shape, new Set([3]), `totals ${combiner}`, (_outer, vars, [l, p, j, i], b): Stage[] => {
      const first = isForward ? 0 : (n - length) * stride;
      const across = addScaled(addScaled(constantIndex(from.offset + first), l, n * stride), j, 1);
      const at = addScaled(addScaled(across, p, (isForward ? 1 : -1) * length * stride), i, stride);
      const value: Expr = { kind: 'load', dtype, buffer: from.buffer, index: at };
      const index = addScaled(addScaled(addScaled(constantIndex(0), l, (pieces - 1) * stride), p, stride), j, 1);
      const fold = { combiner, init: b.value(init, []), value, target: { buffer: totals, index, dtype } };
      return [{ kind: 'nest', vars, stores: [], folds: [fold] }];
    }),
  );
  const starts = whole(lowering.buffer(dtype, lines * pieces * stride));
  const r = new RoutineBuilder('starts');
  r.for(0, lines, (l) =>
    r.for(0, stride, (j) => {
      const sum = r.let(r.load(start, 0));
      r.for(0, pieces, (p) => {
        r.store(starts, plus(times(plus(times(l, pieces), p), stride), j), sum);
        r.if(compare(p, 'LT', pieces - 1), () => {
          const total = r.load(whole(totals), plus(times(plus(times(l, pieces - 1), p), stride), j));
          r.set(sum, next(sum, total));
        });
      });
    }),
  );
  lowering.push(r.step([starts.buffer]));
  return starts;
}

/** What one pass over all lines reads and writes, and how a sum goes on. */
interface Pass {
  readonly cut: Lines;
  readonly from: Memory;
  readonly to: Memory;
  /** What each piece starts from; undefined: `start`. */
  readonly starts: Memory | undefined;
  readonly start: Memory;
  readonly next: (a: Expr, b: Expr) => Expr;
  /** Then blocks are summed by themselves and join what came before them: see `blocked-sums.ts`. */
  readonly isFloatSum: boolean;
}

/** A sum that a block joins, and what that sum has too much by rounding; the latter stays a number. */
function joined(r: RoutineBuilder, sum: Expr, error: Expr, block: Expr): { sum: Expr; error: Expr } {
  const y = r.let(apply('subtract', block, error));
  const total = r.let(apply('add', sum, y));
  const e = r.let(apply('subtract', apply('subtract', total, sum), y));
  return { sum: total, error: choose(compare(e, 'EQ', e), e, literal(e.dtype, 0)) };
}

/** Position `i` of a line in the order of summation, as a distance from the line's start. */
const along = ({ n, stride, isForward }: Lines, i: Index): Expr => times(isForward ? i : minus(n - 1, i), stride);

/** Scalar sums, several at once. */
function inChains(r: RoutineBuilder, { cut, from, to, starts, start, next, isFloatSum }: Pass): void {
  const { lines, n, stride, pieces, length } = cut;
  const total = lines * pieces * stride;
  const width = Math.min(chains, total);
  const last = n - (pieces - 1) * length;
  r.parallel(Math.ceil(total / width), lines * n * stride, (group) => {
    const own = Array.from({ length: width }, (_, w) => {
      // Beyond the end the last one is computed again.
      const q = r.let(least(plus(times(group, width), w), total - 1));
      const [line, piece, j] = r.unflatten(q, [lines, pieces, stride]);
      const begin = r.let(times(piece, length));
      const base = r.let(plus(times(line, n * stride), j, along(cut, begin)));
      const sum = r.let(starts ? r.load(starts, q) : r.load(start, 0));
      return { piece, base, sum, error: isFloatSum ? r.let(literal(from.dtype, 0)) : undefined };
    });
    const step = cut.isForward ? stride : -stride;
    const run = (k: number, begin: Index, end: Index): void => {
      const { base, sum, error } = own[k];
      const block = error && r.let(literal(from.dtype, 0));
      r.for(begin, end, (i) => {
        const at = plus(base, times(i, step));
        const own = block ?? sum;
        r.set(own, next(own, r.load(from, at)));
        r.store(to, at, block ? next(sum, block) : sum);
      });
      if (!error || !block) return;
      const after = joined(r, sum, error, block);
      r.set(error, after.error);
      r.set(sum, after.sum);
    };
    const full = last - (last % turn);
    r.for(
      0,
      full,
      (i) => {
        for (let k = 0; k < width; k++) run(k, i, plus(i, turn));
      },
      { step: turn },
    );
    for (let k = 0; k < width; k++) {
      const end = pieces === 1 ? last : choose(compare(own[k].piece, 'EQ', pieces - 1), plus(last), plus(length));
      run(k, full, end);
    }
  });
}

/** Neighbouring lines in lanes: each row of results is the one before it and a row of the input. */
function alongLanes(r: RoutineBuilder, { cut, from, to, starts, start, next }: Pass): void {
  const { lines, n, stride, pieces, length } = cut;
  const blocks = Math.ceil(stride / laneBlock);
  const shape = [lines, pieces, blocks];
  r.parallel(numElements(shape), lines * n * stride, (q) => {
    const [line, piece, block] = r.unflatten(q, shape);
    const first = r.let(times(block, laneBlock));
    const width = blocks === 1 ? plus(stride) : r.let(least(laneBlock, minus(stride, first)));
    const begin = r.let(times(piece, length));
    const end = r.let(pieces === 1 ? n : least(n, plus(begin, length)));
    const row = (i: Index): Expr => plus(times(line, n * stride), first, along(cut, i));
    const zeroth = r.let(row(begin));
    if (starts) {
      const before = r.let(plus(times(plus(times(line, pieces), piece), stride), first));
      r.lanes(width, (j) =>
        r.store(to, plus(zeroth, j), next(r.load(starts, plus(before, j)), r.load(from, plus(zeroth, j)))),
      );
    } else {
      const initial = r.let(r.load(start, 0));
      r.lanes(width, (j) => r.store(to, plus(zeroth, j), next(initial, r.load(from, plus(zeroth, j)))));
    }
    r.for(plus(begin, 1), end, (i) => {
      const [here, before] = [r.let(row(i)), r.let(row(minus(i, 1)))];
      r.lanes(width, (j) => {
        r.store(to, plus(here, j), next(r.load(to, plus(before, j)), r.load(from, plus(here, j))));
      });
    });
  });
}

/** The same for sums of floats: rows are added up in blocks. */
function sumsAlongLanes(
  r: RoutineBuilder,
  { cut, from, to, starts, start }: Pass,
  { sum, error, block }: { readonly sum: Memory; readonly error: Memory; readonly block: Memory },
): void {
  const { lines, n, stride, pieces, length } = cut;
  const blocks = Math.ceil(stride / laneBlock);
  const shape = [lines, pieces, blocks];
  const nothing = literal(from.dtype, 0);
  r.parallel(numElements(shape), lines * n * stride, (q) => {
    const [line, piece, part] = r.unflatten(q, shape);
    const first = r.let(times(part, laneBlock));
    const width = blocks === 1 ? plus(stride) : r.let(least(laneBlock, minus(stride, first)));
    const begin = r.let(times(piece, length));
    const end = r.let(pieces === 1 ? n : least(n, plus(begin, length)));
    const before = r.let(plus(times(plus(times(line, pieces), piece), stride), first));
    r.lanes(width, (j) => {
      r.store(sum, j, starts ? r.load(starts, plus(before, j)) : r.load(start, 0));
      r.store(error, j, nothing);
    });
    r.for(
      begin,
      end,
      (low) => {
        r.lanes(width, (j) => r.store(block, j, nothing));
        r.for(low, least(plus(low, blockRows), end), (i) => {
          const here = r.let(plus(times(line, n * stride), first, along(cut, i)));
          r.lanes(width, (j) => {
            const own = r.let(apply('add', r.load(block, j), r.load(from, plus(here, j))));
            r.store(block, j, own);
            r.store(to, plus(here, j), apply('add', r.load(sum, j), own));
          });
        });
        r.lanes(width, (j) => {
          const after = joined(r, r.let(r.load(sum, j)), r.load(error, j), r.load(block, j));
          r.store(error, j, after.error);
          r.store(sum, j, after.sum);
        });
      },
      { step: blockRows },
    );
  });
}

/** Whether folding `init` in many times is the same as once. */
function mayRepeat(combiner: Combiner, init: Value): boolean {
  const known = literalOf(init);
  if (combiner === 'add' || combiner === 'xor') return known !== undefined && Number(known) === 0;
  if (combiner === 'multiply') return known !== undefined && Number(known) === 1;
  return true;
}
