/*
 * Ops that need more than smaller shapes to run on shards: gathers and scatters along a sharded dimension, iota, constants.
 */
import { dtypeInfo, numElements } from '../base/index.ts';
import {
  type AxisRef,
  axesSize,
  isReplicated,
  localShape,
  type Mesh,
  type Op,
  type TensorSharding,
  tensorType,
  type Value,
} from '../ir/index.ts';
import type { DeviceIndex } from './device-index.ts';
import type { ExchangeContext } from './halo.ts';
import { onFirstDevice } from './local-collectives.ts';
import { binary, broadcast, compare, iota, padHigh, reshape, select, splat } from './local-emit.ts';
import { reductionKinds } from './reductions.ts';
import type { Scope } from './rewrite.ts';
import { lowerWindowed } from './windowed-ops.ts';

export interface OpContext {
  readonly scope: Scope;
  readonly index: DeviceIndex;
  readonly mesh: Mesh;
  readonly sharding: (v: Value) => TensorSharding | undefined;
  /** Axes of the op's reduction factors. */
  readonly reductionAxes: readonly AxisRef[];
  /** Copies the op with these local operands; attributes (unless given) and result types are made local. */
  readonly localize: (operands: readonly Value[], attributes?: object | ((local: object) => object)) => Value[];
  /** Copies the op with these operands and attributes for a result of another shape. */
  readonly emit: (operands: readonly Value[], attributes: object, shape: readonly number[]) => Value;
  /** For collectives that the op's lowering needs. */
  readonly exchange: ExchangeContext;
}

/** Lowers an op with special needs; undefined when plain localization is right. */
export function lowerSpecial(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  switch (op.name) {
    case 'stablehlo.gather':
      return gather(op, operands, c);
    case 'stablehlo.scatter':
      return scatter(op, operands, c);
    case 'stablehlo.dynamic_slice':
      return dynamicSlice(op, operands, c);
    case 'stablehlo.dynamic_update_slice':
      return dynamicUpdateSlice(op, operands, c);
    case 'stablehlo.rng_bit_generator':
      return randomBits(op, operands, c);
    default:
      return lowerWindowed(op, operands, c);
  }
}

/** Cuts a value that every device can compute whole: constants that are no splat, random bits. */
export function sliceOf(x: Value, sharding: TensorSharding, c: Pick<OpContext, 'scope' | 'index' | 'mesh'>): Value {
  const { scope, index, mesh } = c;
  const counts = sharding.dims.map((d) => axesSize(d.axes, mesh));
  const sizes = localShape(x.shape, sharding, mesh);
  const padded = padHigh(
    scope,
    x,
    x.shape.map((n, d) => sizes[d] * counts[d] - n),
  );
  const starts = sharding.dims.map((d, i) =>
    d.axes.length === 0 ? index.constant(0) : index.times(index.along(d.axes, mesh), sizes[i]),
  );
  return starts.length === 0 ? x : scope.value('stablehlo.dynamic_slice', [padded, ...starts], { sliceSizes: sizes });
}

/** An iota of the local shape plus this device's offset. */
export function localIota(op: Op, sharding: TensorSharding, c: Pick<OpContext, 'scope' | 'index' | 'mesh'>): Value {
  const { scope, index, mesh } = c;
  const { iotaDimension: d } = op.attributes as { iotaDimension: number };
  const { dtype, shape } = op.results[0].tensor;
  const local = localShape(shape, sharding, mesh);
  const type = tensorType(dtype, local);
  const base = scope.value('stablehlo.iota', [], { iotaDimension: d }, { resultTypes: [type], location: op.location });
  const { axes } = sharding.dims[d];
  if (axes.length === 0) return base;
  const offset = index.times(index.along(axes, mesh), local[d]);
  const converted =
    dtype === 'i32' ? offset : scope.value('stablehlo.convert', [offset], {}, { resultTypes: [tensorType(dtype, [])] });
  return binary(scope, 'add', base, broadcast(scope, converted, local, []));
}

interface IndexedDim {
  /** Dimension of the operand. */
  readonly dim: number;
  /** Column of the index vectors. */
  readonly column: number;
  readonly axes: readonly AxisRef[];
  readonly size: number;
  readonly local: number;
}

/** Dimensions of `operand` that the indices select in and that are cut, among `dims`. */
function indexedDims(operand: Value, map: readonly number[], dims: readonly number[], c: OpContext): IndexedDim[] {
  const sharding = c.sharding(operand);
  if (!sharding) return [];
  const local = localShape(operand.shape, sharding, c.mesh);
  return dims.flatMap((dim) => {
    const { axes } = sharding.dims[dim];
    const column = map.indexOf(dim);
    return axes.length === 0 || column < 0 ? [] : [{ dim, column, axes, size: operand.shape[dim], local: local[dim] }];
  });
}

/** Indices with the index vectors as last dimension, signed. */
function normalized(scope: Scope, indices: Value, vectorDim: number): Value {
  let x = indices;
  if (x.dtype !== 'i32' && x.dtype !== 'i64')
    x = scope.value('stablehlo.convert', [x], {}, { resultTypes: [tensorType('i32', x.shape)] });
  if (vectorDim === x.shape.length) return reshape(scope, x, [...x.shape, 1]);
  if (vectorDim === x.shape.length - 1) return x;
  const order = [...x.shape.keys()].filter((d) => d !== vectorDim);
  return scope.value('stablehlo.transpose', [x], { permutation: [...order, vectorDim] });
}

/** One value per column of the index vectors, spread over all of them. */
function perColumn(scope: Scope, indices: Value, value: (column: number) => Value): Value {
  const last = indices.shape.length - 1;
  const scalar = tensorType(indices.dtype, []);
  const parts = Array.from({ length: indices.shape[last] }, (_, column) => {
    const v = value(column);
    const typed = v.dtype === indices.dtype ? v : scope.value('stablehlo.convert', [v], {}, { resultTypes: [scalar] });
    return reshape(scope, typed, [1]);
  });
  const row = parts.length === 1 ? parts[0] : scope.value('stablehlo.concatenate', parts, { dimension: 0 });
  return broadcast(scope, row, indices.shape, [last]);
}

/** Indices relative to this device's shard. */
function shifted(indices: Value, dims: readonly IndexedDim[], c: OpContext): Value {
  const { scope, index, mesh } = c;
  const offsets = perColumn(scope, indices, (column) => {
    const d = dims.find((x) => x.column === column);
    return d ? index.times(index.along(d.axes, mesh), d.local) : index.constant(0);
  });
  return binary(scope, 'subtract', indices, offsets);
}

/** Each device gathers what it has and zeros elsewhere; the all_reduce that follows adds them up. */
function gather(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { dimensionNumbers: numbers, sliceSizes } = op.attributes as {
    dimensionNumbers: GatherNumbers;
    sliceSizes: readonly number[];
  };
  const single = op.operands[0].shape.flatMap((n, d) => (sliceSizes[d] === 1 && n > 1 ? [d] : []));
  const dims = indexedDims(op.operands[0], numbers.startIndexMap, single, c);
  if (dims.length === 0) return undefined;
  const { scope } = c;
  const [operand, given] = operands;
  const indices = normalized(scope, given, numbers.indexVectorDim);
  const limit = perColumn(scope, indices, (column) => {
    const d = dims.find((x) => x.column === column);
    return c.index.constant(d ? d.size - 1 : 0x7fffffff);
  });
  const lower = perColumn(scope, indices, (column) =>
    c.index.constant(dims.some((x) => x.column === column) ? 0 : -0x80000000),
  );
  const clamped = binary(scope, 'maximum', binary(scope, 'minimum', indices, limit), lower);
  const relative = shifted(clamped, dims, c);
  const last = indices.shape.length - 1;
  const batchShape = indices.shape.slice(0, last);
  let inside: Value | undefined;
  for (const d of dims) {
    const column = reshape(
      scope,
      scope.value('stablehlo.slice', [relative], {
        startIndices: [...batchShape.map(() => 0), d.column],
        limitIndices: [...batchShape, d.column + 1],
        strides: indices.shape.map(() => 1),
      }),
      batchShape,
    );
    const low = compare(scope, 'GE', column, splat(scope, column.type, 0));
    const high = compare(scope, 'LT', column, splat(scope, column.type, d.local));
    const both = binary(scope, 'and', low, high);
    inside = inside ? binary(scope, 'and', inside, both) : both;
  }
  const back = restored(scope, relative, given, numbers.indexVectorDim);
  const [result] = c.localize([operand, back]);
  const batchDims = [...result.shape.keys()].filter((d) => !numbers.offsetDims.includes(d));
  const mask = broadcast(scope, inside!, result.shape, batchDims);
  return [select(scope, mask, result, splat(scope, result.type, 0))];
}

/** Indices laid out as the op had them. */
function restored(scope: Scope, x: Value, like: Value, vectorDim: number): Value {
  const rank = like.shape.length;
  if (vectorDim === rank) return reshape(scope, x, like.shape);
  if (vectorDim === rank - 1) return x;
  const order = Array.from({ length: rank - 1 }, (_, i) => i);
  order.splice(vectorDim, 0, rank - 1);
  return scope.value('stablehlo.transpose', [x], { permutation: order });
}

/** Indices outside this device's shard are out of bounds, which scatter skips. */
function scatter(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const numbers = (op.attributes as { scatterDimensionNumbers: ScatterNumbers }).scatterDimensionNumbers;
  const n = (operands.length - 1) / 2;
  const dims = indexedDims(op.operands[0], numbers.scatterDimsToOperandDims, numbers.insertedWindowDims, c);
  const { scope } = c;
  let all = [...operands];
  if (dims.length > 0) {
    const given = operands[n];
    const indices = normalized(scope, given, numbers.indexVectorDim);
    all[n] = restored(scope, shifted(indices, dims, c), given, numbers.indexVectorDim);
  }
  // Partial results are added up afterwards: only one device may start from the operand's values.
  if (c.reductionAxes.length > 0) {
    const kinds = reductionKinds(op);
    all = all.map((v, i) => (i < n ? onFirstDevice(v, c.reductionAxes, c, kinds?.[i]) : v));
  }
  if (dims.length === 0 && c.reductionAxes.length === 0) return undefined;
  return c.localize(all);
}

/**
 * Random bits, the same numbers on any mesh: each device counts from where its part begins if its part is one stretch of the
 * counter, else it makes the whole tensor and takes its part.
 */
function randomBits(op: Op, operands: readonly Value[], c: OpContext): Value[] {
  const { scope } = c;
  const sharding = c.sharding(op.results[1]);
  const part = sharding && counterStretch(op, sharding, c.mesh);
  if (part) {
    const [state] = operands;
    const advance = (by: Value): Value => {
      const zero = splat(scope, tensorType('u64', [1]), 0);
      const vector = scope.value('stablehlo.concatenate', [zero, reshape(scope, by, [1])], { dimension: 0 });
      return binary(scope, 'add', state, vector);
    };
    const u64 = tensorType('u64', []);
    const index = c.index.along(part.axes, c.mesh);
    const number = scope.value('stablehlo.convert', [index], {}, { resultTypes: [u64] });
    const start = binary(scope, 'multiply', number, splat(scope, u64, BigInt(part.perShard)));
    const [, bits] = c.localize([advance(start)]);
    return [advance(splat(scope, u64, BigInt(part.total))), bits];
  }
  const whole = scope.emit(op.name, operands, op.attributes, {
    resultTypes: op.results.map((r) => r.type),
    location: op.location,
  });
  return whole.results.map((v, i) => {
    const own = c.sharding(op.results[i]);
    return own && !isReplicated(own) ? sliceOf(v, own, c) : v;
  });
}

/**
 * How a cut tensor of random bits follows threefry's counter, if every shard is one stretch of it: cut along the first
 * dimension only, without tearing apart the two 32-bit words that one count gives.
 */
function counterStretch(
  op: Op,
  sharding: TensorSharding,
  mesh: Mesh,
): { axes: readonly AxisRef[]; perShard: number; total: number } | undefined {
  const { rngAlgorithm } = op.attributes as { rngAlgorithm: string };
  const state = op.operands[0].tensor;
  if (rngAlgorithm !== 'THREE_FRY' || state.dtype !== 'u64' || state.shape[0] !== 2) return undefined;
  const { dtype, shape } = op.results[1].tensor;
  const dim = shape.findIndex((n) => n !== 1);
  if (dim < 0 || sharding.dims.some((s, d) => d !== dim && s.axes.length > 0)) return undefined;
  const local = localShape(shape, sharding, mesh);
  const isWide = dtypeInfo(dtype).bits === 64;
  if (!isWide && (shape[dim] % 2 !== 0 || local[dim] % 2 !== 0)) return undefined;
  const counts = (s: readonly number[]): number => numElements(s) / (isWide ? 1 : 2);
  return { axes: sharding.dims[dim].axes, perShard: counts(local), total: counts(shape) };
}

/** Start indices as i32, clamped so that what they start lies inside. */
function clampedStarts(
  starts: readonly Value[],
  whole: readonly number[],
  sizes: readonly number[],
  c: OpContext,
): Value[] {
  const { scope, index } = c;
  const i32 = tensorType('i32', []);
  return starts.map((v, d) => {
    const signed = v.dtype === 'i32' ? v : scope.value('stablehlo.convert', [v], {}, { resultTypes: [i32] });
    const low = binary(scope, 'maximum', signed, index.constant(0));
    return binary(scope, 'minimum', low, index.constant(whole[d] - sizes[d]));
  });
}

/** A slice at a position of a cut dimension: zeros but for the elements that this device has; an all_reduce follows. */
function dynamicSlice(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { scope, index, mesh } = c;
  const sharding = c.sharding(op.operands[0]);
  const whole = op.operands[0].shape;
  const { shape: sizes } = op.results[0];
  const dims = sharding?.dims.flatMap((s, d) => (s.axes.length > 0 && sizes[d] !== whole[d] ? [d] : [])) ?? [];
  if (!sharding || dims.length === 0) return undefined;
  const [x, ...starts] = operands;
  const margin = x.shape.map((_, d) => (dims.includes(d) ? sizes[d] : 0));
  const wide = scope.value('stablehlo.pad', [x, splat(scope, tensorType(x.dtype, []), 0)], {
    edgePaddingLow: margin,
    edgePaddingHigh: margin,
    interiorPadding: margin.map(() => 0),
  });
  const from = clampedStarts(starts, whole, sizes, c).map((start, d) => {
    if (!dims.includes(d)) return start;
    const offset = index.times(index.along(sharding.dims[d].axes, mesh), x.shape[d]);
    return binary(scope, 'add', binary(scope, 'subtract', start, offset), index.constant(sizes[d]));
  });
  const local = x.shape.map((n, d) => (sizes[d] === whole[d] ? n : sizes[d]));
  return [scope.value('stablehlo.dynamic_slice', [wide, ...from], { sliceSizes: local })];
}

/** An update that touches part of a sharded dimension: every device takes the elements of the update that fall on its part. */
function dynamicUpdateSlice(op: Op, operands: readonly Value[], c: OpContext): Value[] | undefined {
  const { scope, index, mesh } = c;
  const sharding = c.sharding(op.results[0]);
  const [x, update, ...starts] = operands;
  const whole = op.operands[0].shape;
  const touched = op.operands[1].shape;
  const dims = sharding?.dims.flatMap((s, d) => (s.axes.length > 0 && touched[d] !== whole[d] ? [d] : [])) ?? [];
  if (!sharding || dims.length === 0) return undefined;
  const start = clampedStarts(starts, whole, touched, c);
  const shape = update.shape.map((n, d) => (dims.includes(d) ? x.shape[d] : n));
  const outer = start.map((v, d) => (dims.includes(d) ? index.constant(0) : v));
  const margin = update.shape.map((_, d) => (dims.includes(d) ? x.shape[d] : 0));
  const zero = splat(scope, tensorType(x.dtype, []), 0);
  const wide = scope.value('stablehlo.pad', [update, zero], {
    edgePaddingLow: margin,
    edgePaddingHigh: margin,
    interiorPadding: margin.map(() => 0),
  });
  let inside: Value | undefined;
  const from = update.shape.map((_, d) => {
    if (!dims.includes(d)) return index.constant(0);
    const offset = index.times(index.along(sharding.dims[d].axes, mesh), x.shape[d]);
    // Position of each own element within the update.
    const relative = binary(scope, 'subtract', offset, start[d]);
    const at = binary(scope, 'add', iota(scope, shape, d), broadcast(scope, relative, shape, []));
    const low = compare(scope, 'GE', at, splat(scope, at.type, 0));
    const high = compare(scope, 'LT', at, splat(scope, at.type, touched[d]));
    const both = binary(scope, 'and', low, high);
    inside = inside ? binary(scope, 'and', inside, both) : both;
    return binary(scope, 'add', relative, index.constant(x.shape[d]));
  });
  const mine = scope.value('stablehlo.dynamic_slice', [wide, ...from], { sliceSizes: shape });
  const before = scope.value('stablehlo.dynamic_slice', [x, ...outer], { sliceSizes: shape });
  const merged = select(scope, inside!, mine, before);
  return [scope.value('stablehlo.dynamic_update_slice', [x, merged, ...outer])];
}

interface GatherNumbers {
  readonly offsetDims: readonly number[];
  readonly startIndexMap: readonly number[];
  readonly indexVectorDim: number;
}
interface ScatterNumbers {
  readonly insertedWindowDims: readonly number[];
  readonly scatterDimsToOperandDims: readonly number[];
  readonly indexVectorDim: number;
}
