/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.concatenate",
    expected: "[1, 2, 3]",
    run: async () => {
      return lax.concatenate([np.array([1, 2]), np.array([3])], 0);
    },
  },
  {
    name: "lax.dynamicIndexInDim",
    expected: "[[3, 4]]",
    run: async () => {
      return lax.dynamicIndexInDim(np.array([[1, 2], [3, 4]]), 1);
    },
  },
  {
    name: "lax.dynamicSlice",
    expected: "[2, 3]",
    run: async () => {
      return lax.dynamicSlice(np.array([1, 2, 3, 4]), [1], [2]);
    },
  },
  {
    name: "lax.dynamicUpdateSlice",
    expected: "[1, 8, 9]",
    run: async () => {
      return lax.dynamicUpdateSlice(np.array([1, 2, 3]), np.array([8, 9]), [1]);
    },
  },
  {
    name: "lax.iota",
    expected: "[[0, 1, 2], [0, 1, 2]]",
    run: async () => {
      return lax.iota('i32', [2, 3], 1);
    },
  },
  {
    name: "lax.pad",
    expected: "[0, 1, 0, 2]",
    run: async () => {
      return lax.pad(np.array([1, 2]), 0, [[1, 0, 1]]);
    },
  },
  {
    name: "lax.reshape",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return lax.reshape(np.array([1, 2, 3, 4]), [2, 2]);
    },
  },
  {
    name: "lax.rev",
    expected: "[3, 2, 1]",
    run: async () => {
      return lax.rev(np.array([1, 2, 3]), [0]);
    },
  },
  {
    name: "lax.slice",
    expected: "[1, 3, 5]",
    run: async () => {
      return lax.slice(np.array([1, 2, 3, 4, 5]), [0], [5], [2]);
    },
  },
  {
    name: "lax.sliceInDim",
    expected: "[[1], [3]]",
    run: async () => {
      return lax.sliceInDim(np.array([[1, 2], [3, 4]]), 0, 1, 1, 1);
    },
  },
  {
    name: "lax.takeRows",
    expected: "[[3, 4], [1, 2], [3, 4]]",
    run: async () => {
      return lax.takeRows(np.array([[1, 2], [3, 4]]), np.array([1, 0, 1], 'i32'));
    },
  },
  {
    name: "lax.transpose",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return lax.transpose(np.array([[1, 2], [3, 4]]), [1, 0]);
    },
  },
];
