import { type DType, highestValue, isInteger, type Shape, UserError } from '../../base/index.ts';
import { tensorType } from '../../ir/index.ts';
import { bounded } from '../../ops/index.ts';
import { describeValue, requireList, requireSizes } from '../trace/check-arguments.ts';
import { Tensor } from '../trace/tensor.ts';
import { bind1 } from '../trace/trace.ts';
import { asTensor, type TensorLike } from './elementwise.ts';

/* `lax`: shapes: iota, broadcasts, reshapes, slices, padding, concatenation, rows. */

/**
 * `iota(dtype, n)` is 0 … n-1; with a shape, counts along `dimension`.
 * @example lax.iota('i32', [2, 3], 1) // => [[0, 1, 2], [0, 1, 2]]
 */
export function iota(dtype: DType, shape: number | Shape, dimension = 0): Tensor {
  const s = requireSizes(typeof shape === 'number' ? [shape] : shape);
  return bind1('stablehlo.iota', [], { iotaDimension: dimension }, { resultTypes: [tensorType(dtype, s)] });
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
