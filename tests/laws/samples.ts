import { dtypeInfo, HostArray, isFloat, isInexact, numElements, range } from '../../src/base/index.ts';
import {
  Builder,
  Func,
  Module,
  type Op,
  type OpDefinition,
  type Sample,
  tensorType,
  Value,
} from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { evaluateOnDevices } from '../../src/runtime/index.ts';

export type AnySample = Sample<Readonly<Record<string, unknown>>>;

/** Deterministic numbers in [0, 1). */
export function random(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return (s >>> 8) / 2 ** 24;
  };
}

/** The arrays of a sample's operands. */
export function sampleInputs(sample: AnySample, seed: number): HostArray[] {
  const next = random(seed * 7919 + 17);
  return sample.operands.map((o) => {
    const n = numElements(o.shape);
    if (o.values) return HostArray.from(o.dtype, o.shape, o.values);
    const inexact = isInexact(o.dtype);
    const low = o.low ?? (inexact ? -2 : 0);
    const high = o.high ?? (inexact ? 2 : o.dtype === 'bool' ? 1 : 9);
    const used = new Set<number>();
    const draw = (): number => {
      for (;;) {
        const x = low + (high - low) * next();
        const v = inexact ? x : Math.round(x);
        if (!o.distinct || isFloat(o.dtype) || !used.has(v)) {
          used.add(v);
          return v;
        }
      }
    };
    return HostArray.from(o.dtype, o.shape, range(n).map(draw));
  });
}

/** One sample as a module whose @main takes the operands and returns the results. */
export function sampleModule(definition: OpDefinition, sample: AnySample): { module: Module; func: Func; op: Op } {
  const b = new Builder(registry);
  const args = sample.operands.map((o, i) => new Value(tensorType(o.dtype, o.shape), undefined, i));
  const regions = sample.regions?.(b);
  const op = b.create(definition.name, args, sample.attributes, {
    ...(regions ? { regions } : {}),
    ...(sample.resultTypes ? { resultTypes: sample.resultTypes } : {}),
  });
  const func = new Func('main', b.finish(args, op.results, 'func.return'));
  return { module: new Module([func]), func, op };
}

/** Runs on as many devices as the sample needs; `inputs[device]`. */
export function run(func: Func, inputs: readonly (readonly HostArray[])[]): HostArray[][] {
  return evaluateOnDevices(new Module([func.with({ name: 'main' })]), inputs);
}

/** Relative distance of two arrays of numbers, by the larger of their norms (at least 1e-3). */
export function distance(a: readonly number[], b: readonly number[]): number {
  let difference = 0;
  let size = 1e-3;
  a.forEach((x, i) => {
    if (Number.isNaN(x) && Number.isNaN(b[i])) return;
    if (x === b[i]) return;
    difference = Math.max(difference, Math.abs(x - b[i]));
    size = Math.max(size, Math.abs(x), Math.abs(b[i]));
  });
  return difference / size;
}

/** Smallest step of a float type relative to 1. */
export function epsilon(dtype: HostArray['dtype']): number {
  const { bits, kind } = dtypeInfo(dtype);
  if (kind !== 'float' && kind !== 'complex') return 0;
  if (dtype === 'bf16') return 2 ** -7;
  if (bits === 16) return 2 ** -10;
  if (bits < 16) return 0.25;
  return dtype === 'f32' || dtype === 'c64' ? 2 ** -22 : 2 ** -44;
}

export const numbers = (a: HostArray): number[] =>
  dtypeInfo(a.dtype).kind === 'complex' ? Array.from(a.data as Float64Array) : a.toNumbers();
