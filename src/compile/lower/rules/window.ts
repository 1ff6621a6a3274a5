import { numElements, range, rowMajorStrides, type Shape } from '../../../base/index.ts';
import type { Op, Value } from '../../../ir/index.ts';
import type { WindowGeometry } from '../../../ops/index.ts';
import { addScaled, constantIndex, linearize } from '../../kernels/affine.ts';
import type { Buffer, Combiner, Expr, LoopStep, RoutineStep, Stage, Storage } from '../../kernels/kernel-ir.ts';
import {
  both,
  choose,
  compare,
  either,
  type Index,
  index,
  memory,
  minus,
  not,
  placed,
  plus,
  RoutineBuilder,
  times,
  whole,
} from '../../kernels/routine.ts';
import { literal } from '../constants.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { converted, scalarBody } from '../scalar-body.ts';
import { padded } from './data.ts';
import { combinerOf } from './reduce.ts';
import { lowerRunning } from './running.ts';

/* Sliding windows: reductions over them are loop nests over the padded input; running sums take one pass. */

interface WindowAttributes {
  readonly windowDimensions?: readonly number[];
  readonly windowStrides?: readonly number[];
  readonly baseDilations?: readonly number[];
  readonly windowDilations?: readonly number[];
  readonly padding?: readonly (readonly number[])[];
}

function windowGeometry(op: Op, rank: number): WindowGeometry {
  const a = op.attributes as WindowAttributes;
  const ones = new Array<number>(rank).fill(1);
  return {
    sizes: a.windowDimensions ?? ones,
    strides: a.windowStrides ?? ones,
    baseDilations: a.baseDilations ?? ones,
    windowDilations: a.windowDilations ?? ones,
    padding: a.padding ?? ones.map(() => [0, 0]),
  };
}

/** A tensor in memory with everything its windows touch inside. */
interface Base {
  readonly storage: Storage;
  readonly shape: Shape;
}

function withPadding(lowering: Lowering, value: Value, fill: Value, g: WindowGeometry, out: Shape): Base {
  const shape = out.map((n, d) => Math.max(0, (n - 1) * g.strides[d] + (g.sizes[d] - 1) * g.windowDilations[d] + 1));
  const low = g.padding.map((p) => p[0]);
  const isInside =
    low.every((p) => p === 0) && g.baseDilations.every((b) => b === 1) && shape.every((n, d) => n <= value.shape[d]);
  if (isInside) return { storage: lowering.require(value), shape: value.shape };
  const buffer = padded(lowering, { value, fill, shape, low, step: g.baseDilations });
  return { storage: { buffer, offset: 0 }, shape };
}

function lowerReduceWindow(op: Op, lowering: Lowering): void {
  const count = op.results.length;
  const inputs = op.operands.slice(0, count);
  const inits = op.operands.slice(count);
  const out = op.results[0].shape;
  const rank = out.length;
  const g = windowGeometry(op, rank);
  const body = op.regions[0];
  if (count === 1 && lowerRunning(op, lowering, g)) return;
  const targets = op.results.map((r) => lowering.bufferFor(r));
  const combiner =
    count === 1 && inputs[0].dtype === op.results[0].dtype && inits[0].dtype === inputs[0].dtype
      ? combinerOf(body)
      : undefined;
  // The fill of the padding is the initial value itself, so what lies outside needs no test.
  const bases = inputs.map((v, i) => withPadding(lowering, v, inits[i], g, out));
  if (combiner) lowering.push(combinedWindows(lowering, op, combiner, bases[0], targets[0], g));
  else lowering.push(generalWindows(lowering, op, bases, targets, g));
  op.results.forEach((r, i) => {
    lowering.setStorage(r, { buffer: targets[i], offset: 0 });
  });
}

/** A named combiner: a loop nest that folds. */
function combinedWindows(
  lowering: Lowering,
  op: Op,
  combiner: Combiner,
  base: Base,
  buffer: Buffer,
  g: WindowGeometry,
): LoopStep {
  const [x, init] = op.operands;
  const { shape: out, dtype } = op.result;
  const rank = out.length;
  const inner = new Set(range(rank).map((d) => rank + d));
  const strides = rowMajorStrides(base.shape);
  return lowering.loops([...out, ...g.sizes], inner, `reduce_window ${combiner}`, (_outer, own, at, b): Stage[] => {
    const [o, w] = [at.slice(0, rank), at.slice(rank)];
    const place = o.reduce(
      (sum, i, d) => addScaled(addScaled(sum, i, g.strides[d] * strides[d]), w[d], g.windowDilations[d] * strides[d]),
      constantIndex(base.storage.offset),
    );
    const value: Expr = { kind: 'load', dtype: x.dtype, buffer: base.storage.buffer, index: place };
    const fold = { combiner, init: b.value(init, []), value, target: { buffer, index: linearize(o, out), dtype } };
    return [{ kind: 'nest', vars: own, stores: [], folds: [fold] }];
  });
}

/** Any body, several operands: accumulators are variables, neighbouring results are lanes. */
function generalWindows(
  lowering: Lowering,
  op: Op,
  bases: readonly Base[],
  targets: readonly Buffer[],
  g: WindowGeometry,
): RoutineStep {
  const count = op.results.length;
  const body = op.regions[0];
  const out = op.results[0].shape;
  const last = out.length - 1;
  const from = bases.map((b, i) => memory(b.storage, op.operands[i].dtype));
  const inits = op.operands.slice(count).map((v) => memory(lowering.require(v), v.dtype));
  const r = new RoutineBuilder('reduce_window');
  const point = (o: readonly Index[]): void => {
    const sums = inits.map((m, i) => r.let(converted(r.load(m, 0), body.args[i].dtype)));
    r.nest(g.sizes, (w) => {
      const values = from.map((m, i) => {
        const strides = rowMajorStrides(bases[i].shape);
        const terms = out.map((_, d) =>
          times(plus(times(o[d], g.strides[d]), times(w[d], g.windowDilations[d])), strides[d]),
        );
        return r.let(r.load(m, plus(...terms)));
      });
      const next = scalarBody(lowering, body, [...sums, ...values]).map((e) => r.let(e));
      next.forEach((e, i) => {
        r.set(sums[i], e);
      });
    });
    targets.forEach((t, i) => {
      r.store(whole(t), placed(o, rowMajorStrides(out)), sums[i]);
    });
  };
  const rows = out.slice(0, -1);
  if (numElements(out) > 0)
    r.parallel(numElements(rows), numElements(out) * numElements(g.sizes), (row) => {
      const head = r.unflatten(row, rows);
      if (last < 0) point([]);
      else r.lanes(out[last], (i) => point([...head, i]));
    });
  return r.step(targets);
}

function lowerSelectAndScatter(op: Op, lowering: Lowering): void {
  const [x, source, init] = op.operands;
  const { shape } = x;
  const g = windowGeometry(op, shape.length);
  const [select, combine] = op.regions;
  const result = lowering.bufferFor(op.result);
  lowering.push(
    lowering.loops(shape, 'all', 'fill', (_outer, inner, at, b): Stage[] => {
      const value = converted(b.value(init, []), op.result.dtype);
      const store = { buffer: result, index: linearize(at, shape), dtype: op.result.dtype, value };
      return [{ kind: 'nest', vars: inner, stores: [store], folds: [] }];
    }),
  );
  const [from, src] = [x, source].map((v) => memory(lowering.require(v), v.dtype));
  const to = whole(result);
  const strides = rowMajorStrides(shape);
  const last = shape.length - 1;
  /** Dimensions that no window slides along: every point of them is a problem of its own. */
  const isFree = (d: number): boolean =>
    g.sizes[d] === 1 && g.strides[d] === 1 && g.padding[d][0] === 0 && source.shape[d] === shape[d];
  const inLanes = last >= 0 && isFree(last) && shape[last] > 1;
  const outer = range(shape.length).findIndex((d) => !isFree(d) || (inLanes && d === last));
  const free = outer < 0 ? shape.length : outer;
  const r = new RoutineBuilder('select_and_scatter');

  /** Runs `body` for every window element that lies inside, with its place and its number in the window. */
  const visit = (o: readonly Index[], body: (at: Expr, number: Expr) => void): void =>
    r.nest(g.sizes, (w) => {
      const tests: Expr[] = [];
      const place = shape.map((n, d) => {
        if (isFree(d)) return index(o[d]);
        const p = r.let(minus(plus(times(o[d], g.strides[d]), times(w[d], g.windowDilations[d])), g.padding[d][0]));
        tests.push(compare(p, 'GE', 0), compare(p, 'LT', n));
        return p;
      });
      const number = placed(w, rowMajorStrides(g.sizes));
      const at = placed(place, strides);
      if (tests.length > 0) r.if(tests.reduce(both), () => body(at, number));
      else body(at, number);
    });
  const point = (o: readonly Index[]): void => {
    const best = r.let(literal('i32', -1));
    const value = r.let(literal(x.dtype, 0));
    const none = compareI32(best, 'LT', literal('i32', 0));
    visit(o, (at, number) => {
      const candidate = r.let(r.load(from, at));
      const takes = r.let(either(none, not(scalarBody(lowering, select, [value, candidate])[0])));
      r.set(value, choose(takes, candidate, value));
      r.set(best, choose(takes, converted(number, 'i32'), best));
    });
    const update = r.let(r.load(src, placed(o, rowMajorStrides(source.shape))));
    visit(o, (at, number) => {
      const old = r.let(r.load(to, at));
      const sum = converted(scalarBody(lowering, combine, [old, update])[0], op.result.dtype);
      r.store(to, at, choose(compareI32(best, 'EQ', converted(number, 'i32')), sum, old));
    });
  };
  const rows = source.shape.slice(0, free);
  if (numElements(source.shape) > 0)
    r.parallel(numElements(rows), numElements(shape) * 2, (row) => {
      const head = r.unflatten(row, rows);
      r.nest(source.shape.slice(free, inLanes ? last : undefined), (o) => {
        if (inLanes) r.lanes(shape[last], (lane) => point([...head, ...o, lane]));
        else point([...head, ...o]);
      });
    });
  lowering.push(r.step([result]));
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

const compareI32 = (a: Expr, parameter: string, b: Expr): Expr => ({
  kind: 'apply',
  dtype: 'bool',
  fn: 'compare',
  args: [a, b],
  parameter,
});

export const windowRules = {
  'stablehlo.reduce_window': { lower: lowerReduceWindow },
  'stablehlo.select_and_scatter': { lower: lowerSelectAndScatter },
} as const satisfies KernelRules;
