import { dtypeInfo, HostArray, numElements, realDType, sameShape } from '../../src/base/index.ts';
import {
  type Block,
  Builder,
  Func,
  type Module,
  Module as ModuleClass,
  type OpDefinition,
  type Sample,
  type SampleTensor,
  tensorType,
  Value,
} from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { CpuEngine } from '../../src/runtime/cpu/engine.ts';
import type { Engine } from '../../src/runtime/index.ts';
import { firstDevices, ReferenceEngine } from '../../src/runtime/index.ts';

export const cpu = new CpuEngine();
export const reference = new ReferenceEngine();

/** The tensor a sample describes. */
export function sampleArray(t: SampleTensor, seed: number): HostArray {
  const info = dtypeInfo(t.dtype);
  const n = numElements(t.shape);
  const random = mulberry(seed);
  const low = t.low ?? (info.kind === 'float' || info.kind === 'complex' ? -1 : 0);
  const high = t.high ?? (info.kind === 'bool' ? 1 : info.kind === 'float' || info.kind === 'complex' ? 1 : 10);
  const values = Array.from({ length: n }, (_, i) => {
    if (t.values) return t.values[i % t.values.length];
    const u = random();
    if (info.kind === 'bool') return u < 0.5 ? 0 : 1;
    if (info.kind === 'float' || info.kind === 'complex') return low + u * (high - low);
    return Math.floor(low + u * (high - low + 1));
  });
  return HostArray.from(t.dtype, t.shape, values);
}

function mulberry(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One module that runs all the given samples of an op, with its arguments. */
export function sampleModule(
  definition: OpDefinition,
  samples: readonly Sample<object>[],
): { module: Module; args: HostArray[]; owners: string[] } {
  const b = new Builder(registry);
  const params: Value[] = [];
  const args: HostArray[] = [];
  const results: Value[] = [];
  const owners: string[] = [];
  samples.forEach((s, n) => {
    const operands = s.operands.map((t, i) => {
      const v = new Value(tensorType(t.dtype, t.shape), undefined, params.length);
      params.push(v);
      args.push(sampleArray(t, n * 31 + i));
      return v;
    });
    const options = { regions: s.regions?.(b) ?? [], ...(s.resultTypes ? { resultTypes: s.resultTypes } : {}) };
    for (const r of b.create(definition.name, operands, s.attributes, options).results) {
      if (r.type.kind !== 'tensor') continue;
      results.push(r);
      owners.push(s.name);
    }
  });
  const body: Block = b.finish(params, results, 'func.return');
  return { module: new ModuleClass([new Func('main', body)]), args, owners };
}

/** Runs a module on an engine; `args[device]`. */
export async function run(
  engine: Engine,
  module: Module,
  args: readonly (readonly HostArray[])[],
  donatedArgs: readonly number[] = [],
): Promise<HostArray[][]> {
  const executable = await engine.compile(module, { devices: firstDevices(engine, args.length), donatedArgs });
  const buffers = args.map((own, d) => own.map((a) => engine.put(a, d)));
  const out = await executable.execute(buffers);
  return Promise.all(out.map((own) => Promise.all(own.map((r) => r.read()))));
}

/**
 * The largest difference of two arrays, in units of the tolerance of their type (relative to the larger of 1 and the
 * magnitude): at most 1 means equal enough. Shapes, integers and bools must be equal.
 */
export function difference(got: HostArray, want: HostArray, relative?: number): number {
  if (got.dtype !== want.dtype || !sameShape(got.shape, want.shape)) return Number.POSITIVE_INFINITY;
  const { kind } = dtypeInfo(got.dtype);
  if (kind !== 'float' && kind !== 'complex') return got.equals(want) ? 0 : Number.POSITIVE_INFINITY;
  const part = kind === 'complex' ? realDType(got.dtype) : got.dtype;
  const epsilon = relative ?? { f64: 1e-14, f32: 2e-6, f16: 2e-3, bf16: 1.6e-2 }[part as 'f32'] ?? 1e-2;
  // Complex numbers part by part.
  const numbers = (a: HostArray): ArrayLike<number> => (kind === 'complex' ? (a.data as Float64Array) : a.toNumbers());
  const [gs, ws] = [numbers(got), numbers(want)];
  let worst = 0;
  for (let i = 0; i < gs.length; i++) {
    const [g, w] = [gs[i], ws[i]];
    if (Object.is(g, w) || g === w) continue;
    const e = Math.abs(g - w) / (epsilon * Math.max(1, Math.abs(w)));
    worst = Math.max(worst, Number.isNaN(e) ? Number.POSITIVE_INFINITY : e);
  }
  return worst;
}
