/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { nn, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "nn.dequantizeWeights",
    expected: "[[7, -1.5], [1, 3.5]]",
    run: async () => {
      return nn.dequantizeWeights({ values: np.array([[215], [113]], 'u8'), scales: np.array([[1, 0.5]]) });
    },
  },
  {
    name: "nn.quantizeWeights",
    expected: "[[215], [113]]",
    run: async () => {
      return nn.quantizeWeights(np.array([[7, -3.2], [1, 7]]), { bits: 4 }).values;
    },
  },
];
