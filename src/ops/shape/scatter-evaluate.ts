import { type DType, HostArray, isFloat, numElements, product, range, roundToFloat } from '../../base/index.ts';
import { asTensor, type Block, type EvaluationContext, type Op } from '../../ir/index.ts';
import { copyArray, copyElement, elementAt, fromNumbers, numbersOf, take } from '../define/elements.ts';
import { combineNumbers, combinerOf, isOverwrite, plainNumbers, vectorized } from '../define/region.ts';
import { type WindowDims, windowsOf } from './index-windows.ts';
import type { ScatterAttributes, ScatterDimensionNumbers } from './scatter.ts';

export const windowDims = (d: ScatterDimensionNumbers): WindowDims => ({
  windowDims: d.updateWindowDims,
  collapsed: d.insertedWindowDims,
  operandBatching: d.inputBatchingDims,
  indicesBatching: d.scatterIndicesBatchingDims,
  indexMap: d.scatterDimsToOperandDims,
  indexVectorDim: d.indexVectorDim,
});

/** Window sizes with the operand's rank. */
export function windowShape(d: ScatterDimensionNumbers, rank: number, update: readonly number[]): number[] {
  let w = 0;
  return range(rank).map((k) =>
    d.insertedWindowDims.includes(k) || d.inputBatchingDims.includes(k) ? 1 : update[d.updateWindowDims[w++]],
  );
}

/** Flat (operand, update) positions of every update that lies inside, in row-major order of the updates. */
export function placements(
  op: ScatterAttributes,
  operand: readonly number[],
  indices: HostArray,
  update: readonly number[],
) {
  const d = op.scatterDimensionNumbers;
  const rank = operand.length;
  const shape = windowShape(d, rank, update);
  const w = windowsOf(windowDims(d), operand, indices, update, shape);
  const strides = operand.map((_, k) => product(operand.slice(k + 1)));
  const total = numElements(update);
  const target = new Int32Array(total).fill(-1);
  for (let i = 0; i < w.count; i++) {
    let base = 0;
    let inside = true;
    for (let k = 0; k < rank; k++) {
      const start = w.starts[i * rank + k];
      if (start < 0 || start + shape[k] > operand[k]) inside = false;
      base += start * strides[k];
    }
    if (inside)
      for (let j = 0; j < w.size; j++) target[w.smallStarts[i] + w.smallOffsets[j]] = base + w.operandOffsets[j];
  }
  return target;
}

export function scatterArrays(
  inputs: readonly HostArray[],
  indices: HostArray,
  updates: readonly HostArray[],
  op: Op<ScatterAttributes>,
  ctx: EvaluationContext,
): HostArray[] {
  const [body] = op.regions;
  const target = placements(op.attributes, inputs[0].shape, indices, updates[0].shape);
  const x = inputs[0];
  if (inputs.length === 1 && isOverwrite(body)) {
    const out = copyArray(x);
    for (let u = 0; u < target.length; u++) if (target[u] >= 0) copyElement(out, target[u], updates[0], u);
    return [out];
  }
  const name = combinerOf(body);
  const f = name === undefined ? undefined : combineNumbers[name];
  const exact = x.dtype === 'f32' || x.dtype === 'f64' || x.dtype === 'bool' || name !== 'stablehlo.multiply';
  if (f && inputs.length === 1 && plainNumbers(x.dtype) && exact && asTensor(body.yielded[0].type).dtype === x.dtype) {
    const out = Float64Array.from(numbersOf(x));
    const from = numbersOf(updates[0]);
    // Each step is rounded: several updates may meet at one place.
    const round = isFloat(x.dtype) && x.dtype !== 'f64';
    for (let u = 0; u < target.length; u++) {
      if (target[u] < 0) continue;
      const v = f(out[target[u]], from[u]);
      out[target[u]] = round ? roundToFloat(v, x.dtype) : v;
    }
    return [fromNumbers(x.dtype, x.shape, out)];
  }
  const start = inputs.map((v, i) => scatteredInto(v, op.results[i].dtype));
  return combineAt(start, updates, target, body, ctx);
}

/**
 * Combines update u into `out` at flat position `target[u]` (skipped when negative), in place, with any body: rounds in which
 * every target occurs at most once, each as one vectorized step.
 */
export function combineAt(
  out: HostArray[],
  updates: readonly HostArray[],
  target: Int32Array,
  body: Block,
  ctx: EvaluationContext,
): HostArray[] {
  const run = vectorized(body, ctx);
  const seen = new Map<number, number>();
  const rounds: number[][] = [];
  for (let u = 0; u < target.length; u++) {
    if (target[u] < 0) continue;
    const round = seen.get(target[u]) ?? 0;
    seen.set(target[u], round + 1);
    if (!rounds[round]) rounds[round] = [];
    rounds[round].push(u);
  }
  for (const round of rounds) {
    const n = round.length;
    const places = Int32Array.from(round, (u) => target[u]);
    const sources = Int32Array.from(round);
    const args = [...out.map((o) => take(o, [n], places)), ...updates.map((v) => take(v, [n], sources))];
    const results = run
      ? run(args, n)
      : columns(
          range(n).map((i) =>
            ctx.runNow(
              body,
              args.map((a) => elementAt(a, i)),
            ),
          ),
          out.map((o) => o.dtype),
        );
    results.forEach((r, k) => {
      for (let i = 0; i < n; i++) copyElement(out[k], places[i], r, i);
    });
  }
  return out;
}

export function columns(rows: readonly HostArray[][], dtypes: readonly DType[]): HostArray[] {
  return dtypes.map((dtype, k) => {
    const out = HostArray.zeros(dtype, [rows.length]);
    for (const [i, r] of rows.entries()) copyElement(out, i, r[k], 0);
    return out;
  });
}

/** A fresh copy in the body's result type. */
export function scatteredInto(x: HostArray, dtype: DType): HostArray {
  return x.dtype === dtype
    ? copyArray(x)
    : HostArray.from(
        dtype,
        x.shape,
        range(x.size).map((i) => x.get(i)),
      );
}
