import { type DType, dtypeInfo, InternalError, isFloat, isNarrowFloat } from '../../../base/index.ts';
import { lanesOf } from '../../kernels/compute-types.ts';
import type { ElementFunctionName } from '../../kernels/element-functions.ts';
import {
  type FunctionBuilder,
  f32,
  f64,
  i32,
  i64,
  lane,
  op,
  select,
  splatI32,
  type Value,
} from './function-builder.ts';
import type { ImportedFunctionName } from './imported-functions.ts';
import { registerType, type WasmLibrary } from './library.ts';
import * as narrow from './narrow-floats.ts';
import type { PlainOp } from './opcodes.ts';
import * as scalar from './scalar-integers.ts';
import * as vm from './vector-math.ts';

/*
 * Code of every element function, on scalars (any type) and on vectors of four 32-bit lanes (where there is a vector form; else
 * the whole loop becomes scalar). In vector registers bool is lanes of 0 / -1, small integers are 32 bits wide, and bf16 is
 * float32 rounded after every op. Arguments are locals or constants.
 */

export interface FunctionCall {
  readonly dtype: DType;
  readonly argDtypes: readonly DType[];
  readonly args: readonly Value[];
  /** Value of the arguments that are literals. */
  readonly literals: readonly (number | bigint | undefined)[];
  readonly parameter: string;
}
type Emit = (call: FunctionCall, f: FunctionBuilder, lib: WasmLibrary) => Value;
export interface ElementFunction {
  readonly scalar: Emit;
  readonly vector?: Emit;
  /** Whether the vector form covers this call; default: whenever all types have vector registers. */
  readonly hasVector?: (call: Omit<FunctionCall, 'args'>) => boolean;
  /** The function it calls for what it does not compute itself. */
  readonly imports?: ImportedFunctionName;
}

/** Kind of vector register, for types that have one. */
export const vectorKind = lanesOf;

const isUnsigned = (d: DType): boolean => dtypeInfo(d).kind === 'unsigned' || d === 'bool';
const wide = (d: DType): boolean => d === 'i32' || d === 'u32';
const floating = (d: DType): boolean => isFloat(d);
const o = (name: string, ...args: readonly Value[]): Value => op(name as PlainOp, ...args);

/** Rounds a float register to a narrow type where needed. */
const rounded = narrow.rounded;
/** The same in lanes, where bf16 is the only narrow type. */
const vrounded = (f: FunctionBuilder, d: DType, v: Value): Value => (isNarrowFloat(d) ? vm.roundBf16(f, v) : v);

/** Wraps an integer register to its type. */
export const wrapped = scalar.wrapped;

/** Arithmetic: WebAssembly's name of the operation on floats and integers, and on bools. */
function arithmetic(float: string, integer: string, bool: 'and' | 'or' | 'xor'): ElementFunction {
  return {
    scalar: ({ dtype: d, args }, _f, lib) => {
      if (d === 'bool') return o(`i32.${bool}`, ...args);
      if (floating(d)) return rounded(lib, d, o(`${registerType(d)}.${float}`, ...args));
      return wrapped(d, o(`${registerType(d)}.${integer}`, ...args));
    },
    vector: ({ dtype: d, args }, f) => {
      if (d === 'bool' || ['and', 'or', 'xor'].includes(integer))
        return o(`v128.${d === 'bool' ? bool : integer}`, ...args);
      return floating(d) ? vrounded(f, d, o(`f32x4.${float}`, ...args)) : o(`i32x4.${integer}`, ...args);
    },
    hasVector: ({ dtype: d }) => d === 'bool' || wide(d) || floating(d),
  };
}

/** A float function with a vector form; doubles go to JavaScript or to an instruction. */
function real(vector: vm.VectorFunction, double: Emit, heavy = false): ElementFunction {
  const onVector = (f: FunctionBuilder, lib: WasmLibrary, name: string, args: readonly Value[]): Value => {
    if (!heavy) return vector(f, lib, ...args);
    return lib.call(
      `v_${name}`,
      args.map(() => 'v128' as const),
      'v128',
      (b) => vector(b, lib, ...b.arguments),
      ...args,
    );
  };
  return {
    scalar: (c, f, lib) => {
      if (c.dtype === 'f64') return double(c, f, lib);
      if (!floating(c.dtype)) return scalar.integerFunction(lib, c.parameter, c.dtype, c.args);
      const y = lib.call(
        `s_${c.parameter}`,
        c.args.map(() => 'f32' as const),
        'f32',
        (b) =>
          lane(
            'f32x4.extract_lane',
            0,
            onVector(
              b,
              lib,
              c.parameter,
              b.arguments.map((a) => b.keep(op('f32x4.splat', a))),
            ),
          ),
        ...c.args,
      );
      return rounded(lib, c.dtype, y);
    },
    vector: (c, f, lib) => vrounded(f, c.dtype, onVector(f, lib, c.parameter, c.args)),
    hasVector: ({ dtype }) => floating(dtype),
  };
}
const instruction =
  (name: PlainOp): Emit =>
  ({ args }) =>
    op(name, ...args);

/** A function of JavaScript in double precision for every float type. */
const imported = (name: ImportedFunctionName, odd = false): ElementFunction => ({
  scalar: ({ dtype: d, args }, _f, lib) => {
    if (d === 'f64') return lib.math(name, ...args);
    const y = lib.math(name, ...args.map((a) => op('f64.promote_f32', a)));
    return odd && d !== 'f32' ? rounded(lib, d, narrow.roundToOdd(lib, y)) : rounded(lib, d, op('f32.demote_f64', y));
  },
  vector: ({ dtype: d, args }, f, lib) => vrounded(f, d, vm.eachLane(lib, name, ...args)),
  hasVector: ({ dtype }) => !odd && floating(dtype),
  imports: name,
});

/** A function of integers, one small function of the module per type. */
const integer = (name: string): ElementFunction => ({
  scalar: ({ dtype, args }, _f, lib) => scalar.integerFunction(lib, name, dtype, args),
  hasVector: () => false,
});

const shift = (name: 'shl' | 'shr' | 'sar', vectorOp: PlainOp): ElementFunction => {
  const small = (x: number | bigint | undefined): boolean => x !== undefined && x >= 0 && x < 32;
  return {
    ...integer(name),
    vector: ({ args: [a], literals }) => op(vectorOp, a, i32(Number(literals[1]))),
    hasVector: ({ dtype, literals }) => wide(dtype) && small(literals[1]),
  };
};

const directions: Readonly<Record<string, string>> = { EQ: 'eq', NE: 'ne', LT: 'lt', LE: 'le', GT: 'gt', GE: 'ge' };
const swapped: Readonly<Record<string, string>> = { EQ: 'eq', NE: 'ne', LT: 'gt', LE: 'ge', GT: 'lt', GE: 'le' };
const ordered = (direction: string): boolean => direction !== 'eq' && direction !== 'ne';

function extremum(name: 'max' | 'min', bool: 'and' | 'or'): ElementFunction {
  const direction = name === 'max' ? 'gt' : 'lt';
  return {
    scalar: ({ dtype: d, args: [a, b] }) => {
      if (d === 'bool') return o(`i32.${bool}`, a, b);
      const t = registerType(d);
      if (floating(d)) return o(`${t}.${name}`, a, b);
      return select(o(`${t}.${direction}_${isUnsigned(d) ? 'u' : 's'}`, a, b), a, b);
    },
    vector: ({ dtype: d, args: [a, b] }) => {
      if (d === 'bool') return o(`v128.${bool}`, a, b);
      if (floating(d)) return o(`f32x4.${name}`, a, b);
      return o(`i32x4.${name}_${isUnsigned(d) ? 'u' : 's'}`, a, b);
    },
  };
}
const maximum = extremum('max', 'or');
const minimum = extremum('min', 'and');

/** A value converted to another type, in scalar registers. */
export function convertScalar(lib: WasmLibrary, from: DType, to: DType, x: Value): Value {
  if (from === to) return x;
  const source = registerType(from);
  const target = registerType(to);
  if (to === 'bool') return source === 'i64' ? op('i32.eqz', op('i64.eqz', x)) : o(`${source}.ne`, x, zeroOf(source));
  const narrowTarget = isNarrowFloat(to);
  if (floating(from)) {
    if (floating(to)) {
      if (narrowTarget) return rounded(lib, to, source === 'f64' ? narrow.roundToOdd(lib, x) : x);
      return source === target ? x : target === 'f64' ? op('f64.promote_f32', x) : op('f32.demote_f64', x);
    }
    const sign = isUnsigned(to) ? 'u' : 's';
    const y = o(`${target}.trunc_sat_${source}_${sign}`, x);
    const { bits } = dtypeInfo(to);
    if (bits >= 32) return y;
    const [low, high] = isUnsigned(to) ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
    return lib.call(
      `clamp_${to}`,
      ['i32'],
      'i32',
      (f) => {
        const [v] = f.arguments;
        const top = f.keep(select(op(`i32.gt_${sign}`, v, i32(high)), i32(high), v));
        return sign === 'u' ? top : select(op('i32.lt_s', top, i32(low)), i32(low), top);
      },
      y,
    );
  }
  const sign = isUnsigned(from) ? 'u' : 's';
  if (floating(to)) {
    if (narrowTarget && dtypeInfo(from).bits >= 32)
      return rounded(lib, to, narrow.roundToOdd(lib, o(`f64.convert_${source}_${sign}`, x)));
    return rounded(lib, to, o(`${target}.convert_${source}_${sign}`, x));
  }
  if (source === target) return wrapped(to, x);
  return source === 'i64' ? wrapped(to, op('i32.wrap_i64', x)) : op(`i64.extend_i32_${sign}`, x);
}
const zeroOf = (t: 'i32' | 'i64' | 'f32' | 'f64'): Value =>
  t === 'f32' ? f32(0) : t === 'f64' ? f64(0) : t === 'i64' ? i64(0) : i32(0);

function convertVector(f: FunctionBuilder, from: DType, to: DType, x: Value): Value {
  if (from === to) return x;
  const zero = splatI32(0);
  if (to === 'bool') return floating(from) ? op('f32x4.ne', x, zero) : op('i32x4.ne', x, zero);
  if (from === 'bool') return op('v128.and', x, splatI32(floating(to) ? 0x3f800000 : 1));
  if (floating(from)) {
    if (floating(to)) return vrounded(f, to, x);
    return op(to === 'i32' ? 'i32x4.trunc_sat_f32x4_s' : 'i32x4.trunc_sat_f32x4_u', x);
  }
  if (floating(to)) return vrounded(f, to, o(`f32x4.convert_i32x4_${isUnsigned(from) ? 'u' : 's'}`, x));
  const { bits } = dtypeInfo(to);
  if (bits === 32) return x;
  if (isUnsigned(to)) return op('v128.and', x, splatI32(2 ** bits - 1));
  return op('i32x4.shr_s', op('i32x4.shl', x, i32(32 - bits)), i32(32 - bits));
}
const convertsInVectors = (from: DType, to: DType): boolean => {
  if (floating(from) && !floating(to)) return wide(to) || to === 'bool';
  return !(isNarrowFloat(to) && wide(from));
};

const fmod = imported('fmod');

export const elementFunctions: Readonly<Record<ElementFunctionName, ElementFunction>> = {
  add: arithmetic('add', 'add', 'or'),
  subtract: arithmetic('sub', 'sub', 'xor'),
  multiply: arithmetic('mul', 'mul', 'and'),
  and: arithmetic('', 'and', 'and'),
  or: arithmetic('', 'or', 'or'),
  xor: arithmetic('', 'xor', 'xor'),
  divide: {
    scalar: ({ dtype: d, args }, _f, lib) =>
      floating(d) ? rounded(lib, d, o(`${registerType(d)}.div`, ...args)) : scalar.integerFunction(lib, 'div', d, args),
    vector: ({ dtype: d, args }, f) => vrounded(f, d, op('f32x4.div', ...args)),
    hasVector: ({ dtype }) => floating(dtype),
  },
  remainder: {
    scalar: (c, f, lib) =>
      floating(c.dtype) ? fmod.scalar(c, f, lib) : scalar.integerFunction(lib, 'rem', c.dtype, c.args),
    vector: fmod.vector!,
    imports: 'fmod',
    hasVector: ({ dtype }) => floating(dtype),
  },
  power: namedReal(
    'pow',
    vm.pow,
    ({ args: [x, y] }, _f, lib) => {
      // IEEE 754: 1 to any power is 1, and so is -1 to an infinite one; Math.pow says NaN.
      const isInfinite = op('f64.eq', op('f64.abs', y), f64(Number.POSITIVE_INFINITY));
      const isOne = op('i32.or', op('f64.eq', x, f64(1)), op('i32.and', op('f64.eq', x, f64(-1)), isInfinite));
      return select(isOne, f64(1), lib.math('pow', x, y));
    },
    true,
  ),
  maximum,
  minimum,
  clamp: {
    scalar: (c, f, lib) => {
      const [low, x, high] = c.args;
      const atLeast = f.keep(maximum.scalar({ ...c, args: [x, low] }, f, lib));
      return minimum.scalar({ ...c, args: [atLeast, high] }, f, lib);
    },
    vector: (c, f, lib) => {
      const [low, x, high] = c.args;
      const atLeast = f.keep(maximum.vector!({ ...c, args: [x, low] }, f, lib));
      return minimum.vector!({ ...c, args: [atLeast, high] }, f, lib);
    },
  },
  select: {
    scalar: ({ args: [m, a, b] }) => select(m, a, b),
    vector: ({ args: [m, a, b] }) => op('v128.bitselect', a, b, m),
  },
  compare: {
    scalar: ({ argDtypes: [d], args: [a, b], parameter }, _f, lib) => {
      const [name, kind] = parameter.split(':');
      const direction = directions[name];
      if (kind === 'TOTALORDER' && floating(d)) {
        const t = d === 'f64' ? 'i64' : 'i32';
        return o(
          `${t}.${direction}${ordered(direction) ? '_s' : ''}`,
          narrow.totalOrder(lib, d, a),
          narrow.totalOrder(lib, d, b),
        );
      }
      const sign = !floating(d) && ordered(direction) ? (isUnsigned(d) ? '_u' : '_s') : '';
      return o(`${registerType(d)}.${direction}${sign}`, a, b);
    },
    vector: ({ argDtypes: [d], args: [a, b], parameter }) => {
      // Lanes of a bool are 0 / -1: their order is the other way round.
      const direction = (d === 'bool' ? swapped : directions)[parameter.split(':')[0]];
      if (floating(d)) return o(`f32x4.${direction}`, a, b);
      const sign = ordered(direction) ? (d !== 'bool' && isUnsigned(d) ? '_u' : '_s') : '';
      return o(`i32x4.${direction}${sign}`, a, b);
    },
    hasVector: ({ argDtypes: [d], parameter }) => !(parameter.endsWith('TOTALORDER') && floating(d)),
  },
  convert: {
    scalar: ({ dtype, argDtypes: [from], args: [x] }, _f, lib) => convertScalar(lib, from, dtype, x),
    vector: ({ dtype, argDtypes: [from], args: [x] }, f) => convertVector(f, from, dtype, x),
    hasVector: ({ dtype, argDtypes: [from] }) => from === dtype || convertsInVectors(from, dtype),
  },
  bitcast: {
    scalar: ({ dtype, argDtypes: [from], args: [x] }, _f, lib) => {
      if (from === dtype) return x;
      return narrow.fromBits(lib, dtype, narrow.toBits(lib, from, x));
    },
    vector: ({ args: [x] }) => x,
    hasVector: ({ dtype, argDtypes: [from] }) => [dtype, from].every((d) => d === 'f32' || wide(d)),
  },
  not: {
    scalar: ({ dtype: d, args: [a] }) => {
      if (d === 'bool') return op('i32.eqz', a);
      return wrapped(d, registerType(d) === 'i64' ? op('i64.xor', a, i64(-1)) : op('i32.xor', a, i32(-1)));
    },
    vector: ({ args: [a] }) => op('v128.not', a),
    hasVector: ({ dtype }) => dtype === 'bool' || wide(dtype),
  },
  negate: {
    scalar: ({ dtype: d, args: [a] }) => {
      const t = registerType(d);
      return floating(d) ? o(`${t}.neg`, a) : wrapped(d, o(`${t}.sub`, zeroOf(t), a));
    },
    vector: ({ dtype: d, args: [a] }) => op(floating(d) ? 'f32x4.neg' : 'i32x4.neg', a),
    hasVector: ({ dtype }) => floating(dtype) || wide(dtype),
  },
  abs: {
    scalar: ({ dtype: d, args }, _f, lib) =>
      floating(d) ? o(`${registerType(d)}.abs`, ...args) : scalar.integerFunction(lib, 'abs', d, args),
    vector: ({ dtype: d, args: [a] }) => (d === 'u32' ? a : op(d === 'i32' ? 'i32x4.abs' : 'f32x4.abs', a)),
    hasVector: ({ dtype }) => floating(dtype) || wide(dtype),
  },
  sign: namedReal('sign', vm.sign, ({ args: [x] }) =>
    select(op('i32.or', op('f64.gt', x, f64(0)), op('f64.lt', x, f64(0))), op('f64.copysign', f64(1), x), x),
  ),
  is_finite: {
    scalar: ({ argDtypes: [d], args: [a] }) => {
      if (!floating(d)) return i32(1);
      const t = registerType(d);
      return o(`${t}.eq`, o(`${t}.sub`, a, a), zeroOf(t));
    },
    vector: ({ args: [a] }) => op('f32x4.eq', op('f32x4.sub', a, a), splatI32(0)),
    hasVector: ({ argDtypes: [d] }) => floating(d),
  },
  shift_left: shift('shl', 'i32x4.shl'),
  shift_right_logical: shift('shr', 'i32x4.shr_u'),
  shift_right_arithmetic: shift('sar', 'i32x4.shr_s'),
  popcnt: integer('popcnt'),
  count_leading_zeros: integer('clz'),
  exponential: namedReal('exp', vm.exp, 'exp'),
  exponential_minus_one: namedReal('expm1', vm.expm1, 'expm1'),
  log: namedReal('log', vm.log, 'log'),
  log_plus_one: namedReal('log1p', vm.log1p, 'log1p'),
  tanh: namedReal('tanh', vm.tanh, 'tanh'),
  logistic: namedReal('logistic', vm.logistic, 'logistic'),
  erf: namedReal('erf', vm.erf, 'erf'),
  erf_inv: namedReal('erf_inv', vm.erfInv, 'erfInverse', true),
  sine: namedReal('sin', vm.sin, 'sin', true),
  cosine: namedReal('cos', vm.cos, 'cos', true),
  sqrt: namedReal('sqrt', vm.single('f32x4.sqrt'), instruction('f64.sqrt')),
  rsqrt: namedReal('rsqrt', vm.rsqrt, ({ args }) => op('f64.div', f64(1), op('f64.sqrt', ...args))),
  floor: namedReal('floor', vm.single('f32x4.floor'), instruction('f64.floor')),
  ceil: namedReal('ceil', vm.single('f32x4.ceil'), instruction('f64.ceil')),
  round_nearest_even: namedReal('rint', vm.single('f32x4.nearest'), instruction('f64.nearest')),
  round_nearest_afz: namedReal('round', vm.round, ({ args: [x] }, f) => {
    const a = f.keep(op('f64.abs', x));
    const w = f.keep(op('f64.floor', a));
    const up = f.keep(select(op('f64.ge', op('f64.sub', a, w), f64(0.5)), op('f64.add', w, f64(1)), w));
    return op('f64.copysign', select(op('f64.lt', a, f64(2 ** 52)), up, a), x);
  }),
  cbrt: imported('cbrt'),
  tan: namedReal('tan', vm.tan, 'tan', true),
  atan2: imported('atan2'),
  erfc: imported('erfc'),
  acos: imported('acos'),
  asin: imported('asin'),
  atan: imported('atan'),
  acosh: imported('acosh'),
  asinh: imported('asinh'),
  atanh: imported('atanh'),
  cosh: namedReal('cosh', vm.cosh, 'cosh', true),
  sinh: namedReal('sinh', vm.sinh, 'sinh', true),
  lgamma: imported('logGamma'),
  digamma: imported('digamma', true),
  bessel_i1e: imported('besselI1e', true),
  next_after: {
    scalar: ({ dtype, args }, _f, lib) => narrow.nextAfter(lib, dtype, args),
    hasVector: () => false,
  },
  mulhi: integer('mulhi'),
  reduce_precision: {
    scalar: ({ dtype: d, args: [a], parameter }, _f, lib) => {
      if (d === 'f64') throw new InternalError('reduce_precision of f64');
      const [exponent, mantissa] = parameter.split(',').map(Number);
      return rounded(lib, d, narrow.reducePrecision(lib, a, exponent, mantissa));
    },
    hasVector: () => false,
  },
};

/** {@link real} with the name its small functions get; `double` may be the name of an imported function. */
function namedReal(
  name: string,
  vector: vm.VectorFunction,
  double: Emit | ImportedFunctionName,
  heavy = false,
): ElementFunction {
  const onDouble: Emit = typeof double === 'string' ? ({ args }, _f, lib) => lib.math(double, ...args) : double;
  const inner = real(vector, onDouble, heavy);
  return {
    ...inner,
    ...(typeof double === 'string' ? { imports: double } : {}),
    scalar: (c, f, lib) => inner.scalar({ ...c, parameter: name }, f, lib),
    vector: (c, f, lib) => inner.vector!({ ...c, parameter: name }, f, lib),
  };
}
