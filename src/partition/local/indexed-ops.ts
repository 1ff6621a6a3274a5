/*
 * Ops that read or write at computed positions of a sharded dimension. Positions have any integer type, also one that holds
 * neither a shard's offset (i8) nor a sign (u32), and any value: they are brought into the operand's range in their own type,
 * where nothing wraps, and are i32 from there on.
 */
import { range } from '../../base/index.ts';
import {
  type AxisRef,
  axesSize,
  localShape,
  type Op,
  type TensorSharding,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import {
  add,
  and,
  bounded as boundedPositions,
  broadcastInDim,
  compare,
  constantScalar,
  type GatherAttributes,
  iota,
  reshape,
  type ScatterAttributes,
  select,
  splat,
  sub,
} from '../../ops/index.ts';
import { neutralElement, reductionKinds } from '../reshard/reductions.ts';
import type { Rewriter } from '../rewrite.ts';
import { onFirstDevice } from './local-collectives.ts';
import type { OpContext } from './local-ops.ts';

/** Positions of any integer type brought into `[low, high]`, as i32. */
const bounded = (rewriter: Rewriter, x: Value, low: number, high: number): Value =>
  boundedPositions((...op) => rewriter.emit(...op), x, low, high);

/** Where this device's shard of a dimension begins, as a scalar i32. */
function offsetAlong(axes: readonly AxisRef[], local: number, c: OpContext): Value {
  return c.index.times(c.index.along(axes, c.mesh), local);
}

/** `low ≤ x < high`, elementwise. */
function within(rewriter: Rewriter, x: Value, low: number, high: number): Value {
  const above = compare(rewriter, 'GE', x, splat(rewriter, x.type, low));
  return and(rewriter, above, compare(rewriter, 'LT', x, splat(rewriter, x.type, high)));
}

/** An index tensor taken apart: one tensor per component of its vectors, and the dimension numbers of putting them together. */
class IndexVectors {
  readonly batchShape: readonly number[];
  readonly #given: Value;
  readonly #vectorDim: number;
  readonly #rewriter: Rewriter;

  constructor(rewriter: Rewriter, given: Value, vectorDim: number) {
    this.#rewriter = rewriter;
    this.#given = given;
    this.#vectorDim = vectorDim;
    this.batchShape = given.shape.filter((_, d) => d !== vectorDim);
  }

  /** Component `k` of every index vector. */
  component(k: number): Value {
    const { shape } = this.#given;
    const d = this.#vectorDim;
    if (d === shape.length || shape[d] === 1) return reshape(this.#rewriter, this.#given, this.batchShape);
    const part = this.#rewriter.emit('stablehlo.slice', [this.#given], {
      startIndices: shape.map((_, i) => (i === d ? k : 0)),
      limitIndices: shape.map((n, i) => (i === d ? k + 1 : n)),
      strides: shape.map(() => 1),
    });
    return reshape(this.#rewriter, part, this.batchShape);
  }

  /** Index vectors with these components, along a new last dimension. */
  joined(components: readonly Value[]): Value {
    const dimension = this.batchShape.length;
    const columns = components.map((v) => reshape(this.#rewriter, v, [...this.batchShape, 1]));
    return columns.length === 1 ? columns[0] : this.#rewriter.emit('stablehlo.concatenate', columns, { dimension });
  }

  /** A dimension of the given indices, where `joined` has it. */
  moved(dim: number): number {
    return dim > this.#vectorDim ? dim - 1 : dim;
  }
}

interface CutDim {
  readonly dim: number;
  readonly axes: readonly AxisRef[];
  readonly local: number;
}

/** Which of these dimensions of `operand` are cut. */
function cutDims(operand: Value, dims: readonly number[], c: OpContext): CutDim[] {
  const sharding = c.sharding(operand);
  if (!sharding) return [];
  const local = localShape(operand.shape, sharding, c.mesh);
  return dims.flatMap((dim) => {
    const { axes } = sharding.dims[dim];
    return axes.length === 0 ? [] : [{ dim, axes, local: local[dim] }];
  });
}

/** Each device gathers what it has, and elsewhere what the all_reduce that follows adds without a trace. */
export function gather(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { dimensionNumbers: n, sliceSizes } = op.attributes as unknown as GatherAttributes;
  const { shape } = op.operands[0];
  const dims = cutDims(
    op.operands[0],
    range(shape.length).filter((d) => sliceSizes[d] !== shape[d] && !n.operandBatchingDims.includes(d)),
    c,
  );
  if (dims.length === 0) return undefined;
  const { rewriter } = c;
  const [operand, given] = operands;
  const vectors = new IndexVectors(rewriter, given, n.indexVectorDim);
  let inside: Value | undefined;
  const require = (mask: Value): void => {
    inside = inside ? and(rewriter, inside, mask) : mask;
  };
  const components = n.startIndexMap.map((dim, k) => {
    const at = bounded(rewriter, vectors.component(k), 0, shape[dim] - sliceSizes[dim]);
    const cut = dims.find((d) => d.dim === dim);
    if (!cut) return at;
    const offset = broadcastInDim(rewriter, offsetAlong(cut.axes, cut.local, c), at.shape, []);
    const own = sub(rewriter, at, offset);
    require(within(rewriter, own, 0, cut.local));
    return own;
  });
  // A dimension that no index names is read at 0, which the first device has.
  for (const { dim, axes } of dims)
    if (!n.startIndexMap.includes(dim)) {
      const isFirst = compare(rewriter, 'EQ', c.index.along(axes, c.mesh), constantScalar(rewriter, 'i32', 0));
      require(broadcastInDim(rewriter, isFirst, vectors.batchShape, []));
    }
  const indices = components.length === 0 ? given : vectors.joined(components);
  const [result] = c.localize([operand, indices], (local: object) => ({
    ...local,
    ...(components.length > 0 && {
      dimensionNumbers: {
        ...n,
        startIndicesBatchingDims: n.startIndicesBatchingDims.map((d) => vectors.moved(d)),
        indexVectorDim: vectors.batchShape.length,
      },
      indicesAreSorted: false,
    }),
  }));
  const batchDims = range(result.shape.length).filter((d) => !n.offsetDims.includes(d));
  const mask = broadcastInDim(rewriter, inside!, result.shape, batchDims);
  return [select(rewriter, mask, result, splat(rewriter, result.type, neutralElement('sum', result.tensor)))];
}

/** Positions outside this device's shard are out of bounds, which scatter skips. */
export function scatter(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { scatterDimensionNumbers: n } = op.attributes as unknown as ScatterAttributes;
  const count = op.results.length;
  const [input] = op.operands;
  const dims = cutDims(input, n.insertedWindowDims, c);
  if (dims.length === 0 && c.reductionAxes.length === 0) return undefined;
  // Partial results are added up afterwards: only one device may start from the operand's values.
  const kinds = reductionKinds(op);
  const all = operands.map((v, i) =>
    i < count && c.reductionAxes.length > 0 ? onFirstDevice(v, c.reductionAxes, c, kinds?.[i]) : v,
  );
  if (dims.length === 0) return c.localize(all);
  const { rewriter } = c;
  const vectors = new IndexVectors(rewriter, operands[count], n.indexVectorDim);
  const offset = (d: CutDim): Value =>
    broadcastInDim(rewriter, offsetAlong(d.axes, d.local, c), vectors.batchShape, []);
  const components = n.scatterDimsToOperandDims.map((dim, k) => {
    const cut = dims.find((d) => d.dim === dim);
    // What is too large stays beyond every shard, also beyond the padding of the last one.
    const end = cut ? cut.local * axesSize(cut.axes, c.mesh) : input.shape[dim];
    const at = bounded(rewriter, vectors.component(k), -1, end);
    return cut ? sub(rewriter, at, offset(cut)) : at;
  });
  // A dimension that no index names is written at 0, which the first device has: an index says so.
  const unnamed = dims.filter((d) => !n.scatterDimsToOperandDims.includes(d.dim));
  const zeros = splat(rewriter, tensorType('i32', vectors.batchShape), 0);
  components.push(...unnamed.map((d) => sub(rewriter, zeros, offset(d))));
  all[count] = vectors.joined(components);
  return c.localize(all, (local: object) => ({
    ...local,
    scatterDimensionNumbers: {
      ...n,
      scatterDimsToOperandDims: [...n.scatterDimsToOperandDims, ...unnamed.map((d) => d.dim)],
      scatterIndicesBatchingDims: n.scatterIndicesBatchingDims.map((d) => vectors.moved(d)),
      indexVectorDim: vectors.batchShape.length,
    },
    indicesAreSorted: false,
  }));
}

/** Start indices as i32, clamped so that what they start lies inside. */
function clampedStarts(
  starts: readonly Value[],
  whole: readonly number[],
  sizes: readonly number[],
  c: OpContext,
): Value[] {
  return starts.map((v, d) => bounded(c.rewriter, v, 0, whole[d] - sizes[d]));
}

/** The dimensions that are cut and of which the op touches a part. */
function touchedInPart(sharding: TensorSharding, whole: readonly number[], part: readonly number[]): number[] {
  return range(whole.length).filter((d) => sharding.dims[d].axes.length > 0 && part[d] !== whole[d]);
}

/** `x` between margins that an all_reduce of sums adds without a trace. */
function betweenMargins(rewriter: Rewriter, x: Value, margin: readonly number[]): Value {
  const fill = splat(rewriter, tensorType(x.dtype, []), neutralElement('sum', x.tensor));
  const interiorPadding = margin.map(() => 0);
  return rewriter.emit('stablehlo.pad', [x, fill], {
    edgePaddingLow: margin,
    edgePaddingHigh: margin,
    interiorPadding,
  });
}

/** A slice at a position of a cut dimension: the elements that this device has; an all_reduce follows. */
export function dynamicSlice(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { rewriter, index } = c;
  const sharding = c.sharding(op.operands[0]);
  const whole = op.operands[0].shape;
  const { shape: sizes } = op.results[0];
  const dims = sharding ? touchedInPart(sharding, whole, sizes) : [];
  if (!sharding || dims.length === 0) return undefined;
  const [x, ...starts] = operands;
  const wide = betweenMargins(
    rewriter,
    x,
    x.shape.map((_, d) => (dims.includes(d) ? sizes[d] : 0)),
  );
  const from = clampedStarts(starts, whole, sizes, c).map((start, d) => {
    if (!dims.includes(d)) return start;
    const own = sub(rewriter, start, offsetAlong(sharding.dims[d].axes, x.shape[d], c));
    return add(rewriter, own, index.constant(sizes[d]));
  });
  const local = x.shape.map((n, d) => (sizes[d] === whole[d] ? n : sizes[d]));
  return [rewriter.emit('stablehlo.dynamic_slice', [wide, ...from], { sliceSizes: local })];
}

/** An update that touches part of a sharded dimension: every device takes the elements of the update that fall on its part. */
export function dynamicUpdateSlice(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { rewriter, index } = c;
  const sharding = c.sharding(op.results[0]);
  const [x, update, ...starts] = operands;
  const whole = op.operands[0].shape;
  const touched = op.operands[1].shape;
  const dims = sharding ? touchedInPart(sharding, whole, touched) : [];
  if (!sharding || dims.length === 0) return undefined;
  const start = clampedStarts(starts, whole, touched, c);
  const shape = update.shape.map((n, d) => (dims.includes(d) ? x.shape[d] : n));
  const outer = start.map((v, d) => (dims.includes(d) ? index.constant(0) : v));
  const wide = betweenMargins(
    rewriter,
    update,
    update.shape.map((_, d) => (dims.includes(d) ? x.shape[d] : 0)),
  );
  let inside: Value | undefined;
  const from = update.shape.map((_, d) => {
    if (!dims.includes(d)) return index.constant(0);
    // Position of each own element within the update.
    const relative = sub(rewriter, offsetAlong(sharding.dims[d].axes, x.shape[d], c), start[d]);
    const at = add(
      rewriter,
      iota(rewriter, tensorType('i32', shape), d),
      broadcastInDim(rewriter, relative, shape, []),
    );
    const own = within(rewriter, at, 0, touched[d]);
    inside = inside ? and(rewriter, inside, own) : own;
    return add(rewriter, relative, index.constant(x.shape[d]));
  });
  const mine = rewriter.emit('stablehlo.dynamic_slice', [wide, ...from], { sliceSizes: shape });
  const before = rewriter.emit('stablehlo.dynamic_slice', [x, ...outer], { sliceSizes: shape });
  const merged = select(rewriter, inside!, mine, before);
  return [rewriter.emit('stablehlo.dynamic_update_slice', [x, merged, ...outer])];
}
