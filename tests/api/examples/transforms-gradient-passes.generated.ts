/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { gradientPasses, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "gradientPasses",
    expected: "[10, 3, 2]",
    run: async () => {
      const passes = gradientPasses((w: Tensor, x: Tensor, y: Tensor) => np.add(np.multiply(w, x), y), [np.array(2), np.array(3), np.array(4)]);
      const args = { weights: np.array(2), input: np.array(3), batch: np.array(4) };
      const { result, saved } = passes.forward(args);
      const { weights, input } = passes.backward(args, saved, np.array(1));
      return [result, weights, input];
    },
  },
];
