/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { HostArray, Mesh, P, makeArrayFromCallback } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "makeArrayFromCallback",
    expected: "[0, 0, 2, 0]",
    run: async () => {
      return makeArrayFromCallback([4], 'f32', (start) => HostArray.from('f32', [2], [start[0], 0]), { to: new Mesh({ d: 2 }), spec: P('d') });
    },
  },
];
