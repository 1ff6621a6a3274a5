import { type DType, product, range, type Shape, UserError } from '../../base/index.ts';
import { widened } from '../../ops/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { axisList, describeValue, requireList, requireOptions, requireSizes } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1 } from '../trace/trace.ts';
import { triMask, zeros, zerosLike } from './create.ts';
import { where } from './elementwise.ts';
import { asPositions, clipped, fromTheEnd } from './positions.ts';
import { broadcastTo } from './promotion.ts';
import { sum } from './reductions.ts';
import {
  concatenate,
  expandDims,
  flip,
  moveaxis,
  normalizeAxis,
  ravel,
  slice,
  split,
  stack,
  swapaxes,
  take,
  transpose,
} from './shape.ts';

/* Rearranging: rolls, repeats, padding, triangles, diagonals, grids, stacks. */

/**
 * Sizes of the dimensions.
 * @example np.shape([[1, 2]]) // => [1, 2]
 */
export const shape = (x: TensorLike): Shape => lax.asTensor(x).shape;
/**
 * Number of dimensions.
 * @example np.ndim([[1, 2]]) // => 2
 */
export const ndim = (x: TensorLike): number => lax.asTensor(x).ndim;
/**
 * Number of elements, or of slabs of an axis.
 * @example np.size([[1, 2], [3, 4]]) // => 4
 */
export const size = (x: TensorLike, axis?: number): number => {
  const t = lax.asTensor(x);
  return axis === undefined ? t.size : t.shape[normalizeAxis(axis, t.ndim)];
};
/**
 * A tensor of a value, perhaps of another dtype.
 * @example np.asarray([1, 2], 'bf16').dtype // => 'bf16'
 */
export const asarray = (x: TensorLike, dtype?: DType): Tensor =>
  dtype ? lax.convertElementType(lax.asTensor(x, dtype), dtype) : lax.asTensor(x);
/**
 * The value itself: tensors are immutable.
 * @example np.copy([1, 2]) // => [1, 2]
 */
export const copy = (x: TensorLike): Tensor => lax.asTensor(x);
/**
 * Zeros: a program has no uninitialized memory.
 * @example np.empty([2]) // => [0, 0]
 */
export const empty = (s: Shape, dtype: DType = 'f32'): Tensor => zeros(s, dtype);
/**
 * Zeros of the same shape and dtype.
 * @example np.emptyLike(np.ones([2])) // => [0, 0]
 */
export const emptyLike = (x: Tensor): Tensor => zerosLike(x);
/**
 * The identity matrix.
 * @example np.identity(2) // => [[1, 0], [0, 1]]
 */
export const identity = (n: number, dtype: DType = 'f32'): Tensor => tri(n, n, 0, dtype, true);

/**
 * Ones on and below diagonal `k`.
 * @example np.tri(2, 3) // => [[1, 0, 0], [1, 1, 0]]
 */
export function tri(rows: number, columns = rows, k = 0, dtype: DType = 'f32', onlyDiagonal = false): Tensor {
  const i = lax.add(lax.iota('i32', [rows, columns], 0), k);
  const j = lax.iota('i32', [rows, columns], 1);
  return lax.convertElementType(onlyDiagonal ? lax.eq(i, j) : lax.ge(i, j), dtype);
}
const lowerMask = (t: Tensor, k: number): Tensor =>
  broadcastTo(triMask(t.shape[t.ndim - 2], t.shape[t.ndim - 1], k), t.shape);
/**
 * The last two dimensions with zeros above diagonal `k`.
 * @example np.tril([[1, 2], [3, 4]]) // => [[1, 0], [3, 4]]
 */
export const tril = (x: TensorLike, k = 0): Tensor => {
  const t = lax.asTensor(x);
  return where(lowerMask(t, k), t, 0);
};
/**
 * The last two dimensions with zeros below diagonal `k`.
 * @example np.triu([[1, 2], [3, 4]]) // => [[1, 2], [0, 4]]
 */
export const triu = (x: TensorLike, k = 0): Tensor => {
  const t = lax.asTensor(x);
  return where(lowerMask(t, k - 1), 0, t);
};
const pairs = (rows: number, columns: number, keep: (i: number, j: number) => boolean): [Tensor, Tensor] => {
  const list = range(rows).flatMap((i) =>
    range(columns)
      .filter((j) => keep(i, j))
      .map((j) => [i, j]),
  );
  return [
    lax.asTensor(
      list.map((p) => p[0]),
      'i32',
    ),
    lax.asTensor(
      list.map((p) => p[1]),
      'i32',
    ),
  ];
};
/**
 * Row and column indices of a lower triangle.
 * @example np.trilIndices(2) // => [[0, 1, 1], [0, 0, 1]]
 */
export const trilIndices = (n: number, k = 0, m = n): [Tensor, Tensor] => pairs(n, m, (i, j) => j - i <= k);
/**
 * Row and column indices of an upper triangle.
 * @example np.triuIndices(2) // => [[0, 0, 1], [0, 1, 1]]
 */
export const triuIndices = (n: number, k = 0, m = n): [Tensor, Tensor] => pairs(n, m, (i, j) => j - i >= k);
/**
 * Index vectors of a diagonal.
 * @example np.diagIndices(2) // => [[0, 1], [0, 1]]
 */
export const diagIndices = (n: number, dims = 2): Tensor[] => range(dims).map(() => lax.iota('i32', n));

/**
 * Diagonal `offset` of dimensions `axis1`, `axis2`, as a new last dimension.
 * @example np.diagonal([[1, 2], [3, 4]]) // => [1, 4]
 */
export function diagonal(x: TensorLike, offset = 0, axis1 = 0, axis2 = 1): Tensor {
  const t = moveaxis2(lax.asTensor(x), axis1, axis2);
  const [n, m] = t.shape.slice(-2);
  const [r0, c0] = [Math.max(0, -offset), Math.max(0, offset)];
  const length = Math.max(0, Math.min(n - r0, m - c0));
  const block = slice(slice(t, -2, r0, r0 + length), -1, c0, c0 + length);
  const onDiagonal = lax.eq(lax.iota('i32', block.shape, block.ndim - 2), lax.iota('i32', block.shape, block.ndim - 1));
  return lax.reduce(lax.select(onDiagonal, block, 0), 'sum', [block.ndim - 1]);
}
function moveaxis2(t: Tensor, a: number, b: number): Tensor {
  const [i, j] = [normalizeAxis(a, t.ndim), normalizeAxis(b, t.ndim)];
  return lax.transpose(t, [...range(t.ndim).filter((d) => d !== i && d !== j), i, j]);
}
/**
 * A vector as diagonal `k` of a matrix; a matrix's diagonal `k`.
 * @example np.diag([1, 2]) // => [[1, 0], [0, 2]]
 */
export function diag(x: TensorLike, k = 0): Tensor {
  const t = lax.asTensor(x);
  if (t.ndim === 2) return diagonal(t, k);
  if (t.ndim !== 1) throw new UserError('api/diag', 'diag takes a vector or a matrix', { given: `${t}` });
  const n = t.size + Math.abs(k);
  const padded = lax.pad(t, 0, [[Math.max(0, k), Math.max(0, -k), 0]]);
  const [i, j] = [lax.iota('i32', [n, n], 0), lax.iota('i32', [n, n], 1)];
  return where(lax.eq(lax.add(i, k), j), lax.broadcastInDim(padded, [n, n], [1]), 0);
}
/**
 * All elements as the diagonal of a matrix.
 * @example np.diagflat([[1], [2]]) // => [[1, 0], [0, 2]]
 */
export const diagflat = (x: TensorLike, k = 0): Tensor => diag(ravel(x), k);
/**
 * Sum of diagonal `offset` of two dimensions.
 * @example np.trace([[1, 2], [3, 4]]) // => 5
 */
export const trace = (x: TensorLike, offset = 0, axis1 = 0, axis2 = 1): Tensor =>
  sum(diagonal(x, offset, axis1, axis2), { axis: -1 });

/**
 * Elements move `shift` places towards higher indices, around the end. Without an axis, in row-major order.
 * @example np.roll([1, 2, 3], 1) // => [3, 1, 2]
 */
export function roll(x: TensorLike, shift: number | readonly number[], axis?: number | readonly number[]): Tensor {
  for (const n of typeof shift === 'number' ? [shift] : requireList(shift, 'the shifts'))
    if (!Number.isInteger(n)) throw new UserError('api/argument', 'a shift is an integer', { given: describeValue(n) });
  const t = lax.asTensor(x);
  if (axis === undefined) {
    const total = typeof shift === 'number' ? shift : shift.reduce((a, b) => a + b, 0);
    return lax.reshape(roll(lax.reshape(t, [t.size]), total, 0), t.shape);
  }
  const axes = axisList(axis);
  if (typeof shift !== 'number' && shift.length !== axes.length)
    throw new UserError('api/argument', 'roll needs a shift for each axis', {
      expected: `${axes.length}`,
      given: describeValue(shift),
    });
  return axes.reduce((out, a, i) => {
    const d = normalizeAxis(a, t.ndim);
    const n = t.shape[d];
    const by = n === 0 ? 0 : (((typeof shift === 'number' ? shift : shift[i]) % n) + n) % n;
    return by === 0
      ? out
      : lax.concatenate([lax.sliceInDim(out, n - by, n, 1, d), lax.sliceInDim(out, 0, n - by, 1, d)], d);
  }, t);
}
/**
 * Every element `repeats` times (or a count per element) along `axis`; without an axis, of the flattened tensor.
 * @example np.repeat([1, 2], 2) // => [1, 1, 2, 2]
 */
export function repeat(x: TensorLike, repeats: number | readonly number[], axis?: number): Tensor {
  requireSizes(typeof repeats === 'number' ? [repeats] : repeats, 'how often to repeat');
  const t = axis === undefined ? ravel(x) : lax.asTensor(x);
  const d = normalizeAxis(axis ?? 0, t.ndim);
  if (typeof repeats !== 'number')
    return take(
      t,
      lax.asTensor(
        repeats.flatMap((n, i) => range(n).map(() => i)),
        'i32',
      ),
      d,
    );
  const wide = lax.broadcastInDim(
    t,
    [...t.shape.slice(0, d + 1), repeats, ...t.shape.slice(d + 1)],
    range(t.ndim).map((i) => (i <= d ? i : i + 1)),
  );
  return lax.reshape(
    wide,
    t.shape.map((n, i) => (i === d ? n * repeats : n)),
  );
}
/**
 * Reverses the first dimension.
 * @example np.flipud([[1, 2], [3, 4]]) // => [[3, 4], [1, 2]]
 */
export const flipud = (x: TensorLike): Tensor => flip(x, 0);
/**
 * Reverses the second dimension.
 * @example np.fliplr([[1, 2], [3, 4]]) // => [[2, 1], [4, 3]]
 */
export const fliplr = (x: TensorLike): Tensor => flip(x, 1);
/**
 * Rotates the first two dimensions by 90° `k` times.
 * @example np.rot90([[1, 2], [3, 4]]) // => [[2, 4], [1, 3]]
 */
export function rot90(x: TensorLike, k = 1): Tensor {
  const t = lax.asTensor(x);
  const n = ((k % 4) + 4) % 4;
  if (n === 0) return t;
  if (n === 2) return lax.rev(t, [0, 1]);
  return n === 1 ? flip(swapaxes(t, 0, 1), 0) : swapaxes(flip(t, 0), 0, 1);
}

export type PadMode = 'constant' | 'edge' | 'reflect' | 'symmetric' | 'wrap' | 'maximum' | 'minimum' | 'mean';
const padModes: readonly PadMode[] = ['constant', 'edge', 'reflect', 'symmetric', 'wrap', 'maximum', 'minimum', 'mean'];

/** Throws `api/pad` for anything but counts of elements. */
function requireWidths(widths: unknown): void {
  const isPair = (w: unknown): boolean => Array.isArray(w) && w.length === 2 && w.every(isWidth);
  const isWidth = (w: unknown): boolean => Number.isSafeInteger(w) && (w as number) >= 0;
  if (isWidth(widths) || isPair(widths) || (Array.isArray(widths) && widths.every(isPair))) return;
  throw new UserError('api/pad', 'pad is told how many elements come before and after', {
    expected: 'a number, [before, after], or such a pair for each dimension',
    given: describeValue(widths),
  });
}

/**
 * Pads dimension i by `widths[i] = [before, after]` (one pair or number: all dimensions).
 * @example np.pad([1, 2, 3], 1, 'reflect') // => [2, 1, 2, 3, 2]
 */
export function pad(
  x: TensorLike,
  widths: number | readonly [number, number] | readonly (readonly [number, number])[],
  mode: PadMode = 'constant',
  options: { readonly constantValues?: number } = {},
): Tensor {
  const t = lax.asTensor(x);
  requireWidths(widths);
  requireOptions(options, ['constantValues'], 'pad');
  if (!padModes.includes(mode))
    throw new UserError('api/argument', 'pad has no such mode', {
      expected: padModes.join(', '),
      given: describeValue(mode),
    });
  const per: readonly (readonly [number, number])[] =
    typeof widths === 'number'
      ? t.shape.map(() => [widths, widths])
      : typeof widths[0] === 'number'
        ? t.shape.map(() => widths as readonly [number, number])
        : (widths as readonly (readonly [number, number])[]);
  if (per.length !== t.ndim)
    throw new UserError('api/pad', 'pad needs a pair per dimension', { expected: `${t.ndim}`, given: `${per.length}` });
  if (mode === 'constant')
    return lax.pad(
      t,
      options.constantValues ?? 0,
      per.map(([a, b]) => [a, b, 0]),
    );
  return per.reduce((out, [before, after], d) => {
    const n = out.shape[d];
    if (before === 0 && after === 0) return out;
    if (mode === 'maximum' || mode === 'minimum' || mode === 'mean') {
      const whole = lax.reduce(out, mode === 'mean' ? 'sum' : mode === 'maximum' ? 'max' : 'min', [d]);
      const value = expandDims(mode === 'mean' ? lax.div(whole, n) : whole, d);
      const times = (k: number): Tensor[] =>
        k === 0
          ? []
          : [
              broadcastTo(
                value,
                out.shape.map((s, i) => (i === d ? k : s)),
              ),
            ];
      return lax.concatenate([...times(before), out, ...times(after)], d);
    }
    const at = (i: number): number => {
      if (mode === 'edge') return Math.min(n - 1, Math.max(0, i));
      if (mode === 'wrap') return ((i % n) + n) % n;
      const period = mode === 'reflect' ? Math.max(1, 2 * n - 2) : 2 * n;
      const k = ((i % period) + period) % period;
      return k < n ? k : period - k - (mode === 'reflect' ? 0 : 1);
    };
    const rows = range(before + n + after).map((i) => at(i - before));
    return take(out, lax.asTensor(rows, 'i32'), d);
  }, t);
}

/**
 * Coordinate grids of vectors; `xy` swaps the first two dimensions.
 * @example np.meshgrid([[1, 2], [3, 4]]) // => [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]
 */
export function meshgrid(
  xs: readonly TensorLike[],
  options: { readonly indexing?: 'xy' | 'ij'; readonly sparse?: boolean } = {},
): Tensor[] {
  requireOptions(options, ['indexing', 'sparse'], 'meshgrid');
  const tensors = requireList(xs, 'the tensors of meshgrid').map((x) => ravel(x));
  const xy = (options.indexing ?? 'xy') === 'xy' && tensors.length > 1;
  const place = (i: number): number => (xy && i < 2 ? 1 - i : i);
  const full = new Array<number>(tensors.length);
  tensors.forEach((t, i) => {
    full[place(i)] = t.size;
  });
  return tensors.map((t, i) =>
    options.sparse
      ? lax.reshape(
          t,
          full.map((_, d) => (d === place(i) ? t.size : 1)),
        )
      : lax.broadcastInDim(t, full, [place(i)]),
  );
}
/**
 * Index of every position along each dimension: `i32[dimensions.length, ...dimensions]`.
 * @example np.indices([2, 2]) // => [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
 */
export const indices = (dimensions: Shape): Tensor => stack(dimensions.map((_, d) => lax.iota('i32', dimensions, d)));
/**
 * Open grids from vectors: each in its own dimension.
 * @example np.ix_([1, 2], [3, 4]).map((t) => t.shape) // => [[2, 1], [1, 2]]
 */
export const ix_ = (...xs: readonly TensorLike[]): Tensor[] => meshgrid(xs, { indexing: 'ij', sparse: true });
/**
 * `num` numbers from `base^start` to `base^stop`, evenly spaced exponents.
 * @example np.logspace(0, 2, 3) // => [1, 10, 100]
 */
export const logspace = (start: number, stop: number, num = 50, base = 10): Tensor =>
  lax.asTensor(range(num).map((i) => base ** (start + (num > 1 ? (i * (stop - start)) / (num - 1) : 0))));
/**
 * Numbers whose ratios are equal.
 * @example np.geomspace(1, 8, 4) // => [1, 2, 4, 8]
 */
export const geomspace = (start: number, stop: number, num = 50): Tensor =>
  lax.asTensor(range(num).map((i) => start * (stop / start) ** (num > 1 ? i / (num - 1) : 0)));
/**
 * Powers of a vector as columns, highest first (or last).
 * @example np.vander([1, 2, 3], 2) // => [[1, 1], [2, 1], [3, 1]]
 */
export function vander(x: TensorLike, n?: number, increasing = false): Tensor {
  const t = lax.asTensor(x);
  const count = n ?? t.size;
  let power: Tensor = lax.add(lax.mul(t, 0), 1);
  const columns = range(count).map((i) => {
    if (i > 0) power = lax.mul(power, t);
    return power;
  });
  return stack(increasing ? columns : columns.reverse(), 1);
}
/**
 * A tensor from a function of its index grids.
 * @example np.fromfunction((i, j) => np.add(i, j), [2, 2]) // => [[0, 1], [1, 2]]
 */
export const fromfunction = (f: (...index: Tensor[]) => Tensor, s: Shape): Tensor =>
  f(...s.map((_, d) => lax.convertElementType(lax.iota('i32', s, d), 'f32')));

const atLeast = (n: number, x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  if (t.ndim >= n) return t;
  if (n === 3 && t.ndim === 2) return lax.reshape(t, [...t.shape, 1]);
  if (n === 3) return lax.reshape(t, [1, t.size, 1]);
  return lax.reshape(t, [...range(n - t.ndim).map(() => 1), ...t.shape]);
};
/**
 * With at least one dimension.
 * @example np.atleast1d(5).shape // => [1]
 */
export const atleast1d = (x: TensorLike): Tensor => atLeast(1, x);
/**
 * With at least two dimensions, new ones first.
 * @example np.atleast2d([1, 2]).shape // => [1, 2]
 */
export const atleast2d = (x: TensorLike): Tensor => atLeast(2, x);
/**
 * With at least three dimensions.
 * @example np.atleast3d([1, 2]).shape // => [1, 2, 1]
 */
export const atleast3d = (x: TensorLike): Tensor => atLeast(3, x);
/**
 * Joins along the first dimension; vectors become rows.
 * @example np.vstack([[1, 2], [3, 4]]) // => [[1, 2], [3, 4]]
 */
export const vstack = (xs: readonly TensorLike[]): Tensor =>
  concatenate(requireList(xs, 'the tensors of vstack').map(atleast2d), 0);
/**
 * Joins along the second dimension (vectors: the first).
 * @example np.hstack([[1, 2], [3]]) // => [1, 2, 3]
 */
export const hstack = (xs: readonly TensorLike[]): Tensor => {
  const tensors = requireList(xs, 'the tensors of hstack').map(atleast1d);
  if (tensors.length === 0) throw new UserError('api/empty', 'hstack of an empty list');
  return concatenate(tensors, tensors[0].ndim === 1 ? 0 : 1);
};
/**
 * Joins along the third dimension.
 * @example np.dstack([[1, 2], [3, 4]]) // => [[[1, 3], [2, 4]]]
 */
export const dstack = (xs: readonly TensorLike[]): Tensor =>
  concatenate(requireList(xs, 'the tensors of dstack').map(atleast3d), 2);
/**
 * Vectors as columns of a matrix; matrices side by side.
 * @example np.columnStack([[1, 2], [3, 4]]) // => [[1, 3], [2, 4]]
 */
export const columnStack = (xs: readonly TensorLike[]): Tensor =>
  concatenate(
    requireList(xs, 'the tensors of columnStack').map((x) =>
      lax.asTensor(x).ndim < 2 ? expandDims(ravel(x), 1) : lax.asTensor(x),
    ),
    1,
  );
export { concatenate as concat };
/**
 * Joins two tensors along an axis; without one, flattened.
 * @example np.append([1, 2], [3]) // => [1, 2, 3]
 */
export const append = (x: TensorLike, values: TensorLike, axis?: number): Tensor =>
  axis === undefined ? concatenate([ravel(x), ravel(values)]) : concatenate([x, values], axis);
/**
 * Cuts along the first dimension.
 * @example np.vsplit([[1, 2], [3, 4]], 2) // => [[[1, 2]], [[3, 4]]]
 */
export const vsplit = (x: TensorLike, n: number | readonly number[]): Tensor[] => split(x, n, 0);
/**
 * Cuts along the second dimension (vectors: the first).
 * @example np.hsplit([1, 2, 3, 4], 2) // => [[1, 2], [3, 4]]
 */
export const hsplit = (x: TensorLike, n: number | readonly number[]): Tensor[] =>
  split(x, n, lax.asTensor(x).ndim === 1 ? 0 : 1);
/**
 * Cuts along the third dimension.
 * @example np.dsplit(np.ones([1, 1, 4]), 2).length // => 2
 */
export const dsplit = (x: TensorLike, n: number | readonly number[]): Tensor[] => split(x, n, 2);
/**
 * Cuts into `n` nearly equal parts; the first ones are longer.
 * @example np.arraySplit([1, 2, 3, 4, 5], 2) // => [[1, 2, 3], [4, 5]]
 */
export function arraySplit(x: TensorLike, n: number, axis = 0): Tensor[] {
  const length = size(x, axis);
  const cuts = range(n - 1).map((i) => (i + 1) * Math.floor(length / n) + Math.min(i + 1, length % n));
  return split(x, cuts, axis);
}
/**
 * The slabs of a dimension, that dimension removed.
 * @example np.unstack([[1, 2], [3, 4]]) // => [[1, 2], [3, 4]]
 */
export const unstack = (x: TensorLike, axis = 0): Tensor[] => {
  const t = moveaxis(x, axis, 0);
  return range(t.shape[0]).map((i) => lax.dynamicIndexInDim(t, i, 0, false));
};
export { transpose as permuteDims };
/**
 * Swaps the last two dimensions.
 * @example np.matrixTranspose([[1, 2], [3, 4]]) // => [[1, 3], [2, 4]]
 */
export const matrixTranspose = (x: TensorLike): Tensor => swapaxes(x, -1, -2);
/**
 * Moves a dimension before another.
 * @example np.rollaxis(np.ones([2, 3, 4]), 2).shape // => [4, 2, 3]
 */
export const rollaxis = (x: TensorLike, axis: number, start = 0): Tensor => {
  const n = lax.asTensor(x).ndim;
  const [a, s] = [normalizeAxis(axis, n), start < 0 ? start + n : start];
  return moveaxis(x, a, a < s ? s - 1 : s);
};
/**
 * Without the given (static) positions of `axis`.
 * @example np.delete_([1, 2, 3], 1) // => [1, 3]
 */
export function delete_(x: TensorLike, positions: number | readonly number[], axis?: number): Tensor {
  const t = axis === undefined ? ravel(x) : lax.asTensor(x);
  const d = normalizeAxis(axis ?? 0, t.ndim);
  const n = t.shape[d];
  const gone = new Set((typeof positions === 'number' ? [positions] : positions).map((p) => normalizeAxis(p, n)));
  return take(
    t,
    lax.asTensor(
      range(n).filter((i) => !gone.has(i)),
      'i32',
    ),
    d,
  );
}
/**
 * `values` put before (static) position `at` of `axis`.
 * @example np.insert([1, 3], 1, 2) // => [1, 2, 3]
 */
export function insert(x: TensorLike, at: number, values: TensorLike, axis?: number): Tensor {
  const t = axis === undefined ? ravel(x) : lax.asTensor(x);
  const d = normalizeAxis(axis ?? 0, t.ndim);
  const v = lax.asTensor(values, t.dtype);
  const slab =
    v.ndim === t.ndim
      ? v
      : broadcastTo(
          v.ndim === 0 ? v : expandDims(v, d),
          t.shape.map((n, i) => (i === d ? 1 : n)),
        );
  const p = at < 0 ? at + t.shape[d] : at;
  return concatenate([slice(t, d, 0, p), slab, slice(t, d, p)], d);
}
/**
 * Flat positions as one index vector per dimension; negative ones count from the end, and those out of range are clamped.
 * @example np.unravelIndex([5], [2, 3]) // => [[1], [2]]
 */
export function unravelIndex(flat: TensorLike, s: Shape): Tensor[] {
  const total = product(s);
  let rest = clipped(fromTheEnd(asPositions(flat), total), total);
  const out: Tensor[] = [];
  for (const n of [...s].reverse()) {
    out.unshift(lax.rem(rest, n));
    rest = lax.div(rest, n);
  }
  return out;
}
/**
 * Index vectors per dimension as flat positions.
 * @example np.ravelMultiIndex([[1], [2]], [3, 4]) // => [6]
 */
export const ravelMultiIndex = (index: readonly TensorLike[], s: Shape): Tensor =>
  index
    .map((i, d) => lax.mul(widened(bind1, lax.asTensor(i, 'i32')), product(s.slice(d + 1))))
    .reduce((a, b) => lax.add(a, b));
/** Window functions: `f32[n]`. */
const windowed =
  (f: (i: number, n: number) => number) =>
  (n: number): Tensor =>
    lax.asTensor(n === 1 ? [1] : range(n).map((i) => f(i, n)));
/**
 * Hann window: `f32[n]`.
 * @example np.hanning(3) // => [0, 1, 0]
 */
export const hanning = windowed((i, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (n - 1)));
/**
 * Hamming window: `f32[n]`.
 * @example np.hamming(3) // => [0.08, 1, 0.08]
 */
export const hamming = windowed((i, n) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (n - 1)));
/**
 * Blackman window: `f32[n]`.
 * @example np.blackman(5) // => [0, 0.34, 1, 0.34, 0]
 */
export const blackman = windowed(
  (i, n) => 0.42 - 0.5 * Math.cos((2 * Math.PI * i) / (n - 1)) + 0.08 * Math.cos((4 * Math.PI * i) / (n - 1)),
);
/**
 * Triangular window: `f32[n]`.
 * @example np.bartlett(5) // => [0, 0.5, 1, 0.5, 0]
 */
export const bartlett = windowed((i, n) => 1 - Math.abs((2 * i) / (n - 1) - 1));
