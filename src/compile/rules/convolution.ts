import { isFloat, numElements, range, rowMajorStrides } from '../../base/index.ts';
import type { Op, Value } from '../../ir/index.ts';
import { type Affine, addScaled, constantIndex, linearize, shifted } from '../affine.ts';
import { literal } from '../constants.ts';
import type { Expr, Stage, Storage } from '../kernel-ir.ts';
import type { KernelTable, Lowering } from '../lowering.ts';
import { converted } from '../scalar-body.ts';
import { padded } from './data.ts';

/*
 * Convolutions. The input is padded (and dilated) first, so that every index is affine; then a convolution is a sum over
 * the window and the input features.
 */

interface ConvolutionAttributes {
  readonly dimensionNumbers: {
    readonly inputBatch: number;
    readonly inputFeature: number;
    readonly inputSpatial: readonly number[];
    readonly kernelInput: number;
    readonly kernelOutput: number;
    readonly kernelSpatial: readonly number[];
    readonly outputBatch: number;
    readonly outputFeature: number;
    readonly outputSpatial: readonly number[];
  };
  readonly windowStrides?: readonly number[];
  readonly padding?: readonly (readonly number[])[];
  readonly lhsDilation?: readonly number[];
  readonly rhsDilation?: readonly number[];
  readonly windowReversal?: readonly boolean[];
  readonly featureGroupCount: number;
  readonly batchGroupCount: number;
}

function lowerConvolution(op: Op, lowering: Lowering): void {
  const a = op.attributes as unknown as ConvolutionAttributes;
  const d = a.dimensionNumbers;
  const [lhs, rhs] = op.operands;
  const dtype = op.result.dtype;
  const spatial = range(d.inputSpatial.length);
  const windows = d.kernelSpatial.map((k) => rhs.shape[k]);
  const stride = spatial.map((i) => a.windowStrides?.[i] ?? 1);
  const dilation = spatial.map((i) => a.rhsDilation?.[i] ?? 1);
  const out = d.outputSpatial.map((o) => op.result.shape[o]);
  const input = paddedInput(lhs, lowering, a, out, windows, stride, dilation);
  const kernel = lowering.require(rhs);
  const [xs, ks, rs] = [input.shape, rhs.shape, op.result.shape].map(rowMajorStrides);
  // Groups of features or of batches: the outer part of the output features counts them.
  const groups = Math.max(a.featureGroupCount, a.batchGroupCount);
  const perGroup = op.result.shape[d.outputFeature] / groups;
  const inFeatures = rhs.shape[d.kernelInput];
  const batch = op.result.shape[d.outputBatch];
  // Sums of narrow floats are kept in float32 and rounded once.
  const wide = isFloat(dtype) && dtype !== 'f64' ? 'f32' : dtype;
  const result = lowering.buffer(wide, numElements(op.result.shape));
  const loops = [batch, groups, perGroup, ...out, ...windows, inFeatures];
  const inner = new Set(range(windows.length + 1).map((i) => 3 + out.length + i));
  const sum = (terms: readonly (readonly [Affine, number])[]): Affine =>
    terms.reduce((s, [x, c]) => addScaled(s, x, c), constantIndex(0));
  lowering.push(
    lowering.loops(loops, inner, 'convolution', (_outer, own, at): Stage[] => {
      const [n, g, f, ...rest] = at;
      const o = rest.slice(0, out.length);
      const w = rest.slice(out.length, -1);
      const c = rest[rest.length - 1];
      const x = sum([
        [n, xs[d.inputBatch]],
        [g, a.batchGroupCount > 1 ? batch * xs[d.inputBatch] : inFeatures * xs[d.inputFeature]],
        [c, xs[d.inputFeature]],
        ...spatial.flatMap((i) => {
          const s = xs[d.inputSpatial[i]];
          return [
            [o[i], stride[i] * s],
            [w[i], dilation[i] * s],
          ] as const;
        }),
      ]);
      const flips = spatial.map((i) => a.windowReversal?.[i] ?? false);
      const first = spatial.reduce((s, i) => s + (flips[i] ? (windows[i] - 1) * ks[d.kernelSpatial[i]] : 0), 0);
      const k = sum([
        [g, perGroup * ks[d.kernelOutput]],
        [f, ks[d.kernelOutput]],
        [c, ks[d.kernelInput]],
        ...spatial.map((i) => [w[i], (flips[i] ? -1 : 1) * ks[d.kernelSpatial[i]]] as const),
      ]);
      const r = sum([
        [n, rs[d.outputBatch]],
        [g, perGroup * rs[d.outputFeature]],
        [f, rs[d.outputFeature]],
        ...spatial.map((i) => [o[i], rs[d.outputSpatial[i]]] as const),
      ]);
      const load = (v: Value, { buffer, offset }: Storage, index: Affine): Expr =>
        converted({ kind: 'load', dtype: v.dtype, buffer, index: shifted(index, offset) }, wide);
      const value: Expr = {
        kind: 'apply',
        dtype: wide,
        fn: 'multiply',
        args: [load(lhs, input.storage, x), load(rhs, kernel, shifted(k, first))],
      };
      const target = { buffer: result, index: r, dtype: wide };
      return [
        { kind: 'nest', vars: own, stores: [], folds: [{ combiner: 'add', init: literal(wide, 0), value, target }] },
      ];
    }),
  );
  if (wide === dtype) {
    lowering.setStorage(op.result, { buffer: result, offset: 0 });
    return;
  }
  const rounded = lowering.bufferFor(op.result);
  lowering.push(
    lowering.loops(op.result.shape, 'all', 'convert', (_outer, vars, at): Stage[] => {
      const index = linearize(at, op.result.shape);
      const value = converted({ kind: 'load', dtype: wide, buffer: result, index }, dtype);
      return [{ kind: 'nest', vars, stores: [{ buffer: rounded, index, dtype, value }], folds: [] }];
    }),
  );
  lowering.setStorage(op.result, { buffer: rounded, offset: 0 });
}

/** The input with everything inside that windows touch. */
function paddedInput(
  lhs: Value,
  lowering: Lowering,
  a: ConvolutionAttributes,
  out: readonly number[],
  windows: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): { storage: Storage; shape: readonly number[] } {
  const d = a.dimensionNumbers;
  const shape = [...lhs.shape];
  const low = lhs.shape.map(() => 0);
  const step = lhs.shape.map(() => 1);
  d.inputSpatial.forEach((dim, i) => {
    shape[dim] = Math.max(0, (out[i] - 1) * stride[i] + (windows[i] - 1) * dilation[i] + 1);
    low[dim] = a.padding?.[i][0] ?? 0;
    step[dim] = a.lhsDilation?.[i] ?? 1;
  });
  const isInside = low.every((p) => p === 0) && step.every((s) => s === 1) && shape.every((n, k) => n <= lhs.shape[k]);
  if (isInside) return { storage: lowering.require(lhs), shape: lhs.shape };
  const buffer = padded(lowering, { value: lhs, fill: literal(lhs.dtype, 0), shape, low, step });
  return { storage: { buffer, offset: 0 }, shape };
}

export const convolutionRules = {
  'stablehlo.convolution': { lower: lowerConvolution },
} as const satisfies KernelTable;
