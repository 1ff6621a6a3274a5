import { type DType, dtypeInfo, isFloat } from '../../../base/index.ts';
import { type FunctionBuilder, f32, f64, get, i32, i64, op, select, type Value } from './function-builder.ts';
import { choose, type WasmLibrary } from './library.ts';

/* Bits of floats in scalar code: bf16 and f16 as float32, rounding to odd, total order, neighbours. After native/math/scalar.h. */

const and = (a: Value, b: Value): Value => op('i32.and', a, b);
const or = (a: Value, b: Value): Value => op('i32.or', a, b);
const add = (a: Value, b: Value): Value => op('i32.add', a, b);
const sub = (a: Value, b: Value): Value => op('i32.sub', a, b);
const shl = (a: Value, n: number): Value => op('i32.shl', a, i32(n));
const shr = (a: Value, n: number): Value => op('i32.shr_u', a, i32(n));
const bitsOf = (x: Value): Value => op('i32.reinterpret_f32', x);
const floatOf = (b: Value): Value => op('f32.reinterpret_i32', b);
const isNan = (x: Value): Value => op('f32.ne', x, x);

const fromBf16 = (b: Value): Value => floatOf(shl(b, 16));
const bf16Bits = (lib: WasmLibrary, x: Value): Value =>
  lib.call(
    'bf16_bits',
    ['f32'],
    'i32',
    (f) => {
      const [v] = f.arguments;
      const u = f.keep(bitsOf(v));
      const nearest = shr(add(add(u, i32(0x7fff)), and(shr(u, 16), i32(1))), 16);
      return select(isNan(v), or(shr(u, 16), i32(0x40)), nearest);
    },
    x,
  );

const fromF16 = (lib: WasmLibrary, b: Value): Value =>
  lib.call(
    'from_f16',
    ['i32'],
    'f32',
    (f) => {
      const [h] = f.arguments;
      const s = f.keep(shl(and(h, i32(0x8000)), 16));
      const e = f.keep(and(shr(h, 10), i32(31)));
      const m = f.keep(and(h, i32(0x3ff)));
      f.if(op('i32.eq', e, i32(31)), () => f.return(floatOf(or(or(s, i32(0x7f800000)), shl(m, 13)))));
      f.if(e, () => f.return(floatOf(or(or(s, shl(add(e, i32(112)), 23)), shl(m, 13)))));
      const tiny = bitsOf(op('f32.mul', op('f32.convert_i32_s', m), f32(2 ** -24)));
      return floatOf(or(tiny, s));
    },
    b,
  );
const f16Bits = (lib: WasmLibrary, x: Value): Value =>
  lib.call(
    'f16_bits',
    ['f32'],
    'i32',
    (f) => {
      const u = f.keep(bitsOf(f.arguments[0]));
      const s = f.keep(and(shr(u, 16), i32(0x8000)));
      const a = f.keep(and(u, i32(0x7fffffff)));
      f.if(op('i32.gt_u', a, i32(0x7f800000)), () => f.return(or(or(s, i32(0x7e00)), and(shr(a, 13), i32(0x1ff)))));
      f.if(op('i32.ge_u', a, i32(0x477ff000)), () => f.return(or(s, i32(0x7c00))));
      // Subnormal: adding 0.5 aligns the last bit and rounds to nearest even.
      f.if(op('i32.lt_u', a, i32(0x38800000)), () =>
        f.return(or(s, sub(bitsOf(op('f32.add', floatOf(a), f32(0.5))), i32(0x3f000000)))),
      );
      const r = add(add(a, i32(0xfff)), and(shr(a, 13), i32(1)));
      return or(s, shr(sub(r, i32(0x38000000)), 13));
    },
    x,
  );

/** The bits of narrow floats and what they mean, as float32. */
interface NarrowFloat {
  readonly bits: (lib: WasmLibrary, x: Value) => Value;
  /** Of bits above which the word is 0. */
  readonly value: (lib: WasmLibrary, bits: Value) => Value;
  /** Whether `value` looks at the upper half of the word. */
  readonly usesUpper: boolean;
}
const narrowFloats: Readonly<Partial<Record<DType, NarrowFloat>>> = {
  bf16: { bits: bf16Bits, value: (_lib, b) => fromBf16(b), usesUpper: false },
  f16: { bits: f16Bits, value: fromF16, usesUpper: true },
};

/** A float32 rounded to a narrow type; other values as they are. */
export function rounded(lib: WasmLibrary, d: DType, x: Value): Value {
  const narrow = narrowFloats[d];
  return narrow ? narrow.value(lib, narrow.bits(lib, x)) : x;
}

/** Bits of a value of any type, as i32 (up to 32 bits, small ones unsigned) or i64. */
export function toBits(lib: WasmLibrary, d: DType, x: Value): Value {
  const narrow = narrowFloats[d];
  if (narrow) return narrow.bits(lib, x);
  if (!isFloat(d)) return x;
  return x.type === 'f64' ? op('i64.reinterpret_f64', x) : bitsOf(x);
}
/** The value with these bits. */
export function fromBits(lib: WasmLibrary, d: DType, b: Value): Value {
  const { kind, bits } = dtypeInfo(d);
  const narrow = narrowFloats[d];
  if (narrow) return narrow.value(lib, narrow.usesUpper && b.type === 'i32' ? and(b, i32(0xffff)) : b);
  if (kind === 'float') return bits === 64 ? op('f64.reinterpret_i64', b) : floatOf(b);
  if (kind === 'bool' || bits >= 32) return b;
  if (kind === 'unsigned') return and(b, i32(2 ** bits - 1));
  return op(bits === 8 ? 'i32.extend8_s' : 'i32.extend16_s', b);
}

/** A double as float32, rounded to odd, so that rounding it once more to a narrow type is exact. */
export const roundToOdd = (lib: WasmLibrary, x: Value): Value =>
  lib.call(
    'odd',
    ['f64'],
    'f32',
    (f) => {
      const [v] = f.arguments;
      const near = f.keep(op('f32.demote_f64', v));
      const back = f.keep(op('f64.promote_f32', near));
      f.if(or(op('f64.eq', back, v), op('f64.ne', v, v)), () => f.return(near));
      const away = op('f64.gt', op('f64.abs', back), op('f64.abs', v));
      return floatOf(or(sub(bitsOf(near), away), i32(1)));
    },
    x,
  );

/** Bits as an integer that orders like StableHLO's TOTALORDER. */
export const totalOrder = (lib: WasmLibrary, d: DType, x: Value): Value =>
  d === 'f64'
    ? lib.call(
        'total64',
        ['f64'],
        'i64',
        (f) => {
          const b = f.keep(op('i64.reinterpret_f64', f.arguments[0]));
          return select(op('i64.lt_s', b, i64(0)), op('i64.xor', b, i64(2n ** 63n - 1n)), b);
        },
        x,
      )
    : lib.call(
        'total32',
        ['f32'],
        'i32',
        (f) => {
          const b = f.keep(bitsOf(f.arguments[0]));
          return select(op('i32.lt_s', b, i32(0)), op('i32.xor', b, i32(0x7fffffff)), b);
        },
        x,
      );

/** Rounds to `e` exponent and `m` mantissa bits. */
export const reducePrecision = (lib: WasmLibrary, x: Value, e: number, m: number): Value =>
  lib.call(
    `reduce_${e}_${m}`,
    ['f32'],
    'f32',
    (f) => {
      const [v] = f.arguments;
      f.if(isNan(v), () => f.return(v));
      const b = f.local('i32');
      f.set(b, bitsOf(v));
      if (m < 23) {
        const last = and(shr(get(b), 23 - m), i32(1));
        f.set(b, and(add(get(b), add(i32(2 ** (22 - m) - 1), last)), i32(-(2 ** (23 - m)))));
      }
      if (e < 8) {
        const half = 2 ** (e - 1) - 1;
        const exponent = f.keep(and(shr(get(b), 23), i32(255)));
        const s = f.keep(and(get(b), i32(-(2 ** 31))));
        f.if(
          op('i32.gt_u', exponent, i32(127 + half)),
          () => f.set(b, or(s, i32(0x7f800000))),
          () => f.if(op('i32.le_u', exponent, i32(127 - half)), () => f.set(b, s)),
        );
      }
      return floatOf(get(b));
    },
    x,
  );

/** The next value of the type from x towards y. */
export function nextAfter(lib: WasmLibrary, d: DType, args: readonly Value[]): Value {
  const t = d === 'f64' ? 'f64' : 'f32';
  const w = d === 'f64' ? 'i64' : 'i32';
  const literal = (n: number): Value => (t === 'f64' ? f64(n) : f32(n));
  const whole = (n: number | bigint): Value => (w === 'i64' ? i64(n) : i32(Number(n)));
  return lib.call(
    `next_${d}`,
    [t, t],
    t,
    (f: FunctionBuilder) => {
      const [x, y] = f.arguments;
      f.if(op(`${t}.ne`, x, x), () => f.return(x));
      f.if(or(op(`${t}.ne`, y, y), op(`${t}.eq`, x, y)), () => f.return(y));
      const b = f.keep(toBits(lib, d, x));
      const sign = 2n ** BigInt(dtypeInfo(d).bits - 1);
      const next = choose(
        f,
        op(`${t}.eq`, x, literal(0)),
        () => select(op(`${t}.lt`, y, literal(0)), whole(BigInt.asIntN(w === 'i64' ? 64 : 32, sign | 1n)), whole(1)),
        () => {
          const up = op('i32.eq', op(`${t}.lt`, x, y), op(`${t}.gt`, x, literal(0)));
          return select(up, op(`${w}.add`, b, whole(1)), op(`${w}.sub`, b, whole(1)));
        },
      );
      return fromBits(lib, d, next);
    },
    ...args,
  );
}
