import { type DType, product, type Shape, UserError } from '../../base/index.ts';
import * as lax from '../lax/core.ts';
import { randomGammaGrad } from '../lax/gamma.ts';
import * as np from '../numpy/index.ts';
import { requireOptions, requireSizes } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { requireTensor } from '../trace/trace.ts';
import { whileLoop } from '../transforms/control-flow.ts';
import { recursiveJvp } from '../transforms/recursive-jvp.ts';
import { vmap } from '../transforms/vmap.ts';
import { bits, gumbel, type Key, normal, randint, split, splitKeys, uniform } from './keys.ts';

/* Distributions built on `random.ts`, with JAX's order of keys, so that samples agree with JAX's. */

/**
 * `-log(1 − u)`: exponential with rate 1.
 * @example random.exponential(random.key(0), [2]) // => [2.9501, 3.8434]
 */
export const exponential = (k: Key, shape: Shape, dtype: DType = 'f32'): Tensor =>
  lax.neg(lax.log1p(lax.neg(uniform(k, shape, { dtype }))));
/**
 * Laplace with location 0 and scale 1.
 * @example random.laplace(random.key(0), [2]) // => [-2.257, -3.1503]
 */
export function laplace(k: Key, shape: Shape): Tensor {
  const u = uniform(k, shape, { low: -1 + 1.1920928955078125e-7 / 2, high: 1 });
  return lax.mul(lax.sign(u), lax.log1p(lax.neg(lax.abs(u))));
}
/**
 * Logistic with location 0 and scale 1.
 * @example random.logistic(random.key(0), [2]) // => [2.8964, 3.8218]
 */
export function logistic(k: Key, shape: Shape): Tensor {
  const u = uniform(k, shape, { low: 1.1920928955078125e-7, high: 1 });
  return lax.log(lax.div(u, lax.sub(1, u)));
}
/**
 * Cauchy with location 0 and scale 1.
 * @example random.cauchy(random.key(0), [2]) // => [6.0275, 14.838]
 */
export const cauchy = (k: Key, shape: Shape): Tensor =>
  lax.tan(lax.mul(lax.sub(uniform(k, shape, { low: 1.1920928955078125e-7, high: 1 }), 0.5), Math.PI));
/**
 * Pareto with shape parameter `b` and scale 1.
 * @example random.pareto(random.key(0), 2, [2]) // => [4.3713, 6.8326]
 */
export const pareto = (k: Key, b: number, shape: Shape): Tensor => lax.exp(lax.div(exponential(k, shape), b));
/**
 * Weibull with the given scale and concentration.
 * @example random.weibullMin(random.key(0), 1, 2, [2]) // => [1.7176, 1.9605]
 */
export const weibullMin = (k: Key, scale: number, concentration: number, shape: Shape): Tensor =>
  lax.mul(lax.pow(lax.neg(lax.log1p(lax.neg(uniform(k, shape)))), 1 / concentration), scale);
/**
 * Length of a normal vector of two dimensions, with the given scale.
 * @example random.rayleigh(random.key(0), 1, [2]) // => [0.32788, 0.2081]
 */
export const rayleigh = (k: Key, scale: number, shape: Shape): Tensor =>
  lax.mul(lax.sqrt(lax.mul(lax.log(uniform(k, shape, { low: 1.1754943508222875e-38, high: 1 })), -2)), scale);
/**
 * Exponential of a normal with standard deviation `sigma`.
 * @example random.lognormal(random.key(0), 1, [2]) // => [5.0665, 7.5781]
 */
export const lognormal = (k: Key, sigma: number, shape: Shape): Tensor => lax.exp(lax.mul(normal(k, shape), sigma));
/**
 * Length of a standard normal vector of three dimensions.
 * @example random.maxwell(random.key(0), [2]) // => [2.6311, 0.99103]
 */
export const maxwell = (k: Key, shape: Shape): Tensor => np.linalg.norm(normal(k, [...shape, 3]), { axis: -1 });
/**
 * −1 or 1 with equal probability: i32.
 * @example random.rademacher(random.key(0), [4]) // => [-1, -1, 1, 1]
 */
export const rademacher = (k: Key, shape: Shape): Tensor =>
  lax.sub(lax.mul(lax.convertElementType(lax.lt(uniform(k, shape), 0.5), 'i32'), 2), 1);

/**
 * Logarithms of gamma samples with shape parameter `a`, differentiable in `a` (implicit reparameterization).
 * Source: Marsaglia & Tsang 2000; JAX's `loggamma`.
 * @example random.loggamma(random.key(0), 2, [2]) // => [0.4636, 0.56528]
 */
export function loggamma(k: Key, a: lax.TensorLike, shape: Shape): Tensor {
  const alpha = np.broadcastTo(lax.asTensor(a), shape);
  const n = product(shape);
  const keys = split(k, n);
  return lax.reshape(gammaSamples(keys, lax.reshape(alpha, [n])), shape);
}
const gammaSamples = recursiveJvp(
  (keys: Tensor, alpha: Tensor): Tensor => vmap(gammaOne)(keys, alpha),
  (self, [keys, alpha], [, tangent]) => {
    const samples = self(keys, alpha);
    const x = lax.max(lax.exp(samples), 1.1754943508222875e-38);
    return [samples, lax.mul(lax.div(randomGammaGrad(alpha, x), x), tangent)];
  },
);
function gammaOne(key: Tensor, a: Tensor): Tensor {
  const boosted = lax.ge(a, 1);
  const alpha = lax.select(boosted, a, lax.add(a, 1));
  const third = Math.fround(1 / 3);
  const d = lax.sub(alpha, third);
  const c = lax.div(third, lax.sqrt(d));
  const rejected = ([, x, v, u]: Tensor[]): Tensor =>
    lax.bitwiseAnd(
      lax.ge(u, lax.sub(1, lax.mul(lax.mul(x, x), 0.0331))),
      lax.ge(lax.log(u), lax.add(lax.mul(x, 0.5), lax.mul(d, lax.add(lax.sub(1, v), lax.log(v))))),
    );
  const propose = ([key0]: Tensor[]): Tensor[] => {
    const [next, xKey, uKey] = splitKeys(key0, 3);
    const [, x, v] = whileLoop(
      ([, , vv]: Tensor[]) => lax.le(vv, 0),
      ([kk]) => {
        const [again, sub] = splitKeys(kk);
        const xx = normal(sub, []);
        return [again, xx, lax.add(lax.mul(xx, c), 1)];
      },
      [xKey, np.zeros([]), np.full([], -1)],
    );
    return [next, lax.mul(x, x), lax.mul(lax.mul(v, v), v), uniform(uKey, [])];
  };
  const [start, sub] = splitKeys(key);
  const [, , v] = whileLoop(rejected, propose, [start, np.zeros([]), np.ones([]), np.full([], 2)]);
  const logUniform = lax.neg(exponential(sub, []));
  const noBoost = lax.bitwiseOr(boosted, lax.eq(logUniform, 0));
  const boost = lax.select(noBoost, 0, lax.mul(logUniform, lax.div(1, a)));
  return lax.add(lax.add(lax.log(d), lax.log(v)), boost);
}
/**
 * Gamma with shape parameter `a` and scale 1.
 * @example random.gamma(random.key(0), 2, [2]) // => [1.5898, 1.7599]
 */
export const gamma = (k: Key, a: lax.TensorLike, shape: Shape): Tensor => lax.exp(loggamma(k, a, shape));
/**
 * Chi-square with the given degrees of freedom.
 * @example random.chisquare(random.key(0), 3, [2]) // => [2.2051, 2.49]
 */
export const chisquare = (k: Key, degrees: number, shape: Shape): Tensor => lax.mul(gamma(k, degrees / 2, shape), 2);
/**
 * Student's t.
 * @example random.t(random.key(0), 3, [2]) // => [0.69022, -3.2393]
 */
export function t(k: Key, degrees: number, shape: Shape): Tensor {
  const [a, b] = splitKeys(k);
  return lax.mul(normal(a, shape), lax.sqrt(lax.div(degrees / 2, gamma(b, degrees / 2, shape))));
}
/**
 * Beta with parameters `a` and `b`.
 * @example random.beta(random.key(0), 2, 3, [2]) // => [0.23627, 0.49046]
 */
export function beta(k: Key, a: lax.TensorLike, b: lax.TensorLike, shape: Shape): Tensor {
  const [ka, kb] = splitKeys(k);
  const [x, y] = [loggamma(ka, a, shape), loggamma(kb, b, shape)];
  const top = lax.max(x, y);
  const [p, q] = [lax.exp(lax.sub(x, top)), lax.exp(lax.sub(y, top))];
  return lax.div(p, lax.add(p, q));
}
/**
 * Points of the simplex: `[...shape, n]` for `alpha: [n]`.
 * @example np.sum(random.dirichlet(random.key(0), np.array([1, 2, 3]))) // => 1
 */
export function dirichlet(k: Key, alpha: Tensor, shape: Shape = []): Tensor {
  const logs = loggamma(k, alpha, [...shape, alpha.shape[alpha.ndim - 1]]);
  const e = np.exp(np.subtract(logs, np.max(logs, { axis: -1, keepdims: true })));
  return np.divide(e, np.sum(e, { axis: -1, keepdims: true }));
}
/**
 * Normal vectors with mean `[n]` and covariance `[n, n]`: `[...shape, n]`.
 * @example random.multivariateNormal(random.key(0), np.zeros([2]), np.eye(2)) // => [1.6226, 2.0253]
 */
export function multivariateNormal(k: Key, mean: Tensor, covariance: Tensor, shape: Shape = []): Tensor {
  const n = mean.shape[mean.ndim - 1];
  const l = np.linalg.cholesky(covariance);
  return np.add(mean, np.einsum('ij,...j->...i', l, normal(k, [...shape, n])));
}

/** Elements in random order along `axis`, by repeated sorting with random keys (JAX's algorithm). */
function shuffled(k: Key, x: Tensor, axis: number): Tensor {
  const rounds = Math.ceil((3 * Math.log(Math.max(1, x.size))) / Math.log(2 ** 32 - 1));
  let key = k;
  let out = x;
  for (let i = 0; i < rounds; i++) {
    const [next, sub] = splitKeys(key);
    key = next;
    out = lax.sort([bits(sub, x.shape), out], axis)[1];
  }
  return out;
}
/**
 * 0 … n − 1 in random order (for a number), or the slabs of `axis` of a tensor (`independent`: each line by itself).
 * @example random.permutation(random.key(0), 5) // => [0, 1, 4, 3, 2]
 */
export function permutation(
  k: Key,
  x: number | Tensor,
  o: { readonly axis?: number; readonly independent?: boolean } = {},
): Tensor {
  if (typeof x === 'number') return shuffled(k, lax.iota('i32', x), 0);
  requireOptions(o, ['axis', 'independent'], 'permutation');
  requireTensor(x, 'what permutation puts in order');
  const axis = np.normalizeAxis(o.axis ?? 0, x.ndim);
  if (o.independent || x.ndim === 1) return shuffled(k, x, axis);
  return np.take(x, shuffled(k, lax.iota('i32', x.shape[axis]), 0), axis);
}
/**
 * A tensor's slabs of `axis` in random order.
 * @example random.shuffle(random.key(0), np.array([1, 2, 3])) // => [1, 2, 3]
 */
export const shuffle = (k: Key, x: Tensor, axis = 0): Tensor => permutation(k, x, { axis });

export interface ChoiceOptions {
  /** Default true. */
  readonly replace?: boolean;
  /** Probabilities `[n]`; default equal. */
  readonly p?: Tensor;
  readonly axis?: number;
}
/**
 * Random elements of 0 … a − 1 (a number) or of a tensor's slabs along `axis`.
 * @example random.choice(random.key(0), 5, [3], { replace: false }) // => [0, 1, 4]
 */
export function choice(k: Key, a: number | Tensor, shape: Shape = [], o: ChoiceOptions = {}): Tensor {
  requireOptions(o, ['replace', 'p', 'axis'], 'choice');
  if (typeof a !== 'number') requireTensor(a, 'what choice draws from');
  requireSizes(shape, 'the shape of choice');
  const axis = typeof a === 'number' ? 0 : np.normalizeAxis(o.axis ?? 0, a.ndim);
  const n = typeof a === 'number' ? a : a.shape[axis];
  const draws = product(shape);
  const replace = o.replace ?? true;
  if (!replace && draws > n) throw new UserError('api/choice', `cannot draw ${draws} of ${n} without replacement`);
  const pick = (index: Tensor): Tensor => (typeof a === 'number' ? index : np.take(a, index, axis));
  if (!o.p) {
    if (replace) return pick(randint(k, shape, 0, n));
    const all = permutation(k, a, { axis });
    const first = np.slice(all, axis, 0, draws);
    return typeof a === 'number'
      ? lax.reshape(first, shape)
      : lax.reshape(first, [...a.shape.slice(0, axis), ...shape, ...a.shape.slice(axis + 1)]);
  }
  if (replace) {
    const cumulative = np.cumsum(o.p, 0);
    const total = np.index(cumulative, 0, -1);
    const r = lax.mul(np.broadcastTo(total, shape), lax.sub(1, uniform(k, shape)));
    return pick(np.searchsorted(cumulative, r));
  }
  const scores = lax.add(gumbel(k, [n]), lax.log(o.p));
  const order = lax.sort([lax.neg(scores), lax.iota('i32', n)], 0)[1];
  return pick(lax.reshape(lax.slice(order, [0], [draws]), shape));
}
/**
 * Density ∝ exp(−|x|ᵖ).
 * @example random.generalizedNormal(random.key(0), 1.5, [2]) // => [1.0604, 0.089208]
 */
export function generalizedNormal(k: Key, p: number, shape: Shape): Tensor {
  const [a, b] = splitKeys(k);
  const g = gamma(a, 1 / p, shape);
  return lax.mul(lax.convertElementType(rademacher(b, shape), 'f32'), lax.pow(g, 1 / p));
}
/**
 * Uniform points in the unit ball of `d` dimensions in the `p`-norm: `[...shape, d]`.
 * @example np.less(np.linalg.norm(random.ball(random.key(0), 3)), 1) // => true
 */
export function ball(k: Key, d: number, shape: Shape = [], p = 2): Tensor {
  const [a, b] = splitKeys(k);
  const g = generalizedNormal(a, p, [...shape, d]);
  const e = exponential(b, shape);
  const size = lax.pow(lax.add(np.sum(lax.pow(lax.abs(g), p), { axis: -1 }), e), 1 / p);
  return np.divide(g, np.expandDims(size, -1));
}
/**
 * Random orthogonal matrices, uniformly distributed: `[...shape, n, m]` (default m = n); orthonormal along the shorter side.
 * @example
 * const q = random.orthogonal(random.key(0), 2);
 * np.round(np.matmul(np.transpose(q), q), 4) // => [[1, 0], [0, 1]]
 */
export function orthogonal(k: Key, n: number, shape: Shape = [], m = n): Tensor {
  const z = normal(k, [...shape, Math.max(n, m), Math.min(n, m)]);
  const [q, r] = np.linalg.qr(z);
  const x = np.multiply(q, np.expandDims(lax.sign(np.diagonal(r, 0, -2, -1)), -2));
  return n < m ? np.matrixTranspose(x) : x;
}
/**
 * Inverse Gaussian (Wald) with the given mean and scale 1. Source: Michael, Schucany & Haas 1976.
 * @example random.wald(random.key(0), 1, [2]) // => [0.3806, 0.41567]
 */
export function wald(k: Key, mean: lax.TensorLike, shape: Shape): Tensor {
  const [a, b] = splitKeys(k);
  const mu = np.broadcastTo(lax.asTensor(mean), shape);
  const v = normal(a, shape);
  const z = uniform(b, shape);
  const y = lax.mul(v, v);
  const squared = lax.mul(mu, mu);
  const root = lax.sqrt(lax.add(lax.mul(lax.mul(mu, 4), y), lax.mul(squared, lax.mul(y, y))));
  const x = lax.sub(lax.add(mu, lax.div(lax.mul(squared, y), 2)), lax.mul(lax.div(mu, 2), root));
  return lax.select(lax.le(z, lax.div(mu, lax.add(mu, x))), x, lax.div(squared, x));
}
/**
 * Triangular on [left, right] with the given mode.
 * @example random.triangular(random.key(0), 0, 1, 2, [2]) // => [1.6765, 1.793]
 */
export function triangular(k: Key, left: number, mode: number, right: number, shape: Shape): Tensor {
  const fc = (mode - left) / (right - left);
  const u = uniform(k, shape);
  const low = lax.add(lax.sqrt(lax.mul(u, (right - left) * (mode - left))), left);
  const high = lax.sub(right, lax.sqrt(lax.mul(lax.sub(1, u), (right - left) * (right - mode))));
  return lax.select(lax.lt(u, fc), low, high);
}
/**
 * Number of trials until the first success of probability `p`: i32.
 * @example random.geometric(random.key(0), 0.3, [4]) // => [1, 1, 4, 3]
 */
export function geometric(k: Key, p: number, shape: Shape): Tensor {
  const u = uniform(k, shape);
  const logU = lax.log(lax.select(lax.eq(u, 0), 1, u));
  return lax.convertElementType(lax.add(lax.floor(lax.div(logU, Math.log1p(-p))), 1), 'i32');
}

/**
 * F distribution: a ratio of chi-squares over their degrees of freedom.
 * @example random.f(random.key(0), 3, 4, [2]) // => [2.7039, 0.22601]
 */
export function f(k: Key, numerator: number, denominator: number, shape: Shape): Tensor {
  const [b, a] = splitKeys(k);
  return lax.div(
    lax.div(chisquare(a, numerator, shape), numerator),
    lax.div(chisquare(b, denominator, shape), denominator),
  );
}
/**
 * Maxwell with a random sign, shifted and scaled.
 * @example random.doubleSidedMaxwell(random.key(0), 0, 1, [2]) // => [1.5457, 1.5741]
 */
export function doubleSidedMaxwell(k: Key, location: number, scale: number, shape: Shape): Tensor {
  const [a, b] = splitKeys(k);
  return lax.add(
    lax.mul(lax.mul(maxwell(a, shape), lax.convertElementType(rademacher(b, shape), 'f32')), scale),
    location,
  );
}
/**
 * The raw words of a key; keys here are their words.
 * @example random.keyData(random.key(42)) // => [0, 42]
 */
export const keyData = (k: Key): Tensor => k;
/**
 * A key from its words `u32[2]`.
 * @example random.wrapKeyData(np.array([0, 42], 'u32')) // => [0, 42]
 */
export const wrapKeyData = (data: Tensor): Key => data;
/**
 * The same key; keys are immutable.
 * @example random.clone(random.key(0)) // => [0, 0]
 */
export const clone = (k: Key): Key => k;
/**
 * Name of the generator: there is one, with JAX's default bits.
 * @example random.keyImpl(random.key(0)) // => 'threefry2x32'
 */
export const keyImpl = (_: Key): 'threefry2x32' => 'threefry2x32';
