/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.append",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.append([1, 2], [3]);
    },
  },
  {
    name: "np.arraySplit",
    expected: "[[1, 2, 3], [4, 5]]",
    run: async () => {
      return np.arraySplit([1, 2, 3, 4, 5], 2);
    },
  },
  {
    name: "np.asarray",
    expected: "'bf16'",
    run: async () => {
      return np.asarray([1, 2], 'bf16').dtype;
    },
  },
  {
    name: "np.atleast1d",
    expected: "[1]",
    run: async () => {
      return np.atleast1d(5).shape;
    },
  },
  {
    name: "np.atleast2d",
    expected: "[1, 2]",
    run: async () => {
      return np.atleast2d([1, 2]).shape;
    },
  },
  {
    name: "np.atleast3d",
    expected: "[1, 2, 1]",
    run: async () => {
      return np.atleast3d([1, 2]).shape;
    },
  },
  {
    name: "np.bartlett",
    expected: "[0, 0.5, 1, 0.5, 0]",
    run: async () => {
      return np.bartlett(5);
    },
  },
  {
    name: "np.blackman",
    expected: "[0, 0.34, 1, 0.34, 0]",
    run: async () => {
      return np.blackman(5);
    },
  },
  {
    name: "np.columnStack",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return np.columnStack([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.copy",
    expected: "[1, 2]",
    run: async () => {
      return np.copy([1, 2]);
    },
  },
  {
    name: "np.delete_",
    expected: "[1, 3]",
    run: async () => {
      return np.delete_([1, 2, 3], 1);
    },
  },
  {
    name: "np.diag",
    expected: "[[1, 0], [0, 2]]",
    run: async () => {
      return np.diag([1, 2]);
    },
  },
  {
    name: "np.diagIndices",
    expected: "[[0, 1], [0, 1]]",
    run: async () => {
      return np.diagIndices(2);
    },
  },
  {
    name: "np.diagflat",
    expected: "[[1, 0], [0, 2]]",
    run: async () => {
      return np.diagflat([[1], [2]]);
    },
  },
  {
    name: "np.diagonal",
    expected: "[1, 4]",
    run: async () => {
      return np.diagonal([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.dsplit",
    expected: "2",
    run: async () => {
      return np.dsplit(np.ones([1, 1, 4]), 2).length;
    },
  },
  {
    name: "np.dstack",
    expected: "[[[1, 3], [2, 4]]]",
    run: async () => {
      return np.dstack([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.empty",
    expected: "[0, 0]",
    run: async () => {
      return np.empty([2]);
    },
  },
  {
    name: "np.emptyLike",
    expected: "[0, 0]",
    run: async () => {
      return np.emptyLike(np.ones([2]));
    },
  },
  {
    name: "np.fliplr",
    expected: "[[2, 1], [4, 3]]",
    run: async () => {
      return np.fliplr([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.flipud",
    expected: "[[3, 4], [1, 2]]",
    run: async () => {
      return np.flipud([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.fromfunction",
    expected: "[[0, 1], [1, 2]]",
    run: async () => {
      return np.fromfunction((i, j) => np.add(i, j), [2, 2]);
    },
  },
  {
    name: "np.geomspace",
    expected: "[1, 2, 4, 8]",
    run: async () => {
      return np.geomspace(1, 8, 4);
    },
  },
  {
    name: "np.hamming",
    expected: "[0.08, 1, 0.08]",
    run: async () => {
      return np.hamming(3);
    },
  },
  {
    name: "np.hanning",
    expected: "[0, 1, 0]",
    run: async () => {
      return np.hanning(3);
    },
  },
  {
    name: "np.hsplit",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.hsplit([1, 2, 3, 4], 2);
    },
  },
  {
    name: "np.hstack",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.hstack([[1, 2], [3]]);
    },
  },
  {
    name: "np.identity",
    expected: "[[1, 0], [0, 1]]",
    run: async () => {
      return np.identity(2);
    },
  },
  {
    name: "np.indices",
    expected: "[[[0, 0], [1, 1]], [[0, 1], [0, 1]]]",
    run: async () => {
      return np.indices([2, 2]);
    },
  },
  {
    name: "np.insert",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.insert([1, 3], 1, 2);
    },
  },
  {
    name: "np.ix_",
    expected: "[[2, 1], [1, 2]]",
    run: async () => {
      return np.ix_([1, 2], [3, 4]).map((t) => t.shape);
    },
  },
  {
    name: "np.logspace",
    expected: "[1, 10, 100]",
    run: async () => {
      return np.logspace(0, 2, 3);
    },
  },
  {
    name: "np.matrixTranspose",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return np.matrixTranspose([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.meshgrid",
    expected: "[[[1, 2], [1, 2]], [[3, 3], [4, 4]]]",
    run: async () => {
      return np.meshgrid([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.ndim",
    expected: "2",
    run: async () => {
      return np.ndim([[1, 2]]);
    },
  },
  {
    name: "np.pad",
    expected: "[2, 1, 2, 3, 2]",
    run: async () => {
      return np.pad([1, 2, 3], 1, 'reflect');
    },
  },
  {
    name: "np.ravelMultiIndex",
    expected: "[6]",
    run: async () => {
      return np.ravelMultiIndex([[1], [2]], [3, 4]);
    },
  },
  {
    name: "np.repeat",
    expected: "[1, 1, 2, 2]",
    run: async () => {
      return np.repeat([1, 2], 2);
    },
  },
  {
    name: "np.roll",
    expected: "[3, 1, 2]",
    run: async () => {
      return np.roll([1, 2, 3], 1);
    },
  },
  {
    name: "np.rollaxis",
    expected: "[4, 2, 3]",
    run: async () => {
      return np.rollaxis(np.ones([2, 3, 4]), 2).shape;
    },
  },
  {
    name: "np.rot90",
    expected: "[[2, 4], [1, 3]]",
    run: async () => {
      return np.rot90([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.shape",
    expected: "[1, 2]",
    run: async () => {
      return np.shape([[1, 2]]);
    },
  },
  {
    name: "np.size",
    expected: "4",
    run: async () => {
      return np.size([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.trace",
    expected: "5",
    run: async () => {
      return np.trace([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.tri",
    expected: "[[1, 0, 0], [1, 1, 0]]",
    run: async () => {
      return np.tri(2, 3);
    },
  },
  {
    name: "np.tril",
    expected: "[[1, 0], [3, 4]]",
    run: async () => {
      return np.tril([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.trilIndices",
    expected: "[[0, 1, 1], [0, 0, 1]]",
    run: async () => {
      return np.trilIndices(2);
    },
  },
  {
    name: "np.triu",
    expected: "[[1, 2], [0, 4]]",
    run: async () => {
      return np.triu([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.triuIndices",
    expected: "[[0, 0, 1], [0, 1, 1]]",
    run: async () => {
      return np.triuIndices(2);
    },
  },
  {
    name: "np.unravelIndex",
    expected: "[[1], [2]]",
    run: async () => {
      return np.unravelIndex([5], [2, 3]);
    },
  },
  {
    name: "np.unstack",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.unstack([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.vander",
    expected: "[[1, 1], [2, 1], [3, 1]]",
    run: async () => {
      return np.vander([1, 2, 3], 2);
    },
  },
  {
    name: "np.vsplit",
    expected: "[[[1, 2]], [[3, 4]]]",
    run: async () => {
      return np.vsplit([[1, 2], [3, 4]], 2);
    },
  },
  {
    name: "np.vstack",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.vstack([[1, 2], [3, 4]]);
    },
  },
];
