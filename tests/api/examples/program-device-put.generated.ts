/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { Mesh, P, devicePut, lowerDevicePut, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "devicePut",
    expected: "[1, 2, 3]",
    run: async () => {
      return devicePut([1, 2, 3]);
    },
  },
  {
    name: "lowerDevicePut",
    expected: "['all_gather']",
    run: async () => {
      const x = devicePut(np.ones([8]), new Mesh({ data: 2, model: 2 }), P('data'));
      return lowerDevicePut(x, new Mesh({ all: 4 }), P())!.report!.collectives.map((c) => c.kind);
    },
  },
];
