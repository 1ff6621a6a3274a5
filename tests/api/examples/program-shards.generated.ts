/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { Mesh, P, addressableShards, devicePut, np, shardingOf } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "addressableShards",
    expected: "[[0], [2]]",
    run: async () => {
      return addressableShards(devicePut(np.ones([4]), new Mesh({ data: 2 }), P('data'))).map((s) => s.offset);
    },
  },
  {
    name: "shardingOf",
    expected: "'P(\"data\")'",
    run: async () => {
      return shardingOf(devicePut(np.ones([4]), new Mesh({ data: 2 }), P('data')))!.spec.toString();
    },
  },
];
