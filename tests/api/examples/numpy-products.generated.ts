/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.cross",
    expected: "[0, 0, 1]",
    run: async () => {
      return np.cross([1, 0, 0], [0, 1, 0]);
    },
  },
  {
    name: "np.inner",
    expected: "11",
    run: async () => {
      return np.inner([1, 2], [3, 4]);
    },
  },
  {
    name: "np.kron",
    expected: "[1, 10, 2, 20]",
    run: async () => {
      return np.kron([1, 2], [1, 10]);
    },
  },
  {
    name: "np.matvec",
    expected: "[3, 7]",
    run: async () => {
      return np.matvec([[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.tensordot",
    expected: "[3, 7]",
    run: async () => {
      return np.tensordot([[1, 2], [3, 4]], [1, 1], 1);
    },
  },
  {
    name: "np.vdot",
    expected: "11",
    run: async () => {
      return np.vdot([1, 2], [3, 4]);
    },
  },
  {
    name: "np.vecdot",
    expected: "[3, 7]",
    run: async () => {
      return np.vecdot([[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.vecmat",
    expected: "[4, 6]",
    run: async () => {
      return np.vecmat([1, 1], [[1, 2], [3, 4]]);
    },
  },
];
