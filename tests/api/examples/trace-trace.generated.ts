/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { HostArray, hostTensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "hostTensor",
    expected: "'i32'",
    run: async () => {
      return hostTensor(HostArray.from('i32', [2], [1, 2])).dtype;
    },
  },
];
