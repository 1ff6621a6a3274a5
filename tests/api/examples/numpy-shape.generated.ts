/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.expandDims",
    expected: "[1, 2]",
    run: async () => {
      return lax.expandDims([1, 2], 0).shape;
    },
  },
  {
    name: "lax.split",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return lax.split([1, 2, 3, 4], 2);
    },
  },
  {
    name: "lax.squeeze",
    expected: "[2]",
    run: async () => {
      return lax.squeeze(np.ones([1, 2, 1])).shape;
    },
  },
  {
    name: "lax.stack",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return lax.stack([[1, 2], [3, 4]], 1);
    },
  },
  {
    name: "lax.tile",
    expected: "[1, 2, 1, 2]",
    run: async () => {
      return lax.tile([1, 2], [2]);
    },
  },
  {
    name: "np.concat",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.concat([[1, 2], [3]]);
    },
  },
  {
    name: "np.flip",
    expected: "[3, 2, 1]",
    run: async () => {
      return np.flip([1, 2, 3], 0);
    },
  },
  {
    name: "np.index",
    expected: "[3, 4]",
    run: async () => {
      return np.index([[1, 2], [3, 4]], 0, -1);
    },
  },
  {
    name: "np.moveaxis",
    expected: "[3, 4, 2]",
    run: async () => {
      return np.moveaxis(np.ones([2, 3, 4]), 0, -1).shape;
    },
  },
  {
    name: "np.normalizeAxis",
    expected: "2",
    run: async () => {
      return np.normalizeAxis(-1, 3);
    },
  },
  {
    name: "np.permuteDims",
    expected: "[3, 2]",
    run: async () => {
      return np.permuteDims(np.ones([2, 3])).shape;
    },
  },
  {
    name: "np.ravel",
    expected: "[1, 2, 3, 4]",
    run: async () => {
      return np.ravel([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.reshape",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.reshape([1, 2, 3, 4], [2, -1]);
    },
  },
  {
    name: "np.slice",
    expected: "[2, 3]",
    run: async () => {
      return np.slice([1, 2, 3, 4], 0, 1, -1);
    },
  },
  {
    name: "np.swapaxes",
    expected: "[4, 3, 2]",
    run: async () => {
      return np.swapaxes(np.ones([2, 3, 4]), 0, 2).shape;
    },
  },
  {
    name: "np.take",
    expected: "[30, 10, 30]",
    run: async () => {
      return np.take([10, 20, 30], [2, 0, -1]);
    },
  },
];
