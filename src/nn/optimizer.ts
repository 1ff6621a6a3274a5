import { lax, np, type Tensor, tree } from '../api/index.ts';
import { type DeclaredTree, declarationsOf, type Params } from './declared.ts';

/** Decoupled weight decay Adam with warm-up, cosine decay and clipping by global norm. Source: Loshchilov & Hutter 2019. */
export interface AdamWConfig {
  readonly learningRate: number;
  /** How it falls after warm-up. Default `cosine`. */
  readonly schedule?: 'cosine' | 'linear' | 'constant';
  /** Learning rate at the end, as a fraction of the peak. */
  readonly finalFraction: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Largest norm of the whole gradient; larger ones are scaled down. */
  readonly clipNorm: number;
}

export interface AdamWState {
  /** Running mean of gradients, one per parameter. */
  readonly mu: Params;
  /** Running mean of squared gradients. */
  readonly nu: Params;
}

export function adamwInit(params: Params): AdamWState {
  const zeros = (): Params => tree.map((p: Tensor) => np.zerosLike(p), params) as unknown as Params;
  return { mu: zeros(), nu: zeros() };
}

/** Learning rate at a step: linear warm-up, then by the schedule to `finalFraction`. `step: i32[]` counted from 0. */
export function learningRateAt(step: Tensor, c: AdamWConfig): Tensor {
  const s = np.astype(step, 'f32');
  const warm = np.divide(np.add(s, 1), Math.max(1, c.warmupSteps));
  const { schedule = 'cosine' } = c;
  const progress = np.clip(np.divide(np.subtract(s, c.warmupSteps), Math.max(1, c.totalSteps - c.warmupSteps)), 0, 1);
  const cosine = np.add(
    np.multiply(np.add(np.cos(np.multiply(progress, Math.PI)), 1), 0.5 * (1 - c.finalFraction)),
    c.finalFraction,
  );
  const linear = np.subtract(1, np.multiply(progress, 1 - c.finalFraction));
  const after = schedule === 'cosine' ? cosine : schedule === 'linear' ? linear : np.onesLike(s);
  return np.multiply(np.where(np.less(s, c.warmupSteps), warm, after), c.learningRate);
}

/** Euclidean norm of all leaves together. */
export function globalNorm(gradients: Params): Tensor {
  const squares = tree.leaves(gradients).map((g) => np.sum(np.square(g as Tensor)));
  return np.sqrt(squares.reduce((a, b) => np.add(a, b)));
}

/** One update; returns new parameters, new state, and the norm before clipping. `step: i32[]` counted from 0. */
export function adamwUpdate(
  gradients: Params,
  state: AdamWState,
  params: Params,
  step: Tensor,
  declarations: DeclaredTree,
  c: AdamWConfig,
): { params: Params; state: AdamWState; gradientNorm: Tensor; learningRate: Tensor } {
  const gradientNorm = globalNorm(gradients);
  const scale = np.minimum(1, np.divide(c.clipNorm, np.add(gradientNorm, 1e-12)));
  const learningRate = learningRateAt(step, c);
  const t = np.add(np.astype(step, 'f32'), 1);
  const correction1 = np.subtract(1, np.power(c.beta1, t));
  const correction2 = np.subtract(1, np.power(c.beta2, t));
  const flat = tree.flatten(params);
  const [g, mu, nu] = [gradients, state.mu, state.nu].map((x) => tree.leaves(x) as Tensor[]);
  const decays = declarationsOf(declarations);
  const updated = (flat.leaves as Tensor[]).map((p, i) => {
    const clipped = np.multiply(g[i], scale);
    const newMu = np.add(np.multiply(mu[i], c.beta1), np.multiply(clipped, 1 - c.beta1));
    const newNu = np.add(np.multiply(nu[i], c.beta2), np.multiply(np.square(clipped), 1 - c.beta2));
    const direction = np.divide(
      np.divide(newMu, correction1),
      np.add(lax.sqrt(np.divide(newNu, correction2)), c.epsilon),
    );
    const decayed = decays[i].declared.has('decay') ? np.add(direction, np.multiply(p, c.weightDecay)) : direction;
    return { p: np.subtract(p, np.multiply(decayed, learningRate)), mu: newMu, nu: newNu };
  });
  const rebuild = (pick: 'p' | 'mu' | 'nu'): Params =>
    tree.unflatten(
      flat.treedef,
      updated.map((u) => u[pick]),
    ) as Params;
  return { params: rebuild('p'), state: { mu: rebuild('mu'), nu: rebuild('nu') }, gradientNorm, learningRate };
}
