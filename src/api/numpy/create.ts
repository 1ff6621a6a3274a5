import { type DType, type HostArray, type Shape, UserError } from '../../base/index.ts';
import { add, asTensor, convertElementType, eq, ge, iota, mul, type TensorLike } from '../lax/core.ts';
import { requireCount, requireNumber } from '../trace/check-arguments.ts';
import { requireExact } from '../trace/exact-numbers.ts';
import type { Tensor } from '../trace/tensor.ts';
import { requireTensor, splat } from '../trace/trace.ts';

/**
 * A tensor from nested arrays, numbers or a host array; `dtype` defaults to f32 (bool for booleans).
 * @example np.array([[1, 2], [3, 4]], 'i32').dtype // => 'i32'
 */
export function array(x: TensorLike | HostArray, dtype?: DType): Tensor {
  if (dtype === undefined && typeof x === 'number') requireExact([x]);
  const t = asTensor(x, dtype);
  return dtype ? convertElementType(t, dtype) : t;
}

/**
 * A tensor of zeros.
 * @example np.zeros([2]) // => [0, 0]
 */
export const zeros = (shape: Shape, dtype: DType = 'f32'): Tensor => splat(dtype, shape, 0);
/**
 * A tensor of ones.
 * @example np.ones([2]) // => [1, 1]
 */
export const ones = (shape: Shape, dtype: DType = 'f32'): Tensor => splat(dtype, shape, 1);
/**
 * A tensor with the same value everywhere.
 * @example lax.full([2], 7) // => [7, 7]
 */
export const full = (shape: Shape, value: number, dtype: DType = 'f32'): Tensor => splat(dtype, shape, value);
/**
 * Zeros of the same shape and dtype.
 * @example np.zerosLike(np.ones([2])) // => [0, 0]
 */
export const zerosLike = (x: Tensor): Tensor => splatLike(x, 0, 'zerosLike');
/**
 * Ones of the same shape and dtype.
 * @example np.onesLike(np.zeros([2])) // => [1, 1]
 */
export const onesLike = (x: Tensor): Tensor => splatLike(x, 1, 'onesLike');
/**
 * The same value everywhere, with shape and dtype of `x`.
 * @example lax.fullLike(np.ones([2], 'i32'), 7) // => [7, 7]
 */
export const fullLike = (x: Tensor, value: number): Tensor => splatLike(x, value, 'fullLike');

function splatLike(x: Tensor, value: number, what: string): Tensor {
  const { dtype, shape } = requireTensor(x, `the tensor of ${what}`);
  return splat(dtype, shape, value);
}

/**
 * `arange(n)`, `arange(start, stop)`, `arange(start, stop, step)`: i32 when all are integers, f32 otherwise.
 * @example np.arange(1, 10, 3) // => [1, 4, 7]
 */
export function arange(start: number, stop?: number, step = 1, dtype?: DType): Tensor {
  requireNumber(start, stop === undefined ? 'the end of arange' : 'the start of arange');
  if (stop !== undefined) requireNumber(stop, 'the end of arange');
  if (requireNumber(step, 'the step of arange') === 0)
    throw new UserError('api/argument', 'the step of arange is 0: it would never end');
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const n = Math.max(0, Math.ceil((to - from) / step));
  const type = dtype ?? ([from, to, step].every(Number.isInteger) ? 'i32' : 'f32');
  const counted = iota(type, n);
  const scaled = step === 1 ? counted : mul(counted, step);
  return from === 0 ? scaled : add(scaled, from);
}

/**
 * `num` evenly spaced numbers from `start` to `stop` inclusive.
 * @example np.linspace(0, 1, 5) // => [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(start: number, stop: number, num = 50, dtype: DType = 'f32'): Tensor {
  requireCount(num, 'the number of points of linspace');
  requireNumber(start, 'the start of linspace');
  requireNumber(stop, 'the end of linspace');
  const step = num > 1 ? (stop - start) / (num - 1) : 0;
  return add(mul(iota(dtype, num), step), start);
}

/**
 * Ones on diagonal `k`.
 * @example np.eye(2) // => [[1, 0], [0, 1]]
 */
export function eye(rows: number, columns = rows, k = 0, dtype: DType = 'f32'): Tensor {
  const i = iota('i32', [rows, columns], 0);
  const j = iota('i32', [rows, columns], 1);
  return convertElementType(eq(add(i, k), j), dtype);
}

/**
 * `bool[rows, columns]`, true on and below diagonal `k`.
 * @example np.triMask(2) // => [[true, false], [true, true]]
 */
export function triMask(rows: number, columns = rows, k = 0): Tensor {
  return ge(add(iota('i32', [rows, columns], 0), k), iota('i32', [rows, columns], 1));
}
