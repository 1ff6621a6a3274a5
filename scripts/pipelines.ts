/*
 * `npm run pipelines -- --steps 50`: trains the tiny Transformer on stage=2 × data=2 under every schedule, and prints how far its losses are
 * from those of one device, how much of its time a device set waited, and what the schedule's formula says. Columns of bubbles: on the
 * clock; in the same order with every pass at the median time of its stage; with stages alike; by the schedule's formula. Leaves with 1 where a
 * loss is more than 1e-4 off, or the last two differ by more than 10 % of the formula and by more than one hundredth.
 */

import { parseArgs } from 'node:util';
import { Mesh } from '../src/api/index.ts';
import { textTable } from '../src/base/index.ts';
import { ByteBatches } from '../src/data/index.ts';
import { transformerConfig } from '../src/nn/index.ts';
import { type ScheduleName, scheduleNames } from '../src/plan/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { measureSchedule, optimizerOfRun, PipelineRunner, trainPrograms, WholeRunner } from '../src/train/index.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '50' },
    schedules: { type: 'string', default: scheduleNames.join(',') },
    mesh: { type: 'string', default: 'stage=2,data=2' },
    'micro-batches': { type: 'string', default: '8' },
    'seq-len': { type: 'string', default: '32' },
    engine: { type: 'string', default: 'cpu' },
  },
});
const steps = Number(values.steps);
const microBatches = Number(values['micro-batches']);
const [batchSize, seqLen, seed] = [2 * microBatches, Number(values['seq-len']), 7];
const engine = createEngine(values.engine);
const text = Buffer.from(
  Array.from(
    { length: 3000 },
    (_, i) => 'It was the best of times, it was the worst of times. '[(i * 31 + (i >> 3)) % 53],
  ).join(''),
);
const config = transformerConfig('tiny', { maxSeqLen: seqLen });
const batches = new ByteBatches(text, { batchSize, seqLen, seed });
const run = { config, engine, batchSize, learningRate: 2e-3, weightDecay: 0.1 };

const whole = WholeRunner.start(trainPrograms({ ...run, mesh: undefined }, steps), seed, engine);
const expected: number[] = [];
for (let i = 0; i < steps; i++) expected.push((await whole.step(batches.at(i))).loss);
whole.dispose();

const rows: string[][] = [];
for (const schedule of values.schedules.split(',') as ScheduleName[]) {
  const runner = await PipelineRunner.start(
    { ...run, mesh: Mesh.parse(values.mesh), pipeline: { schedule, microBatches } },
    optimizerOfRun(run, steps),
    seed,
  );
  await runner.compile(batches.at(0));
  const started = performance.now();
  let worst = 0;
  for (let i = 0; i < steps; i++)
    worst = Math.max(worst, Math.abs((await runner.step(batches.at(i))).loss / expected[i] - 1));
  const msPerStep = (performance.now() - started) / steps;
  const { bubble, replayedBubble, alikeBubble, formulaBubble } = measureSchedule(runner.layout.schedule, runner.recent);
  runner.dispose();
  const isOff =
    formulaBubble !== undefined && Math.abs(alikeBubble - formulaBubble) > Math.max(0.1 * formulaBubble, 0.01);
  if (worst > 1e-4 || isOff) process.exitCode = 1;
  const share = (x: number | undefined): string => (x === undefined ? '–' : `${(100 * x).toFixed(1)} %`);
  rows.push([
    schedule,
    worst.toExponential(1),
    share(bubble),
    share(replayedBubble),
    share(alikeBubble),
    share(formulaBubble),
    msPerStep.toFixed(0),
  ]);
}
await engine.close();
process.stdout.write(
  `${textTable(['schedule', `loss off in ${steps} steps`, 'bubble', 'at median times', 'stages alike', 'formula', 'ms per step'], rows)}\n`,
);
