/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { jit, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "jit",
    expected: "[3, 5]",
    run: async () => {
      const f = jit((x: Tensor) => np.add(np.multiply(x, 2), 1));
      return f(np.array([1, 2]));
    },
  },
];
