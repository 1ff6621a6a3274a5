/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.dot",
    expected: "11",
    run: async () => {
      return np.dot([1, 2], [3, 4]);
    },
  },
  {
    name: "np.einsum",
    expected: "[3, 7]",
    run: async () => {
      return np.einsum('ij,j->i', [[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.matmul",
    expected: "[3, 7]",
    run: async () => {
      return np.matmul([[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.outer",
    expected: "[[3, 4], [6, 8]]",
    run: async () => {
      return np.outer([1, 2], [3, 4]);
    },
  },
];
