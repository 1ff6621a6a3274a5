import { grad, jit, np, type Tensor } from '../../../src/index.ts';
import type { Module } from '../../../src/ir/index.ts';
import { mulberry } from '../../random-numbers.ts';

/* Programs whose shardings are planned in tests. */

const zeros = (...shape: number[]): Tensor => np.zeros(shape);

/** A traced function as the partitioner gets it. */
export function optimized<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): Module {
  return jit(f)
    .lower(...args)
    .stages.get('optimized')!;
}

/** One step of gradient descent: the new weights, each in the place of the old one. */
export function mlpTraining(layers: number, batch: number, hidden: number): Module {
  const step = (ws: Tensor[], x: Tensor, y: Tensor): Tensor[] => {
    const loss = (all: Tensor[]): Tensor => {
      const error = np.subtract(
        all.reduce((h, w) => np.tanh(np.matmul(h, w)), x),
        y,
      );
      return np.mean(np.multiply(error, error));
    };
    const gradients = grad(loss)(ws);
    return ws.map((w, i) => np.subtract(w, gradients[i]));
  };
  const weights = Array.from({ length: layers }, () => zeros(hidden, hidden));
  return optimized(step, weights, zeros(batch, hidden), zeros(batch, hidden));
}

/** Products, sums, transposes and elementwise functions in a random order. */
export function randomProgram(seed: number, numOps: number): Module {
  const random = mulberry(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const sizes = [4, 6, 8];
  const args = Array.from({ length: 2 }, () => zeros(pick(sizes), pick(sizes)));
  const f = (...xs: Tensor[]): Tensor[] => {
    const values = [...xs];
    for (let k = 0; k < numOps; k++) {
      const x = pick(values);
      const fits = values.filter((y) => y.shape[0] === x.shape[1]);
      const same = values.filter((y) => `${y.shape}` === `${x.shape}`);
      const made = [
        () => np.transpose(x),
        () => np.tanh(x),
        () => np.subtract(x, np.sum(x, { axis: 1, keepdims: true })),
        () => np.add(x, pick(same)),
        () => (fits.length > 0 ? np.matmul(x, pick(fits)) : np.matmul(np.transpose(x), x)),
      ];
      values.push(pick(made)());
    }
    return values.slice(-2);
  };
  return optimized(f, ...args);
}
