import { type DType, range } from '../../base/index.ts';
import { tensorType } from '../../ir/index.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1 } from '../trace/trace.ts';
import type { DotDimensionNumbers } from './core.ts';

/* Products of matrices in groups of rows: the experts of a mixture. */

export interface RaggedDotDimensionNumbers extends DotDimensionNumbers {
  /** The one dimension of `lhs` that is cut into groups. */
  readonly lhsRaggedDimensions: readonly number[];
  /** The dimension of `rhs` that counts groups; none when the ragged dimension is contracted. */
  readonly rhsGroupDimensions?: readonly number[];
}

/**
 * Like `dotGeneral`, with one dimension of `lhs` cut into groups of `groupSizes` rows that each have their own `rhs`.
 * @example
 * const dims = { lhsContractingDimensions: [1], rhsContractingDimensions: [1], lhsRaggedDimensions: [0], rhsGroupDimensions: [0] };
 * lax.raggedDotGeneral(np.ones([3, 2]), np.array([[[1], [1]], [[5], [5]]]), np.array([2, 1], 'i32'), dims) // => [[2], [2], [10]]
 */
export function raggedDotGeneral(
  lhs: Tensor,
  rhs: Tensor,
  groupSizes: Tensor,
  dims: RaggedDotDimensionNumbers,
  options: { readonly preferredElementType?: DType } = {},
): Tensor {
  const [lhsBatching, rhsBatching] = [dims.lhsBatchingDimensions ?? [], dims.rhsBatchingDimensions ?? []];
  const [lhsContracting, rhsContracting] = [dims.lhsContractingDimensions, dims.rhsContractingDimensions];
  const rhsGroup = dims.rhsGroupDimensions ?? [];
  const free = (t: Tensor, ...skip: readonly (readonly number[])[]): number[] =>
    range(t.ndim).filter((d) => !skip.some((s) => s.includes(d)));
  const contracted = dims.lhsRaggedDimensions.some((d) => lhsContracting.includes(d));
  const shape = [
    ...(contracted ? [groupSizes.shape[groupSizes.ndim - 1]] : []),
    ...lhsBatching.map((d) => lhs.shape[d]),
    ...free(lhs, lhsBatching, lhsContracting).map((d) => lhs.shape[d]),
    ...free(rhs, rhsBatching, rhsContracting, rhsGroup).map((d) => rhs.shape[d]),
  ];
  return bind1(
    'chlo.ragged_dot',
    [lhs, rhs, groupSizes],
    {
      raggedDotDimensionNumbers: {
        lhsBatching,
        rhsBatching,
        lhsContracting,
        rhsContracting,
        lhsRagged: dims.lhsRaggedDimensions,
        rhsGroup,
      },
      precisionConfig: undefined,
    },
    { resultTypes: [tensorType(options.preferredElementType ?? lhs.dtype, shape)] },
  );
}

/**
 * Rows of `lhs: [m, k]` in consecutive groups of `groupSizes: i32[g]`, each times its own matrix of `rhs: [g, k, n]`: `[m, n]`.
 * Rows after the last group give zeros.
 * @example lax.raggedDot(np.ones([3, 2]), np.array([[[1], [1]], [[5], [5]]]), np.array([1, 2], 'i32')) // => [[2], [10], [10]]
 */
export const raggedDot = (lhs: Tensor, rhs: Tensor, groupSizes: Tensor): Tensor =>
  raggedDotGeneral(lhs, rhs, groupSizes, {
    lhsContractingDimensions: [1],
    rhsContractingDimensions: [1],
    lhsRaggedDimensions: [0],
    rhsGroupDimensions: [0],
  });
