/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.at",
    expected: "[1, 9, 3]",
    run: async () => {
      return np.at(np.array([1, 2, 3]), 1).set(9);
    },
  },
  {
    name: "np.getItem",
    expected: "[3, 4]",
    run: async () => {
      return np.getItem(np.array([[1, 2], [3, 4]]), 1);
    },
  },
];
