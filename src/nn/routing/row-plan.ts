import { lax, nn, np, type Tensor } from '../../api/index.ts';
import { product } from '../../base/index.ts';

/**
 * Where the rows of experts lie when each expert's are brought together: every choice of a token gets one of `numRows` rows. Rows
 * nobody got hold some token, and nobody reads them.
 */
export interface RowPlan {
  /** Row of every choice, or one that does not exist where the choice was dropped: `i32[tokens, slots]`. */
  readonly rowOf: Tensor;
  readonly numRows: number;
}

/** All dimensions but the last `kept` as one, which may be new. */
export function joinLeading(t: Tensor, kept: number): Tensor {
  const last = t.shape.slice(t.ndim - kept);
  return np.reshape(t, [product(t.shape.slice(0, t.ndim - kept)), ...last]);
}

/** Rows in blocks of one expert each. */
export interface BlockPlan extends RowPlan {
  /** Expert of every block, or their number where nobody got the block: `i32[numRows / rowsPerBlock]`. */
  readonly expertOf: Tensor;
}

/** Rows for choices in the order in which they stand, each a block. `experts: i32[tokens, slots]` */
export const rowsInOrder = (experts: Tensor): BlockPlan => ({
  rowOf: np.reshape(lax.iota('i32', experts.size), experts.shape),
  numRows: experts.size,
  expertOf: np.reshape(experts, [experts.size]),
});

/**
 * Rows by expert, each expert's padded to whole blocks; as many blocks as the worst choice needs. `experts: i32[tokens, slots]`.
 * Source: Gale et al. 2022 (MegaBlocks), §5.2.
 */
export function rowsByExpert(experts: Tensor, numExperts: number, rowsPerBlock: number): BlockPlan {
  const numChoices = experts.size;
  const numBlocks = Math.min(numChoices, Math.floor((numChoices + numExperts * (rowsPerBlock - 1)) / rowsPerBlock));
  const chosen = nn.oneHot(np.reshape(experts, [numChoices]), numExperts, { dtype: 'i32' });
  const upTo = np.cumsum(chosen, 0);
  const counts = np.index(upTo, 0, numChoices - 1);
  const blocks = lax.div(np.add(counts, rowsPerBlock - 1), lax.fullLike(counts, rowsPerBlock));
  const ends = np.cumsum(blocks, 0);
  const starts = np.multiply(np.subtract(ends, blocks), rowsPerBlock);
  // Of one expert per line the others' products are zero.
  const rowOf = np.sum(np.multiply(chosen, np.add(np.subtract(upTo, 1), starts)), { axis: -1 });
  const isAfter = np.lessEqual(np.expandDims(ends, 0), np.expandDims(lax.iota('i32', numBlocks), 1));
  const expertOf = np.sum(np.astype(isAfter, 'i32'), { axis: -1 });
  return { rowOf: np.reshape(rowOf, experts.shape), numRows: numBlocks * rowsPerBlock, expertOf };
}

/** Tokens at their rows: `x: [tokens, embed]` → `[numRows, embed]`. */
export function gatherRows(x: Tensor, plan: RowPlan): Tensor {
  const [tokens, slots] = plan.rowOf.shape;
  const token = lax.iota('i32', [tokens, slots], 0);
  const tokenOf = lax.scatter(
    np.zeros([plan.numRows], 'i32'),
    np.reshape(plan.rowOf, [tokens * slots, 1]),
    np.reshape(token, [tokens * slots]),
    { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 },
    { uniqueIndices: true },
  );
  return np.take(x, tokenOf, 0);
}

/**
 * Weighted sums of the rows of every token: `y: [numRows, embed]`, `weights: f32[tokens, slots]`, zero where the row does not exist →
 * `f32[tokens, embed]`.
 */
export function combineRows(y: Tensor, plan: RowPlan, weights: Tensor): Tensor {
  const row = np.minimum(plan.rowOf, plan.numRows - 1);
  return np.einsum('tke,tk->te', np.astype(np.take(y, row, 0), 'f32'), weights);
}
