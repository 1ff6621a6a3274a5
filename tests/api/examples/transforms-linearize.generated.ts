/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { linearTranspose, linearize, np, type Tensor, vjp } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "linearTranspose",
    expected: "[6]",
    run: async () => {
      return linearTranspose((x: Tensor) => np.multiply(x, 3), np.array(0))(np.array(2));
    },
  },
  {
    name: "linearize",
    expected: "[9, 6]",
    run: async () => {
      const [value, derivative] = linearize((x: Tensor) => np.square(x), np.array(3));
      return [value, derivative(np.array(1))];
    },
  },
  {
    name: "vjp",
    expected: "[9, [6]]",
    run: async () => {
      const [value, pullback] = vjp((x: Tensor) => np.square(x), np.array(3));
      return [value, pullback(np.array(1))];
    },
  },
];
