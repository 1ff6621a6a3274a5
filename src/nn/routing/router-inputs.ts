import { lax, nn, np, random, type Tensor } from '../../api/index.ts';
import type { Routing } from './router.ts';

/* What routers are asked with: a policy by token, sentence or task is the same router with another input. */

/** Logits in float32: `x: f32|bf16[…, tokens, embed]`, `w: [expert, embed]` → `f32[…, tokens, experts]`. */
export const routerLogits = (x: Tensor, w: Tensor): Tensor =>
  np.einsum('...d,ed->...e', np.astype(x, 'f32'), np.astype(w, 'f32'));

/** `x` times uniform numbers of `[1 − epsilon, 1 + epsilon)`, as Switch trains its routers (1e-2). Any shape. Source: Fedus et al. 2021, §2.4. */
export const jitter = (x: Tensor, key: Tensor, epsilon: number): Tensor =>
  np.multiply(x, np.astype(random.uniform(key, x.shape, { low: 1 - epsilon, high: 1 + epsilon }), x.dtype));

/**
 * Every token's sentence instead of the token: means over the tokens of the same segment, so that a sentence has one choice.
 * `x: f32[…, tokens, embed]`, `segments: i32[…, tokens]` below `numSegments` → `f32[…, tokens, embed]`. Source: Kudugunta et al. 2021,
 * §3.2; praxis `moe_gating_embedding_level`.
 */
export function sentenceMeans(x: Tensor, segments: Tensor, numSegments: number): Tensor {
  const isIn = nn.oneHot(segments, numSegments);
  const size = np.maximum(np.sum(isIn, { axis: -2 }), 1);
  const sums = np.einsum('...ts,...td->...sd', isIn, np.astype(x, 'f32'));
  return np.einsum('...ts,...sd->...td', isIn, np.divide(sums, np.expandDims(size, -1)));
}

/**
 * Experts by a fixed hash of what a token is: `ids: i32[…]` → `i32[…, topK]`, `topK` different ones. Source: Roller et al. 2021, §3.1 (a
 * random table; here a multiplicative hash, which needs none).
 */
export function hashedExperts(ids: Tensor, numExperts: number, topK = 1, seed = 0): Tensor {
  // Odd factor of the golden ratio, then the high bits, which depend on all of the id.
  const mixed = np.multiply(np.bitwiseXor(np.astype(ids, 'u32'), seed >>> 0), 0x9e3779b1);
  const folded = np.multiply(np.bitwiseXor(mixed, lax.shiftRightLogical(mixed, 15)), 0x85ebca77);
  const high = lax.shiftRightLogical(folded, 8);
  const first = np.astype(np.remainder(high, numExperts), 'i32');
  const offset = lax.iota('i32', [...ids.shape, topK], ids.ndim);
  return np.remainder(np.add(np.expandDims(first, -1), offset), numExperts);
}

/**
 * How much of a token's layer is executed, from a routing between skipping (0) and executing (1): 1 or 0, with the gradient of the
 * probability. `f32[…, tokens]`. Source: Zeng et al. 2023 (SkipLayer).
 */
export function executeGate(routing: Routing): Tensor {
  const [choice, weight] = [routing.experts, routing.weights].map((t) => np.index(t, -1, 0));
  return np.where(np.equal(choice, 1), weight, np.subtract(1, weight));
}

/** `(mean of the gate − target)²`, to be summed over layers. `gate: f32[…, tokens]` → `f32[]`. Source: Zeng et al. 2023. */
export const densityLoss = (gate: Tensor, target: number): Tensor => np.square(np.subtract(np.mean(gate), target));
