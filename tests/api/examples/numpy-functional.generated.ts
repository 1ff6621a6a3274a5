/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.applyOverAxes",
    expected: "[[6]]",
    run: async () => {
      return np.applyOverAxes((x, axis) => np.sum(x, { axis }), np.ones([2, 3]), [0, 1]);
    },
  },
  {
    name: "np.canCast",
    expected: "[true, false]",
    run: async () => {
      return [np.canCast('i32', 'f64'), np.canCast('f32', 'i32')];
    },
  },
  {
    name: "np.frexp",
    expected: "[[0.5, 0.75], [4, 2]]",
    run: async () => {
      return np.frexp([8, 3]);
    },
  },
  {
    name: "np.frombuffer",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.frombuffer(new Uint8Array([1, 2, 3]), 'u8');
    },
  },
  {
    name: "np.fromiter",
    expected: "[3, 4]",
    run: async () => {
      return np.fromiter(new Set([3, 4]));
    },
  },
  {
    name: "np.histogram2d",
    expected: "[[1, 0], [0, 2]]",
    run: async () => {
      return np.histogram2d([0, 1, 1], [0, 1, 1], 2)[0];
    },
  },
  {
    name: "np.histogramdd",
    expected: "[[1, 0], [0, 2]]",
    run: async () => {
      return np.histogramdd([[0, 0], [1, 1], [1, 1]], 2)[0];
    },
  },
  {
    name: "np.i0",
    expected: "[1, 1.2661]",
    run: async () => {
      return np.i0([0, 1]);
    },
  },
  {
    name: "np.isdtype",
    expected: "true",
    run: async () => {
      return np.isdtype('bf16', 'floating');
    },
  },
  {
    name: "np.isscalar",
    expected: "[true, false]",
    run: async () => {
      return [np.isscalar(3), np.isscalar(np.ones([1]))];
    },
  },
  {
    name: "np.iterable",
    expected: "[true, false]",
    run: async () => {
      return [np.iterable(np.ones([1])), np.iterable(3)];
    },
  },
  {
    name: "np.kaiser",
    expected: "[0.43868, 1, 0.43868]",
    run: async () => {
      return np.kaiser(3, 2);
    },
  },
  {
    name: "np.packbits",
    expected: "[131]",
    run: async () => {
      return np.packbits([true, false, false, false, false, false, true, true]);
    },
  },
  {
    name: "np.piecewise",
    expected: "[1, 4]",
    run: async () => {
      return np.piecewise([-1, 2], [np.less([-1, 2], 0)], [np.negative, np.square]);
    },
  },
  {
    name: "np.sortComplex",
    expected: "[[1, 3], [2, 0]]",
    run: async () => {
      return np.sortComplex(lax.complex([2, 1], [0, 3]));
    },
  },
  {
    name: "np.spacing",
    expected: "[1]",
    run: async () => {
      return np.multiply(np.spacing([1]), 2 ** 23);
    },
  },
  {
    name: "np.unpackbits",
    expected: "[1, 0, 0, 0, 0, 0, 1, 1]",
    run: async () => {
      return np.unpackbits(np.array([131], 'u8'));
    },
  },
  {
    name: "np.vectorize",
    expected: "[3, 7]",
    run: async () => {
      return np.vectorize((v, w) => np.vdot(v, w), { signature: '(n),(n)->()' })([[1, 2], [3, 4]], [1, 1]);
    },
  },
];
