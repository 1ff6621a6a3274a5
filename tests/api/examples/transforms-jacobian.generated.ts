/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { hessian, hvp, jacfwd, jacobian, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "hessian",
    expected: "[[0, 1], [1, 0]]",
    run: async () => {
      return hessian((x: Tensor) => np.prod(x))(np.array([2, 3]));
    },
  },
  {
    name: "hvp",
    expected: "[6, 0]",
    run: async () => {
      return hvp((x: Tensor) => np.sum(np.power(x, 3)), np.array([1, 2]), np.array([1, 0]));
    },
  },
  {
    name: "jacfwd",
    expected: "[[2, 0], [0, 4]]",
    run: async () => {
      return jacfwd((x: Tensor) => np.multiply(x, x))(np.array([1, 2]));
    },
  },
  {
    name: "jacobian",
    expected: "[[2, 0], [0, 4]]",
    run: async () => {
      return jacobian((x: Tensor) => np.multiply(x, x))(np.array([1, 2]));
    },
  },
];
