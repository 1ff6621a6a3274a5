/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { lax, np } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "np.acos",
    expected: "[1.5708, 0]",
    run: async () => {
      return np.acos([0, 1]);
    },
  },
  {
    name: "np.acosh",
    expected: "[0, 1.317]",
    run: async () => {
      return np.acosh([1, 2]);
    },
  },
  {
    name: "np.angle",
    expected: "[1.5708]",
    run: async () => {
      return np.angle(lax.complex([0], [1]));
    },
  },
  {
    name: "np.arcsin",
    expected: "[0, 1.5708]",
    run: async () => {
      return np.arcsin([0, 1]);
    },
  },
  {
    name: "np.arcsinh",
    expected: "[0, 0.88137]",
    run: async () => {
      return np.arcsinh([0, 1]);
    },
  },
  {
    name: "np.arctan",
    expected: "[0, 0.7854]",
    run: async () => {
      return np.arctan([0, 1]);
    },
  },
  {
    name: "np.arctanh",
    expected: "[0, 0.54931]",
    run: async () => {
      return np.arctanh([0, 0.5]);
    },
  },
  {
    name: "np.around",
    expected: "[1.2, 2.4]",
    run: async () => {
      return np.around([1.25, 2.35], 1);
    },
  },
  {
    name: "np.bitwiseAnd",
    expected: "[2, 1]",
    run: async () => {
      return np.bitwiseAnd(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "np.bitwiseCount",
    expected: "[3, 1]",
    run: async () => {
      return np.bitwiseCount(np.array([7, -8], 'i32'));
    },
  },
  {
    name: "np.bitwiseInvert",
    expected: "[-1, -6]",
    run: async () => {
      return np.bitwiseInvert(np.array([0, 5], 'i32'));
    },
  },
  {
    name: "np.bitwiseLeftShift",
    expected: "[4, 12]",
    run: async () => {
      return np.bitwiseLeftShift(np.array([1, 3], 'i32'), 2);
    },
  },
  {
    name: "np.bitwiseOr",
    expected: "[7, 7]",
    run: async () => {
      return np.bitwiseOr(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "np.bitwiseRightShift",
    expected: "[-4, 4]",
    run: async () => {
      return np.bitwiseRightShift(np.array([-8, 8], 'i32'), 1);
    },
  },
  {
    name: "np.bitwiseXor",
    expected: "[5, 6]",
    run: async () => {
      return np.bitwiseXor(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "np.broadcastArrays",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return np.broadcastArrays([1, 2], [[3], [4]])[0];
    },
  },
  {
    name: "np.copysign",
    expected: "[-1, 2]",
    run: async () => {
      return np.copysign([1, 2], [-1, 1]);
    },
  },
  {
    name: "np.cosh",
    expected: "[1, 1.5431]",
    run: async () => {
      return np.cosh([0, 1]);
    },
  },
  {
    name: "np.deg2rad",
    expected: "[0, 3.1416]",
    run: async () => {
      return np.deg2rad([0, 180]);
    },
  },
  {
    name: "np.degrees",
    expected: "[0, 180]",
    run: async () => {
      return np.degrees([0, Math.PI]);
    },
  },
  {
    name: "np.divmod",
    expected: "[[2, -3], [1, 2]]",
    run: async () => {
      return np.divmod([7, -7], 3);
    },
  },
  {
    name: "np.exp2",
    expected: "[1, 8]",
    run: async () => {
      return np.exp2([0, 3]);
    },
  },
  {
    name: "np.fabs",
    expected: "[1, 2]",
    run: async () => {
      return np.fabs([-1, 2]);
    },
  },
  {
    name: "np.fix",
    expected: "[1, -1]",
    run: async () => {
      return np.fix([1.7, -1.7]);
    },
  },
  {
    name: "np.floatPower",
    expected: "[4, 9]",
    run: async () => {
      return np.floatPower([2, 3], 2);
    },
  },
  {
    name: "np.fmax",
    expected: "[2, 3]",
    run: async () => {
      return np.fmax([1, NaN], [2, 3]);
    },
  },
  {
    name: "np.fmin",
    expected: "[1, 3]",
    run: async () => {
      return np.fmin([1, NaN], [2, 3]);
    },
  },
  {
    name: "np.heaviside",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return np.heaviside([-1, 0, 2], 0.5);
    },
  },
  {
    name: "np.hypot",
    expected: "[5]",
    run: async () => {
      return np.hypot([3], [4]);
    },
  },
  {
    name: "np.imag",
    expected: "[2]",
    run: async () => {
      return np.imag(lax.complex([1], [2]));
    },
  },
  {
    name: "np.interp",
    expected: "[5, 5]",
    run: async () => {
      return np.interp([0.5, 1.5], [0, 1, 2], [0, 10, 0]);
    },
  },
  {
    name: "np.isclose",
    expected: "[true, false]",
    run: async () => {
      return np.isclose([1, 2], [1, 2.1]);
    },
  },
  {
    name: "np.iscomplexobj",
    expected: "false",
    run: async () => {
      return np.iscomplexobj(np.ones([2]));
    },
  },
  {
    name: "np.isinf",
    expected: "[false, true]",
    run: async () => {
      return np.isinf([1, -Infinity]);
    },
  },
  {
    name: "np.isneginf",
    expected: "[false, true]",
    run: async () => {
      return np.isneginf([1, -Infinity]);
    },
  },
  {
    name: "np.isposinf",
    expected: "[false, true]",
    run: async () => {
      return np.isposinf([1, Infinity]);
    },
  },
  {
    name: "np.isrealobj",
    expected: "true",
    run: async () => {
      return np.isrealobj(np.ones([2]));
    },
  },
  {
    name: "np.ldexp",
    expected: "[8, 3]",
    run: async () => {
      return np.ldexp([0.5, 0.75], [4, 2]);
    },
  },
  {
    name: "np.log10",
    expected: "[0, 2]",
    run: async () => {
      return np.log10([1, 100]);
    },
  },
  {
    name: "np.logaddexp",
    expected: "[0.69315]",
    run: async () => {
      return np.logaddexp([0], [0]);
    },
  },
  {
    name: "np.logaddexp2",
    expected: "[2]",
    run: async () => {
      return np.logaddexp2([1], [1]);
    },
  },
  {
    name: "np.modf",
    expected: "[[0.5, -0.25], [1, -2]]",
    run: async () => {
      return np.modf([1.5, -2.25]);
    },
  },
  {
    name: "np.nanToNum",
    expected: "[-1, 1]",
    run: async () => {
      return np.nanToNum([NaN, 1], { nan: -1 });
    },
  },
  {
    name: "np.nextafter",
    expected: "[1.1921e-7]",
    run: async () => {
      return np.subtract(np.nextafter([1], [2]), 1);
    },
  },
  {
    name: "np.polyval",
    expected: "[5, 10]",
    run: async () => {
      return np.polyval([1, 0, 1], [2, 3]);
    },
  },
  {
    name: "np.positive",
    expected: "[1, -2]",
    run: async () => {
      return np.positive([1, -2]);
    },
  },
  {
    name: "np.real",
    expected: "[1]",
    run: async () => {
      return np.real(lax.complex([1], [2]));
    },
  },
  {
    name: "np.rint",
    expected: "[0, 2, 3]",
    run: async () => {
      return np.rint([0.5, 1.5, 2.7]);
    },
  },
  {
    name: "np.select",
    expected: "[10, 20, -1]",
    run: async () => {
      return np.select([np.less([1, 2, 3], 2), np.less([1, 2, 3], 3)], [[10, 10, 10], [20, 20, 20]], -1);
    },
  },
  {
    name: "np.signbit",
    expected: "[true, false]",
    run: async () => {
      return np.signbit([-1, 1]);
    },
  },
  {
    name: "np.sinc",
    expected: "[1, 0.63662]",
    run: async () => {
      return np.sinc([0, 0.5]);
    },
  },
  {
    name: "np.sinh",
    expected: "[0, 1.1752]",
    run: async () => {
      return np.sinh([0, 1]);
    },
  },
];
