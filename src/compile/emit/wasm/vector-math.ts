import {
  type FunctionBuilder,
  get,
  i32,
  lane,
  op,
  shuffleLanes,
  splatF32,
  splatF64,
  splatI32,
  type Value,
} from './function-builder.ts';
import type { ImportedFunctionName } from './imported-functions.ts';
import type { WasmLibrary } from './library.ts';

/*
 * Elementary functions on four float32 lanes: the polynomials of native/math/vecmath.h, with the same stated errors
 * (tests/wasm/vector-math.test.ts measures them). Arguments must be cheap to repeat (locals or constants). Sine and cosine
 * reduce their argument in double precision, since FMA is not everywhere.
 */

const add = (a: Value, b: Value): Value => op('f32x4.add', a, b);
const sub = (a: Value, b: Value): Value => op('f32x4.sub', a, b);
const mul = (a: Value, b: Value): Value => op('f32x4.mul', a, b);
const div = (a: Value, b: Value): Value => op('f32x4.div', a, b);
const lt = (a: Value, b: Value): Value => op('f32x4.lt', a, b);
const gt = (a: Value, b: Value): Value => op('f32x4.gt', a, b);
const eq = (a: Value, b: Value): Value => op('f32x4.eq', a, b);
const ne = (a: Value, b: Value): Value => op('f32x4.ne', a, b);
const or = (a: Value, b: Value): Value => op('v128.or', a, b);
const and = (a: Value, b: Value): Value => op('v128.and', a, b);
const iadd = (a: Value, b: Value): Value => op('i32x4.add', a, b);
const isub = (a: Value, b: Value): Value => op('i32x4.sub', a, b);
const c = splatF32;
/** mask ? a : b */
const pick = (mask: Value, a: Value, b: Value): Value => op('v128.bitselect', a, b, mask);
/** x, but at most (least) the bound; NaN stays. One instruction of most machines. */
const atMost = (x: Value, bound: number): Value => op('f32x4.pmin', x, c(bound));
const atLeast = (x: Value, bound: number): Value => op('f32x4.pmax', x, c(bound));
/** 0 where the mask is set. */
const zeroWhere = (mask: Value, x: Value): Value => op('v128.andnot', x, mask);
const abs = (x: Value): Value => op('f32x4.abs', x);
const neg = (x: Value): Value => op('f32x4.neg', x);
const copysign = (magnitude: Value, sign: Value): Value =>
  or(and(magnitude, splatI32(0x7fffffff)), and(sign, splatI32(-0x80000000)));
const pow2 = (n: Value): Value => op('i32x4.shl', iadd(n, splatI32(127)), i32(23));
const magic = 12582912; // 1.5 · 2^23: adding it rounds to an integer in the low bits
const magicBits = 0x4b400000;

export type VectorFunction = (f: FunctionBuilder, lib: WasmLibrary, ...args: readonly Value[]) => Value;

function polynomial(f: FunctionBuilder, lib: WasmLibrary, x: Value, coefficients: readonly number[]): Value {
  return coefficients.slice(1).reduce((p, k) => f.keep(lib.multiplyAdd(p, x, c(k))), c(coefficients[0]));
}

/** r in [-ln2/2, ln2/2] and n with x = n ln2 + r. */
function expReduce(f: FunctionBuilder, lib: WasmLibrary, x: Value): { r: Value; n: Value } {
  const t = f.keep(lib.multiplyAdd(x, c(Math.LOG2E), c(magic)));
  const n = f.keep(isub(t, splatI32(magicBits)));
  const k = f.keep(sub(t, c(magic)));
  const r = f.keep(lib.multiplyAdd(k, c(2.1219444e-4), lib.multiplyAdd(k, c(-0.693359375), x)));
  return { r, n };
}
/** e^r - 1 on the reduced range. */
function expTail(f: FunctionBuilder, lib: WasmLibrary, r: Value): Value {
  const p = polynomial(
    f,
    lib,
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  );
  return f.keep(lib.multiplyAdd(p, mul(r, r), r));
}
export const exp: VectorFunction = (f, lib, x0) => {
  // Lanes that end as 0 go another way: what underflows on the way takes twice the time, and masks of attention are full of it.
  const gone = f.keep(lt(x0, c(-104)));
  const x = f.keep(zeroWhere(gone, atMost(x0, 89)));
  const { r, n } = expReduce(f, lib, x);
  const y = add(expTail(f, lib, r), c(1));
  const h = f.keep(op('i32x4.shr_s', n, i32(1)));
  return zeroWhere(gone, mul(mul(y, pow2(h)), pow2(isub(n, h))));
};
/** e^x for |x| below 87, where no power of two leaves the range. */
const expWithin: VectorFunction = (f, lib, x) => {
  const { r, n } = expReduce(f, lib, x);
  return mul(add(expTail(f, lib, r), c(1)), pow2(n));
};
export const expm1: VectorFunction = (f, lib, x0) => {
  const x = f.keep(atMost(atLeast(x0, -30), 89));
  const { r, n } = expReduce(f, lib, x);
  const p = expTail(f, lib, r);
  // Half of 2^n, so that n = 128 does not overflow early.
  const t = f.keep(pow2(isub(n, splatI32(1))));
  const y = mul(c(2), lib.multiplyAdd(t, p, sub(t, c(0.5))));
  return pick(op('i32x4.eq', n, splatI32(0)), pick(eq(x0, c(0)), x0, p), y);
};
export const log: VectorFunction = (f, lib, x) => {
  const small = f.keep(lt(x, c(1.17549435e-38)));
  const s = pick(small, mul(x, c(8388608)), x);
  const u = f.keep(isub(s, splatI32(0x3f3504f3)));
  const e = f.keep(op('i32x4.shr_s', u, i32(23)));
  const m = f.keep(sub(iadd(and(u, splatI32(0x007fffff)), splatI32(0x3f3504f3)), c(1)));
  const ef = f.keep(op('f32x4.convert_i32x4_s', pick(small, isub(e, splatI32(23)), e)));
  const z = f.keep(mul(m, m));
  const p = polynomial(
    f,
    lib,
    m,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  let y = f.keep(mul(mul(p, m), z));
  y = f.keep(lib.multiplyAdd(ef, c(-2.1219444e-4), y));
  y = f.keep(lib.multiplyAdd(z, c(-0.5), y));
  y = lib.multiplyAdd(ef, c(0.693359375), add(m, y));
  y = pick(eq(x, c(Number.POSITIVE_INFINITY)), c(Number.POSITIVE_INFINITY), y);
  y = pick(eq(x, c(0)), c(Number.NEGATIVE_INFINITY), y);
  return pick(or(lt(x, c(0)), ne(x, x)), c(Number.NaN), y);
};
export const log1p: VectorFunction = (f, lib, x) => {
  const u = f.keep(add(c(1), x));
  const correction = f.keep(div(sub(x, sub(u, c(1))), u));
  const y = add(log(f, lib, u), correction);
  const plain = or(eq(u, c(1)), eq(x, c(Number.POSITIVE_INFINITY)));
  return pick(eq(x, c(-1)), c(Number.NEGATIVE_INFINITY), pick(plain, x, y));
};
export const tanh: VectorFunction = (f, lib, x) => {
  const a = f.keep(abs(x));
  const z = f.keep(mul(x, x));
  const p = polynomial(
    f,
    lib,
    z,
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  );
  const near = f.keep(lib.multiplyAdd(mul(p, z), x, x));
  // Beyond 20 it is 1 in float32.
  const far = sub(c(1), div(c(2), add(expWithin(f, lib, f.keep(atMost(add(a, a), 40))), c(1))));
  return copysign(pick(lt(a, c(0.625)), near, far), x);
};
export const logistic: VectorFunction = (f, lib, x) => {
  const e = f.keep(exp(f, lib, f.keep(neg(abs(x)))));
  return div(pick(lt(x, c(0)), e, pick(ne(x, x), x, c(1))), add(c(1), e));
};
export const erf: VectorFunction = (f, lib, x) => {
  const a = f.keep(abs(x));
  const s0 = f.keep(mul(x, x));
  const q0 = polynomial(
    f,
    lib,
    s0,
    [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1],
  );
  const q = f.keep(lib.multiplyAdd(q0, x, x));
  const t = f.keep(atMost(a, 4));
  const s = f.keep(mul(t, t));
  let r = lib.multiplyAdd(c(-1.7285347e-5), t, c(3.83197126e-4));
  const u = lib.multiplyAdd(c(-3.88396438e-3), t, c(2.42546219e-2));
  r = f.keep(lib.multiplyAdd(r, s, u));
  for (const k of [-1.06777877e-1, -6.34846687e-1, -1.28717512e-1]) r = f.keep(lib.multiplyAdd(r, t, c(k)));
  r = f.keep(lib.multiplyAdd(r, t, neg(t)));
  const far = copysign(sub(c(1), expWithin(f, lib, r)), x);
  return pick(gt(t, c(0.927734375)), far, q);
};

/** Beyond this the two-part reduction loses digits, and Math.sin takes over lane by lane. */
const sincosMax = 1e6;
function reduced(f: FunctionBuilder, d: Value): { n: Value; r: Value } {
  const big = splatF64(6755399441055744); // 1.5 · 2^52
  const t = f.keep(op('f64x2.add', op('f64x2.mul', d, splatF64(2 / Math.PI)), big));
  const k = f.keep(op('f64x2.sub', t, big));
  const r = op(
    'f64x2.sub',
    op('f64x2.sub', d, op('f64x2.mul', k, splatF64(1.5707963267341256))),
    op('f64x2.mul', k, splatF64(6.077100506506192e-11)),
  );
  return { n: t, r: f.keep(op('f32x4.demote_f64x2_zero', r)) };
}
/** Sine and cosine of what is left of x beyond n quarter turns. */
function quarterTurns(f: FunctionBuilder, lib: WasmLibrary, x: Value): { n: Value; sine: Value; cosine: Value } {
  const low = reduced(f, f.keep(op('f64x2.promote_low_f32x4', x)));
  const high = reduced(f, f.keep(op('f64x2.promote_low_f32x4', shuffleLanes(x, x, [2, 3, 2, 3]))));
  const r = f.keep(shuffleLanes(low.r, high.r, [0, 1, 4, 5]));
  const n = f.keep(shuffleLanes(low.n, high.n, [0, 2, 4, 6]));
  const z = f.keep(mul(r, r));
  const s = polynomial(f, lib, z, [2.86567956e-6, -1.98559923e-4, 8.33338592e-3, -1.66666672e-1]);
  const sine = f.keep(lib.multiplyAdd(mul(s, z), r, r));
  const cosine = polynomial(f, lib, z, [2.44677067e-5, -1.38877297e-3, 4.16666567e-2, -0.5, 1]);
  return { n, sine, cosine };
}
const isOdd = (n: Value): Value => op('i32x4.ne', and(n, splatI32(1)), splatI32(0));
function sincos(f: FunctionBuilder, lib: WasmLibrary, x: Value, quadrant: 0 | 1): Value {
  const { n: turns, sine, cosine } = quarterTurns(f, lib, x);
  const n = f.keep(iadd(turns, splatI32(quadrant)));
  const y = f.keep(op('v128.xor', pick(isOdd(n), cosine, sine), op('i32x4.shl', and(n, splatI32(2)), i32(30))));
  return quadrant === 0 ? pick(eq(x, c(0)), x, y) : y;
}
/** The value, or what JavaScript says of every lane where one is not covered. */
function unless(
  f: FunctionBuilder,
  lib: WasmLibrary,
  uncovered: Value,
  name: ImportedFunctionName,
  value: Value,
  ...args: Value[]
): Value {
  const out = f.local('v128');
  f.set(out, value);
  f.if(op('v128.any_true', uncovered), () => f.set(out, eachLane(lib, name, ...args)));
  return get(out);
}
const isFar = (x: Value): Value => op('v128.not', op('f32x4.le', abs(x), c(sincosMax)));
export const sin: VectorFunction = (f, lib, x) => unless(f, lib, isFar(x), 'sin', sincos(f, lib, x, 0), x);
export const cos: VectorFunction = (f, lib, x) => unless(f, lib, isFar(x), 'cos', sincos(f, lib, x, 1), x);
export const tan: VectorFunction = (f, lib, x) => {
  const { n, sine, cosine } = quarterTurns(f, lib, x);
  const odd = f.keep(isOdd(n));
  const y = div(pick(odd, neg(cosine), sine), pick(odd, sine, cosine));
  return unless(f, lib, isFar(x), 'tan', pick(eq(x, c(0)), x, y), x);
};

/** (m · 2^e)^y for two lanes in double precision, m near 1; float32 in the low lanes. */
function powerOfTwoLanes(f: FunctionBuilder, m: Value, e: Value, y: Value): Value {
  const d = splatF64;
  const [dadd, dsub, dmul] = (['f64x2.add', 'f64x2.sub', 'f64x2.mul'] as const).map(
    (name) => (a: Value, b: Value) => op(name, a, b),
  );
  const series = (x: Value, coefficients: readonly number[]): Value =>
    coefficients.slice(1).reduce((p, k) => f.keep(dadd(dmul(p, x), d(k))), d(coefficients[0]));
  // log2 m = 2 / ln 2 · artanh s
  const s = f.keep(op('f64x2.div', dsub(m, d(1)), dadd(m, d(1))));
  const artanh = dmul(
    s,
    series(
      f.keep(dmul(s, s)),
      [15, 13, 11, 9, 7, 5, 3, 1].map((n) => 1 / n),
    ),
  );
  const log2 = dadd(e, dmul(artanh, d(2 / Math.LN2)));
  // Beyond 160 float32 is 0 or infinite.
  const t = f.keep(op('f64x2.max', op('f64x2.min', dmul(y, log2), d(160)), d(-160)));
  const big = d(6755399441055744); // 1.5 · 2^52: adding it rounds to an integer in the low bits
  const whole = f.keep(dadd(t, big));
  const r = f.keep(dmul(dsub(t, dsub(whole, big)), d(Math.LN2)));
  const taylor = [3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2, 1, 1].map((factorial) => 1 / factorial);
  const exponent = op('i32x4.shl', iadd(whole, splatI32(1023)), i32(20));
  const scale = shuffleLanes(exponent, splatI32(0), [4, 0, 5, 2]);
  return f.keep(op('f32x4.demote_f64x2_zero', dmul(series(r, taylor), scale)));
}
/** x^y. Zeros, infinities, NaN, and roots of negative numbers are left to JavaScript, which does not know that 1^y and (−1)^±∞ are 1. */
export const pow: VectorFunction = (f, lib, x, y) => {
  const a = f.keep(abs(x));
  const small = f.keep(lt(a, c(1.17549435e-38)));
  const u = f.keep(isub(pick(small, mul(a, c(8388608)), a), splatI32(0x3f3504f3)));
  const exponent = f.keep(op('i32x4.shr_s', u, i32(23)));
  const e = f.keep(op('f32x4.convert_i32x4_s', pick(small, isub(exponent, splatI32(23)), exponent)));
  const m = f.keep(iadd(and(u, splatI32(0x007fffff)), splatI32(0x3f3504f3)));
  const wide = (v: Value): Value => f.keep(op('f64x2.promote_low_f32x4', v));
  const upper = (v: Value): Value => shuffleLanes(v, v, [2, 3, 2, 3]);
  const low = powerOfTwoLanes(f, wide(m), wide(e), wide(y));
  const high = powerOfTwoLanes(f, wide(upper(m)), wide(upper(e)), wide(upper(y)));
  const sign = and(and(x, op('i32x4.shl', op('i32x4.trunc_sat_f32x4_s', y), i32(31))), splatI32(-0x80000000));
  const value = op('v128.xor', shuffleLanes(low, high, [0, 1, 4, 5]), sign);
  const isInteger = and(eq(op('f32x4.trunc', y), y), lt(abs(y), c(2 ** 24)));
  const infinity = c(Number.POSITIVE_INFINITY);
  const covered = [gt(a, c(0)), lt(a, infinity), lt(abs(y), infinity), or(gt(x, c(0)), isInteger)].reduce(and);
  const power = f.keep(unless(f, lib, op('v128.not', covered), 'pow', value, x, y));
  const isOne = or(eq(x, c(1)), and(eq(x, c(-1)), eq(abs(y), infinity)));
  return pick(isOne, c(1), power);
};

export const erfInv: VectorFunction = (f, lib, x) => {
  const w = f.keep(neg(log1p(f, lib, f.keep(mul(neg(x), x)))));
  const a = f.keep(sub(w, c(2.5)));
  const b = f.keep(sub(op('f32x4.sqrt', pick(gt(w, c(0)), w, c(0))), c(3)));
  const p = polynomial(
    f,
    lib,
    a,
    [
      2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
      0.246640727, 1.50140941,
    ],
  );
  const q = polynomial(
    f,
    lib,
    b,
    [
      -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
      1.00167406, 2.83297682,
    ],
  );
  let y = mul(pick(lt(w, c(5)), p, q), x);
  y = pick(eq(abs(x), c(1)), mul(x, c(Number.POSITIVE_INFINITY)), y);
  return pick(gt(abs(x), c(1)), c(Number.NaN), y);
};
export const rsqrt: VectorFunction = (_f, _lib, x) => div(c(1), op('f32x4.sqrt', x));
/** Half away from zero. */
export const round: VectorFunction = (f, _lib, x) => {
  const a = f.keep(abs(x));
  const w = f.keep(op('f32x4.floor', a));
  const up = pick(op('f32x4.ge', sub(a, w), c(0.5)), add(w, c(1)), w);
  return copysign(pick(lt(a, c(8388608)), up, a), x);
};
export const sign: VectorFunction = (_f, _lib, x) => pick(or(gt(x, c(0)), lt(x, c(0))), copysign(c(1), x), x);
const logHalf = -0.6931471824645996;
export const cosh: VectorFunction = (f, lib, x) =>
  add(f.keep(exp(f, lib, f.keep(add(x, c(logHalf))))), exp(f, lib, f.keep(sub(c(logHalf), x))));
export const sinh: VectorFunction = (f, lib, x) => {
  const e = f.keep(expm1(f, lib, x));
  const near = f.keep(mul(c(0.5), add(e, div(e, add(e, c(1))))));
  const far = sub(f.keep(exp(f, lib, f.keep(add(x, c(logHalf))))), exp(f, lib, f.keep(sub(c(logHalf), x))));
  return pick(lt(abs(x), c(1)), near, far);
};
export const single =
  (name: 'f32x4.sqrt' | 'f32x4.floor' | 'f32x4.ceil' | 'f32x4.nearest'): VectorFunction =>
  (_f, _lib, x) =>
    op(name, x);

/** An imported function of doubles on every lane of its arguments. */
export function eachLane(lib: WasmLibrary, name: ImportedFunctionName, ...args: readonly Value[]): Value {
  const at = (i: number): Value =>
    op('f32.demote_f64', lib.math(name, ...args.map((a) => op('f64.promote_f32', lane('f32x4.extract_lane', i, a)))));
  return [1, 2, 3].reduce((v, i) => lane('f32x4.replace_lane', i, v, at(i)), op('f32x4.splat', at(0)));
}

/** bfloat16 bits in the low halves of 32-bit lanes, rounded to nearest even; NaN stays a quiet NaN. */
export function bf16Bits(f: FunctionBuilder, x: Value): Value {
  const u = f.keep(x);
  const top = f.keep(op('i32x4.shr_u', u, i32(16)));
  const rounded = op('i32x4.shr_u', iadd(iadd(u, splatI32(0x7fff)), and(top, splatI32(1))), i32(16));
  return pick(ne(u, u), or(top, splatI32(0x40)), rounded);
}
export const roundBf16 = (f: FunctionBuilder, x: Value): Value => op('i32x4.shl', bf16Bits(f, x), i32(16));
