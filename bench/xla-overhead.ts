import { readFileSync, writeFileSync } from 'node:fs';
import { hostTensor, jit, np, random, type Tensor } from '../src/api/index.ts';
import { HostArray } from '../src/base/index.ts';
import { ByteBatches } from '../src/data/index.ts';
import { type TransformerPreset, transformerConfig } from '../src/nn/index.ts';
import { XlaEngine } from '../src/runtime/index.ts';
import { perDeviceText } from '../src/runtime/xla/program.ts';
import { trainPrograms } from '../src/train/index.ts';

/*
 * What this project adds to XLA's own time, on one device of a PJRT plugin. Prints JSON lines.
 *   npx tsx bench/xla-overhead.ts step [preset] [batchSize] [steps] [program.mlir]   a training step; writes its program for the peer
 *   npx tsx bench/xla-overhead.ts dispatch                                           a tiny program, waited for and not
 *   npx tsx bench/xla-overhead.ts leak [executions]                                  resident memory while inputs keep changing
 * The peers are bench/peers/jax_program.py (the very same program through jaxlib) and bench/peers/jax_dispatch.py.
 */
const [what = 'dispatch', ...rest] = process.argv.slice(2);
const engine = new XlaEngine();
const print = (o: object): void => console.log(JSON.stringify(o));
const median = (xs: number[]): number => xs.sort((a, b) => a - b)[Math.floor(xs.length / 2)];
const round = (x: number): number => Number(x.toFixed(2));

async function step(preset = 'tiny', batchText = '32', stepsText = '20', file?: string): Promise<void> {
  const batchSize = Number(batchText);
  const config = transformerConfig(preset as TransformerPreset);
  const programs = trainPrograms({ config, engine, mesh: undefined, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
  const text = Buffer.from('to be or not to be, that is the question. '.repeat(400));
  const batches = new ByteBatches(text, { batchSize, seqLen: config.maxSeqLen, seed: 0 });
  let state = programs.init(random.key(0));
  const lowered = programs.step.lower(state, hostTensor(batches.at(0)));
  const numState = lowered.perDevice.main.results.length - 2; // without loss and gradient norm
  if (file)
    writeFileSync(
      file,
      perDeviceText(
        lowered.perDevice,
        { numReplicas: 1, numPartitions: 1 },
        Array.from({ length: numState }, (_, i) => i),
      ),
    );
  const times: number[] = [];
  for (let i = 0; i < Number(stepsText) + 2; i++) {
    const begin = performance.now();
    const [next, out] = programs.step(state, hostTensor(batches.at(i)));
    state = next;
    await out.loss.item();
    times.push(performance.now() - begin);
  }
  const timed = times.slice(2);
  const executable = await programs.step.compile(state, hostTensor(batches.at(0)));
  print({
    benchmark: 'xla-step',
    preset,
    batchSize,
    medianTimeMs: round(median(timed)),
    minTimeMs: round(Math.min(...timed)),
    compileTimeMs: Math.round(executable.stats.compileTimeMs),
  });
}

async function dispatch(): Promise<void> {
  const f = jit((x: Tensor) => np.add(x, 1), { engine });
  let x = f(np.array([1, 2, 3, 4]));
  // As long as the JIT of JavaScript needs.
  for (let i = 0; i < 20_000; i++) {
    x = f(x);
    if (i % 100 === 99) await x.data();
  }
  const rounds = 50_000;
  let begin = performance.now();
  for (let i = 0; i < rounds; i++) {
    x = f(x);
    if (i % 100 === 99) await x.data();
  }
  await x.data();
  const pipelinedUs = ((performance.now() - begin) * 1e3) / rounds;
  begin = performance.now();
  for (let i = 0; i < rounds; i++) {
    x = f(x);
    await x.data();
  }
  print({
    benchmark: 'xla-dispatch',
    pipelinedUs: round(pipelinedUs),
    waitedUs: round(((performance.now() - begin) * 1e3) / rounds),
  });
}

/** Resident bytes of this process. */
const resident = (): number => {
  const line = readFileSync('/proc/self/status', 'utf8').match(/VmRSS:\s+(\d+) kB/);
  return line ? Number(line[1]) * 1024 : process.memoryUsage().rss;
};

async function leak(text = '10000'): Promise<void> {
  const executions = Number(text);
  const f = jit((x: Tensor, y: Tensor) => np.sum(np.matmul(x, y)), { engine });
  const samples: number[] = [];
  for (let i = 1; i <= executions; i++) {
    const x = hostTensor(HostArray.full('f32', [64, 64], i % 7));
    await f(x, x).item();
    if (i % (executions / 10) === 0) {
      globalThis.gc?.();
      samples.push(Math.round(resident() / 2 ** 20));
      print({
        benchmark: 'xla-leak',
        executions: i,
        residentMiB: samples.at(-1),
        liveHandles: (await engine.client()).numLive,
      });
    }
  }
}

await { step, dispatch, leak }[what as 'step'](...rest);
await engine.close();
