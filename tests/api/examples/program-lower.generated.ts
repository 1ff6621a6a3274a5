/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { jit, np, stagesText, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "stagesText",
    expected: "['traced', 'optimized']",
    run: async () => {
      return [...stagesText(jit((x: Tensor) => np.sin(x)).lower(np.ones([2]))).keys()];
    },
  },
];
