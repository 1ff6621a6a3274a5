/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { checkpoint, customGradient, customJvp, customVjp, grad, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "checkpoint",
    expected: "0.36004",
    run: async () => {
      return grad(checkpoint((x: Tensor) => np.sin(np.sin(x))))(np.array(1));
    },
  },
  {
    name: "customGradient",
    expected: "1",
    run: async () => {
      const clipped = customGradient((x: Tensor) => [x, (ct: Tensor) => [np.clip(ct, -1, 1)]] as const);
      return grad((x: Tensor) => np.multiply(clipped(x), 5))(np.array(2));
    },
  },
  {
    name: "customJvp",
    expected: "2",
    run: async () => {
      const f = customJvp((x: Tensor) => np.exp(x), ([x], [t]) => [np.exp(x), np.multiply(t, 2)]);
      return grad(f)(np.array(0));
    },
  },
  {
    name: "customVjp",
    expected: "-1",
    run: async () => {
      const f = customVjp((x: Tensor) => np.abs(x), (x) => [np.abs(x), x] as const, (x, ct) => [np.multiply(ct, np.sign(x))]);
      return grad(f)(np.array(-3));
    },
  },
];
