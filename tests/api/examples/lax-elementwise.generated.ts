/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { grad, lax, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.abs",
    expected: "[1, 2]",
    run: async () => {
      return lax.abs([-1, 2]);
    },
  },
  {
    name: "lax.add",
    expected: "[4, 6]",
    run: async () => {
      return lax.add(np.array([1, 2]), np.array([3, 4]));
    },
  },
  {
    name: "lax.asTensor",
    expected: "[2, 2]",
    run: async () => {
      return lax.asTensor([[1, 2], [3, 4]]).shape;
    },
  },
  {
    name: "lax.atan2",
    expected: "[0.7854, -1.5708]",
    run: async () => {
      return lax.atan2(np.array([1, -1]), np.array([1, 0]));
    },
  },
  {
    name: "lax.bitcastConvertType",
    expected: "[[1, 3], [2, -1]]",
    run: async () => {
      return lax.bitcastConvertType(np.array([0x31, 0xf2], 'u8'), 'i4');
    },
  },
  {
    name: "lax.bitwiseAnd",
    expected: "[2, 1]",
    run: async () => {
      return lax.bitwiseAnd(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "lax.bitwiseNot",
    expected: "[-1, -6]",
    run: async () => {
      return lax.bitwiseNot(np.array([0, 5], 'i32'));
    },
  },
  {
    name: "lax.bitwiseOr",
    expected: "[7, 7]",
    run: async () => {
      return lax.bitwiseOr(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "lax.bitwiseXor",
    expected: "[5, 6]",
    run: async () => {
      return lax.bitwiseXor(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "lax.broadcastInDim",
    expected: "[[1, 1, 1], [2, 2, 2]]",
    run: async () => {
      return lax.broadcastInDim(np.array([1, 2]), [2, 3], [0]);
    },
  },
  {
    name: "lax.cbrt",
    expected: "[2, -3]",
    run: async () => {
      return lax.cbrt([8, -27]);
    },
  },
  {
    name: "lax.ceil",
    expected: "[2, -1]",
    run: async () => {
      return lax.ceil([1.2, -1.2]);
    },
  },
  {
    name: "lax.clamp",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return lax.clamp(0, np.array([-1, 0.5, 2]), 1);
    },
  },
  {
    name: "lax.compare",
    expected: "[true, false]",
    run: async () => {
      return lax.compare(np.array([1, 2]), 2, 'LT');
    },
  },
  {
    name: "lax.convertElementType",
    expected: "[1, -1]",
    run: async () => {
      return lax.convertElementType([1.7, -1.7], 'i32');
    },
  },
  {
    name: "lax.cos",
    expected: "[1, 0.5403]",
    run: async () => {
      return lax.cos([0, 1]);
    },
  },
  {
    name: "lax.div",
    expected: "[3, -3]",
    run: async () => {
      return lax.div(np.array([7, -7], 'i32'), 2);
    },
  },
  {
    name: "lax.eq",
    expected: "[false, true]",
    run: async () => {
      return lax.eq(np.array([1, 2]), 2);
    },
  },
  {
    name: "lax.erf",
    expected: "[0, 0.8427]",
    run: async () => {
      return lax.erf([0, 1]);
    },
  },
  {
    name: "lax.exp",
    expected: "[1, 2.7183]",
    run: async () => {
      return lax.exp([0, 1]);
    },
  },
  {
    name: "lax.expm1",
    expected: "[0, 0.00001]",
    run: async () => {
      return lax.expm1([0, 1e-5]);
    },
  },
  {
    name: "lax.floor",
    expected: "[1, -2]",
    run: async () => {
      return lax.floor([1.2, -1.2]);
    },
  },
  {
    name: "lax.ge",
    expected: "[false, true, true]",
    run: async () => {
      return lax.ge(np.array([1, 2, 3]), 2);
    },
  },
  {
    name: "lax.gt",
    expected: "[false, false, true]",
    run: async () => {
      return lax.gt(np.array([1, 2, 3]), 2);
    },
  },
  {
    name: "lax.isFinite",
    expected: "[true, false, false]",
    run: async () => {
      return lax.isFinite([1, Infinity, NaN]);
    },
  },
  {
    name: "lax.le",
    expected: "[true, true, false]",
    run: async () => {
      return lax.le(np.array([1, 2, 3]), 2);
    },
  },
  {
    name: "lax.log",
    expected: "[0, 2.3026]",
    run: async () => {
      return lax.log([1, 10]);
    },
  },
  {
    name: "lax.log1p",
    expected: "[0, 0.0000099999]",
    run: async () => {
      return lax.log1p([0, 1e-5]);
    },
  },
  {
    name: "lax.logistic",
    expected: "[0.5, 0.8808]",
    run: async () => {
      return lax.logistic([0, 2]);
    },
  },
  {
    name: "lax.lt",
    expected: "[true, false, false]",
    run: async () => {
      return lax.lt(np.array([1, 2, 3]), 2);
    },
  },
  {
    name: "lax.max",
    expected: "[4, 5]",
    run: async () => {
      return lax.max(np.array([1, 5]), np.array([4, 2]));
    },
  },
  {
    name: "lax.min",
    expected: "[1, 2]",
    run: async () => {
      return lax.min(np.array([1, 5]), np.array([4, 2]));
    },
  },
  {
    name: "lax.mul",
    expected: "[3, 6]",
    run: async () => {
      return lax.mul(np.array([1, 2]), 3);
    },
  },
  {
    name: "lax.ne",
    expected: "[true, false]",
    run: async () => {
      return lax.ne(np.array([1, 2]), 2);
    },
  },
  {
    name: "lax.neg",
    expected: "[-1, 2]",
    run: async () => {
      return lax.neg([1, -2]);
    },
  },
  {
    name: "lax.populationCount",
    expected: "[3, 1]",
    run: async () => {
      return lax.populationCount(np.array([7, 8], 'i32'));
    },
  },
  {
    name: "lax.pow",
    expected: "[4, 9]",
    run: async () => {
      return lax.pow(np.array([2, 3]), 2);
    },
  },
  {
    name: "lax.rem",
    expected: "[1, -1]",
    run: async () => {
      return lax.rem(np.array([7, -7], 'i32'), 3);
    },
  },
  {
    name: "lax.rsqrt",
    expected: "[0.5, 0.25]",
    run: async () => {
      return lax.rsqrt([4, 16]);
    },
  },
  {
    name: "lax.select",
    expected: "[1, 0]",
    run: async () => {
      return lax.select(np.array([true, false]), np.array([1, 2]), 0);
    },
  },
  {
    name: "lax.shiftLeft",
    expected: "[4, 12]",
    run: async () => {
      return lax.shiftLeft(np.array([1, 3], 'i32'), 2);
    },
  },
  {
    name: "lax.shiftRightArithmetic",
    expected: "[-4, 4]",
    run: async () => {
      return lax.shiftRightArithmetic(np.array([-8, 8], 'i32'), 1);
    },
  },
  {
    name: "lax.shiftRightLogical",
    expected: "[4]",
    run: async () => {
      return lax.shiftRightLogical(np.array([8], 'i32'), 1);
    },
  },
  {
    name: "lax.sign",
    expected: "[-1, 0, 1]",
    run: async () => {
      return lax.sign([-3, 0, 2]);
    },
  },
  {
    name: "lax.sin",
    expected: "[0, 0.84147]",
    run: async () => {
      return lax.sin([0, 1]);
    },
  },
  {
    name: "lax.sqrt",
    expected: "[2, 3]",
    run: async () => {
      return lax.sqrt([4, 9]);
    },
  },
  {
    name: "lax.stopGradient",
    expected: "3",
    run: async () => {
      return grad((x: Tensor) => np.multiply(x, lax.stopGradient(x)))(np.array(3));
    },
  },
  {
    name: "lax.sub",
    expected: "[-2, -1]",
    run: async () => {
      return lax.sub(np.array([1, 2]), 3);
    },
  },
  {
    name: "lax.tan",
    expected: "[0, 1.5574]",
    run: async () => {
      return lax.tan([0, 1]);
    },
  },
  {
    name: "lax.tanh",
    expected: "[0, 0.76159]",
    run: async () => {
      return lax.tanh([0, 1]);
    },
  },
];
