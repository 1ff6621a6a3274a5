import { type DType, dtypeInfo, dtypes, HostArray, type HostData, range, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { besselI0e, imag, nextafter, real } from '../lax/special.ts';
import { isTensor, type Tensor } from '../trace/tensor.ts';
import { constant } from '../trace/trace.ts';
import { vmap } from '../transforms/vmap.ts';
import { where } from './elementwise.ts';
import { digitize, lexsort } from './order.ts';
import { broadcastShapes, broadcastTo, promoteTypes } from './promotion.ts';
import { max, min, sum } from './reductions.ts';
import { concatenate, moveaxis, normalizeAxis, ravel, take } from './shape.ts';

/* Functions that take functions, bits and floats' parts, histograms of several variables, questions about dtypes. */

/**
 * `f` of small tensors made to work on batches with numpy's broadcasting. `signature` names the dimensions `f` itself takes, as in
 * `(n,m),(m)->(n)`; without it `f` takes scalars.
 * @example np.vectorize((v, w) => np.vdot(v, w), { signature: '(n),(n)->()' })([[1, 2], [3, 4]], [1, 1]) // => [3, 7]
 */
export function vectorize(
  f: (...xs: Tensor[]) => Tensor,
  o: { readonly signature?: string } = {},
): (...xs: TensorLike[]) => Tensor {
  const inputs = o.signature?.split('->')[0].match(/\([^)]*\)/g);
  const cores = inputs?.map(
    (text) =>
      text
        .slice(1, -1)
        .split(',')
        .filter((s) => s.trim() !== '').length,
  );
  return (...xs) => {
    const tensors = xs.map((x) => lax.asTensor(x));
    if (cores && cores.length !== xs.length)
      throw new UserError('api/vectorize', `the signature ${o.signature} is for ${cores.length} arguments`, {
        given: `${xs.length}`,
      });
    const rank = (i: number): number => cores?.[i] ?? 0;
    tensors.forEach((t, i) => {
      if (t.ndim < rank(i))
        throw new UserError('api/vectorize', `argument ${i} has too few dimensions for ${o.signature}`, {
          given: `${t}`,
        });
    });
    const loops = tensors.map((t, i) => t.shape.slice(0, t.ndim - rank(i)));
    const shape = broadcastShapes(...loops);
    const depth = shape.length;
    // Missing and single loop dimensions are not batched: the same values for every element.
    const call = (level: number, ts: Tensor[]): Tensor => {
      if (level === depth) return f(...ts);
      const axes = loops.map((l) =>
        depth - l.length <= level && l[level - (depth - l.length)] === shape[level] ? 0 : null,
      );
      const isOne = loops.map((l) => depth - l.length <= level && l[level - (depth - l.length)] !== shape[level]);
      const trimmed = ts.map((t, i) => (isOne[i] ? lax.reshape(t, t.shape.slice(1)) : t));
      return vmap((...inner: Tensor[]) => call(level + 1, inner), { inAxes: axes })(...trimmed);
    };
    return call(0, tensors);
  };
}
/**
 * The function (or value) of the last condition that holds, at each position; `functions` may have one more, the default.
 * @example np.piecewise([-1, 2], [np.less([-1, 2], 0)], [np.negative, np.square]) // => [1, 4]
 */
export function piecewise(
  x: TensorLike,
  conditions: readonly TensorLike[],
  functions: readonly (((x: Tensor) => Tensor) | number)[],
): Tensor {
  if (functions.length !== conditions.length && functions.length !== conditions.length + 1)
    throw new UserError('api/piecewise', 'piecewise needs a function per condition, and perhaps a default', {
      expected: `${conditions.length} or ${conditions.length + 1}`,
      given: `${functions.length}`,
    });
  const t = lax.asTensor(x);
  const value = (f: ((x: Tensor) => Tensor) | number): Tensor =>
    typeof f === 'number' ? broadcastTo(lax.asTensor(f, t.dtype), t.shape) : lax.convertElementType(f(t), t.dtype);
  const start = value(functions.length > conditions.length ? functions[conditions.length] : 0);
  return conditions.reduce((out: Tensor, c, i) => where(c, value(functions[i]), out), start);
}
/**
 * Applies a reduction over several axes one after the other, keeping dimensions.
 * @example np.applyOverAxes((x, axis) => np.sum(x, { axis }), np.ones([2, 3]), [0, 1]) // => [[6]]
 */
export const applyOverAxes = (f: (x: Tensor, axis: number) => Tensor, x: TensorLike, axes: readonly number[]): Tensor =>
  axes.reduce((t, a) => {
    const d = normalizeAxis(a, t.ndim);
    const out = f(t, d);
    return out.ndim === t.ndim
      ? out
      : lax.reshape(
          out,
          t.shape.map((n, i) => (i === d ? 1 : n)),
        );
  }, lax.asTensor(x));

/**
 * Mantissas in [½, 1) and exponents with `x = mantissa · 2^exponent`: f32 and i32.
 * @example np.frexp([8, 3]) // => [[0.5, 0.75], [4, 2]]
 */
export function frexp(x: TensorLike): [mantissa: Tensor, exponent: Tensor] {
  const t = lax.convertElementType(lax.asTensor(x), 'f32');
  // Subnormal numbers are scaled into the normal range first.
  const isTiny = lax.lt(lax.abs(t), 2 ** -126);
  const normal = lax.select(isTiny, lax.mul(t, 2 ** 24), t);
  const bits = lax.bitcastConvertType(normal, 'i32');
  const field = lax.bitwiseAnd(lax.shiftRightLogical(bits, 23), 255);
  const exponent = lax.sub(lax.sub(field, 126), lax.select(isTiny, lax.convertElementType(isTiny, 'i32'), 0));
  const shifted = lax.select(isTiny, lax.sub(exponent, 23), exponent);
  const mantissa = lax.bitcastConvertType(lax.bitwiseOr(lax.bitwiseAnd(bits, -2139095041), 0x3f000000), 'f32');
  const asIs = lax.bitwiseOr(lax.eq(t, 0), lax.bitwiseNot(lax.isfinite(t)));
  return [lax.select(asIs, t, mantissa), lax.select(asIs, 0, shifted)];
}
/**
 * Distance to the next float away from zero.
 * @example np.multiply(np.spacing([1]), 2 ** 23) // => [1]
 */
export function spacing(x: TensorLike): Tensor {
  const given = lax.asTensor(x);
  const t = dtypeInfo(given.dtype).kind === 'float' ? given : lax.convertElementType(given, 'f32');
  const far = lax.select(lax.lt(t, 0), broadcastTo(lax.asTensor(Number.NEGATIVE_INFINITY, t.dtype), t.shape), Infinity);
  return lax.sub(nextafter(t, far), t);
}
/**
 * Modified Bessel function of order 0.
 * @example np.i0([0, 1]) // => [1, 1.2661]
 */
export const i0 = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return lax.mul(lax.exp(lax.abs(t)), besselI0e(t));
};
/**
 * Kaiser window of shape `beta`: `f32[n]`.
 * @example np.kaiser(3, 2) // => [0.43868, 1, 0.43868]
 */
export function kaiser(n: number, beta: number): Tensor {
  if (n === 1) return lax.asTensor([1]);
  const at = lax.asTensor(range(n).map((i) => beta * Math.sqrt(Math.max(0, 1 - ((2 * i) / (n - 1) - 1) ** 2))));
  return lax.div(i0(at), broadcastTo(i0(lax.asTensor([beta])), [n]));
}
/**
 * Complex numbers of a vector sorted by real, then imaginary parts.
 * @example np.sortComplex(lax.complex([2, 1], [0, 3])) // => [[1, 3], [2, 0]]
 */
export function sortComplex(x: TensorLike): Tensor {
  const given = ravel(x);
  const t = dtypeInfo(given.dtype).kind === 'complex' ? given : lax.convertElementType(given, 'c64');
  return take(t, lexsort([imag(t), real(t)]));
}

/**
 * Eight bits of a dimension (default: of all elements in row-major order) per u8, the first the highest unless `little`.
 * @example np.packbits([true, false, false, false, false, false, true, true]) // => [131]
 */
export function packbits(
  x: TensorLike,
  o: { readonly axis?: number; readonly bitorder?: 'big' | 'little' } = {},
): Tensor {
  const given = lax.asTensor(x);
  const t = o.axis === undefined ? ravel(given) : given;
  const bits = lax.convertElementType(t.dtype === 'bool' ? t : lax.ne(t, 0), 'u8');
  const moved = moveaxis(bits, o.axis ?? 0, -1);
  const n = moved.shape[moved.ndim - 1];
  const groups = Math.ceil(n / 8);
  const wide = lax.pad(
    moved,
    0,
    moved.shape.map((_, d): [number, number, number] => (d === moved.ndim - 1 ? [0, 8 * groups - n, 0] : [0, 0, 0])),
  );
  const split = lax.reshape(wide, [...moved.shape.slice(0, -1), groups, 8]);
  const place = lax.asTensor(
    range(8).map((i) => (o.bitorder === 'little' ? i : 7 - i)),
    'u8',
  );
  const shifted = lax.shiftLeft(split, broadcastTo(place, split.shape));
  return moveaxis(lax.reduce(shifted, 'sum', [split.ndim - 1]), -1, o.axis ?? 0);
}
/**
 * The bits of u8 numbers along a dimension (default: of all elements): u8 zeros and ones; `count` keeps the first ones.
 * @example np.unpackbits(np.array([131], 'u8')) // => [1, 0, 0, 0, 0, 0, 1, 1]
 */
export function unpackbits(
  x: TensorLike,
  o: { readonly axis?: number; readonly count?: number; readonly bitorder?: 'big' | 'little' } = {},
): Tensor {
  const given = lax.asTensor(x, 'u8');
  const moved = moveaxis(o.axis === undefined ? ravel(given) : given, o.axis ?? 0, -1);
  const shape = [...moved.shape, 8];
  const place = lax.asTensor(
    range(8).map((i) => (o.bitorder === 'little' ? i : 7 - i)),
    'u8',
  );
  const wide = lax.broadcastInDim(moved, shape, range(moved.ndim));
  const bits = lax.bitwiseAnd(lax.shiftRightLogical(wide, broadcastTo(place, shape)), 1);
  const flat = lax.reshape(bits, [...moved.shape.slice(0, -1), 8 * moved.shape[moved.ndim - 1]]);
  const cut = o.count === undefined ? flat : lax.sliceInDim(flat, 0, o.count, 1, flat.ndim - 1);
  return moveaxis(cut, -1, o.axis ?? 0);
}

/**
 * Counts of points `sample: [n, d]` in a grid of `bins` cells per dimension, and the grid's edges.
 * @example np.histogramdd([[0, 0], [1, 1], [1, 1]], 2)[0] // => [[1, 0], [0, 2]]
 */
export function histogramdd(
  sample: TensorLike,
  bins: number | readonly number[] = 10,
  o: { readonly range?: readonly (readonly [number, number])[]; readonly weights?: TensorLike } = {},
): [counts: Tensor, edges: Tensor[]] {
  const t = lax.asTensor(sample);
  if (t.ndim !== 2) throw new UserError('api/histogram', 'histogramdd needs points as rows', { given: `${t}` });
  const [n, d] = t.shape;
  const sizes = typeof bins === 'number' ? range(d).map(() => bins) : bins;
  let cell: Tensor = lax.mul(lax.iota('i32', n), 0);
  let inside: Tensor = lax.eq(cell, cell);
  const edges = range(d).map((k) => {
    const x = lax.reshape(lax.slice(t, [0, k], [n, k + 1]), [n]);
    const [low, high] = o.range ? o.range[k].map((v) => lax.asTensor(v, t.dtype)) : [min(x), max(x)];
    const width = lax.div(lax.sub(high, low), sizes[k]);
    const edge = lax.add(
      lax.mul(lax.iota(t.dtype, sizes[k] + 1), broadcastTo(width, [sizes[k] + 1])),
      broadcastTo(low, [sizes[k] + 1]),
    );
    const last = broadcastTo(high, [n]);
    const index = lax.select(lax.eq(x, last), sizes[k] - 1, lax.sub(digitize(x, edge), 1));
    inside = lax.bitwiseAnd(inside, lax.bitwiseAnd(lax.ge(index, 0), lax.lt(index, sizes[k])));
    cell = lax.add(lax.mul(cell, sizes[k]), index);
    return edge;
  });
  const total = sizes.reduce((a, b) => a * b, 1);
  const place = lax.select(inside, cell, total);
  const hit = lax.eq(lax.broadcastInDim(place, [n, total], [0]), lax.iota('i32', [n, total], 1));
  const weigh = (w: TensorLike): Tensor => where(hit, lax.broadcastInDim(lax.asTensor(w), [n, total], [0]), 0);
  const counts = sum(o.weights === undefined ? hit : weigh(o.weights), { axis: 0 });
  return [lax.reshape(counts, sizes), edges];
}
/**
 * Counts of points `(x, y)` in a grid of `bins` cells per dimension, and the edges in both.
 * @example np.histogram2d([0, 1, 1], [0, 1, 1], 2)[0] // => [[1, 0], [0, 2]]
 */
export function histogram2d(
  x: TensorLike,
  y: TensorLike,
  bins: number | readonly [number, number] = 10,
  o: { readonly range?: readonly (readonly [number, number])[]; readonly weights?: TensorLike } = {},
): [counts: Tensor, xEdges: Tensor, yEdges: Tensor] {
  const [a, b] = [ravel(x), ravel(y)];
  const points = concatenate([lax.reshape(a, [a.size, 1]), lax.reshape(b, [b.size, 1])], 1);
  const [counts, [p, q]] = histogramdd(points, bins, o);
  return [counts, p, q];
}

/** Groups of dtypes, as in the array API. */
export type DTypeGroup = 'bool' | 'signed' | 'unsigned' | 'integral' | 'floating' | 'complex' | 'inexact' | 'number';
const inGroup = (d: DType, group: DTypeGroup): boolean => {
  const { kind } = dtypeInfo(d);
  const isIntegral = kind === 'signed' || kind === 'unsigned';
  const isInexact = kind === 'float' || kind === 'complex';
  if (group === 'integral') return isIntegral;
  if (group === 'inexact') return isInexact;
  if (group === 'number') return isIntegral || isInexact;
  return kind === (group === 'floating' ? 'float' : group);
};
/**
 * Whether a dtype is (or is in one of) the given dtypes or groups of dtypes.
 * @example np.isdtype('bf16', 'floating') // => true
 */
export function isdtype(d: DType, kind: DType | DTypeGroup | readonly (DType | DTypeGroup)[]): boolean {
  const list = typeof kind === 'string' ? [kind] : kind;
  return list.some((k) => k === d || (!dtypes.includes(k as DType) && inGroup(d, k as DTypeGroup)));
}
export { isdtype as issubdtype };
/**
 * Whether every value of dtype `from` is also one of `to`.
 * @example [np.canCast('i32', 'f64'), np.canCast('f32', 'i32')] // => [true, false]
 */
export function canCast(from: DType, to: DType): boolean {
  const [a, b] = [dtypeInfo(from), dtypeInfo(to)];
  if (from === to || a.kind === 'bool') return true;
  if (b.kind === 'float' && (a.kind === 'signed' || a.kind === 'unsigned')) return a.bits < b.bits || b.bits === 64;
  if (b.kind === 'complex')
    return a.kind === 'complex' ? a.bits <= b.bits : canCast(from, to === 'c64' ? 'f32' : 'f64');
  return promoteTypes(from, to) === to;
}
/**
 * Whether a value is a single number: a JavaScript one or a tensor without dimensions.
 * @example [np.isscalar(3), np.isscalar(np.ones([1]))] // => [true, false]
 */
export const isscalar = (x: unknown): boolean =>
  ['number', 'boolean', 'bigint'].includes(typeof x) || (isTensor(x) && x.ndim === 0);
/**
 * Whether a value has slabs to go through: a tensor with dimensions, or a JavaScript iterable.
 * @example [np.iterable(np.ones([1])), np.iterable(3)] // => [true, false]
 */
export const iterable = (x: unknown): boolean =>
  isTensor(x) ? x.ndim > 0 : typeof (x as Iterable<unknown> | null)?.[Symbol.iterator] === 'function';

/**
 * A vector over a copy of raw bytes in the machine's byte order.
 * @example np.frombuffer(new Uint8Array([1, 2, 3]), 'u8') // => [1, 2, 3]
 */
export function frombuffer(
  buffer: ArrayBuffer | ArrayBufferView,
  dtype: DType = 'f32',
  o: { readonly count?: number; readonly offset?: number } = {},
): Tensor {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  const start = o.offset ?? 0;
  const info = dtypeInfo(dtype);
  const n = o.count ?? Math.floor((bytes.length - start) / info.bytes);
  const copy = bytes.slice(start, start + n * info.bytes);
  const perElement = info.kind === 'complex' ? 2 : 1;
  const data: HostData = new info.storage(copy.buffer, 0, n * perElement);
  return constant(new HostArray(dtype, [n], data));
}
/**
 * A vector of the numbers that an iterable gives.
 * @example np.fromiter(new Set([3, 4])) // => [3, 4]
 */
export const fromiter = (values: Iterable<number | bigint | boolean>, dtype: DType = 'f32'): Tensor =>
  lax.asTensor([...values], dtype);
