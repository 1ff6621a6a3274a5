import {
  type DType,
  HostArray,
  numElements,
  parseDType,
  range,
  roundToFloat,
  type Shape,
  UserError,
} from '../../base/index.ts';
import * as lax from '../lax/index.ts';
import * as np from '../numpy/index.ts';
import { requireInteger, requireOptions, requireSizes } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { atOnePlace, constant, requireTensor } from '../trace/trace.ts';

/*
 * Random numbers with JAX's exact bits: threefry2x32, partitionable generation (the default since JAX 0.5), so that the
 * numbers do not depend on how the program is split.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011); jax/_src/prng.py.
 */

/** A key: `u32[2]`. */
export type Key = Tensor;

/**
 * Key from a seed (an integer below 2^53, as JAX's `random.key(seed)` with 32-bit seeds' high word kept).
 * @example random.key(42) // => [0, 42]
 */
export function key(seed: number): Key {
  if (!Number.isInteger(seed)) throw new UserError('api/seed', 'a seed must be an integer', { given: String(seed) });
  const low = seed >>> 0;
  return constant(HostArray.from('u32', [2], [0, low]));
}

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/**
 * The threefry2x32 block cipher on counters `(x0, x1): u32[…]` under `key: u32[2]`.
 * @example random.threefry2x32(random.key(0), np.zeros([1], 'u32'), np.zeros([1], 'u32')) // => [[1797259609], [2579123966]]
 */
export function threefry2x32(k: Key, x0: Tensor, x1: Tensor): [Tensor, Tensor] {
  return atOnePlace(() => threefry(k, x0, x1));
}

function threefry(k: Key, x0: Tensor, x1: Tensor): [Tensor, Tensor] {
  const k0 = np.index(k, 0, 0);
  const k1 = np.index(k, 0, 1);
  const k2 = lax.bitwiseXor(lax.bitwiseXor(k0, k1), 0x1bd11bda);
  const keys = [k0, k1, k2].map((s) => np.broadcastTo(s, x0.shape));
  let a = lax.add(x0, keys[0]);
  let b = lax.add(x1, keys[1]);
  for (let round = 0; round < 5; round++) {
    for (const r of rotations[round % 2]) {
      a = lax.add(a, b);
      b = lax.bitwiseXor(a, lax.bitwiseOr(lax.shiftLeft(b, r), lax.shiftRightLogical(b, 32 - r)));
    }
    a = lax.add(a, keys[(round + 1) % 3]);
    b = lax.add(lax.add(b, keys[(round + 2) % 3]), round + 1);
  }
  return [a, b];
}

/** High and low words of 0 … n-1 laid out as `shape`. */
function counters(shape: Shape): [Tensor, Tensor] {
  requireSizes(shape, 'the shape of random numbers');
  const n = numElements(shape);
  if (n > 2 ** 32) throw new UserError('api/random', 'more than 2^32 random numbers in one call');
  return [np.zeros(shape, 'u32'), linearIndex(shape)];
}

/** Row-major position of every element: u32, as a sum of iotas so that it can be cut along any dimension. */
function linearIndex(shape: Shape): Tensor {
  requireSizes(shape, 'the shape of random numbers');
  let total: Tensor = np.zeros(shape, 'u32');
  let stride = 1;
  for (const d of range(shape.length).reverse()) {
    if (shape[d] > 1) total = lax.add(total, lax.mul(lax.iota('u32', shape, d), stride));
    stride *= shape[d];
  }
  return total;
}

/**
 * Independent keys: `u32[num, 2]`; take them apart with `np.index(keys, 0, i)` or `splitKeys`.
 * @example random.split(random.key(0)) // => [[1797259609, 2579123966], [928981903, 3453687069]]
 */
export function split(k: Key, num = 2): Tensor {
  const [hi, lo] = counters([num]);
  const [a, b] = threefry2x32(k, hi, lo);
  return np.stack([a, b], 1);
}

/**
 * `split` as a list of keys.
 * @example random.splitKeys(random.key(0))[1] // => [928981903, 3453687069]
 */
export function splitKeys(k: Key, num = 2): Key[] {
  const all = split(k, num);
  return range(num).map((i) => np.index(all, 0, i));
}

/**
 * A key that depends on `data` (an integer, or a traced integer scalar).
 * @example random.foldIn(random.key(0), 7) // => [2716826189, 292468403]
 */
export function foldIn(k: Key, data: number | Tensor): Key {
  const low = typeof data === 'number' ? np.full([], data >>> 0, 'u32') : lax.convertElementType(data, 'u32');
  const [a, b] = threefry2x32(k, np.zeros([], 'u32'), low);
  return np.stack([a, b]);
}

/**
 * Uniform bits of an unsigned integer type.
 * @example random.bits(random.key(0), [2]) // => [4070199207, 4202968722]
 */
export function bits(k: Key, shape: Shape, dtype: 'u8' | 'u16' | 'u32' | 'u64' = 'u32'): Tensor {
  const [hi, lo] = counters(shape);
  const [a, b] = threefry2x32(k, hi, lo);
  if (dtype !== 'u64') return lax.convertElementType(lax.bitwiseXor(a, b), dtype);
  const [high, low] = [a, b].map((w) => lax.convertElementType(w, 'u64'));
  return lax.bitwiseOr(lax.shiftLeft(high, 32), low);
}

/** `1` of a float type as bits, its mantissa's width, and the widths of the type and of the random bits it is made from. */
const formats = {
  f64: { one: 0x3ff0000000000000n, mantissaBits: 52, width: 64, randomBits: 64 },
  f32: { one: 0x3f800000, mantissaBits: 23, width: 32, randomBits: 32 },
  f16: { one: 0x3c00, mantissaBits: 10, width: 16, randomBits: 16 },
  bf16: { one: 0x3f80, mantissaBits: 7, width: 16, randomBits: 8 },
  f8E5M2: { one: 0x3c, mantissaBits: 2, width: 8, randomBits: 8 },
  f8E4M3FN: { one: 0x38, mantissaBits: 3, width: 8, randomBits: 8 },
} as const;

/** Throws `api/dtype` for anything but a float, `base/dtype` for what is no dtype. */
function formatOf(dtype: DType): (typeof formats)[keyof typeof formats] {
  const f = formats[parseDType(dtype) as keyof typeof formats];
  if (f) return f;
  throw new UserError('api/dtype', `there are no uniform numbers of ${dtype}`, {
    expected: Object.keys(formats).join(', '),
  });
}

/** Uniform floats in [0, 1): random mantissas under the exponent of 1, less 1. */
function unitInterval(k: Key, shape: Shape, dtype: DType): Tensor {
  const f = formatOf(dtype);
  const unsigned = `u${f.width}` as const;
  const random = lax.convertElementType(bits(k, shape, `u${f.randomBits}`), unsigned);
  const mantissa = lax.shiftRightLogical(random, f.randomBits - f.mantissaBits);
  const number = lax.bitcastConvertType(
    lax.bitwiseOr(mantissa, np.broadcastTo(lax.asTensor(f.one, unsigned), shape)),
    dtype,
  );
  return lax.sub(number, 1);
}

/**
 * Uniform floats in [low, high).
 * @example random.uniform(random.key(0), [3]) // => [0.94767, 0.97858, 0.33229]
 */
export function uniform(k: Key, shape: Shape, options: { low?: number; high?: number; dtype?: DType } = {}): Tensor {
  const { low = 0, high = 1, dtype = 'f32' } = requireOptions(options, ['low', 'high', 'dtype'], 'uniform');
  const round = (x: number): number => roundToFloat(x, dtype);
  const unit = unitInterval(k, shape, dtype);
  const [from, to] = [round(low), round(high)];
  const span = round(to - from);
  const drawn = lax.max(low, lax.add(lax.mul(unit, span), low));
  // The largest number drawn may round up to `high`, which does not belong to the interval.
  const largest = round(round(round(1 - 2 ** -formatOf(dtype).mantissaBits) * span) + from);
  return largest < to || to <= from ? drawn : lax.min(drawn, nextBelow(to, dtype));
}

/** The float before `x`. */
function nextBelow(x: number, dtype: DType): number {
  const { mantissaBits } = formatOf(dtype);
  const step = (e: number): number => roundToFloat(x - 2 ** e, dtype);
  const exponent = x === 0 ? -149 : Math.floor(Math.log2(Math.abs(x))) - mantissaBits - 1;
  let e = exponent - 1;
  while (step(e) >= x) e++;
  return step(e);
}

/**
 * Standard normal floats.
 * @example random.normal(random.key(0), [3]) // => [1.6226, 2.0253, -0.43359]
 */
export function normal(k: Key, shape: Shape, dtype: DType = 'f32'): Tensor {
  return atOnePlace(() => {
    // From the float after -1 on.
    const u = uniform(k, shape, { low: -nextBelow(1, dtype), high: 1, dtype });
    return normalQuantile(u);
  });
}
/** `√2 · erf⁻¹(u)` in u's dtype. */
function normalQuantile(u: Tensor): Tensor {
  const z = u.dtype === 'f64' ? lax.erfInv(u) : erfInv(lax.convertElementType(u, 'f32'));
  return lax.mul(lax.convertElementType(z, u.dtype), Math.SQRT2);
}

/**
 * Inverse error function in f32 (Giles, "Approximating the erfinv function", 2012; XLA's coefficients).
 * @example random.erfInv(np.array([0.5])) // => [0.47694]
 */
export function erfInv(x: Tensor): Tensor {
  const small = [
    2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3, -4.17768164e-3,
    2.46640727e-1, 1.50140941,
  ];
  const large = [
    -2.00214257e-4, 1.00950558e-4, 1.34934322e-3, -3.67342844e-3, 5.73950773e-3, -7.6224613e-3, 9.43887047e-3,
    1.00167406, 2.83297682,
  ];
  const w = lax.neg(lax.log1p(lax.mul(x, lax.neg(x))));
  const isSmall = lax.lt(w, 5);
  const v = lax.select(isSmall, lax.sub(w, 2.5), lax.sub(lax.sqrt(w), 3));
  let p = lax.select(isSmall, np.fullLike(x, small[0]), np.fullLike(x, large[0]));
  for (let i = 1; i < small.length; i++) {
    const c = lax.select(isSmall, np.fullLike(x, small[i]), np.fullLike(x, large[i]));
    p = lax.add(c, lax.mul(p, v));
  }
  const finite = lax.mul(p, x);
  return lax.select(lax.eq(lax.abs(x), 1), lax.mul(x, Infinity), finite);
}

/**
 * Normal floats between `low` and `high` standard deviations.
 * @example random.truncatedNormal(random.key(0), -1, 1, [2]) // => [0.86186, 0.94129]
 */
export function truncatedNormal(k: Key, low: number, high: number, shape: Shape, dtype: DType = 'f32'): Tensor {
  const erf = (z: number): Tensor => np.broadcastTo(lax.erf(lax.div(np.full([], z, dtype), Math.SQRT2)), shape);
  const [a, b] = [erf(low), erf(high)];
  const u = lax.max(a, lax.add(lax.mul(unitInterval(k, shape, dtype), lax.sub(b, a)), a));
  // The limits themselves do not belong to it, however results round.
  const limit = (x: number, towards: number): Tensor =>
    lax.nextafter(np.full([], x, dtype), np.full([], towards, dtype));
  return lax.clamp(limit(low, Number.POSITIVE_INFINITY), normalQuantile(u), limit(high, Number.NEGATIVE_INFINITY));
}

/**
 * True with probability `p`.
 * @example random.bernoulli(random.key(0), 0.5, [4]) // => [false, false, true, true]
 */
export const bernoulli = (k: Key, p: number, shape: Shape): Tensor => lax.lt(uniform(k, shape), p);

/**
 * Standard Gumbel floats.
 * @example random.gumbel(random.key(0), [2]) // => [2.9234, 3.8326]
 */
export function gumbel(k: Key, shape: Shape, dtype: DType = 'f32'): Tensor {
  const low = smallestNormal(dtype);
  return lax.neg(lax.log(lax.neg(lax.log(uniform(k, shape, { low, high: 1, dtype })))));
}
/** Least positive float that is not subnormal. */
const smallestNormal = (dtype: DType): number =>
  dtype === 'f64'
    ? 2 ** -1022
    : dtype === 'f16'
      ? 2 ** -14
      : dtype === 'f8E5M2'
        ? 2 ** -14
        : dtype === 'f8E4M3FN'
          ? 2 ** -6
          : 2 ** -126;

/**
 * Index drawn from `softmax(logits)` along `axis`: i32.
 * @example random.categorical(random.key(0), np.array([[0, 9], [9, 0]])) // => [1, 0]
 */
export function categorical(k: Key, logits: Tensor, axis = -1): Tensor {
  requireTensor(logits, 'the logits of categorical');
  return np.argmax(lax.add(gumbel(k, logits.shape, logits.dtype), logits), axis);
}

/**
 * Integers in [low, high): i32, with JAX's two-word reduction.
 * @example random.randint(random.key(0), [4], 0, 10) // => [9, 0, 2, 3]
 */
export function randint(k: Key, shape: Shape, low: number, high: number): Tensor {
  requireInteger(low, 'the lower bound of randint');
  requireInteger(high, 'the upper bound of randint');
  const [k1, k2] = splitKeys(k, 2);
  const span = Math.max(1, high - low) >>> 0;
  const multiplier = Number((BigInt(2 ** 16 % span) * BigInt(2 ** 16 % span)) % 2n ** 32n) % span;
  const [upper, lower] = [bits(k1, shape), bits(k2, shape)];
  const mixed = lax.add(lax.mul(lax.rem(upper, span), multiplier), lax.rem(lower, span));
  return lax.add(lax.convertElementType(lax.rem(mixed, span), 'i32'), low);
}
