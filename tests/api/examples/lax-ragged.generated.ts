/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.raggedDot",
    expected: "[[2], [10], [10]]",
    run: async () => {
      return lax.raggedDot(np.ones([3, 2]), np.array([[[1], [1]], [[5], [5]]]), np.array([1, 2], 'i32'));
    },
  },
  {
    name: "lax.raggedDotGeneral",
    expected: "[[2], [2], [10]]",
    run: async () => {
      const dims = { lhsContractingDimensions: [1], rhsContractingDimensions: [1], lhsRaggedDimensions: [0], rhsGroupDimensions: [0] };
      return lax.raggedDotGeneral(np.ones([3, 2]), np.array([[[1], [1]], [[5], [5]]]), np.array([2, 1], 'i32'), dims);
    },
  },
];
