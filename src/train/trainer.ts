import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultEngine, type Mesh } from '../api/index.ts';
import { type StopSignal, UserError } from '../base/index.ts';
import { ByteBatches } from '../data/index.ts';
import {
  type AxisRules,
  countElements,
  defaultRules,
  type OptimizerName,
  specsOf,
  type TransformerConfig,
  transformerParams,
} from '../nn/index.ts';
import type { Engine } from '../runtime/index.ts';
import { type Checkpoint, checkpointSteps, forgetAfter, type KeepPolicy, loadNewestCheckpoint } from './checkpoint.ts';
import { CheckpointWriter } from './checkpoint-writer.ts';
import { MetricsLog, readMetrics } from './metrics.ts';
import { STAGE_AXIS } from './pipeline/device-sets.ts';
import { type MeasuredSchedule, measureSchedule, pipelineTrace, timelineText } from './pipeline/measured-schedule.ts';
import {
  isPipeline,
  type PipelineLayout,
  PipelineRunner,
  type PipelineTraining,
  pipelineOf,
} from './pipeline/pipeline-runner.ts';
import { plannedPrograms, type TrainingPlan } from './planned-programs.ts';
import { claimRunFolder } from './run-folder.ts';
import { BatchOrder, MOST_REWINDS, rewindTo, Spike, SpikeWatch } from './spikes.ts';
import { type StepRunner, WholeRunner } from './step-runner.ts';
import { optimizerOfRun, trainPrograms } from './train-programs.ts';
import { runSteps } from './training-loop.ts';

export interface TrainOptions {
  readonly config: TransformerConfig;
  readonly text: { readonly train: Uint8Array; readonly validation: Uint8Array };
  /** Absolute paths of the files that the text is from, noted in the run's folder. */
  readonly files?: readonly string[];
  /** Folder of the run: checkpoints and metrics. */
  readonly outDir: string;
  readonly resume: boolean;
  /** Total steps; a function decides after timing a few steps (ms per step). */
  readonly steps: number | ((timeMsPerStep: number) => number);
  readonly batchSize: number;
  readonly seed: number;
  readonly mesh?: Mesh | undefined;
  readonly engine?: Engine | undefined;
  readonly rules?: AxisRules;
  /** Cut optimizer state and the update over the data axis (ZeRO stage 1). */
  readonly shardUpdate?: boolean;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Default `adamw`. */
  readonly optimizer?: OptimizerName;
  /** Of optimizers that have one, in place of their own. */
  readonly beta2?: number | undefined;
  /** Leaves out updates of batches whose loss or gradient lies far above those before, or is no number. */
  readonly skipSpikes?: boolean;
  /** At a loss far above those before, or none, goes back to a checkpoint and leaves out the batches that led there. */
  readonly rewindsSpikes?: boolean;
  /** Runs a plan of `espalier plan`, which says mesh, shardings or stages; `mesh` and `pipeline` are then its own. */
  readonly plan?: TrainingPlan | undefined;
  /** How stages take turns, where the mesh has an axis `stage`. */
  readonly pipeline?: PipelineTraining;
  /** Steps between validations; 0 = only at the end. */
  readonly evalEvery: number;
  readonly evalBatches: number;
  /** Steps between checkpoints; 0 = only at the end. */
  readonly checkpointEvery: number;
  /** Which of them stay. Default: the newest two. */
  readonly keep?: KeepPolicy | undefined;
  readonly onEvent?: (event: TrainEvent) => void;
  /** Stops after the step under way, with a checkpoint. */
  readonly signal?: StopSignal;
}

export type TrainEvent =
  | {
      readonly kind: 'compiled';
      readonly timeMs: number;
      readonly fromCache: boolean;
      readonly numParams: number;
      readonly bytesPerDevice: number;
    }
  | { readonly kind: 'resumed'; readonly step: number }
  | { readonly kind: 'planned'; readonly steps: number }
  /** `step` has been handed to the devices. */
  | { readonly kind: 'started'; readonly step: number }
  | ({ readonly kind: 'step' } & StepMetrics)
  | { readonly kind: 'validated'; readonly step: number; readonly valLoss: number }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly path: string }
  /** At a spike at step `spike` the run went back to step `step`, and leaves out so many batches. */
  | {
      readonly kind: 'rewound';
      readonly spike: number;
      readonly loss: number;
      readonly step: number;
      readonly numBatches: number;
    }
  /** One could not be written; the run goes on. */
  | { readonly kind: 'checkpoint-failed'; readonly step: number; readonly error: UserError }
  | { readonly kind: 'pipeline'; readonly layout: PipelineLayout }
  /** At the end of a run in stages: what ran, and the file of a Chrome trace of the last steps. */
  | {
      readonly kind: 'traced';
      readonly layout: PipelineLayout;
      readonly measured: MeasuredSchedule;
      readonly timeline: readonly string[];
      readonly path: string;
    };

/** One line of `metrics.jsonl`. */
export interface StepMetrics {
  /** Steps done, this one included. */
  readonly step: number;
  /** Mean loss of the batch in nats per byte, before the update. */
  readonly loss: number;
  /** Present after steps at which validation ran. */
  readonly valLoss?: number;
  readonly tokensPerSec: number;
  readonly timeMs: number;
  readonly bytesPerDevice: number;
  /** What the objective tells besides. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export interface TrainResult {
  readonly step: number;
  readonly loss: number;
  readonly valLoss: number;
  readonly stopped: boolean;
}

/** Batches without a number of a loss that are left out one after the other, before a run is given up. */
const MOST_SKIPPED = 20;

/** Trains a Transformer; see `TrainOptions`. Throws UserErrors before anything is written when the options do not fit. */
export async function train(o: TrainOptions): Promise<TrainResult> {
  checkOptions(o);
  if (o.resume && checkpointSteps(o.outDir).length === 0) loadNewestCheckpoint(o.outDir); // says why not, and makes no folder
  const folder = claimRunFolder(o.outDir, o.files ?? []);
  try {
    return await trainIn(o);
  } finally {
    folder.release();
  }
}

/** Throws `train/vocabulary` for text with bytes that the model has no place for. */
function requireKnownBytes({ config: { vocabSize }, text }: TrainOptions): void {
  if (vocabSize >= 256) return;
  for (const part of [text.train, text.validation]) {
    const odd = part.find((byte) => byte >= vocabSize);
    if (odd !== undefined)
      throw new UserError('train/vocabulary', 'the text has bytes that the model does not know', {
        expected: `bytes below ${vocabSize}, the size of its vocabulary`,
        given: `${odd}`,
      });
  }
}

async function trainIn(o: TrainOptions): Promise<TrainResult> {
  const emit = o.onEvent ?? (() => undefined);
  const run = runIdentity(o);
  const checkpoint = o.resume ? loadNewestCheckpoint(o.outDir) : undefined;
  if (checkpoint) requireSameRun(checkpoint, o, run);
  else if (checkpointSteps(o.outDir).length > 0 || existsSync(`${o.outDir}/metrics.jsonl`))
    throw new UserError('train/out-exists', `${o.outDir} already holds a run`, {
      advice: 'continue it with --resume or choose another --out',
    });

  requireKnownBytes(o);
  const batches = new ByteBatches(o.text.train, { batchSize: o.batchSize, seqLen: o.config.maxSeqLen, seed: o.seed });
  const validation = new ByteBatches(o.text.validation, {
    batchSize: o.batchSize,
    seqLen: o.config.maxSeqLen,
    seed: o.seed,
  }).evenly(o.evalBatches);

  const totalSteps = checkpoint ? Number(checkpoint.info.run.totalSteps) : await decideSteps(o, batches);
  let runner = await startRunner(o, totalSteps, checkpoint ?? o.seed);
  let step = checkpoint?.info.step ?? 0;
  if (checkpoint) emit({ kind: 'resumed', step });
  emit({ kind: 'planned', steps: totalSteps });

  if (runner instanceof PipelineRunner) emit({ kind: 'pipeline', layout: runner.layout });
  const started = performance.now();
  const snapshots = o.checkpointEvery > 0 && step + o.checkpointEvery < totalSteps;
  const { fromCache } = await runner.compile(batches.at(step), { snapshots });
  emit({
    kind: 'compiled',
    timeMs: performance.now() - started,
    fromCache,
    numParams: countElements(runner.declarations),
    bytesPerDevice: runner.bytesPerDevice,
  });
  let metrics = new MetricsLog(o.outDir, step);
  const order = BatchOrder.parse(checkpoint?.info.run.skippedBatches);
  let watch = o.rewindsSpikes ? watchAfter(o.outDir) : undefined;
  const tokensPerStep = o.batchSize * o.config.maxSeqLen;
  const validate = async (): Promise<number> => {
    let total = 0;
    for (const batch of validation) total += await runner.evaluate(batch);
    return total / validation.length;
  };
  const writer = new CheckpointWriter({
    dir: o.outDir,
    keep: o.keep,
    onWritten: (at, path) => emit({ kind: 'checkpoint', step: at, path }),
    onFailed: (at, error) => emit({ kind: 'checkpoint-failed', step: at, error }),
  });
  let savedAt = checkpoint ? step : -1;
  const save = async (at: number): Promise<void> => {
    const skipped = String(order);
    const own = { ...run, totalSteps, ...(skipped === '' ? {} : { skippedBatches: skipped }) };
    const info = { formatVersion: 2, step: at, seed: o.seed, config: o.config, run: own } as const;
    await writer.begin(at, await runner.snapshot(), info);
    savedAt = at;
  };

  let loss = Number.NaN;
  let oddInARow = 0;
  let valLoss: number | undefined;
  let validatedAt = -1;
  const isEvaluated = (at: number): boolean => (o.evalEvery > 0 && at % o.evalEvery === 0) || at === totalSteps;
  const isSaved = (at: number): boolean => o.checkpointEvery > 0 && at % o.checkpointEvery === 0;
  const runFrom = (from: number): Promise<number> =>
    runSteps({
      from,
      until: totalSteps,
      signal: o.signal,
      async start(index) {
        const outcome = runner.step(batches.at(order.batchOf(index)));
        emit({ kind: 'started', step: index + 1 });
        return { outcome };
      },
      pausesAfter: (at) => isEvaluated(at) || isSaved(at),
      async finish(at, outcome, timeMs) {
        ({ loss } = outcome);
        if (watch?.takes(loss) && rewindTo(checkpointSteps(o.outDir), at) !== undefined) throw new Spike(at, loss);
        oddInARow = Number.isFinite(loss) ? 0 : oddInARow + 1;
        if (oddInARow > (o.skipSpikes ? MOST_SKIPPED : 0)) {
          await writer.finish(savedAt);
          throw diverged(loss, at);
        }
        valLoss = isEvaluated(at) ? await validate() : undefined;
        if (valLoss !== undefined) validatedAt = at;
        const line: StepMetrics = {
          step: at,
          loss,
          ...(valLoss === undefined ? {} : { valLoss }),
          tokensPerSec: Math.round(tokensPerStep / (timeMs / 1000)),
          timeMs: Math.round(timeMs * 100) / 100,
          bytesPerDevice: runner.bytesPerDevice,
        };
        metrics.append(line);
        emit({ kind: 'step', ...line });
        if (valLoss !== undefined) emit({ kind: 'validated', step: at, valLoss });
        if (isSaved(at)) await save(at);
      },
    });
  let [furthest, numRewinds] = [0, 0];
  for (;;) {
    try {
      step = await runFrom(step);
      break;
    } catch (error) {
      if (!(error instanceof Spike)) throw error;
      await writer.finish(savedAt);
      numRewinds = error.step > furthest ? 1 : numRewinds + 1;
      furthest = Math.max(furthest, error.step);
      if (numRewinds > MOST_REWINDS) throw diverged(error.loss, error.step);
      step = rewindTo(checkpointSteps(o.outDir), error.step)!;
      forgetAfter(o.outDir, step);
      metrics.close();
      metrics = new MetricsLog(o.outDir, step);
      watch = watchAfter(o.outDir);
      runner.dispose();
      runner = await startRunner(o, totalSteps, loadNewestCheckpoint(o.outDir));
      await runner.compile(batches.at(step), { snapshots });
      savedAt = step;
      const numBatches = order.leaveOut(step, error.step);
      emit({ kind: 'rewound', spike: error.step, loss: error.loss, step, numBatches });
    }
  }
  if (savedAt !== step) await save(step);
  await writer.finish(step);
  if (validatedAt !== step) {
    valLoss = await validate();
    emit({ kind: 'validated', step, valLoss });
  }
  metrics.close();
  if (runner instanceof PipelineRunner && runner.recent.length > 0) emit(writeTrace(runner, o.outDir));
  return { step, loss, valLoss: valLoss ?? (await validate()), stopped: step < totalSteps };
}

const diverged = (loss: number, step: number): UserError =>
  new UserError('train/diverged', `the loss became ${loss} at step ${step}`, {
    advice: 'lower --learning-rate; the last checkpoint is intact',
  });

/** Knows the losses that the run has written down. */
const watchAfter = (dir: string): SpikeWatch => new SpikeWatch(readMetrics(dir).map((m) => m.loss));

function writeTrace({ layout, recent }: PipelineRunner, outDir: string): TrainEvent {
  const path = join(outDir, 'trace.json');
  const names = layout.meshes.map((m) => `devices ${m.devices!.ids.join(', ')}`);
  writeFileSync(path, JSON.stringify(pipelineTrace(names, recent)));
  const timeline = timelineText(names.length, recent.at(-1)!);
  return { kind: 'traced', layout, measured: measureSchedule(layout.schedule, recent), timeline, path };
}

/** The state of a seed or a checkpoint, on one mesh or, where it has an axis for them, in stages. */
async function startRunner(o: TrainOptions, totalSteps: number, from: Checkpoint | number): Promise<StepRunner> {
  return isPipeline(o)
    ? PipelineRunner.start(o, optimizerOfRun(o, totalSteps), from)
    : WholeRunner.start(
        o.plan?.shardings ? plannedPrograms(o, o.plan, totalSteps) : trainPrograms(o, totalSteps),
        from,
        o.engine ?? defaultEngine(),
      );
}

function checkOptions(o: TrainOptions): void {
  // A plan of shardings has cut whatever it cuts, over axes of any name.
  const isPlanned = o.plan?.shardings !== undefined;
  const dataAxis = isPlanned ? 1 : (o.mesh?.axisSize('data') ?? 1);
  if (o.batchSize % dataAxis !== 0)
    throw new UserError('train/mesh', `the mesh axis data=${dataAxis} does not divide the batch size ${o.batchSize}`, {
      advice: `choose --batch-size as a multiple of ${dataAxis}`,
    });
  const engine = o.engine ?? defaultEngine();
  if (o.mesh && o.mesh.size > engine.maxDevices)
    throw new UserError('train/mesh', `the mesh ${o.mesh} needs ${o.mesh.size} devices`, {
      given: `${engine.maxDevices} on engine ${engine.name}`,
      advice: 'choose a smaller --mesh',
    });
  if (isPlanned) return;
  for (const name of Object.keys(o.mesh?.axes ?? {})) {
    const known = new Set((o.rules ?? defaultRules).flatMap(([, m]) => m ?? []));
    known.add(STAGE_AXIS);
    if (!known.has(name))
      throw new UserError('train/mesh', `the model does not use a mesh axis "${name}"`, {
        expected: [...known].join(', '),
      });
  }
  specsOf(transformerParams(o.config), o.rules ?? defaultRules, o.mesh);
  if (isPipeline(o)) pipelineOf(o);
  if (o.rewindsSpikes && o.checkpointEvery === 0)
    throw new UserError('train/rewind', 'a run that goes back at spikes needs checkpoints', {
      given: '--checkpoint-every 0',
      advice: 'write some, or leave out --on-spike rewind',
    });
  if (isPipeline(o) && o.skipSpikes)
    throw new UserError('train/pipeline', 'batches cannot be skipped in stages', {
      given: '--on-spike skip',
      advice: 'leave it out, or choose a mesh without stages',
    });
}

/** Everything that changes the numbers of a run besides model and seed. */
function runIdentity(o: TrainOptions): Record<string, string | number> {
  return {
    batchSize: o.batchSize,
    learningRate: o.learningRate,
    weightDecay: o.weightDecay,
    // Runs of before there were several do not name it.
    ...(o.optimizer === undefined || o.optimizer === 'adamw' ? {} : { optimizer: o.optimizer }),
    ...(o.beta2 === undefined ? {} : { beta2: o.beta2 }),
    ...(o.skipSpikes ? { skipSpikes: 1 } : {}),
    ...(o.rewindsSpikes ? { rewindsSpikes: 1 } : {}),
    trainBytes: o.text.train.length,
    trainSha256: createHash('sha256').update(o.text.train).digest('hex').slice(0, 32),
  };
}

function requireSameRun(c: Checkpoint, o: TrainOptions, run: Record<string, string | number>): void {
  const differences: string[] = [];
  const compare = (name: string, saved: unknown, now: unknown): void => {
    if (saved !== now) differences.push(`${name} ${String(saved)} → ${String(now)}`);
  };
  for (const key of Object.keys(o.config) as (keyof TransformerConfig)[])
    compare(key, c.info.config[key], o.config[key]);
  if (differences.length > 0)
    throw new UserError('train/other-model', `the checkpoint in ${o.outDir} is of another model`, {
      given: differences.join(', '),
      advice: 'resume with the options it was started with, or choose another --out',
    });
  compare('seed', c.info.seed, o.seed);
  // Older runs did not note all of it.
  for (const key of Object.keys(run)) if (key in c.info.run) compare(key, c.info.run[key], run[key]);
  if (typeof o.steps === 'number') compare('steps', c.info.run.totalSteps, o.steps);
  if (differences.length > 0)
    throw new UserError('train/other-run', `the checkpoint in ${o.outDir} is of a run with other options`, {
      given: differences.join(', '),
      advice: 'resume with the options it was started with, or choose another --out',
    });
}

/** Times a few steps when the number of steps is to fit a time. */
async function decideSteps(o: TrainOptions, batches: ByteBatches): Promise<number> {
  if (typeof o.steps === 'number') return o.steps;
  const runner = await startRunner(o, 1000, o.seed);
  const times: number[] = [];
  const started = performance.now();
  // At most six steps; a slow engine shows its pace in two.
  for (let i = 0; i < 6 && (i < 2 || performance.now() - started < 5000); i++) {
    const begin = performance.now();
    await runner.step(batches.at(i));
    times.push(performance.now() - begin);
  }
  runner.dispose();
  const settled = times.slice(1).sort((a, b) => a - b);
  return o.steps(settled[Math.floor(settled.length / 2)]);
}
