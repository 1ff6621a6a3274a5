/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.argwhere",
    expected: "[[0, 1], [1, 0]]",
    run: async () => {
      return np.argwhere([[0, 1], [1, 0]], { size: 2 });
    },
  },
  {
    name: "np.compress",
    expected: "[1, 3]",
    run: async () => {
      return np.compress([true, false, true], [1, 2, 3], { size: 2 });
    },
  },
  {
    name: "np.extract",
    expected: "[1, 3]",
    run: async () => {
      return np.extract([true, false, true], [1, 2, 3], { size: 2 });
    },
  },
  {
    name: "np.fillDiagonal",
    expected: "[[0, 2], [3, 0]]",
    run: async () => {
      return np.fillDiagonal([[1, 2], [3, 4]], 0);
    },
  },
  {
    name: "np.intersect1d",
    expected: "[2, 3]",
    run: async () => {
      return np.intersect1d([1, 2, 3], [2, 3, 4], { size: 2 });
    },
  },
  {
    name: "np.maskIndices",
    expected: "[[0, 0, 1], [0, 1, 1]]",
    run: async () => {
      return np.maskIndices(2, np.triu, 0, { size: 3 });
    },
  },
  {
    name: "np.place",
    expected: "[8, 2, 9]",
    run: async () => {
      return np.place([1, 2, 3], [true, false, true], [8, 9]);
    },
  },
  {
    name: "np.put",
    expected: "[8, 2, 9]",
    run: async () => {
      return np.put([1, 2, 3], [0, -1], [8, 9]);
    },
  },
  {
    name: "np.putAlongAxis",
    expected: "[[1, 9], [9, 4]]",
    run: async () => {
      return np.putAlongAxis([[1, 2], [3, 4]], [[1], [0]], 9, 1);
    },
  },
  {
    name: "np.setdiff1d",
    expected: "[1, 3]",
    run: async () => {
      return np.setdiff1d([3, 1, 2], [2], { size: 2 });
    },
  },
  {
    name: "np.setxor1d",
    expected: "[1, 3]",
    run: async () => {
      return np.setxor1d([1, 2], [2, 3], { size: 2 });
    },
  },
  {
    name: "np.union1d",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.union1d([1, 3], [2, 3], { size: 3 });
    },
  },
  {
    name: "np.uniqueAll",
    expected: "{ values: [1, 3], indices: [1, 0], inverseIndices: [1, 0, 1], counts: [1, 2] }",
    run: async () => {
      return np.uniqueAll([3, 1, 3], { size: 2 });
    },
  },
  {
    name: "np.uniqueCounts",
    expected: "[[1, 3], [1, 2]]",
    run: async () => {
      return np.uniqueCounts([3, 1, 3], { size: 2 });
    },
  },
  {
    name: "np.uniqueInverse",
    expected: "[[1, 3], [1, 0, 1]]",
    run: async () => {
      return np.uniqueInverse([3, 1, 3], { size: 2 });
    },
  },
  {
    name: "np.uniqueValues",
    expected: "[1, 3]",
    run: async () => {
      return np.uniqueValues([3, 1, 3], { size: 2 });
    },
  },
];
