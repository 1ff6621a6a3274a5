import { type DType, isFloat, isInexact, type Scalar } from '../../base/index.ts';
import {
  type Absent,
  asTensor,
  type Builder,
  type OpDefinition,
  type Sample,
  type Type,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { composed } from '../define/composed.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { and, compare, mul, splat } from '../define/emit.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';
import { sameType } from '../define/syntaxes.ts';

/*
 * Elementwise CHLO ops that are short expressions of StableHLO ops.
 */

interface ElementwiseOptions {
  readonly operands?: number;
  readonly decompose: (b: Builder, xs: readonly Value[]) => Value;
  /** Element type of the result; default the first operand's. */
  readonly result?: DType;
  readonly samples: readonly Sample<NoAttributes>[];
  readonly linearize?: Absent;
  /** Default floats and complex numbers. */
  readonly accepts?: (d: DType) => boolean;
}

/** `chlo.name %x, %y : T, T -> U`, elementwise. */
export function composedElementwise(name: string, doc: string, o: ElementwiseOptions): OpDefinition {
  const count = o.operands ?? 1;
  return composed<NoAttributes>({
    name: `chlo.${name}`,
    doc,
    spec: `CHLO, ${name}`,
    operands: ['x', 'y'].slice(0, count).map((n) => ({ name: n })),
    attributes: {},
    traits: { elementwise: true },
    inferTypes: ({ operands, checker }): Type[] => {
      const [x, ...others] = operands.map((t) => asTensor(t));
      const same = others.every((y) => y.dtype === x.dtype && y.shape.join() === x.shape.join());
      checker.check('operands', same, 'operands must have one type');
      const ok = o.accepts ?? isInexact;
      checker.check('element type', ok(x.dtype), () => `does not take ${x.dtype}`);
      return [tensorType(o.result ?? x.dtype, x.shape)];
    },
    syntax: sameType(count, 'arrow'),
    decompose: ({ operands, builder }) => [o.decompose(builder, operands)],
    sharding: pointwiseSharding,
    samples: o.samples,
    ...(o.linearize ? { linearize: o.linearize } : {}),
  });
}

const reals: readonly Sample<NoAttributes>[] = [
  { name: 'f64', operands: [{ dtype: 'f64', shape: [2, 3] }], attributes: {} },
];
const special: readonly Sample<NoAttributes>[] = [
  {
    name: 'f32',
    operands: [{ dtype: 'f32', shape: [2, 2], values: [1, Infinity, -Infinity, Number.NaN] }],
    attributes: {},
  },
];

export const square = composedElementwise('square', 'Elementwise x².', {
  decompose: (b, [x]) => mul(b, x, x),
  samples: [...reals, { name: 'complex', operands: [{ dtype: 'c128', shape: [3] }], attributes: {} }],
});

const equals =
  (value: Scalar) =>
  (b: Builder, [x]: readonly Value[]): Value =>
    compare(b, 'EQ', x, splat(b, x.type, value));

export const isPosInf = composedElementwise('is_pos_inf', 'Elementwise: is +∞.', {
  decompose: equals(Infinity),
  accepts: isFloat,
  result: 'bool',
  samples: special,
});
export const isNegInf = composedElementwise('is_neg_inf', 'Elementwise: is −∞.', {
  decompose: equals(-Infinity),
  accepts: isFloat,
  result: 'bool',
  samples: special,
});
export const isInf = composedElementwise('is_inf', 'Elementwise: is infinite.', {
  decompose: (b, [x]) => compare(b, 'EQ', b.emit('stablehlo.abs', [x]), splat(b, x.type, Infinity)),
  accepts: isFloat,
  result: 'bool',
  samples: special,
});

export const conj = composedElementwise('conj', 'Elementwise complex conjugate.', {
  decompose: (b, [x]) => {
    if (!['c64', 'c128'].includes(x.dtype)) return x;
    const im = b.emit('stablehlo.negate', [b.emit('stablehlo.imag', [x])]);
    return b.emit('stablehlo.complex', [b.emit('stablehlo.real', [x]), im]);
  },
  samples: [...reals, { name: 'c128', operands: [{ dtype: 'c128', shape: [2, 3] }], attributes: {} }],
});

/** 12 / B₂ … of the Euler–Maclaurin tail, last term first. */
const ZETA_TERMS = [
  -7.166165256175667e18, 1.8152105401943546e17, -4.597978722407473e15, 1.1646782814350067e14, -2.950130727918164e12,
  7.47242496e10, -1.892437580318379e9, 47900160, -1209600, 30240, -720, 12,
];

/**
 * Hurwitz zeta Σ (q + n)^−x: nine terms, then Euler–Maclaurin (Johansson 2013, formula 5). Outside the domain NaN, at poles ∞.
 */
function emitZeta(b: Builder, [x, q]: readonly Value[]): Value {
  const c = (value: number): Value => splat(b, x.type, value);
  const op = (name: string, ...xs: Value[]): Value => b.emit(`stablehlo.${name}`, xs);
  const minusX = op('negate', x);
  let at = q;
  let total = op('power', q, minusX);
  let term = total;
  for (let i = 0; i < 10; i++) {
    at = op('add', at, c(1));
    term = op('power', at, minusX);
    if (i < 9) total = op('add', total, term);
  }
  const integral = op('divide', op('multiply', term, at), op('subtract', x, c(1)));
  const inverseSquare = op('divide', c(1), op('multiply', at, at));
  let tail = c(0);
  ZETA_TERMS.slice(0, -1).forEach((t, i) => {
    const factors = op('multiply', op('add', x, c(22 - 2 * i)), op('add', x, c(21 - 2 * i)));
    tail = op('multiply', factors, op('multiply', inverseSquare, op('add', tail, c(1 / t))));
  });
  const bernoulli = op('add', c(0.5), op('multiply', op('divide', x, at), op('add', c(1 / 12), tail)));
  let y = op('add', op('add', total, integral), op('multiply', term, bernoulli));
  const choose = (p: Value, yes: Value): void => {
    y = b.emit('stablehlo.select', [p, yes, y]);
  };
  // Far from the origin the sum alone is exact, and the tail may be ∞ · 0.
  choose(compare(b, 'EQ', term, c(0)), total);
  choose(compare(b, 'LT', x, c(1)), c(Number.NaN));
  const negative = compare(b, 'LE', q, c(0));
  choose(and(b, negative, compare(b, 'NE', x, op('floor', x))), c(Number.NaN));
  const pole = and(b, negative, compare(b, 'EQ', q, op('floor', q)));
  const even = compare(b, 'EQ', op('remainder', x, c(2)), c(0));
  choose(pole, b.emit('stablehlo.select', [even, c(Infinity), c(Number.NaN)]));
  choose(compare(b, 'EQ', x, c(1)), c(Infinity));
  return y;
}

const pair = (x: readonly [number, number], y: readonly [number, number]): Sample<NoAttributes> => ({
  name: 'f64',
  operands: [
    { dtype: 'f64', shape: [2, 3], low: x[0], high: x[1] },
    { dtype: 'f64', shape: [2, 3], low: y[0], high: y[1] },
  ],
  attributes: {},
});

export const zeta = composedElementwise('zeta', 'Elementwise Hurwitz zeta function ζ(x, q).', {
  operands: 2,
  accepts: isFloat,
  decompose: emitZeta,
  samples: [pair([1.5, 4], [0.5, 3])],
});

export const polygamma = composedElementwise('polygamma', 'Elementwise n-th derivative of digamma at x.', {
  operands: 2,
  accepts: isFloat,
  decompose: (b, [n, x]) => {
    const c = (value: number): Value => splat(b, x.type, value);
    const op = (name: string, ...xs: Value[]): Value => b.emit(name, xs);
    const order = op('stablehlo.add', n, c(1));
    const odd = compare(b, 'EQ', op('stablehlo.remainder', n, c(2)), c(0));
    const sign = b.emit('stablehlo.select', [odd, c(-1), c(1)]);
    const factorial = op('stablehlo.exponential', op('chlo.lgamma', order));
    const y = op('stablehlo.multiply', op('stablehlo.multiply', sign, factorial), op('chlo.zeta', order, x));
    const atZero = b.emit('stablehlo.select', [compare(b, 'EQ', n, c(0)), op('chlo.digamma', x), y]);
    const whole = and(b, compare(b, 'GE', n, c(0)), compare(b, 'EQ', n, op('stablehlo.floor', n)));
    return b.emit('stablehlo.select', [whole, atZero, c(Number.NaN)]);
  },
  samples: [
    {
      name: 'trigamma',
      operands: [
        { dtype: 'f64', shape: [3], values: [1, 1, 2], constant: true },
        { dtype: 'f64', shape: [3], low: 0.6, high: 3 },
      ],
      attributes: {},
    },
  ],
});
