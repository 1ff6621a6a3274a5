/*
 * One emitter per kind of op. Values are f32 tensors of small integers, so that every sum is exact in any order and results can
 * be compared without tolerance.
 */
import { HostArray } from '../../../src/base/index.ts';
import { type Builder, tensorType, type Value } from '../../../src/ir/index.ts';
import * as O from '../../../src/ops/index.ts';
import type { Choices } from './choices.ts';

export interface Draft {
  readonly c: Choices;
  readonly b: Builder;
  /** Values made so far. */
  readonly values: readonly Value[];
}

/** Emits one random op on values that fit; nothing when none does. */
export type Emitter = (d: Draft) => Value | undefined;

export const f32 = tensorType('f32', []);
export const i32 = tensorType('i32', []);
const zeros = (s: readonly number[]): number[] => s.map(() => 0);
const only = (s: readonly number[], d: number, n: number, rest = 0): number[] => s.map((_, i) => (i === d ? n : rest));

export const scalar = (b: Builder, value: number): Value => O.constantScalar(b, 'f32', value);
export const index = (b: Builder, value: number): Value => O.constantScalar(b, 'i32', value);

/** A value with at least this rank. */
export function pickValue({ c, values }: Draft, rank = 0): Value | undefined {
  const fits = values.filter((v) => v.shape.length >= rank);
  return fits.length > 0 ? c.pick(fits) : undefined;
}
/** A value of the same shape, perhaps the same. */
export const alike = ({ c, values }: Draft, x: Value): Value =>
  c.pick(values.filter((v) => String(v.shape) === String(x.shape)));

/** Back to small integers. */
export function tame(b: Builder, x: Value): Value {
  return O.rem(b, x, O.splat(b, x.type, 11));
}

/** Integers in [0, limit] that vary, as i32. */
export function indices({ c, b }: Draft, shape: readonly number[], limit: number, dim = 0): Value {
  const type = tensorType('i32', shape);
  const line = shape.length > 0 ? O.iota(b, type, Math.min(dim, shape.length - 1)) : O.splat(b, type, c.int(9));
  const mixed = O.add(b, O.mul(b, line, O.splat(b, type, c.pick([1, 3, 5]))), O.splat(b, type, c.int(4)));
  return O.rem(b, mixed, O.splat(b, type, limit + 1));
}

const elementwise =
  (name: string): Emitter =>
  (d) => {
    const x = pickValue(d);
    return x && d.b.emit(name, [x]);
  };
/** A transcendental function of a tame argument, rounded. */
const rounded =
  (name: string): Emitter =>
  (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const y = d.b.emit(name, [O.scale(d.b, O.add(d.b, O.mul(d.b, x, x), O.onesLike(d.b, x.type)), 1 / 128)]);
    return tame(d.b, O.floor(d.b, O.scale(d.b, y, 8)));
  };
const binary =
  (name: string, grows = false): Emitter =>
  (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const out = d.b.emit(name, [x, alike(d, x)]);
    return grows ? tame(d.b, out) : out;
  };
const onIntegers =
  (name: string): Emitter =>
  (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const [p, q] = [O.convert(d.b, x, 'i32'), O.convert(d.b, alike(d, x), 'i32')];
    return tame(d.b, O.convert(d.b, d.b.emit(name, [p, q]), 'f32'));
  };

const unaries = ['abs', 'negate', 'floor', 'ceil', 'sign', 'round_nearest_afz', 'round_nearest_even'];
const transcendentals = [
  'tanh',
  'exponential',
  'exponential_minus_one',
  'log',
  'log_plus_one',
  'logistic',
  'sine',
  'cosine',
  'tan',
  'sqrt',
  'rsqrt',
  'cbrt',
];

export const elementwiseEmitters: Readonly<Record<string, Emitter>> = {
  ...Object.fromEntries(unaries.map((n) => [n, elementwise(`stablehlo.${n}`)])),
  ...Object.fromEntries(transcendentals.map((n) => [n, rounded(`stablehlo.${n}`)])),
  add: binary('stablehlo.add', true),
  subtract: binary('stablehlo.subtract', true),
  multiply: binary('stablehlo.multiply', true),
  maximum: binary('stablehlo.maximum'),
  minimum: binary('stablehlo.minimum'),
  and: onIntegers('stablehlo.and'),
  or: onIntegers('stablehlo.or'),
  xor: onIntegers('stablehlo.xor'),
  divide: (d) => {
    const x = pickValue(d);
    return x && O.floor(d.b, O.div(d.b, x, O.splat(d.b, x.type, 3)));
  },
  power: (d) => {
    const x = pickValue(d);
    return x && tame(d.b, O.pow(d.b, x, O.splat(d.b, x.type, 2)));
  },
  clamp: (d) => {
    const x = pickValue(d);
    return x && d.b.emit('stablehlo.clamp', [scalar(d.b, -3), x, scalar(d.b, 5)]);
  },
  select: (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const y = alike(d, x);
    return O.select(d.b, O.compare(d.b, d.c.pick(['GT', 'LE', 'EQ']), x, y), x, O.neg(d.b, y));
  },
  is_finite: (d) => {
    const x = pickValue(d);
    return x && O.convert(d.b, d.b.emit('stablehlo.is_finite', [x]), 'f32');
  },
  reduce_precision: (d) => {
    const x = pickValue(d);
    return x && d.b.emit('stablehlo.reduce_precision', [x], { exponentBits: 5, mantissaBits: 3 });
  },
  complex: (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const z = d.b.emit('stablehlo.complex', [x, alike(d, x)]);
    return tame(d.b, O.add(d.b, d.b.emit('stablehlo.real', [z]), d.b.emit('stablehlo.imag', [z])));
  },
  bitcast_convert: (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const to = d.c.pick(['u32', 'u8'] as const);
    const shape = to === 'u8' ? [...x.shape, 4] : x.shape;
    if (shape.length > 4) return undefined;
    const bits = d.b.emit('stablehlo.bitcast_convert', [x], {}, { resultTypes: [tensorType(to, shape)] });
    const small = O.rem(d.b, bits, O.splat(d.b, bits.type, 13));
    return O.convert(d.b, small, 'f32');
  },
  constant: (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const n = x.shape.reduce((p, q) => p * q, 1);
    const table = HostArray.from(
      'f32',
      x.shape,
      Array.from({ length: n }, (_, i) => (i % 7) - 3),
    );
    return tame(d.b, O.add(d.b, x, O.constant(d.b, table)));
  },
  iota: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const line = O.iota(d.b, tensorType('i32', x.shape), d.c.int(x.shape.length));
    return tame(d.b, O.add(d.b, x, O.convert(d.b, line, 'f32')));
  },
};

export const shapeEmitters: Readonly<Record<string, Emitter>> = {
  transpose: (d) => {
    const x = pickValue(d, 1);
    return x && O.transpose(d.b, x, d.c.shuffled([...x.shape.keys()]));
  },
  reshape: (d) => {
    const x = pickValue(d);
    if (!x) return undefined;
    const n = x.shape.reduce((p, q) => p * q, 1);
    const first = x.shape[0] ?? 1;
    const choices = [[n], [2, n / 2], [n / 4, 4], [n / 6, 6], [2, 2, n / 4], [3, n / 3], [n, 1], [first, n / first]];
    return O.reshape(d.b, x, d.c.pick(choices.filter((t) => t.every((s) => Number.isInteger(s) && s > 0))));
  },
  broadcast_in_dim: (d) => {
    const x = pickValue(d);
    if (!x || x.shape.length > 3) return undefined;
    const at = d.c.int(x.shape.length + 1);
    const wide = [...x.shape];
    wide.splice(at, 0, d.c.pick([2, 3, 4]));
    return O.broadcastInDim(
      d.b,
      x,
      wide,
      x.shape.map((_, i) => (i >= at ? i + 1 : i)),
    );
  },
  slice: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const bounds = x.shape.map((n) => {
      if (d.c.chance(0.4)) return [0, n, 1];
      const start = d.c.int(n);
      return [start, d.c.between(start + 1, n), d.c.pick([1, 1, 2, 3])];
    });
    return d.b.emit('stablehlo.slice', [x], {
      startIndices: bounds.map((t) => t[0]),
      limitIndices: bounds.map((t) => t[1]),
      strides: bounds.map((t) => t[2]),
    });
  },
  pad: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dim = d.c.int(x.shape.length);
    const n = x.shape[dim];
    const interior = d.c.pick([0, 0, 1, 2]);
    const low = d.c.between(-1, 5);
    const high = d.c.between(-1, 5);
    if (low + high + n + (n - 1) * interior <= 0 || n > 12) return undefined;
    const s = x.shape;
    return O.pad(d.b, x, scalar(d.b, d.c.int(3)), only(s, dim, low), only(s, dim, high), only(s, dim, interior));
  },
  reverse: (d) => {
    const x = pickValue(d, 1);
    return x && O.reverse(d.b, x, d.c.shuffled([...x.shape.keys()]).slice(0, d.c.between(1, 2)));
  },
  concatenate: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dim = d.c.int(x.shape.length);
    const fits = d.values.filter(
      (v) => v.shape.length === x.shape.length && v.shape.every((n, i) => i === dim || n === x.shape[i]),
    );
    const parts = [x, ...Array.from({ length: d.c.between(1, 2) }, () => d.c.pick(fits))];
    return parts.reduce((n, v) => n + v.shape[dim], 0) > 24 ? undefined : O.concatenate(d.b, parts, dim);
  },
  roll: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const dim = d.c.int(x.shape.length);
    const n = x.shape[dim];
    if (n < 2) return undefined;
    const at = d.c.between(1, n - 1);
    const tail = O.slice(d.b, x, only(x.shape, dim, at), x.shape);
    const head = O.slice(
      d.b,
      x,
      zeros(x.shape),
      x.shape.map((m, i) => (i === dim ? at : m)),
    );
    return O.concatenate(d.b, [tail, head], dim);
  },
  dynamic_slice: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const sizes = x.shape.map((n) => (d.c.chance(0.4) ? n : d.c.between(1, n)));
    const starts = x.shape.map((n) => index(d.b, d.c.between(-1, n)));
    return O.dynamicSlice(d.b, x, starts, sizes);
  },
  dynamic_update_slice: (d) => {
    const x = pickValue(d, 1);
    if (!x) return undefined;
    const limit = x.shape.map((n) => (d.c.chance(0.4) ? n : d.c.between(1, n)));
    const update = O.slice(d.b, alike(d, x), zeros(x.shape), limit);
    return O.dynamicUpdateSlice(
      d.b,
      x,
      update,
      x.shape.map((n) => index(d.b, d.c.between(-1, n))),
    );
  },
};
