import { availableParallelism } from 'node:os';
import {
  devicePut,
  grad,
  hostTensor,
  jit,
  lax,
  Mesh,
  nn,
  np,
  P,
  type PartitionSpec,
  random,
  setDefaultEngine,
  type Tensor,
  tree,
} from '../src/api/index.ts';
import { HostArray } from '../src/base/index.ts';
import { compiledMemory } from '../src/compile/index.ts';
import type { Module } from '../src/ir/index.ts';
import { transformerConfig } from '../src/nn/index.ts';
import { registry } from '../src/ops/index.ts';
import { coresMachine, programKernels, programTime } from '../src/plan/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { trainPrograms } from '../src/train/index.ts';
import { median } from './measure.ts';

/*
 * Predicted against measured time of twelve programs on meshes of this machine's cores. The machine is measured before and after each
 * program, so that a change of its clock between programs is no error of the model. Prints JSON.
 *   npx tsx bench/predictions.ts [rounds] [part of a name]
 */
const rounds = Number(process.argv[2] ?? 9);
const wanted = process.argv[3] ?? '';
const engine = createEngine('cpu', { profile: true });
// Arguments lie where they are used.
setDefaultEngine(engine);
const key = random.key(0);
let seeds = 0;
const normal = (...shape: number[]): Tensor => random.normal(random.foldIn(key, seeds++), shape);

interface Case {
  readonly name: string;
  readonly mesh: string;
  /** Runs once; `perDevice` is what one device of it runs. */
  make(mesh: Mesh | undefined): Promise<{
    run(): Promise<unknown>;
    perDevice: Module;
    donatedArgs?: number[];
    /** What the engine allots on a device. */
    peakBytes: number;
  }>;
}

async function ready(x: unknown): Promise<void> {
  for (const t of tree.leaves(x)) await (t as Tensor).ready();
}

/** A function of tensors; `specs` name mesh axes that meshes may lack. */
const call =
  (f: (...args: Tensor[]) => unknown, args: readonly Tensor[], specs: readonly PartitionSpec[]) =>
  async (mesh: Mesh | undefined) => {
    const g = jit(f as (...args: Tensor[]) => Tensor, mesh ? { mesh, engine, inShardings: [...specs] } : { engine });
    const placed = mesh ? args.map((a, i) => devicePut(a, mesh, specs[i], engine)) : [...args];
    return {
      perDevice: g.lower(...placed).perDevice,
      peakBytes: (await g.compile(...placed)).stats.peakBytesPerDevice,
      run: async () => {
        const out = g(...placed);
        await ready(out);
        for (const t of tree.leaves(out)) (t as Tensor).dispose();
      },
    };
  };

const trainStep = (overrides: object, batchSize: number) => async (mesh: Mesh | undefined) => {
  const config = transformerConfig('tiny', overrides);
  const programs = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
  const ids = Int32Array.from({ length: batchSize * (config.maxSeqLen + 1) }, (_, i) => (i * 31) % config.vocabSize);
  const tokens = hostTensor(new HostArray('i32', [batchSize, config.maxSeqLen + 1], ids));
  let state = programs.init(key);
  const { perDevice } = programs.step.lower(state, tokens);
  const executable = await programs.step.compile(state, tokens);
  return {
    perDevice,
    peakBytes: executable.stats.peakBytesPerDevice,
    donatedArgs: perDevice.main.args.map((_, i) => i).slice(0, -1),
    run: async () => {
      const [next, out] = programs.step(state, tokens);
      state = next;
      await out.loss.item();
    },
  };
};

const mlpWeights = (): Tensor[] => [normal(784, 1024), normal(1024, 1024), normal(1024, 16)];
const mlpGradient = (x: Tensor, ...w: Tensor[]): unknown =>
  grad((w: Tensor[]) => {
    const h = w.reduce((h, m, i) => (i < w.length - 1 ? nn.relu(np.matmul(h, m)) : np.matmul(h, m)), x);
    return np.mean(np.square(h));
  })(w);
const attention = (q: Tensor, k: Tensor, v: Tensor): Tensor => {
  const scores = np.divide(np.einsum('bhqd,bhkd->bhqk', q, k), 8);
  return np.einsum('bhqk,bhkd->bhqd', nn.softmax(scores), v);
};
const convolution = (x: Tensor, w: Tensor): Tensor =>
  nn.relu(lax.convGeneralDilated(x, w, [1, 1], 'SAME', { dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'] }));
const rows = P('data');

const cases: readonly Case[] = [
  { name: 'training step, tiny', mesh: '', make: trainStep({}, 32) },
  { name: 'training step, tiny', mesh: 'data=2', make: trainStep({}, 32) },
  { name: 'training step, tiny', mesh: 'model=2', make: trainStep({}, 32) },
  { name: 'training step, tiny', mesh: 'data=2,model=2', make: trainStep({}, 32) },
  { name: 'training step, 512 wide', mesh: '', make: trainStep({ embedDim: 512, mlpDim: 2048, numHeads: 8 }, 8) },
  {
    name: 'MLP gradient',
    mesh: '',
    make: call(mlpGradient, [normal(512, 784), ...mlpWeights()], [rows, P(), P(), P()]),
  },
  {
    name: 'MLP gradient',
    mesh: 'data=2',
    make: call(mlpGradient, [normal(512, 784), ...mlpWeights()], [rows, P(), P(), P()]),
  },
  {
    name: 'attention',
    mesh: '',
    make: call(
      attention,
      [0, 1, 2].map(() => normal(4, 8, 512, 64)),
      [rows, rows, rows],
    ),
  },
  {
    name: 'attention',
    mesh: 'data=4',
    make: call(
      attention,
      [0, 1, 2].map(() => normal(4, 8, 512, 64)),
      [rows, rows, rows],
    ),
  },
  {
    name: 'product',
    mesh: 'data=2',
    make: call((a, b) => np.matmul(a, b), [normal(2048, 1024), normal(1024, 2048)], [P(null, 'data'), rows]),
  },
  { name: 'softmax of 64 MiB', mesh: '', make: call((x) => nn.softmax(x), [normal(4096, 4096)], [rows]) },
  {
    name: 'convolution',
    mesh: 'data=2',
    make: call(convolution, [normal(8, 56, 56, 64), normal(3, 3, 64, 64)], [rows, P()]),
  },
];

interface Row {
  readonly name: string;
  readonly mesh: string;
  readonly measuredMs: number;
  readonly predictedMs: number;
  readonly errorPercent: number;
  /** Memory of a device: what the engine allots, what the compiler's assignment of buffers foretells, and what the search counts. */
  readonly measuredMB: number;
  readonly foretoldMB: number;
  readonly countedMB: number;
}
const results: Row[] = [];
for (const c of cases) {
  if (!`${c.name} ${c.mesh}`.includes(wanted)) continue;
  const mesh = c.mesh === '' ? undefined : Mesh.parse(c.mesh);
  const { run, perDevice, donatedArgs, peakBytes } = await c.make(mesh);
  const kernels = programKernels(perDevice, donatedArgs ? { donatedArgs } : {});
  const cores = availableParallelism() / (mesh?.size ?? 1);
  for (let i = 0; i < 3; i++) await run();
  const [times, predictions]: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    const machine = await engine.profiler!.measureMachine();
    for (let k = 0; k < 3; k++) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    predictions.push(programTime(kernels, coresMachine(machine, cores)).totalUs / 1e3);
  }
  const [measuredMs, predictedMs] = [median(times), median(predictions)];
  const errorPercent = 100 * (predictedMs / measuredMs - 1);
  const numDevices = mesh?.size ?? 1;
  const foretold = compiledMemory(perDevice, { registry, numDevices, donatedArgs: donatedArgs ?? [] }).peakBytes;
  const row: Row = {
    name: c.name,
    mesh: c.mesh || '1 device',
    ...{ measuredMs, predictedMs, errorPercent },
    ...{ measuredMB: peakBytes / 1e6, foretoldMB: foretold / 1e6, countedMB: kernels.peakBytes / 1e6 },
  };
  results.push(row);
  console.error(
    `${row.name} on ${row.mesh}: measured ${measuredMs.toFixed(2)} ms, predicted ${predictedMs.toFixed(2)}; ${row.measuredMB.toFixed(1)} MB, foretold ${row.foretoldMB.toFixed(1)}, counted ${row.countedMB.toFixed(1)}`,
  );
}

const rankOf = (values: readonly number[]): number[] => values.map((v) => values.filter((w) => w < v).length);
const correlation = (a: readonly number[], b: readonly number[]): number => {
  const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number): number => a.reduce((s, _, i) => s + f(i), 0);
  return sum((i) => (a[i] - ma) * (b[i] - mb)) / Math.sqrt(sum((i) => (a[i] - ma) ** 2) * sum((i) => (b[i] - mb) ** 2));
};
console.log(
  JSON.stringify({
    benchmark: 'predictions',
    cores: availableParallelism(),
    programs: results,
    largestMemoryErrorPercent: Math.max(...results.map((r) => 100 * Math.abs(r.foretoldMB / r.measuredMB - 1))),
    medianErrorPercent: median(results.map((r) => Math.abs(r.errorPercent))),
    rankCorrelation: correlation(rankOf(results.map((r) => r.measuredMs)), rankOf(results.map((r) => r.predictedMs))),
  }),
);
await engine.close();
