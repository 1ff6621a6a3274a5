/*
 * Ops that read along a cut dimension beyond their own shard, on one device: the needed windows are fetched (`halo.ts`), then
 * the op runs on them without the padding that they already contain.
 */
import { type AxisRef, axesSize, DenseElements, type Op, sameAxes, tensorType, type Value } from '../../ir/index.ts';
import type {
  AllSlice,
  ConcatenateAttributes,
  ConvolutionAttributes,
  PadAttributes,
  ReduceWindowAttributes,
  SliceAttributes,
} from '../../ops/index.ts';
import { add, broadcastInDim, compare, iota, select, splat } from '../../ops/index.ts';
import { neutralElement, reducerKinds } from '../reshard/reductions.ts';
import { exchangeHalo, planExchange, spread, undilated, window, windowOfWhole } from './halo.ts';
import type { OpContext } from './local-ops.ts';
import { maskBeyond } from './padding.ts';
import { type Cut, convolutionDim, type Need, needsOf } from './windowed-needs.ts';

interface CutDim extends Cut {
  readonly axes: readonly AxisRef[];
  readonly needs: readonly Need[];
}

/** Lowers an op that needs its neighbours' elements; undefined when its shards suffice. */
export function lowerWindowed(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const finish = finishers[op.name];
  if (!finish) return undefined;
  const cuts = cutDims(op, c);
  if (cuts.length === 0) return undefined;
  return finish(op, operands, cuts, c);
}

/** The dimensions along which an op is cut and needs elements of other shards. */
function cutDims(op: Op, c: OpContext): CutDim[] {
  const cut = (v: Value, isWindow: boolean): CutDim[] =>
    (c.sharding(v)?.dims ?? []).flatMap(({ axes }, dim) => {
      if (axes.length === 0) return [];
      const base: Cut = { dim, count: axesSize(axes, c.mesh), ...(isWindow ? { isWindow } : {}) };
      const needs = needsOf(op, base) ?? [];
      return needs.length > 0 ? [{ ...base, axes, needs }] : [];
    });
  return [...cut(op.results[0], false), ...(op.name === 'stablehlo.convolution' ? cut(op.operands[1], true) : [])];
}

/** Operands with the windows that all cuts need; dilated dimensions are spread out. */
function fetched(op: Op, operands: readonly Value[], cuts: readonly CutDim[], c: OpContext): Value[] {
  const values = [...operands];
  for (const cut of cuts)
    for (const need of cut.needs) values[need.operand] = fetch(op, values, need, cut, c, true).value;
  return values;
}

function fetch(
  op: Op,
  values: readonly Value[],
  need: Need,
  cut: CutDim,
  c: OpContext,
  isSpread: boolean,
): { value: Value; offset: readonly number[] } {
  const { windows, offset } = undilated(need.windows);
  const x = values[need.operand];
  const fill = fillOf(op, values, need, c);
  const options = { fill, clean: need.clean === true };
  const source = op.operands[need.operand];
  const whole = wholeOf(source, x, need.dim, cut.axes, c);
  const value = whole
    ? windowOfWhole(whole, need.dim, cut.axes, windows, c.exchange, options)
    : exchangeHalo(x, need.dim, cut.axes, planExchange(windows, source.shape[need.dim]), c.exchange, options);
  if (!isSpread) return { value, offset };
  return { value: spread(value, need.dim, cut.axes, need.windows, offset, fill ?? zero(x, c), c), offset };
}

/** The local value with all of a dimension, where every device has it anyway: equal elements, or a shard cut from the whole. */
function wholeOf(source: Value, local: Value, dim: number, axes: readonly AxisRef[], c: OpContext): Value | undefined {
  const { op } = source;
  if (op?.definition.traits.constant) {
    const splat = (op.attributes as { value?: DenseElements }).value?.splatValue();
    const type = tensorType(
      source.dtype,
      local.shape.map((n, d) => (d === dim ? source.shape[dim] : n)),
    );
    if (splat === undefined) return undefined;
    const value = DenseElements.splat(type, splat);
    return c.rewriter.emit('stablehlo.constant', [], { value }, { resultTypes: [type] });
  }
  // A value whose other dimensions are windows already has no such whole.
  if (op?.name !== 'sdy.all_slice' || local !== c.rewriter.get(source)) return undefined;
  const { slicingAxes } = op.attributes as unknown as AllSlice;
  const isOnlyCut = slicingAxes.every((a, d) => (d === dim ? sameAxes(a, axes) : a.length === 0));
  return isOnlyCut ? c.rewriter.get(op.operands[0]) : undefined;
}

const zero = (x: Value, c: OpContext): Value => splat(c.rewriter, tensorType(x.dtype, []), 0);

function fillOf(op: Op, values: readonly Value[], need: Need, c: OpContext): Value | undefined {
  const { dtype } = values[need.operand];
  const scalar = tensorType(dtype, []);
  switch (need.fill) {
    case undefined:
      return undefined;
    case 'zero':
      return splat(c.rewriter, scalar, 0);
    case 'lowest':
      return splat(c.rewriter, scalar, neutralElement('max', scalar));
    case 'highest':
      return splat(c.rewriter, scalar, neutralElement('min', scalar));
    case 'identity':
      return splat(c.rewriter, scalar, neutralElement(reducerKinds(op.regions[op.regions.length - 1])![0], scalar));
    default:
      return values[need.fill];
  }
}

type Finish = (op: Op, operands: readonly Value[], cuts: readonly CutDim[], c: OpContext) => Value[];

const finishers: Readonly<Record<string, Finish>> = {
  'stablehlo.slice': (op, operands, cuts, c) => {
    const a = op.attributes as unknown as SliceAttributes;
    const [x] = fetched(op, operands, cuts, c);
    const isCut = (d: number): boolean => cuts.some((cut) => cut.dim === d);
    const isWhole = (d: number): boolean => op.operands[0].shape[d] === op.results[0].shape[d];
    return c.localize([x], {
      startIndices: a.startIndices.map((s, d) => (isCut(d) ? 0 : s)),
      limitIndices: a.limitIndices.map((l, d) => (isCut(d) || isWhole(d) ? x.shape[d] : l)),
      strides: a.strides,
    });
  },

  'stablehlo.pad': (op, operands, cuts, c) => {
    const a = op.attributes as unknown as PadAttributes;
    const values = fetched(op, operands, cuts, c);
    const rest = (list: readonly number[]): number[] => list.map((n, d) => (cuts.some((cut) => cut.dim === d) ? 0 : n));
    return c.localize(values, {
      edgePaddingLow: rest(a.edgePaddingLow),
      edgePaddingHigh: rest(a.edgePaddingHigh),
      interiorPadding: rest(a.interiorPadding),
    });
  },

  'stablehlo.reverse': (op, operands, cuts, c) => c.localize(fetched(op, operands, cuts, c)),

  'stablehlo.concatenate': (op, operands, cuts, c) => {
    const { dimension: dim } = op.attributes as unknown as ConcatenateAttributes;
    const [first, ...others] = fetched(op, operands, cuts, c);
    const [{ axes }] = cuts;
    const { rewriter } = c;
    const position = add(
      rewriter,
      iota(rewriter, tensorType('i32', first.shape), dim),
      broadcastInDim(rewriter, c.index.times(c.index.along(axes, c.mesh), first.shape[dim]), first.shape, []),
    );
    let end = op.operands[0].shape[dim];
    let result = first;
    others.forEach((x, i) => {
      const isBefore = compare(rewriter, 'LT', position, splat(rewriter, position.type, end));
      result = select(rewriter, isBefore, result, x);
      end += op.operands[i + 1].shape[dim];
    });
    return [result];
  },

  'stablehlo.reduce_window': (op, operands, cuts, c) => {
    const a = op.attributes as unknown as ReduceWindowAttributes;
    const isCut = (d: number): boolean => cuts.some((cut) => cut.dim === d);
    return c.localize(fetched(op, operands, cuts, c), {
      ...a,
      padding: a.padding?.map((p, d) => (isCut(d) ? [0, 0] : p)),
      baseDilations: a.baseDilations?.map((n, d) => (isCut(d) ? 1 : n)),
    });
  },

  'stablehlo.select_and_scatter': (op, operands, cuts, c) => {
    const a = op.attributes as { padding?: readonly (readonly number[])[] };
    const values = fetched(op, operands, cuts, c);
    const isCut = (d: number): boolean => cuts.some((cut) => cut.dim === d);
    const wide = c.emit(values, { ...a, padding: a.padding?.map((p, d) => (isCut(d) ? [0, 0] : p)) }, values[0].shape);
    // The own part of what all windows that touch it scattered.
    return [
      cuts.reduce((x, { dim, axes, needs }) => {
        const local = operands[0].shape[dim];
        const starts = needs[0].windows.start.map((s, k) => k * local - s);
        return window(x, dim, axes, starts, local, c);
      }, wide),
    ];
  },

  'stablehlo.convolution': convolution,
};

function convolution(op: Op, operands: readonly Value[], cuts: readonly CutDim[], c: OpContext): Value[] {
  const a = op.attributes as unknown as ConvolutionAttributes;
  const d = a.dimensionNumbers;
  const rank = d.inputSpatial.length;
  const padding = Array.from({ length: rank }, (_, i) => a.padding?.[i] ?? [0, 0]);
  const lhsDilation = Array.from({ length: rank }, (_, i) => a.lhsDilation?.[i] ?? 1);
  let [x, kernel] = operands;
  for (const cut of cuts) {
    const i = cut.isWindow ? d.kernelSpatial.indexOf(cut.dim) : d.outputSpatial.indexOf(cut.dim);
    const g = convolutionDim(op, i);
    const [need] = cut.needs;
    // Where every shard's first element stands at the same place of its window, the op itself can spread them.
    const { offset } = undilated(need.windows);
    const isSame = offset.every((o) => o === offset[0]);
    x = fetch(op, [x, kernel], need, cut, c, !isSame).value;
    const n = x.shape[g.input];
    const length = n === 0 ? 0 : (n - 1) * g.lhsDilation + 1;
    padding[i] = isSame ? [offset[0], need.windows.size - offset[0] - length] : [0, 0];
    if (!isSame) lhsDilation[i] = 1;
    const size = op.operands[1].shape[cut.dim];
    if (cut.isWindow && size % cut.count !== 0) {
      const start = c.index.times(c.index.along(cut.axes, c.mesh), kernel.shape[cut.dim]);
      kernel = maskBeyond(c.rewriter, kernel, cut.dim, start, size, 'sum');
    }
  }
  return c.localize([x, kernel], (local: object) => ({ ...local, padding, lhsDilation }));
}
