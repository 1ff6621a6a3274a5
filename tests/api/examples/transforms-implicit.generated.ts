/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { closureConvert, grad, lax, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "closureConvert",
    expected: "[]",
    run: async () => {
      return closureConvert((x: Tensor) => np.sin(x), np.array(1))[1];
    },
  },
  {
    name: "lax.customLinearSolve",
    expected: "[1, 1]",
    run: async () => {
      const a = np.array([[2, 0], [0, 4]]);
      return lax.customLinearSolve((x: Tensor) => np.matmul(a, x), np.array([2, 4]), (_, b) => np.linalg.solve(a, b));
    },
  },
  {
    name: "lax.customRoot",
    expected: "0.25",
    run: async () => {
      const root = (a: Tensor) => lax.customRoot((x: Tensor) => np.subtract(np.square(x), a), a, () => np.sqrt(a), (g, y) => np.divide(y, g(np.onesLike(y))));
      return grad(root)(np.array(4));
    },
  },
];
