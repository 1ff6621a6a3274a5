import { nn, np, type Tensor } from '../../api/index.ts';
import type { Routing } from './router.ts';

/* Sums over the tokens of a routing that leave padding out. */

/** Which tokens are real: `f32[…, tokens]`. */
export const realTokens = (r: Routing): Tensor =>
  r.isToken ? np.astype(r.isToken, 'f32') : np.ones(r.experts.shape.slice(0, -1), 'f32');

/** Choices per expert in every group: `f32[…, experts]`. `isCounted: bool[…, tokens, slots]`, default all. */
export function choicesPerExpert(r: Routing, isCounted?: Tensor): Tensor {
  const chosen = nn.oneHot(r.experts, r.probabilities.shape[r.probabilities.ndim - 1]);
  const counted = isCounted ? np.where(np.expandDims(isCounted, -1), chosen, 0) : chosen;
  return np.einsum('...tke,...t->...e', counted, realTokens(r));
}

/** Mean over the tokens of every group. `x: f32[…, tokens, n]` → `f32[…, n]`. */
export function meanOverTokens(x: Tensor, r: Routing): Tensor {
  const isReal = realTokens(r);
  const numTokens = np.maximum(np.sum(isReal, { axis: -1, keepdims: true }), 1);
  return np.divide(np.einsum('...tn,...t->...n', x, isReal), numTokens);
}

/** `f32[…, n]` → `f32[n]` */
export const overGroups = (x: Tensor): Tensor =>
  np.sum(np.reshape(x, [x.size / x.shape[x.ndim - 1], x.shape[x.ndim - 1]]), { axis: 0 });
