/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { defaultBackend, defaultEngine, setDefaultEngine } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "defaultEngine",
    expected: "true",
    run: async () => {
      return defaultEngine().name === defaultBackend();
    },
  },
  {
    name: "setDefaultEngine",
    expected: "'reference'",
    run: async () => {
      return setDefaultEngine('reference').name;
    },
  },
];
