/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { Mesh, NamedSharding, P, PartitionSpec } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "Mesh",
    expected: "8",
    run: async () => {
      return new Mesh({ data: 2, model: 4 }).size;
    },
  },
  {
    name: "NamedSharding",
    expected: "'P(\"data\")'",
    run: async () => {
      return new NamedSharding(new Mesh({ data: 2 }), P('data')).spec.toString();
    },
  },
  {
    name: "P",
    expected: "'P(\"data\", null)'",
    run: async () => {
      return P('data', null).toString();
    },
  },
  {
    name: "PartitionSpec",
    expected: "'P(\"data\", null)'",
    run: async () => {
      return new PartitionSpec(['data', null]).toString();
    },
  },
];
