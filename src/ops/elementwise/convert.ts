import {
  allocate,
  type DType,
  dtypeInfo,
  HostArray,
  highestValue,
  isInexact,
  isInteger,
  lowestValue,
} from '../../base/index.ts';
import { absent, asTensor, defineOp, tensorType } from '../../ir/index.ts';
import { elementwiseCost } from '../define/cost.ts';
import { fromNumbers, numbersOf } from '../define/elements.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { convert as emitConvert } from '../define/emit.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';
import { sameType } from '../define/syntaxes.ts';
import { operandOfSameType } from '../define/unchanged-operands.ts';

/** Converts element types: floats to integers saturate with NaN -> 0, integers wrap, anything to bool is `!= 0`. */
export function convertArray(x: HostArray, to: DType): HostArray {
  if (x.dtype === to) return x;
  const source = dtypeInfo(x.dtype);
  const target = dtypeInfo(to);
  const n = x.size;
  if (source.scalar === 'bigint') return fromBigints(x, to);
  let values = numbersOf(x);
  if (source.kind === 'complex' && target.kind !== 'complex') {
    const re = new Float64Array(n);
    const all = values;
    for (let i = 0; i < n; i++) re[i] = to === 'bool' && all[2 * i + 1] !== 0 ? 1 : all[2 * i];
    values = re;
  } else if (source.kind !== 'complex' && target.kind === 'complex') {
    const wide = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) wide[2 * i] = values[i];
    values = wide;
  }
  const fromFloat = source.kind === 'float' || source.kind === 'complex';
  if (!fromFloat || !isInteger(to)) return fromNumbers(to, x.shape, values);
  const [low, high] = [Number(lowestValue(to)), Number(highestValue(to))];
  if (target.scalar === 'bigint') {
    const data = allocate(to, n) as BigInt64Array;
    const [least, most] = [lowestValue(to) as bigint, highestValue(to) as bigint];
    for (let i = 0; i < n; i++) {
      const v = values[i];
      data[i] = Number.isNaN(v) ? 0n : v >= high ? most : v <= low ? least : BigInt(Math.trunc(v));
    }
    return new HostArray(to, x.shape, data);
  }
  const clamped = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const v = values[i];
    clamped[i] = Number.isNaN(v) ? 0 : v < low ? low : v > high ? high : Math.trunc(v);
  }
  return fromNumbers(to, x.shape, clamped);
}

function fromBigints(x: HostArray, to: DType): HostArray {
  const target = dtypeInfo(to);
  const from = x.data as BigInt64Array;
  const n = from.length;
  if (target.kind === 'complex' || target.kind === 'float' || target.kind === 'bool') {
    const width = target.kind === 'complex' ? 2 : 1;
    const values = new Float64Array(n * width);
    for (let i = 0; i < n; i++) values[i * width] = to === 'f32' ? froundBig(from[i]) : Number(from[i]);
    return fromNumbers(to, x.shape, values);
  }
  const data = allocate(to, n);
  if (target.scalar === 'bigint') for (let i = 0; i < n; i++) (data as BigInt64Array)[i] = from[i];
  else {
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) values[i] = Number(BigInt.asIntN(32, from[i]));
    return fromNumbers(to, x.shape, values);
  }
  return new HostArray(to, x.shape, data);
}

/** Nearest f32 of a 64-bit integer without rounding twice: an odd sticky bit stands for what a double would lose. */
function froundBig(v: bigint): number {
  const a = v < 0n ? -v : v;
  if (a < 2n ** 53n) return Number(v);
  const dropped = a & 0x7ffn;
  const kept = Number((a >> 11n) | (dropped !== 0n ? 1n : 0n)) * 2048;
  return v < 0n ? -kept : kept;
}

export const convert = defineOp<NoAttributes>({
  name: 'stablehlo.convert',
  doc: 'Elementwise conversion to another element type.',
  spec: 'StableHLO spec, convert',
  operands: [{ name: 'operand' }],
  attributes: {},
  numRegions: 0,
  traits: { elementwise: true, linear: true, unchangedOperand: operandOfSameType },
  inferTypes: 'explicit',
  numResults: 1,
  verify: (op, { check }) => {
    const [x, r] = [asTensor(op.operands[0].type), asTensor(op.results[0].type)];
    check(
      'C1',
      x.shape.length === r.shape.length && x.shape.every((d, i) => d === r.shape[i] || d < 0 || r.shape[i] < 0),
      () => `shapes [${x.shape}] and [${r.shape}] differ`,
    );
  },
  syntax: sameType(1),
  evaluate: ([x], op) => [convertArray(x, op.results[0].dtype)],
  decompose: absent('a primitive'),
  linearize: ({ op, tangents: [t], tangent }) => {
    const to = op.results[0].dtype;
    return { tangents: [t && isInexact(to) ? emitConvert(tangent, t, to) : undefined] };
  },
  transpose: ({ op, cotangents: [ct], builder }) => [ct && emitConvert(builder, ct, op.operands[0].dtype)],
  batch: ({ op, operands: [x], builder }) => ({
    results: [emitConvert(builder, x, op.results[0].dtype)],
    batched: [true],
  }),
  sharding: (op) => pointwiseSharding(op),
  localize: () => ({}),
  cost: elementwiseCost(1),
  samples: [
    sample('f64 to f32', 'f64', 'f32'),
    sample('f32 to f64', 'f32', 'f64'),
    sample('f32 to bf16', 'f32', 'bf16'),
    sample('f32 to i32', 'f32', 'i32', [-2.7, 3.5, 1e20]),
    sample('i64 to u8', 'i64', 'u8', [-1, 300, 7]),
    sample('i32 to bool', 'i32', 'bool', [0, 2, -1]),
    sample('f32 to f8', 'f32', 'f8E4M3FN'),
  ],
});

function sample(name: string, from: DType, to: DType, values?: number[]) {
  return {
    name,
    operands: [{ dtype: from, shape: [3], low: -2, high: 2, ...(values ? { values } : {}) }],
    attributes: {},
    resultTypes: [tensorType(to, [3])],
    ...(to === 'bf16' || to === 'f8E4M3FN' ? { tolerance: { relative: 1, reason: 'rounds to few bits' } } : {}),
  };
}
