import { type DType, HostArray, inversePermutation, range, type Scalar, type Shape } from '../../base/index.ts';
import {
  type Block,
  type Builder,
  cloneOp,
  DenseElements,
  type TensorType,
  type Type,
  tensorType,
  type Value,
  ValueMap,
} from '../../ir/index.ts';

/*
 * Typed helpers that emit ops by name, so that one op's rules may use other ops without importing them.
 */

const unary =
  (name: string) =>
  (b: Builder, x: Value): Value =>
    b.emit(name, [x]);
const binary =
  (name: string) =>
  (b: Builder, x: Value, y: Value): Value =>
    b.emit(name, [x, y]);

export const neg = unary('stablehlo.negate');
export const exp = unary('stablehlo.exponential');
export const log = unary('stablehlo.log');
export const sine = unary('stablehlo.sine');
export const cosine = unary('stablehlo.cosine');
export const tanh = unary('stablehlo.tanh');
export const logistic = unary('stablehlo.logistic');
export const sqrt = unary('stablehlo.sqrt');
export const rsqrt = unary('stablehlo.rsqrt');
export const sign = unary('stablehlo.sign');
export const floor = unary('stablehlo.floor');
export const not = unary('stablehlo.not');
export const add = binary('stablehlo.add');
export const sub = binary('stablehlo.subtract');
export const mul = binary('stablehlo.multiply');
export const div = binary('stablehlo.divide');
export const rem = binary('stablehlo.remainder');
export const max = binary('stablehlo.maximum');
export const min = binary('stablehlo.minimum');
export const pow = binary('stablehlo.power');
export const and = binary('stablehlo.and');
export const or = binary('stablehlo.or');

/** A constant of every element `value`. */
export function splat(b: Builder, type: Type, value: Scalar): Value {
  const t = type as TensorType;
  return b.emit('stablehlo.constant', [], { value: DenseElements.splat(t, value) }, { resultTypes: [t] });
}

/** A rank-0 constant. */
export function constantScalar(b: Builder, dtype: DType, value: Scalar): Value {
  return splat(b, tensorType(dtype, []), value);
}

/** A constant from host data. */
export function constant(b: Builder, array: HostArray): Value {
  const value = DenseElements.of(array);
  return b.emit('stablehlo.constant', [], { value }, { resultTypes: [value.type] });
}

export const zerosLike = (b: Builder, type: Type): Value => splat(b, type, 0);
export const onesLike = (b: Builder, type: Type): Value => splat(b, type, 1);

/** x times a host number. */
export function scale(b: Builder, x: Value, factor: number): Value {
  return mul(b, x, splat(b, x.type, factor));
}

export function iota(b: Builder, type: TensorType, dimension: number): Value {
  return b.emit('stablehlo.iota', [], { iotaDimension: dimension }, { resultTypes: [type] });
}

export function convert(b: Builder, x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return x;
  return b.emit('stablehlo.convert', [x], {}, { resultTypes: [tensorType(dtype, x.shape)] });
}

export function reshape(b: Builder, x: Value, shape: Shape): Value {
  if (x.shape.length === shape.length && x.shape.every((d, i) => d === shape[i])) return x;
  return b.emit('stablehlo.reshape', [x], {}, { resultTypes: [tensorType(x.dtype, shape)] });
}

/** `dims[i]` is the result dimension of operand dimension i. */
export function broadcastInDim(b: Builder, x: Value, shape: Shape, dims: readonly number[]): Value {
  if (x.shape.length === shape.length && dims.every((d, i) => d === i) && x.shape.every((d, i) => d === shape[i]))
    return x;
  return b.emit(
    'stablehlo.broadcast_in_dim',
    [x],
    { broadcastDimensions: dims },
    { resultTypes: [tensorType(x.dtype, shape)] },
  );
}

/** A scalar spread over `shape`. */
export const broadcastScalar = (b: Builder, x: Value, shape: Shape): Value => broadcastInDim(b, x, shape, []);

/** Adds a leading dimension of size `n` by repetition. */
export function broadcastLeading(b: Builder, x: Value, n: number): Value {
  return broadcastInDim(
    b,
    x,
    [n, ...x.shape],
    x.shape.map((_, i) => i + 1),
  );
}

export function transpose(b: Builder, x: Value, permutation: readonly number[]): Value {
  if (permutation.every((d, i) => d === i)) return x;
  return b.emit('stablehlo.transpose', [x], { permutation });
}

/** Moves dimension `from` to position `to`, the others keep their order. */
export function moveDim(b: Builder, x: Value, from: number, to: number): Value {
  if (from === to) return x;
  const order = range(x.shape.length).filter((d) => d !== from);
  order.splice(to, 0, from);
  return transpose(b, x, order);
}

export const transposeBack = (b: Builder, x: Value, permutation: readonly number[]): Value =>
  transpose(b, x, inversePermutation(permutation));

export function slice(
  b: Builder,
  x: Value,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  strides: readonly number[] = startIndices.map(() => 1),
): Value {
  return b.emit('stablehlo.slice', [x], { startIndices, limitIndices, strides });
}

export function pad(
  b: Builder,
  x: Value,
  value: Value,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[] = low.map(() => 0),
): Value {
  return b.emit('stablehlo.pad', [x, value], { edgePaddingLow: low, edgePaddingHigh: high, interiorPadding: interior });
}

export function concatenate(b: Builder, xs: readonly Value[], dimension: number): Value {
  return xs.length === 1 ? xs[0] : b.emit('stablehlo.concatenate', xs, { dimension });
}

export function reverse(b: Builder, x: Value, dimensions: readonly number[]): Value {
  return dimensions.length === 0 ? x : b.emit('stablehlo.reverse', [x], { dimensions });
}

export function dynamicSlice(b: Builder, x: Value, starts: readonly Value[], sliceSizes: Shape): Value {
  return b.emit('stablehlo.dynamic_slice', [x, ...starts], { sliceSizes });
}

export function dynamicUpdateSlice(b: Builder, x: Value, update: Value, starts: readonly Value[]): Value {
  return b.emit('stablehlo.dynamic_update_slice', [x, update, ...starts]);
}

/** Element `at` of a vector of i32 that is known now. */
export function tableEntry(b: Builder, values: readonly number[], at: Value): Value {
  const table = constant(b, HostArray.from('i32', [values.length], values));
  return reshape(b, dynamicSlice(b, table, [at], [1]), []);
}

export type ComparisonDirection = 'EQ' | 'NE' | 'GE' | 'GT' | 'LE' | 'LT';

export function compare(b: Builder, comparisonDirection: ComparisonDirection, x: Value, y: Value): Value {
  return b.emit('stablehlo.compare', [x, y], { comparisonDirection });
}

export function select(b: Builder, predicate: Value, onTrue: Value, onFalse: Value): Value {
  return b.emit('stablehlo.select', [predicate, onTrue, onFalse]);
}

/** A block `(x, y) -> op(x, y)` on scalars, as reduce, scatter and all_reduce take. */
export function combiner(b: Builder, opName: string, dtype: DType): Block {
  const t = tensorType(dtype, []);
  return b.block([t, t], (inner, [x, y]) => [inner.emit(opName, [x, y])]);
}

/** Reduction with a single-op body and that op's identity as `init`. */
export function reduceWith(b: Builder, opName: string, x: Value, init: Scalar, dimensions: readonly number[]): Value {
  if (dimensions.length === 0) return x;
  return b.emit(
    'stablehlo.reduce',
    [x, constantScalar(b, x.dtype, init)],
    { dimensions: [...dimensions].sort((a, c) => a - c) },
    { regions: [combiner(b, opName, x.dtype)] },
  );
}

export const reduceSum = (b: Builder, x: Value, dimensions: readonly number[]): Value =>
  reduceWith(b, 'stablehlo.add', x, 0, dimensions);

export interface DotDimensions {
  readonly lhsBatching: readonly number[];
  readonly rhsBatching: readonly number[];
  readonly lhsContracting: readonly number[];
  readonly rhsContracting: readonly number[];
}

export function dotGeneral(
  b: Builder,
  x: Value,
  y: Value,
  dims: DotDimensions,
  more: object = {},
  dtype?: DType,
): Value {
  const free = (v: Value, skip: readonly number[]): number[] => v.shape.filter((_, d) => !skip.includes(d));
  const shape = [
    ...dims.lhsBatching.map((d) => x.shape[d]),
    ...free(x, [...dims.lhsBatching, ...dims.lhsContracting]),
    ...free(y, [...dims.rhsBatching, ...dims.rhsContracting]),
  ];
  return b.emit(
    'stablehlo.dot_general',
    [x, y],
    { dotDimensionNumbers: dims, ...more },
    { resultTypes: [tensorType(dtype ?? x.dtype, shape)] },
  );
}

/** Sum of present values; undefined (symbolic zero) when none is. */
export function sumOf(b: Builder, xs: readonly (Value | undefined)[]): Value | undefined {
  let total: Value | undefined;
  for (const x of xs) if (x) total = total ? add(b, total, x) : x;
  return total;
}

/** Emits a block's ops in place with its arguments replaced; returns what it yields. Captured values go through `map`. */
export function inlineBlock(b: Builder, block: Block, args: readonly Value[], outer?: ValueMap): Value[] {
  const map = new ValueMap(outer);
  map.setAll(block.args, args);
  for (const op of block.ops) {
    if (op === block.terminator) break;
    b.append(cloneOp(op, map));
  }
  return map.all(block.yielded);
}

/** Elements of `x` in the order of `permutation` (indices along `d`, same shape). */
export function gatherAlong(b: Builder, x: Value, permutation: Value, d: number): Value {
  const others = range(x.shape.length).filter((k) => k !== d);
  return b.emit('stablehlo.gather', [x, permutation], {
    dimensionNumbers: {
      offsetDims: [],
      collapsedSliceDims: [d],
      operandBatchingDims: others,
      startIndicesBatchingDims: others,
      startIndexMap: [d],
      indexVectorDim: x.shape.length,
    },
    sliceSizes: x.shape.map(() => 1),
  });
}
