/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { grad, jvp, np, type Tensor, valueAndGrad, valueAndGradAux } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "grad",
    expected: "[2, 4, 6]",
    run: async () => {
      return grad((x: Tensor) => np.sum(np.square(x)))(np.array([1, 2, 3]));
    },
  },
  {
    name: "jvp",
    expected: "[9, 6]",
    run: async () => {
      return jvp((x: Tensor) => np.square(x), [np.array(3)], [np.array(1)]);
    },
  },
  {
    name: "valueAndGrad",
    expected: "[5, [2, 4]]",
    run: async () => {
      return valueAndGrad((x: Tensor) => np.sum(np.square(x)))(np.array([1, 2]));
    },
  },
  {
    name: "valueAndGradAux",
    expected: "[[9, { twice: 6 }], 6]",
    run: async () => {
      return valueAndGradAux((x: Tensor) => [np.square(x), { twice: np.add(x, x) }])(np.array(3));
    },
  },
];
