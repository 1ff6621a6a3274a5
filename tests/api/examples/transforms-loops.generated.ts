/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { associativeScan, map, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "associativeScan",
    expected: "[1, 2, 6, 24]",
    run: async () => {
      return associativeScan((a: Tensor, b: Tensor) => np.multiply(a, b), np.array([1, 2, 3, 4]));
    },
  },
  {
    name: "map",
    expected: "[3, 7]",
    run: async () => {
      return map((x: Tensor) => np.sum(x), np.array([[1, 2], [3, 4]]));
    },
  },
];
