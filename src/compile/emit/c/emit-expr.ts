import { type DType, InternalError, isFloat } from '../../../base/index.ts';
import type { Affine, Term } from '../../kernels/affine.ts';
import type { Combiner, Expr } from '../../kernels/kernel-ir.ts';
import type { TargetFacts } from '../../schedule/code.ts';
import {
  convertScalar,
  elementFunctions,
  type FunctionCall,
  fromBits,
  memoryType,
  scalarType,
  toBits,
  vectorSelect,
  vectorType,
} from './element-functions.ts';

/* C text of expressions: scalar code on any type, vector code on 32-bit lanes. */

/** C name of a loop variable or run-time index. */
export type NameOf = (t: Term) => string;

/** `i0*128 + i1 + 5` */
export function indexText(a: Affine, nameOf: NameOf): string {
  const parts = [...a.terms].map(([t, c]) => (c === 1 ? nameOf(t) : `${nameOf(t)}*${c}`));
  if (a.constant !== 0 || parts.length === 0) parts.push(String(a.constant));
  return parts.join(' + ');
}

/** Where element `index` lies in the memory that begins at `base`, a `char *`. */
export const pointer = (base: string, dtype: DType, index: string): string =>
  `((${memoryType(dtype)} *)${base} + ${index})`;
export const elementPointer = (base: string, dtype: DType, index: Affine, nameOf: NameOf): string =>
  pointer(base, dtype, `(${indexText(index, nameOf)})`);

/** A literal in scalar registers. */
export function literalText(dtype: DType, value: number | bigint): string {
  if (dtype === 'bool') return value ? '1' : '0';
  if (isFloat(dtype)) {
    const x = Number(value);
    const f = dtype === 'f64' ? '' : 'f';
    if (Number.isNaN(x)) return `__builtin_nan${f}("")`;
    if (!Number.isFinite(x)) return `${x < 0 ? '-' : ''}__builtin_inf${f}()`;
    if (Object.is(x, -0)) return `-0.0${f}`;
    const text = String(dtype === 'f64' ? x : Math.fround(x));
    return `${/[.e]/.test(text) ? text : `${text}.0`}${f}`;
  }
  if (dtype === 'i64') return value === -(2n ** 63n) ? '(-9223372036854775807LL - 1)' : `${value}LL`;
  if (dtype === 'u64') return `${value}ULL`;
  if (dtype === 'i32') return Number(value) === -(2 ** 31) ? '(-2147483647 - 1)' : String(value);
  return dtype === 'u32' ? `${value}u` : `((${scalarType(dtype)})${value})`;
}

/** Reads an element from memory into a scalar register. */
export const scalarLoad = (dtype: DType, pointer: string): string => fromBits(dtype, `*${pointer}`);
/** What is written to memory for a scalar register. */
export const scalarStored = (dtype: DType, value: string): string =>
  dtype === 'bool' ? `(${value}) != 0` : toBits(dtype, value);

export function scalarApply(e: Expr & { kind: 'apply' }, args: readonly string[]): string {
  const f = elementFunctions[e.fn];
  return f.scalar({ dtype: e.dtype, argDtypes: e.args.map((a) => a.dtype), args, parameter: e.parameter ?? '' });
}

/** The value of an index in a scalar register. */
export const scalarIndex = (dtype: DType, index: string): string =>
  dtype === 'bool' ? `((${index}) != 0)` : convertScalar('i64', dtype, `((int64_t)(${index}))`);

/** A scalar spread over all lanes. */
export function splat(dtype: DType, text: string): string {
  if (dtype === 'bool') return `esp_splat_i(-(int32_t)(${text}))`;
  const t = vectorType(dtype);
  return `${t === 'esp_vf' ? 'esp_splat' : t === 'esp_vi' ? 'esp_splat_i' : 'esp_splat_u'}(${text})`;
}

/** How a vector of elements lies in memory, and how it becomes lanes of 32 bits and back. */
interface VectorMemory {
  readonly mem: string;
  readonly suffix: string;
  readonly widen: (raw: string) => string;
  readonly narrow: (lanes: string) => string;
}
const whole = (mem: string, suffix: string): VectorMemory => ({ mem, suffix, widen: (x) => x, narrow: (v) => v });
const short = (suffix: string, widen: VectorMemory['widen'], narrow?: VectorMemory['narrow']): VectorMemory => ({
  mem: `esp_m${suffix}`,
  suffix,
  widen,
  narrow: narrow ?? ((v) => `esp_v${suffix[0]}_${suffix}(${v})`),
});
const vectorMemory: Readonly<Partial<Record<DType, VectorMemory>>> = {
  f32: whole('esp_mf', 'f'),
  i32: whole('esp_mi', 'i'),
  u32: whole('esp_mu', 'u'),
  bool: short(
    'i8',
    (x) => `(-esp_vi8_i(${x}))`,
    (v) => `esp_vi_i8(${v} & 1)`,
  ),
  i8: short('i8', (x) => `esp_vi8_i(${x})`),
  u8: short('u8', (x) => `esp_vu8_u(${x})`),
  i16: short('i16', (x) => `esp_vi16_i(${x})`),
  u16: short('u16', (x) => `esp_vu16_u(${x})`),
  bf16: short(
    'u16',
    (x) => `esp_vbf16_f(${x})`,
    (v) => `esp_vf_bf16(${v})`,
  ),
};

/** Loads a vector; `count` limits the lanes of a partial one, `step` is the distance of lanes in elements. */
export function vectorLoad(dtype: DType, pointer: string, step: number, count: string | undefined): string {
  const r = vectorMemory[dtype]!;
  if (step === 1)
    return r.widen(count ? `esp_ldn_${r.suffix}((void *)${pointer}, ${count})` : `*(${r.mem} *)${pointer}`);
  if (step === 2 && dtype === 'f32' && !count) return `esp_ld2_f((void *)${pointer})`;
  // Lane by lane, in a register type as wide as the elements.
  const type = `esp_v${r.suffix === 'f' ? 'f' : r.suffix}`;
  return r.widen(
    `({ ${type} g_ = {}; for (int l_ = 0; l_ < ${count ?? 'ESP_VW'}; l_++) g_[l_] = ${pointer}[(esp_i)l_ * ${step}]; g_; })`,
  );
}

/** Stores a vector register; narrow types are converted on the way. */
export function vectorStore(dtype: DType, pointer: string, value: string, count: string | undefined): string {
  const r = vectorMemory[dtype]!;
  const v = r.narrow(value);
  return count ? `esp_stn_${r.suffix}((void *)${pointer}, ${v}, ${count});` : `*(${r.mem} *)${pointer} = ${v};`;
}

/** Stores two vectors of float32 with their lanes taking turns. */
export function pairStore(pointer: string, first: string, second: string, count: string | undefined): string {
  return count
    ? `esp_st2n_f((void *)${pointer}, ${first}, ${second}, ${count});`
    : `esp_st2_f((void *)${pointer}, ${first}, ${second});`;
}

export function vectorApply(e: Expr & { kind: 'apply' }, args: readonly string[]): string {
  const text = elementFunctions[e.fn].vector({
    dtype: e.dtype,
    argDtypes: e.args.map((a) => a.dtype),
    args,
    parameter: e.parameter ?? '',
  });
  if (text === undefined) throw new InternalError(`${e.fn} has no vector form`);
  return text;
}

/** The value of an index in every lane. */
export function vectorIndex(dtype: DType, base: string, coefficient: number): string {
  const lanes = coefficient === 1 ? 'esp_lanes()' : `esp_lanes() * ${coefficient}`;
  const v = `(esp_splat_i((int32_t)(${base})) + ${lanes})`;
  const t = vectorType(dtype);
  return t === 'esp_vf' ? `ESP_CONV(${v}, esp_vf)` : t === 'esp_vu' ? `((esp_vu)${v})` : v;
}

/** One step of a fold. */
export function combine(combiner: Combiner, dtype: DType, a: string, b: string, vector: boolean): string {
  const call = { dtype, argDtypes: [dtype, dtype], args: [a, b], parameter: '' };
  const f = elementFunctions[combiner];
  const text = vector ? f.vector(call) : f.scalar(call);
  if (text === undefined) throw new InternalError(`${combiner} of ${dtype} has no vector form`);
  return text;
}

/** Lanes from number `first` on. */
export function upperLanes(dtype: DType, x: string, first: number): string {
  const t = vectorType(dtype);
  return t === 'esp_vf' ? `esp_upper(${x}, ${first})` : `((${t})esp_upper((esp_vf)${x}, ${first}))`;
}
export const firstLane = (dtype: DType, x: string): string => (dtype === 'bool' ? `(-${x}[0])` : `${x}[0]`);
/** The first `count` lanes of `x`, the others of `otherwise`. */
export const keepLanes = (dtype: DType, x: string, otherwise: string, count: string): string =>
  vectorSelect(dtype, `(esp_vi)(esp_lanes() < ${count})`, x, otherwise)!;

/** What C can do in lanes of 32 bits, `lanes` to a vector. */
export function cFacts(lanes: number): TargetFacts {
  const call = (dtype: DType, argDtypes: readonly DType[], parameter: string): FunctionCall => ({
    ...{ dtype, argDtypes, parameter },
    args: argDtypes.map(() => 'x'),
  });
  return {
    lanes,
    hasType: (d) => vectorType(d) !== undefined,
    hasFunction: (e) => {
      const argDtypes = e.args.map((a) => a.dtype);
      return elementFunctions[e.fn].vector(call(e.dtype, argDtypes, e.parameter ?? '')) !== undefined;
    },
    canCombine: (combiner, d) =>
      vectorType(d) !== undefined && elementFunctions[combiner].vector(call(d, [d, d], '')) !== undefined,
    shortestFold: lanes / 2,
    smallestCopyBytes: 0,
    hasMasks: true,
  };
}
