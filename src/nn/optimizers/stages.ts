import { lax, np, type Tensor, tree } from '../../api/index.ts';
import { Declared, type DeclaredTree, mapDeclared, type Params } from '../declared.ts';
import { type Schedule, scheduleOf } from './schedules.ts';
import { eachTensor, stateless, type Transformation, zerosBeside } from './transformation.ts';

/* Stages that most optimizers share: clipping, decay of weights, the learning rate, means of weights, updates that are left out. */

/** Euclidean norm of all leaves together: `f32[]`. */
export function globalNorm(gradients: Params): Tensor {
  const squares = tree.leaves(gradients).map((g) => np.sum(np.square(np.astype(g as Tensor, 'f32'))));
  return np.sqrt(squares.reduce((a, b) => np.add(a, b)));
}

const mapTensors = (f: (t: Tensor) => Tensor, x: Params): Params => tree.map(f, x) as unknown as Params;

/** Scales the whole gradient down to a norm of at most `most`; logs the norm it had as `gradientNorm`. */
export const clipByGlobalNorm = (most: number): Transformation =>
  stateless((updates, context) => {
    const gradientNorm = context.gradientNorm ?? globalNorm(updates);
    const scale = np.minimum(1, np.divide(most, np.add(gradientNorm, 1e-12)));
    return { updates: mapTensors((g) => np.multiply(g, scale), updates), metrics: { gradientNorm } };
  });

/** Logs the norm of the gradient as `gradientNorm` and leaves it as it is. */
export const measureNorm: Transformation = stateless((updates, context) => ({
  updates,
  metrics: { gradientNorm: context.gradientNorm ?? globalNorm(updates) },
}));

/** Adds a share of each weight that is declared with `tag` to its update: weight decay. Source: Loshchilov & Hutter 2019. */
export const addDecayedWeights = (rate: number, tag = 'decay'): Transformation =>
  eachTensor(({ update, param, declared }) =>
    rate !== 0 && declared.has(tag) ? np.add(update, np.multiply(param, rate)) : update,
  );

/** Turns directions into steps down them: times minus the learning rate, which is logged as `learningRate`. */
export function descend(learningRate: number | Schedule): Transformation {
  const rateAt = scheduleOf(learningRate);
  return stateless((updates, { step }) => {
    const rate = rateAt(step);
    return { updates: mapTensors((u) => np.negative(np.multiply(u, rate)), updates), metrics: { learningRate: rate } };
  });
}

/** Leaves parameters with the tag as they are. */
export const freeze = (tag = 'frozen'): Transformation =>
  eachTensor(({ update, declared }) => (declared.has(tag) ? np.zerosLike(update) : update));

/** Each update scaled so that its norm is `coefficient` times that of its weights. Source: You et al. 2017 (LARS), 2020 (LAMB). */
export const scaleByTrustRatio = (coefficient = 1, epsilon = 0): Transformation =>
  eachTensor(({ update, param }) => {
    const norm = (x: Tensor): Tensor => np.sqrt(np.sum(np.square(x)));
    const [ofParam, ofUpdate] = [norm(param), norm(update)];
    const ratio = np.divide(np.multiply(ofParam, coefficient), np.add(ofUpdate, epsilon));
    const isZero = np.logicalOr(np.equal(ofParam, 0), np.equal(ofUpdate, 0));
    return np.multiply(update, np.where(isZero, 1, ratio));
  });

/**
 * Keeps a running mean of the weights, `e ← d·e + (1 − d)·p`, as its difference from them: `meanOfWeights` adds it. Put it last. With
 * `warmup` the factor of update n is at most (1 + n) / (10 + n).
 */
export function averageWeights(decay: number, warmup = true): Transformation {
  return {
    declare: (weights) => mapDeclared((d) => zerosBeside(d), weights) as DeclaredTree,
    update(updates, state, { step }) {
      const n = np.astype(step, 'f32');
      const factor = warmup ? np.minimum(decay, np.divide(np.add(n, 1), np.add(n, 10))) : np.full([], decay, 'f32');
      const next = tree.map(
        (difference: Tensor, u: Tensor) => np.multiply(factor, np.subtract(difference, u)),
        state,
        updates,
      );
      return { updates, state: next as unknown as Params };
    },
  };
}
/** The mean of the weights that `averageWeights` keeps. `state`: that stage's. */
export const meanOfWeights = (params: Params, state: Params): Params =>
  tree.map((p: Tensor, difference: Tensor) => np.add(p, difference), params, state) as unknown as Params;

export interface SkipOptions {
  /** Losses and norms remembered. Default 128. */
  readonly window?: number;
  /** How far above the mean, in standard deviations, either may lie. Default 6. */
  readonly sigmas?: number;
}

/**
 * Leaves an update out where the loss or the norm of the gradient is not a number, or lies far above those remembered, once there are
 * 64 (or half a window) of these: parameters and what `inner` keeps stay as they were. Logs `skipped` as 0 or 1. Source: OLMo and MaxText, `skip_step_on_spikes`.
 */
export function skipSpikes(inner: Transformation, { window = 128, sigmas = 6 }: SkipOptions = {}): Transformation {
  const ring = (): Declared => new Declared([window], ['window'], { init: { constant: 0 }, dtype: 'f32', tags: [] });
  const outlies = (x: Tensor, seen: Tensor, count: Tensor): Tensor => {
    const known = np.astype(np.less(np.arange(window), count), 'f32');
    const mean = np.divide(np.sum(np.multiply(seen, known)), np.maximum(count, 1));
    const square = np.sum(np.multiply(np.square(np.subtract(seen, mean)), known));
    const deviation = np.sqrt(np.divide(square, np.maximum(np.subtract(count, 1), 1)));
    const isFar = np.greater(x, np.add(mean, np.multiply(deviation, sigmas)));
    const enough = np.greaterEqual(count, Math.max(2, window / 2));
    return np.logicalOr(np.logicalNot(np.isfinite(x)), np.logicalAnd(enough, isFar));
  };
  return {
    declare: (weights) => ({
      inner: inner.declare(weights),
      seen: {
        losses: ring(),
        norms: ring(),
        count: new Declared([], [], { init: { constant: 0 }, dtype: 'f32', tags: [] }),
      },
    }),
    update(updates, state, context) {
      const seen = state.seen as { losses: Tensor; norms: Tensor; count: Tensor };
      const norm = context.gradientNorm ?? globalNorm(updates);
      const loss = context.loss ?? norm;
      const held = np.minimum(seen.count, window);
      const skip = np.logicalOr(outlies(loss, seen.losses, held), outlies(norm, seen.norms, held));
      const done = inner.update(updates, state.inner as Params, context);
      const unless = (now: Params, otherwise: (t: Tensor, i: number) => Tensor): Params => {
        const flat = tree.flatten(now);
        const leaves = (flat.leaves as Tensor[]).map((t, i) => np.where(skip, otherwise(t, i), t));
        return tree.unflatten(flat.treedef, leaves) as Params;
      };
      const before = tree.leaves(state.inner) as Tensor[];
      const at = np.astype(np.remainder(seen.count, window), 'i32');
      // A number that is none would spoil all means that come.
      const record = (values: Tensor, x: Tensor): Tensor =>
        lax.dynamicUpdateSlice(values, np.reshape(np.where(np.isfinite(x), x, np.mean(values)), [1]), [at]);
      const remembered = {
        losses: record(seen.losses, loss),
        norms: record(seen.norms, norm),
        count: np.add(seen.count, 1),
      };
      return {
        updates: unless(done.updates, (t) => np.zerosLike(t)),
        state: { inner: unless(done.state, (_, i) => before[i]), seen: remembered } as unknown as Params,
        metrics: { ...done.metrics, skipped: np.astype(skip, 'f32') },
      };
    },
  };
}
