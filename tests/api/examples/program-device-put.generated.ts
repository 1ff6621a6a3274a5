/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { devicePut } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "devicePut",
    expected: "[1, 2, 3]",
    run: async () => {
      return devicePut([1, 2, 3]);
    },
  },
];
