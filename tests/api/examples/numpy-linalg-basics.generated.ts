/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.linalg.choSolve",
    expected: "[1, 1]",
    run: async () => {
      return np.linalg.choSolve(np.linalg.cholesky([[4, 0], [0, 9]]), [4, 9]);
    },
  },
  {
    name: "np.linalg.cholesky",
    expected: "[[2, 0], [1, 2]]",
    run: async () => {
      return np.linalg.cholesky([[4, 2], [2, 5]]);
    },
  },
  {
    name: "np.linalg.det",
    expected: "-2",
    run: async () => {
      return np.linalg.det([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.linalg.inv",
    expected: "[[0.5, 0], [0, 0.25]]",
    run: async () => {
      return np.linalg.inv([[2, 0], [0, 4]]);
    },
  },
  {
    name: "np.linalg.matrixNorm",
    expected: "5",
    run: async () => {
      return np.linalg.matrixNorm([[3, 0], [0, 4]]);
    },
  },
  {
    name: "np.linalg.matrixPower",
    expected: "[[1, 5], [0, 1]]",
    run: async () => {
      return np.linalg.matrixPower([[1, 1], [0, 1]], 5);
    },
  },
  {
    name: "np.linalg.multiDot",
    expected: "[[9]]",
    run: async () => {
      return np.linalg.multiDot([[[1, 2]], [[1], [1]], [[3]]]);
    },
  },
  {
    name: "np.linalg.norm",
    expected: "5",
    run: async () => {
      return np.linalg.norm([3, 4]);
    },
  },
  {
    name: "np.linalg.slogdet",
    expected: "[-1, 0.69315]",
    run: async () => {
      return np.linalg.slogdet([[0, 1], [2, 0]]);
    },
  },
  {
    name: "np.linalg.solve",
    expected: "[1, 1]",
    run: async () => {
      return np.linalg.solve([[2, 0], [0, 4]], [2, 4]);
    },
  },
  {
    name: "np.linalg.solveTriangular",
    expected: "[1, 1]",
    run: async () => {
      return np.linalg.solveTriangular([[2, 0], [1, 1]], [2, 2], { lower: true });
    },
  },
  {
    name: "np.linalg.trace",
    expected: "[5]",
    run: async () => {
      return np.linalg.trace([[[1, 2], [3, 4]]]);
    },
  },
  {
    name: "np.linalg.vectorNorm",
    expected: "7",
    run: async () => {
      return np.linalg.vectorNorm([3, -4], { ord: 1 });
    },
  },
];
