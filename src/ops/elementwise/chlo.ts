import { allocate, type DType, dtypeInfo, HostArray, isFloat, isInteger } from '../../base/index.ts';
import { complexMath as C, singleMath as F, scalarMath as S } from '../../base/math/index.ts';
import { absent, asTensor, type Builder, defineOp, type Value } from '../../ir/index.ts';
import { elementwiseCost } from '../define/cost.ts';
import { batchElementwise, evaluateBinary, type NoAttributes, unary } from '../define/elementwise.ts';
import { add, div, exp, mul, neg, onesLike, rsqrt, scale, sqrt, sub } from '../define/emit.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';
import { sameType } from '../define/syntaxes.ts';
import { slopeOfI1e } from './bessel.ts';

/*
 * Elementwise functions of CHLO beyond StableHLO's own, as JAX emits them.
 */

const square = (b: Builder, x: Value): Value => mul(b, x, x);
const one = (b: Builder, x: Value): Value => onesLike(b, x.type);
const reciprocal = (b: Builder, x: Value): Value => div(b, one(b, x), x);
const cosh = (b: Builder, x: Value): Value => b.emit('chlo.cosh', [x]);
const sinh = (b: Builder, x: Value): Value => b.emit('chlo.sinh', [x]);

export const acos = unary('chlo.acos', {
  doc: 'Elementwise inverse cosine.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.acos, complex: C.acosC },
  derivative: (b, x) => neg(b, rsqrt(b, sub(b, one(b, x), square(b, x)))),
  domain: [-0.8, 0.8],
});
export const asin = unary('chlo.asin', {
  doc: 'Elementwise inverse sine.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.asin, complex: C.asinC },
  derivative: (b, x) => rsqrt(b, sub(b, one(b, x), square(b, x))),
  domain: [-0.8, 0.8],
});
export const atan = unary('chlo.atan', {
  doc: 'Elementwise inverse tangent.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.atan, complex: C.atanC },
  derivative: (b, x) => reciprocal(b, add(b, one(b, x), square(b, x))),
});
export const acosh = unary('chlo.acosh', {
  doc: 'Elementwise inverse hyperbolic cosine.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.acosh, complex: C.acoshC },
  derivative: (b, x) => reciprocal(b, mul(b, sqrt(b, sub(b, x, one(b, x))), sqrt(b, add(b, x, one(b, x))))),
  domain: [1.2, 4],
});
export const asinh = unary('chlo.asinh', {
  doc: 'Elementwise inverse hyperbolic sine.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.asinh, complex: C.asinhC },
  derivative: (b, x) => rsqrt(b, add(b, square(b, x), one(b, x))),
});
export const atanh = unary('chlo.atanh', {
  doc: 'Elementwise inverse hyperbolic tangent.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.atanh, complex: C.atanhC },
  derivative: (b, x) => reciprocal(b, sub(b, one(b, x), square(b, x))),
  domain: [-0.8, 0.8],
});
export const sinhOp = unary('chlo.sinh', {
  doc: 'Elementwise hyperbolic sine.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.sinh, complex: C.sinhC, single: { float: F.sinh, complex: F.sinhComplex } },
  derivative: cosh,
});
export const coshOp = unary('chlo.cosh', {
  doc: 'Elementwise hyperbolic cosine.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.cosh, complex: C.coshC, single: { float: F.cosh, complex: F.coshComplex } },
  derivative: sinh,
});
export const tan = unary('chlo.tan', {
  doc: 'Elementwise tangent.',
  accepts: 'inexact',
  flops: 16,
  kernels: { float: Math.tan, complex: C.tanC },
  derivative: (b, _, y) => add(b, one(b, y), square(b, y)),
  domain: [-1, 1],
});
export const erfInv = unary('chlo.erf_inv', {
  doc: 'Elementwise inverse error function.',
  accepts: 'float',
  flops: 30,
  kernels: { float: S.erfInverse },
  derivative: (b, _, y) => scale(b, exp(b, square(b, y)), Math.sqrt(Math.PI) / 2),
  domain: [-0.8, 0.8],
});
export const lgamma = unary('chlo.lgamma', {
  doc: 'Elementwise logarithm of |Γ(x)|.',
  accepts: 'float',
  flops: 40,
  kernels: { float: S.logGamma },
  derivative: (b, x) => b.emit('chlo.digamma', [x]),
  domain: [0.6, 4],
});
export const digamma = unary('chlo.digamma', {
  doc: 'Elementwise derivative of log Γ(x).',
  accepts: 'float',
  flops: 40,
  kernels: { float: S.digamma },
  derivative: (b, x) => b.emit('chlo.polygamma', [one(b, x), x]),
  domain: [0.6, 4],
});
export const besselI1e = unary('chlo.bessel_i1e', {
  doc: 'Elementwise exponentially scaled Bessel function I₁.',
  accepts: 'float',
  flops: 40,
  kernels: { float: S.besselI1e },
  derivative: slopeOfI1e,
});

/** Bits of an element moved by one towards y. */
function nextAfter(x: HostArray, y: HostArray): HostArray {
  const width = dtypeInfo(x.dtype).bytes;
  const out = new HostArray(x.dtype, x.shape, x.data.slice() as HostArray['data']);
  const view = new DataView(out.data.buffer, out.data.byteOffset);
  const read = (i: number): bigint =>
    width === 8
      ? view.getBigUint64(8 * i, true)
      : BigInt(width === 4 ? view.getUint32(4 * i, true) : view.getUint16(2 * i, true));
  const write = (i: number, v: bigint): void => {
    if (width === 8) view.setBigUint64(8 * i, v, true);
    else if (width === 4) view.setUint32(4 * i, Number(v), true);
    else view.setUint16(2 * i, Number(v), true);
  };
  const signBit = 1n << BigInt(8 * width - 1);
  for (let i = 0; i < x.size; i++) {
    const [a, b] = [x.number(i), y.number(i)];
    if (Number.isNaN(a) || Number.isNaN(b)) {
      out.set(i, Number.NaN);
    } else if (a === b) {
      out.set(i, b);
    } else if (a === 0) {
      write(i, b > 0 ? 1n : signBit | 1n);
    } else {
      write(i, read(i) + (a > 0 === b > a ? 1n : -1n));
    }
  }
  return out;
}

function mulHigh(x: HostArray, y: HostArray): HostArray {
  const { bits, scalar } = dtypeInfo(x.dtype);
  if (scalar === 'bigint') {
    const [a, b] = [x.data as BigInt64Array, y.data as BigInt64Array];
    const out = allocate(x.dtype, a.length) as BigInt64Array;
    for (let i = 0; i < out.length; i++) out[i] = (a[i] * b[i]) >> 64n;
    return new HostArray(x.dtype, x.shape, out);
  }
  const high = (p: number, q: number): number => Number((BigInt(p) * BigInt(q)) >> BigInt(bits));
  return evaluateBinary('chlo.mulhi', { int: high }, x, y);
}

function binaryOp(
  name: string,
  doc: string,
  dtype: DType,
  accepts: (d: DType) => boolean,
  f: (x: HostArray, y: HostArray) => HostArray,
) {
  return defineOp<NoAttributes>({
    name,
    doc,
    spec: `CHLO, ${name.slice('chlo.'.length)}`,
    operands: [{ name: 'x' }, { name: 'y' }],
    attributes: {},
    numRegions: 0,
    traits: { elementwise: true },
    inferTypes: ({ operands: [x, y], checker }) => {
      const [s, t] = [asTensor(x), asTensor(y)];
      checker.check(
        'operands',
        s.dtype === t.dtype && s.shape.join() === t.shape.join(),
        'operands must have one type',
      );
      checker.check('element type', accepts(s.dtype), () => `does not take ${s.dtype}`);
      return [s];
    },
    verify: () => {},
    syntax: sameType(2, 'arrow'),
    evaluate: ([x, y]) => [f(x, y)],
    decompose: absent('a primitive'),
    linearize: absent('works on bits'),
    transpose: absent('not linear'),
    batch: batchElementwise,
    sharding: pointwiseSharding,
    localize: () => ({}),
    cost: elementwiseCost(2),
    samples: [
      {
        name: dtype,
        operands: [
          { dtype, shape: [2, 3], low: 1, high: 2e9 },
          { dtype, shape: [2, 3], low: 1, high: 2e9 },
        ],
        attributes: {},
      },
    ],
  });
}

export const nextAfterOp = binaryOp(
  'chlo.next_after',
  'Elementwise next float from x towards y.',
  'f32',
  (d) => isFloat(d) && dtypeInfo(d).bits >= 16,
  nextAfter,
);
export const mulhi = binaryOp(
  'chlo.mulhi',
  'Elementwise high half of the double-width product.',
  'i32',
  isInteger,
  mulHigh,
);
