import { type DType, dtypeInfo, InternalError, isFloat, isNarrowFloat, isSigned } from '../../../base/index.ts';
import type { ElementFunctionName } from '../../kernels/element-functions.ts';
import type { Combiner, Expr } from '../../kernels/kernel-ir.ts';
import type { TargetFacts } from '../../schedule/code.ts';
import { elementFunctions, type FunctionCall, vectorKind } from './element-functions.ts';
import {
  type FunctionBuilder,
  f32,
  f64,
  i32,
  i64,
  load,
  loadLane,
  op,
  shuffleLanes,
  splatF32,
  splatI32,
  type Value,
} from './function-builder.ts';
import { isSpecial } from './imported-functions.ts';
import { registerType, type WasmLibrary } from './library.ts';
import * as narrow from './narrow-floats.ts';
import { bf16Bits, roundBf16 } from './vector-math.ts';

/* Code of expressions: scalar code on any type, vector code on four 32-bit lanes; loads and stores of both. */

export function literalValue(d: DType, value: number | bigint): Value {
  switch (registerType(d)) {
    case 'f32':
      return f32(Number(value));
    case 'f64':
      return f64(Number(value));
    case 'i64':
      return i64(BigInt(value));
    case 'i32':
      return i32(d === 'bool' ? (value ? 1 : 0) : Number(value));
    default:
      throw new InternalError(`literal of ${d}`);
  }
}
export function vectorLiteral(d: DType, value: number | bigint): Value {
  if (d === 'bool') return splatI32(value ? -1 : 0);
  return isFloat(d) ? splatF32(Number(value)) : splatI32(Number(value));
}

/** A place in memory: an address and a static offset in bytes. */
export interface Place {
  readonly at: Value;
  readonly offset: number;
}

export function scalarLoad(lib: WasmLibrary, d: DType, { at, offset }: Place): Value {
  const { bytes, kind } = dtypeInfo(d);
  if (bytes >= 4) return load(`${registerType(d)}.load`, at, offset);
  const sign = kind === 'signed' ? 's' : 'u';
  const raw = load(bytes === 1 ? `i32.load8_${sign}` : `i32.load16_${sign}`, at, offset);
  return kind === 'float' ? narrow.fromBits(lib, d, raw) : raw;
}

export function scalarStore(lib: WasmLibrary, f: FunctionBuilder, d: DType, { at, offset }: Place, v: Value): void {
  const { bytes, kind } = dtypeInfo(d);
  if (bytes >= 4) f.store(`${registerType(d)}.store`, at, v, offset);
  else f.store(bytes === 1 ? 'i32.store8' : 'i32.store16', at, kind === 'float' ? narrow.toBits(lib, d, v) : v, offset);
}

const literalOf = (e: Expr): number | bigint | undefined => (e.kind === 'literal' ? e.value : undefined);
function callOf(e: Expr & { kind: 'apply' }): Omit<FunctionCall, 'args'> {
  return {
    dtype: e.dtype,
    argDtypes: e.args.map((a) => a.dtype),
    literals: e.args.map(literalOf),
    parameter: e.parameter ?? '',
  };
}
/** Whether an element function may call one that only the main thread has. */
export function callsSpecial(name: ElementFunctionName): boolean {
  const { imports } = elementFunctions[name];
  return imports !== undefined && isSpecial(imports);
}

export const scalarApply = (
  lib: WasmLibrary,
  f: FunctionBuilder,
  e: Expr & { kind: 'apply' },
  args: readonly Value[],
): Value => elementFunctions[e.fn].scalar({ ...callOf(e), args }, f, lib);
export const vectorApply = (
  lib: WasmLibrary,
  f: FunctionBuilder,
  e: Expr & { kind: 'apply' },
  args: readonly Value[],
): Value => elementFunctions[e.fn].vector!({ ...callOf(e), args }, f, lib);

const hasVector = (name: ElementFunctionName, call: Omit<FunctionCall, 'args'>): boolean => {
  const { vector, hasVector: covers } = elementFunctions[name];
  if (!vector || ![call.dtype, ...call.argDtypes].every((d) => vectorKind(d))) return false;
  return covers?.(call) ?? true;
};
const combination = (d: DType): Omit<FunctionCall, 'args'> => ({
  dtype: d,
  argDtypes: [d, d],
  literals: [undefined, undefined],
  parameter: '',
});
export const combinesInVectors = (combiner: Combiner, d: DType): boolean => hasVector(combiner, combination(d));

/** What WebAssembly can do in its four lanes. */
export const wasmFacts: TargetFacts = {
  lanes: 4,
  hasType: (d) => vectorKind(d) !== undefined,
  hasFunction: (e) => hasVector(e.fn, callOf(e)),
  canCombine: combinesInVectors,
  // In shorter ones lanes gain nothing and change the order of sums.
  shortestFold: 8,
  smallestCopyBytes: 256,
  hasMasks: false,
};

/** One step of a fold. */
export function combine(
  lib: WasmLibrary,
  f: FunctionBuilder,
  combiner: Combiner,
  d: DType,
  a: Value,
  b: Value,
  vector: boolean,
): Value {
  const { scalar, vector: onVector } = elementFunctions[combiner];
  return (vector ? onVector! : scalar)({ ...combination(d), args: [a, b] }, f, lib);
}

/** A scalar spread over all lanes. */
export function splat(d: DType, v: Value): Value {
  if (d === 'bool') return op('i32x4.splat', op('i32.sub', i32(0), v));
  return op(v.type === 'f32' ? 'f32x4.splat' : 'i32x4.splat', v);
}

/** Raw elements in the low lanes, widened to 32-bit lanes; those of f16, which lanes do not hold, as their bits. */
function widened(d: DType, raw: Value): Value {
  const { bytes, kind } = dtypeInfo(d);
  if (bytes === 4) return raw;
  const sign = kind === 'signed' ? 's' : 'u';
  const short = bytes === 1 ? op(`i16x8.extend_low_i8x16_${sign}`, raw) : raw;
  const v = op(`i32x4.extend_low_i16x8_${sign}`, short);
  return kind === 'bool' ? op('i32x4.neg', v) : vectorKind(d) === 'float' ? op('i32x4.shl', v, i32(16)) : v;
}

const laneLoads = { 1: 'v128.load8_lane', 2: 'v128.load16_lane', 4: 'v128.load32_lane' } as const;
const laneStores = { 1: 'v128.store8_lane', 2: 'v128.store16_lane', 4: 'v128.store32_lane' } as const;
const widthOf = (d: DType): 1 | 2 | 4 => dtypeInfo(d).bytes as 1 | 2 | 4;

/** Loads a vector ({@link widened}) of the first `count` lanes, which are `step` elements apart; other lanes are zero. */
export function vectorLoad(f: FunctionBuilder, d: DType, { at, offset }: Place, step: number, count: number): Value {
  const width = widthOf(d);
  if (step === 1 && count === 4) {
    if (width === 4) return load('v128.load', at, offset);
    if (width === 1) return widened(d, load('v128.load32_zero', at, offset));
    const short = load(isSigned(d) ? 'v128.load16x4_s' : 'v128.load16x4_u', at, offset);
    return vectorKind(d) === 'float' ? op('i32x4.shl', short, i32(16)) : short;
  }
  if (step === 2 && count === 4 && d === 'f32') {
    // Elements 0, 2, 4, 6, and no byte behind the last of them.
    const base = f.keep(at);
    const [low, high] = [load('v128.load', base, offset), load('v128.load', base, offset + 12)];
    return shuffleLanes(low, high, [0, 2, 5, 7]);
  }
  // Static offsets cannot be negative: begin at the lane with the lowest address.
  const base = step < 0 ? f.keep(op('i32.add', at, i32((count - 1) * step * width))) : at;
  const at_ = (l: number): number => offset + (step < 0 ? l - (count - 1) : l) * step * width;
  let v = splatI32(0);
  for (let l = 0; l < count; l++) v = loadLane(laneLoads[width], l, base, v, at_(l));
  return widened(d, v);
}

/** Stores the first `count` lanes; narrow types are converted on the way. */
export function vectorStore(f: FunctionBuilder, d: DType, { at, offset }: Place, v: Value, count: number): void {
  const width = widthOf(d);
  let raw = v;
  if (width === 2) {
    const short = isNarrowFloat(d) ? bf16Bits(f, v) : v;
    raw = op(isSigned(d) ? 'i16x8.narrow_i32x4_s' : 'i16x8.narrow_i32x4_u', short, splatI32(0));
  } else if (width === 1) {
    const short = op('i16x8.narrow_i32x4_s', d === 'bool' ? op('i32x4.neg', v) : v, splatI32(0));
    raw = op(isSigned(d) ? 'i8x16.narrow_i16x8_s' : 'i8x16.narrow_i16x8_u', short, splatI32(0));
  }
  if (count === 4) {
    if (width === 4) f.store('v128.store', at, raw, offset);
    else f.storeLane(width === 2 ? 'v128.store64_lane' : 'v128.store32_lane', 0, at, raw, offset);
    return;
  }
  const kept = f.keep(raw);
  for (let l = 0; l < count; l++) f.storeLane(laneStores[width], l, at, kept, offset + l * width);
}

/** Stores the first `count` lanes of two vectors of float32, which take turns. */
export function pairStore(f: FunctionBuilder, { at, offset }: Place, first: Value, second: Value, count: number): void {
  const [base, x, y] = [f.keep(at), f.keep(first), f.keep(second)];
  if (count < 4) {
    for (let l = 0; l < count; l++) {
      f.storeLane('v128.store32_lane', l, base, x, offset + 8 * l);
      f.storeLane('v128.store32_lane', l, base, y, offset + 8 * l + 4);
    }
    return;
  }
  f.store('v128.store', base, shuffleLanes(x, y, [0, 4, 1, 5]), offset);
  f.store('v128.store', base, shuffleLanes(x, y, [2, 6, 3, 7]), offset + 16);
}

/** The value of an index in every lane. */
export function vectorIndex(f: FunctionBuilder, d: DType, base: Value, coefficient: number): Value {
  const lanes = op('i32x4.mul', op('i32x4.splat', i32(coefficient)), laneNumbers);
  const v = op('i32x4.add', op('i32x4.splat', base), lanes);
  if (!isFloat(d)) return d === 'bool' ? op('i32x4.ne', v, splatI32(0)) : v;
  const x = op('f32x4.convert_i32x4_s', v);
  return isNarrowFloat(d) ? roundBf16(f, x) : x;
}
const laneNumbers: Value = {
  type: 'v128',
  args: [],
  code: [0xfd, 0x0c, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0],
};
