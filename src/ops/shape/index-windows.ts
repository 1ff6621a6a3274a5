import { type HostArray, numElements, range, rowMajorStrides, type Shape } from '../../base/index.ts';
import { type Builder, tensorType, type Value } from '../../ir/index.ts';
import { indicesOf, stridedIndices } from '../define/elements.ts';
import { and, broadcastInDim, compare, max, min, reduceWith, splat } from '../define/emit.ts';
import { widened } from '../define/positions.ts';

/*
 * What gather and scatter share: which operand positions an index tensor names. Gather calls the small tensor its result,
 * scatter its updates; both number its dimensions as window dimensions (offsets) and batch dimensions.
 */

export interface WindowDims {
  /** Dimensions of the small tensor that run over the window. */
  readonly windowDims: readonly number[];
  /** Operand dimensions that the window does not have. */
  readonly collapsed: readonly number[];
  readonly operandBatching: readonly number[];
  readonly indicesBatching: readonly number[];
  /** Operand dimension of each component of an index vector. */
  readonly indexMap: readonly number[];
  readonly indexVectorDim: number;
}

/** Dimensions of the indices without the index vector. */
export function indexBatchDims(indices: Shape, indexVectorDim: number): number[] {
  return range(indices.length).filter((d) => d !== indexVectorDim);
}

/** Flat positions for evaluation. */
export interface Windows {
  /** Number of index vectors. */
  readonly count: number;
  /** Elements of one window. */
  readonly size: number;
  /** Start coordinates in the operand, `[count × rank]`. */
  readonly starts: Float64Array;
  /** Offset of each window element in the operand. */
  readonly operandOffsets: Int32Array;
  /** Offset of each window element in the small tensor. */
  readonly smallOffsets: Int32Array;
  /** Offset of each window in the small tensor. */
  readonly smallStarts: Int32Array;
}

/** `windowShape` has the operand's rank: slice sizes, 1 for collapsed and batching dimensions. */
export function windowsOf(
  dims: WindowDims,
  operand: Shape,
  indices: HostArray,
  small: Shape,
  windowShape: Shape,
): Windows {
  const rank = operand.length;
  const batchDims = indexBatchDims(indices.shape, dims.indexVectorDim);
  const batchShape = batchDims.map((d) => indices.shape[d]);
  const count = numElements(batchShape);
  const strides = rowMajorStrides(indices.shape);
  const vectorStride = dims.indexVectorDim < indices.shape.length ? strides[dims.indexVectorDim] : 0;
  const at = stridedIndices(
    batchShape,
    batchDims.map((d) => strides[d]),
  );
  const values = indicesOf(indices);
  const starts = new Float64Array(count * rank);
  for (let i = 0; i < count; i++)
    dims.indexMap.forEach((d, k) => {
      starts[i * rank + d] = values[at[i] + k * vectorStride];
    });
  // Batching dimensions of the operand follow the coordinate of the indices.
  dims.operandBatching.forEach((d, k) => {
    const position = batchDims.indexOf(dims.indicesBatching[k]);
    const coordinates = stridedIndices(
      batchShape,
      batchShape.map((_, j) => (j === position ? 1 : 0)),
    );
    for (let i = 0; i < count; i++) starts[i * rank + d] = coordinates[i];
  });
  const kept = range(rank).filter((d) => !dims.collapsed.includes(d) && !dims.operandBatching.includes(d));
  const keptShape = kept.map((d) => windowShape[d]);
  const operandStrides = rowMajorStrides(operand);
  const smallStrides = rowMajorStrides(small);
  const smallBatch = range(small.length).filter((d) => !dims.windowDims.includes(d));
  return {
    count,
    size: numElements(keptShape),
    starts,
    operandOffsets: stridedIndices(
      keptShape,
      kept.map((d) => operandStrides[d]),
    ),
    smallOffsets: stridedIndices(
      keptShape,
      dims.windowDims.map((d) => smallStrides[d]),
    ),
    smallStarts: stridedIndices(
      batchShape,
      smallBatch.map((d) => smallStrides[d]),
    ),
  };
}

/** Largest valid start of each index component. */
const limits = (dims: WindowDims, operand: Shape, windowShape: Shape): number[] =>
  dims.indexMap.map((d) => operand[d] - windowShape[d]);

/** Per-component bounds as a tensor of the indices' shape. */
function boundsLike(b: Builder, indices: Value, dims: WindowDims, bounds: readonly number[]): Value {
  const { dtype, shape } = indices;
  if (bounds.every((x) => x === bounds[0])) return splat(b, indices.type, bounds[0] ?? 0);
  const parts = bounds.map((x) => splat(b, tensorType(dtype, [1]), x));
  return broadcastInDim(b, b.emit('stablehlo.concatenate', parts, { dimension: 0 }), shape, [dims.indexVectorDim]);
}

/** Indices clamped so that every window lies inside, as gather reads them. */
export function clampIndices(b: Builder, indices: Value, dims: WindowDims, operand: Shape, windowShape: Shape): Value {
  const wide = widened((...op) => b.emit(...op), indices);
  const high = boundsLike(b, wide, dims, limits(dims, operand, windowShape));
  return min(b, max(b, wide, splat(b, wide.type, 0)), high);
}

/** A mask of the small tensor's shape: whether the window lies inside, as scatter requires. */
export function insideMask(
  b: Builder,
  indices: Value,
  dims: WindowDims,
  operand: Shape,
  windowShape: Shape,
  small: Shape,
): Value {
  const wide = widened((...op) => b.emit(...op), indices);
  const high = boundsLike(b, wide, dims, limits(dims, operand, windowShape));
  const inside = and(b, compare(b, 'GE', wide, splat(b, wide.type, 0)), compare(b, 'LE', wide, high));
  const all =
    dims.indexVectorDim < indices.shape.length
      ? reduceWith(b, 'stablehlo.and', inside, 1, [dims.indexVectorDim])
      : inside;
  const batch = range(small.length).filter((d) => !dims.windowDims.includes(d));
  return broadcastInDim(b, all, small, batch);
}
