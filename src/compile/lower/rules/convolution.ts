import { isFloat, numElements, range, rowMajorStrides } from '../../../base/index.ts';
import type { Op, Value } from '../../../ir/index.ts';
import type { ConvolutionAttributes } from '../../../ops/index.ts';
import { type Affine, addScaled, constantIndex, linearize, shifted } from '../../kernels/affine.ts';
import { isSingle } from '../../kernels/compute-types.ts';
import type { Expr, Stage, Storage } from '../../kernels/kernel-ir.ts';
import { type Memory, memory, whole } from '../../kernels/routine.ts';
import { literal } from '../constants.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { converted } from '../scalar-body.ts';
import { type Axis, lowerProducts, type Plan } from './convolution-product.ts';
import { padded } from './data.ts';

/*
 * Convolutions. The input is padded (and dilated) first, so that every index is affine; then a convolution is a sum over
 * the window and the input features.
 */

/** One spatial dimension of a convolution whose input is not dilated. */
interface Spatial {
  readonly out: number;
  readonly stride: number;
  readonly window: number;
  readonly dilation: number;
  /** Padding before the input; negative cuts off. */
  readonly low: number;
  /** The window's first element in the kernel, and the step from one to the next. */
  readonly kernelStart: number;
  readonly kernelStep: number;
}

function lowerConvolution(op: Op, lowering: Lowering): void {
  const a = op.attributes as unknown as ConvolutionAttributes;
  const d = a.dimensionNumbers;
  const [_lhs, rhs] = op.operands;
  const dtype = op.result.dtype;
  // Sums of narrow floats are kept in float32 and rounded once.
  const wide = isFloat(dtype) && dtype !== 'f64' ? 'f32' : dtype;
  const result = lowering.buffer(wide, numElements(op.result.shape));
  const dims = range(d.inputSpatial.length).map((i): Spatial & { readonly base: number } => {
    const window = rhs.shape[d.kernelSpatial[i]];
    const isFlipped = a.windowReversal?.[i] ?? false;
    return {
      out: op.result.shape[d.outputSpatial[i]],
      stride: a.windowStrides?.[i] ?? 1,
      window,
      dilation: a.rhsDilation?.[i] ?? 1,
      base: a.lhsDilation?.[i] ?? 1,
      low: a.padding?.[i][0] ?? 0,
      kernelStart: isFlipped ? window - 1 : 0,
      kernelStep: isFlipped ? -1 : 1,
    };
  });
  const isPhased = dims.some((s) => s.base > 1) && dims.every((s) => s.base === 1 || s.stride === 1);
  if (isPhased && numElements(op.result.shape) > 0) lowerPhases(op, lowering, dims, whole(result));
  else {
    const shape = op.result.shape;
    lowerPlain(
      op,
      lowering,
      dims,
      dims.map((s) => s.base),
      whole(result),
      rowMajorStrides(shape),
    );
  }
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

/**
 * A convolution of an input with holes (the gradient of a strided one) touches, for each place of a result modulo the
 * holes' spacing, every so-many-th window element only: each such phase is a plain convolution, computed aside and woven in.
 */
function lowerPhases(
  op: Op,
  lowering: Lowering,
  dims: readonly (Spatial & { readonly base: number })[],
  to: Memory,
): void {
  const { outputSpatial } = (op.attributes as unknown as ConvolutionAttributes).dimensionNumbers;
  const shape = op.result.shape;
  const strides = rowMajorStrides(shape);
  const ones = dims.map(() => 1);
  const visit = (phases: readonly number[]): void => {
    if (phases.length < dims.length) {
      for (const p of range(Math.min(dims[phases.length].base, dims[phases.length].out))) visit([...phases, p]);
      return;
    }
    let isEmpty = false;
    const own = dims.map((s, i): Spatial => {
      const p = phases[i];
      const out = Math.ceil((s.out - p) / s.base);
      // Window elements that meet the input rather than a hole: w · dilation ≡ low − phase.
      const meets = range(s.window).filter((w) => (p + w * s.dilation - s.low) % s.base === 0);
      if (meets.length === 0) {
        isEmpty = true;
        return { ...s, out };
      }
      const [first, second = first + 1] = meets;
      return {
        out,
        stride: s.stride,
        window: meets.length,
        dilation: ((second - first) * s.dilation) / (meets.length > 1 ? s.base : 1),
        low: -(p + first * s.dilation - s.low) / s.base,
        kernelStart: s.kernelStart + first * s.kernelStep,
        kernelStep: s.kernelStep * (second - first),
      };
    });
    const part = [...shape];
    outputSpatial.forEach((dim, i) => {
      part[dim] = own[i].out;
    });
    const aside = lowering.buffer(to.dtype, numElements(part));
    if (!isEmpty) lowerPlain(op, lowering, own, ones, whole(aside), rowMajorStrides(part));
    lowering.push(
      lowering.loops(part, 'all', 'weave', (_outer, vars, at): Stage[] => {
        const index = at.reduce((sum, x, k) => {
          const i = outputSpatial.indexOf(k);
          const step = i < 0 ? 1 : dims[i].base;
          return shifted(addScaled(sum, x, step * strides[k]), i < 0 ? 0 : phases[i] * strides[k]);
        }, constantIndex(0));
        const value: Expr = isEmpty
          ? literal(to.dtype, 0)
          : { kind: 'load', dtype: to.dtype, buffer: aside, index: linearize(at, part) };
        return [{ kind: 'nest', vars, stores: [{ buffer: to.buffer, index, dtype: to.dtype, value }], folds: [] }];
      }),
    );
  };
  visit([]);
}

/** A convolution into `result`, whose dimensions lie `strides` apart. */
function lowerPlain(
  op: Op,
  lowering: Lowering,
  dims: readonly Spatial[],
  bases: readonly number[],
  result: Memory,
  strides: readonly number[],
): void {
  const { inputSpatial } = (op.attributes as unknown as ConvolutionAttributes).dimensionNumbers;
  const [lhs] = op.operands;
  const isDense = bases.every((base) => base === 1);
  const parts = isDense ? partsOf(dims.map((s, i) => segments(s, lhs.shape[inputSpatial[i]]))) : undefined;
  if (parts) {
    const storage = lowering.require(lhs);
    const plans = parts.map((part) => planOf(op, lowering, part, storage, lhs.shape, result, strides));
    if (!plans.some(isProduct)) {
      for (const plan of plans) lowerLoops(lowering, plan);
      return;
    }
  }
  const input = paddedInput(lhs, lowering, inputSpatial, dims, bases);
  const inside = dims.map((s): Part => ({ ...s, low: 0, start: 0 }));
  const plan = planOf(op, lowering, inside, input.storage, input.shape, result, strides);
  if (isProduct(plan)) lowerProducts(lowering, plan);
  else lowerLoops(lowering, plan);
}

/** A run of results of one dimension, from `start` on, for which the same elements of the window meet the input. */
interface Part extends Spatial {
  readonly start: number;
}
/** Parts of all dimensions together: more are not worth their code. */
const mostParts = 25;

/** The results of a dimension of `n` inputs in runs; undefined where padding is better made: long windows, or nothing but padding. */
function segments(s: Spatial, n: number): Part[] | undefined {
  if (s.out < 2 * s.window) return undefined;
  const out: Part[] = [];
  let last = '';
  for (let o = 0; o < s.out; o++) {
    const inside = range(s.window).filter((w) => {
      const at = o * s.stride + w * s.dilation - s.low;
      return at >= 0 && at < n;
    });
    if (inside.length === 0) return undefined;
    const key = `${inside[0]} ${inside.length}`;
    const previous = out[out.length - 1];
    if (key === last) out[out.length - 1] = { ...previous, out: previous.out + 1 };
    else {
      const low = s.low - o * s.stride - inside[0] * s.dilation;
      const kernelStart = s.kernelStart + inside[0] * s.kernelStep;
      out.push({ ...s, start: o, out: 1, window: inside.length, low, kernelStart });
    }
    last = key;
  }
  return out;
}

/** Every choice of one run per dimension. */
function partsOf(lists: readonly (readonly Part[] | undefined)[]): Part[][] | undefined {
  let all: Part[][] = [[]];
  for (const list of lists) {
    if (!list) return undefined;
    all = all.flatMap((head) => list.map((p) => [...head, p]));
    if (all.length > mostParts) return undefined;
  }
  return all;
}

/** A convolution of an input in which everything lies that windows touch. */
function planOf(
  op: Op,
  lowering: Lowering,
  dims: readonly Part[],
  storage: Storage,
  shape: readonly number[],
  result: Memory,
  strides: readonly number[],
): Plan {
  const a = op.attributes as unknown as ConvolutionAttributes;
  const d = a.dimensionNumbers;
  const [lhs, rhs] = op.operands;
  const [xs, ks] = [shape, rhs.shape].map(rowMajorStrides);
  // Groups of features or of batches: the outer part of the output features counts them.
  const groups = Math.max(a.featureGroupCount, a.batchGroupCount);
  const perGroup = op.result.shape[d.outputFeature] / groups;
  const inFeatures = rhs.shape[d.kernelInput];
  const batch = op.result.shape[d.outputBatch];
  const sum = (value: (p: Part, i: number) => number): number => dims.reduce((total, p, i) => total + value(p, i), 0);
  const kernel = lowering.require(rhs);
  const at = {
    x: storage.offset - sum((p, i) => p.low * xs[d.inputSpatial[i]]),
    kernel: kernel.offset + sum((p, i) => p.kernelStart * ks[d.kernelSpatial[i]]),
    result: result.offset + sum((p, i) => p.start * strides[d.outputSpatial[i]]),
  };
  return {
    x: memory({ buffer: storage.buffer, offset: at.x }, lhs.dtype),
    kernel: memory({ buffer: kernel.buffer, offset: at.kernel }, rhs.dtype),
    result: { ...result, offset: at.result },
    group: {
      extent: groups,
      x: a.batchGroupCount > 1 ? batch * xs[d.inputBatch] : inFeatures * xs[d.inputFeature],
      k: perGroup * ks[d.kernelOutput],
      r: perGroup * strides[d.outputFeature],
    },
    feature: { extent: perGroup, x: 0, k: ks[d.kernelOutput], r: strides[d.outputFeature] },
    rows: [
      { extent: batch, x: xs[d.inputBatch], k: 0, r: strides[d.outputBatch] },
      ...dims.map((s, i): Axis => {
        return { extent: s.out, x: s.stride * xs[d.inputSpatial[i]], k: 0, r: strides[d.outputSpatial[i]] };
      }),
    ],
    sums: [
      ...dims.map((s, i): Axis => {
        const k = s.kernelStep * ks[d.kernelSpatial[i]];
        return { extent: s.window, x: s.dilation * xs[d.inputSpatial[i]], k, r: 0 };
      }),
      { extent: inFeatures, x: xs[d.inputFeature], k: ks[d.kernelInput], r: 0 },
    ],
  };
}

/** Whether matrix products pay. */
function isProduct({ x, kernel, rows, sums, feature }: Plan): boolean {
  if (!isSingle(x.dtype) || x.dtype !== kernel.dtype) return false;
  const size = (axes: readonly Axis[]): number => numElements(axes.map((s) => s.extent));
  return feature.extent >= 4 && size(sums) >= 4 && size(rows) >= 4;
}

function lowerLoops(lowering: Lowering, { x, kernel, result, group, rows, feature, sums }: Plan): void {
  const outer = [group, ...rows, feature];
  const axes = [...outer, ...sums];
  const inner = new Set(range(sums.length).map((i) => outer.length + i));
  const { dtype } = result;
  lowering.push(
    lowering.loops(
      axes.map((s) => s.extent),
      inner,
      'convolution',
      (_outer, vars, at): Stage[] => {
        const place = (by: 'x' | 'k' | 'r', start: number): Affine =>
          at.reduce((sum, i, n) => addScaled(sum, i, axes[n][by]), constantIndex(start));
        const load = (m: Memory, by: 'x' | 'k'): Expr =>
          converted({ kind: 'load', dtype: m.dtype, buffer: m.buffer, index: place(by, m.offset) }, dtype);
        const value: Expr = { kind: 'apply', dtype, fn: 'multiply', args: [load(x, 'x'), load(kernel, 'k')] };
        const target = { buffer: result.buffer, index: place('r', result.offset), dtype };
        const fold = { combiner: 'add', init: literal(dtype, 0), value, target } as const;
        return [{ kind: 'nest', vars, stores: [], folds: [fold] }];
      },
    ),
  );
}

/** The input with everything inside that windows touch. */
function paddedInput(
  lhs: Value,
  lowering: Lowering,
  spatial: readonly number[],
  dims: readonly Spatial[],
  bases: readonly number[],
): { storage: Storage; shape: readonly number[] } {
  const shape = [...lhs.shape];
  const low = lhs.shape.map(() => 0);
  const step = lhs.shape.map(() => 1);
  dims.forEach((s, i) => {
    shape[spatial[i]] = Math.max(0, (s.out - 1) * s.stride + (s.window - 1) * s.dilation + 1);
    low[spatial[i]] = s.low;
    step[spatial[i]] = bases[i];
  });
  const isInside = low.every((p) => p === 0) && step.every((s) => s === 1) && shape.every((n, k) => n <= lhs.shape[k]);
  if (isInside) return { storage: lowering.require(lhs), shape: lhs.shape };
  const buffer = padded(lowering, { value: lhs, fill: literal(lhs.dtype, 0), shape, low, step });
  return { storage: { buffer, offset: 0 }, shape };
}

export const convolutionRules = {
  'stablehlo.convolution': { lower: lowerConvolution },
} as const satisfies KernelRules;
