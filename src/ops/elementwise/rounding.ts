import type { DType } from '../../base/index.ts';
import { scalarMath } from '../../base/math/index.ts';
import type { OpDefinition, Sample } from '../../ir/index.ts';
import { type NoAttributes, type UnaryKernels, unary } from '../define/elementwise.ts';

const sample = (name: string, dtype: DType, values: number[]): Sample<NoAttributes> => ({
  name,
  operands: [{ dtype, shape: [values.length], values }],
  attributes: {},
});

/** Rounding ops are piecewise constant: derivative zero, as a symbolic zero. */
function rounding(name: string, doc: string, float: (x: number) => number): OpDefinition {
  return unary(`stablehlo.${name}`, {
    doc,
    accepts: 'float',
    kernels: { float },
    linearize: () => ({ tangents: [undefined] }),
    samples: [
      sample('f64', 'f64', [-1.6, -0.4, 0.3, 1.7, 2.2, -3.3]),
      sample('halves', 'f32', [-2.5, -1.5, 0.5, 1.5, 2.5]),
    ],
  });
}

export const floor = rounding('floor', 'Elementwise largest integer not above x.', Math.floor);
export const ceil = rounding('ceil', 'Elementwise smallest integer not below x.', Math.ceil);
export const roundNearestEven = rounding(
  'round_nearest_even',
  'Elementwise nearest integer, ties to even.',
  scalarMath.roundEven,
);
export const roundNearestAfz = rounding(
  'round_nearest_afz',
  'Elementwise nearest integer, ties away from zero.',
  scalarMath.roundAway,
);

const signKernels: UnaryKernels = {
  float: Math.sign,
  int: Math.sign,
  bigint: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  complex: (re, im) => {
    const m = Math.hypot(re, im);
    return m === 0 ? [0, 0] : Number.isNaN(re) || Number.isNaN(im) ? [Number.NaN, Number.NaN] : [re / m, im / m];
  },
};

export const sign = unary('stablehlo.sign', {
  doc: 'Elementwise sign; NaN and -0 are kept.',
  accepts: 'signedNumber',
  kernels: signKernels,
  linearize: () => ({ tangents: [undefined] }),
});
