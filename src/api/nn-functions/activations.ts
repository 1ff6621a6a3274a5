import { isInteger, largestFinite, range, UserError } from '../../base/index.ts';
import { widened } from '../../ops/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import * as np from '../numpy/index.ts';
import { floats, inSingle } from '../numpy/promotion.ts';
import { requireOptions } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1 } from '../trace/trace.ts';

/* Activation functions as in `jax.nn`; elementwise unless an axis is named, dtype of the operand. */

/**
 * `max(x, 0)`, with derivative 0 at 0; NaN stays NaN.
 * @example nn.relu([-1, 2]) // => [0, 2]
 */
export const relu = (x: TensorLike): Tensor => {
  const t = lax.asTensor(x);
  return lax.select(lax.le(t, 0), 0, t);
};
/**
 * `min(max(x, 0), 6)`, with derivative 0 at 0 and 6.
 * @example nn.relu6([-1, 2, 9]) // => [0, 2, 6]
 */
export const relu6 = (x: TensorLike): Tensor => {
  const t = relu(x);
  return lax.select(lax.ge(t, 6), 6, t);
};
/**
 * `1 / (1 + exp(−x))`
 * @example nn.sigmoid([0, 2]) // => [0.5, 0.8808]
 */
export const sigmoid = (x: TensorLike): Tensor => lax.logistic(floats(x));
/**
 * Elementwise hyperbolic tangent.
 * @example nn.tanh([0, 1]) // => [0, 0.76159]
 */
export const tanh = (x: TensorLike): Tensor => lax.tanh(floats(x));
/**
 * The value itself.
 * @example nn.identity([1, 2]) // => [1, 2]
 */
export const identity = (x: TensorLike): Tensor => lax.asTensor(x);
/**
 * `log(1 + exp(x))` without overflow.
 * @example nn.softplus([0]) // => [0.69315]
 */
export const softplus = (x: TensorLike): Tensor => np.logaddexp(floats(x), np.zerosLike(floats(x)));
/**
 * `log σ(x)`
 * @example nn.logSigmoid([0]) // => [-0.69315]
 */
export const logSigmoid = (x: TensorLike): Tensor => lax.neg(softplus(lax.neg(floats(x))));
/**
 * `x / (1 + |x|)`
 * @example nn.softSign([1, -3]) // => [0.5, -0.75]
 */
export const softSign = (x: TensorLike): Tensor => np.divide(x, np.add(np.abs(x), 1));
/**
 * `x · σ(x)`. Source: Elfwing et al. 2017.
 * @example nn.silu([1]) // => [0.73106]
 */
export const silu = (x: TensorLike): Tensor => np.multiply(x, lax.logistic(floats(x)));
export const swish = silu;
/**
 * `x · tanh(softplus(x))`
 * @example nn.mish([1]) // => [0.8651]
 */
export const mish = (x: TensorLike): Tensor => np.multiply(x, lax.tanh(softplus(x)));
/**
 * `x` above zero, `α(exp(x) − 1)` below.
 * @example nn.elu([-1, 2]) // => [-0.63212, 2]
 */
export function elu(x: TensorLike, alpha = 1): Tensor {
  const t = floats(x);
  const positive = lax.gt(t, 0);
  return lax.select(positive, t, lax.mul(lax.expm1(lax.select(positive, 0, t)), alpha));
}
/**
 * `x` above zero, `α(exp(x / α) − 1)` below.
 * @example nn.celu([-1, 2]) // => [-0.63212, 2]
 */
export const celu = (x: TensorLike, alpha = 1): Tensor => {
  const t = floats(x);
  const positive = lax.gt(t, 0);
  return lax.select(positive, t, lax.mul(lax.expm1(lax.div(lax.select(positive, 0, t), alpha)), alpha));
};
/**
 * Self-normalizing `elu`. Source: Klambauer et al. 2017.
 * @example nn.selu([-1, 2]) // => [-1.1113, 2.1014]
 */
export const selu = (x: TensorLike): Tensor => lax.mul(elu(x, 1.6732632423543772), 1.0507009873554805);
/**
 * `x` above zero, `negativeSlope · x` below.
 * @example nn.leakyRelu([-1, 2]) // => [-0.01, 2]
 */
export const leakyRelu = (x: TensorLike, negativeSlope = 0.01): Tensor => {
  const t = floats(x);
  return lax.select(lax.ge(t, 0), t, lax.mul(t, negativeSlope));
};
/**
 * Gaussian error linear unit; by the tanh formula by default, as in JAX. Source: Hendrycks & Gimpel 2016.
 * @example nn.gelu([-1, 2]) // => [-0.15881, 1.9546]
 */
export function gelu(x: TensorLike, approximate = true): Tensor {
  const t = floats(x);
  if (!approximate) return lax.mul(lax.mul(t, 0.5), lax.add(lax.erf(lax.mul(t, Math.SQRT1_2)), 1));
  const inner = lax.mul(lax.add(t, lax.mul(lax.mul(lax.mul(t, t), t), 0.044715)), Math.sqrt(2 / Math.PI));
  return lax.mul(t, lax.mul(lax.add(lax.tanh(inner), 1), 0.5));
}
/**
 * First half of `axis` times the sigmoid of the second half.
 * @example nn.glu([1, 2, 0, 0]) // => [0.5, 1]
 */
export function glu(x: TensorLike, axis = -1): Tensor {
  const [a, b] = np.split(x, 2, axis);
  return np.multiply(a, sigmoid(b));
}
/**
 * `x` limited to [−1, 1].
 * @example nn.hardTanh([-4, 0.5, 4]) // => [-1, 0.5, 1]
 */
export const hardTanh = (x: TensorLike): Tensor => {
  const t = floats(x);
  return lax.select(lax.gt(t, 1), 1, lax.select(lax.lt(t, -1), -1, t));
};
/**
 * `relu6(x + 3) / 6`
 * @example nn.hardSigmoid([-4, 0, 4]) // => [0, 0.5, 1]
 */
export const hardSigmoid = (x: TensorLike): Tensor => lax.div(relu6(np.add(floats(x), 3)), 6);
/**
 * `x · hardSigmoid(x)`
 * @example nn.hardSilu([-4, 1]) // => [0, 0.66667]
 */
export const hardSilu = (x: TensorLike): Tensor => np.multiply(x, hardSigmoid(x));
export const hardSwish = hardSilu;
/**
 * `(x + √(x² + b)) / 2`
 * @example nn.squareplus([0, 3]) // => [1, 3.3028]
 */
export const squareplus = (x: TensorLike, b = 4): Tensor =>
  np.multiply(np.add(x, np.sqrt(np.add(np.square(x), b))), 0.5);
/**
 * 0 below −1, `x` above 1, `(x + 1)² / 4` between.
 * @example nn.sparsePlus([-2, 0, 2]) // => [0, 0.25, 2]
 */
export const sparsePlus = (x: TensorLike): Tensor => {
  const t = floats(x);
  return lax.select(lax.le(t, -1), 0, lax.select(lax.ge(t, 1), t, lax.mul(np.square(lax.add(t, 1)), 0.25)));
};
/**
 * `(x + 1) / 2` limited to [0, 1].
 * @example nn.sparseSigmoid([-2, 0, 2]) // => [0, 0.5, 1]
 */
export const sparseSigmoid = (x: TensorLike): Tensor => np.multiply(np.clip(np.add(floats(x), 1), 0, 2), 0.5);
/**
 * `log(1 − exp(−x))` for x > 0.
 * @example nn.log1mexp([1]) // => [-0.45868]
 */
export const log1mexp = (x: TensorLike): Tensor => {
  const t = floats(x);
  return lax.select(
    lax.lt(t, Math.LN2),
    lax.log(lax.neg(lax.expm1(lax.neg(t)))),
    lax.log1p(lax.neg(lax.exp(lax.neg(t)))),
  );
};

export interface SoftmaxOptions {
  /** Dimensions that sum to one; default the last. */
  readonly axis?: number | readonly number[];
  /** Elements that take part; the others become 0 (`logSoftmax`: −∞). */
  readonly where?: TensorLike;
}
/** Floats, −∞ where elements take no part. */
const masked = (x: TensorLike, o: SoftmaxOptions): Tensor =>
  o.where === undefined ? floats(x) : np.where(o.where, floats(x), Number.NEGATIVE_INFINITY);
/** What does not take part has a value of its own, also where nothing takes part. */
const elsewhere = (y: Tensor, o: SoftmaxOptions, value: number): Tensor =>
  o.where === undefined ? y : np.where(o.where, y, value);
/** Less the maximum along an axis, through which no derivative goes. */
const shifted = (t: Tensor, axis: SoftmaxOptions['axis']): Tensor =>
  np.subtract(t, lax.stopGradient(np.max(t, { axis, keepdims: true })));

/**
 * `exp(x) / Σ exp(x)`, shifted by the maximum.
 * @example nn.softmax([0, 0, 1]) // => [0.21194, 0.21194, 0.57612]
 */
export function softmax(x: TensorLike, over: np.Over<SoftmaxOptions> = {}): Tensor {
  const o = np.reduceOptions(over, ['where']);
  const axis = o.axis ?? -1;
  const y = inSingle(masked(x, o), (t) => {
    const e = np.exp(shifted(t, axis));
    return np.divide(e, np.sum(e, { axis, keepdims: true }));
  });
  return elsewhere(y, o, 0);
}
/**
 * `log softmax(x)`.
 * @example nn.logSoftmax([0, 0]) // => [-0.69315, -0.69315]
 */
export function logSoftmax(x: TensorLike, over: np.Over<SoftmaxOptions> = {}): Tensor {
  const o = np.reduceOptions(over, ['where']);
  const axis = o.axis ?? -1;
  const y = inSingle(masked(x, o), (t) => {
    const s = shifted(t, axis);
    return np.subtract(s, np.log(np.sum(np.exp(s), { axis, keepdims: true })));
  });
  return elsewhere(y, o, Number.NEGATIVE_INFINITY);
}
export { logsumexp } from '../numpy/index.ts';
/**
 * `log mean exp(x)`
 * @example nn.logmeanexp([1, 1]) // => 1
 */
export function logmeanexp(x: TensorLike, over: np.Over = {}): Tensor {
  const o = np.reduceOptions(over);
  return inSingle(x, (t) => {
    const count = np.axesOf(t, o.axis).reduce((n, a) => n * t.shape[a], 1);
    return np.subtract(np.logsumexp(t, o), Math.log(count));
  });
}
/**
 * Mean 0 and variance 1 along `axis`.
 * @example nn.standardize([1, 3]) // => [-0.99999, 0.99999]
 */
export function standardize(
  x: TensorLike,
  o: { readonly axis?: number | readonly number[]; readonly epsilon?: number } = {},
): Tensor {
  const over = { axis: o.axis ?? -1, keepdims: true };
  return inSingle(x, (t) => {
    const mean = np.mean(t, over);
    const variance = np.subtract(np.mean(np.square(t), over), np.square(mean));
    return np.multiply(np.subtract(t, mean), lax.rsqrt(np.add(np.maximum(variance, 0), o.epsilon ?? 1e-5)));
  });
}
/**
 * 1 at each index along a new dimension (default last) of size `numClasses`; all 0 for an index out of range.
 * @example nn.oneHot([0, 2], 3) // => [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(
  x: TensorLike,
  numClasses: number,
  o: { readonly axis?: number; readonly dtype?: 'f32' | 'bf16' | 'f64' | 'i32' | 'bool' } = {},
): Tensor {
  const given = lax.asTensor(x, 'i32');
  const t = isInteger(given.dtype) ? widened(bind1, given) : given;
  const shape = [...t.shape, numClasses];
  const hit = lax.eq(lax.broadcastInDim(t, shape, range(t.ndim)), lax.iota(t.dtype, shape, t.ndim));
  return np.moveaxis(lax.convertElementType(hit, o.dtype ?? 'f32'), -1, o.axis ?? -1);
}

export interface AttentionOptions {
  /** Added to the scores; broadcasts to `[batch, heads, queries, keys]`. */
  readonly bias?: Tensor;
  /** True where attention is allowed; broadcasts to `[batch, heads, queries, keys]`. */
  readonly mask?: Tensor;
  /** Default `1 / √headDim`. */
  readonly scale?: number;
  /** Query i sees keys up to i. */
  readonly isCausal?: boolean;
}
/**
 * `softmax(q·kᵀ·scale + bias)·v`. `q: [batch, queries, heads, headDim]`, `k, v: [batch, keys, kvHeads, headDim]`; fewer
 * key heads are shared by groups of query heads. Result: the shape of `q`. Sources: Vaswani et al. 2017; Ainslie et al. 2023.
 * @example nn.dotProductAttention(np.ones([1, 2, 1, 4]), np.ones([1, 3, 1, 4]), np.ones([1, 3, 1, 4])).shape // => [1, 2, 1, 4]
 */
export function dotProductAttention(q: Tensor, k: Tensor, v: Tensor, o: AttentionOptions = {}): Tensor {
  requireOptions(o, ['bias', 'mask', 'scale', 'isCausal'], 'dotProductAttention');
  const [heads, kvHeads] = [q.shape[2], k.shape[2]];
  if (q.ndim !== 4 || k.ndim !== 4 || heads % kvHeads !== 0)
    throw new UserError('api/attention', 'query heads must be a multiple of key heads', { given: `${q}, ${k}` });
  const [keys, values] =
    heads === kvHeads ? [k, v] : [np.repeat(k, heads / kvHeads, 2), np.repeat(v, heads / kvHeads, 2)];
  let scores = np.multiply(np.einsum('bqhd,bkhd->bhqk', q, keys), o.scale ?? 1 / Math.sqrt(q.shape[3]));
  if (o.bias) scores = np.add(scores, o.bias);
  const causal = o.isCausal ? np.triMask(q.shape[1], k.shape[1]) : undefined;
  // A row may see nothing at all: it then takes the mean of all keys, not NaN, so what is hidden is finite also in f16.
  const lowest = Math.max(-1e30, -0.7 * largestFinite(scores.dtype));
  if (o.mask) scores = np.where(causal ? np.logicalAnd(o.mask, causal) : o.mask, scores, lowest);
  else if (causal) scores = np.where(causal, scores, Number.NEGATIVE_INFINITY);
  return np.einsum('bhqk,bkhd->bqhd', softmax(scores), values);
}
