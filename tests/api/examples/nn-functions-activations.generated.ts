/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { nn, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "nn.celu",
    expected: "[-0.63212, 2]",
    run: async () => {
      return nn.celu([-1, 2]);
    },
  },
  {
    name: "nn.dotProductAttention",
    expected: "[1, 2, 1, 4]",
    run: async () => {
      return nn.dotProductAttention(np.ones([1, 2, 1, 4]), np.ones([1, 3, 1, 4]), np.ones([1, 3, 1, 4])).shape;
    },
  },
  {
    name: "nn.elu",
    expected: "[-0.63212, 2]",
    run: async () => {
      return nn.elu([-1, 2]);
    },
  },
  {
    name: "nn.gelu",
    expected: "[-0.15881, 1.9546]",
    run: async () => {
      return nn.gelu([-1, 2]);
    },
  },
  {
    name: "nn.glu",
    expected: "[0.5, 1]",
    run: async () => {
      return nn.glu([1, 2, 0, 0]);
    },
  },
  {
    name: "nn.hardSigmoid",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return nn.hardSigmoid([-4, 0, 4]);
    },
  },
  {
    name: "nn.hardSilu",
    expected: "[0, 0.66667]",
    run: async () => {
      return nn.hardSilu([-4, 1]);
    },
  },
  {
    name: "nn.hardTanh",
    expected: "[-1, 0.5, 1]",
    run: async () => {
      return nn.hardTanh([-4, 0.5, 4]);
    },
  },
  {
    name: "nn.identity",
    expected: "[1, 2]",
    run: async () => {
      return nn.identity([1, 2]);
    },
  },
  {
    name: "nn.leakyRelu",
    expected: "[-0.01, 2]",
    run: async () => {
      return nn.leakyRelu([-1, 2]);
    },
  },
  {
    name: "nn.log1mexp",
    expected: "[-0.45868]",
    run: async () => {
      return nn.log1mexp([1]);
    },
  },
  {
    name: "nn.logSigmoid",
    expected: "[-0.69315]",
    run: async () => {
      return nn.logSigmoid([0]);
    },
  },
  {
    name: "nn.logSoftmax",
    expected: "[-0.69315, -0.69315]",
    run: async () => {
      return nn.logSoftmax([0, 0]);
    },
  },
  {
    name: "nn.logmeanexp",
    expected: "1",
    run: async () => {
      return nn.logmeanexp([1, 1]);
    },
  },
  {
    name: "nn.mish",
    expected: "[0.8651]",
    run: async () => {
      return nn.mish([1]);
    },
  },
  {
    name: "nn.oneHot",
    expected: "[[1, 0, 0], [0, 0, 1]]",
    run: async () => {
      return nn.oneHot([0, 2], 3);
    },
  },
  {
    name: "nn.relu",
    expected: "[0, 2]",
    run: async () => {
      return nn.relu([-1, 2]);
    },
  },
  {
    name: "nn.relu6",
    expected: "[0, 2, 6]",
    run: async () => {
      return nn.relu6([-1, 2, 9]);
    },
  },
  {
    name: "nn.selu",
    expected: "[-1.1113, 2.1014]",
    run: async () => {
      return nn.selu([-1, 2]);
    },
  },
  {
    name: "nn.sigmoid",
    expected: "[0.5, 0.8808]",
    run: async () => {
      return nn.sigmoid([0, 2]);
    },
  },
  {
    name: "nn.silu",
    expected: "[0.73106]",
    run: async () => {
      return nn.silu([1]);
    },
  },
  {
    name: "nn.softSign",
    expected: "[0.5, -0.75]",
    run: async () => {
      return nn.softSign([1, -3]);
    },
  },
  {
    name: "nn.softmax",
    expected: "[0.21194, 0.21194, 0.57612]",
    run: async () => {
      return nn.softmax([0, 0, 1]);
    },
  },
  {
    name: "nn.softplus",
    expected: "[0.69315]",
    run: async () => {
      return nn.softplus([0]);
    },
  },
  {
    name: "nn.sparsePlus",
    expected: "[0, 0.25, 2]",
    run: async () => {
      return nn.sparsePlus([-2, 0, 2]);
    },
  },
  {
    name: "nn.sparseSigmoid",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return nn.sparseSigmoid([-2, 0, 2]);
    },
  },
  {
    name: "nn.squareplus",
    expected: "[1, 3.3028]",
    run: async () => {
      return nn.squareplus([0, 3]);
    },
  },
  {
    name: "nn.standardize",
    expected: "[-0.99999, 0.99999]",
    run: async () => {
      return nn.standardize([1, 3]);
    },
  },
  {
    name: "nn.tanh",
    expected: "[0, 0.76159]",
    run: async () => {
      return nn.tanh([0, 1]);
    },
  },
];
