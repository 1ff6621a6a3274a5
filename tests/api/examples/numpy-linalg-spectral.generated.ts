/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.linalg.eigh",
    expected: "[1, 3]",
    run: async () => {
      return np.linalg.eigh([[2, 1], [1, 2]])[0];
    },
  },
  {
    name: "np.linalg.eigvalsh",
    expected: "[1, 3]",
    run: async () => {
      return np.linalg.eigvalsh([[2, 1], [1, 2]]);
    },
  },
  {
    name: "np.linalg.svd",
    expected: "[4, 3]",
    run: async () => {
      return np.linalg.svd([[3, 0], [0, -4]])[1];
    },
  },
  {
    name: "np.linalg.svdvals",
    expected: "[4, 3]",
    run: async () => {
      return np.linalg.svdvals([[3, 0], [0, -4]]);
    },
  },
];
