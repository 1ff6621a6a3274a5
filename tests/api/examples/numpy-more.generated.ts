/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.arrayEquiv",
    expected: "true",
    run: async () => {
      return np.arrayEquiv([1, 1], [1]);
    },
  },
  {
    name: "np.block",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.block([[[[1]], [[2]]], [[[3]], [[4]]]]);
    },
  },
  {
    name: "np.choose",
    expected: "[1, 20]",
    run: async () => {
      return np.choose(np.array([0, 1], 'i32'), [[1, 2], [10, 20]]);
    },
  },
  {
    name: "np.diagIndicesFrom",
    expected: "[[0, 1], [0, 1]]",
    run: async () => {
      return np.diagIndicesFrom(np.ones([2, 2]));
    },
  },
  {
    name: "np.ediff1d",
    expected: "[3, 5]",
    run: async () => {
      return np.ediff1d([1, 4, 9]);
    },
  },
  {
    name: "np.gcd",
    expected: "[4, 2]",
    run: async () => {
      return np.gcd(np.array([12, 18], 'i32'), 8);
    },
  },
  {
    name: "np.iscomplex",
    expected: "[false, true]",
    run: async () => {
      return np.iscomplex(lax.complex([1, 1], [0, 2]));
    },
  },
  {
    name: "np.isreal",
    expected: "[true, false]",
    run: async () => {
      return np.isreal(lax.complex([1, 1], [0, 2]));
    },
  },
  {
    name: "np.lcm",
    expected: "[20, 30]",
    run: async () => {
      return np.lcm(np.array([4, 6], 'i32'), 10);
    },
  },
  {
    name: "np.nanmedian",
    expected: "3",
    run: async () => {
      return np.nanmedian([2, NaN, 4]);
    },
  },
  {
    name: "np.nanpercentile",
    expected: "3",
    run: async () => {
      return np.nanpercentile([2, NaN, 4], 50);
    },
  },
  {
    name: "np.nanquantile",
    expected: "3",
    run: async () => {
      return np.nanquantile([2, NaN, 4], 0.5);
    },
  },
  {
    name: "np.resize",
    expected: "[1, 2, 1]",
    run: async () => {
      return np.resize([1, 2], [3]);
    },
  },
  {
    name: "np.resultType",
    expected: "'f16'",
    run: async () => {
      return np.resultType('i32', np.ones([2], 'f16'));
    },
  },
  {
    name: "np.trilIndicesFrom",
    expected: "[0, 0, 1]",
    run: async () => {
      return np.trilIndicesFrom(np.ones([2, 2]))[1];
    },
  },
  {
    name: "np.triuIndicesFrom",
    expected: "[0, 1, 1]",
    run: async () => {
      return np.triuIndicesFrom(np.ones([2, 2]))[1];
    },
  },
  {
    name: "np.unwrap",
    expected: "[0, 3, 0.21681]",
    run: async () => {
      return np.unwrap([0, 3, 6.5]);
    },
  },
];
