/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { isTensor, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "Tensor",
    expected: "[2, 2]",
    run: async () => {
      return np.array([[1, 2], [3, 4]]).shape;
    },
  },
  {
    name: "isTensor",
    expected: "[true, false]",
    run: async () => {
      return [isTensor(np.ones([2])), isTensor([1, 1])];
    },
  },
];
