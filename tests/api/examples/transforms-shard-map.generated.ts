/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { Mesh, P, jit, np, psum, shardMap, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "shardMap",
    expected: "[3]",
    run: async () => {
      const mesh = new Mesh({ data: 2 });
      const f = shardMap((x: Tensor) => psum(x, 'data'), { mesh, inSpecs: [P('data')], outSpecs: P() });
      return jit(f, { mesh })(np.array([1, 2]));
    },
  },
];
