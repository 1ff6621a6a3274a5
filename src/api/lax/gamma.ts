import { range, realDType } from '../../base/index.ts';
import { Tensor } from '../trace/tensor.ts';
import { splat } from '../trace/trace.ts';
import { whileLoop } from '../transforms/control-flow.ts';
import { jvp } from '../transforms/grad.ts';
import { recursiveJvp } from '../transforms/recursive-jvp.ts';
import {
  abs,
  add,
  asTensor,
  bitwiseAnd,
  bitwiseNot,
  div,
  eq,
  exp,
  gt,
  log,
  log1p,
  lt,
  mul,
  neg,
  reduce,
  select,
  sub,
  type TensorLike,
} from './core.ts';
import { digamma, lgamma, likePair } from './special.ts';

/*
 * Incomplete gamma and beta functions of real arguments, elementwise, by series and continued fractions that run until every
 * element has converged. Sources: Numerical Recipes 6.2 and 6.4; DLMF 8.7, 8.9 and 8.17.
 */

const MAX_STEPS = 2000;
const like = (t: Tensor, value: number): Tensor => splat(t.dtype, t.shape, value);
const epsilon = (t: Tensor): number => (realDType(t.dtype) === 'f64' ? 2 ** -52 : 2 ** -23);
const someOf = (p: Tensor): Tensor => reduce(p, 'or', range(p.ndim));

/** Steps `next(state)` while `isRunning(old, new)` holds for an element; finished elements keep their values. */
function iterate(
  start: readonly Tensor[],
  isActive: Tensor,
  next: (state: readonly Tensor[]) => { readonly state: readonly Tensor[]; readonly isRunning: Tensor },
): Tensor[] {
  const loop = whileLoop(
    ([count, running]: Tensor[]) => bitwiseAnd(lt(count, MAX_STEPS), someOf(running)),
    ([count, running, ...state]) => {
      const step = next(state);
      const kept = step.state.map((t, i) => select(running, t, state[i]));
      return [add(count, 1), bitwiseAnd(running, step.isRunning), ...kept];
    },
    [asTensor(0, 'i32'), isActive, ...start],
  );
  return loop.slice(2);
}

/**
 * An elementwise function whose loops cannot run backwards, with partial derivatives from forward mode, so that reverse mode
 * passes through it too.
 */
const elementwiseByForwardMode = (f: (...xs: Tensor[]) => Tensor): ((...xs: Tensor[]) => Tensor) =>
  recursiveJvp(f, (self, xs: Tensor[], dxs: Tensor[]) => {
    const partials = xs.map((_x, i) => {
      const direction = xs.map((t, k) => like(t, k === i ? 1 : 0));
      return mul(jvp(f, [...xs], direction)[1], dxs[i]);
    });
    return [self(...xs), partials.reduce((p, q) => add(p, q))];
  });
/**
 * A continued fraction goes on for as many steps as it took to converge, and eight more: its derivatives converge later.
 * `last` is the last step at which it had not.
 */
const untilSettled = (step: Tensor, last: Tensor, factor: Tensor): { last: Tensor; isRunning: Tensor } => {
  const now = select(gt(abs(sub(factor, 1)), epsilon(step)), step, last);
  return { last: now, isRunning: lt(step, add(mul(now, 2), 8)) };
};

/** Σ xⁿ / (a (a + 1) … (a + n)), so that P(a, x) = xᵃ e^−x / Γ(a) times it. */
function gammaSeries(a: Tensor, x: Tensor, isActive: Tensor): Tensor {
  const one = div(like(a, 1), a);
  const [, , sum] = iterate([a, one, one], isActive, ([r, c, total]) => {
    const n = add(r, 1);
    const term = mul(c, div(x, n));
    const t = add(total, term);
    return { state: [n, term, t], isRunning: gt(term, mul(t, epsilon(a) * 0.01)) };
  });
  return sum;
}
/** The continued fraction C with Q(a, x) = xᵃ e^−x / Γ(a) · C, by the modified Lentz method. */
function gammaFraction(a: Tensor, x: Tensor, isActive: Tensor): Tensor {
  const tiny = 1e-30;
  const b0 = add(sub(x, a), 1);
  const d0 = div(1, b0);
  const start = [like(a, 0), b0, like(a, 1 / tiny), d0, d0, like(a, 0)];
  const [, , , , h] = iterate(start, isActive, ([i, b, c, d, product, before]) => {
    const n = add(i, 1);
    const an = neg(mul(n, sub(n, a)));
    const bn = add(b, 2);
    const away = (v: Tensor): Tensor => select(lt(abs(v), tiny), like(v, tiny), v);
    const dn = div(1, away(add(mul(an, d), bn)));
    const cn = away(add(bn, div(an, c)));
    const factor = mul(dn, cn);
    const { last, isRunning } = untilSettled(n, before, factor);
    return {
      state: [n, bn, cn, dn, mul(product, factor), last],
      isRunning,
    };
  });
  return h;
}
/** Whether P or Q is computed, and the factor of xᵃ e^−x / Γ(a) in it. */
function gammaParts(
  a: Tensor,
  x: Tensor,
): { readonly isSeries: Tensor; readonly valid: Tensor; readonly factor: (a: Tensor, x: Tensor) => Tensor } {
  const isSeries = lt(x, add(a, 1));
  const valid = bitwiseAnd(bitwiseAnd(gt(a, 0), gt(x, 0)), lt(x, Number.POSITIVE_INFINITY));
  const factor = (p: Tensor, q: Tensor): Tensor => {
    const [sa, sx] = [select(valid, p, 1), select(valid, q, 1)];
    const forSeries = bitwiseAnd(valid, isSeries);
    const forFraction = bitwiseAnd(valid, bitwiseNot(isSeries));
    const series = gammaSeries(sa, select(forSeries, sx, 0), forSeries);
    const fraction = gammaFraction(sa, select(forFraction, sx, add(sa, 2)), forFraction);
    return select(isSeries, series, fraction);
  };
  return { isSeries, valid, factor };
}
/** xᵃ e^−x / Γ(a) */
const gammaWeight = (a: Tensor, x: Tensor): Tensor => exp(sub(sub(mul(a, log(x)), x), lgamma(a)));

function incompleteGamma(a: Tensor, x: Tensor, upper: boolean): Tensor {
  const { isSeries, valid, factor } = gammaParts(a, x);
  const part = mul(gammaWeight(select(valid, a, 1), select(valid, x, 1)), factor(a, x));
  const value = select(upper ? isSeries : bitwiseNot(isSeries), sub(1, part), part);
  const atZero = select(eq(x, 0), like(x, upper ? 1 : 0), like(x, Number.NaN));
  const atEnd = select(eq(x, Number.POSITIVE_INFINITY), like(x, upper ? 0 : 1), atZero);
  return select(valid, value, select(gt(a, 0), atEnd, like(x, Number.NaN)));
}
/** ∂P/∂a divided by xᵃ e^−x / Γ(a). */
function scaledGammaSlope(a: Tensor, x: Tensor): Tensor {
  const { isSeries, valid, factor } = gammaParts(a, x);
  const [sa, sx] = [select(valid, a, 1), select(valid, x, 1)];
  const [value, slope] = jvp((p: Tensor) => factor(p, sx), [sa], [like(sa, 1)]);
  const total = add(mul(sub(log(sx), digamma(sa)), value), slope);
  return select(valid, select(isSeries, total, neg(total)), like(x, 0));
}
const slopeInA = elementwiseByForwardMode((a, x) => {
  const valid = bitwiseAnd(gt(a, 0), bitwiseAnd(gt(x, 0), lt(x, Number.POSITIVE_INFINITY)));
  return mul(gammaWeight(select(valid, a, 1), select(valid, x, 1)), scaledGammaSlope(a, x));
});
/**
 * Derivative of `igamma(a, x)` in `a`.
 * @example lax.igammaGradA(2, np.array([1, 2])) // => [-0.2762, -0.294]
 */
export const igammaGradA = (a: TensorLike, x: TensorLike): Tensor => slopeInA(...likePair(a, x));
/** Density of the gamma distribution with shape `a` at `x`. */
const gammaDensity = (a: Tensor, x: Tensor): Tensor => exp(sub(sub(mul(sub(a, 1), log(x)), x), lgamma(a)));

const withGammaRule = (upper: boolean): ((a: Tensor, x: Tensor) => Tensor) =>
  recursiveJvp(
    (a: Tensor, x: Tensor) => incompleteGamma(a, x, upper),
    (self, [a, x], [da, dx]) => {
      const tangent = add(mul(igammaGradA(a, x), da), mul(gammaDensity(a, x), dx));
      return [self(a, x), upper ? neg(tangent) : tangent];
    },
  );
const lowerGamma = withGammaRule(false);
const upperGamma = withGammaRule(true);
/**
 * Regularized lower incomplete gamma function P(a, x), differentiable in both arguments.
 * @example lax.igamma(2, np.array([1, 2])) // => [0.26424, 0.59399]
 */
export const igamma = (a: TensorLike, x: TensorLike): Tensor => lowerGamma(...likePair(a, x));
/**
 * Regularized upper incomplete gamma function Q(a, x) = 1 − P(a, x), accurate where it is small.
 * @example lax.igammac(2, np.array([1, 2])) // => [0.73576, 0.40601]
 */
export const igammac = (a: TensorLike, x: TensorLike): Tensor => upperGamma(...likePair(a, x));

const sampleSlope = elementwiseByForwardMode((a, x) => neg(mul(x, scaledGammaSlope(a, x))));
/**
 * Derivative of a gamma sample in its shape parameter `a` at fixed randomness: −(∂P/∂a) / (∂P/∂x).
 * Source: Figurnov et al., "Implicit reparameterization gradients" (2018).
 * @example lax.randomGammaGrad(2, np.array([1, 2])) // => [0.75078, 1.0862]
 */
export const randomGammaGrad = (a: TensorLike, sample: TensorLike): Tensor => sampleSlope(...likePair(a, sample));

/** Continued fraction of the incomplete beta function, by the modified Lentz method. */
function betaFraction(a: Tensor, b: Tensor, x: Tensor, isActive: Tensor): Tensor {
  const tiny = 1e-30;
  const away = (v: Tensor): Tensor => select(lt(abs(v), tiny), like(v, tiny), v);
  const sum = add(a, b);
  const d0 = div(1, away(sub(1, div(mul(sum, x), add(a, 1)))));
  const start = [like(a, 0), like(a, 1), d0, d0, like(a, 0)];
  const [, , , h] = iterate(start, isActive, ([m0, c0, dd0, h0, before]) => {
    const m = add(m0, 1);
    const m2 = mul(m, 2);
    const even = div(mul(mul(m, sub(b, m)), x), mul(add(sub(a, 1), m2), add(a, m2)));
    const d1 = div(1, away(add(mul(even, dd0), 1)));
    const c1 = away(add(div(even, c0), 1));
    const h1 = mul(h0, mul(d1, c1));
    const odd = neg(div(mul(mul(add(a, m), add(sum, m)), x), mul(add(a, m2), add(add(a, 1), m2))));
    const d2 = div(1, away(add(mul(odd, d1), 1)));
    const c2 = away(add(div(odd, c1), 1));
    const factor = mul(d2, c2);
    const { last, isRunning } = untilSettled(m, before, factor);
    return { state: [m, c2, d2, mul(h1, factor), last], isRunning };
  });
  return h;
}
function incompleteBeta(a: Tensor, b: Tensor, x: Tensor): Tensor {
  const valid = bitwiseAnd(bitwiseAnd(gt(a, 0), gt(b, 0)), bitwiseAnd(gt(x, 0), lt(x, 1)));
  const [sa, sb, sx] = [select(valid, a, 1), select(valid, b, 1), select(valid, x, 0.5)];
  const turned = gt(sx, div(add(sa, 1), add(add(sa, sb), 2)));
  const [p, q] = [select(turned, sb, sa), select(turned, sa, sb)];
  const y = select(turned, sub(1, sx), sx);
  const logBeta = sub(add(lgamma(p), lgamma(q)), lgamma(add(p, q)));
  const front = exp(sub(add(mul(p, log(y)), mul(q, log1p(neg(y)))), logBeta));
  const part = div(mul(front, betaFraction(p, q, y, valid)), p);
  const value = select(turned, sub(1, part), part);
  const parameters = bitwiseAnd(gt(a, 0), gt(b, 0));
  const edge = select(eq(x, 0), like(x, 0), select(eq(x, 1), like(x, 1), like(x, Number.NaN)));
  return select(valid, value, select(parameters, edge, like(x, Number.NaN)));
}
/** Derivatives in `a` and in `b`. */
const [betaSlopeA, betaSlopeB] = [0, 1].map((which) =>
  elementwiseByForwardMode((a, b, x) => {
    const direction = [like(a, which === 0 ? 1 : 0), like(a, which)];
    return jvp((p: Tensor, q: Tensor) => incompleteBeta(p, q, x), [a, b], direction as [Tensor, Tensor])[1];
  }),
);
const betaWithRule = recursiveJvp(incompleteBeta, (self, [a, b, x], [da, db, dx]) => {
  const logBeta = sub(add(lgamma(a), lgamma(b)), lgamma(add(a, b)));
  const density = exp(sub(add(mul(sub(a, 1), log(x)), mul(sub(b, 1), log1p(neg(x)))), logBeta));
  const tangent = add(add(mul(betaSlopeA(a, b, x), da), mul(betaSlopeB(a, b, x), db)), mul(density, dx));
  return [self(a, b, x), tangent];
});
/**
 * Regularized incomplete beta function I_x(a, b), differentiable in all arguments (JAX: in `x` only).
 * @example lax.betainc(2, 3, np.array([0.25, 0.5])) // => [0.26172, 0.6875]
 */
export function betainc(a: TensorLike, b: TensorLike, x: TensorLike): Tensor {
  const like = [x, a, b].find((t) => t instanceof Tensor) ?? asTensor(x);
  const [p, q, y] = [a, b, x].map((t) => likePair(like, t)[1]);
  return betaWithRule(p, q, y);
}
