import { lax, np, type Tensor } from '../../api/index.ts';
import { Declared } from '../declared.ts';
import { adamRule, runningMean } from './adam.ts';
import { fromMatrices, type MatrixView, matrixView, toMatrices } from './matrix-view.ts';
import type { TensorRule } from './transformation.ts';

export interface ShampooOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  /** Of the means of the sides' squares. Default 0.95. */
  readonly shampooBeta?: number;
  /** Added to the sides' squares, as a share of their largest sum of a row: float32 needs 1e-7 or more. Default 1e-6. */
  readonly damping?: number;
  /** Updates between new roots. Default 10. */
  readonly every?: number;
  /** Sides that are larger are left as they are. Default 8,192. */
  readonly maxDim?: number;
}

/** The identity for each matrix. */
const identities = (x: Tensor): Tensor => np.broadcastTo(np.eye(x.shape[1]), x.shape);

/**
 * `x^(−1/4)` of symmetric positive matrices `f32[matrices, n, n]`, by products alone: the coupled Newton iteration, which converges for
 * whatever eigenvalues lie between 0 and the norm. Source: Iannazzo 2006; Anil et al. 2020, "Scalable Second Order Optimization".
 */
export function inverseFourthRoot(x: Tensor, damping: number, iterations = 40): Tensor {
  const identity = identities(x);
  const p = 4;
  // Largest sum of a row: no eigenvalue is larger, and a sharp bound is not needed.
  const norm = np.max(np.sum(np.abs(x), { axis: 2, keepdims: true }), { axis: 1, keepdims: true });
  const largest = np.maximum(norm, 1e-30);
  const damped = np.add(x, np.multiply(identity, np.multiply(largest, damping)));
  const z = np.divide(1 + p, np.multiply(2, np.multiply(largest, 1 + damping)));
  const start = { m: np.multiply(damped, z), h: np.multiply(identity, np.power(z, 1 / p)) };
  type Root = { readonly m: Tensor; readonly h: Tensor; readonly i: Tensor };
  const { h } = lax.whileLoop(
    ({ m, i }: Root) => {
      const isFar = np.greater(np.max(np.abs(np.subtract(m, identity))), 1e-6);
      return np.logicalAnd(np.less(i, iterations), isFar);
    },
    (s: Root) => {
      const step = np.divide(np.subtract(np.multiply(identity, p + 1), s.m), p);
      const square = np.matmul(step, step);
      return { m: np.matmul(np.matmul(square, square), s.m), h: np.matmul(s.h, step), i: np.add(s.i, 1) };
    },
    { ...start, i: np.zeros([], 'i32') } as Root,
  );
  return h;
}

/**
 * Gradients between roots of the sums of their squares from both sides, with the norm of Adam's step. Source: Gupta, Koren, Singer 2018;
 * grafting: Anil et al. 2020.
 */
export function shampooRule(o: ShampooOptions = {}): TensorRule {
  const { beta1 = 0.9, beta2 = 0.95, shampooBeta = 0.95, damping = 1e-6, every = 10, maxDim = 8192 } = o;
  const adam = adamRule({ beta1, beta2, epsilon: 1e-8 });
  const sizesOf = (d: Declared, { batch, sides }: MatrixView): [number, ...number[]] => {
    const count = (dims: readonly number[]): number => dims.reduce((n, i) => n * d.shape[i], 1);
    return [count(batch), count(sides[0]), count(sides[1])];
  };
  const names = ['left', 'right'] as const;
  return {
    slots(d) {
      const view = matrixView(d);
      if (!view) return adam.slots(d);
      const [matrices, ...sides] = sizesOf(d, view);
      const of = (n: number): Declared =>
        new Declared([matrices, n, n], ['matrices', 'row', 'column'], {
          init: { constant: 0 },
          dtype: 'f32',
          tags: [],
        });
      const kept = sides.flatMap((n, i) =>
        n > maxDim ? [] : [[names[i], of(n)] as const, [`${names[i]}Root`, of(n)] as const],
      );
      return { ...adam.slots(d), ...Object.fromEntries(kept) };
    },
    update(u) {
      const grafted = adam.update(u);
      const view = matrixView(u.declared);
      if (!view) return grafted;
      const g = toMatrices(u.update, u.declared, view);
      const isNew = np.equal(np.remainder(u.step, every), 0);
      const slots: Record<string, Tensor> = { ...grafted.slots };
      // The mean of gradients is what is turned, as Adam's step is one of means.
      let x = toMatrices(grafted.slots.mu, u.declared, view);
      for (const [i, name] of names.entries()) {
        if (!(name in u.slots)) continue;
        const turned = np.transpose(g, [0, 2, 1]);
        const square = i === 0 ? np.matmul(g, turned) : np.matmul(turned, g);
        const sums = runningMean(u.slots[name], square, shampooBeta);
        const root = lax.cond(
          isNew,
          (s: Tensor, _old: Tensor) => inverseFourthRoot(s, damping),
          (_s: Tensor, old: Tensor) => old,
          sums,
          u.slots[`${name}Root`],
        ) as Tensor;
        slots[name] = sums;
        slots[`${name}Root`] = root;
        x = i === 0 ? np.matmul(root, x) : np.matmul(x, root);
      }
      const norm = (t: Tensor): Tensor => np.sqrt(np.sum(np.square(t), { axis: [1, 2], keepdims: true }));
      const wanted = norm(toMatrices(grafted.update, u.declared, view));
      const scaled = np.multiply(x, np.divide(wanted, np.maximum(norm(x), 1e-30)));
      return { update: fromMatrices(scaled, u.declared, view), slots };
    },
  };
}
