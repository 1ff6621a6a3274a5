import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatBytes, textTable } from '../src/base/index.ts';
import { measureMachine } from '../src/runtime/index.ts';
import { median } from './measure.ts';
import { Participant } from './participants/participant.ts';

/*
 * Espalier beside its peers, in interleaved runs: every round each participant does a task once; medians over the rounds, and
 * the ratio of the peer's median to ours. Prints JSON lines, then a table.
 * Peak memory is that of the whole process, interpreter included.
 *
 *   npm run bench -- [--only gemm,kernel,mlp,transformer] [--threads 1,2] [--rounds 9] [--python python3]
 *
 * Peers need `pip install torch jax` and `npm install --prefix bench/peers`; those that cannot run are named and left out.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'gemm,mlp,transformer' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '9' },
    python: { type: 'string', default: 'python3' },
    case: { type: 'string' },
  },
});

interface Case {
  readonly task: 'gemm' | 'kernel' | 'mlp' | 'transformer';
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Floating-point operations of the products of one run, where that is a plain count. */
  readonly flops?: number;
  /** Runs of a participant in a row, of which the median counts: short tasks need more. */
  readonly repeats: number;
}

const products: readonly (readonly [batch: number, m: number, n: number, k: number, transposeB: boolean])[] = [
  [1, 2048, 2048, 2048, false],
  [1, 512, 768, 768, false],
  [1, 512, 3072, 768, false],
  [1, 512, 768, 3072, true],
  [1, 2048, 256, 256, false],
  [1, 1, 3072, 768, false],
  [48, 128, 128, 64, true],
  [48, 128, 64, 128, false],
];
const dtypes = ['f32', 'bf16'] as const;
const conv = (inputs: number, outputs: number, size: number, window: number, stride: number, groups = 1) => ({
  batch: 8,
  size,
  inputs,
  outputs,
  window,
  stride,
  groups,
  channelsLast: true,
});
const kernels: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'conv 7×7/2 3→64, 224²': { kind: 'conv', ...conv(3, 64, 224, 7, 2) },
  'conv 3×3 64→64, 56²': { kind: 'conv', ...conv(64, 64, 56, 3, 1) },
  'conv 3×3/2 128→128, 56²': { kind: 'conv', ...conv(128, 128, 56, 3, 2) },
  'conv 3×3 256→256, 14²': { kind: 'conv', ...conv(256, 256, 14, 3, 1) },
  'conv 1×1 256→64, 56²': { kind: 'conv', ...conv(256, 64, 56, 1, 1) },
  'conv 3×3 depthwise 128, 56²': { kind: 'conv', ...conv(128, 128, 56, 3, 1, 128) },
  'gradients of conv 3×3 64→64, 56²': { kind: 'convGrad', ...conv(64, 64, 56, 3, 1) },
  'gradients of conv 3×3/2 128→128, 56²': { kind: 'convGrad', ...conv(128, 128, 56, 3, 2) },
  'gradients of conv 3×3 depthwise 128, 56²': { kind: 'convGrad', ...conv(128, 128, 56, 3, 1, 128) },
  'max pool 3×3/2, 64×112²': { kind: 'maxPool', batch: 8, size: 112, width: 64 },
  'gradient of max pool 3×3/2, 64×112²': { kind: 'maxPoolGrad', batch: 8, size: 112, width: 64 },
  'sort 1M': { kind: 'sort', rows: 1, n: 1 << 20 },
  'sort 1000×512': { kind: 'sort', rows: 1000, n: 512 },
  'argsort 64×16384': { kind: 'argsort', rows: 64, n: 16384 },
  'top 50 of 8×50257': { kind: 'topk', rows: 8, n: 50257, k: 50 },
  'gather 4096 rows of 50257×768': { kind: 'gather', vocabulary: 50257, width: 768, count: 4096 },
  'scatter-add 4096 rows of 50257×768': { kind: 'scatterAdd', vocabulary: 50257, width: 768, count: 4096 },
  'conv 3×3 64→64, 56², NCHW': { kind: 'conv', ...conv(64, 64, 56, 3, 1), channelsLast: false },
  'conv 3×3/2 depthwise 128, 56²': { kind: 'conv', ...conv(128, 128, 56, 3, 2, 128) },
  'conv 3×3 depthwise 128, 56², NCHW': { kind: 'conv', ...conv(128, 128, 56, 3, 1, 128), channelsLast: false },
  'gradients of conv 3×3 64→64, 56², NCHW': { kind: 'convGrad', ...conv(64, 64, 56, 3, 1), channelsLast: false },
  'cumsum 1024×4096': { kind: 'cumsum', rows: 1024, n: 4096, axis: 1 },
  'cumsum 4096×1024 along columns': { kind: 'cumsum', rows: 4096, n: 1024, axis: 0 },
  'cumsum 4M': { kind: 'cumsum', rows: 1, n: 1 << 22, axis: 1 },
  'cumprod 1024×4096': { kind: 'cumprod', rows: 1024, n: 4096, axis: 1 },
  'cummax 1024×4096': { kind: 'cummax', rows: 1024, n: 4096, axis: 1 },
  'cummax 4096×1024 along columns': { kind: 'cummax', rows: 4096, n: 1024, axis: 0 },
  'gradient of cumsum 1024×4096': { kind: 'cumsumGrad', rows: 1024, n: 4096, axis: 1 },
  'sum 16M': { kind: 'sum', rows: 4096, n: 4096 },
  'row sums 4096×4096': { kind: 'sum', rows: 4096, n: 4096, axis: 1 },
  'column sums 4096×4096': { kind: 'sum', rows: 4096, n: 4096, axis: 0 },
  'column sums 65536×128': { kind: 'sum', rows: 65536, n: 128, axis: 0 },
  'max 16M': { kind: 'max', rows: 4096, n: 4096 },
  'column maxima 4096×4096': { kind: 'max', rows: 4096, n: 4096, axis: 0 },
  'argmax 64×50257': { kind: 'argmax', rows: 64, n: 50257, axis: 1 },
  'softmax 64×50257': { kind: 'softmax', rows: 64, n: 50257, axis: 1 },
  'uniform 4M': { kind: 'uniform', n: 1 << 22 },
};
const transformers = {
  'block stack d=256': {
    embedDim: 256,
    numLayers: 6,
    numHeads: 8,
    headDim: 32,
    mlpDim: 768,
    maxSeqLen: 256,
    vocabSize: 256,
    batchSize: 8,
  },
  'block stack d=768': {
    embedDim: 768,
    numLayers: 4,
    numHeads: 12,
    headDim: 64,
    mlpDim: 2048,
    maxSeqLen: 256,
    vocabSize: 256,
    batchSize: 2,
  },
  'GPT-2 size, 124 M parameters': {
    embedDim: 768,
    numLayers: 12,
    numHeads: 12,
    headDim: 64,
    mlpDim: 2048,
    maxSeqLen: 256,
    vocabSize: 50257,
    batchSize: 2,
  },
};
/** Products of a step, forward and backward; scores of the whole square, masked or not. */
function transformerFlops(t: (typeof transformers)[keyof typeof transformers]): number {
  const tokens = t.batchSize * t.maxSeqLen;
  const inner = t.numHeads * t.headDim;
  const weights = t.numLayers * (4 * t.embedDim * inner + 3 * t.embedDim * t.mlpDim) + t.vocabSize * t.embedDim;
  return 6 * tokens * weights + 12 * t.numLayers * tokens * t.maxSeqLen * inner;
}
interface MlpSizes {
  readonly inputDim: number;
  readonly hiddenDim: number;
  readonly numLayers: number;
  readonly outputDim: number;
  readonly batchSize: number;
}
function mlpCase(name: string, o: MlpSizes, repeats: number): Case {
  const first = o.inputDim * o.hiddenDim;
  const rest = (o.numLayers - 1) * o.hiddenDim ** 2 + o.hiddenDim * o.outputDim;
  // Nobody needs the gradient of the input.
  const flops = o.batchSize * (4 * first + 6 * rest);
  return { task: 'mlp', name: `${name}, batch ${o.batchSize}`, options: { ...o }, flops, repeats };
}
const cases: readonly Case[] = [
  ...dtypes.flatMap((dtype) =>
    products.map(([batch, m, n, k, transposeB]): Case => {
      const flops = 2 * batch * m * n * k;
      const name = `${batch > 1 ? `${batch}×` : ''}${m}×${n}×${k}${transposeB ? ' B transposed' : ''}, ${dtype}`;
      return {
        task: 'gemm',
        name,
        options: { batch, m, n, k, transposeB, dtype },
        flops,
        repeats: flops > 1e9 ? 5 : 50,
      };
    }),
  ),
  mlpCase('784-512-10', { inputDim: 784, hiddenDim: 512, numLayers: 1, outputDim: 10, batchSize: 128 }, 20),
  ...Object.entries(kernels).map(([name, options]): Case => ({ task: 'kernel', name, options, repeats: 3 })),
  mlpCase('784-1024-1024-10', { inputDim: 784, hiddenDim: 1024, numLayers: 2, outputDim: 10, batchSize: 128 }, 10),
  ...dtypes.flatMap((dtype) =>
    Object.entries(transformers).map(
      ([name, sizes]): Case => ({
        task: 'transformer',
        name: `${name}, ${dtype}`,
        options: { ...sizes, dtype },
        flops: transformerFlops(sizes),
        repeats: 1,
      }),
    ),
  ),
];

const settleMs = 200;
const rounds = Number(values.rounds);
const peak = await measureMachine();
const rows: string[][] = [];
console.log(JSON.stringify({ machine: cpus()[0].model, cores: cpus().length, node: process.version, rounds }));
for (const threads of values.threads.split(',').map(Number))
  for (const c of cases) {
    if (!values.only.split(',').includes(c.task) || (values.case && !c.name.includes(values.case))) continue;
    const json = JSON.stringify(c.options);
    const compiled = JSON.stringify({ ...c.options, compile: true });
    const commands = [
      ['node', '--import', 'tsx', 'bench/participants/espalier.ts', c.task, json],
      [values.python, 'bench/peers/torch_peer.py', c.task, json],
      ...(c.task === 'gemm' || c.task === 'kernel'
        ? []
        : [[values.python, 'bench/peers/torch_peer.py', c.task, compiled]]),
      // bf16 two ways: float32 parameters under autocast, as ours, and everything in bf16.
      ...(c.task === 'transformer' && c.options.dtype === 'bf16'
        ? [[values.python, 'bench/peers/torch_peer.py', c.task, JSON.stringify({ ...c.options, pure: true })]]
        : []),
      ...(c.task === 'kernel' ? [] : [[values.python, 'bench/peers/jax_peer.py', c.task, json]]),
      ...(c.task === 'gemm' && c.options.dtype === 'f32'
        ? [['node', 'bench/peers/onnxruntime_peer.mjs', c.task, json]]
        : []),
    ];
    const started: Participant[] = [];
    for (const command of commands) {
      const p = await Participant.start(command, threads);
      if (p) started.push(p);
    }
    const times = new Map(started.map((p) => [p, [] as number[]]));
    for (let round = 0; round < rounds; round++)
      for (const p of started) {
        // Idle threads of the one before (onnxruntime's, OpenMP's) spin for a while and would take this one's cores.
        await pause(settleMs);
        const own: number[] = [];
        for (let i = 0; i < c.repeats; i++) own.push(await p.run());
        times.get(p)!.push(median(own));
      }
    const ours = median(times.get(started[0])!);
    if (c.flops !== undefined && c.options.dtype !== 'bf16') {
      const share = c.flops / ours / 1e6 / (threads * peak.gflopPerSecPerCore);
      console.log(
        JSON.stringify({
          ...{ task: c.task, case: c.name, threads },
          measuredPeakGflopPerSec: Number((threads * peak.gflopPerSecPerCore).toPrecision(4)),
          ourShareOfPeak: Number(share.toFixed(2)),
        }),
      );
    }
    for (const p of started) {
      const timeMs = median(times.get(p)!);
      const peakBytes = await p.peakBytes();
      const ratio = timeMs / ours;
      const gflops = c.flops === undefined ? undefined : c.flops / timeMs / 1e6;
      console.log(
        JSON.stringify({
          task: c.task,
          case: c.name,
          threads,
          participant: p.name,
          medianTimeMs: Number(timeMs.toPrecision(4)),
          minTimeMs: Number(Math.min(...times.get(p)!).toPrecision(4)),
          ...(gflops === undefined ? {} : { gflopPerSec: Number(gflops.toPrecision(4)) }),
          timesOurs: Number(ratio.toPrecision(3)),
          compileTimeMs: p.compileTimeMs,
          peakBytes,
        }),
      );
      const speed = gflops === undefined ? '' : `${Math.round(gflops)} GFLOP/s`;
      rows.push([
        c.task,
        c.name,
        `${threads}`,
        p.name,
        `${timeMs.toPrecision(3)} ms`,
        speed,
        `${ratio.toFixed(2)}×`,
        formatBytes(peakBytes),
      ]);
    }
    for (const p of started) p.stop();
  }
console.log(
  `\n${textTable(['task', 'case', 'threads', 'participant', 'median', 'speed', 'of our time', 'peak memory'], rows)}`,
);
