import { customVjp, foriLoop, lax, np, type Tensor } from '../../api/index.ts';
import { contracted, entryOf, isQuantized, quantizedProduct, type StoredWeight, storedShape } from '../quantized.ts';

/*
 * Products of blocks of rows, each with the matrix of its own expert: one step of a loop per block, which reads the matrix where it
 * lies. Its derivatives are products of the same kind, written out: the loop differentiated as it stands would add a whole stack of matrices in
 * every step. Source: Gale et al. 2022 (MegaBlocks), §5.1.
 */

/** Dimension of a matrix `[expert, out, in]`. */
type Side = 1 | 2;

const at = (t: Tensor, i: Tensor): Tensor => lax.dynamicIndexInDim(t, i, 0, false);

/** `step` on `result` for every block that has an expert: those come first. `expertOf: i32[blocks]` */
const overBlocks = (
  expertOf: Tensor,
  numExperts: number,
  result: Tensor,
  step: (result: Tensor, block: Tensor, expert: Tensor) => Tensor,
): Tensor => {
  const numBlocks = np.sum(np.astype(np.less(expertOf, numExperts), 'i32'));
  return foriLoop(0, numBlocks, (i: Tensor, sum: Tensor) => step(sum, i, at(expertOf, i)), result);
};

/** What a derivative keeps of a weight. */
const tensorsOf = (w: StoredWeight): StoredWeight => (isQuantized(w) ? { ...w, activations: undefined } : w);

/** `x: [rows, n]` times the matrix of one expert. */
const ofOne = (x: Tensor, w: StoredWeight, over: Side): Tensor =>
  over === 2 && isQuantized(w) ? quantizedProduct(x, w, 1) : contracted(x, w, [1], [over - 1]);

/** `x: [blocks, rows, n]`, `w: [expert, out, in]` contracted over dimension `over`, `expertOf: i32[blocks]` → `[blocks, rows, m]`. */
const productOver =
  (over: Side) =>
  (x: Tensor, w: StoredWeight, expertOf: Tensor): Tensor => {
    const shape = storedShape(w);
    const zero = np.zeros([...x.shape.slice(0, 2), shape[3 - over]], x.dtype);
    return overBlocks(expertOf, shape[0], zero, (y, i, expert) =>
      lax.dynamicUpdateIndexInDim(y, ofOne(at(x, i), entryOf(w, expert), over), i),
    );
  };

/** Sum over an expert's blocks of `yᵀ·x`: `y: [blocks, rows, out]`, `x: [blocks, rows, in]` → `[expert, out, in]`. */
const outer = (y: Tensor, x: Tensor, expertOf: Tensor, numExperts: number): Tensor => {
  const zero = np.zeros([numExperts, y.shape[2], x.shape[2]], 'f32');
  const sum = overBlocks(expertOf, numExperts, zero, (sums, i, expert) => {
    const dims = { lhsContractingDimensions: [0], rhsContractingDimensions: [0] };
    const product = lax.dotGeneral(at(y, i), at(x, i), dims, { preferredElementType: 'f32' });
    return lax.dynamicUpdateIndexInDim(sums, np.add(at(sums, expert), product), expert);
  });
  return np.astype(sum, x.dtype);
};

/**
 * `x[b] · w[expertOf[b]]ᵀ` for every block, zero for blocks of no expert (`expertOf` past the last). `x: [blocks, rows, in]`, `w: [expert, out, in]`, `expertOf: i32[blocks]` →
 * `[blocks, rows, out]` of the type of `x`. Has one derivative, in reverse mode.
 */
export const groupedProduct: (x: Tensor, w: StoredWeight, expertOf: Tensor) => Tensor = customVjp(
  productOver(2),
  (x: Tensor, w: StoredWeight, expertOf: Tensor) =>
    [productOver(2)(x, w, expertOf), [x, tensorsOf(w), expertOf] as const] as const,
  // Few bits are not trained.
  ([x, w, expertOf], ct) => [
    productOver(1)(ct, w, expertOf),
    isQuantized(w) ? null : outer(ct, x, expertOf, w.shape[0]),
    null,
  ],
);
