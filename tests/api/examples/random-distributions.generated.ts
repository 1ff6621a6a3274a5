/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np, random } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "random.ball",
    expected: "true",
    run: async () => {
      return np.less(np.linalg.norm(random.ball(random.key(0), 3)), 1);
    },
  },
  {
    name: "random.beta",
    expected: "[0.23627, 0.49046]",
    run: async () => {
      return random.beta(random.key(0), 2, 3, [2]);
    },
  },
  {
    name: "random.cauchy",
    expected: "[6.0275, 14.838]",
    run: async () => {
      return random.cauchy(random.key(0), [2]);
    },
  },
  {
    name: "random.chisquare",
    expected: "[2.2051, 2.49]",
    run: async () => {
      return random.chisquare(random.key(0), 3, [2]);
    },
  },
  {
    name: "random.choice",
    expected: "[0, 1, 4]",
    run: async () => {
      return random.choice(random.key(0), 5, [3], { replace: false });
    },
  },
  {
    name: "random.clone",
    expected: "[0, 0]",
    run: async () => {
      return random.clone(random.key(0));
    },
  },
  {
    name: "random.dirichlet",
    expected: "1",
    run: async () => {
      return np.sum(random.dirichlet(random.key(0), np.array([1, 2, 3])));
    },
  },
  {
    name: "random.doubleSidedMaxwell",
    expected: "[1.5457, 1.5741]",
    run: async () => {
      return random.doubleSidedMaxwell(random.key(0), 0, 1, [2]);
    },
  },
  {
    name: "random.exponential",
    expected: "[2.9501, 3.8434]",
    run: async () => {
      return random.exponential(random.key(0), [2]);
    },
  },
  {
    name: "random.f",
    expected: "[2.7039, 0.22601]",
    run: async () => {
      return random.f(random.key(0), 3, 4, [2]);
    },
  },
  {
    name: "random.gamma",
    expected: "[1.5898, 1.7599]",
    run: async () => {
      return random.gamma(random.key(0), 2, [2]);
    },
  },
  {
    name: "random.generalizedNormal",
    expected: "[1.0604, 0.089208]",
    run: async () => {
      return random.generalizedNormal(random.key(0), 1.5, [2]);
    },
  },
  {
    name: "random.geometric",
    expected: "[1, 1, 4, 3]",
    run: async () => {
      return random.geometric(random.key(0), 0.3, [4]);
    },
  },
  {
    name: "random.keyData",
    expected: "[0, 42]",
    run: async () => {
      return random.keyData(random.key(42));
    },
  },
  {
    name: "random.keyImpl",
    expected: "'threefry2x32'",
    run: async () => {
      return random.keyImpl(random.key(0));
    },
  },
  {
    name: "random.laplace",
    expected: "[-2.257, -3.1503]",
    run: async () => {
      return random.laplace(random.key(0), [2]);
    },
  },
  {
    name: "random.loggamma",
    expected: "[0.4636, 0.56528]",
    run: async () => {
      return random.loggamma(random.key(0), 2, [2]);
    },
  },
  {
    name: "random.logistic",
    expected: "[2.8964, 3.8218]",
    run: async () => {
      return random.logistic(random.key(0), [2]);
    },
  },
  {
    name: "random.lognormal",
    expected: "[5.0665, 7.5781]",
    run: async () => {
      return random.lognormal(random.key(0), 1, [2]);
    },
  },
  {
    name: "random.maxwell",
    expected: "[2.6311, 0.99103]",
    run: async () => {
      return random.maxwell(random.key(0), [2]);
    },
  },
  {
    name: "random.multivariateNormal",
    expected: "[1.6226, 2.0253]",
    run: async () => {
      return random.multivariateNormal(random.key(0), np.zeros([2]), np.eye(2));
    },
  },
  {
    name: "random.orthogonal",
    expected: "[[1, 0], [0, 1]]",
    run: async () => {
      const q = random.orthogonal(random.key(0), 2);
      return np.round(np.matmul(np.transpose(q), q), 4);
    },
  },
  {
    name: "random.pareto",
    expected: "[4.3713, 6.8326]",
    run: async () => {
      return random.pareto(random.key(0), 2, [2]);
    },
  },
  {
    name: "random.permutation",
    expected: "[0, 1, 4, 3, 2]",
    run: async () => {
      return random.permutation(random.key(0), 5);
    },
  },
  {
    name: "random.rademacher",
    expected: "[-1, -1, 1, 1]",
    run: async () => {
      return random.rademacher(random.key(0), [4]);
    },
  },
  {
    name: "random.rayleigh",
    expected: "[0.32788, 0.2081]",
    run: async () => {
      return random.rayleigh(random.key(0), 1, [2]);
    },
  },
  {
    name: "random.shuffle",
    expected: "[1, 2, 3]",
    run: async () => {
      return random.shuffle(random.key(0), np.array([1, 2, 3]));
    },
  },
  {
    name: "random.t",
    expected: "[0.69022, -3.2393]",
    run: async () => {
      return random.t(random.key(0), 3, [2]);
    },
  },
  {
    name: "random.triangular",
    expected: "[1.6765, 1.793]",
    run: async () => {
      return random.triangular(random.key(0), 0, 1, 2, [2]);
    },
  },
  {
    name: "random.wald",
    expected: "[0.3806, 0.41567]",
    run: async () => {
      return random.wald(random.key(0), 1, [2]);
    },
  },
  {
    name: "random.weibullMin",
    expected: "[1.7176, 1.9605]",
    run: async () => {
      return random.weibullMin(random.key(0), 1, 2, [2]);
    },
  },
  {
    name: "random.wrapKeyData",
    expected: "[0, 42]",
    run: async () => {
      return random.wrapKeyData(np.array([0, 42], 'u32'));
    },
  },
];
