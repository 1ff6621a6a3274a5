import { dtypeInfo, HostArray, numElements } from '../../src/base/index.ts';
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
import { mulberry } from '../random-numbers.ts';

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
