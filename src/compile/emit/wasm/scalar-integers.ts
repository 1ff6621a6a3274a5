import { type DType, dtypeInfo, InternalError } from '../../../base/index.ts';
import { type FunctionBuilder, get, i32, i64, op, select, type Value } from './function-builder.ts';
import { registerType, type WasmLibrary } from './library.ts';
import type { PlainOp } from './opcodes.ts';

/*
 * Integer functions with StableHLO's meaning where WebAssembly traps or differs: x / 0 = -1 (all ones), x % 0 = x,
 * MIN / -1 = MIN, shifts by the width or more give 0 (or the sign).
 */

/** Wraps an integer register to its type. */
export function wrapped(d: DType, v: Value): Value {
  switch (d) {
    case 'i8':
      return op('i32.extend8_s', v);
    case 'i16':
      return op('i32.extend16_s', v);
    case 'u8':
      return op('i32.and', v, i32(0xff));
    case 'u16':
      return op('i32.and', v, i32(0xffff));
    default:
      return v;
  }
}

interface Kit {
  readonly d: DType;
  readonly bits: number;
  readonly unsigned: boolean;
  readonly f: FunctionBuilder;
  readonly o: (name: string, ...args: readonly Value[]) => Value;
  readonly c: (n: number) => Value;
  readonly x: Value;
  readonly y: Value;
}

const functions: Readonly<Record<string, (k: Kit) => Value>> = {
  div: ({ f, o, c, x, y, unsigned }) => {
    f.if(o('eqz', y), () => f.return(c(-1)));
    if (unsigned) return o('div_u', x, y);
    f.if(o('eq', y, c(-1)), () => f.return(o('sub', c(0), x)));
    return o('div_s', x, y);
  },
  rem: ({ f, o, c, x, y, unsigned }) => {
    f.if(o('eqz', y), () => f.return(x));
    if (unsigned) return o('rem_u', x, y);
    f.if(o('eq', y, c(-1)), () => f.return(c(0)));
    return o('rem_s', x, y);
  },
  shl: ({ o, c, x, y, bits }) => select(o('ge_u', y, c(bits)), c(0), o('shl', x, y)),
  shr: ({ o, c, x, y, bits, d }) => select(o('ge_u', y, c(bits)), c(0), o('shr_u', unsignedBits(d, x), y)),
  sar: ({ f, o, c, x, y, bits, d }) => {
    const by = f.keep(select(o('ge_u', y, c(bits)), c(bits - 1), y));
    return o('shr_s', signedBits(d, x), by);
  },
  abs: ({ o, c, x, unsigned }) => (unsigned ? x : select(o('lt_s', x, c(0)), o('sub', c(0), x), x)),
  sign: ({ o, c, x, unsigned }) =>
    unsigned ? select(o('eqz', x), c(0), c(1)) : select(o('lt_s', x, c(0)), c(-1), select(o('eqz', x), c(0), c(1))),
  popcnt: ({ o, x, d }) => o('popcnt', unsignedBits(d, x)),
  clz: ({ o, c, x, d, bits }) => (bits < 32 ? o('sub', o('clz', unsignedBits(d, x)), c(32 - bits)) : o('clz', x)),
  pow: ({ f, o, c, x, y, unsigned }) => {
    if (!unsigned)
      f.if(o('lt_s', y, c(0)), () => {
        const one = o('eq', x, c(1));
        const minusOne = select(o('eqz', o('and', y, c(1))), c(1), c(-1));
        f.return(select(one, c(1), select(o('eq', x, c(-1)), minusOne, c(0))));
      });
    const [r, b, e] = [f.local(x.type), f.local(x.type), f.local(x.type)];
    f.set(r, c(1));
    f.set(b, x);
    f.set(e, y);
    f.loop((again, leave) => {
      leave(0, o('eqz', get(e)));
      f.if(op('i32.eqz', o('eqz', o('and', get(e), c(1)))), () => f.set(r, o('mul', get(r), get(b))));
      f.set(b, o('mul', get(b), get(b)));
      f.set(e, o('shr_u', get(e), c(1)));
      again();
    });
    return get(r);
  },
  mulhi: ({ f, o, c, x, y, bits, unsigned }) => {
    if (bits < 32) return o(unsigned ? 'shr_u' : 'shr_s', o('mul', x, y), c(bits));
    if (bits === 32) {
      const sign = unsigned ? 'u' : 's';
      const [a, b] = [x, y].map((v) => op(`i64.extend_i32_${sign}`, v));
      return op('i32.wrap_i64', op('i64.shr_u', op('i64.mul', a, b), i64(32)));
    }
    return high64(f, x, y, unsigned);
  },
};

function high64(f: FunctionBuilder, x: Value, y: Value, unsigned: boolean): Value {
  const [mul, add, sub] = (['i64.mul', 'i64.add', 'i64.sub'] as const).map(
    (name) =>
      (a: Value, b: Value): Value =>
        op(name, a, b),
  );
  const low = (v: Value): Value => op('i64.and', v, i64(0xffffffffn));
  const high = (v: Value): Value => op('i64.shr_u', v, i64(32));
  const [a0, a1, b0, b1] = [low(x), high(x), low(y), high(y)].map((v) => f.keep(v));
  const t = f.keep(add(mul(a1, b0), high(mul(a0, b0))));
  const u = f.keep(add(mul(a0, b1), low(t)));
  const top = f.keep(add(add(mul(a1, b1), high(t)), high(u)));
  if (unsigned) return top;
  const correction = (a: Value, b: Value): Value => select(op('i64.lt_s', a, i64(0)), b, i64(0));
  return sub(sub(top, correction(x, y)), correction(y, x));
}

/** The bits of a register of a small type without the copies of its sign, and with them. */
const unsignedBits = (d: DType, v: Value): Value =>
  d === 'i8' ? op('i32.and', v, i32(0xff)) : d === 'i16' ? op('i32.and', v, i32(0xffff)) : v;
const signedBits = (d: DType, v: Value): Value =>
  d === 'u8' ? op('i32.extend8_s', v) : d === 'u16' ? op('i32.extend16_s', v) : v;

/** Calls an integer function of one type, built when first used. */
export function integerFunction(lib: WasmLibrary, name: string, d: DType, args: readonly Value[]): Value {
  const build = functions[name];
  const t = registerType(d);
  if (!build || (t !== 'i32' && t !== 'i64')) throw new InternalError(`${name} on ${d}`);
  const { bits, kind } = dtypeInfo(d);
  return lib.call(
    `${name}_${d}`,
    args.map(() => t),
    t,
    (f) => {
      const [x, y] = f.arguments;
      const o = (op_: string, ...rest: readonly Value[]): Value => op(`${t}.${op_}` as PlainOp, ...rest);
      const c = (n: number): Value => (t === 'i64' ? i64(n) : i32(n));
      return wrapped(d, build({ d, bits, unsigned: kind === 'unsigned', f, o, c, x, y: y ?? x }));
    },
    ...args,
  );
}
