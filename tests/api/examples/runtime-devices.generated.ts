/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { deviceSet } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "DeviceSet",
    expected: "[[0, 1], [2, 3]]",
    run: async () => {
      const [left, right] = deviceSet().slice(0, 4).split(2);
      return [left.ids, right.ids];
    },
  },
];
