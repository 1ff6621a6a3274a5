import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor, random } from '../src/api/index.ts';
import { ByteBatches } from '../src/data/index.ts';
import { type TransformerPreset, transformerConfig } from '../src/nn/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { type TrainEvent, train, trainPrograms } from '../src/train/index.ts';
import { median } from './measure.ts';

/*
 * What the loop of a training adds to its compiled step, and how long a checkpoint stops it.
 *
 *   npx tsx bench/train-loop.ts [preset] [steps] [rounds]     the loop beside the bare step, interleaved
 *   npx tsx bench/train-loop.ts checkpoint [layers] [width]    a model of 124 M parameters, a checkpoint every third step
 */
const text = Buffer.from('to be or not to be, that is the question. '.repeat(3000));
const engine = createEngine();
const dir = mkdtempSync(join(tmpdir(), 'espalier-loop-'));
const common = { engine, mesh: undefined, learningRate: 1e-3, weightDecay: 0.1 };
const others = { seed: 0, resume: false, evalEvery: 0, evalBatches: 1, text: { train: text, validation: text } };

async function overhead(preset: TransformerPreset, steps: number, rounds: number): Promise<void> {
  const config = transformerConfig(preset);
  const batchSize = 8;
  const programs = trainPrograms({ config, ...common }, steps);
  const batches = new ByteBatches(text, { batchSize, seqLen: config.maxSeqLen, seed: 0 });
  const bare = async (): Promise<number[]> => {
    const tokens = hostTensor(batches.at(0));
    let state = programs.init(random.key(0));
    const times: number[] = [];
    for (let i = 0; i < steps; i++) {
      const start = performance.now();
      const [next, out] = programs.step(state, tokens);
      state = next;
      await out.loss.item();
      times.push(performance.now() - start);
    }
    return times.slice(2);
  };
  const inLoop = async (round: number): Promise<number[]> => {
    const times: number[] = [];
    const onEvent = (e: TrainEvent): void => {
      if (e.kind === 'step') times.push(e.timeMs);
    };
    const outDir = join(dir, `loop-${round}`);
    await train({ ...common, ...others, config, batchSize, steps, checkpointEvery: 0, outDir, onEvent });
    return times.slice(2);
  };
  await bare();
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [a, b] = [median(await bare()), median(await inLoop(round))];
    ratios.push(b / a - 1);
    console.log(
      `${preset}: bare step ${a.toFixed(2)} ms, in the loop ${b.toFixed(2)} ms, ${(100 * (b / a - 1)).toFixed(1)} %`,
    );
  }
  console.log(`overhead of the loop, median of ${rounds}: ${(100 * median(ratios)).toFixed(1)} %`);
}

async function checkpoints(numLayers: number, embedDim: number): Promise<void> {
  const sizes = { numLayers, embedDim, numHeads: embedDim / 64, headDim: 64, mlpDim: 4 * embedDim, maxSeqLen: 64 };
  const config = { ...transformerConfig('tiny'), ...sizes };
  const steps = 12;
  const every = 3;
  const rows: string[] = [];
  const times: number[] = [];
  /** Of steps at whose end a checkpoint is still being written, and of others. */
  const [beside, alone]: [number[], number[]] = [[], []];
  let isWriting = false;
  let blockedMs = 0;
  let tick = performance.now();
  const timer = setInterval(() => {
    blockedMs = Math.max(blockedMs, performance.now() - tick - 5);
    tick = performance.now();
  }, 5);
  let ended = 0;
  const stops: number[] = [];
  const onEvent = (e: TrainEvent): void => {
    const now = performance.now();
    if (e.kind === 'compiled') rows.push(`${(e.numParams / 1e6).toFixed(1)} M parameters`);
    if (e.kind === 'compiled') blockedMs = 0;
    if (e.kind === 'step') {
      times.push(e.timeMs);
      // The first one warms up, the first beside a checkpoint compiles a program.
      if (e.step > every + 1) (isWriting ? beside : alone).push(e.timeMs);
      else if (e.step > 1 && e.step <= every) alone.push(e.timeMs);
      if (e.step % every === 0) isWriting = true;
      ended = now;
      rows.push(
        `step ${e.step}: ${e.timeMs.toFixed(0)} ms; Node’s loop stood still for at most ${blockedMs.toFixed(0)} ms`,
      );
      blockedMs = 0;
    }
    if (e.kind === 'started' && (e.step - 1) % every === 0 && e.step > 1) stops.push(now - ended);
    if (e.kind === 'checkpoint') isWriting = false;
    if (e.kind === 'checkpoint')
      rows.push(`checkpoint of step ${e.step} on disk, ${((now - ended) / 1000).toFixed(1)} s after a step`);
  };
  const outDir = join(dir, 'large');
  await train({
    ...{ ...common, ...others, config, batchSize: 1, steps, checkpointEvery: every, outDir, onEvent },
  });
  clearInterval(timer);
  for (const row of rows) console.log(row);
  console.log(
    `from the end of a step to the start of the next, with a checkpoint between: ${stops.map((s) => s.toFixed(1)).join(', ')} ms`,
  );
  console.log(
    `step, median: ${median(times).toFixed(0)} ms; no checkpoint being written ${median(alone).toFixed(0)} ms, at its end one still being written ${median(beside).toFixed(0)} ms`,
  );
}

try {
  const [what = 'tiny', a, b] = process.argv.slice(2);
  if (what === 'checkpoint') await checkpoints(Number(a ?? 14), Number(b ?? 768));
  else await overhead(what as TransformerPreset, Number(a ?? 60), Number(b ?? 5));
} finally {
  rmSync(dir, { recursive: true, force: true });
  await engine.close();
}
