/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np, type Tensor, vmap } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "vmap",
    expected: "[3, 14]",
    run: async () => {
      return vmap((x: Tensor, y: Tensor) => np.vdot(x, y))(np.array([[1, 2], [3, 4]]), np.array([[1, 1], [2, 2]]));
    },
  },
];
