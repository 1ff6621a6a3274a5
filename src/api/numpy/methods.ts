import { UserError } from '../../base/index.ts';
import { bindMethods, type Tensor } from '../trace/tensor.ts';
import * as arrange from './arrange.ts';
import { at } from './at.ts';
import { dot, matmul } from './einsum.ts';
import * as elementwise from './elementwise.ts';
import * as math from './math.ts';
import * as order from './order.ts';
import { broadcastTo } from './promotion.ts';
import * as reductions from './reductions.ts';
import * as shapes from './shape.ts';

/*
 * `x.add(y)` is `np.add(x, y)`: the same functions with the tensor as first argument, under numpy's and PyTorch's short names.
 * Their types are those of the functions, less the first parameter.
 */

const methods = {
  /** `np.add(x, y)` */
  add: elementwise.add,
  /** `np.subtract(x, y)` */
  sub: elementwise.subtract,
  /** `np.multiply(x, y)` */
  mul: elementwise.multiply,
  /** `np.divide(x, y)` */
  div: elementwise.divide,
  /** `np.mod(x, y)` */
  mod: elementwise.mod,
  /** `np.power(x, y)` */
  pow: elementwise.power,
  /** `np.negative(x)` */
  neg: elementwise.negative,
  /** `np.abs(x)` */
  abs: elementwise.abs,
  /** `np.sign(x)` */
  sign: elementwise.sign,
  /** `np.exp(x)` */
  exp: elementwise.exp,
  /** `np.log(x)` */
  log: elementwise.log,
  /** `np.sqrt(x)` */
  sqrt: elementwise.sqrt,
  /** `np.square(x)` */
  square: elementwise.square,
  /** `np.reciprocal(x)` */
  reciprocal: elementwise.reciprocal,
  /** `np.sin(x)` */
  sin: elementwise.sin,
  /** `np.cos(x)` */
  cos: elementwise.cos,
  /** `np.tanh(x)` */
  tanh: elementwise.tanh,
  /** `np.floor(x)` */
  floor: elementwise.floor,
  /** `np.ceil(x)` */
  ceil: elementwise.ceil,
  /** `np.round(x, decimals)` */
  round: math.round,
  /** `np.clip(x, low, high)` */
  clip: elementwise.clip,
  /** `np.maximum(x, y)` */
  maximum: elementwise.maximum,
  /** `np.minimum(x, y)` */
  minimum: elementwise.minimum,
  /** `np.equal(x, y)` */
  eq: elementwise.equal,
  /** `np.notEqual(x, y)` */
  ne: elementwise.notEqual,
  /** `np.less(x, y)` */
  lt: elementwise.less,
  /** `np.lessEqual(x, y)` */
  le: elementwise.lessEqual,
  /** `np.greater(x, y)` */
  gt: elementwise.greater,
  /** `np.greaterEqual(x, y)` */
  ge: elementwise.greaterEqual,
  /** `np.where(condition, x, y)` */
  where: elementwise.where,
  /** `np.astype(x, dtype)` */
  astype: elementwise.astype,
  /** `np.matmul(x, y)` */
  matmul,
  /** `np.dot(x, y)` */
  dot,
  /** `np.sum(x, axis)` */
  sum: reductions.sum,
  /** `np.prod(x, axis)` */
  prod: reductions.prod,
  /** `np.mean(x, axis)` */
  mean: reductions.mean,
  /** `np.max(x, axis)` */
  max: reductions.max,
  /** `np.min(x, axis)` */
  min: reductions.min,
  /** `np.any(x, axis)` */
  any: reductions.any,
  /** `np.all(x, axis)` */
  all: reductions.all,
  /** `np.argmax(x, axis)` */
  argmax: reductions.argmax,
  /** `np.argmin(x, axis)` */
  argmin: reductions.argmin,
  /** `np.cumsum(x, axis)` */
  cumsum: reductions.cumsum,
  /** `np.sort(x, axis)` */
  sort: order.sort,
  /** `np.argsort(x, axis)` */
  argsort: order.argsort,
  /** `np.reshape(x, shape)` */
  reshape: shapes.reshape,
  /** `np.ravel(x)` */
  ravel: shapes.ravel,
  /** `np.transpose(x, axes)` */
  transpose: shapes.transpose,
  /** `np.swapaxes(x, a, b)` */
  swapaxes: shapes.swapaxes,
  /** `np.moveaxis(x, source, destination)` */
  moveaxis: shapes.moveaxis,
  /** `np.expandDims(x, axis)` */
  expandDims: shapes.expandDims,
  /** `np.squeeze(x, axis)` */
  squeeze: shapes.squeeze,
  /** `np.broadcastTo(x, shape)` */
  broadcastTo,
  /** `np.repeat(x, repeats, axis)` */
  repeat: arrange.repeat,
  /** `np.flip(x, axis)` */
  flip: shapes.flip,
  /** `np.split(x, indicesOrSections, axis)` */
  split: shapes.split,
  /** `np.slice(x, axis, start, stop)` */
  slice: shapes.slice,
  /** `np.index(x, axis, i)` */
  index: shapes.index,
  /** `np.take(x, indices, axis)` */
  take: shapes.take,
  /** `np.at(x, …index)`: `.get()`, `.set(y)`, `.add(y)` … */
  at,
};

type AsMethod<F extends (x: never, ...rest: never[]) => unknown> =
  Parameters<F> extends readonly [unknown?, ...infer Rest] ? (...rest: Rest) => ReturnType<F> : never;
/** The functions of `np` that tensors have as methods. */
export type TensorMethods = { readonly [K in keyof typeof methods]: AsMethod<(typeof methods)[K]> };

function* rows(t: Tensor): Generator<Tensor> {
  if (t.ndim === 0)
    throw new UserError('api/iterate', `${t} is a scalar and has no rows`, {
      advice: 'use it as it is, or `await t.item()` for its value',
    });
  for (let i = 0; i < t.shape[0]; i++) yield shapes.index(t, 0, i);
}

bindMethods(methods, rows);
