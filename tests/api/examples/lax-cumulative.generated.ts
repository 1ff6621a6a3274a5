/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.cumlogsumexp",
    expected: "[0, 0.69315, 1.0986]",
    run: async () => {
      return lax.cumlogsumexp([0, 0, 0]);
    },
  },
  {
    name: "lax.cummax",
    expected: "[1, 3, 3]",
    run: async () => {
      return lax.cummax([1, 3, 2]);
    },
  },
  {
    name: "lax.cummin",
    expected: "[3, 1, 1]",
    run: async () => {
      return lax.cummin([3, 1, 2]);
    },
  },
  {
    name: "lax.cumprod",
    expected: "[1, 2, 6]",
    run: async () => {
      return lax.cumprod([1, 2, 3]);
    },
  },
  {
    name: "lax.cumsum",
    expected: "[6, 5, 3]",
    run: async () => {
      return lax.cumsum([1, 2, 3], 0, true);
    },
  },
];
