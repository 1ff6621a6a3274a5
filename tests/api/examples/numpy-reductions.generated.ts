/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.argmax",
    expected: "1",
    run: async () => {
      return lax.argmax([3, 9, 2]);
    },
  },
  {
    name: "lax.argmin",
    expected: "2",
    run: async () => {
      return lax.argmin([3, 9, 2]);
    },
  },
  {
    name: "np.all",
    expected: "false",
    run: async () => {
      return np.all([true, false]);
    },
  },
  {
    name: "np.amax",
    expected: "[5, 3]",
    run: async () => {
      return np.amax([[1, 5], [3, 2]], { axis: 1 });
    },
  },
  {
    name: "np.amin",
    expected: "[1, 2]",
    run: async () => {
      return np.amin([[1, 5], [3, 2]], { axis: 1 });
    },
  },
  {
    name: "np.any",
    expected: "true",
    run: async () => {
      return np.any([true, false]);
    },
  },
  {
    name: "np.axesOf",
    expected: "[2, 0]",
    run: async () => {
      return np.axesOf(np.ones([2, 3, 4]), [-1, 0]);
    },
  },
  {
    name: "np.cumprod",
    expected: "[1, 2, 6]",
    run: async () => {
      return np.cumprod([1, 2, 3], 0);
    },
  },
  {
    name: "np.cumsum",
    expected: "[1, 3, 6]",
    run: async () => {
      return np.cumsum([1, 2, 3], 0);
    },
  },
  {
    name: "np.mean",
    expected: "2",
    run: async () => {
      return np.mean([1, 2, 3]);
    },
  },
  {
    name: "np.overOf",
    expected: "{ axis: 1, keepdims: false }",
    run: async () => {
      return np.overOf({ axis: 1 });
    },
  },
  {
    name: "np.prod",
    expected: "24",
    run: async () => {
      return np.prod([2, 3, 4]);
    },
  },
  {
    name: "np.reduceOptions",
    expected: "{ axis: [0, 1] }",
    run: async () => {
      return np.reduceOptions([0, 1]);
    },
  },
  {
    name: "np.std",
    expected: "1",
    run: async () => {
      return np.std([1, 3]);
    },
  },
  {
    name: "np.sum",
    expected: "[4, 6]",
    run: async () => {
      return np.sum([[1, 2], [3, 4]], { axis: 0 });
    },
  },
  {
    name: "np.var_",
    expected: "1",
    run: async () => {
      return np.var_([1, 3]);
    },
  },
];
