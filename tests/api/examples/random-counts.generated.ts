/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np, random } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "random.binomial",
    expected: "[6, 7, 5, 6]",
    run: async () => {
      return random.binomial(random.key(0), 10, 0.5, [4]);
    },
  },
  {
    name: "random.multinomial",
    expected: "[1, 1, 8]",
    run: async () => {
      return random.multinomial(random.key(0), 10, np.array([0.2, 0.3, 0.5]));
    },
  },
  {
    name: "random.poisson",
    expected: "[0, 1, 5, 5]",
    run: async () => {
      return random.poisson(random.key(0), 4, [4]);
    },
  },
];
