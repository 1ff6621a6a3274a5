import { complexMath } from '../../base/math/index.ts';
import type { LinearizeInput, Value } from '../../ir/index.ts';
import { binary, linearizeLinear, type NoAttributes, partials, unary } from '../define/elementwise.ts';
import { compare, div, log, mul, neg, onesLike, pow, rem, select, splat, sub, zerosLike } from '../define/emit.ts';
import { neutralOperand } from '../define/unchanged-operands.ts';

type Input = LinearizeInput<NoAttributes>;

export const add = binary('stablehlo.add', {
  doc: 'Elementwise sum; logical or on booleans.',
  accepts: 'any',
  traits: {
    commutative: true,
    associative: true,
    linear: true,
    neutral: 0,
    unchangedOperand: neutralOperand(0),
    combines: (t) => (t.dtype === 'bool' ? 'max' : 'sum'),
  },
  kernels: {
    float: (x, y) => x + y,
    int: (x, y) => x + y,
    bigint: (x, y) => x + y,
    bool: (x, y) => x | y,
    complex: (a, b, c, d) => [a + c, b + d],
    loop: (x, y, out) => {
      for (let i = 0; i < out.length; i++) out[i] = x[i] + y[i];
    },
  },
  linearize: partials(
    (_, t) => t,
    (_, t) => t,
  ),
  transpose: ({ linear, cotangents: [ct] }) => linear.map((l) => (l ? ct : undefined)),
});

export const subtract = binary('stablehlo.subtract', {
  doc: 'Elementwise difference.',
  traits: { linear: true, neutral: 0, unchangedOperand: neutralOperand(0) },
  accepts: 'number',
  kernels: {
    float: (x, y) => x - y,
    int: (x, y) => x - y,
    bigint: (x, y) => x - y,
    complex: (a, b, c, d) => [a - c, b - d],
    loop: (x, y, out) => {
      for (let i = 0; i < out.length; i++) out[i] = x[i] - y[i];
    },
  },
  linearize: (input) => {
    const [tx, ty] = input.tangents;
    if (tx && ty) return { tangents: [sub(input.tangent, tx, ty)] };
    return { tangents: [tx ?? neg(input.tangent, ty!)] };
  },
  transpose: ({ linear, cotangents: [ct], builder }) => [
    linear[0] ? ct : undefined,
    linear[1] && ct ? neg(builder, ct) : undefined,
  ],
});

export const negate = unary('stablehlo.negate', {
  doc: 'Elementwise negation.',
  traits: { linear: true },
  accepts: 'number',
  kernels: { float: (x) => -x, int: (x) => -x, bigint: (x) => -x, complex: (a, b) => [-a, -b] },
  linearize: linearizeLinear,
  transpose: ({ cotangents: [ct], builder }) => [ct && neg(builder, ct)],
});

/** Integer product modulo 2³². */
const mulInt = (x: number, y: number): number => Math.imul(x, y);

export const multiply = binary('stablehlo.multiply', {
  doc: 'Elementwise product; logical and on booleans.',
  accepts: 'any',
  traits: {
    commutative: true,
    associative: true,
    neutral: 1,
    unchangedOperand: neutralOperand(1),
    combines: ({ dtype }) => (dtype === 'bool' ? 'min' : undefined),
  },
  kernels: {
    float: (x, y) => x * y,
    int: mulInt,
    bigint: (x, y) => x * y,
    bool: (x, y) => x & y,
    complex: complexMath.mulC,
    loop: (x, y, out) => {
      for (let i = 0; i < out.length; i++) out[i] = x[i] * y[i];
    },
  },
  linearize: partials(
    (i, t) => mul(i.tangent, t, i.operands[1]),
    (i, t) => mul(i.tangent, i.operands[0], t),
  ),
  transpose: ({ operands: [x, y], linear, cotangents: [ct], builder }) => [
    linear[0] && ct && y ? mul(builder, ct, y) : undefined,
    linear[1] && ct && x ? mul(builder, x, ct) : undefined,
  ],
});

const INT_MIN = -(2 ** 31);

export const divide = binary('stablehlo.divide', {
  doc: 'Elementwise quotient; integers truncate, x/0 = -1 (all bits set) and MIN/-1 = MIN as in XLA.',
  traits: { neutral: 1, unchangedOperand: neutralOperand(1) },
  accepts: 'number',
  flops: 4,
  kernels: {
    float: (x, y) => x / y,
    int: (x, y) => (y === 0 ? -1 : x === INT_MIN && y === -1 ? x : Math.trunc(x / y)),
    bigint: (x, y) => (y === 0n ? -1n : x / y),
    complex: complexMath.divC,
    loop: (x, y, out) => {
      for (let i = 0; i < out.length; i++) out[i] = x[i] / y[i];
    },
  },
  linearize: (input) => {
    const [tx, ty] = input.tangents;
    const [, y] = input.operands;
    const left = tx && div(input.tangent, tx, y);
    if (!ty) return { tangents: [left] };
    const coefficient = div(input.primal, neg(input.primal, input.results[0]), y);
    const right = mul(input.tangent, ty, coefficient);
    return { tangents: [left ? input.tangent.emit('stablehlo.add', [left, right]) : right] };
  },
  transpose: ({ operands: [, y], cotangents: [ct], builder }) => [ct && y && div(builder, ct, y), undefined],
});

/** x rem y with the sign of x; x rem 0 = x for integers. */
const remInt = (x: number, y: number): number => (y === 0 ? x : x % y);

export const remainder = binary('stablehlo.remainder', {
  doc: 'Elementwise remainder with the sign of the dividend; integer x rem 0 = x.',
  accepts: 'number',
  flops: 4,
  kernels: { float: (x, y) => x % y, int: remInt, bigint: (x, y) => (y === 0n ? x : x % y) },
  samples: [
    {
      name: 'f64',
      operands: [
        { dtype: 'f64', shape: [2, 3], values: [5.3, -4.2, 7.1, 0.4, -9.9, 3.5] },
        { dtype: 'f64', shape: [2, 3], values: [2, 3, -2.5, 1.3, -4, 2] },
      ],
      attributes: {},
    },
    {
      name: 'i32 with zero',
      operands: [
        { dtype: 'i32', shape: [5], values: [7, -7, 7, -7, -(2 ** 31)] },
        { dtype: 'i32', shape: [5], values: [3, 3, 0, -3, -1] },
      ],
      attributes: {},
    },
  ],
  linearize: partials(
    (_, t) => t,
    (i, t) => {
      const [x, y] = i.operands;
      const q = div(i.primal, sub(i.primal, x, rem(i.primal, x, y)), y);
      return mul(i.tangent, t, neg(i.primal, i.primal.emit('stablehlo.round_nearest_even', [q])));
    },
  ),
});

function powInt(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  let base = x;
  for (let n = y; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

function powBig(x: bigint, y: bigint): bigint {
  if (y < 0n) return x === 1n ? 1n : x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
  return BigInt.asIntN(64, modularPower(x, y));
}
function modularPower(x: bigint, y: bigint): bigint {
  let result = 1n;
  let base = BigInt.asUintN(64, x);
  for (let n = y; n > 0n; n >>= 1n) {
    if (n & 1n) result = BigInt.asUintN(64, result * base);
    base = BigInt.asUintN(64, base * base);
  }
  return result;
}

/** IEEE pow: unlike JavaScript's, 1 to any power and (±1) to infinity are 1. */
function powFloat(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  return x ** y;
}

function tangentOfBase(i: Input, t: Value): Value {
  const b = i.primal;
  const [x, y] = i.operands;
  // y·x^(y−1), with 0 (not NaN) where y is 0.
  const isZero = compare(b, 'EQ', y, zerosLike(b, y.type));
  const exponent = select(b, isZero, onesLike(b, y.type), sub(b, y, onesLike(b, y.type)));
  return mul(i.tangent, t, mul(b, y, pow(b, x, exponent)));
}
function tangentOfExponent(i: Input, t: Value): Value {
  const b = i.primal;
  const [x] = i.operands;
  // log(x)·x^y, with 0 where x is 0 (log 1 instead of log 0).
  const isZero = compare(b, 'EQ', x, zerosLike(b, x.type));
  const safe = select(b, isZero, onesLike(b, x.type), x);
  return mul(i.tangent, t, mul(b, log(b, safe), i.results[0]));
}

export const power = binary('stablehlo.power', {
  doc: 'Elementwise power.',
  accepts: 'number',
  flops: 20,
  kernels: { float: powFloat, int: powInt, bigint: powBig, complex: complexMath.powC },
  linearize: partials(tangentOfBase, tangentOfExponent),
});

/** Share of the cotangent that goes to x: 1 where it wins, ½ at ties, 0 where it loses (JAX's convention). */
function winner(i: Input, mine: number): Value {
  const b = i.primal;
  const [x, y] = i.operands;
  const me = mine === 0 ? x : y;
  const result = i.results[0];
  const isMine = compare(b, 'EQ', me, result);
  const isTie = compare(b, 'EQ', x, y);
  const half = select(b, isTie, splat(b, me.type, 0.5), splat(b, me.type, 1));
  return select(b, isMine, half, zerosLike(b, me.type));
}
const extremum = partials(
  (i, t) => mul(i.tangent, t, winner(i, 0)),
  (i, t) => mul(i.tangent, t, winner(i, 1)),
);

export const maximum = binary('stablehlo.maximum', {
  doc: 'Elementwise maximum; NaN if either is NaN; logical or on booleans.',
  accepts: 'any',
  traits: { commutative: true, associative: true, combines: () => 'max' },
  kernels: {
    float: Math.max,
    int: (x, y) => Math.max(x, y),
    bigint: (x, y) => (x > y ? x : y),
    bool: (x, y) => x | y,
    complex: (a, b, c, d) => (a > c || (a === c && b >= d) ? [a, b] : [c, d]),
  },
  linearize: extremum,
});

export const minimum = binary('stablehlo.minimum', {
  doc: 'Elementwise minimum; NaN if either is NaN; logical and on booleans.',
  accepts: 'any',
  traits: { commutative: true, associative: true, combines: () => 'min' },
  kernels: {
    float: Math.min,
    int: (x, y) => Math.min(x, y),
    bigint: (x, y) => (x < y ? x : y),
    bool: (x, y) => x & y,
    complex: (a, b, c, d) => (a < c || (a === c && b <= d) ? [a, b] : [c, d]),
  },
  linearize: extremum,
});

export const atan2 = binary('stablehlo.atan2', {
  doc: 'Elementwise angle of the point (rhs, lhs).',
  accepts: 'inexact',
  flops: 20,
  kernels: { float: Math.atan2, complex: complexMath.atan2C },
  linearize: partials(
    (i, t) => mul(i.tangent, t, atan2Part(i, 1)),
    (i, t) => mul(i.tangent, t, neg(i.primal, atan2Part(i, 0))),
  ),
});
/** operand[k] / (x² + y²) */
function atan2Part(i: Input, k: number): Value {
  const b = i.primal;
  const [x, y] = i.operands;
  const squared = b.emit('stablehlo.add', [mul(b, x, x), mul(b, y, y)]);
  return div(b, i.operands[k], squared);
}
