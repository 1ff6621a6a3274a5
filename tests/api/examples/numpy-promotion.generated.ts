/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.broadcastShapes",
    expected: "[2, 3]",
    run: async () => {
      return lax.broadcastShapes([2, 1], [3]);
    },
  },
  {
    name: "np.broadcastTo",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return np.broadcastTo([1, 2], [2, 2]);
    },
  },
  {
    name: "np.promoteTypes",
    expected: "'bf16'",
    run: async () => {
      return np.promoteTypes('i32', 'bf16');
    },
  },
];
