import { isFloat, range, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import * as cumulative from '../lax/cumulative.ts';
import { axisList, requireOptions } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { atOnePlace, requireTensor } from '../trace/trace.ts';
import { divide, subtract } from './elementwise.ts';
import { countable, inSingle, squaredSize } from './promotion.ts';
import { normalizeAxis } from './shape.ts';

/*
 * The convention of this library for dimensions: `axis` is a number (or a list, where several can be meant) right after the
 * operands; functions with further options also take it among them, `{ axis, keepdims }`.
 */

export interface ReduceOptions {
  /** One dimension, several, or all (the default); negative counts from the end. */
  readonly axis?: number | readonly number[] | undefined;
  /** Keep reduced dimensions with size 1. */
  readonly keepdims?: boolean;
}

/** Dimensions to reduce, as they are or among the options `O`. */
export type Over<O extends ReduceOptions = ReduceOptions> = number | readonly number[] | O;

/**
 * The options of a reduction in one form. Throws `api/options` for names that it does not know.
 * @example np.reduceOptions([0, 1]) // => { axis: [0, 1] }
 */
export function reduceOptions<O extends ReduceOptions>(
  over: Over<O>,
  more: readonly Exclude<keyof O & string, keyof ReduceOptions>[] = [],
): O {
  if (typeof over === 'number' || Array.isArray(over)) return { axis: over } as unknown as O;
  return requireOptions(over as O, ['axis', 'keepdims', ...more], 'this reduction');
}

/**
 * What a reduction inside another one needs of its options.
 * @example np.overOf({ axis: 1 }) // => { axis: 1, keepdims: false }
 */
export const overOf = ({ axis, keepdims = false }: ReduceOptions): ReduceOptions => ({ axis, keepdims });

/**
 * The dimensions an `axis` option names.
 * @example np.axesOf(np.ones([2, 3, 4]), [-1, 0]) // => [2, 0]
 */
export function axesOf(x: Tensor, axis: ReduceOptions['axis']): number[] {
  requireTensor(x, 'the tensor of axesOf');
  if (axis === undefined) return range(x.ndim);
  const list = axisList(axis);
  return [...new Set(list.map((a) => normalizeAxis(a, x.ndim)))];
}

function reduce(x: TensorLike, kind: 'sum' | 'prod' | 'max' | 'min' | 'and' | 'or', over: Over): Tensor {
  const o = reduceOptions(over);
  const t = lax.asTensor(x);
  const axes = axesOf(t, o.axis);
  return atOnePlace(() => {
    const out = lax.reduce(t, kind, axes);
    return o.keepdims
      ? lax.reshape(
          out,
          t.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
        )
      : out;
  });
}

/**
 * Sum; booleans and narrow integers are added in i32 (u32), narrow floats in f32 and rounded once.
 * @example np.sum([[1, 2], [3, 4]], { axis: 0 }) // => [4, 6]
 */
export const sum = (x: TensorLike, over: Over = {}): Tensor => reduce(countable(x), 'sum', over);
/**
 * Product; booleans and narrow integers are multiplied in i32 (u32).
 * @example np.prod([2, 3, 4]) // => 24
 */
export const prod = (x: TensorLike, over: Over = {}): Tensor => reduce(countable(x), 'prod', over);
/**
 * Maximum.
 * @example np.amax([[1, 5], [3, 2]], { axis: 1 }) // => [5, 3]
 */
export const max = (x: TensorLike, over: Over = {}): Tensor => reduce(x, 'max', over);
/**
 * Minimum.
 * @example np.amin([[1, 5], [3, 2]], { axis: 1 }) // => [1, 2]
 */
export const min = (x: TensorLike, over: Over = {}): Tensor => reduce(x, 'min', over);
/**
 * Whether any element (along an axis) holds.
 * @example np.any([true, false]) // => true
 */
export const any = (x: TensorLike, over: Over = {}): Tensor => reduce(boolean(x), 'or', over);
/**
 * Whether all elements (along an axis) hold.
 * @example np.all([true, false]) // => false
 */
export const all = (x: TensorLike, over: Over = {}): Tensor => reduce(boolean(x), 'and', over);

function boolean(x: TensorLike): Tensor {
  const t = lax.asTensor(x);
  return t.dtype === 'bool' ? t : lax.ne(t, 0);
}

/**
 * Mean.
 * @example np.mean([1, 2, 3]) // => 2
 */
export function mean(x: TensorLike, over: Over = {}): Tensor {
  const o = reduceOptions(over);
  return inSingle(x, (t) => divide(sum(t, o), countOf(t, o)));
}
/** Elements that one element of a reduction is made of. */
const countOf = (t: Tensor, o: ReduceOptions): number => axesOf(t, o.axis).reduce((n, a) => n * t.shape[a], 1);
export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the count; default 0. */
  readonly ddof?: number;
}
/**
 * Variance, the mean of `|x − mean|²`; divides by the count minus `ddof`.
 * @example np.var_([1, 3]) // => 1
 */
export const variance = (x: TensorLike, over: Over<VarianceOptions> = {}): Tensor =>
  inSingle(x, (t) => varianceOf(t, reduceOptions(over, ['ddof'])));
/**
 * Standard deviation; `ddof` is subtracted from the count.
 * @example np.std([1, 3]) // => 1
 */
export const std = (x: TensorLike, over: Over<VarianceOptions> = {}): Tensor =>
  inSingle(x, (t) => lax.sqrt(varianceOf(t, reduceOptions(over, ['ddof']))));

function varianceOf(t: Tensor, o: VarianceOptions): Tensor {
  const distance = subtract(t, mean(t, { axis: o.axis, keepdims: true }));
  return divide(sum(squaredSize(distance), overOf(o)), countOf(t, o) - (o.ddof ?? 0));
}

/**
 * Index of the first largest element along `axis` (default: in row-major order): i32.
 * @example lax.argmax([3, 9, 2]) // => 1
 */
export const argmax = (x: TensorLike, axis?: number): Tensor => argExtreme(x, axis, 'GT');
/**
 * Index of the first smallest element along `axis`: i32.
 * @example lax.argmin([3, 9, 2]) // => 2
 */
export const argmin = (x: TensorLike, axis?: number): Tensor => argExtreme(x, axis, 'LT');

function argExtreme(x: TensorLike, axis: number | undefined, direction: 'GT' | 'LT'): Tensor {
  const given = lax.asTensor(x);
  const t = axis === undefined ? lax.reshape(given, [given.size]) : given;
  const dim = normalizeAxis(axis ?? 0, t.ndim);
  if (t.shape[dim] === 0) throw new UserError('api/empty', 'argmax of an empty dimension');
  const extreme = reduce(t, direction === 'GT' ? 'max' : 'min', { axis: dim, keepdims: true });
  const index = lax.iota('i32', t.shape, dim);
  const isExtreme = lax.eq(t, lax.broadcastInDim(extreme, t.shape, range(t.ndim)));
  const found = isFloat(t.dtype) ? lax.bitwiseOr(isExtreme, lax.ne(t, t)) : isExtreme;
  return lax.reduce(lax.select(found, index, t.shape[dim]), 'min', [dim]);
}

/** Booleans as i32. */
const numbers = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return t.dtype === 'bool' ? lax.convertElementType(t, 'i32') : t;
};
/** Along one dimension, or along all elements in row-major order. */
const running = (x: TensorLike, axis: number | undefined, f: (x: Tensor, axis: number) => Tensor): Tensor =>
  axis === undefined ? f(lax.reshape(numbers(x), [numbers(x).size]), 0) : f(numbers(x), axis);

/**
 * Cumulative sum along `axis` (default: of all elements in row-major order), in the operand's dtype (booleans in i32).
 * @example np.cumsum([1, 2, 3], 0) // => [1, 3, 6]
 */
export const cumsum = (x: TensorLike, axis?: number): Tensor => running(x, axis, cumulative.cumsum);
/**
 * Running product along `axis` (default: of all elements in row-major order), in the operand's dtype (booleans in i32).
 * @example np.cumprod([1, 2, 3], 0) // => [1, 2, 6]
 */
export const cumprod = (x: TensorLike, axis?: number): Tensor => running(x, axis, cumulative.cumprod);
