import {
  type DType,
  dtypeInfo,
  HostArray,
  type HostData,
  highestValue,
  isFloat,
  isInexact,
  lowestValue,
  parseDType,
  range,
  type Shape,
  UserError,
} from '../../base/index.ts';
import { Builder, tensorType } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { Tensor } from '../tensor.ts';
import { bind, bind1, constant, currentTrace, notATensor, splat } from '../trace.ts';

/*
 * `lax`: thin functions over StableHLO ops. Operands of binary functions must have equal shapes and dtypes
 * (numpy's functions broadcast and promote); JavaScript numbers take the other operand's dtype.
 */

/** What functions accept where a tensor is expected. */
export type TensorLike = Tensor | number | boolean | bigint | readonly NestedNumbers[] | HostArray | HostData;
export type NestedNumbers = number | boolean | bigint | readonly NestedNumbers[];

/** Makes a tensor of a value; numbers become scalars of `dtype` (default f32, bool for booleans, i64 for bigints). */
export function asTensor(x: TensorLike, dtype?: DType): Tensor {
  if (x instanceof Tensor) return x;
  if (x instanceof HostArray) return constant(x);
  if (typeof x === 'number') return splat(dtype ?? 'f32', [], x);
  if (typeof x === 'boolean') return splat(dtype ?? 'bool', [], x);
  if (typeof x === 'bigint') return splat(dtype ?? 'i64', [], x);
  if (Array.isArray(x)) return constant(nestedToHost(x, dtype));
  const dtypeOfStorage = ArrayBuffer.isView(x) ? storageDType(x) : undefined;
  if (dtypeOfStorage) {
    const values = x as unknown as HostData;
    return constant(new HostArray(dtypeOfStorage, [values.length], values.slice() as HostData));
  }
  throw notATensor(
    'cannot make a tensor of this value',
    x,
    'a Tensor, number, boolean, bigint or nested arrays of them',
  );
}

/** The dtype whose host storage a typed array is. */
function storageDType(x: ArrayBufferView): DType | undefined {
  const wide: readonly DType[] = ['f32', 'f64', 'i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64'];
  return wide.find((d) => x instanceof dtypeInfo(d).storage);
}

function nestedToHost(nested: readonly NestedNumbers[], dtype: DType | undefined): HostArray {
  const shape: number[] = [];
  let level: NestedNumbers = nested;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  const values: (number | boolean | bigint)[] = [];
  const visit = (x: NestedNumbers, depth: number): void => {
    if (Array.isArray(x)) {
      if (x.length !== shape[depth])
        throw new UserError('api/ragged', 'nested arrays have different lengths', {
          expected: `${shape[depth]} at depth ${depth}`,
          given: `${x.length}`,
          advice: 'a tensor is rectangular: pad the shorter ones, or keep a list of tensors',
        });
      for (const y of x) visit(y, depth + 1);
    } else {
      if (depth !== shape.length) throw new UserError('api/ragged', 'nested arrays have different depths');
      values.push(x as number | boolean | bigint);
    }
  };
  visit(nested, 0);
  const kind = typeof values[0];
  if (dtype) parseDType(dtype);
  return HostArray.from(dtype ?? (kind === 'boolean' ? 'bool' : kind === 'bigint' ? 'i64' : 'f32'), shape, values);
}

type Unary = (x: TensorLike) => Tensor;
const unary =
  (name: string): Unary =>
  (x) =>
    bind1(name, [asTensor(x)]);

export const abs = unary('stablehlo.abs');
export const neg = unary('stablehlo.negate');
export const exp = unary('stablehlo.exponential');
export const expm1 = unary('stablehlo.exponential_minus_one');
export const log = unary('stablehlo.log');
export const log1p = unary('stablehlo.log_plus_one');
export const logistic = unary('stablehlo.logistic');
export const tanh = unary('stablehlo.tanh');
export const sin = unary('stablehlo.sine');
export const cos = unary('stablehlo.cosine');
export const tan = unary('stablehlo.tan');
export const sqrt = unary('stablehlo.sqrt');
export const rsqrt = unary('stablehlo.rsqrt');
export const cbrt = unary('stablehlo.cbrt');
export const floor = unary('stablehlo.floor');
export const ceil = unary('stablehlo.ceil');
export const sign = unary('stablehlo.sign');
export const bitwiseNot = unary('stablehlo.not');
export const isfinite = unary('stablehlo.is_finite');
export const erf = unary('chlo.erf');
export const populationCount = unary('stablehlo.popcnt');

/** Brings a pair to tensors; a JavaScript number takes the other's dtype and shape. */
function pair(x: TensorLike, y: TensorLike): [Tensor, Tensor] {
  const like = x instanceof Tensor ? x : y instanceof Tensor ? y : undefined;
  const bring = (v: TensorLike): Tensor => {
    const t = asTensor(v, like?.dtype);
    return v instanceof Tensor || !like || t.ndim === like.ndim ? t : broadcastInDim(t, like.shape, []);
  };
  return [bring(x), bring(y)];
}

type Binary = (x: TensorLike, y: TensorLike) => Tensor;
const binary =
  (name: string): Binary =>
  (x, y) =>
    bind1(name, pair(x, y));

export const add = binary('stablehlo.add');
export const sub = binary('stablehlo.subtract');
export const mul = binary('stablehlo.multiply');
export const div = binary('stablehlo.divide');
export const rem = binary('stablehlo.remainder');
export const max = binary('stablehlo.maximum');
export const min = binary('stablehlo.minimum');
export const pow = binary('stablehlo.power');
export const atan2 = binary('stablehlo.atan2');
export const bitwiseAnd = binary('stablehlo.and');
export const bitwiseOr = binary('stablehlo.or');
export const bitwiseXor = binary('stablehlo.xor');
export const shiftLeft = binary('stablehlo.shift_left');
export const shiftRightLogical = binary('stablehlo.shift_right_logical');
export const shiftRightArithmetic = binary('stablehlo.shift_right_arithmetic');

export type ComparisonDirection = 'EQ' | 'NE' | 'GE' | 'GT' | 'LE' | 'LT';

/** Elementwise comparison; `bool` of the operands' shape. */
export function compare(x: TensorLike, y: TensorLike, comparisonDirection: ComparisonDirection): Tensor {
  const [a, b] = pair(x, y);
  return bind1('stablehlo.compare', [a, b], { comparisonDirection });
}
export const eq: Binary = (x, y) => compare(x, y, 'EQ');
export const ne: Binary = (x, y) => compare(x, y, 'NE');
export const ge: Binary = (x, y) => compare(x, y, 'GE');
export const gt: Binary = (x, y) => compare(x, y, 'GT');
export const le: Binary = (x, y) => compare(x, y, 'LE');
export const lt: Binary = (x, y) => compare(x, y, 'LT');

/** `onTrue` where `predicate` holds, else `onFalse`. `predicate: bool[shape]` or a scalar. */
export function select(predicate: TensorLike, onTrue: TensorLike, onFalse: TensorLike): Tensor {
  const [t, f] = pair(onTrue, onFalse);
  return bind1('stablehlo.select', [asTensor(predicate), t, f]);
}

/** Limits `x` to [low, high]. */
export function clamp(low: TensorLike, x: Tensor, high: TensorLike): Tensor {
  return bind1('stablehlo.clamp', [asTensor(low, x.dtype), x, asTensor(high, x.dtype)]);
}

/** Converts elements; floats to integers truncate and saturate. */
export function convertElementType(x: TensorLike, dtype: DType): Tensor {
  const t = asTensor(x);
  parseDType(dtype);
  if (t.dtype === dtype) return t;
  return bind1('stablehlo.convert', [t], {}, { resultTypes: [tensorType(dtype, t.shape)] });
}

/** Reinterprets the bits as another dtype of the same width. */
export function bitcastConvertType(x: Tensor, dtype: DType): Tensor {
  if (dtypeInfo(dtype).bits !== dtypeInfo(x.dtype).bits)
    throw new UserError('api/bitcast', `cannot bitcast ${x.dtype} to ${dtype}`, { expected: 'equal widths' });
  return bind1('stablehlo.bitcast_convert', [x], {}, { resultTypes: [tensorType(dtype, x.shape)] });
}

/** `iota(dtype, n)` is 0 … n-1; with a shape, counts along `dimension`. */
export function iota(dtype: DType, shape: number | Shape, dimension = 0): Tensor {
  const s = typeof shape === 'number' ? [shape] : shape;
  return bind1('stablehlo.iota', [], { iotaDimension: dimension }, { resultTypes: [tensorType(dtype, s)] });
}

/** Repeats `x` so that its dimension i becomes dimension `broadcastDimensions[i]` of `shape`. */
export function broadcastInDim(x: Tensor, shape: Shape, broadcastDimensions: readonly number[]): Tensor {
  return bind1(
    'stablehlo.broadcast_in_dim',
    [x],
    { broadcastDimensions },
    { resultTypes: [tensorType(x.dtype, shape)] },
  );
}

export function reshape(x: Tensor, shape: Shape): Tensor {
  if (shape.length === x.ndim && shape.every((d, i) => d === x.shape[i])) return x;
  return bind1('stablehlo.reshape', [x], {}, { resultTypes: [tensorType(x.dtype, shape)] });
}

/** Result dimension i is dimension `permutation[i]` of `x`. */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  if (permutation.every((p, i) => p === i)) return x;
  return bind1('stablehlo.transpose', [x], { permutation });
}

export function rev(x: Tensor, dimensions: readonly number[]): Tensor {
  return bind1('stablehlo.reverse', [x], { dimensions });
}

export function slice(
  x: Tensor,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  strides?: readonly number[],
): Tensor {
  if (strides?.some((s) => s <= 0))
    throw new UserError('api/slice', `the strides [${strides.join(', ')}] are not positive`, {
      advice: 'use np.flip (lax.rev) to reverse a dimension',
    });
  return bind1('stablehlo.slice', [x], { startIndices, limitIndices, strides: strides ?? startIndices.map(() => 1) });
}

/** One index range of one dimension. */
export function sliceInDim(x: Tensor, start: number, limit: number, stride = 1, axis = 0): Tensor {
  return slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((d, i) => (i === axis ? limit : d)),
    x.shape.map((_, i) => (i === axis ? stride : 1)),
  );
}

/** `paddingConfig[i] = [low, high, interior]` of dimension i. */
export function pad(
  x: Tensor,
  paddingValue: TensorLike,
  paddingConfig: readonly (readonly [number, number, number])[],
): Tensor {
  return bind1('stablehlo.pad', [x, asTensor(paddingValue, x.dtype)], {
    edgePaddingLow: paddingConfig.map((p) => p[0]),
    edgePaddingHigh: paddingConfig.map((p) => p[1]),
    interiorPadding: paddingConfig.map((p) => p[2]),
  });
}

export function concatenate(xs: readonly Tensor[], dimension: number): Tensor {
  return xs.length === 1 ? xs[0] : bind1('stablehlo.concatenate', xs, { dimension });
}

/** Slice of the given sizes at scalar integer indices (clamped so that it fits). */
export function dynamicSlice(x: Tensor, startIndices: readonly TensorLike[], sliceSizes: readonly number[]): Tensor {
  return bind1('stablehlo.dynamic_slice', [x, ...startIndices.map((i) => asTensor(i, 'i32'))], { sliceSizes });
}

/** `x` with `update` written at scalar integer indices (clamped so that it fits). */
export function dynamicUpdateSlice(x: Tensor, update: Tensor, startIndices: readonly TensorLike[]): Tensor {
  return bind1('stablehlo.dynamic_update_slice', [x, update, ...startIndices.map((i) => asTensor(i, 'i32'))]);
}

/** Element or slab `index` of dimension `axis`, that dimension removed unless `keepdims`. */
export function dynamicIndexInDim(x: Tensor, index: TensorLike, axis = 0, keepdims = true): Tensor {
  const out = dynamicSlice(
    x,
    x.shape.map((_, i) => (i === axis ? index : 0)),
    x.shape.map((d, i) => (i === axis ? 1 : d)),
  );
  return keepdims
    ? out
    : reshape(
        out,
        x.shape.filter((_, i) => i !== axis),
      );
}

export interface DotDimensionNumbers {
  readonly lhsContractingDimensions: readonly number[];
  readonly rhsContractingDimensions: readonly number[];
  readonly lhsBatchingDimensions?: readonly number[];
  readonly rhsBatchingDimensions?: readonly number[];
}

/**
 * General contraction. Result dimensions: batch, free dimensions of `lhs`, free dimensions of `rhs`.
 * `preferredElementType` sets the accumulation and result dtype (default: the operands').
 */
export function dotGeneral(
  lhs: Tensor,
  rhs: Tensor,
  dims: DotDimensionNumbers,
  options: { preferredElementType?: DType } = {},
): Tensor {
  const lhsBatch = dims.lhsBatchingDimensions ?? [];
  const rhsBatch = dims.rhsBatchingDimensions ?? [];
  const free = (t: Tensor, batch: readonly number[], contracting: readonly number[]): number[] =>
    range(t.ndim).filter((d) => !batch.includes(d) && !contracting.includes(d));
  const shape = [
    ...lhsBatch.map((d) => lhs.shape[d]),
    ...free(lhs, lhsBatch, dims.lhsContractingDimensions).map((d) => lhs.shape[d]),
    ...free(rhs, rhsBatch, dims.rhsContractingDimensions).map((d) => rhs.shape[d]),
  ];
  return bind1(
    'stablehlo.dot_general',
    [lhs, rhs],
    {
      dotDimensionNumbers: {
        lhsBatching: lhsBatch,
        rhsBatching: rhsBatch,
        lhsContracting: dims.lhsContractingDimensions,
        rhsContracting: dims.rhsContractingDimensions,
      },
    },
    { resultTypes: [tensorType(options.preferredElementType ?? lhs.dtype, shape)] },
  );
}

const reducers = {
  sum: ['stablehlo.add', (d: DType) => (d === 'bool' ? false : 0)],
  prod: ['stablehlo.multiply', () => 1],
  max: ['stablehlo.maximum', lowestValue],
  min: ['stablehlo.minimum', highestValue],
  and: ['stablehlo.and', (d: DType) => (d === 'bool' ? true : -1)],
  or: ['stablehlo.or', () => 0],
  xor: ['stablehlo.xor', () => 0],
} as const;

/** Reduces dimensions with a named combiner. */
export function reduce(x: Tensor, kind: keyof typeof reducers, dimensions: readonly number[]): Tensor {
  if (dimensions.length === 0) return x;
  const [opName, initOf] = reducers[kind];
  const init = splat(x.dtype, [], initOf(x.dtype));
  const scalar = tensorType(x.dtype, []);
  return bind1(
    'stablehlo.reduce',
    [x, init],
    { dimensions: [...dimensions].sort((a, b) => a - b) },
    { regions: [emptyBuilder().block([scalar, scalar], (b, [p, q]) => [b.emit(opName, [p, q])])] },
  );
}

/** Sorts several tensors of one shape together by the first; ascending. */
export function sort(operands: readonly Tensor[], dimension = -1, isStable = true): Tensor[] {
  const d = dimension < 0 ? dimension + operands[0].ndim : dimension;
  const types = operands.flatMap((t) => [tensorType(t.dtype, []), tensorType(t.dtype, [])]);
  const compareType = isFloat(operands[0].dtype) ? 'TOTALORDER' : undefined;
  const block = emptyBuilder().block(types, (b, args) => [
    b.emit('stablehlo.compare', [args[0], args[1]], {
      comparisonDirection: 'LT',
      ...(compareType ? { compareType } : {}),
    }),
  ]);
  return bind('stablehlo.sort', operands, { dimension: d, isStable }, { regions: [block] });
}

/** Identity whose derivative is zero. */
export function stopGradient(x: Tensor): Tensor {
  if (!currentTrace() || !isInexact(x.dtype)) return x;
  return bind1('espalier.stop_gradient', [x]);
}

/** Rows of `table: [rows, …]` at integer `indices` (clamped): result `[…indices.shape, …]`. */
export function takeRows(table: Tensor, indices: Tensor): Tensor {
  const rest = table.shape.slice(1);
  const n = indices.ndim;
  return bind1('stablehlo.gather', [table, reshape(indices, [...indices.shape, 1])], {
    dimensionNumbers: {
      offsetDims: rest.map((_, i) => n + i),
      collapsedSliceDims: [0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
      startIndexMap: [0],
      indexVectorDim: n,
    },
    sliceSizes: [1, ...rest],
  });
}

const emptyBuilder = (): Builder => new Builder(registry);
