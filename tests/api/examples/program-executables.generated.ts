/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { compilationCount, jit, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "compilationCount",
    expected: "true",
    run: async () => {
      const before = compilationCount();
      jit((x: Tensor) => np.multiply(x, 3))(np.array(2));
      return compilationCount() - before <= 1;
    },
  },
];
