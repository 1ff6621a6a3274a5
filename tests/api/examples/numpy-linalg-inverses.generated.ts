/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.linalg.cond",
    expected: "2",
    run: async () => {
      return np.linalg.cond([[2, 0], [0, 1]]);
    },
  },
  {
    name: "np.linalg.lstsq",
    expected: "[1, 2]",
    run: async () => {
      return np.linalg.lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])[0];
    },
  },
  {
    name: "np.linalg.matrixRank",
    expected: "1",
    run: async () => {
      return np.linalg.matrixRank([[1, 2], [2, 4]]);
    },
  },
  {
    name: "np.linalg.pinv",
    expected: "[[0.5, 0], [0, 0]]",
    run: async () => {
      return np.linalg.pinv([[2, 0], [0, 0]]);
    },
  },
  {
    name: "np.linalg.tensorinv",
    expected: "[[0.5, 0], [0, 0.25]]",
    run: async () => {
      return np.linalg.tensorinv(np.reshape([2, 0, 0, 4], [2, 2]), 1);
    },
  },
  {
    name: "np.linalg.tensorsolve",
    expected: "[1, 1]",
    run: async () => {
      return np.linalg.tensorsolve([[2, 0], [0, 4]], [2, 4]);
    },
  },
];
