/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.allclose",
    expected: "true",
    run: async () => {
      return np.allclose([1, 2], [1, 2.000001]);
    },
  },
  {
    name: "np.applyAlongAxis",
    expected: "[3, 7]",
    run: async () => {
      return np.applyAlongAxis((v) => np.sum(v), 1, [[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.arrayEqual",
    expected: "true",
    run: async () => {
      return np.arrayEqual([1, 2], [1, 2]);
    },
  },
  {
    name: "np.convolve",
    expected: "[1, 3, 5, 3]",
    run: async () => {
      return np.convolve([1, 2, 3], [1, 1]);
    },
  },
  {
    name: "np.corrcoef",
    expected: "[[1, -1], [-1, 1]]",
    run: async () => {
      return np.corrcoef([[1, 2, 3], [3, 2, 1]]);
    },
  },
  {
    name: "np.correlate",
    expected: "[3, 5]",
    run: async () => {
      return np.correlate([1, 2, 3], [1, 1]);
    },
  },
  {
    name: "np.countNonzero",
    expected: "2",
    run: async () => {
      return np.countNonzero([0, 3, 4]);
    },
  },
  {
    name: "np.cov",
    expected: "[[1, -1], [-1, 1]]",
    run: async () => {
      return np.cov([[1, 2, 3], [3, 2, 1]]);
    },
  },
  {
    name: "np.cumulativeProd",
    expected: "[1, 2, 6]",
    run: async () => {
      return np.cumulativeProd([1, 2, 3], { axis: 0 });
    },
  },
  {
    name: "np.cumulativeSum",
    expected: "[1, 3, 6]",
    run: async () => {
      return np.cumulativeSum([1, 2, 3], { axis: 0 });
    },
  },
  {
    name: "np.diff",
    expected: "[3, 5]",
    run: async () => {
      return np.diff([1, 4, 9]);
    },
  },
  {
    name: "np.gradient",
    expected: "[3, 4, 5]",
    run: async () => {
      return np.gradient([1, 4, 9]);
    },
  },
  {
    name: "np.logsumexp",
    expected: "0.69315",
    run: async () => {
      return np.logsumexp([0, 0]);
    },
  },
  {
    name: "np.nanargmax",
    expected: "2",
    run: async () => {
      return np.nanargmax([1, NaN, 3], 0);
    },
  },
  {
    name: "np.nanargmin",
    expected: "0",
    run: async () => {
      return np.nanargmin([1, NaN, 3], 0);
    },
  },
  {
    name: "np.nancumprod",
    expected: "[2, 2, 6]",
    run: async () => {
      return np.nancumprod([2, NaN, 3], 0);
    },
  },
  {
    name: "np.nancumsum",
    expected: "[2, 2, 5]",
    run: async () => {
      return np.nancumsum([2, NaN, 3], 0);
    },
  },
  {
    name: "np.nanmax",
    expected: "3",
    run: async () => {
      return np.nanmax([2, NaN, 3]);
    },
  },
  {
    name: "np.nanmean",
    expected: "3",
    run: async () => {
      return np.nanmean([2, NaN, 4]);
    },
  },
  {
    name: "np.nanmin",
    expected: "2",
    run: async () => {
      return np.nanmin([2, NaN, 3]);
    },
  },
  {
    name: "np.nanprod",
    expected: "8",
    run: async () => {
      return np.nanprod([2, NaN, 4]);
    },
  },
  {
    name: "np.nanstd",
    expected: "1",
    run: async () => {
      return np.nanstd([2, NaN, 4]);
    },
  },
  {
    name: "np.nansum",
    expected: "6",
    run: async () => {
      return np.nansum([2, NaN, 4]);
    },
  },
  {
    name: "np.nanvar",
    expected: "1",
    run: async () => {
      return np.nanvar([2, NaN, 4]);
    },
  },
  {
    name: "np.ptp",
    expected: "4",
    run: async () => {
      return np.ptp([1, 5, 2]);
    },
  },
  {
    name: "np.trapezoid",
    expected: "4",
    run: async () => {
      return np.trapezoid([1, 2, 3]);
    },
  },
];
