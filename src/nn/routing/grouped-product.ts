import { customVjp, lax, map, np, scan, type Tensor } from '../../api/index.ts';

/*
 * Products of blocks of rows, each with the matrix of its own expert: one step of a loop per block, which reads the matrix where it
 * lies. Its derivatives are products of the same kind, written out: the loop differentiated as it stands would add a whole stack of matrices in
 * every step. Source: Gale et al. 2022 (MegaBlocks), §5.1.
 */

/** Dimension of a matrix `[expert, out, in]`. */
type Side = 1 | 2;

/** `x: [blocks, rows, n]`, `w: [expert, out, in]` contracted over dimension `over`, `expertOf: i32[blocks]` → `[blocks, rows, m]`. */
const productOver =
  (over: Side) =>
  (x: Tensor, w: Tensor, expertOf: Tensor): Tensor =>
    map(
      ([rows, expert]: readonly [Tensor, Tensor]) =>
        lax.dotGeneral(rows, lax.dynamicIndexInDim(w, expert, 0, false), {
          lhsContractingDimensions: [1],
          rhsContractingDimensions: [over - 1],
        }),
      [x, expertOf] as const,
    );

/** Sum over an expert's blocks of `yᵀ·x`: `y: [blocks, rows, out]`, `x: [blocks, rows, in]` → `[expert, out, in]`. */
const outer =
  (numExperts: number) =>
  (y: Tensor, x: Tensor, expertOf: Tensor): Tensor => {
    const zero = np.zeros([numExperts, y.shape[2], x.shape[2]], 'f32');
    const step = (sum: Tensor, [yRows, xRows, expert]: readonly [Tensor, Tensor, Tensor]) => {
      const product = lax.dotGeneral(
        yRows,
        xRows,
        { lhsContractingDimensions: [0], rhsContractingDimensions: [0] },
        { preferredElementType: 'f32' },
      );
      const next = np.add(lax.dynamicIndexInDim(sum, expert, 0, false), product);
      return [lax.dynamicUpdateIndexInDim(sum, next, expert), null] as const;
    };
    return np.astype(scan(step, zero, [y, x, expertOf] as const)[0], x.dtype);
  };

/**
 * `x[b] · w[expertOf[b]]ᵀ` for every block. `x: [blocks, rows, in]`, `w: [expert, out, in]`, `expertOf: i32[blocks]` →
 * `[blocks, rows, out]` of the type of `x`. Forward mode is refused.
 */
export const groupedProduct: (x: Tensor, w: Tensor, expertOf: Tensor) => Tensor = customVjp(
  productOver(2),
  (x, w, expertOf) => [productOver(2)(x, w, expertOf), [x, w, expertOf] as const] as const,
  ([x, w, expertOf], ct) => [productOver(1)(ct, w, expertOf), outer(w.shape[0])(ct, x, expertOf), null],
);
