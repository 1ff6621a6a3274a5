/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { moduleFunction, np, trace, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "moduleFunction",
    expected: "[[2, 4]]",
    run: async () => {
      const { module } = trace((x: Tensor) => np.multiply(x, 2))(np.ones([2]));
      return moduleFunction(module)(np.array([1, 2]));
    },
  },
];
