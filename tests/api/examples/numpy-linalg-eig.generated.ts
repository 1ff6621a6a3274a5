/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.linalg.eig",
    expected: "[1, 3]",
    run: async () => {
      return np.sort(np.real(np.linalg.eig([[2, 1], [1, 2]])[0]));
    },
  },
  {
    name: "np.linalg.eigvals",
    expected: "[-1, 1]",
    run: async () => {
      return np.sort(np.imag(np.linalg.eigvals([[0, 1], [-1, 0]])));
    },
  },
];
