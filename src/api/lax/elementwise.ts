import {
  type DType,
  dtypeInfo,
  HostArray,
  type HostData,
  isInexact,
  parseDType,
  type Shape,
  UserError,
} from '../../base/index.ts';
import { tensorType } from '../../ir/index.ts';
import { requireSizes } from '../trace/check-arguments.ts';
import { requireExact } from '../trace/exact-numbers.ts';
import { requireDepth } from '../trace/plain-object.ts';
import { Tensor } from '../trace/tensor.ts';
import { atOnePlace, bind1, checkFits, constant, currentTrace, notATensor, splat } from '../trace/trace.ts';

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
    atOnePlace(() => bind1(name, pair(x, y)));

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
 * Identity whose derivative is zero.
 * @example grad((x: Tensor) => np.multiply(x, lax.stopGradient(x)))(np.array(3)) // => 3
 */
export function stopGradient(x: Tensor): Tensor {
  if (!currentTrace() || !isInexact(x.dtype)) return x;
  return bind1('espalier.stop_gradient', [x]);
}
