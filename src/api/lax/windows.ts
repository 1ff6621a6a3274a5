import { highestValue, isNarrowFloat, lowestValue, product, range, type Shape, UserError } from '../../base/index.ts';
import { Builder, tensorType } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { inSingle } from '../numpy/promotion.ts';
import { requireList } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1, splat } from '../trace/trace.ts';
import {
  asTensor,
  convertElementType,
  div,
  dotGeneral,
  iota,
  rem,
  reshape,
  type TensorLike,
  transpose,
} from './core.ts';

/* Windows that slide over dimensions: reductions (pooling) and convolutions. */

/** Explicit low and high padding per spatial dimension, or TensorFlow's names for them. */
export type Padding = 'VALID' | 'SAME' | 'SAME_LOWER' | readonly (readonly [number, number])[];

const dilated = (n: number, by: number): number => (n === 0 ? 0 : (n - 1) * by + 1);

/**
 * Padding pairs for names: `SAME` gives ⌈size / stride⌉ outputs, the odd one at the end (`SAME_LOWER`: at the start).
 * @example lax.padtypeToPads([5], [3], [2], 'SAME') // => [[1, 1]]
 */
export function padtypeToPads(sizes: Shape, window: Shape, strides: Shape, padding: Padding): [number, number][] {
  if (typeof padding !== 'string') return padding.map(([a, b]) => [a, b]);
  return sizes.map((n, i) => {
    if (padding === 'VALID') return [0, 0];
    const total = Math.max(0, (Math.ceil(n / strides[i]) - 1) * strides[i] + window[i] - n);
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return padding === 'SAME' ? [less, more] : [more, less];
  });
}

const combiners = {
  sum: ['stablehlo.add', () => 0],
  prod: ['stablehlo.multiply', () => 1],
  max: ['stablehlo.maximum', lowestValue],
  min: ['stablehlo.minimum', highestValue],
} as const;

export interface WindowOptions {
  /** Default 1 in every dimension. */
  readonly windowStrides?: Shape;
  /** Default `VALID`. */
  readonly padding?: Padding;
  readonly baseDilation?: Shape;
  readonly windowDilation?: Shape;
}

/**
 * Reduces every window of `windowDimensions` (one size per dimension of `x`); sums and products of narrow floats are made in f32.
 * @example lax.reduceWindow([1, 3, 2, 5], 'max', [2]) // => [3, 3, 5]
 */
export function reduceWindow(
  x: TensorLike,
  kind: keyof typeof combiners,
  windowDimensions: Shape,
  options: WindowOptions = {},
): Tensor {
  const t = asTensor(x);
  const accumulates = (kind === 'sum' || kind === 'prod') && isNarrowFloat(t.dtype);
  const combine = (own: Tensor): Tensor => combineWindows(own, kind, windowDimensions, options);
  return accumulates ? inSingle(t, combine) : combine(t);
}

function combineWindows(
  t: Tensor,
  kind: keyof typeof combiners,
  windowDimensions: Shape,
  options: WindowOptions,
): Tensor {
  if (windowDimensions.length !== t.ndim)
    throw new UserError('api/window', 'a window needs one size per dimension', {
      expected: `${t.ndim} sizes`,
      given: `[${windowDimensions.join(',')}]`,
    });
  const ones = t.shape.map(() => 1);
  const windowStrides = options.windowStrides ?? ones;
  const baseDilations = options.baseDilation ?? ones;
  const windowDilations = options.windowDilation ?? ones;
  const padding = padtypeToPads(
    t.shape.map((n, i) => dilated(n, baseDilations[i])),
    windowDimensions.map((n, i) => dilated(n, windowDilations[i])),
    windowStrides,
    options.padding ?? 'VALID',
  );
  const [name, identity] = combiners[kind];
  const scalar = tensorType(t.dtype, []);
  const region = new Builder(registry).block([scalar, scalar], (b, [p, q]) => [b.emit(name, [p, q])]);
  return bind1(
    'stablehlo.reduce_window',
    [t, splat(t.dtype, [], identity(t.dtype))],
    { windowDimensions, windowStrides, baseDilations, windowDilations, padding },
    { regions: [region] },
  );
}

/** `dimension_numbers` as in JAX: three strings such as `['NCHW', 'OIHW', 'NCHW']` (batch N, feature C, output O, input I). */
export type ConvDimensionNumbers = readonly [lhs: string, rhs: string, out: string];

export interface ConvOptions {
  readonly lhsDilation?: Shape;
  readonly rhsDilation?: Shape;
  /** Default: batch, feature, spatial… for all (`NCHW`, `OIHW`, `NCHW`). */
  readonly dimensionNumbers?: ConvDimensionNumbers;
  readonly featureGroupCount?: number;
  readonly batchGroupCount?: number;
}

const spatialLetters = 'WHDEFG';

/**
 * Convolution (cross-correlation) with strides, padding, dilations and groups. `lhs`: the batch of inputs, `rhs`: the
 * kernel, both of rank spatial + 2.
 * @example lax.convGeneralDilated(np.ones([1, 1, 4]), np.ones([1, 1, 2]), [2], 'VALID', { rhsDilation: [2] }) // => [[[2]]]
 */
export function convGeneralDilated(
  lhs: TensorLike,
  rhs: TensorLike,
  windowStrides: Shape,
  padding: Padding,
  options: ConvOptions = {},
): Tensor {
  const [x, k] = [asTensor(lhs), asTensor(rhs)];
  requireList(windowStrides, 'the strides of a convolution');
  const n = x.ndim - 2;
  if (n < 0 || k.ndim !== x.ndim || windowStrides.length !== n)
    throw new UserError(
      'api/convolution',
      'a convolution needs inputs and kernel of rank spatial + 2 and a stride per spatial dimension',
      {
        given: `${x}, ${k}, strides [${windowStrides.join(',')}]`,
      },
    );
  const letters = [...spatialLetters.slice(0, n)].reverse().join('');
  const [l, r, o] = options.dimensionNumbers ?? [`NC${letters}`, `OI${letters}`, `NC${letters}`];
  const at = (text: string, letter: string): number => {
    const i = text.indexOf(letter);
    if (i < 0 || text.length !== x.ndim)
      throw new UserError('api/convolution', `dimension numbers "${text}" lack ${letter} or have another rank`, {
        expected: `${x.ndim} letters, e.g. ["NHWC", "HWIO", "NHWC"]`,
      });
    return i;
  };
  const order = [...r].filter((c) => c !== 'O' && c !== 'I');
  const dimensionNumbers = {
    inputBatch: at(l, 'N'),
    inputFeature: at(l, 'C'),
    inputSpatial: order.map((c) => at(l, c)),
    kernelOutput: at(r, 'O'),
    kernelInput: at(r, 'I'),
    kernelSpatial: order.map((c) => at(r, c)),
    outputBatch: at(o, 'N'),
    outputFeature: at(o, 'C'),
    outputSpatial: order.map((c) => at(o, c)),
  };
  const ones = range(n).map(() => 1);
  const lhsDilation = options.lhsDilation ?? ones;
  const rhsDilation = options.rhsDilation ?? ones;
  const sizes = dimensionNumbers.inputSpatial.map((d, i) => dilated(x.shape[d], lhsDilation[i]));
  const window = dimensionNumbers.kernelSpatial.map((d, i) => dilated(k.shape[d], rhsDilation[i]));
  const pads = padtypeToPads(sizes, window, windowStrides, padding);
  const { featureGroupCount = 1, batchGroupCount = 1 } = options;
  const shape = new Array<number>(x.ndim);
  shape[dimensionNumbers.outputBatch] = x.shape[dimensionNumbers.inputBatch] / batchGroupCount;
  shape[dimensionNumbers.outputFeature] = k.shape[dimensionNumbers.kernelOutput];
  dimensionNumbers.outputSpatial.forEach((d, i) => {
    shape[d] = Math.max(0, Math.floor((sizes[i] + pads[i][0] + pads[i][1] - window[i]) / windowStrides[i]) + 1);
  });
  return bind1(
    'stablehlo.convolution',
    [x, k],
    { dimensionNumbers, windowStrides, padding: pads, lhsDilation, rhsDilation, featureGroupCount, batchGroupCount },
    { resultTypes: [tensorType(x.dtype, shape)] },
  );
}

/**
 * Convolution with strides and padding, dimensions `NCHW`, `OIHW`.
 * @example lax.conv(np.ones([1, 1, 3, 3]), np.ones([1, 1, 2, 2]), [1, 1], 'VALID') // => [[[[4, 4], [4, 4]]]]
 */
export const conv = (lhs: TensorLike, rhs: TensorLike, windowStrides: Shape, padding: Padding): Tensor =>
  convGeneralDilated(lhs, rhs, windowStrides, padding);

/**
 * Convolution with strides, padding and dilations, dimensions `NCHW`, `OIHW`.
 * @example lax.convWithGeneralPadding(np.ones([1, 1, 3]), np.ones([1, 1, 2]), [1], [[1, 0]]) // => [[[1, 2, 2]]]
 */
export const convWithGeneralPadding = (
  lhs: TensorLike,
  rhs: TensorLike,
  windowStrides: Shape,
  padding: Padding,
  lhsDilation?: Shape,
  rhsDilation?: Shape,
): Tensor =>
  convGeneralDilated(lhs, rhs, windowStrides, padding, {
    ...(lhsDilation ? { lhsDilation } : {}),
    ...(rhsDilation ? { rhsDilation } : {}),
  });

/**
 * "Deconvolution": the strided convolution's transpose, as a convolution dilated by `strides` (JAX's `conv_transpose`).
 * @example lax.convTranspose(np.ones([1, 2, 1]), np.ones([2, 1, 1]), [2], 'VALID') // => [[[1], [1], [1], [1]]]
 */
export function convTranspose(
  lhs: TensorLike,
  rhs: TensorLike,
  strides: Shape,
  padding: 'SAME' | 'VALID' | readonly (readonly [number, number])[],
  options: { readonly rhsDilation?: Shape; readonly dimensionNumbers?: ConvDimensionNumbers } = {},
): Tensor {
  const k = asTensor(rhs);
  const n = k.ndim - 2;
  const letters = [...spatialLetters.slice(0, n)].reverse().join('');
  const dimensionNumbers = options.dimensionNumbers ?? [`N${letters}C`, `${letters}IO`, `N${letters}C`];
  const rhsDilation = options.rhsDilation ?? strides.map(() => 1);
  const kernel = [...dimensionNumbers[1]].flatMap((c, i) => (c === 'O' || c === 'I' ? [] : [k.shape[i]]));
  const pads =
    typeof padding !== 'string'
      ? padding
      : kernel.map((size, i): [number, number] => {
          const w = dilated(size, rhsDilation[i]);
          const s = strides[i];
          const length = padding === 'SAME' ? w + s - 2 : w + s - 2 + Math.max(w - s, 0);
          const low = padding === 'SAME' ? (s > w - 1 ? w - 1 : Math.ceil(length / 2)) : w - 1;
          return [low, length - low];
        });
  const ones = strides.map(() => 1);
  return convGeneralDilated(lhs, k, ones, pads, { lhsDilation: strides, rhsDilation, dimensionNumbers });
}

/**
 * Mean of every window; with padding, of the elements that are there.
 * @example lax.avgPool([1, 2, 3, 4], [2], { windowStrides: [2] }) // => [1.5, 3.5]
 */
export function avgPool(x: TensorLike, windowDimensions: Shape, options: WindowOptions = {}): Tensor {
  return inSingle(x, (t) => {
    const total = reduceWindow(t, 'sum', windowDimensions, options);
    if (options.padding === undefined || options.padding === 'VALID') return div(total, product(windowDimensions));
    return div(total, reduceWindow(splat(t.dtype, t.shape, 1), 'sum', windowDimensions, options));
  });
}

export interface PatchOptions extends Pick<ConvOptions, 'lhsDilation' | 'rhsDilation' | 'dimensionNumbers'> {}
/**
 * The elements under every position of a window, as features: `[N, C, …spatial]` → `[N, C · ∏ filterShape, …out]`, channel
 * major. Source: JAX's `conv_general_dilated_patches`.
 * @example lax.convGeneralDilatedPatches(np.reshape([1, 2, 3], [1, 1, 3]), [2], [1], 'VALID') // => [[[1, 2], [2, 3]]]
 */
export function convGeneralDilatedPatches(
  lhs: TensorLike,
  filterShape: Shape,
  windowStrides: Shape,
  padding: Padding,
  options: PatchOptions = {},
): Tensor {
  const x = asTensor(lhs);
  const n = filterShape.length;
  const letters = [...spatialLetters.slice(0, n)].reverse().join('');
  const [l, r, o] = options.dimensionNumbers ?? [`NC${letters}`, `OI${letters}`, `NC${letters}`];
  const channels = x.shape[l.indexOf('C')];
  const taps = product(filterShape);
  // One kernel per element of the window, the same for every channel.
  const flat = [channels * taps, taps];
  const hit = bind1('stablehlo.compare', [rem(iota('i32', flat, 0), taps), iota('i32', flat, 1)], {
    comparisonDirection: 'EQ',
  });
  const kernel = reshape(convertElementType(hit, x.dtype), [channels * taps, 1, ...filterShape]);
  const order = [...`OI${[...r].filter((c) => c !== 'O' && c !== 'I').join('')}`];
  return convGeneralDilated(
    x,
    transpose(
      kernel,
      [...r].map((c) => order.indexOf(c)),
    ),
    windowStrides,
    padding,
    { ...options, dimensionNumbers: [l, r, o], featureGroupCount: channels },
  );
}
/**
 * A convolution with another kernel at every output position. `rhs: [O, C · ∏ filterShape, …out]` for dimension numbers
 * `NCHW`, `OIHW`, `NCHW` (the default). Source: JAX's `conv_general_dilated_local`.
 * @example lax.convGeneralDilatedLocal(np.ones([1, 1, 3]), np.ones([1, 2, 2]), [1], 'VALID', [2]) // => [[[2, 2]]]
 */
export function convGeneralDilatedLocal(
  lhs: TensorLike,
  rhs: TensorLike,
  windowStrides: Shape,
  padding: Padding,
  filterShape: Shape,
  options: PatchOptions = {},
): Tensor {
  const n = filterShape.length;
  const letters = [...spatialLetters.slice(0, n)].reverse().join('');
  const [l, r, o] = options.dimensionNumbers ?? [`NC${letters}`, `OI${letters}`, `NC${letters}`];
  const patches = convGeneralDilatedPatches(lhs, filterShape, windowStrides, padding, {
    ...options,
    dimensionNumbers: [l, r, o],
  });
  const kernel = asTensor(rhs);
  const spatial = [...r].filter((c) => c !== 'O' && c !== 'I');
  const out = dotGeneral(patches, kernel, {
    lhsBatchingDimensions: spatial.map((c) => o.indexOf(c)),
    rhsBatchingDimensions: spatial.map((c) => r.indexOf(c)),
    lhsContractingDimensions: [o.indexOf('C')],
    rhsContractingDimensions: [r.indexOf('I')],
  });
  const order = [...spatial, 'N', 'C'];
  return transpose(
    out,
    [...o].map((c) => order.indexOf(c)),
  );
}
