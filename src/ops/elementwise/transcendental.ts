import { complexMath as C, scalarMath as S } from '../../base/math/index.ts';
import { unary } from '../define/elementwise.ts';
import { add, cosine as cos, div, exp, mul, neg, onesLike, scale, sine as sin, splat, sub } from '../define/emit.ts';

export const exponential = unary('stablehlo.exponential', {
  doc: 'Elementwise e^x.',
  accepts: 'inexact',
  flops: 10,
  kernels: { float: Math.exp, complex: C.expC },
  derivative: (_, __, y) => y,
});

export const exponentialMinusOne = unary('stablehlo.exponential_minus_one', {
  doc: 'Elementwise e^x - 1, accurate near 0.',
  accepts: 'inexact',
  flops: 12,
  kernels: { float: Math.expm1, complex: C.expm1C },
  derivative: (b, _, y) => add(b, y, onesLike(b, y.type)),
});

export const log = unary('stablehlo.log', {
  doc: 'Elementwise natural logarithm.',
  accepts: 'inexact',
  flops: 10,
  kernels: { float: Math.log, complex: C.logC },
  derivative: (b, x) => div(b, onesLike(b, x.type), x),
  domain: [0.5, 3],
});

export const logPlusOne = unary('stablehlo.log_plus_one', {
  doc: 'Elementwise log(1 + x), accurate near 0.',
  accepts: 'inexact',
  flops: 12,
  kernels: { float: Math.log1p, complex: C.log1pC },
  derivative: (b, x) => div(b, onesLike(b, x.type), add(b, x, onesLike(b, x.type))),
  domain: [-0.5, 2],
});

export const logistic = unary('stablehlo.logistic', {
  doc: 'Elementwise 1 / (1 + e^-x).',
  accepts: 'inexact',
  flops: 12,
  kernels: { float: S.logistic, complex: C.logisticC },
  derivative: (b, _, y) => mul(b, y, sub(b, onesLike(b, y.type), y)),
});

export const tanh = unary('stablehlo.tanh', {
  doc: 'Elementwise hyperbolic tangent.',
  accepts: 'inexact',
  flops: 12,
  kernels: { float: Math.tanh, complex: C.tanhC },
  derivative: (b, _, y) => sub(b, onesLike(b, y.type), mul(b, y, y)),
});

export const sine = unary('stablehlo.sine', {
  doc: 'Elementwise sine.',
  accepts: 'inexact',
  flops: 12,
  kernels: { float: Math.sin, complex: C.sinC },
  derivative: (b, x) => cos(b, x),
});

export const cosine = unary('stablehlo.cosine', {
  doc: 'Elementwise cosine.',
  accepts: 'inexact',
  flops: 12,
  kernels: { float: Math.cos, complex: C.cosC },
  derivative: (b, x) => neg(b, sin(b, x)),
});

export const tan = unary('stablehlo.tan', {
  doc: 'Elementwise tangent.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.tan, complex: C.tanC },
  derivative: (b, _, y) => add(b, onesLike(b, y.type), mul(b, y, y)),
  domain: [-1, 1],
});

export const sqrt = unary('stablehlo.sqrt', {
  doc: 'Elementwise square root.',
  accepts: 'inexact',
  flops: 4,
  kernels: { float: Math.sqrt, complex: C.sqrtC },
  derivative: (b, _, y) => div(b, splat(b, y.type, 0.5), y),
  domain: [0.5, 4],
});

export const rsqrt = unary('stablehlo.rsqrt', {
  doc: 'Elementwise 1 / sqrt(x).',
  accepts: 'inexact',
  flops: 5,
  kernels: { float: (x) => 1 / Math.sqrt(x), complex: C.rsqrtC },
  derivative: (b, x, y) => scale(b, div(b, y, x), -0.5),
  domain: [0.5, 4],
});

export const cbrt = unary('stablehlo.cbrt', {
  doc: 'Elementwise cube root.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.cbrt, complex: C.cbrtC },
  // 1 / (3 y²): infinite at 0.
  derivative: (b, _, y) => scale(b, div(b, onesLike(b, y.type), mul(b, y, y)), 1 / 3),
  domain: [0.5, 4],
});

const gaussian = (b: Parameters<typeof exp>[0], x: Parameters<typeof exp>[1], factor: number) =>
  scale(b, exp(b, neg(b, mul(b, x, x))), factor);

export const erf = unary('chlo.erf', {
  doc: 'Elementwise error function.',
  accepts: 'float',
  flops: 20,
  kernels: { float: S.erf },
  derivative: (b, x) => gaussian(b, x, 2 / Math.sqrt(Math.PI)),
});

export const erfc = unary('chlo.erfc', {
  doc: 'Elementwise complementary error function 1 - erf(x), accurate for large x.',
  accepts: 'float',
  flops: 20,
  kernels: { float: S.erfc },
  derivative: (b, x) => gaussian(b, x, -2 / Math.sqrt(Math.PI)),
});
