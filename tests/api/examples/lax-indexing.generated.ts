/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.approxMaxK",
    expected: "[[3, 2], [0, 2]]",
    run: async () => {
      return lax.approxMaxK([3, 1, 2], 2);
    },
  },
  {
    name: "lax.approxMinK",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return lax.approxMinK([3, 1, 2], 2);
    },
  },
  {
    name: "lax.batchMatmul",
    expected: "[[[3]], [[3]]]",
    run: async () => {
      return lax.batchMatmul(np.ones([2, 1, 3]), np.ones([2, 3, 1]));
    },
  },
  {
    name: "lax.broadcast",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return lax.broadcast(np.array([1, 2]), [2]);
    },
  },
  {
    name: "lax.broadcastLike",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return lax.broadcastLike(np.array([1, 2]), np.zeros([2, 2]));
    },
  },
  {
    name: "lax.broadcastedIota",
    expected: "[[0, 1], [0, 1]]",
    run: async () => {
      return lax.broadcastedIota('i32', [2, 2], 1);
    },
  },
  {
    name: "lax.collapse",
    expected: "[2, 12]",
    run: async () => {
      return lax.collapse(np.ones([2, 3, 4]), 1).shape;
    },
  },
  {
    name: "lax.dot",
    expected: "11",
    run: async () => {
      return lax.dot(np.array([1, 2]), np.array([3, 4]));
    },
  },
  {
    name: "lax.dynamicSliceInDim",
    expected: "[3, 4]",
    run: async () => {
      return lax.dynamicSliceInDim(np.array([1, 2, 3, 4]), 3, 2);
    },
  },
  {
    name: "lax.dynamicUpdateIndexInDim",
    expected: "[1, 9, 3]",
    run: async () => {
      return lax.dynamicUpdateIndexInDim(np.array([1, 2, 3]), np.array(9), 1);
    },
  },
  {
    name: "lax.dynamicUpdateSliceInDim",
    expected: "[8, 9, 3]",
    run: async () => {
      return lax.dynamicUpdateSliceInDim(np.array([1, 2, 3]), np.array([8, 9]), 0);
    },
  },
  {
    name: "lax.gather",
    expected: "[30, 10]",
    run: async () => {
      return lax.gather(np.array([10, 20, 30]), np.array([[2], [0]], 'i32'), { collapsedSliceDims: [0], startIndexMap: [0], indexVectorDim: 1 }, [1]);
    },
  },
  {
    name: "lax.inBounds",
    expected: "[false, true, false]",
    run: async () => {
      return lax.inBounds(np.array([-1, 0, 3], 'i32'), 3);
    },
  },
  {
    name: "lax.indexInDim",
    expected: "[3, 4]",
    run: async () => {
      return lax.indexInDim(np.array([[1, 2], [3, 4]]), -1, 0, false);
    },
  },
  {
    name: "lax.indexTake",
    expected: "[2, 3]",
    run: async () => {
      return lax.indexTake(np.array([[1, 2], [3, 4]]), [np.array([0, 1], 'i32'), np.array([1, 0], 'i32')], [0, 1]);
    },
  },
  {
    name: "lax.reduceAnd",
    expected: "false",
    run: async () => {
      return lax.reduceAnd(np.array([true, false]), [0]);
    },
  },
  {
    name: "lax.reduceMax",
    expected: "[2, 4]",
    run: async () => {
      return lax.reduceMax(np.array([[1, 2], [3, 4]]), [1]);
    },
  },
  {
    name: "lax.reduceMin",
    expected: "[1, 3]",
    run: async () => {
      return lax.reduceMin(np.array([[1, 2], [3, 4]]), [1]);
    },
  },
  {
    name: "lax.reduceOr",
    expected: "true",
    run: async () => {
      return lax.reduceOr(np.array([true, false]), [0]);
    },
  },
  {
    name: "lax.reduceProd",
    expected: "[2, 12]",
    run: async () => {
      return lax.reduceProd(np.array([[1, 2], [3, 4]]), [1]);
    },
  },
  {
    name: "lax.reduceSum",
    expected: "[3, 7]",
    run: async () => {
      return lax.reduceSum(np.array([[1, 2], [3, 4]]), [1]);
    },
  },
  {
    name: "lax.reduceXor",
    expected: "5",
    run: async () => {
      return lax.reduceXor(np.array([6, 3], 'i32'), [0]);
    },
  },
  {
    name: "lax.scatter",
    expected: "[0, 5, 0]",
    run: async () => {
      return lax.scatter(np.zeros([3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterAdd",
    expected: "[1, 12, 1]",
    run: async () => {
      return lax.scatterAdd(np.ones([3]), np.array([[1], [1]], 'i32'), np.array([5, 6]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterApply",
    expected: "[1, 4, 3]",
    run: async () => {
      return lax.scatterApply(np.array([1, 2, 3]), np.array([[1]], 'i32'), np.square, { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterMax",
    expected: "[1, 5]",
    run: async () => {
      return lax.scatterMax(np.ones([2]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterMin",
    expected: "[1, -5]",
    run: async () => {
      return lax.scatterMin(np.ones([2]), np.array([[1]], 'i32'), np.array([-5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterMul",
    expected: "[2, 15]",
    run: async () => {
      return lax.scatterMul(np.array([2, 3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterSub",
    expected: "[2, -2]",
    run: async () => {
      return lax.scatterSub(np.array([2, 3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterWith",
    expected: "[0, 0, 5]",
    run: async () => {
      return lax.scatterWith('add', np.zeros([3]), np.array([[2]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.selectN",
    expected: "[1, 3]",
    run: async () => {
      return lax.selectN(np.array([0, 2], 'i32'), np.array([1, 1]), np.array([2, 2]), np.array([3, 3]));
    },
  },
  {
    name: "lax.sortKeyVal",
    expected: "[10, 20, 30]",
    run: async () => {
      return lax.sortKeyVal(np.array([3, 1, 2]), np.array([30, 10, 20]))[1];
    },
  },
  {
    name: "lax.unstack",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return lax.unstack(np.array([[1, 2], [3, 4]]));
    },
  },
];
