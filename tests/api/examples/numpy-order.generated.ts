/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.argpartition",
    expected: "[1, 2, 0]",
    run: async () => {
      return np.argpartition([3, 1, 2], 1);
    },
  },
  {
    name: "np.argsort",
    expected: "[1, 2, 0]",
    run: async () => {
      return np.argsort([30, 10, 20]);
    },
  },
  {
    name: "np.average",
    expected: "1.25",
    run: async () => {
      return np.average([1, 2, 3], { weights: [3, 1, 0] });
    },
  },
  {
    name: "np.bincount",
    expected: "[1, 2, 0, 1]",
    run: async () => {
      return np.bincount(np.array([0, 1, 1, 3], 'i32'), 4);
    },
  },
  {
    name: "np.digitize",
    expected: "[1, 3]",
    run: async () => {
      return np.digitize([0.5, 2.5], [0, 1, 2]);
    },
  },
  {
    name: "np.flatnonzero",
    expected: "[1, 2]",
    run: async () => {
      return np.flatnonzero([0, 3, 4], { size: 2 });
    },
  },
  {
    name: "np.histogram",
    expected: "[[3, 1], [1, 3, 5]]",
    run: async () => {
      return np.histogram([1, 2, 2, 5], 2);
    },
  },
  {
    name: "np.histogramBinEdges",
    expected: "[0, 2, 4]",
    run: async () => {
      return np.histogramBinEdges([0, 4], 2);
    },
  },
  {
    name: "np.isin",
    expected: "[false, true, false]",
    run: async () => {
      return np.isin([1, 2, 3], [2, 4]);
    },
  },
  {
    name: "np.lexsort",
    expected: "[2, 1, 0]",
    run: async () => {
      return np.lexsort([[1, 0, 1], [2, 2, 1]]);
    },
  },
  {
    name: "np.median",
    expected: "2",
    run: async () => {
      return np.median([1, 9, 2]);
    },
  },
  {
    name: "np.nonzero",
    expected: "[[1, 2]]",
    run: async () => {
      return np.nonzero([0, 3, 4], { size: 2 });
    },
  },
  {
    name: "np.partition",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.partition([3, 1, 2], 1);
    },
  },
  {
    name: "np.percentile",
    expected: "1.5",
    run: async () => {
      return np.percentile([1, 2, 3], 25);
    },
  },
  {
    name: "np.quantile",
    expected: "2.5",
    run: async () => {
      return np.quantile([1, 2, 3], 0.75);
    },
  },
  {
    name: "np.searchsorted",
    expected: "[1, 2]",
    run: async () => {
      return np.searchsorted([1, 2, 3], [2, 2.5]);
    },
  },
  {
    name: "np.sort",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.sort([3, 1, 2]);
    },
  },
  {
    name: "np.takeAlongAxis",
    expected: "[[2], [3]]",
    run: async () => {
      return np.takeAlongAxis([[1, 2], [3, 4]], [[1], [0]], 1);
    },
  },
  {
    name: "np.unique",
    expected: "[1, 3]",
    run: async () => {
      return np.unique([3, 1, 3], { size: 2 });
    },
  },
];
