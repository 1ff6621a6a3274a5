import { range, type Shape } from '../../base/index.ts';
import * as lax from '../lax/core.ts';
import { lgamma } from '../lax/special.ts';
import * as np from '../numpy/index.ts';
import type { Tensor } from '../trace/tensor.ts';
import { scan, whileLoop } from '../transforms/control-flow.ts';
import { type Key, split, splitKeys, uniform } from './keys.ts';

/* Distributions of counts, by rejection loops with JAX's order of keys and its arithmetic, so that samples agree. */

const someOf = (p: Tensor): Tensor => lax.reduce(p, 'or', range(p.ndim));
const filled = (shape: Shape, value: number): Tensor => np.full(shape, value);

/** Multiplies uniforms until the product falls below e^−λ. Source: Knuth, TAOCP 3.4.1. */
function poissonByProducts(k: Key, rate: Tensor): Tensor {
  const limit = lax.neg(rate);
  const [, counts] = whileLoop(
    ([, , logs]: Tensor[]) => someOf(lax.gt(logs, limit)),
    ([key, count, logs]) => {
      const [next, sub] = splitKeys(key);
      const more = lax.select(lax.gt(logs, limit), lax.add(count, 1), count);
      return [next, more, lax.add(logs, lax.log(uniform(sub, rate.shape)))];
    },
    [k, np.zeros(rate.shape, 'i32'), filled(rate.shape, 0)],
  );
  return lax.sub(counts, 1);
}
/** Transformed rejection. Source: Hörmann, "The transformed rejection method for generating Poisson random variables" (1993). */
function poissonByRejection(k: Key, rate: Tensor): Tensor {
  const logRate = lax.log(rate);
  const b = lax.add(lax.mul(lax.sqrt(rate), 2.53), 0.931);
  const a = lax.add(lax.mul(b, 0.02483), -0.059);
  const inverseAlpha = lax.add(lax.div(1.1328, lax.sub(b, 3.4)), 1.1239);
  const vr = lax.sub(0.9277, lax.div(3.6224, lax.sub(b, 2)));
  const [, , counts] = whileLoop(
    ([, accepted]: Tensor[]) => someOf(lax.bitwiseNot(accepted)),
    ([key, accepted, out]) => {
      const [next, ku, kv] = splitKeys(key, 3);
      const u = lax.sub(uniform(ku, rate.shape), 0.5);
      const v = uniform(kv, rate.shape);
      const distance = lax.sub(0.5, lax.abs(u));
      const slope = lax.add(lax.div(lax.mul(a, 2), distance), b);
      const count = lax.floor(lax.add(lax.add(lax.mul(slope, u), rate), 0.43));
      const density = lax.add(lax.div(a, lax.mul(distance, distance)), b);
      const s = lax.log(lax.div(lax.mul(v, inverseAlpha), density));
      const t = lax.sub(lax.add(lax.neg(rate), lax.mul(count, logRate)), lgamma(lax.add(count, 1)));
      const surely = lax.bitwiseAnd(lax.ge(distance, 0.07), lax.le(v, vr));
      const never = lax.bitwiseOr(lax.lt(count, 0), lax.bitwiseAnd(lax.lt(distance, 0.013), lax.gt(v, distance)));
      const accept = lax.bitwiseOr(surely, lax.bitwiseAnd(lax.bitwiseNot(never), lax.le(s, t)));
      return [next, lax.bitwiseOr(accepted, accept), lax.select(accept, count, out)];
    },
    [k, lax.lt(rate, Number.NEGATIVE_INFINITY), filled(rate.shape, -1)],
  );
  return lax.convertElementType(counts, 'i32');
}
/**
 * Number of events of rate `lambda` (a number or a tensor that broadcasts to `shape`): i32.
 * @example random.poisson(random.key(0), 4, [4]) // => [0, 1, 5, 5]
 */
export function poisson(k: Key, lambda: lax.TensorLike, shape?: Shape): Tensor {
  const given = lax.asTensor(lambda);
  const rate = np.broadcastTo(given, shape ?? given.shape);
  const isSmall = lax.bitwiseOr(lax.ne(rate, rate), lax.lt(rate, 10));
  const small = poissonByProducts(k, lax.select(isSmall, rate, 0));
  const large = poissonByRejection(k, lax.select(isSmall, 1e5, rate));
  const counts = lax.select(isSmall, small, large);
  return lax.select(lax.eq(rate, 0), 0, counts);
}

/** Adds geometric waiting times until they exceed the number of trials. Source: Devroye 1986, X.4.3. */
function binomialByWaiting(k: Key, trials: Tensor, p: Tensor): Tensor {
  const logFailure = lax.log1p(lax.neg(p));
  const [, , counts] = whileLoop(
    ([, sum]: Tensor[]) => someOf(lax.le(sum, trials)),
    ([key, sum, count]) => {
      const [sub, next] = splitKeys(key);
      const more = lax.select(lax.le(sum, trials), lax.add(count, 1), count);
      const wait = lax.ceil(lax.div(lax.log(uniform(sub, p.shape)), logFailure));
      return [next, lax.add(sum, wait), more];
    },
    [k, filled(p.shape, 0), filled(p.shape, 0)],
  );
  return lax.sub(counts, 1);
}
const stirlingTails = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
];
/** log k! minus Stirling's approximation of it. */
function stirlingTail(count: Tensor): Tensor {
  const k = lax.clamp(0, count, 9);
  const next = lax.add(k, 1);
  const square = lax.mul(next, next);
  const inner = lax.sub(1 / 360, lax.div(1 / 1260, square));
  const approximate = lax.div(lax.sub(1 / 12, lax.div(inner, square)), next);
  const index = lax.convertElementType(lax.floor(k), 'i32');
  return lax.select(lax.le(count, 9), np.take(np.array(stirlingTails), index), approximate);
}
/** Transformed rejection with squeeze. Source: Hörmann, "The generation of binomial random variates" (1993), BTRS. */
function binomialByRejection(k: Key, n: Tensor, p: Tensor): Tensor {
  const deviation = lax.sqrt(lax.mul(lax.mul(n, p), lax.sub(1, p)));
  const b = lax.add(lax.mul(deviation, 2.53), 1.15);
  const a = lax.add(lax.add(lax.mul(b, 0.0248), -0.0873), lax.mul(p, 0.01));
  const c = lax.add(lax.mul(n, p), 0.5);
  const vr = lax.sub(0.92, lax.div(4.2, b));
  const r = lax.div(p, lax.sub(1, p));
  const alpha = lax.mul(lax.add(lax.div(5.1, b), 2.83), deviation);
  const m = lax.floor(lax.mul(lax.add(n, 1), p));
  const rest = (x: Tensor): Tensor => lax.add(lax.sub(n, x), 1);
  const [, , counts] = whileLoop(
    ([, accepted]: Tensor[]) => someOf(lax.bitwiseNot(accepted)),
    ([key, accepted, out]) => {
      const [next, ku, kv] = splitKeys(key, 3);
      const u = lax.sub(uniform(ku, p.shape), 0.5);
      const v = uniform(kv, p.shape);
      const us = lax.sub(0.5, lax.abs(u));
      const surely = lax.bitwiseAnd(lax.ge(us, 0.07), lax.le(v, vr));
      const count = lax.floor(lax.add(lax.mul(lax.add(lax.div(lax.mul(a, 2), us), b), u), c));
      const never = lax.bitwiseOr(lax.lt(count, 0), lax.gt(count, n));
      const height = lax.log(lax.div(lax.mul(v, alpha), lax.add(lax.div(a, lax.mul(us, us)), b)));
      const bound = [
        lax.mul(lax.add(m, 0.5), lax.log(lax.div(lax.add(m, 1), lax.mul(r, rest(m))))),
        lax.mul(lax.add(n, 1), lax.log(lax.div(rest(m), rest(count)))),
        lax.mul(lax.add(count, 0.5), lax.log(lax.div(lax.mul(r, rest(count)), lax.add(count, 1)))),
        stirlingTail(m),
        stirlingTail(lax.sub(n, m)),
        lax.neg(stirlingTail(count)),
        lax.neg(stirlingTail(lax.sub(n, count))),
      ].reduce((x, y) => lax.add(x, y));
      const accept = lax.bitwiseOr(surely, lax.bitwiseAnd(lax.bitwiseNot(never), lax.le(height, bound)));
      return [next, lax.bitwiseOr(accepted, accept), lax.select(accept, count, out)];
    },
    [k, lax.lt(p, Number.NEGATIVE_INFINITY), filled(p.shape, -1)],
  );
  return counts;
}
/**
 * Successes among `n` trials of probability `p` (numbers, or tensors that broadcast to `shape`): whole numbers in f32, as in
 * JAX. NaN for a negative `n` or a `p` that is negative or NaN.
 * @example random.binomial(random.key(0), 10, 0.5, [4]) // => [6, 7, 5, 6]
 */
export function binomial(k: Key, n: lax.TensorLike, p: lax.TensorLike, shape?: Shape): Tensor {
  const [a, b] = [lax.convertElementType(lax.asTensor(n), 'f32'), lax.asTensor(p)];
  const size = shape ?? np.broadcastShapes(a.shape, b.shape);
  const [given, prob] = [np.broadcastTo(a, size), np.broadcastTo(b, size)];
  const isLow = lax.lt(prob, 0.5);
  const chosen = lax.select(isLow, prob, lax.sub(1, prob));
  const badTrials = lax.bitwiseOr(lax.ne(given, given), lax.lt(given, 0));
  const badChance = lax.bitwiseOr(lax.ne(chosen, chosen), lax.lt(chosen, 0));
  const q = lax.select(badChance, 0.01, chosen);
  const byWaiting = lax.bitwiseOr(badTrials, lax.le(lax.mul(given, q), 10));
  const trials = lax.floor(given);
  const few = binomialByWaiting(k, lax.select(byWaiting, trials, 0), q);
  const many = binomialByRejection(k, lax.select(byWaiting, 1e4, trials), lax.select(byWaiting, 0.5, q));
  const invalid = lax.bitwiseOr(badTrials, badChance);
  const counts = lax.select(invalid, Number.NaN, lax.select(byWaiting, few, many));
  const isEndless = lax.bitwiseAnd(lax.eq(given, Number.POSITIVE_INFINITY), lax.bitwiseNot(invalid));
  const samples = lax.select(isEndless, Number.POSITIVE_INFINITY, counts);
  const asIs = lax.bitwiseOr(lax.bitwiseOr(isLow, invalid), isEndless);
  return lax.select(asIs, samples, lax.sub(trials, samples));
}
/**
 * Counts of `n` draws from categories of probabilities `p: […, categories]`: f32 of `p`'s shape, by conditional binomials.
 * @example random.multinomial(random.key(0), 10, np.array([0.2, 0.3, 0.5])) // => [1, 1, 8]
 */
export function multinomial(k: Key, n: lax.TensorLike, p: Tensor, shape: Shape = p.shape): Tensor {
  const trials = np.broadcastTo(lax.convertElementType(lax.asTensor(n), 'f32'), shape.slice(0, -1));
  const chances = np.moveaxis(np.broadcastTo(p, shape), -1, 0);
  const remaining = lax.rev(np.cumsum(lax.rev(chances, [0]), 0), [0]);
  const ratios = lax.div(chances, lax.select(lax.eq(remaining, 0), 1, remaining));
  const [, counts] = scan(
    (left: Tensor, [ratio, key]: [Tensor, Tensor]) => {
      const count = binomial(key, left, np.clip(ratio, 0, 1));
      return [lax.sub(left, count), count] as const;
    },
    trials,
    [ratios, split(k, chances.shape[0])] as [Tensor, Tensor],
  );
  return np.moveaxis(counts, 0, -1);
}
