/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.full",
    expected: "[7, 7]",
    run: async () => {
      return lax.full([2], 7);
    },
  },
  {
    name: "lax.fullLike",
    expected: "[7, 7]",
    run: async () => {
      return lax.fullLike(np.ones([2], 'i32'), 7);
    },
  },
  {
    name: "np.arange",
    expected: "[1, 4, 7]",
    run: async () => {
      return np.arange(1, 10, 3);
    },
  },
  {
    name: "np.array",
    expected: "'i32'",
    run: async () => {
      return np.array([[1, 2], [3, 4]], 'i32').dtype;
    },
  },
  {
    name: "np.eye",
    expected: "[[1, 0], [0, 1]]",
    run: async () => {
      return np.eye(2);
    },
  },
  {
    name: "np.linspace",
    expected: "[0, 0.25, 0.5, 0.75, 1]",
    run: async () => {
      return np.linspace(0, 1, 5);
    },
  },
  {
    name: "np.ones",
    expected: "[1, 1]",
    run: async () => {
      return np.ones([2]);
    },
  },
  {
    name: "np.onesLike",
    expected: "[1, 1]",
    run: async () => {
      return np.onesLike(np.zeros([2]));
    },
  },
  {
    name: "np.triMask",
    expected: "[[true, false], [true, true]]",
    run: async () => {
      return np.triMask(2);
    },
  },
  {
    name: "np.zeros",
    expected: "[0, 0]",
    run: async () => {
      return np.zeros([2]);
    },
  },
  {
    name: "np.zerosLike",
    expected: "[0, 0]",
    run: async () => {
      return np.zerosLike(np.ones([2]));
    },
  },
];
