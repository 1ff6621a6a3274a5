/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.dotGeneral",
    expected: "[[3, 3], [3, 3]]",
    run: async () => {
      return lax.dotGeneral(np.ones([2, 3]), np.ones([2, 3]), { lhsContractingDimensions: [1], rhsContractingDimensions: [1] });
    },
  },
  {
    name: "lax.reduce",
    expected: "[4, 6]",
    run: async () => {
      return lax.reduce(np.array([[1, 2], [3, 4]]), 'sum', [0]);
    },
  },
  {
    name: "lax.sort",
    expected: "[[1, 2, 3], [10, 20, 30]]",
    run: async () => {
      return lax.sort([np.array([3, 1, 2]), np.array([30, 10, 20])]);
    },
  },
];
