/*
 * What ops that read along a cut dimension, beyond their own shard, need of it: one window per shard and operand.
 */
import { ceilDiv } from '../../base/index.ts';
import type { Op } from '../../ir/index.ts';
import type {
  ConcatenateAttributes,
  ConvolutionAttributes,
  PadAttributes,
  ReduceWindowAttributes,
  ReverseAttributes,
  SliceAttributes,
} from '../../ops/index.ts';
import { reducerKinds } from '../reshard/reductions.ts';
import type { DilatedWindows } from './halo.ts';

/** What one operand needs where a dimension of the op is cut. */
export interface Need {
  readonly operand: number;
  /** Dimension of the operand. */
  readonly dim: number;
  readonly windows: DilatedWindows;
  /** Operand with the value of positions outside: undefined when they do not matter, `zero` for zeros. */
  readonly fill?: number | 'zero' | 'lowest' | 'highest' | 'identity';
  /** Positions inside that are not needed count as outside too. */
  readonly clean?: true;
}

/** A dimension of the op's result, or (`isWindow`) of a convolution's kernel, cut into `count` shards. */
export interface Cut {
  readonly dim: number;
  readonly count: number;
  readonly isWindow?: true;
}

/** How much of the first result is valid on each shard. */
function validParts(size: number, count: number): { local: number; valid: number[] } {
  const local = ceilDiv(size, count);
  return { local, valid: Array.from({ length: count }, (_, k) => Math.max(0, Math.min(local, size - k * local))) };
}

const windowsOf = (
  size: number,
  start: readonly number[],
  needed: (k: number) => readonly [number, number],
  dilation = 1,
): DilatedWindows => ({
  start,
  // A shard of an empty result needs nothing.
  size: Math.max(0, size),
  dilation,
  need: start.map((s, k): [number, number] => {
    const [from, to] = needed(k);
    return to > from ? [s + from, s + to] : [s, s];
  }),
});

const shards = (count: number, value: (k: number) => number): number[] =>
  Array.from({ length: count }, (_, k) => value(k));

const needs: Readonly<Record<string, (op: Op, cut: Cut) => Need[] | undefined>> = {
  'stablehlo.slice': sliceNeeds,
  'stablehlo.pad': padNeeds,
  'stablehlo.reverse': reverseNeeds,
  'stablehlo.concatenate': concatenateNeeds,
  'stablehlo.reduce_window': reduceWindowNeeds,
  'stablehlo.select_and_scatter': selectAndScatterNeeds,
  'stablehlo.convolution': convolutionNeeds,
};

/** What an op needs where it is cut: empty when its shards suffice, undefined when it cannot stay cut there. */
export function needsOf(op: Op, cut: Cut): Need[] | undefined {
  return needs[op.name]?.(op, cut);
}

function sliceNeeds(op: Op, { dim, count }: Cut): Need[] {
  const a = op.attributes as unknown as SliceAttributes;
  const [n, out] = [op.operands[0].shape[dim], op.results[0].shape[dim]];
  if (n === out) return [];
  const stride = a.strides[dim];
  const { local, valid } = validParts(out, count);
  const start = shards(count, (k) => a.startIndices[dim] + k * local * stride);
  const size = (local - 1) * stride + 1;
  return [{ operand: 0, dim, windows: windowsOf(size, start, (k) => [0, valid[k] && (valid[k] - 1) * stride + 1]) }];
}

function padNeeds(op: Op, { dim, count }: Cut): Need[] {
  const a = op.attributes as unknown as PadAttributes;
  const [low, high, interior] = [a.edgePaddingLow[dim], a.edgePaddingHigh[dim], a.interiorPadding[dim]];
  if (low === 0 && high === 0 && interior === 0) return [];
  const { local, valid } = validParts(op.results[0].shape[dim], count);
  const start = shards(count, (k) => k * local - low);
  return [{ operand: 0, dim, fill: 1, windows: windowsOf(local, start, (k) => [0, valid[k]], interior + 1) }];
}

function reverseNeeds(op: Op, { dim, count }: Cut): Need[] {
  if (!(op.attributes as unknown as ReverseAttributes).dimensions.includes(dim)) return [];
  const n = op.results[0].shape[dim];
  const { local, valid } = validParts(n, count);
  const start = shards(count, (k) => n - (k + 1) * local);
  return [{ operand: 0, dim, windows: windowsOf(local, start, (k) => [local - valid[k], local]) }];
}

function concatenateNeeds(op: Op, { dim, count }: Cut): Need[] {
  if ((op.attributes as unknown as ConcatenateAttributes).dimension !== dim) return [];
  const { local, valid } = validParts(op.results[0].shape[dim], count);
  let offset = 0;
  return op.operands.map((v, operand) => {
    const start = shards(count, (k) => k * local - offset);
    offset += v.shape[dim];
    return { operand, dim, windows: windowsOf(local, start, (k) => [0, valid[k]]) };
  });
}

function reduceWindowNeeds(op: Op, { dim, count }: Cut): Need[] {
  const a = op.attributes as unknown as ReduceWindowAttributes;
  const stride = a.windowStrides?.[dim] ?? 1;
  const [low, high] = a.padding?.[dim] ?? [0, 0];
  const dilation = a.baseDilations?.[dim] ?? 1;
  const extent = (a.windowDimensions[dim] - 1) * (a.windowDilations?.[dim] ?? 1) + 1;
  if (extent === 1 && stride === 1 && low === 0 && high === 0 && dilation === 1) return [];
  const { local, valid } = validParts(op.results[0].shape[dim], count);
  const start = shards(count, (k) => k * local * stride - low);
  const needed = (k: number): [number, number] => [0, valid[k] && (valid[k] - 1) * stride + extent];
  const windows = windowsOf((local - 1) * stride + extent, start, needed, dilation);
  const n = op.results.length;
  return op.results.map((_, operand) => ({ operand, dim, fill: n + operand, windows }));
}

interface SelectAndScatter {
  readonly windowDimensions?: readonly number[];
  readonly windowStrides?: readonly number[];
  readonly padding?: readonly (readonly number[])[];
}

/**
 * Every window that touches a shard is evaluated there, so that what it scatters into the shard is found. Positions of the
 * padding lose against every element; an element that equals the fill may tie with them, as in XLA's partitioner.
 */
function selectAndScatterNeeds(op: Op, { dim, count }: Cut): Need[] | undefined {
  const a = op.attributes as SelectAndScatter;
  const extent = a.windowDimensions?.[dim] ?? 1;
  const stride = a.windowStrides?.[dim] ?? 1;
  const [low, high] = a.padding?.[dim] ?? [0, 0];
  if (extent === 1 && stride === 1 && low === 0 && high === 0) return [];
  const fill = losingFill(op);
  if (!fill || !reducerKinds(op.regions[1])) return undefined;
  const [n, m] = [op.operands[0].shape[dim], op.operands[1].shape[dim]];
  const local = ceilDiv(n, count);
  const first = shards(count, (k) => Math.ceil((k * local + low - extent + 1) / stride));
  const end = shards(count, (k) => Math.floor(((k + 1) * local - 1 + low) / stride) + 1);
  const size = Math.max(...first.map((f, k) => end[k] - f));
  const real = (k: number): [number, number] => [Math.max(first[k], 0), Math.min(end[k], m)];
  return [
    {
      operand: 0,
      dim,
      fill,
      windows: windowsOf(
        (size - 1) * stride + extent,
        first.map((f) => f * stride - low),
        (k) => {
          const [f, e] = real(k);
          return e > f ? [(f - first[k]) * stride, (e - 1 - first[k]) * stride + extent] : [0, 0];
        },
      ),
    },
    {
      operand: 1,
      dim,
      fill: 'identity',
      clean: true,
      windows: windowsOf(size, first, (k) => [0, end[k] - first[k]]),
    },
  ];
}

/** A value that a select_and_scatter's comparison never prefers to another. */
function losingFill(op: Op): 'lowest' | 'highest' | undefined {
  const [v] = op.regions[0].yielded;
  const [x, y] = op.regions[0].args;
  if (v.op?.name !== 'stablehlo.compare' || v.op.operands[0] !== x || v.op.operands[1] !== y) return undefined;
  const { comparisonDirection } = v.op.attributes as { comparisonDirection: string };
  if (comparisonDirection === 'GE' || comparisonDirection === 'GT') return 'lowest';
  if (comparisonDirection === 'LE' || comparisonDirection === 'LT') return 'highest';
  return undefined;
}

/** Where the spatial dimensions of a convolution are, and how its windows lie. */
export function convolutionDim(
  op: Op,
  i: number,
): {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly stride: number;
  readonly low: number;
  readonly high: number;
  readonly lhsDilation: number;
  readonly rhsDilation: number;
  readonly isReversed: boolean;
} {
  const a = op.attributes as unknown as ConvolutionAttributes;
  const d = a.dimensionNumbers;
  const [low, high] = a.padding?.[i] ?? [0, 0];
  return {
    input: d.inputSpatial[i],
    kernel: d.kernelSpatial[i],
    output: d.outputSpatial[i],
    stride: a.windowStrides?.[i] ?? 1,
    low,
    high,
    lhsDilation: a.lhsDilation?.[i] ?? 1,
    rhsDilation: a.rhsDilation?.[i] ?? 1,
    isReversed: a.windowReversal?.[i] ?? false,
  };
}

function convolutionNeeds(op: Op, { dim, count, isWindow }: Cut): Need[] {
  const { dimensionNumbers: d } = op.attributes as unknown as ConvolutionAttributes;
  const i = isWindow ? d.kernelSpatial.indexOf(dim) : d.outputSpatial.indexOf(dim);
  if (i < 0) return [];
  const g = convolutionDim(op, i);
  const kernel = op.operands[1].shape[g.kernel];
  const out = op.results[0].shape[g.output];
  const need = { operand: 0, dim: g.input, fill: 'zero' } as const;
  if (!isWindow) {
    const { local, valid } = validParts(out, count);
    const extent = (kernel - 1) * g.rhsDilation + 1;
    const start = shards(count, (k) => k * local * g.stride - g.low);
    const needed = (k: number): [number, number] => [0, valid[k] && (valid[k] - 1) * g.stride + extent];
    return [{ ...need, windows: windowsOf((local - 1) * g.stride + extent, start, needed, g.lhsDilation) }];
  }
  const { local, valid } = validParts(kernel, count);
  const size = (out - 1) * g.stride + (local - 1) * g.rhsDilation + 1;
  const start = shards(count, (k) => (g.isReversed ? kernel - (k + 1) * local : k * local) * g.rhsDilation - g.low);
  const unused = (k: number): number => (local - valid[k]) * g.rhsDilation;
  const needed = (k: number): [number, number] => {
    if (valid[k] === 0) return [0, 0];
    return g.isReversed ? [unused(k), size] : [0, size - unused(k)];
  };
  // What the kernel's padding meets must be zero: it might be infinite.
  return [{ ...need, clean: true, windows: windowsOf(size, start, needed, g.lhsDilation) }];
}
