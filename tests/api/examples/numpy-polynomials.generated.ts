/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.poly",
    expected: "[1, -3, 2]",
    run: async () => {
      return np.poly([1, 2]);
    },
  },
  {
    name: "np.polyadd",
    expected: "[1, 3]",
    run: async () => {
      return np.polyadd([1, 2], [1]);
    },
  },
  {
    name: "np.polyder",
    expected: "[2, 2]",
    run: async () => {
      return np.polyder([1, 2, 3]);
    },
  },
  {
    name: "np.polydiv",
    expected: "[[1, 2], [0, 0, 0]]",
    run: async () => {
      return np.polydiv([1, 3, 2], [1, 1]);
    },
  },
  {
    name: "np.polyfit",
    expected: "[2, 1]",
    run: async () => {
      return np.polyfit([0, 1, 2], [1, 3, 5], 1);
    },
  },
  {
    name: "np.polyint",
    expected: "[1, 2, 0]",
    run: async () => {
      return np.polyint([2, 2]);
    },
  },
  {
    name: "np.polymul",
    expected: "[1, 3, 2]",
    run: async () => {
      return np.polymul([1, 1], [1, 2]);
    },
  },
  {
    name: "np.polysub",
    expected: "[1, 1]",
    run: async () => {
      return np.polysub([1, 2], [1]);
    },
  },
  {
    name: "np.roots",
    expected: "[1, 2]",
    run: async () => {
      return np.sort(np.real(np.roots([1, -3, 2])));
    },
  },
];
