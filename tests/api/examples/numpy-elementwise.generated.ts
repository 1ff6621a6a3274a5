/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.abs",
    expected: "[1, 2]",
    run: async () => {
      return np.abs([-1, 2]);
    },
  },
  {
    name: "np.add",
    expected: "[4, 5]",
    run: async () => {
      return np.add([1, 2], 3);
    },
  },
  {
    name: "np.arctan2",
    expected: "[0.7854, -1.5708]",
    run: async () => {
      return np.arctan2([1, -1], [1, 0]);
    },
  },
  {
    name: "np.cbrt",
    expected: "[2, -3]",
    run: async () => {
      return np.cbrt([8, -27]);
    },
  },
  {
    name: "np.ceil",
    expected: "[2, -1]",
    run: async () => {
      return np.ceil([1.2, -1.2]);
    },
  },
  {
    name: "np.clip",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return np.clip([-1, 0.5, 2], 0, 1);
    },
  },
  {
    name: "np.cos",
    expected: "[1, 0.5403]",
    run: async () => {
      return np.cos([0, 1]);
    },
  },
  {
    name: "np.divide",
    expected: "[0.25, 0.5]",
    run: async () => {
      return np.divide([1, 2], 4);
    },
  },
  {
    name: "np.equal",
    expected: "[false, true]",
    run: async () => {
      return np.equal([1, 2], 2);
    },
  },
  {
    name: "np.exp",
    expected: "[1, 2.7183]",
    run: async () => {
      return np.exp([0, 1]);
    },
  },
  {
    name: "np.expm1",
    expected: "[0, 0.00001]",
    run: async () => {
      return np.expm1([0, 1e-5]);
    },
  },
  {
    name: "np.floor",
    expected: "[1, -2]",
    run: async () => {
      return np.floor([1.2, -1.2]);
    },
  },
  {
    name: "np.floorDivide",
    expected: "[3, -4]",
    run: async () => {
      return np.floorDivide([7, -7], 2);
    },
  },
  {
    name: "np.fmod",
    expected: "[1, -1]",
    run: async () => {
      return np.fmod([7, -7], 3);
    },
  },
  {
    name: "np.greater",
    expected: "[false, false, true]",
    run: async () => {
      return np.greater([1, 2, 3], 2);
    },
  },
  {
    name: "np.greaterEqual",
    expected: "[false, true, true]",
    run: async () => {
      return np.greaterEqual([1, 2, 3], 2);
    },
  },
  {
    name: "np.isfinite",
    expected: "[true, false, false]",
    run: async () => {
      return np.isfinite([1, Infinity, NaN]);
    },
  },
  {
    name: "np.isnan",
    expected: "[false, true]",
    run: async () => {
      return np.isnan([1, NaN]);
    },
  },
  {
    name: "np.less",
    expected: "[true, false, false]",
    run: async () => {
      return np.less([1, 2, 3], 2);
    },
  },
  {
    name: "np.lessEqual",
    expected: "[true, true, false]",
    run: async () => {
      return np.lessEqual([1, 2, 3], 2);
    },
  },
  {
    name: "np.log",
    expected: "[0, 2.3026]",
    run: async () => {
      return np.log([1, 10]);
    },
  },
  {
    name: "np.log1p",
    expected: "[0, 0.0000099999]",
    run: async () => {
      return np.log1p([0, 1e-5]);
    },
  },
  {
    name: "np.log2",
    expected: "[0, 3]",
    run: async () => {
      return np.log2([1, 8]);
    },
  },
  {
    name: "np.logicalAnd",
    expected: "[true, false]",
    run: async () => {
      return np.logicalAnd([true, true], [true, false]);
    },
  },
  {
    name: "np.logicalNot",
    expected: "[false, true]",
    run: async () => {
      return np.logicalNot([true, false]);
    },
  },
  {
    name: "np.logicalOr",
    expected: "[false, true]",
    run: async () => {
      return np.logicalOr([false, true], [false, false]);
    },
  },
  {
    name: "np.logicalXor",
    expected: "[false, true]",
    run: async () => {
      return np.logicalXor([true, true], [true, false]);
    },
  },
  {
    name: "np.maximum",
    expected: "[4, 5]",
    run: async () => {
      return np.maximum([1, 5], [4, 2]);
    },
  },
  {
    name: "np.minimum",
    expected: "[1, 2]",
    run: async () => {
      return np.minimum([1, 5], [4, 2]);
    },
  },
  {
    name: "np.mod",
    expected: "[1, 2]",
    run: async () => {
      return np.mod([7, -7], 3);
    },
  },
  {
    name: "np.multiply",
    expected: "[3, 6]",
    run: async () => {
      return np.multiply([1, 2], 3);
    },
  },
  {
    name: "np.negative",
    expected: "[-1, 2]",
    run: async () => {
      return np.negative([1, -2]);
    },
  },
  {
    name: "np.notEqual",
    expected: "[true, false]",
    run: async () => {
      return np.notEqual([1, 2], 2);
    },
  },
  {
    name: "np.pow",
    expected: "[4, 9]",
    run: async () => {
      return np.pow([2, 3], 2);
    },
  },
  {
    name: "np.reciprocal",
    expected: "[0.5, 0.25]",
    run: async () => {
      return np.reciprocal([2, 4]);
    },
  },
  {
    name: "np.sign",
    expected: "[-1, 0, 1]",
    run: async () => {
      return np.sign([-3, 0, 2]);
    },
  },
  {
    name: "np.sin",
    expected: "[0, 0.84147]",
    run: async () => {
      return np.sin([0, 1]);
    },
  },
  {
    name: "np.sqrt",
    expected: "[2, 3]",
    run: async () => {
      return np.sqrt([4, 9]);
    },
  },
  {
    name: "np.square",
    expected: "[9, 16]",
    run: async () => {
      return np.square([3, -4]);
    },
  },
  {
    name: "np.subtract",
    expected: "[-2, -1]",
    run: async () => {
      return np.subtract([1, 2], 3);
    },
  },
  {
    name: "np.tan",
    expected: "[0, 1.5574]",
    run: async () => {
      return np.tan([0, 1]);
    },
  },
  {
    name: "np.tanh",
    expected: "[0, 0.76159]",
    run: async () => {
      return np.tanh([0, 1]);
    },
  },
  {
    name: "np.where",
    expected: "[1, 0]",
    run: async () => {
      return np.where([true, false], [1, 2], 0);
    },
  },
];
