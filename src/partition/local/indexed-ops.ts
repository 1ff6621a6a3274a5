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
import { bounded as boundedPositions, type GatherAttributes, type ScatterAttributes } from '../../ops/index.ts';
import { identityOf, reductionKinds } from '../reshard/reductions.ts';
import type { Scope } from '../rewrite.ts';
import { onFirstDevice } from './local-collectives.ts';
import { binary, broadcast, compare, indexConstant, iota, reshape, select, splat } from './local-emit.ts';
import type { OpContext } from './local-ops.ts';

/** Positions of any integer type brought into `[low, high]`, as i32. */
const bounded = (scope: Scope, x: Value, low: number, high: number): Value =>
  boundedPositions((...op) => scope.value(...op), x, low, high);

/** Where this device's shard of a dimension begins, as a scalar i32. */
function offsetAlong(axes: readonly AxisRef[], local: number, c: OpContext): Value {
  return c.index.times(c.index.along(axes, c.mesh), local);
}

/** `low ≤ x < high`, elementwise. */
function within(scope: Scope, x: Value, low: number, high: number): Value {
  const above = compare(scope, 'GE', x, splat(scope, x.type, low));
  return binary(scope, 'and', above, compare(scope, 'LT', x, splat(scope, x.type, high)));
}

/** An index tensor taken apart: one tensor per component of its vectors, and the dimension numbers of putting them together. */
class IndexVectors {
  readonly batchShape: readonly number[];
  readonly #given: Value;
  readonly #vectorDim: number;
  readonly #scope: Scope;

  constructor(scope: Scope, given: Value, vectorDim: number) {
    this.#scope = scope;
    this.#given = given;
    this.#vectorDim = vectorDim;
    this.batchShape = given.shape.filter((_, d) => d !== vectorDim);
  }

  /** Component `k` of every index vector. */
  component(k: number): Value {
    const { shape } = this.#given;
    const d = this.#vectorDim;
    if (d === shape.length || shape[d] === 1) return reshape(this.#scope, this.#given, this.batchShape);
    const part = this.#scope.value('stablehlo.slice', [this.#given], {
      startIndices: shape.map((_, i) => (i === d ? k : 0)),
      limitIndices: shape.map((n, i) => (i === d ? k + 1 : n)),
      strides: shape.map(() => 1),
    });
    return reshape(this.#scope, part, this.batchShape);
  }

  /** Index vectors with these components, along a new last dimension. */
  joined(components: readonly Value[]): Value {
    const dimension = this.batchShape.length;
    const columns = components.map((v) => reshape(this.#scope, v, [...this.batchShape, 1]));
    return columns.length === 1 ? columns[0] : this.#scope.value('stablehlo.concatenate', columns, { dimension });
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
  const { scope } = c;
  const [operand, given] = operands;
  const vectors = new IndexVectors(scope, given, n.indexVectorDim);
  let inside: Value | undefined;
  const require = (mask: Value): void => {
    inside = inside ? binary(scope, 'and', inside, mask) : mask;
  };
  const components = n.startIndexMap.map((dim, k) => {
    const at = bounded(scope, vectors.component(k), 0, shape[dim] - sliceSizes[dim]);
    const cut = dims.find((d) => d.dim === dim);
    if (!cut) return at;
    const offset = broadcast(scope, offsetAlong(cut.axes, cut.local, c), at.shape, []);
    const own = binary(scope, 'subtract', at, offset);
    require(within(scope, own, 0, cut.local));
    return own;
  });
  // A dimension that no index names is read at 0, which the first device has.
  for (const { dim, axes } of dims)
    if (!n.startIndexMap.includes(dim)) {
      const isFirst = compare(scope, 'EQ', c.index.along(axes, c.mesh), indexConstant(scope, 0));
      require(broadcast(scope, isFirst, vectors.batchShape, []));
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
  const mask = broadcast(scope, inside!, result.shape, batchDims);
  return [select(scope, mask, result, splat(scope, result.type, identityOf('sum', result.tensor)))];
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
  const { scope } = c;
  const vectors = new IndexVectors(scope, operands[count], n.indexVectorDim);
  const offset = (d: CutDim): Value => broadcast(scope, offsetAlong(d.axes, d.local, c), vectors.batchShape, []);
  const components = n.scatterDimsToOperandDims.map((dim, k) => {
    const cut = dims.find((d) => d.dim === dim);
    // What is too large stays beyond every shard, also beyond the padding of the last one.
    const end = cut ? cut.local * axesSize(cut.axes, c.mesh) : input.shape[dim];
    const at = bounded(scope, vectors.component(k), -1, end);
    return cut ? binary(scope, 'subtract', at, offset(cut)) : at;
  });
  // A dimension that no index names is written at 0, which the first device has: an index says so.
  const unnamed = dims.filter((d) => !n.scatterDimsToOperandDims.includes(d.dim));
  const zeros = splat(scope, tensorType('i32', vectors.batchShape), 0);
  components.push(...unnamed.map((d) => binary(scope, 'subtract', zeros, offset(d))));
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
  return starts.map((v, d) => bounded(c.scope, v, 0, whole[d] - sizes[d]));
}

/** The dimensions that are cut and of which the op touches a part. */
function touchedInPart(sharding: TensorSharding, whole: readonly number[], part: readonly number[]): number[] {
  return range(whole.length).filter((d) => sharding.dims[d].axes.length > 0 && part[d] !== whole[d]);
}

/** `x` between margins that an all_reduce of sums adds without a trace. */
function betweenMargins(scope: Scope, x: Value, margin: readonly number[]): Value {
  const fill = splat(scope, tensorType(x.dtype, []), identityOf('sum', x.tensor));
  const interiorPadding = margin.map(() => 0);
  return scope.value('stablehlo.pad', [x, fill], { edgePaddingLow: margin, edgePaddingHigh: margin, interiorPadding });
}

/** A slice at a position of a cut dimension: the elements that this device has; an all_reduce follows. */
export function dynamicSlice(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { scope, index } = c;
  const sharding = c.sharding(op.operands[0]);
  const whole = op.operands[0].shape;
  const { shape: sizes } = op.results[0];
  const dims = sharding ? touchedInPart(sharding, whole, sizes) : [];
  if (!sharding || dims.length === 0) return undefined;
  const [x, ...starts] = operands;
  const wide = betweenMargins(
    scope,
    x,
    x.shape.map((_, d) => (dims.includes(d) ? sizes[d] : 0)),
  );
  const from = clampedStarts(starts, whole, sizes, c).map((start, d) => {
    if (!dims.includes(d)) return start;
    const own = binary(scope, 'subtract', start, offsetAlong(sharding.dims[d].axes, x.shape[d], c));
    return binary(scope, 'add', own, index.constant(sizes[d]));
  });
  const local = x.shape.map((n, d) => (sizes[d] === whole[d] ? n : sizes[d]));
  return [scope.value('stablehlo.dynamic_slice', [wide, ...from], { sliceSizes: local })];
}

/** An update that touches part of a sharded dimension: every device takes the elements of the update that fall on its part. */
export function dynamicUpdateSlice(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { scope, index } = c;
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
    scope,
    update,
    update.shape.map((_, d) => (dims.includes(d) ? x.shape[d] : 0)),
  );
  let inside: Value | undefined;
  const from = update.shape.map((_, d) => {
    if (!dims.includes(d)) return index.constant(0);
    // Position of each own element within the update.
    const relative = binary(scope, 'subtract', offsetAlong(sharding.dims[d].axes, x.shape[d], c), start[d]);
    const at = binary(scope, 'add', iota(scope, shape, d), broadcast(scope, relative, shape, []));
    const own = within(scope, at, 0, touched[d]);
    inside = inside ? binary(scope, 'and', inside, own) : own;
    return binary(scope, 'add', relative, index.constant(x.shape[d]));
  });
  const mine = scope.value('stablehlo.dynamic_slice', [wide, ...from], { sliceSizes: shape });
  const before = scope.value('stablehlo.dynamic_slice', [x, ...outer], { sliceSizes: shape });
  const merged = select(scope, inside!, mine, before);
  return [scope.value('stablehlo.dynamic_update_slice', [x, merged, ...outer])];
}
