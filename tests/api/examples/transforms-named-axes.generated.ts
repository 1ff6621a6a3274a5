/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { allGather, allToAll, axisIndex, axisSize, np, pmax, pmean, pmin, ppermute, pshuffle, psum, psumScatter, pswapaxes, type Tensor, vmap } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "allGather",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return vmap((x: Tensor) => allGather(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "allToAll",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return vmap((x: Tensor) => allToAll(x, 'i', 0, 0), { axisName: 'i' })(np.array([[1, 2], [3, 4]]));
    },
  },
  {
    name: "axisIndex",
    expected: "[10, 21]",
    run: async () => {
      return vmap((x: Tensor) => np.add(x, axisIndex('i')), { axisName: 'i' })(np.array([10, 20], 'i32'));
    },
  },
  {
    name: "axisSize",
    expected: "[2, 4]",
    run: async () => {
      return vmap((x: Tensor) => np.multiply(x, axisSize('i')), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "pmax",
    expected: "[2, 2]",
    run: async () => {
      return vmap((x: Tensor) => pmax(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "pmean",
    expected: "[1.5, 1.5]",
    run: async () => {
      return vmap((x: Tensor) => pmean(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "pmin",
    expected: "[1, 1]",
    run: async () => {
      return vmap((x: Tensor) => pmin(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "ppermute",
    expected: "[2, 1]",
    run: async () => {
      return vmap((x: Tensor) => ppermute(x, 'i', [[0, 1], [1, 0]]), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "pshuffle",
    expected: "[2, 1]",
    run: async () => {
      return vmap((x: Tensor) => pshuffle(x, 'i', [1, 0]), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "psum",
    expected: "[3, 3]",
    run: async () => {
      return vmap((x: Tensor) => psum(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "psumScatter",
    expected: "[4, 6]",
    run: async () => {
      return vmap((x: Tensor) => psumScatter(x, 'i'), { axisName: 'i' })(np.array([[1, 2], [3, 4]]));
    },
  },
  {
    name: "pswapaxes",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return vmap((x: Tensor) => pswapaxes(x, 'i', 0), { axisName: 'i' })(np.array([[1, 2], [3, 4]]));
    },
  },
];
