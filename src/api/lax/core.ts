import {
  type DType,
  dtypeInfo,
  HostArray,
  type HostData,
  highestValue,
  isComplex,
  isFloat,
  isInexact,
  isInteger,
  isSigned,
  lowestValue,
  parseDType,
  range,
  type Shape,
  UserError,
} from '../../base/index.ts';
import { Builder, DenseElements, tensorType, type Value } from '../../ir/index.ts';
import { bounded, registry } from '../../ops/index.ts';
import { describeValue, requireList, requireSizes } from '../check-arguments.ts';
import { requireExact } from '../exact-numbers.ts';
import { requireDepth } from '../plain-object.ts';
import { Tensor } from '../tensor.ts';
import { bind, bind1, checkFits, constant, currentTrace, notATensor, requireTensor, splat } from '../trace.ts';

/*
 * `lax`: thin functions over StableHLO ops. Operands of binary functions must have equal shapes and dtypes
 * (numpy's functions broadcast and promote); JavaScript numbers take the other operand's dtype.
 */

/** What functions accept where a tensor is expected. */
export type TensorLike = Tensor | number | boolean | bigint | readonly NestedNumbers[] | HostArray | HostData;
export type NestedNumbers = number | boolean | bigint | readonly NestedNumbers[];

/**
 * Makes a tensor of a value; numbers become scalars of `dtype` (default f32, bool for booleans, i64 for bigints).
 * @example lax.asTensor([[1, 2], [3, 4]]).shape // => [2, 2]
 */
export function asTensor(x: TensorLike, dtype?: DType): Tensor {
  if (x instanceof Tensor) return x;
  if (x instanceof HostArray) return constant(x.clone());
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
    requireDepth(shape.length);
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
      if (!['number', 'boolean', 'bigint'].includes(typeof x)) throw notATensor('nested arrays hold numbers', x);
      values.push(x as number | boolean | bigint);
    }
  };
  visit(nested, 0);
  const kind = typeof values[0];
  if (dtype !== undefined) parseDType(dtype);
  else requireExact(values);
  const type = dtype ?? (kind === 'boolean' ? 'bool' : kind === 'bigint' ? 'i64' : 'f32');
  for (const v of values) checkFits(v, type);
  return HostArray.from(type, shape, values);
}

type Unary = (x: TensorLike) => Tensor;
const unary =
  (name: string): Unary =>
  (x) =>
    bind1(name, [asTensor(x)]);

/**
 * Elementwise absolute value; of complex numbers their modulus.
 * @example lax.abs([-1, 2]) // => [1, 2]
 */
export const abs = unary('stablehlo.abs');
/**
 * Elementwise negation.
 * @example lax.neg([1, -2]) // => [-1, 2]
 */
export const neg = unary('stablehlo.negate');
/**
 * Elementwise exponential.
 * @example lax.exp([0, 1]) // => [1, 2.7183]
 */
export const exp = unary('stablehlo.exponential');
/**
 * Elementwise `exp(x) − 1`, accurate near 0.
 * @example lax.expm1([0, 1e-5]) // => [0, 0.00001]
 */
export const expm1 = unary('stablehlo.exponential_minus_one');
/**
 * Elementwise natural logarithm.
 * @example lax.log([1, 10]) // => [0, 2.3026]
 */
export const log = unary('stablehlo.log');
/**
 * Elementwise `log(1 + x)`, accurate near 0.
 * @example lax.log1p([0, 1e-5]) // => [0, 0.0000099999]
 */
export const log1p = unary('stablehlo.log_plus_one');
/**
 * Elementwise `1 / (1 + exp(−x))`.
 * @example lax.logistic([0, 2]) // => [0.5, 0.8808]
 */
export const logistic = unary('stablehlo.logistic');
/**
 * Elementwise hyperbolic tangent.
 * @example lax.tanh([0, 1]) // => [0, 0.76159]
 */
export const tanh = unary('stablehlo.tanh');
/**
 * Elementwise sine.
 * @example lax.sin([0, 1]) // => [0, 0.84147]
 */
export const sin = unary('stablehlo.sine');
/**
 * Elementwise cosine.
 * @example lax.cos([0, 1]) // => [1, 0.5403]
 */
export const cos = unary('stablehlo.cosine');
/**
 * Elementwise tangent.
 * @example lax.tan([0, 1]) // => [0, 1.5574]
 */
export const tan = unary('stablehlo.tan');
/**
 * Elementwise square root.
 * @example lax.sqrt([4, 9]) // => [2, 3]
 */
export const sqrt = unary('stablehlo.sqrt');
/**
 * Elementwise `1 / √x`.
 * @example lax.rsqrt([4, 16]) // => [0.5, 0.25]
 */
export const rsqrt = unary('stablehlo.rsqrt');
/**
 * Elementwise cube root.
 * @example lax.cbrt([8, -27]) // => [2, -3]
 */
export const cbrt = unary('stablehlo.cbrt');
/**
 * Elementwise largest integer not above.
 * @example lax.floor([1.2, -1.2]) // => [1, -2]
 */
export const floor = unary('stablehlo.floor');
/**
 * Elementwise smallest integer not below.
 * @example lax.ceil([1.2, -1.2]) // => [2, -1]
 */
export const ceil = unary('stablehlo.ceil');
/**
 * Elementwise sign.
 * @example lax.sign([-3, 0, 2]) // => [-1, 0, 1]
 */
export const sign = unary('stablehlo.sign');
/**
 * Elementwise bitwise (of booleans: logical) complement.
 * @example lax.bitwiseNot(np.array([0, 5], 'i32')) // => [-1, -6]
 */
export const bitwiseNot = unary('stablehlo.not');
/**
 * Whether neither infinite nor NaN, elementwise.
 * @example lax.isFinite([1, Infinity, NaN]) // => [true, false, false]
 */
export const isfinite = unary('stablehlo.is_finite');
/**
 * Error function, elementwise.
 * @example lax.erf([0, 1]) // => [0, 0.8427]
 */
export const erf = unary('chlo.erf');
/**
 * Number of set bits of integers, elementwise.
 * @example lax.populationCount(np.array([7, 8], 'i32')) // => [3, 1]
 */
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

/**
 * Elementwise sum; logical or on booleans.
 * @example lax.add(np.array([1, 2]), np.array([3, 4])) // => [4, 6]
 */
export const add = binary('stablehlo.add');
/**
 * Elementwise difference.
 * @example lax.sub(np.array([1, 2]), 3) // => [-2, -1]
 */
export const sub = binary('stablehlo.subtract');
/**
 * Elementwise product; logical and on booleans.
 * @example lax.mul(np.array([1, 2]), 3) // => [3, 6]
 */
export const mul = binary('stablehlo.multiply');
/**
 * Elementwise quotient; of integers rounded towards zero.
 * @example lax.div(np.array([7, -7], 'i32'), 2) // => [3, -3]
 */
export const div = binary('stablehlo.divide');
/**
 * Elementwise remainder with the sign of the dividend.
 * @example lax.rem(np.array([7, -7], 'i32'), 3) // => [1, -1]
 */
export const rem = binary('stablehlo.remainder');
/**
 * Elementwise maximum; NaN if either is NaN.
 * @example lax.max(np.array([1, 5]), np.array([4, 2])) // => [4, 5]
 */
export const max = binary('stablehlo.maximum');
/**
 * Elementwise minimum; NaN if either is NaN.
 * @example lax.min(np.array([1, 5]), np.array([4, 2])) // => [1, 2]
 */
export const min = binary('stablehlo.minimum');
/**
 * Elementwise power.
 * @example lax.pow(np.array([2, 3]), 2) // => [4, 9]
 */
export const pow = binary('stablehlo.power');
/**
 * Angle of the points `(y, x)`, elementwise.
 * @example lax.atan2(np.array([1, -1]), np.array([1, 0])) // => [0.7854, -1.5708]
 */
export const atan2 = binary('stablehlo.atan2');
/**
 * Elementwise bitwise (of booleans: logical) and.
 * @example lax.bitwiseAnd(np.array([6, 5], 'i32'), 3) // => [2, 1]
 */
export const bitwiseAnd = binary('stablehlo.and');
/**
 * Elementwise bitwise (of booleans: logical) or.
 * @example lax.bitwiseOr(np.array([6, 5], 'i32'), 3) // => [7, 7]
 */
export const bitwiseOr = binary('stablehlo.or');
/**
 * Elementwise bitwise (of booleans: logical) exclusive or.
 * @example lax.bitwiseXor(np.array([6, 5], 'i32'), 3) // => [5, 6]
 */
export const bitwiseXor = binary('stablehlo.xor');
/**
 * Elementwise left shift of integers.
 * @example lax.shiftLeft(np.array([1, 3], 'i32'), 2) // => [4, 12]
 */
export const shiftLeft = binary('stablehlo.shift_left');
/**
 * Elementwise right shift of integers that fills with zeros.
 * @example lax.shiftRightLogical(np.array([8], 'i32'), 1) // => [4]
 */
export const shiftRightLogical = binary('stablehlo.shift_right_logical');
/**
 * Elementwise right shift of integers that keeps the sign.
 * @example lax.shiftRightArithmetic(np.array([-8, 8], 'i32'), 1) // => [-4, 4]
 */
export const shiftRightArithmetic = binary('stablehlo.shift_right_arithmetic');

export type ComparisonDirection = 'EQ' | 'NE' | 'GE' | 'GT' | 'LE' | 'LT';

/**
 * Elementwise comparison; `bool` of the operands' shape.
 * @example lax.compare(np.array([1, 2]), 2, 'LT') // => [true, false]
 */
export function compare(x: TensorLike, y: TensorLike, comparisonDirection: ComparisonDirection): Tensor {
  const [a, b] = pair(x, y);
  return bind1('stablehlo.compare', [a, b], { comparisonDirection });
}
/**
 * Whether equal, elementwise.
 * @example lax.eq(np.array([1, 2]), 2) // => [false, true]
 */
export const eq: Binary = (x, y) => compare(x, y, 'EQ');
/**
 * Whether different, elementwise.
 * @example lax.ne(np.array([1, 2]), 2) // => [true, false]
 */
export const ne: Binary = (x, y) => compare(x, y, 'NE');
/**
 * Whether greater or equal, elementwise.
 * @example lax.ge(np.array([1, 2, 3]), 2) // => [false, true, true]
 */
export const ge: Binary = (x, y) => compare(x, y, 'GE');
/**
 * Whether greater, elementwise.
 * @example lax.gt(np.array([1, 2, 3]), 2) // => [false, false, true]
 */
export const gt: Binary = (x, y) => compare(x, y, 'GT');
/**
 * Whether less or equal, elementwise.
 * @example lax.le(np.array([1, 2, 3]), 2) // => [true, true, false]
 */
export const le: Binary = (x, y) => compare(x, y, 'LE');
/**
 * Whether less, elementwise.
 * @example lax.lt(np.array([1, 2, 3]), 2) // => [true, false, false]
 */
export const lt: Binary = (x, y) => compare(x, y, 'LT');

/**
 * `onTrue` where `predicate` holds, else `onFalse`. `predicate: bool[shape]` or a scalar.
 * @example lax.select(np.array([true, false]), np.array([1, 2]), 0) // => [1, 0]
 */
export function select(predicate: TensorLike, onTrue: TensorLike, onFalse: TensorLike): Tensor {
  const [t, f] = pair(onTrue, onFalse);
  return bind1('stablehlo.select', [asTensor(predicate), t, f]);
}

/**
 * Limits `x` to [low, high].
 * @example lax.clamp(0, np.array([-1, 0.5, 2]), 1) // => [0, 0.5, 1]
 */
export function clamp(low: TensorLike, x: Tensor, high: TensorLike): Tensor {
  return bind1('stablehlo.clamp', [asTensor(low, x.dtype), x, asTensor(high, x.dtype)]);
}

/**
 * Converts elements; floats to integers truncate and saturate.
 * @example lax.convertElementType([1.7, -1.7], 'i32') // => [1, -1]
 */
export function convertElementType(x: TensorLike, dtype: DType): Tensor {
  const t = asTensor(x);
  parseDType(dtype);
  if (t.dtype === dtype) return t;
  return bind1('stablehlo.convert', [t], {}, { resultTypes: [tensorType(dtype, t.shape)] });
}

/**
 * Reinterprets the bits as another dtype. A narrower one adds a last dimension that counts its elements in one of `x`, the
 * lowest bits first; a wider one takes such a dimension away. Throws `api/bitcast` where widths do not fit.
 * @example lax.bitcastConvertType(np.array([0x31, 0xf2], 'u8'), 'i4') // => [[1, 3], [2, -1]]
 */
export function bitcastConvertType(x: Tensor, dtype: DType): Tensor {
  const [from, to] = [dtypeInfo(x.dtype).bits, dtypeInfo(parseDType(dtype)).bits];
  const ratio = Math.max(from, to) / Math.min(from, to);
  const last = x.shape[x.shape.length - 1];
  if (!Number.isInteger(ratio) || (to > from && last !== ratio))
    throw new UserError('api/bitcast', `cannot bitcast ${x.dtype}[${x.shape.join(',')}] to ${dtype}`, {
      expected:
        to > from && Number.isInteger(ratio) ? `a last dimension of ${ratio}` : 'widths that divide one another',
    });
  const shape = to === from ? x.shape : to < from ? [...x.shape, ratio] : x.shape.slice(0, -1);
  return bind1('stablehlo.bitcast_convert', [x], {}, { resultTypes: [tensorType(dtype, shape)] });
}

/**
 * `iota(dtype, n)` is 0 … n-1; with a shape, counts along `dimension`.
 * @example lax.iota('i32', [2, 3], 1) // => [[0, 1, 2], [0, 1, 2]]
 */
export function iota(dtype: DType, shape: number | Shape, dimension = 0): Tensor {
  const s = requireSizes(typeof shape === 'number' ? [shape] : shape);
  return bind1('stablehlo.iota', [], { iotaDimension: dimension }, { resultTypes: [tensorType(dtype, s)] });
}

/**
 * Repeats `x` so that its dimension i becomes dimension `broadcastDimensions[i]` of `shape`.
 * @example lax.broadcastInDim(np.array([1, 2]), [2, 3], [0]) // => [[1, 1, 1], [2, 2, 2]]
 */
export function broadcastInDim(x: Tensor, shape: Shape, broadcastDimensions: readonly number[]): Tensor {
  requireSizes(shape);
  return bind1(
    'stablehlo.broadcast_in_dim',
    [x],
    { broadcastDimensions },
    { resultTypes: [tensorType(x.dtype, shape)] },
  );
}

/**
 * The same elements in row-major order under another shape.
 * @example lax.reshape(np.array([1, 2, 3, 4]), [2, 2]) // => [[1, 2], [3, 4]]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  requireSizes(shape);
  if (shape.length === x.ndim && shape.every((d, i) => d === x.shape[i])) return x;
  return bind1('stablehlo.reshape', [x], {}, { resultTypes: [tensorType(x.dtype, shape)] });
}

/**
 * Result dimension i is dimension `permutation[i]` of `x`.
 * @example lax.transpose(np.array([[1, 2], [3, 4]]), [1, 0]) // => [[1, 3], [2, 4]]
 */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  if (permutation.every((p, i) => p === i)) return x;
  return bind1('stablehlo.transpose', [x], { permutation });
}

/**
 * Reverses the order along dimensions.
 * @example lax.rev(np.array([1, 2, 3]), [0]) // => [3, 2, 1]
 */
export function rev(x: Tensor, dimensions: readonly number[]): Tensor {
  return bind1('stablehlo.reverse', [x], { dimensions });
}

/**
 * The elements from `startIndices` to `limitIndices` (exclusive) with positive strides.
 * @example lax.slice(np.array([1, 2, 3, 4, 5]), [0], [5], [2]) // => [1, 3, 5]
 */
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

/**
 * One index range of one dimension.
 * @example lax.sliceInDim(np.array([[1, 2], [3, 4]]), 0, 1, 1, 1) // => [[1], [3]]
 */
export function sliceInDim(x: Tensor, start: number, limit: number, stride = 1, axis = 0): Tensor {
  return slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((d, i) => (i === axis ? limit : d)),
    x.shape.map((_, i) => (i === axis ? stride : 1)),
  );
}

/**
 * `paddingConfig[i] = [low, high, interior]` of dimension i.
 * @example lax.pad(np.array([1, 2]), 0, [[1, 0, 1]]) // => [0, 1, 0, 2]
 */
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

/**
 * Joins tensors along a dimension.
 * @example lax.concatenate([np.array([1, 2]), np.array([3])], 0) // => [1, 2, 3]
 */
export function concatenate(xs: readonly Tensor[], dimension: number): Tensor {
  if (xs.length === 0) throw new UserError('api/concatenate', 'there is nothing to concatenate');
  const odd = xs.find((x) => x.ndim !== xs[0].ndim || x.shape.some((n, d) => d !== dimension && n !== xs[0].shape[d]));
  if (odd)
    throw new UserError(
      'api/concatenate',
      `[${xs[0].shape.join(',')}] and [${odd.shape.join(',')}] cannot be put together along dimension ${dimension}`,
      { expected: `equal sizes in all dimensions but ${dimension}` },
    );
  return xs.length === 1 ? xs[0] : bind1('stablehlo.concatenate', xs, { dimension });
}

/**
 * Slice of the given sizes at scalar integer indices (clamped so that it fits).
 * @example lax.dynamicSlice(np.array([1, 2, 3, 4]), [1], [2]) // => [2, 3]
 */
export function dynamicSlice(x: Tensor, startIndices: readonly TensorLike[], sliceSizes: readonly number[]): Tensor {
  return bind1('stablehlo.dynamic_slice', [x, ...starts(startIndices, x.shape, sliceSizes)], { sliceSizes });
}

/** Start indices as scalars of one type: tensors that have one keep it, if it holds the numbers beside them. */
function starts(given: readonly TensorLike[], whole: Shape, sizes: Shape): Tensor[] {
  requireSizes(sizes, 'the sizes of a slice');
  const odd = requireList(given, 'the start indices').find(
    (i) => (typeof i === 'number' && !Number.isInteger(i)) || (i instanceof Tensor && !isInteger(i.dtype)),
  );
  if (odd !== undefined) throw new UserError('api/index', 'start indices are integers', { given: describeValue(odd) });
  const limit = (d: number): number => Math.max(0, whole[d] - sizes[d]);
  const inside = given.map((i, d) => (typeof i === 'number' ? Math.min(Math.max(i, 0), limit(d)) : asTensor(i, 'i32')));
  const types = new Set(inside.flatMap((i) => (typeof i === 'number' ? [] : [i.dtype])));
  const [dtype = 'i32'] = types;
  if (types.size <= 1 && inside.every((i) => typeof i !== 'number' || i <= highestValue(dtype)))
    return inside.map((i) => asTensor(i, dtype));
  return inside.map((i, d) => (typeof i === 'number' ? asTensor(i, 'i32') : bounded(bind1, i, 0, limit(d))));
}

/**
 * `x` with `update` written at scalar integer indices (clamped so that it fits).
 * @example lax.dynamicUpdateSlice(np.array([1, 2, 3]), np.array([8, 9]), [1]) // => [1, 8, 9]
 */
export function dynamicUpdateSlice(x: Tensor, update: Tensor, startIndices: readonly TensorLike[]): Tensor {
  return bind1('stablehlo.dynamic_update_slice', [x, update, ...starts(startIndices, x.shape, update.shape)]);
}

/**
 * Element or slab `index` of dimension `axis`, that dimension removed unless `keepdims`.
 * @example lax.dynamicIndexInDim(np.array([[1, 2], [3, 4]]), 1) // => [[3, 4]]
 */
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
 * @example lax.dotGeneral(np.ones([2, 3]), np.ones([2, 3]), { lhsContractingDimensions: [1], rhsContractingDimensions: [1] }) // => [[3, 3], [3, 3]]
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
  and: ['stablehlo.and', (d: DType) => (isSigned(d) ? -1 : highestValue(d))],
  or: ['stablehlo.or', () => 0],
  xor: ['stablehlo.xor', () => 0],
} as const;

/**
 * Reduces dimensions with a named combiner.
 * @example lax.reduce(np.array([[1, 2], [3, 4]]), 'sum', [0]) // => [4, 6]
 */
export function reduce(x: Tensor, kind: keyof typeof reducers, dimensions: readonly number[]): Tensor {
  requireTensor(x, 'what is reduced');
  requireList(dimensions, 'the dimensions of a reduction');
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

/**
 * Sorts several tensors of one shape together by the first, ascending: zeros of both signs are equal and NaNs, of any sign, come
 * last, as in JAX; complex numbers by their real, then by their imaginary parts.
 * @example lax.sort([np.array([3, 1, 2]), np.array([30, 10, 20])]) // => [[1, 2, 3], [10, 20, 30]]
 */
export function sort(operands: readonly Tensor[], dimension = -1, isStable = true): Tensor[] {
  const [keys, ...others] = operands;
  const d = dimension < 0 ? dimension + keys.ndim : dimension;
  const isPair = isComplex(keys.dtype);
  const sorted = isPair ? [bind1('stablehlo.real', [keys]), bind1('stablehlo.imag', [keys]), ...others] : operands;
  const types = sorted.flatMap((t) => [tensorType(t.dtype, []), tensorType(t.dtype, [])]);
  const block = emptyBuilder().block(types, (b, args) => {
    const ordered = args.slice(0, isPair ? 4 : 2).map((x) => (isFloat(x.dtype) ? sortKey(b, x) : x));
    const test = (comparisonDirection: ComparisonDirection, i: number): Value =>
      b.emit('stablehlo.compare', ordered.slice(i, i + 2), {
        comparisonDirection,
        ...(isFloat(ordered[0].dtype) ? { compareType: 'TOTALORDER' } : {}),
      });
    if (!isPair) return [test('LT', 0)];
    return [b.emit('stablehlo.or', [test('LT', 0), b.emit('stablehlo.and', [test('EQ', 0), test('LT', 2)])])];
  });
  const out = bind('stablehlo.sort', sorted, { dimension: d, isStable }, { regions: [block] });
  return isPair ? [bind1('stablehlo.complex', out.slice(0, 2)), ...out.slice(2)] : out;
}

/** A float that has the total order of JAX's sorts: one zero, one NaN. */
function sortKey(b: Builder, x: Value): Value {
  const constantOf = (value: number): Value =>
    b.emit('stablehlo.constant', [], { value: DenseElements.splat(x.tensor, value) }, { resultTypes: [x.type] });
  const zero = constantOf(0);
  const isZero = b.emit('stablehlo.compare', [x, zero], { comparisonDirection: 'EQ' });
  const oneZero = b.emit('stablehlo.select', [isZero, zero, x]);
  const isNone = b.emit('stablehlo.compare', [oneZero, oneZero], { comparisonDirection: 'NE' });
  return b.emit('stablehlo.select', [isNone, constantOf(Number.NaN), oneZero]);
}

/**
 * Identity whose derivative is zero.
 * @example grad((x: Tensor) => np.multiply(x, lax.stopGradient(x)))(np.array(3)) // => 3
 */
export function stopGradient(x: Tensor): Tensor {
  if (!currentTrace() || !isInexact(x.dtype)) return x;
  return bind1('espalier.stop_gradient', [x]);
}

/**
 * Rows of `table: [rows, …]` at integer `indices` (clamped): result `[…indices.shape, …]`.
 * @example lax.takeRows(np.array([[1, 2], [3, 4]]), np.array([1, 0, 1], 'i32')) // => [[3, 4], [1, 2], [3, 4]]
 */
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
    sliceSizes: [indices.size === 0 ? Math.min(1, table.shape[0]) : 1, ...rest],
  });
}

const emptyBuilder = (): Builder => new Builder(registry);
