/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { jit, lax, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "lax.acos",
    expected: "[1.5708, 0]",
    run: async () => {
      return lax.acos([0, 1]);
    },
  },
  {
    name: "lax.acosh",
    expected: "[0, 1.317]",
    run: async () => {
      return lax.acosh([1, 2]);
    },
  },
  {
    name: "lax.asin",
    expected: "[0, 1.5708]",
    run: async () => {
      return lax.asin([0, 1]);
    },
  },
  {
    name: "lax.asinh",
    expected: "[0, 0.88137]",
    run: async () => {
      return lax.asinh([0, 1]);
    },
  },
  {
    name: "lax.atan",
    expected: "[0, 0.7854]",
    run: async () => {
      return lax.atan([0, 1]);
    },
  },
  {
    name: "lax.atanh",
    expected: "[0, 0.54931]",
    run: async () => {
      return lax.atanh([0, 0.5]);
    },
  },
  {
    name: "lax.besselI0e",
    expected: "[1, 0.46576]",
    run: async () => {
      return lax.besselI0e([0, 1]);
    },
  },
  {
    name: "lax.besselI1e",
    expected: "[0, 0.20791]",
    run: async () => {
      return lax.besselI1e([0, 1]);
    },
  },
  {
    name: "lax.clz",
    expected: "[31, 23]",
    run: async () => {
      return lax.clz(np.array([1, 256], 'i32'));
    },
  },
  {
    name: "lax.complex",
    expected: "[[1, 0], [2, -1]]",
    run: async () => {
      return lax.complex([1, 2], [0, -1]);
    },
  },
  {
    name: "lax.conj",
    expected: "[[1, -2]]",
    run: async () => {
      return lax.conj(lax.complex([1], [2]));
    },
  },
  {
    name: "lax.cosh",
    expected: "[1, 1.5431]",
    run: async () => {
      return lax.cosh([0, 1]);
    },
  },
  {
    name: "lax.digamma",
    expected: "[-0.57722, 0.42278]",
    run: async () => {
      return lax.digamma([1, 2]);
    },
  },
  {
    name: "lax.erfInv",
    expected: "[0, 0.47694]",
    run: async () => {
      return lax.erfInv([0, 0.5]);
    },
  },
  {
    name: "lax.erfc",
    expected: "[1, 0.00002209]",
    run: async () => {
      return lax.erfc([0, 3]);
    },
  },
  {
    name: "lax.exp2",
    expected: "[1, 8]",
    run: async () => {
      return lax.exp2([0, 3]);
    },
  },
  {
    name: "lax.fft",
    expected: "[[10, 0], [-2, 2], [-2, 0], [-2, -2]]",
    run: async () => {
      return lax.fft(np.astype([1, 2, 3, 4], 'c64'), 'FFT', [4]);
    },
  },
  {
    name: "lax.imag",
    expected: "[2]",
    run: async () => {
      return lax.imag(lax.complex([1], [2]));
    },
  },
  {
    name: "lax.integerPow",
    expected: "[8, -27]",
    run: async () => {
      return lax.integerPow([2, -3], 3);
    },
  },
  {
    name: "lax.lgamma",
    expected: "[3.1781, 0.57236]",
    run: async () => {
      return lax.lgamma([5, 0.5]);
    },
  },
  {
    name: "lax.likePair",
    expected: "[2, 2]",
    run: async () => {
      return lax.likePair(2, np.array([1, 3]))[0];
    },
  },
  {
    name: "lax.mulhi",
    expected: "[2]",
    run: async () => {
      return lax.mulhi(np.array([2 ** 30], 'i32'), np.array([8], 'i32'));
    },
  },
  {
    name: "lax.nextafter",
    expected: "[1.1921e-7]",
    run: async () => {
      return np.subtract(lax.nextafter([1], [2]), 1);
    },
  },
  {
    name: "lax.optimizationBarrier",
    expected: "[1, 2]",
    run: async () => {
      return lax.optimizationBarrier(np.array([1, 2]));
    },
  },
  {
    name: "lax.polygamma",
    expected: "[1.6449, 0.64493]",
    run: async () => {
      return lax.polygamma(1, np.array([1, 2]));
    },
  },
  {
    name: "lax.real",
    expected: "[1]",
    run: async () => {
      return lax.real(lax.complex([1], [2]));
    },
  },
  {
    name: "lax.reciprocal",
    expected: "[0.5, 0.25]",
    run: async () => {
      return lax.reciprocal([2, 4]);
    },
  },
  {
    name: "lax.reducePrecision",
    expected: "[1]",
    run: async () => {
      return lax.reducePrecision([1.01], 8, 3);
    },
  },
  {
    name: "lax.rngBitGenerator",
    expected: "[3]",
    run: async () => {
      return jit((s: Tensor) => lax.rngBitGenerator(s, [3]))(np.array([1n, 2n], 'u64'))[1].shape;
    },
  },
  {
    name: "lax.round",
    expected: "[1, 2, -3]",
    run: async () => {
      return lax.round([0.5, 1.5, -2.5]);
    },
  },
  {
    name: "lax.sinh",
    expected: "[0, 1.1752]",
    run: async () => {
      return lax.sinh([0, 1]);
    },
  },
  {
    name: "lax.square",
    expected: "[9, 16]",
    run: async () => {
      return lax.square([3, -4]);
    },
  },
  {
    name: "lax.zeta",
    expected: "[1.6449]",
    run: async () => {
      return lax.zeta(np.array([2]), 1);
    },
  },
];
