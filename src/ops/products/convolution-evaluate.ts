import { type HostArray, numElements, product, range } from '../../base/index.ts';
import { concatenated, sliced, take, transposed } from '../define/elements.ts';
import { type WindowGeometry, windowPositions, windowResultShape } from '../reduce/window-geometry.ts';
import type { ConvolutionAttributes, ConvolutionDimensions } from './convolution.ts';
import { dotArrays } from './dot-evaluate.ts';

/** All attributes spelled out. */
export interface Geometry {
  readonly dims: ConvolutionDimensions;
  readonly strides: readonly number[];
  readonly padding: readonly (readonly number[])[];
  readonly lhsDilation: readonly number[];
  readonly rhsDilation: readonly number[];
  readonly featureGroups: number;
  readonly batchGroups: number;
}

export function convolutionGeometry(a: ConvolutionAttributes): Geometry {
  const ones = a.dimensionNumbers.inputSpatial.map(() => 1);
  return {
    dims: a.dimensionNumbers,
    strides: a.windowStrides ?? ones,
    padding: a.padding ?? ones.map(() => [0, 0]),
    lhsDilation: a.lhsDilation ?? ones,
    rhsDilation: a.rhsDilation ?? ones,
    featureGroups: a.featureGroupCount,
    batchGroups: a.batchGroupCount,
  };
}

export const window = (g: Geometry, rhs: readonly number[]): WindowGeometry => ({
  sizes: g.dims.kernelSpatial.map((d) => rhs[d]),
  strides: g.strides,
  baseDilations: g.lhsDilation,
  windowDilations: g.rhsDilation,
  padding: g.padding,
});

export function resultShape(lhs: readonly number[], rhs: readonly number[], g: Geometry): number[] {
  const d = g.dims;
  const spatial = windowResultShape(
    d.inputSpatial.map((k) => lhs[k]),
    window(g, rhs),
  );
  const shape = new Array<number>(lhs.length);
  shape[d.outputBatch] = lhs[d.inputBatch] < 0 ? -1 : lhs[d.inputBatch] / g.batchGroups;
  shape[d.outputFeature] = rhs[d.kernelOutput];
  d.outputSpatial.forEach((k, i) => {
    shape[k] = spatial[i];
  });
  return shape;
}

/** One group: windows of the input laid out as a matrix, times the kernel. Result [batch, spatial…, outputs]. */
export function convolveGroup(x: HostArray, k: HostArray, g: WindowGeometry, dtype: HostArray['dtype']): HostArray {
  const [batch, features] = x.shape;
  const spatial = x.shape.slice(2);
  const out = windowResultShape(spatial, g);
  const outSize = numElements(out);
  const plane = numElements(spatial);
  const windows = [...windowPositions(spatial, g)];
  const width = windows.length * features;
  const places = new Int32Array(batch * outSize * width);
  let at = 0;
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < outSize; o++)
      for (const positions of windows)
        for (let f = 0; f < features; f++) {
          const p = positions[o];
          places[at++] = p < 0 ? -1 : (n * features + f) * plane + p;
        }
  const patches = take(x, [batch * outSize, width], places);
  const outputs = k.shape[k.shape.length - 1];
  const dims = { lhsBatching: [], rhsBatching: [], lhsContracting: [1], rhsContracting: [0] };
  return dotArrays(patches, k.reshape([width, outputs]), dims, dtype).reshape([batch, ...out, outputs]);
}

export function convolve(
  lhs: HostArray,
  rhs: HostArray,
  a: ConvolutionAttributes,
  dtype: HostArray['dtype'],
): HostArray {
  const g = convolutionGeometry(a);
  const d = g.dims;
  const x = transposed(lhs, [d.inputBatch, d.inputFeature, ...d.inputSpatial]);
  let k = transposed(rhs, [...d.kernelSpatial, d.kernelInput, d.kernelOutput]);
  if (a.windowReversal?.some(Boolean)) k = reversedKernel(k, a.windowReversal);
  const w = window(g, rhs.shape);
  const groups = Math.max(g.featureGroups, g.batchGroups);
  const axis = g.batchGroups > 1 ? 0 : 1;
  const cut = (t: HostArray, dim: number, i: number): HostArray => {
    const size = t.shape[dim] / groups;
    return sliced(
      t,
      t.shape.map((_, q) => (q === dim ? i * size : 0)),
      t.shape.map((n, q) => (q === dim ? size : n)),
    );
  };
  const last = k.shape.length - 1;
  const parts = range(groups).map((i) =>
    groups === 1 ? convolveGroup(x, k, w, dtype) : convolveGroup(cut(x, axis, i), cut(k, last, i), w, dtype),
  );
  const whole = groups === 1 ? parts[0] : concatenated(parts, parts[0].shape.length - 1);
  const rank = lhs.shape.length;
  const order = range(rank).map((o) =>
    o === d.outputBatch ? 0 : o === d.outputFeature ? rank - 1 : 1 + d.outputSpatial.indexOf(o),
  );
  return transposed(whole, order);
}

export function reversedKernel(k: HostArray, reversal: readonly boolean[]): HostArray {
  const n = k.size;
  const strides = k.shape.map((_, i) => product(k.shape.slice(i + 1)));
  const places = Int32Array.from({ length: n }, (_, i) =>
    k.shape.reduce((sum, size, d) => {
      const c = Math.floor(i / strides[d]) % size;
      return sum + (reversal[d] ? size - 1 - c : c) * strides[d];
    }, 0),
  );
  return take(k, k.shape, places);
}
