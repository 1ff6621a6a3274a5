/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.linalg.qr",
    expected: "[[-5, -4], [0, 3]]",
    run: async () => {
      return np.linalg.qr([[3, 0], [4, 5]])[1];
    },
  },
];
