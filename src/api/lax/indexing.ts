import { type DType, isFloat, isNarrowFloat, range, type Shape, UserError } from '../../base/index.ts';
import { type Block, Builder, cloneOp, tensorType, ValueMap } from '../../ir/index.ts';
import type { GatherDimensionNumbers, ScatterDimensionNumbers } from '../../ops/index.ts';
import { bounded, registry } from '../../ops/index.ts';
import { inSingle } from '../numpy/promotion.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind, bind1, splat, traceFunction } from '../trace/trace.ts';
import {
  asTensor,
  broadcastInDim,
  convertElementType,
  dotGeneral,
  dynamicSlice,
  dynamicUpdateSlice,
  ge,
  iota,
  lt,
  ne,
  reduce,
  reshape,
  select,
  sliceInDim,
  sort,
  type TensorLike,
} from './core.ts';

/* Slices and updates at positions known only when the program runs, gathers, scatters, and order statistics. */

export { fullLike } from '../numpy/create.ts';

/**
 * Slices of `sliceSizes` at the index vectors in `startIndices` (clamped). Semantics: StableHLO `gather`.
 * @example lax.gather(np.array([10, 20, 30]), np.array([[2], [0]], 'i32'), { collapsedSliceDims: [0], startIndexMap: [0], indexVectorDim: 1 }, [1]) // => [30, 10]
 */
export const gather = (
  x: Tensor,
  startIndices: Tensor,
  dimensionNumbers: Partial<GatherDimensionNumbers> & Pick<GatherDimensionNumbers, 'startIndexMap' | 'indexVectorDim'>,
  sliceSizes: Shape,
): Tensor =>
  bind1('stablehlo.gather', [x, startIndices], {
    dimensionNumbers: {
      offsetDims: [],
      collapsedSliceDims: [],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
      ...dimensionNumbers,
    },
    // Of nothing, nothing is taken: also from an empty dimension.
    sliceSizes:
      indexVectors(startIndices, dimensionNumbers.indexVectorDim) > 0 ? sliceSizes : smaller(sliceSizes, x.shape),
  });
const indexVectors = (t: Tensor, vectorDim: number): number =>
  t.shape.reduce((n, s, d) => (d === vectorDim ? n : n * s), 1);
const smaller = (a: Shape, b: Shape): number[] => a.map((n, d) => Math.min(n, b[d]));

const scatterOps = {
  set: undefined,
  add: 'stablehlo.add',
  mul: 'stablehlo.multiply',
  min: 'stablehlo.minimum',
  max: 'stablehlo.maximum',
} as const;
/** How a scatter combines what is there with what comes. */
export type ScatterKind = keyof typeof scatterOps;

/**
 * Combines `updates` into `x` at the index vectors in `indices`; those that do not fit are dropped. Sums and products of narrow
 * floats are made in f32. Semantics: StableHLO `scatter`.
 * @example lax.scatterWith('add', np.zeros([3]), np.array([[2]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 }) // => [0, 0, 5]
 */
export function scatterWith(
  kind: ScatterKind,
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  dims: ScatterDims,
  options: { readonly uniqueIndices?: boolean; readonly indicesAreSorted?: boolean } = {},
): Tensor {
  const accumulates = (kind === 'add' || kind === 'mul') && isNarrowFloat(x.dtype) && !options.uniqueIndices;
  if (accumulates)
    return inSingle(x, (wide) => scatterWith(kind, wide, indices, convertElementType(updates, 'f32'), dims, options));
  const scalar = tensorType(x.dtype, []);
  const name = scatterOps[kind];
  const region = new Builder(registry).block([scalar, scalar], (b, [p, q]) => [name ? b.emit(name, [p, q]) : q]);
  return scatterRegion(region, x, indices, updates, dims, options);
}
type ScatterDims = Partial<ScatterDimensionNumbers> &
  Pick<ScatterDimensionNumbers, 'scatterDimsToOperandDims' | 'indexVectorDim'>;
function scatterRegion(
  region: Block,
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  dims: ScatterDims,
  options: { readonly uniqueIndices?: boolean; readonly indicesAreSorted?: boolean } = {},
): Tensor {
  return bind1(
    'stablehlo.scatter',
    [x, indices, updates],
    {
      scatterDimensionNumbers: {
        updateWindowDims: [],
        insertedWindowDims: [],
        inputBatchingDims: [],
        scatterIndicesBatchingDims: [],
        ...dims,
      },
      indicesAreSorted: options.indicesAreSorted ?? false,
      uniqueIndices: options.uniqueIndices ?? false,
    },
    { regions: [region] },
  );
}
type ScatterArgs = Parameters<typeof scatterWith> extends [unknown, ...infer Rest] ? Rest : never;
/**
 * `updates` written at index vectors; see `scatterWith`.
 * @example lax.scatter(np.zeros([3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 }) // => [0, 5, 0]
 */
export const scatter = (...args: ScatterArgs): Tensor => scatterWith('set', ...args);
/**
 * `updates` added at index vectors; see `scatterWith`.
 * @example lax.scatterAdd(np.ones([3]), np.array([[1], [1]], 'i32'), np.array([5, 6]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 }) // => [1, 12, 1]
 */
export const scatterAdd = (...args: ScatterArgs): Tensor => scatterWith('add', ...args);
/**
 * Products with `updates` at index vectors; see `scatterWith`.
 * @example lax.scatterMul(np.array([2, 3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 }) // => [2, 15]
 */
export const scatterMul = (...args: ScatterArgs): Tensor => scatterWith('mul', ...args);
/**
 * Minima with `updates` at index vectors; see `scatterWith`.
 * @example lax.scatterMin(np.ones([2]), np.array([[1]], 'i32'), np.array([-5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 }) // => [1, -5]
 */
export const scatterMin = (...args: ScatterArgs): Tensor => scatterWith('min', ...args);
/**
 * Maxima with `updates` at index vectors; see `scatterWith`.
 * @example lax.scatterMax(np.ones([2]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 }) // => [1, 5]
 */
export const scatterMax = (...args: ScatterArgs): Tensor => scatterWith('max', ...args);

/**
 * `f` of the elements at the index vectors in `indices`, the others kept; an element named twice goes through `f` twice.
 * `f` maps a scalar to a scalar and closes over no tensors.
 * @example lax.scatterApply(np.array([1, 2, 3]), np.array([[1]], 'i32'), np.square, { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 }) // => [1, 4, 3]
 */
export function scatterApply(x: Tensor, indices: Tensor, f: (element: Tensor) => Tensor, dims: ScatterDims): Tensor {
  const scalar = tensorType(x.dtype, []);
  const { func, captures } = traceFunction('scatterApply', [scalar], ([e]) => [f(e)]);
  if (captures.length > 0)
    throw new UserError('api/scatter', 'the function of scatterApply closes over a tensor', {
      advice: 'use scatterAdd, scatterMul … or np.at(x, …).set(f(np.at(x, …).get()))',
    });
  const body = new Builder(registry).block([scalar, scalar], (b, [p]) => {
    const map = new ValueMap();
    map.setAll(func.body.args, [p]);
    for (const op of func.body.ops.slice(0, -1)) b.append(cloneOp(op, map));
    return map.all(func.body.yielded);
  });
  const window = dims.updateWindowDims?.length ? dims.updateWindowDims : [];
  if (window.length > 0) throw new UserError('api/scatter', 'scatterApply works on single elements');
  const updates = splat(
    x.dtype,
    indices.shape.filter((_, d) => d !== dims.indexVectorDim),
    0,
  );
  return scatterRegion(body, x, indices, updates, dims);
}

const onlyAt = (x: Tensor, axis: number, value: TensorLike): TensorLike[] =>
  x.shape.map((_, i) => (i === axis ? value : 0));

/**
 * `size` elements of dimension `axis` from a start that may be traced (clamped so that it fits).
 * @example lax.dynamicSliceInDim(np.array([1, 2, 3, 4]), 3, 2) // => [3, 4]
 */
export const dynamicSliceInDim = (x: Tensor, start: TensorLike, size: number, axis = 0): Tensor =>
  dynamicSlice(
    x,
    onlyAt(x, axis, start),
    x.shape.map((d, i) => (i === axis ? size : d)),
  );
/**
 * `x` with `update` written along `axis` from `start` (clamped so that it fits).
 * @example lax.dynamicUpdateSliceInDim(np.array([1, 2, 3]), np.array([8, 9]), 0) // => [8, 9, 3]
 */
export const dynamicUpdateSliceInDim = (x: Tensor, update: Tensor, start: TensorLike, axis = 0): Tensor =>
  dynamicUpdateSlice(x, update, onlyAt(x, axis, start));
/**
 * `x` with slab `index` of dimension `axis` replaced; `update` may lack that dimension.
 * @example lax.dynamicUpdateIndexInDim(np.array([1, 2, 3]), np.array(9), 1) // => [1, 9, 3]
 */
export function dynamicUpdateIndexInDim(x: Tensor, update: Tensor, index: TensorLike, axis = 0): Tensor {
  const shape = x.shape.map((d, i) => (i === axis ? 1 : d));
  return dynamicUpdateSlice(x, reshape(update, shape), onlyAt(x, axis, index));
}
/**
 * Slab `index` of dimension `axis`, known when tracing.
 * @example lax.indexInDim(np.array([[1, 2], [3, 4]]), -1, 0, false) // => [3, 4]
 */
export function indexInDim(x: Tensor, index: number, axis = 0, keepdims = true): Tensor {
  const at = index < 0 ? index + x.shape[axis] : index;
  const out = sliceInDim(x, at, at + 1, 1, axis);
  return keepdims
    ? out
    : reshape(
        out,
        x.shape.filter((_, i) => i !== axis),
      );
}

/** The `k` largest elements of the last dimension, in descending order (NaN, of any sign, first), and their indices (i32). */
export function topK(x: TensorLike, k: number): [values: Tensor, indices: Tensor] {
  const t = asTensor(x);
  const oneNaN = isFloat(t.dtype) ? select(ne(t, t), Number.NaN, t) : t;
  const [values, indices] = bind('chlo.top_k', [oneNaN], { k });
  return [values, indices];
}
/**
 * Sorts `keys` ascending along `dimension` and carries `values` along.
 * @example lax.sortKeyVal(np.array([3, 1, 2]), np.array([30, 10, 20]))[1] // => [10, 20, 30]
 */
export function sortKeyVal(keys: Tensor, values: Tensor, dimension = -1): [keys: Tensor, values: Tensor] {
  const [k, v] = sort([keys, values], dimension);
  return [k, v];
}

/**
 * `which` chooses among the cases: bool (false: the first), or integers counting cases (clamped).
 * @example lax.selectN(np.array([0, 2], 'i32'), np.array([1, 1]), np.array([2, 2]), np.array([3, 3])) // => [1, 3]
 */
export function selectN(which: Tensor, ...cases: readonly Tensor[]): Tensor {
  if (cases.length === 0) throw new UserError('api/select', 'selectN needs at least one case');
  if (which.dtype === 'bool') return select(which, cases[1], cases[0]);
  const choose = (from: number, to: number): Tensor =>
    from === to
      ? cases[from]
      : select(
          lt(which, Math.ceil((from + to) / 2)),
          choose(from, Math.ceil((from + to) / 2) - 1),
          choose(Math.ceil((from + to) / 2), to),
        );
  return choose(0, cases.length - 1);
}

/**
 * Dimensions before `sizes` are new: `[...sizes, ...x.shape]`.
 * @example lax.broadcast(np.array([1, 2]), [2]) // => [[1, 2], [1, 2]]
 */
export const broadcast = (x: Tensor, sizes: Shape): Tensor =>
  broadcastInDim(
    x,
    [...sizes, ...x.shape],
    x.shape.map((_, i) => sizes.length + i),
  );
/**
 * Joins dimensions `start` … `stop - 1` into one.
 * @example lax.collapse(np.ones([2, 3, 4]), 1).shape // => [2, 12]
 */
export const collapse = (x: Tensor, start: number, stop = x.ndim): Tensor =>
  reshape(x, [
    ...x.shape.slice(0, start),
    x.shape.slice(start, stop).reduce((a, b) => a * b, 1),
    ...x.shape.slice(stop),
  ]);
/**
 * Matrix products over equal leading dimensions.
 * @example lax.batchMatmul(np.ones([2, 1, 3]), np.ones([2, 3, 1])) // => [[[3]], [[3]]]
 */
export function batchMatmul(x: Tensor, y: Tensor): Tensor {
  const batch = range(x.ndim - 2);
  return dotGeneral(x, y, {
    lhsBatchingDimensions: batch,
    rhsBatchingDimensions: batch,
    lhsContractingDimensions: [x.ndim - 1],
    rhsContractingDimensions: [y.ndim - 2],
  });
}
/**
 * Whether 0 ≤ index < size, elementwise.
 * @example lax.inBounds(np.array([-1, 0, 3], 'i32'), 3) // => [false, true, false]
 */
export const inBounds = (index: Tensor, size: number): Tensor =>
  bind1('stablehlo.and', [ge(index, 0), lt(index, size)]);

/**
 * Sum over dimensions.
 * @example lax.reduceSum(np.array([[1, 2], [3, 4]]), [1]) // => [3, 7]
 */
export const reduceSum = (x: Tensor, axes: readonly number[]): Tensor => reduce(x, 'sum', axes);
/**
 * Product over dimensions.
 * @example lax.reduceProd(np.array([[1, 2], [3, 4]]), [1]) // => [2, 12]
 */
export const reduceProd = (x: Tensor, axes: readonly number[]): Tensor => reduce(x, 'prod', axes);
/**
 * Maximum over dimensions.
 * @example lax.reduceMax(np.array([[1, 2], [3, 4]]), [1]) // => [2, 4]
 */
export const reduceMax = (x: Tensor, axes: readonly number[]): Tensor => reduce(x, 'max', axes);
/**
 * Minimum over dimensions.
 * @example lax.reduceMin(np.array([[1, 2], [3, 4]]), [1]) // => [1, 3]
 */
export const reduceMin = (x: Tensor, axes: readonly number[]): Tensor => reduce(x, 'min', axes);
/**
 * Conjunction over dimensions.
 * @example lax.reduceAnd(np.array([true, false]), [0]) // => false
 */
export const reduceAnd = (x: Tensor, axes: readonly number[]): Tensor => reduce(x, 'and', axes);
/**
 * Exclusive or over dimensions.
 * @example lax.reduceXor(np.array([6, 3], 'i32'), [0]) // => 5
 */
export const reduceXor = (x: Tensor, axes: readonly number[]): Tensor => reduce(x, 'xor', axes);
/**
 * Disjunction over dimensions.
 * @example lax.reduceOr(np.array([true, false]), [0]) // => true
 */
export const reduceOr = (x: Tensor, axes: readonly number[]): Tensor => reduce(x, 'or', axes);

/**
 * `updates` subtracted at the index vectors; see `scatterAdd`.
 * @example lax.scatterSub(np.array([2, 3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 }) // => [2, -2]
 */
export const scatterSub = (x: Tensor, indices: Tensor, updates: Tensor, ...rest: ScatterRest): Tensor =>
  scatterWith('add', x, indices, bind1('stablehlo.negate', [updates]), ...rest);
type ScatterRest = ScatterArgs extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never;
/**
 * Product of vectors and matrices: last dimension of `x` with the second to last (or only) of `y`.
 * @example lax.dot(np.array([1, 2]), np.array([3, 4])) // => 11
 */
export const dot = (x: Tensor, y: Tensor): Tensor =>
  dotGeneral(x, y, {
    lhsContractingDimensions: [x.ndim - 1],
    rhsContractingDimensions: [Math.max(0, y.ndim - 2)],
  });
/**
 * Slabs of the leading dimension.
 * @example lax.unstack(np.array([[1, 2], [3, 4]])) // => [[1, 2], [3, 4]]
 */
export const unstack = (x: Tensor): Tensor[] => range(x.shape[0]).map((i) => indexInDim(x, i, 0, false));
/**
 * `iota` with JAX's argument order: counts along `dimension` of `shape`.
 * @example lax.broadcastedIota('i32', [2, 2], 1) // => [[0, 1], [0, 1]]
 */
export const broadcastedIota = (dtype: DType, shape: Shape, dimension: number): Tensor => iota(dtype, shape, dimension);
/**
 * Repeats `x` along new leading dimensions to the shape of `like`.
 * @example lax.broadcastLike(np.array([1, 2]), np.zeros([2, 2])) // => [[1, 2], [1, 2]]
 */
export const broadcastLike = (x: Tensor, like: Tensor): Tensor =>
  broadcastInDim(
    x,
    like.shape,
    x.shape.map((_, i) => like.ndim - x.ndim + i),
  );
/**
 * The `k` largest elements of the last dimension; exact here.
 * @example lax.approxMaxK([3, 1, 2], 2) // => [[3, 2], [0, 2]]
 */
export const approxMaxK = topK;
/**
 * The `k` smallest elements of the last dimension, ascending, and their indices; exact here.
 * @example lax.approxMinK([3, 1, 2], 2) // => [[1, 2], [1, 2]]
 */
export function approxMinK(x: TensorLike, k: number): [values: Tensor, indices: Tensor] {
  const [values, indices] = topK(bind1('stablehlo.negate', [asTensor(x)]), k);
  return [bind1('stablehlo.negate', [values]), indices];
}
/**
 * Elements of `x` at positions `indices[i]` of dimension `axes[i]` (vectors of one length n, clamped), the other dimensions
 * whole: `[n, …rest]`.
 * @example lax.indexTake(np.array([[1, 2], [3, 4]]), [np.array([0, 1], 'i32'), np.array([1, 0], 'i32')], [0, 1]) // => [2, 3]
 */
export function indexTake(x: Tensor, indices: readonly Tensor[], axes: readonly number[]): Tensor {
  if (indices.length === 0 || indices.length !== axes.length || indices.some((i) => i.ndim !== 1))
    throw new UserError('api/index', 'indexTake needs one vector of positions per axis', {
      given: `${indices.map(String).join(', ')} for axes [${axes.join(', ')}]`,
    });
  const n = indices[0].shape[0];
  const starts = bind1(
    'stablehlo.concatenate',
    indices.map((i, k) => reshape(bounded(bind1, i, 0, Math.max(0, x.shape[axes[k]] - 1)), [n, 1])),
    { dimension: 1 },
  );
  const rest = range(x.ndim).filter((d) => !axes.includes(d));
  return gather(
    x,
    starts,
    {
      offsetDims: rest.map((_, i) => i + 1),
      collapsedSliceDims: [...axes].sort((a, b) => a - b),
      startIndexMap: axes,
      indexVectorDim: 1,
    },
    x.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
  );
}
