import { numElements, rowMajorStrides } from '../../../base/index.ts';
import type { Op, Value } from '../../../ir/index.ts';
import { type Affine, addScaled, shifted } from '../../kernels/affine.ts';
import type { Buffer, Expr, Stage } from '../../kernels/kernel-ir.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { strided } from '../lowering.ts';

/* Ops that write several boxes of one result: concatenate, pad, dynamic_update_slice. */

/** A loop nest writing one value into a box of `buffer`, given where element `index` of the value goes. */
function writeBox(
  lowering: Lowering,
  op: Op,
  operand: number,
  buffer: Buffer,
  place: (index: readonly Affine[], start: (i: number, max: number) => Affine) => Affine,
): ReturnType<Lowering['loops']> {
  const v = op.operands[operand];
  return lowering.loops(v.shape, 'all', op.name.replace('stablehlo.', ''), (_outer, inner, index, b): Stage[] => {
    const at = place(index, (i, max) => b.start(op.operands[i], max));
    return [
      {
        kind: 'nest',
        vars: inner,
        stores: [{ buffer, index: at, dtype: v.dtype, value: b.value(v, index) }],
        folds: [],
      },
    ];
  });
}

function lowerConcatenate(op: Op, lowering: Lowering): void {
  const { dimension } = op.attributes as { dimension: number };
  const buffer = lowering.bufferFor(op.result);
  const strides = rowMajorStrides(op.result.shape);
  let start = 0;
  op.operands.forEach((v, i) => {
    const base = start * strides[dimension];
    start += v.shape[dimension];
    if (numElements(v.shape) > 0)
      lowering.push(writeBox(lowering, op, i, buffer, (index) => strided(index, strides, base)));
  });
  lowering.setStorage(op.result, { buffer, offset: 0 });
}

/** A value spread out in a larger box: element i goes to `low + i · step`, what falls outside is cut off, the rest is filled. */
export interface Padding {
  readonly value: Value;
  /** Scalar for the holes. */
  readonly fill: Value | Expr;
  readonly shape: readonly number[];
  readonly low: readonly number[];
  readonly step: readonly number[];
}

interface Box {
  readonly from: readonly number[];
  readonly shape: readonly number[];
}
/** Boxes of what padding fills: the edges; all of the result, where holes lie between elements or little is not filled. */
function holes(
  shape: readonly number[],
  low: readonly number[],
  step: readonly number[],
  first: readonly number[],
  count: readonly number[],
): Box[] {
  const total = numElements(shape);
  const kept = numElements(count);
  if (kept === total) return [];
  if (2 * kept < total || count.some((n, d) => n > 1 && step[d] > 1)) return [{ from: shape.map(() => 0), shape }];
  const begin = count.map((_, d) => low[d] + first[d] * step[d]);
  return shape.flatMap((n, d) => {
    // The dimensions before this one keep to what is not filled, so that boxes do not overlap.
    const edge = (from: number, to: number): Box => ({
      from: shape.map((_, k) => (k < d ? begin[k] : k === d ? from : 0)),
      shape: shape.map((m, k) => (k < d ? count[k] : k === d ? to - from : m)),
    });
    return [edge(0, begin[d]), edge(begin[d] + count[d], n)].filter((b) => numElements(b.shape) > 0);
  });
}

/** Emits the loops that pad a value into a fresh buffer. */
export function padded(lowering: Lowering, { value: x, fill, shape, low, step }: Padding): Buffer {
  const buffer = lowering.buffer(x.dtype, numElements(shape));
  const strides = rowMajorStrides(shape);
  // Elements that negative padding cuts off are not visited: the loop runs over the part that stays.
  const first = x.shape.map((_, d) => (low[d] < 0 ? Math.ceil(-low[d] / step[d]) : 0));
  const count = x.shape.map((size, d) => {
    const last = Math.floor((shape[d] - 1 - low[d]) / step[d]);
    return Math.max(0, Math.min(size - 1, last) - first[d] + 1);
  });
  for (const box of holes(shape, low, step, first, count))
    lowering.push(
      lowering.loops(box.shape, 'all', 'pad fill', (_outer, inner, index, b) => {
        const value = 'kind' in fill ? fill : b.value(fill, []);
        const at = strided(
          index.map((i, d) => shifted(i, box.from[d])),
          strides,
        );
        return [{ kind: 'nest', vars: inner, stores: [{ buffer, index: at, dtype: x.dtype, value }], folds: [] }];
      }),
    );
  const start = low.reduce((s, p, d) => s + p * strides[d], 0);
  if (numElements(shape) > 0 && numElements(count) > 0)
    lowering.push(
      lowering.loops(count, 'all', 'pad', (_outer, inner, index, b) => {
        const from = index.map((i, d) => shifted(i, first[d]));
        const to = strided(
          from,
          strides.map((s, d) => s * step[d]),
          start,
        );
        const store = { buffer, index: to, dtype: x.dtype, value: b.value(x, from) };
        return [{ kind: 'nest', vars: inner, stores: [store], folds: [] }];
      }),
    );
  return buffer;
}

function lowerPad(op: Op, lowering: Lowering): void {
  const a = op.attributes as {
    edgePaddingLow: readonly number[];
    edgePaddingHigh: readonly number[];
    interiorPadding: readonly number[];
  };
  const [value, fill] = op.operands;
  const step = a.interiorPadding.map((p) => p + 1);
  const buffer = padded(lowering, { value, fill, shape: op.result.shape, low: a.edgePaddingLow, step });
  lowering.setStorage(op.result, { buffer, offset: 0 });
}

function lowerDynamicUpdateSlice(op: Op, lowering: Lowering): void {
  const [x, update] = op.operands;
  const operand = lowering.require(x);
  const result = lowering.bufferFor(op.result);
  const strides = rowMajorStrides(x.shape);
  const write = writeBox(lowering, op, 1, result, (index, start) =>
    index.reduce(
      (sum, i, d) => addScaled(addScaled(sum, i, strides[d]), start(2 + d, x.shape[d] - update.shape[d]), strides[d]),
      strided([], []),
    ),
  );
  lowering.push({ kind: 'update', targets: [{ operand, result }], write });
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

export const dataRules = {
  'stablehlo.concatenate': { lower: lowerConcatenate, uses: () => 'inline' },
  'stablehlo.pad': { lower: lowerPad, uses: () => 'inline' },
  'stablehlo.dynamic_update_slice': {
    lower: lowerDynamicUpdateSlice,
    uses: (_op, operand) => (operand === 1 ? 'inline' : 'storage'),
  },
} as const satisfies KernelRules;
