/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.betainc",
    expected: "[0.26172, 0.6875]",
    run: async () => {
      return lax.betainc(2, 3, np.array([0.25, 0.5]));
    },
  },
  {
    name: "lax.igamma",
    expected: "[0.26424, 0.59399]",
    run: async () => {
      return lax.igamma(2, np.array([1, 2]));
    },
  },
  {
    name: "lax.igammaGradA",
    expected: "[-0.2762, -0.294]",
    run: async () => {
      return lax.igammaGradA(2, np.array([1, 2]));
    },
  },
  {
    name: "lax.igammac",
    expected: "[0.73576, 0.40601]",
    run: async () => {
      return lax.igammac(2, np.array([1, 2]));
    },
  },
  {
    name: "lax.randomGammaGrad",
    expected: "[0.75078, 1.0862]",
    run: async () => {
      return lax.randomGammaGrad(2, np.array([1, 2]));
    },
  },
];
