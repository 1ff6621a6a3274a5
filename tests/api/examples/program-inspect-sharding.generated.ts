/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { Mesh, P, collectiveTable, devicePut, inspectSharding, jit, np, shard, type Tensor, visualizeSharding } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "collectiveTable",
    expected: "true",
    run: async () => {
      const f = jit((x: Tensor) => np.sum(shard(x, P('data'))), { mesh: new Mesh({ data: 2 }) });
      return collectiveTable(f.lower(np.ones([4])).report!).includes('all_reduce');
    },
  },
  {
    name: "inspectSharding",
    expected: "true",
    run: async () => {
      const f = jit((x: Tensor) => shard(np.add(x, 1), P('data')), { mesh: new Mesh({ data: 2 }) });
      return Object.keys(inspectSharding(f.lower(np.ones([4])))).includes('collectives');
    },
  },
  {
    name: "visualizeSharding",
    expected: "true",
    run: async () => {
      return visualizeSharding(devicePut(np.ones([4]), new Mesh({ data: 2 }), P('data'))).length > 0;
    },
  },
];
