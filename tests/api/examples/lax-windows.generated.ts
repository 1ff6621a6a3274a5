/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.avgPool",
    expected: "[1.5, 3.5]",
    run: async () => {
      return lax.avgPool([1, 2, 3, 4], [2], { windowStrides: [2] });
    },
  },
  {
    name: "lax.conv",
    expected: "[[[[4, 4], [4, 4]]]]",
    run: async () => {
      return lax.conv(np.ones([1, 1, 3, 3]), np.ones([1, 1, 2, 2]), [1, 1], 'VALID');
    },
  },
  {
    name: "lax.convGeneralDilated",
    expected: "[[[2]]]",
    run: async () => {
      return lax.convGeneralDilated(np.ones([1, 1, 4]), np.ones([1, 1, 2]), [2], 'VALID', { rhsDilation: [2] });
    },
  },
  {
    name: "lax.convGeneralDilatedLocal",
    expected: "[[[2, 2]]]",
    run: async () => {
      return lax.convGeneralDilatedLocal(np.ones([1, 1, 3]), np.ones([1, 2, 2]), [1], 'VALID', [2]);
    },
  },
  {
    name: "lax.convGeneralDilatedPatches",
    expected: "[[[1, 2], [2, 3]]]",
    run: async () => {
      return lax.convGeneralDilatedPatches(np.reshape([1, 2, 3], [1, 1, 3]), [2], [1], 'VALID');
    },
  },
  {
    name: "lax.convTranspose",
    expected: "[[[1], [1], [1], [1]]]",
    run: async () => {
      return lax.convTranspose(np.ones([1, 2, 1]), np.ones([2, 1, 1]), [2], 'VALID');
    },
  },
  {
    name: "lax.convWithGeneralPadding",
    expected: "[[[1, 2, 2]]]",
    run: async () => {
      return lax.convWithGeneralPadding(np.ones([1, 1, 3]), np.ones([1, 1, 2]), [1], [[1, 0]]);
    },
  },
  {
    name: "lax.padtypeToPads",
    expected: "[[1, 1]]",
    run: async () => {
      return lax.padtypeToPads([5], [3], [2], 'SAME');
    },
  },
  {
    name: "lax.reduceWindow",
    expected: "[3, 3, 5]",
    run: async () => {
      return lax.reduceWindow([1, 3, 2, 5], 'max', [2]);
    },
  },
];
