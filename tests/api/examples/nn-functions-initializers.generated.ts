/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { nn, np, random } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "nn.initializers.constant",
    expected: "[3, 3]",
    run: async () => {
      return nn.initializers.constant(3)(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.deltaOrthogonal",
    expected: "[3, 2, 2]",
    run: async () => {
      return nn.initializers.deltaOrthogonal()(random.key(0), [3, 2, 2]).shape;
    },
  },
  {
    name: "nn.initializers.glorotNormal",
    expected: "[[1.1704, 1.3784], [-0.33174, -0.060317]]",
    run: async () => {
      return nn.initializers.glorotNormal()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.glorotUniform",
    expected: "[[1.0966, 1.1723], [-0.4108, -0.076746]]",
    run: async () => {
      return nn.initializers.glorotUniform()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.heNormal",
    expected: "[[1.6552, 1.9494], [-0.46915, -0.085302]]",
    run: async () => {
      return nn.initializers.heNormal()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.heUniform",
    expected: "[[1.5508, 1.6578], [-0.58096, -0.10854]]",
    run: async () => {
      return nn.initializers.heUniform()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.lecunNormal",
    expected: "[[1.1704, 1.3784], [-0.33174, -0.060317]]",
    run: async () => {
      return nn.initializers.lecunNormal()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.lecunUniform",
    expected: "[[1.0966, 1.1723], [-0.4108, -0.076746]]",
    run: async () => {
      return nn.initializers.lecunUniform()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.normal",
    expected: "[1.6226, 2.0253]",
    run: async () => {
      return nn.initializers.normal(1)(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.ones",
    expected: "[1, 1]",
    run: async () => {
      return nn.initializers.ones(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.orthogonal",
    expected: "[[1, 0], [0, 1]]",
    run: async () => {
      const q = nn.initializers.orthogonal()(random.key(0), [2, 2]);
      return np.round(np.matmul(np.transpose(q), q), 4);
    },
  },
  {
    name: "nn.initializers.truncatedNormal",
    expected: "[1.456, 1.7147]",
    run: async () => {
      return nn.initializers.truncatedNormal(1)(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.uniform",
    expected: "[0.94767, 0.97858]",
    run: async () => {
      return nn.initializers.uniform(1)(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.varianceScaling",
    expected: "[[1.1474, 1.4321], [-0.3066, -0.055591]]",
    run: async () => {
      return nn.initializers.varianceScaling(1, 'fan_in', 'normal')(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.zeros",
    expected: "[0, 0]",
    run: async () => {
      return nn.initializers.zeros(random.key(0), [2]);
    },
  },
];
