/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { Mesh, P, currentMesh, jit, np, shard, type Tensor, withMesh } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "currentMesh",
    expected: "undefined",
    run: async () => {
      return currentMesh();
    },
  },
  {
    name: "shard",
    expected: "[2, 3]",
    run: async () => {
      const f = jit((x: Tensor) => shard(np.add(x, 1), P('data')), { mesh: new Mesh({ data: 2 }) });
      return f(np.array([1, 2]));
    },
  },
  {
    name: "withMesh",
    expected: "2",
    run: async () => {
      return withMesh(new Mesh({ data: 2 }), () => currentMesh()?.size);
    },
  },
];
