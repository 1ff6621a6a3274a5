/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.fft.fft",
    expected: "[[10, 0], [-2, 2], [-2, 0], [-2, -2]]",
    run: async () => {
      return np.fft.fft([1, 2, 3, 4]);
    },
  },
  {
    name: "np.fft.fft2",
    expected: "[[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]",
    run: async () => {
      return np.fft.fft2([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.fft.fftfreq",
    expected: "[0, 0.25, -0.5, -0.25]",
    run: async () => {
      return np.fft.fftfreq(4);
    },
  },
  {
    name: "np.fft.fftn",
    expected: "[[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]",
    run: async () => {
      return np.fft.fftn([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.fft.fftshift",
    expected: "[-2, -1, 0, 1]",
    run: async () => {
      return np.fft.fftshift([0, 1, -2, -1]);
    },
  },
  {
    name: "np.fft.hfft",
    expected: "[8, -2, 0, -2]",
    run: async () => {
      return np.fft.hfft([1, 2, 3]);
    },
  },
  {
    name: "np.fft.ifft",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.real(np.fft.ifft(np.fft.fft([1, 2, 3])));
    },
  },
  {
    name: "np.fft.ifft2",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.real(np.fft.ifft2(np.fft.fft2([[1, 2], [3, 4]])));
    },
  },
  {
    name: "np.fft.ifftn",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.real(np.fft.ifftn(np.fft.fftn([[1, 2], [3, 4]])));
    },
  },
  {
    name: "np.fft.ifftshift",
    expected: "[0, 1, -2, -1]",
    run: async () => {
      return np.fft.ifftshift([-2, -1, 0, 1]);
    },
  },
  {
    name: "np.fft.ihfft",
    expected: "[[2.5, 0], [-0.5, -0.5], [-0.5, 0]]",
    run: async () => {
      return np.fft.ihfft([1, 2, 3, 4]);
    },
  },
  {
    name: "np.fft.irfft",
    expected: "[1, 2, 3, 4]",
    run: async () => {
      return np.fft.irfft(np.fft.rfft([1, 2, 3, 4]));
    },
  },
  {
    name: "np.fft.irfft2",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.fft.irfft2(np.fft.rfft2([[1, 2], [3, 4]]));
    },
  },
  {
    name: "np.fft.irfftn",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.fft.irfftn(np.fft.rfftn([[1, 2], [3, 4]]));
    },
  },
  {
    name: "np.fft.rfft",
    expected: "[[10, 0], [-2, 2], [-2, 0]]",
    run: async () => {
      return np.fft.rfft([1, 2, 3, 4]);
    },
  },
  {
    name: "np.fft.rfft2",
    expected: "[[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]",
    run: async () => {
      return np.fft.rfft2([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.fft.rfftfreq",
    expected: "[0, 0.25, 0.5]",
    run: async () => {
      return np.fft.rfftfreq(4);
    },
  },
  {
    name: "np.fft.rfftn",
    expected: "[[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]",
    run: async () => {
      return np.fft.rfftn([[1, 2], [3, 4]]);
    },
  },
];
