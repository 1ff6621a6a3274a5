/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.pagedAttention",
    expected: "[[[[[3.6667]]]]]",
    run: async () => {
      const i32 = (x: number[] | number[][]) => np.array(x, 'i32');
      const pool = np.reshape(np.array([0, 1, 2, 3, 4, 5]), [3, 2, 1, 1]);
      return lax.pagedAttention(np.zeros([1, 1, 1, 1, 1]), pool, pool, { table: i32([[2, 1]]), lengths: i32([3]), positions: i32([[2]]) });
    },
  },
];
