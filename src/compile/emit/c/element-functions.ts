import { type DType, dtypeInfo, InternalError, isFloat, isNarrowFloat } from '../../../base/index.ts';
import { computeFacts, lanesOf } from '../../kernels/compute-types.ts';
import type { ElementFunctionName } from '../../kernels/element-functions.ts';

/*
 * C text of every element function, in scalar code (any type) and in vector code (32-bit lanes; a function returns
 * undefined where it has no vector form, and the whole loop becomes scalar).
 * In registers: bool is int 0/1 (vector: lanes 0/-1), bf16 and f16 are float rounded after every op.
 */

export interface FunctionCall {
  readonly dtype: DType;
  readonly argDtypes: readonly DType[];
  readonly args: readonly string[];
  readonly parameter: string;
}
export interface ElementFunction {
  readonly scalar: (c: FunctionCall) => string;
  readonly vector: (c: FunctionCall) => string | undefined;
}

/** C type of a value in scalar registers. */
export function scalarType(d: DType): string {
  const { register, cType } = computeFacts(d);
  return d === 'bool' ? 'int' : register === 'f32' ? 'float' : cType;
}

/** C type of an element in memory. */
export const memoryType = (d: DType): string => computeFacts(d).cType;

const vectorTypes = { float: 'esp_vf', signed: 'esp_vi', bool: 'esp_vi', unsigned: 'esp_vu' } as const;
/** Vector register type, for types with a vector form. */
export function vectorType(d: DType): 'esp_vf' | 'esp_vi' | 'esp_vu' | undefined {
  const lanes = lanesOf(d);
  return lanes && vectorTypes[lanes];
}

/** Rounds a float expression to a narrow type where needed. */
const rounded = (d: DType, text: string): string => (isNarrowFloat(d) ? `esp_round_${d}(${text})` : text);
function vrounded(d: DType, text: string): string | undefined {
  if (vectorType(d) !== 'esp_vf') return undefined;
  return isNarrowFloat(d) ? `esp_vround_${d}(${text})` : text;
}
/** The bits of a float as it lies in memory, and what they mean; other types are their own. */
export const toBits = (d: DType, text: string): string => (isNarrowFloat(d) ? `esp_f_${d}(${text})` : text);
export const fromBits = (d: DType, text: string): string => (isNarrowFloat(d) ? `esp_${d}_f(${text})` : text);
const wide = (d: DType): boolean => d === 'i32' || d === 'u32';
const cast = (d: DType, text: string): string => `(${scalarType(d)})(${text})`;

/** Arithmetic with a C operator, or/and/xor of bools. */
function operator(symbol: string, boolSymbol: string): ElementFunction {
  return {
    scalar: ({ dtype: d, args: [a, b] }) => {
      if (d === 'bool') return `(${a} ${boolSymbol} ${b})`;
      if (isFloat(d)) return rounded(d, `(${a} ${symbol} ${b})`);
      return cast(d, `${a} ${symbol} ${b}`);
    },
    vector: ({ dtype: d, args: [a, b] }) => {
      if (d === 'bool') return `(${a} ${boolSymbol} ${b})`;
      if (wide(d)) return `(${a} ${symbol} ${b})`;
      return vrounded(d, `(${a} ${symbol} ${b})`);
    },
  };
}

/** A float function: `<v>` on vectors, `<v>1` on scalars up to 32 bits, `<f64>` on doubles. */
function floatFunction(v: string, f64: string, integer?: string): ElementFunction {
  return {
    scalar: ({ dtype: d, args }) => {
      if (d === 'f64') return `${f64}(${args.join(', ')})`;
      if (isFloat(d)) return rounded(d, `${v}1(${args.join(', ')})`);
      if (!integer) throw new InternalError(`${v} on ${d}`);
      return `${integer}_${d}(${args.join(', ')})`;
    },
    vector: ({ dtype: d, args }) => (isFloat(d) ? vrounded(d, `${v}(${args.join(', ')})`) : undefined),
  };
}

/** A libm function: `<name>f` on scalars, the lane-wise `v` on vectors. */
function libm(name: string, v: string): ElementFunction {
  return {
    scalar: ({ dtype: d, args }) =>
      d === 'f64' ? `${name}(${args.join(', ')})` : rounded(d, `${name}f(${args.join(', ')})`),
    vector: ({ dtype: d, args }) => vrounded(d, `${v}(${args.join(', ')})`),
  };
}

/** A function of scalar.h in double, for every float type; loops with it are scalar. */
const inDouble = (name: string): ElementFunction => ({
  scalar: ({ dtype: d, args }) => {
    const y = `${name}(${args.map((a) => `(double)${a}`).join(', ')})`;
    return d === 'f64' ? y : d === 'f32' ? `(float)${y}` : rounded(d, `esp_odd(${y})`);
  },
  vector: () => undefined,
});

/** An integer helper of scalar.h; `v` gives vector text for 32-bit types. */
function integer(
  name: string,
  v?: (d: DType, args: readonly string[]) => string | undefined,
  bool?: (args: readonly string[]) => string,
): ElementFunction {
  return {
    scalar: ({ dtype: d, args }) => {
      if (d === 'bool') {
        if (!bool) throw new InternalError(`${name} on bool`);
        return bool(args);
      }
      return `${name}_${d}(${args.join(', ')})`;
    },
    vector: ({ dtype: d, args }) => (wide(d) ? v?.(d, args) : undefined),
  };
}

const unsignedBits = (d: DType): boolean => dtypeInfo(d).kind === 'unsigned';
const asU = (text: string): string => `((esp_vu)${text})`;
const back = (d: DType, text: string): string => (unsignedBits(d) ? text : `((esp_vi)${text})`);

/** A shift; amounts that are small literals need no check. */
function shift(name: string, direct: (d: DType, a: string, s: string) => string, v: string): ElementFunction {
  const small = (text: string): boolean =>
    /^\(?(esp_splat_[iu]\()?\d{1,2}u?\)?\)?$/.test(text) && Number.parseInt(text.replace(/\D*/, ''), 10) < 32;
  return integer(name, (d, [a, s]) => {
    if (small(s)) return direct(d, a, s);
    if (v === 'esp_vsar') return unsignedBits(d) ? undefined : `esp_vsar(${a}, ${asU(s)})`;
    return back(d, `${v}(${asU(a)}, ${asU(s)})`);
  });
}

const comparison: Record<string, string> = { EQ: '==', NE: '!=', LT: '<', LE: '<=', GT: '>', GE: '>=' };

/** Bits of `x` in `dtype`, converted from `from`. */
export function convertScalar(from: DType, to: DType, x: string): string {
  if (from === to) return x;
  if (to === 'bool') return `(${x} != 0)`;
  if (isFloat(from) && isFloat(to)) {
    if (isNarrowFloat(to)) return from === 'f64' ? rounded(to, `esp_odd(${x})`) : rounded(to, x);
    return cast(to, x);
  }
  if (isFloat(from)) return `esp_to_${to}(${x})`;
  if (isFloat(to))
    return isNarrowFloat(to)
      ? rounded(to, from.endsWith('64') || wide(from) ? `esp_odd((double)${x})` : `(float)${x}`)
      : cast(to, x);
  return cast(to, x);
}

function convertVector(from: DType, to: DType, x: string): string | undefined {
  if (from === to) return x;
  if (!vectorType(from) || !vectorType(to)) return undefined;
  const [inF, outF] = [isFloat(from), isFloat(to)];
  if (inF && outF) return vrounded(to, x);
  if (to === 'bool') return inF ? `(${x} != 0.0f)` : `((esp_vi)(${x} != 0))`;
  if (from === 'bool') {
    if (outF) return `((esp_vf)(${x} & 0x3f800000))`;
    return `((${vectorType(to)})(${x} & 1))`;
  }
  if (inF) return `esp_vto_${to}(${x})`;
  if (outF) return isNarrowFloat(to) && wide(from) ? undefined : vrounded(to, `ESP_CONV(${x}, esp_vf)`);
  // Integers: lanes hold the value; narrowing wraps.
  switch (to) {
    case 'i32':
    case 'u32':
      return `((${vectorType(to)})${x})`;
    case 'i8':
      return `(((esp_vi)${x} << 24) >> 24)`;
    case 'i16':
      return `(((esp_vi)${x} << 16) >> 16)`;
    case 'u8':
      return `((esp_vu)${x} & 0xffu)`;
    case 'u16':
      return `((esp_vu)${x} & 0xffffu)`;
    default:
      return undefined;
  }
}

/** `condition ? a : b` on vectors. */
export function vectorSelect(d: DType, m: string, a: string, b: string): string | undefined {
  const t = vectorType(d);
  if (!t) return undefined;
  return `${t === 'esp_vf' ? 'esp_sel' : t === 'esp_vi' ? 'esp_sel_i' : 'esp_sel_u'}(${m}, ${a}, ${b})`;
}

const extremum = (name: 'max' | 'min', symbol: '>' | '<', bool: string): ElementFunction => ({
  scalar: ({ dtype: d, args: [a, b] }) => {
    if (d === 'bool') return `(${a} ${bool} ${b})`;
    if (d === 'f64') return `esp_${name}_f64(${a}, ${b})`;
    if (isFloat(d)) return `esp_${name}1(${a}, ${b})`;
    return `(${a} ${symbol} ${b} ? ${a} : ${b})`;
  },
  vector: ({ dtype: d, args: [a, b] }) => {
    if (d === 'bool') return `(${a} ${bool} ${b})`;
    if (vectorType(d) === 'esp_vf') return `esp_${name}(${a}, ${b})`;
    return vectorSelect(d, `(esp_vi)(${a} ${symbol} ${b})`, a, b);
  },
});

const select: ElementFunction = {
  scalar: ({ args: [m, a, b] }) => `(${m} ? ${a} : ${b})`,
  vector: ({ dtype, args: [m, a, b] }) => vectorSelect(dtype, m, a, b),
};

const maximum = extremum('max', '>', '|');
const minimum = extremum('min', '<', '&');

export const elementFunctions: Readonly<Record<ElementFunctionName, ElementFunction>> = {
  add: operator('+', '|'),
  subtract: operator('-', '^'),
  multiply: operator('*', '&'),
  and: operator('&', '&'),
  or: operator('|', '|'),
  xor: operator('^', '^'),
  divide: {
    scalar: ({ dtype: d, args: [a, b] }) => (isFloat(d) ? rounded(d, `(${a} / ${b})`) : `esp_div_${d}(${a}, ${b})`),
    vector: ({ dtype: d, args: [a, b] }) => (isFloat(d) ? vrounded(d, `(${a} / ${b})`) : undefined),
  },
  remainder: {
    scalar: ({ dtype: d, args: [a, b] }) =>
      d === 'f64' ? `fmod(${a}, ${b})` : isFloat(d) ? rounded(d, `fmodf(${a}, ${b})`) : `esp_rem_${d}(${a}, ${b})`,
    vector: ({ dtype: d, args: [a, b] }) => (isFloat(d) ? vrounded(d, `esp_rem(${a}, ${b})`) : undefined),
  },
  power: {
    scalar: ({ dtype: d, args: [a, b] }) =>
      d === 'f64' ? `pow(${a}, ${b})` : isFloat(d) ? rounded(d, `powf(${a}, ${b})`) : `esp_pow_${d}(${a}, ${b})`,
    vector: ({ dtype: d, args: [a, b] }) => (isFloat(d) ? vrounded(d, `esp_pow(${a}, ${b})`) : undefined),
  },
  maximum,
  minimum,
  clamp: {
    scalar: (c) => {
      const [lo, x, hi] = c.args;
      return minimum.scalar({ ...c, args: [maximum.scalar({ ...c, args: [x, lo] }), hi] });
    },
    vector: (c) => {
      const [lo, x, hi] = c.args;
      const low = maximum.vector({ ...c, args: [x, lo] });
      return low && minimum.vector({ ...c, args: [low, hi] });
    },
  },
  select,
  compare: {
    scalar: ({ argDtypes: [d], args: [a, b], parameter }) => {
      const [direction, type] = parameter.split(':');
      const op = comparison[direction];
      if (type === 'TOTALORDER') {
        const f = d === 'f64' ? 'esp_total_f64' : 'esp_total_f32';
        return `(${f}(${a}) ${op} ${f}(${b}))`;
      }
      return `(${a} ${op} ${b})`;
    },
    vector: ({ argDtypes: [d], args: [a, b], parameter }) => {
      const [direction, type] = parameter.split(':');
      if (type === 'TOTALORDER' || !vectorType(d)) return undefined;
      const op = comparison[direction];
      // Lanes of a bool are 0 / -1: order them as 0 / 1.
      if (d === 'bool')
        return `((esp_vi)(${a} ${op} ${b}))`.replace(
          / (<|>)(=?) /,
          (_, s: string, e: string) => ` ${s === '<' ? '>' : '<'}${e} `,
        );
      return `((esp_vi)(${a} ${op} ${b}))`;
    },
  },
  convert: {
    scalar: ({ dtype, argDtypes: [from], args: [x] }) => convertScalar(from, dtype, x),
    vector: ({ dtype, argDtypes: [from], args: [x] }) => convertVector(from, dtype, x),
  },
  bitcast: {
    scalar: ({ dtype, argDtypes: [from], args: [x] }) => {
      if (from === dtype) return x;
      const inner = toBits(from, x);
      const type = memoryType(dtype);
      const moved = `({ ${memoryType(from)} from_ = ${inner}; ${type} to_; memcpy(&to_, &from_, sizeof to_); to_; })`;
      return fromBits(dtype, moved);
    },
    vector: ({ dtype, argDtypes: [from], args: [x] }) => {
      const ok = (d: DType): boolean => d === 'f32' || wide(d);
      return ok(from) && ok(dtype) ? `((${vectorType(dtype)})${x})` : undefined;
    },
  },
  not: {
    scalar: ({ dtype: d, args: [a] }) => (d === 'bool' ? `(!${a})` : cast(d, `~${a}`)),
    vector: ({ dtype: d, args: [a] }) => (d === 'bool' || wide(d) ? `(~${a})` : undefined),
  },
  negate: {
    scalar: ({ dtype: d, args: [a] }) => (isFloat(d) ? `(-${a})` : cast(d, `-${a}`)),
    vector: ({ dtype: d, args: [a] }) => (isFloat(d) || wide(d) ? `(-${a})` : undefined),
  },
  abs: {
    scalar: ({ dtype: d, args: [a] }) =>
      d === 'f64' ? `__builtin_fabs(${a})` : isFloat(d) ? `__builtin_fabsf(${a})` : `esp_abs_${d}(${a})`,
    vector: ({ dtype: d, args: [a] }) =>
      isFloat(d) ? `esp_abs(${a})` : d === 'u32' ? a : d === 'i32' ? `esp_sel_i(${a} < 0, -${a}, ${a})` : undefined,
  },
  sign: {
    scalar: ({ dtype: d, args: [a] }) =>
      d === 'f64' ? `esp_sign_f64(${a})` : isFloat(d) ? `esp_sign1(${a})` : `esp_sign_${d}(${a})`,
    vector: ({ dtype: d, args: [a] }) => (isFloat(d) ? `esp_sign(${a})` : undefined),
  },
  is_finite: {
    scalar: ({ argDtypes: [d], args: [a] }) => (isFloat(d) ? `esp_finite_f64(${a})` : '1'),
    vector: ({ argDtypes: [d], args: [a] }) => (isFloat(d) && vectorType(d) ? `esp_is_finite(${a})` : undefined),
  },
  shift_left: shift('esp_shl', (_d, a, s) => `(${a} << ${s})`, 'esp_vshl'),
  shift_right_logical: shift('esp_shr', (d, a, s) => back(d, `(${asU(a)} >> ${asU(s)})`), 'esp_vshr'),
  shift_right_arithmetic: shift(
    'esp_sar',
    (d, a, s) => (unsignedBits(d) ? `((esp_vu)((esp_vi)${a} >> (esp_vi)${s}))` : `(${a} >> ${s})`),
    'esp_vsar',
  ),
  popcnt: integer('esp_popcnt'),
  count_leading_zeros: integer('esp_clz'),
  exponential: floatFunction('esp_exp', 'exp'),
  exponential_minus_one: floatFunction('esp_expm1', 'expm1'),
  log: floatFunction('esp_log', 'log'),
  log_plus_one: floatFunction('esp_log1p', 'log1p'),
  tanh: floatFunction('esp_tanh', 'tanh'),
  logistic: floatFunction('esp_logistic', 'esp_logistic_f64'),
  erf: floatFunction('esp_erf', 'erf'),
  erf_inv: floatFunction('esp_erf_inv', 'esp_erf_inv_f64'),
  sine: floatFunction('esp_sin', 'sin'),
  cosine: floatFunction('esp_cos', 'cos'),
  sqrt: floatFunction('esp_sqrt', 'sqrt'),
  rsqrt: floatFunction('esp_rsqrt', '1.0 / sqrt'),
  floor: floatFunction('esp_floor', 'floor'),
  ceil: floatFunction('esp_ceil', 'ceil'),
  round_nearest_even: floatFunction('esp_rint', 'nearbyint'),
  round_nearest_afz: floatFunction('esp_round', 'round'),
  cbrt: libm('cbrt', 'esp_cbrt'),
  tan: libm('tan', 'esp_tan'),
  atan2: libm('atan2', 'esp_atan2'),
  erfc: libm('erfc', 'esp_erfc'),
  acos: libm('acos', 'esp_acos'),
  asin: libm('asin', 'esp_asin'),
  atan: libm('atan', 'esp_atan'),
  acosh: libm('acosh', 'esp_acosh'),
  asinh: libm('asinh', 'esp_asinh'),
  atanh: libm('atanh', 'esp_atanh'),
  cosh: floatFunction('esp_cosh', 'cosh'),
  sinh: floatFunction('esp_sinh', 'sinh'),
  lgamma: libm('lgamma', 'esp_lgamma'),
  digamma: inDouble('esp_digamma_f64'),
  bessel_i1e: inDouble('esp_bessel_i1e_f64'),
  next_after: { scalar: ({ dtype: d, args }) => `esp_next_${d}(${args.join(', ')})`, vector: () => undefined },
  mulhi: integer('esp_mulhi'),
  reduce_precision: {
    scalar: ({ dtype: d, args: [a], parameter }) => {
      if (d === 'f64') throw new InternalError('reduce_precision of f64');
      return rounded(d, `esp_reduce_precision(${a}, ${parameter})`);
    },
    vector: () => undefined,
  },
};
