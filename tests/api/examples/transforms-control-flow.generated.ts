/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { cond, foriLoop, np, scan, switchCase, type Tensor, whileLoop } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "cond",
    expected: "0",
    run: async () => {
      return cond(np.greater(2, 1), np.sin, np.cos, np.array(0));
    },
  },
  {
    name: "foriLoop",
    expected: "6",
    run: async () => {
      return foriLoop(0, 4, (i, sum: Tensor) => np.add(sum, i), np.array(0, 'i32'));
    },
  },
  {
    name: "scan",
    expected: "[6, [0, 2, 9]]",
    run: async () => {
      return scan((sum: Tensor, x: Tensor) => [np.add(sum, x), np.multiply(sum, x)] as const, np.array(0), np.array([1, 2, 3]));
    },
  },
  {
    name: "switchCase",
    expected: "1",
    run: async () => {
      return switchCase(np.array(1, 'i32'), [np.sin, np.exp, np.cos], np.array(0));
    },
  },
  {
    name: "whileLoop",
    expected: "192",
    run: async () => {
      return whileLoop((x: Tensor) => np.less(x, 100), (x) => np.multiply(x, 2), np.array(3));
    },
  },
];
