import { numElements, rowMajorStrides, type Shape } from '../../../base/index.ts';
import type { Op, Value } from '../../../ir/index.ts';
import type { Expr } from '../../kernels/kernel-ir.ts';
import {
  apply,
  both,
  compare,
  least,
  type Memory,
  memory,
  minus,
  most,
  placed,
  plus,
  RoutineBuilder,
  times,
  whole,
} from '../../kernels/routine.ts';
import { literal } from '../constants.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { converted, scalarBody } from '../scalar-body.ts';
import { combinerOf } from './reduce.ts';

/*
 * gather and scatter: for each index vector, a window of the operand at a computed place. Windows that lie together in
 * memory are copied (or added) as runs: rows of an embedding.
 */

interface Dims {
  readonly windowDims: readonly number[];
  readonly collapsed: readonly number[];
  readonly operandBatching: readonly number[];
  readonly indicesBatching: readonly number[];
  readonly indexMap: readonly number[];
  readonly indexVectorDim: number;
}

/** Where windows lie: `small` is the array that has them one after the other (the result, or the updates). */
class Windows {
  /** Index vectors: their shape, and how many there are. */
  readonly batch: readonly number[];
  readonly count: number;
  /** Contiguous elements on both sides, and the loops around them. */
  readonly run: number;
  private readonly axes: readonly { readonly size: number; readonly from: number; readonly to: number }[];
  private readonly operand: Shape;
  private readonly small: Shape;
  private readonly windowShape: Shape;
  private readonly indices: Value;
  private readonly dims: Dims;

  constructor(operand: Shape, indices: Value, small: Shape, windowShape: Shape, dims: Dims) {
    this.operand = operand;
    this.indices = indices;
    this.small = small;
    this.windowShape = windowShape;
    this.dims = dims;
    this.batch = indices.shape.filter((_, k) => k !== dims.indexVectorDim);
    this.count = numElements(this.batch);
    const [strides, smallStrides] = [rowMajorStrides(operand), rowMajorStrides(small)];
    const axes = operand
      .map((_, k) => k)
      .filter((k) => !dims.collapsed.includes(k) && !dims.operandBatching.includes(k))
      .map((k, j) => ({ size: windowShape[k], from: strides[k], to: smallStrides[dims.windowDims[j]] }));
    let run = 1;
    while (axes.length > 0) {
      const last = axes[axes.length - 1];
      if (last.size !== 1 && (last.from !== run || last.to !== run)) break;
      run *= last.size;
      axes.pop();
    }
    this.run = run;
    this.axes = axes;
  }

  /** Start in the operand and in the small array of window `number`, and whether it lies inside the operand. */
  start(r: RoutineBuilder, number: Expr, indices: Memory, clamp: boolean): { at: Expr; small: Expr; inside: Expr[] } {
    const { dims, operand } = this;
    const strides = rowMajorStrides(operand);
    const indexStrides = rowMajorStrides(this.indices.shape);
    const smallStrides = rowMajorStrides(this.small);
    const batchDims = this.indices.shape.map((_, k) => k).filter((k) => k !== dims.indexVectorDim);
    const isOneRun = (strides: readonly number[], which: readonly number[]): boolean =>
      which.every((k, j) => j === 0 || strides[which[j - 1]] === strides[k] * this.batch[j]);
    const smallBatch = this.small.map((_, k) => k).filter((k) => !dims.windowDims.includes(k));
    const isFlat =
      dims.operandBatching.length === 0 && isOneRun(indexStrides, batchDims) && isOneRun(smallStrides, smallBatch);
    const where = isFlat ? [number] : r.unflatten(number, this.batch);
    /** Strides of the loops: all, or those of the innermost for all. */
    const along = (strides: readonly number[], which: readonly number[]): number[] =>
      (isFlat ? which.slice(-1) : which).map((k) => strides[k]);
    const vector = placed(where.slice(0, batchDims.length), along(indexStrides, batchDims));
    const step = dims.indexVectorDim < this.indices.shape.length ? indexStrides[dims.indexVectorDim] : 0;
    const inside: Expr[] = [];
    const places = dims.indexMap.map((dim, k) => {
      const max = operand[dim] - this.windowShape[dim];
      let read = r.load(indices, plus(vector, k * step));
      // Unsigned 64-bit values beyond the signed range must not become negative.
      if (read.dtype === 'u64') read = apply('minimum', read, literal('u64', max + 1));
      const i = converted(read, 'i64');
      if (clamp) return times(r.let(most(0, least(i, max))), strides[dim]);
      const start = r.let(i);
      inside.push(compare(start, 'GE', 0), compare(start, 'LE', max));
      return times(start, strides[dim]);
    });
    const own = dims.operandBatching.map((dim, k) =>
      times(where[batchDims.indexOf(dims.indicesBatching[k])], strides[dim]),
    );
    const small = placed(where.slice(0, smallBatch.length), along(smallStrides, smallBatch));
    return { at: r.let(plus(...places, ...own)), small: r.let(small), inside };
  }

  /** Loops over the runs of one window. */
  runs(r: RoutineBuilder, at: Expr, small: Expr, body: (at: Expr, small: Expr) => void): void {
    r.nest(
      this.axes.map((a) => a.size),
      (w) => {
        const [from, to] = (['from', 'to'] as const).map((side) =>
          placed(
            w,
            this.axes.map((a) => a[side]),
          ),
        );
        body(plus(at, from), plus(small, to));
      },
    );
  }
}

function lowerGather(op: Op, lowering: Lowering): void {
  const { dimensionNumbers: n, sliceSizes } = op.attributes as {
    dimensionNumbers: {
      offsetDims: readonly number[];
      collapsedSliceDims: readonly number[];
      operandBatchingDims: readonly number[];
      startIndicesBatchingDims: readonly number[];
      startIndexMap: readonly number[];
      indexVectorDim: number;
    };
    sliceSizes: readonly number[];
  };
  const dims: Dims = {
    windowDims: n.offsetDims,
    collapsed: n.collapsedSliceDims,
    operandBatching: n.operandBatchingDims,
    indicesBatching: n.startIndicesBatchingDims,
    indexMap: n.startIndexMap,
    indexVectorDim: n.indexVectorDim,
  };
  const [operand, indices] = op.operands;
  const result = lowering.bufferFor(op.result);
  const [from, where] = [operand, indices].map((v) => memory(lowering.require(v), v.dtype));
  const to = whole(result);
  const r = new RoutineBuilder('gather');
  const size = numElements(op.result.shape);
  if (size > 0) {
    const w = new Windows(operand.shape, indices, op.result.shape, sliceSizes, dims);
    r.parallel(w.count, size, (number) => {
      const { at, small } = w.start(r, number, where, true);
      w.runs(r, at, small, (a, s) => {
        if (w.run === 1) r.store(to, s, r.load(from, a));
        else r.move(to, s, from, a, w.run);
      });
    });
  }
  lowering.push(r.step(op.results.map(() => result)));
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

/** Elements of a row that one thread adds up; rows are cut so that every thread sees all updates in their order. */
const scatterRun = 128;

function lowerScatter(op: Op, lowering: Lowering): void {
  const { scatterDimensionNumbers: n } = op.attributes as {
    scatterDimensionNumbers: {
      updateWindowDims: readonly number[];
      insertedWindowDims: readonly number[];
      inputBatchingDims: readonly number[];
      scatterIndicesBatchingDims: readonly number[];
      scatterDimsToOperandDims: readonly number[];
      indexVectorDim: number;
    };
  };
  const dims: Dims = {
    windowDims: n.updateWindowDims,
    collapsed: n.insertedWindowDims,
    operandBatching: n.inputBatchingDims,
    indicesBatching: n.scatterIndicesBatchingDims,
    indexMap: n.scatterDimsToOperandDims,
    indexVectorDim: n.indexVectorDim,
  };
  const count = op.results.length;
  const inputs = op.operands.slice(0, count);
  const indices = op.operands[count];
  const updates = op.operands.slice(count + 1);
  const operand = inputs[0].shape;
  const small = updates[0].shape;
  let next = 0;
  const windowShape = operand.map((_, k) =>
    dims.collapsed.includes(k) || dims.operandBatching.includes(k) ? 1 : small[dims.windowDims[next++]],
  );
  const body = op.regions[0];
  const results = op.results.map((r) => lowering.bufferFor(r));
  const start = inputs.map((v, i) =>
    memory(op.results[i].dtype === v.dtype ? lowering.require(v) : lowering.convertInto(v, op.results[i].dtype)),
  );
  const where = memory(lowering.require(indices), indices.dtype);
  const from = updates.map((v) => memory(lowering.require(v), v.dtype));
  const to = results.map(whole);
  const r = new RoutineBuilder(`scatter ${combinerOf(body) ?? ''}`.trim());
  to.forEach((t, i) => {
    r.startFrom(t, start[i]);
  });
  const size = numElements(small);
  if (size > 0 && numElements(operand) > 0) {
    const w = new Windows(operand, indices, small, windowShape, dims);
    const combine = (a: Expr, s: Expr): void => {
      const args = [...to.map((t) => r.load(t, a)), ...from.map((u) => r.load(u, s))];
      const out = scalarBody(lowering, body, args).map((e) => (to.length > 1 ? r.let(e) : e));
      out.forEach((e, i) => {
        r.store(to[i], a, e);
      });
    };
    /** All windows in their order, elements `first … first + length` of each run. */
    const windows = (first: Expr | number, length: Expr | number): void =>
      r.for(0, w.count, (number) => {
        const { at, small: s0, inside } = w.start(r, number, where, false);
        const windowOf = (): void =>
          w.runs(r, at, s0, (a, s) => {
            if (w.run === 1) combine(a, s);
            else r.lanes(length, (i) => combine(plus(a, first, i), plus(s, first, i)));
          });
        if (inside.length > 0) r.if(inside.reduce(both), windowOf);
        else windowOf();
      });
    const pieces = Math.ceil(w.run / scatterRun);
    if (pieces === 1) windows(0, w.run);
    else
      r.parallel(pieces, size, (piece) => {
        const first = r.let(times(piece, scatterRun));
        windows(first, r.let(least(scatterRun, minus(w.run, first))));
      });
  }
  lowering.push(r.step(results));
  op.results.forEach((v, i) => {
    lowering.setStorage(v, { buffer: results[i], offset: 0 });
  });
}

export const gatherRules = {
  'stablehlo.gather': { lower: lowerGather },
  'stablehlo.scatter': { lower: lowerScatter },
} as const satisfies KernelRules;
