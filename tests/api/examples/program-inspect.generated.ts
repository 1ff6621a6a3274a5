/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { evalShape, makeJaxpr, np, shapeDtypeStruct, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "evalShape",
    expected: "[3, 3]",
    run: async () => {
      return evalShape((x: Tensor) => np.matmul(x, np.transpose(x)), np.ones([3, 4])).shape;
    },
  },
  {
    name: "makeJaxpr",
    expected: "true",
    run: async () => {
      return makeJaxpr((x: Tensor) => np.sin(x))(np.ones([2])).text().includes('stablehlo.sine');
    },
  },
  {
    name: "shapeDtypeStruct",
    expected: "[2, 3]",
    run: async () => {
      return shapeDtypeStruct([2, 3], 'bf16').shape;
    },
  },
];
