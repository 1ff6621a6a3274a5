import { isComplex, realDType } from '../../base/index.ts';
import { type Builder, type TensorType, tensorType, type Value } from '../../ir/index.ts';
import {
  add,
  and,
  compare,
  convert,
  cosine,
  div,
  exp,
  log,
  max,
  min,
  mul,
  neg,
  onesLike,
  or,
  pow,
  select,
  sine,
  splat,
  sqrt,
  sub,
  zerosLike,
} from '../../ops/index.ts';

/*
 * Element functions of complex numbers as ops on their parts: the formulas of `base/math/complex-math.ts`. Sums, products, quotients,
 * moduli and exponentials are computed in the precision of the parts; what would lose digits or overflow on the way is computed
 * in float64 and rounded, as the reference does.
 */

/** Real and imaginary part. */
export type Parts = readonly [re: Value, im: Value];
/** Of as many numbers as the op has operands. */
export type ComplexFunction = (b: Builder, ...zs: readonly Parts[]) => Parts;

const call =
  (name: string) =>
  (b: Builder, ...xs: readonly Value[]): Value =>
    b.emit(name, xs);
const absolute = call('stablehlo.abs');
const atan2 = call('stablehlo.atan2');
const expm1 = call('stablehlo.exponential_minus_one');
const log1p = call('stablehlo.log_plus_one');
const tan = call('stablehlo.tan');
const sinh = call('chlo.sinh');
const cosh = call('chlo.cosh');
const signOf = call('stablehlo.sign');

const lit = (b: Builder, like: Value, value: number): Value => splat(b, like.type, value);
const times = (b: Builder, x: Value, factor: number): Value => mul(b, x, lit(b, x, factor));
const is = (b: Builder, x: Value, direction: 'EQ' | 'NE' | 'LT' | 'GT' | 'GE' | 'LE', value: number): Value =>
  compare(b, direction, x, lit(b, x, value));
const pick = (b: Builder, condition: Value, z: Parts, w: Parts): Parts => [
  select(b, condition, z[0], w[0]),
  select(b, condition, z[1], w[1]),
];

/** √(x² + y²) without overflow; infinite if either is. */
export function hypot(b: Builder, [x, y]: Parts): Value {
  const [p, q] = [absolute(b, x), absolute(b, y)];
  const most = max(b, p, q);
  const r = select(b, is(b, most, 'EQ', 0), most, div(b, min(b, p, q), most));
  const h = mul(b, most, sqrt(b, add(b, onesLike(b, r.type), mul(b, r, r))));
  const isInfinite = or(b, is(b, p, 'EQ', Infinity), is(b, q, 'EQ', Infinity));
  return select(b, isInfinite, lit(b, h, Infinity), h);
}

const multiply: ComplexFunction = (b, [x, y], [u, v]) => [
  sub(b, mul(b, x, u), mul(b, y, v)),
  add(b, mul(b, x, v), mul(b, y, u)),
];

/** Smith's division; by zero infinite, by infinity zero, as C's annex G has it. */
const divide: ComplexFunction = (b, z, w) => {
  const [zero, infinite] = [0, Infinity].map((limit) =>
    and(b, is(b, absolute(b, w[0]), 'EQ', limit), is(b, absolute(b, w[1]), 'EQ', limit)),
  );
  const finite = and(b, is(b, absolute(b, z[0]), 'LT', Infinity), is(b, absolute(b, z[1]), 'LT', Infinity));
  const infinity = div(b, onesLike(b, w[0].type), w[0]);
  const none = zerosLike(b, z[0].type);
  const usual = pick(b, and(b, infinite, finite), [none, none], smith(b, z, w));
  return pick(b, zero, [mul(b, infinity, z[0]), mul(b, infinity, z[1])], usual);
};
const smith: ComplexFunction = (b, [x, y], [u, v]) => {
  const isReal = compare(b, 'GE', absolute(b, u), absolute(b, v));
  const [p, q] = pick(b, isReal, [u, v], [v, u]);
  const r = div(b, q, p);
  const n = add(b, p, mul(b, q, r));
  const [first, second] = pick(b, isReal, [x, y], [y, x]);
  const re = div(b, add(b, first, mul(b, second, r)), n);
  const im = sub(b, second, mul(b, first, r));
  return [re, div(b, select(b, isReal, im, neg(b, im)), n)];
};
const reciprocal: ComplexFunction = (b, z) => divide(b, [onesLike(b, z[0].type), zerosLike(b, z[0].type)], z);

/** Where e^x alone would overflow, a factor of e^16 is taken out of it. */
const exponential: ComplexFunction = (b, [x, y]) => {
  const isLarge = is(b, x, 'GT', x.dtype === 'f64' ? 700 : 80);
  const e = exp(b, select(b, isLarge, sub(b, x, lit(b, x, 16)), x));
  const scale = select(b, isLarge, lit(b, x, Math.exp(16)), onesLike(b, x.type));
  const part = (circular: Value): Value => mul(b, mul(b, e, circular), scale);
  return [part(cosine(b, y)), select(b, is(b, y, 'EQ', 0), y, part(sine(b, y)))];
};

const logarithm: ComplexFunction = (b, [x, y]) => [log(b, hypot(b, [x, y])), atan2(b, y, x)];

const root: ComplexFunction = (b, [x, y]) => {
  const m = sqrt(b, times(b, add(b, hypot(b, [x, y]), absolute(b, x)), 0.5));
  const twice = times(b, m, 2);
  // The sign bit, which -0 has too.
  const isBelow = is(b, atan2(b, y, lit(b, x, -1)), 'LT', 0);
  const right: Parts = [m, div(b, y, twice)];
  const left: Parts = [div(b, absolute(b, y), twice), select(b, isBelow, neg(b, m), m)];
  const plain = pick(b, is(b, x, 'GE', 0), right, left);
  const infinite = pick(b, is(b, absolute(b, y), 'EQ', Infinity), [lit(b, x, Infinity), y], plain);
  const isZero = and(b, is(b, x, 'EQ', 0), is(b, y, 'EQ', 0));
  return pick(b, isZero, [zerosLike(b, x.type), y], infinite);
};

const hyperbolicTangent: ComplexFunction = (b, [x, y]) => {
  const [t, s] = [tan(b, y), sinh(b, x)];
  const one = onesLike(b, x.type);
  const beta = add(b, one, mul(b, t, t));
  const squared = mul(b, s, s);
  const n = add(b, one, mul(b, beta, squared));
  const near: Parts = [div(b, mul(b, mul(b, beta, sqrt(b, add(b, one, squared))), s), n), div(b, t, n)];
  const magnitude = absolute(b, x);
  const tail = mul(b, mul(b, times(b, sine(b, y), 4), cosine(b, y)), exp(b, times(b, magnitude, -2)));
  return pick(b, is(b, magnitude, 'GT', 20), [signOf(b, x), tail], near);
};
const tangent: ComplexFunction = (b, [x, y]) => {
  const [re, im] = hyperbolicTangent(b, [neg(b, y), x]);
  return [im, neg(b, re)];
};

const power: ComplexFunction = (b, [x, y], [u, v]) => {
  const r = hypot(b, [x, y]);
  const theta = atan2(b, y, x);
  const e = mul(b, pow(b, r, u), exp(b, neg(b, mul(b, v, theta))));
  const angle = add(b, mul(b, v, log(b, r)), mul(b, u, theta));
  const zero = zerosLike(b, x.type);
  const isZero = (p: Value, q: Value): Value => and(b, is(b, p, 'EQ', 0), is(b, q, 'EQ', 0));
  const ofZero: Parts = [select(b, isZero(u, v), onesLike(b, x.type), zero), zero];
  return pick(b, isZero(x, y), ofZero, [mul(b, e, cosine(b, angle)), mul(b, e, sine(b, angle))]);
};

const sign: ComplexFunction = (b, [x, y]) => {
  const m = hypot(b, [x, y]);
  const isUndefined = or(b, compare(b, 'NE', x, x), compare(b, 'NE', y, y));
  const nan = lit(b, x, Number.NaN);
  const zero = zerosLike(b, x.type);
  return pick(b, is(b, m, 'EQ', 0), [zero, zero], pick(b, isUndefined, [nan, nan], [div(b, x, m), div(b, y, m)]));
};

const expMinusOne: ComplexFunction = (b, [x, y]) => {
  const s = sine(b, times(b, y, 0.5));
  const turned = select(b, is(b, y, 'EQ', 0), y, mul(b, exp(b, x), sine(b, y)));
  return [sub(b, mul(b, expm1(b, x), cosine(b, y)), times(b, mul(b, s, s), 2)), turned];
};

const logPlusOne: ComplexFunction = (b, [x, y]) => {
  const shifted = add(b, x, onesLike(b, x.type));
  const m = add(b, add(b, mul(b, x, x), mul(b, y, y)), times(b, x, 2));
  const isSmall = and(b, is(b, absolute(b, x), 'LT', 0.5), is(b, absolute(b, y), 'LT', 0.5));
  return [select(b, isSmall, times(b, log1p(b, m), 0.5), log(b, hypot(b, [shifted, y]))), atan2(b, y, shifted)];
};

const logistic: ComplexFunction = (b, [x, y]) => {
  const [re, im] = exponential(b, [neg(b, x), neg(b, y)]);
  return reciprocal(b, [add(b, re, onesLike(b, x.type)), im]);
};

const cubeRoot: ComplexFunction = (b, z) => {
  const [re, im] = logarithm(b, z);
  const zero = zerosLike(b, re.type);
  const isZero = and(b, is(b, z[0], 'EQ', 0), is(b, z[1], 'EQ', 0));
  const third = (x: Value): Value => div(b, x, lit(b, x, 3));
  return pick(b, isZero, [zero, zero], exponential(b, [third(re), third(im)]));
};

/** Of both parts, computed in float64. */
function wide(f: ComplexFunction): ComplexFunction {
  return (b, ...zs) => {
    const to = zs[0][0].dtype;
    const inDouble = zs.map(([x, y]): Parts => [convert(b, x, 'f64'), convert(b, y, 'f64')]);
    const [re, im] = f(b, ...inDouble);
    return [convert(b, re, to), convert(b, im, to)];
  };
}
const each =
  (name: string): ComplexFunction =>
  (b, ...zs) => [
    b.emit(
      name,
      zs.map((z) => z[0]),
    ),
    b.emit(
      name,
      zs.map((z) => z[1]),
    ),
  ];

/** The lexicographically larger or smaller one. */
const extremum =
  (strict: 'GT' | 'LT', weak: 'GE' | 'LE'): ComplexFunction =>
  (b, z, w) => {
    const isTie = and(b, compare(b, 'EQ', z[0], w[0]), compare(b, weak, z[1], w[1]));
    return pick(b, or(b, compare(b, strict, z[0], w[0]), isTie), z, w);
  };

/** Functions of complex numbers with a complex result, by the op's name. */
export const complexFunctions: Readonly<Record<string, ComplexFunction>> = {
  'stablehlo.add': each('stablehlo.add'),
  'stablehlo.subtract': each('stablehlo.subtract'),
  'stablehlo.negate': each('stablehlo.negate'),
  'stablehlo.multiply': multiply,
  'stablehlo.divide': wide(divide),
  'stablehlo.maximum': extremum('GT', 'GE'),
  'stablehlo.minimum': extremum('LT', 'LE'),
  'stablehlo.sign': sign,
  'stablehlo.exponential': exponential,
  'stablehlo.exponential_minus_one': wide(expMinusOne),
  'stablehlo.log': wide(logarithm),
  'stablehlo.log_plus_one': wide(logPlusOne),
  'stablehlo.logistic': wide(logistic),
  'stablehlo.sqrt': wide(root),
  'stablehlo.rsqrt': wide((b, z) => reciprocal(b, root(b, z))),
  'stablehlo.cbrt': wide(cubeRoot),
  'stablehlo.tanh': wide(hyperbolicTangent),
  'stablehlo.tan': wide(tangent),
  'stablehlo.sine': wide((b, [x, y]) => [mul(b, sine(b, x), cosh(b, y)), mul(b, cosine(b, x), sinh(b, y))]),
  'stablehlo.cosine': wide((b, [x, y]) => [mul(b, cosine(b, x), cosh(b, y)), neg(b, mul(b, sine(b, x), sinh(b, y)))]),
  'stablehlo.power': wide(power),
};

export const isComplexValue = (v: Value): boolean => v.type.kind === 'tensor' && isComplex(v.type.dtype);

/** The type of either part. */
export const partType = (t: TensorType): TensorType => tensorType(realDType(t.dtype), t.shape);
