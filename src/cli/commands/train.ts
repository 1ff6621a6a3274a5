import { existsSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { Mesh } from '../../api/index.ts';
import { formatBytes, nearestName, UserError } from '../../base/index.ts';
import { loadText, splitCorpus } from '../../data/index.ts';
import {
  type OptimizerName,
  optimizers,
  type TransformerConfig,
  type TransformerPreset,
  transformerConfig,
  transformerPresets,
  usualLearningRates,
} from '../../nn/index.ts';
import { type ScheduleName, scheduleNames } from '../../plan/index.ts';
import { engineNames } from '../../runtime/index.ts';
import {
  type BitsLoss,
  filesOfRun,
  type KeepPolicy,
  type KnownRun,
  type KnownRunName,
  knownRuns,
  type LoraOptions,
  loadNewestCheckpoint,
  type PipelineTraining,
  STAGE_AXIS,
  type TrainEvent,
  type TrainingPlan,
  train,
} from '../../train/index.ts';
import type { Precision } from '../../transform/index.ts';
import { textOf as textOfOption, isGiven as wasGiven } from '../config/layers.ts';
import { RunRecord } from '../config/manifest.ts';
import { scanLayersHelp } from '../model-options.ts';
import {
  dtypeHelp,
  dtypeOption,
  keepHelp,
  keepOption,
  layersOption,
  meshOption,
  nonNegativeInteger,
  nonNegativeNumber,
  positiveInteger,
  positiveNumber,
  precisionHelp,
  precisionOption,
  useEngine,
} from '../options.ts';
import { formatDuration, TrainProgress } from '../progress.ts';
import { stopOnSignals } from '../stop-signal.ts';
import { readTrainingPlan } from '../training-plan.ts';
import { type FineTuneCommandOptions, loraOption, matquantOption, runFineTune } from './fine-tune.ts';
import { writeSample } from './sample.ts';
import { addObjectiveOptions, type ObjectiveOptions, objectiveOptionNames } from './train-objective.ts';
import { runTaskTraining, type TaskTrainOptions } from './train-tasks.ts';

interface Options extends ObjectiveOptions {
  model?: string;
  task?: string;
  mixture?: string;
  init?: string;
  packing?: TaskTrainOptions['packing'];
  zLoss: number;
  workers: number;
  lora?: LoraOptions;
  matquant?: readonly BitsLoss[];
  adapter?: string[];
  scanLayers?: boolean;
  remat?: FineTuneCommandOptions['remat'];
  maxLength: number;
  data?: string[];
  mesh?: Mesh;
  steps?: number;
  minutes: number;
  preset: TransformerPreset | KnownRunName;
  onSpike: 'stop' | 'skip' | 'rewind';
  out?: string;
  resume?: boolean;
  batchSize?: number;
  seqLen?: number;
  learningRate?: number;
  optimizer?: OptimizerName;
  weightDecay: number;
  seed: number;
  shardUpdate?: boolean;
  plan?: string;
  schedule?: ScheduleName;
  microBatches?: number;
  chunks?: number;
  stageLayers?: readonly number[];
  evalEvery: number;
  checkpointEvery: number;
  keep?: KeepPolicy;
  engine?: string;
  dtype: TransformerConfig['dtype'];
  precision?: Precision;
}

const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));
/** Sequences per step that fit the memory of an ordinary machine. */
const defaultBatchSize: Record<TransformerPreset, number> = { tiny: 32, small: 16, base: 8 };
/** Share of the text kept for validation: its last tenth. */
const VALIDATION_FRACTION = 0.1;

export function addTrainCommand(program: Command): void {
  const command = program
    .command('train')
    .description(
      'Train a byte-level Transformer on text files, or with --model a model folder on conversations, over a mesh of devices.',
    )
    .option(
      '--model <dir>',
      'model folder to train further; --data are then JSON lines with messages, prompt and completion, or text',
    )
    .option(
      '--lora <options>',
      'train factors beside the weights: r=16, or r=16,alpha=32,targets=q_proj+v_proj',
      loraOption,
    )
    .option(
      '--matquant <bits>',
      'with --model: train MLPs for several numbers of bits at once, each loss counted so much: 8:0.1,4:0.1,2:1; 8-2:1 for 2 bits that also learn from 8',
      matquantOption,
    )
    .option('--adapter <dir...>', 'adapter to train further, with --lora')
    .option(
      '--task <name>',
      'train on a task: a task file (FILE or FILE#name), or a name in espalier.config.ts, .mjs, .js or .json; with --model or --init',
    )
    .option('--mixture <rates>', 'train on several tasks of that file: books=3,chats=1')
    .option('--init <config>', 'with --task: config.json of a model to begin with, or a folder with one')
    .addOption(
      new Option('--packing <how>', 'with --task: how examples share rows (default: best)').choices([
        'best',
        'first',
        'next',
        'none',
      ]),
    )
    .option(
      '--z-loss <x>',
      'with --task: share of the squared logarithm of the softmax’s sum (T5: 1e-4)',
      nonNegativeNumber,
      0,
    )
    .option('--workers <n>', 'with --task: examples that are made at a time', positiveInteger, 8)
    .option('--scan-layers', `with --model: ${scanLayersHelp}`)
    .addOption(
      new Option(
        '--remat <policy>',
        'with --model: what the backward pass keeps of a layer, the rest being computed again: less memory, more time',
      ).choices(['nothing', 'dots', 'everything']),
    )
    .option('--max-length <n>', 'longer examples are cut at their end', positiveInteger, 1024)
    .option(
      '--data <globs...>',
      'text files, folders or globs (default: TypeScript sources that came with the installation)',
    )
    .option(
      '--mesh <axes>',
      'devices, e.g. data=2,model=2, or stage=2,data=2 for a pipeline (default: data=<number of cores>)',
      meshOption,
    )
    .option('--plan <file>', 'run a plan of `espalier plan --output`: its model, batch, mesh, and shardings or stages')
    .addOption(
      new Option('--schedule <name>', 'with stages: which passes run when (default: 1f1b)').choices(scheduleNames),
    )
    .option(
      '--micro-batches <n>',
      'with stages: parts of a batch that follow each other (default: twice the stages)',
      positiveInteger,
    )
    .option(
      '--chunks <n>',
      'with stages: how many each device set has, of interleaved and circular schedules (default: 2)',
      positiveInteger,
    )
    .option(
      '--stage-layers <list>',
      'with stages: layers of each, e.g. 3,1 (default: as equal as can be)',
      layersOption,
    )
    .option('--steps <n>', 'training steps (default: as many as fit --minutes)', positiveInteger)
    .option('--minutes <n>', 'training time when --steps is not given', positiveNumber, 2)
    .option(
      '--preset <name>',
      `model size: ${Object.keys(transformerPresets).join(', ')}; or a known run, with all of its settings: ${Object.keys(knownRuns).join(', ')}`,
      runPresetOption,
      'tiny' as TransformerPreset | KnownRunName,
    )
    .option('--out <dir>', 'folder for checkpoints and metrics (default: a new one under runs/)')
    .option('--resume', 'continue the run in --out from its newest checkpoint')
    .option(
      '--batch-size <n>',
      'sequences per step, over all devices (default: 32, 16, 8 for the three sizes; 4 on the reference engine)',
      positiveInteger,
    )
    .option('--seq-len <n>', "bytes per sequence (default: the preset's; 32 on the reference engine)", positiveInteger)
    .addOption(
      new Option('--optimizer <name>', 'how weights follow gradients')
        .choices(Object.keys(optimizers))
        .default('adamw'),
    )
    .option(
      '--learning-rate <x>',
      `peak learning rate (default: by the optimizer: ${Object.entries(usualLearningRates)
        .map(([name, rate]) => `${name} ${rate}`)
        .join(', ')}; with --model 2e-5, with --lora 2e-4)`,
      positiveNumber,
    )
    .option('--weight-decay <x>', 'decoupled weight decay', nonNegativeNumber, 0.1)
    .addOption(
      new Option(
        '--on-spike <what>',
        'when loss or gradient is far above those before, or no number: skip leaves out the update of that batch, rewind goes back to a checkpoint and leaves out the batches since and a while on, stop ends the run at what is no number',
      )
        .choices(['stop', 'skip', 'rewind'])
        .default('stop'),
    )
    .option('--shard-update', 'cut optimizer state and the update over the data axis (ZeRO stage 1)')
    .option('--seed <n>', 'seed of weights and batches', nonNegativeInteger, 0)
    .option('--eval-every <n>', 'steps between validations (0: only at the end)', nonNegativeInteger, 100)
    .option('--checkpoint-every <n>', 'steps between checkpoints (0: only at the end)', nonNegativeInteger, 200)
    .option('--keep <n>', keepHelp, keepOption)
    .option('--engine <name>', engineNames.join(', '))
    .option('--dtype <name>', dtypeHelp, dtypeOption, 'f32' as TransformerConfig['dtype'])
    .option('--precision <name>', precisionHelp, precisionOption)
    .action(async (options: Options, command: Command) => {
      if (options.objective !== undefined && (options.model === undefined || options.task !== undefined))
        throw new UserError('cli/objective', '--objective needs --model and --data', {
          ...(options.task === undefined ? {} : { advice: 'a task says itself what is learnt' }),
        });
      requireOptionsInUse(command, modeOf(options));
      if (options.task !== undefined || options.mixture !== undefined)
        await runTaskTraining(taskOptions(options, command), command);
      else if (options.model === undefined) await runTrain(options, command);
      else await runFineTune(fineTuneOptions(options, options.model, command), command);
    });
  addObjectiveOptions(command);
}

/** What a training is of: bytes of text, a model folder, or tasks. */
type Mode = 'bytes' | 'model' | 'task';
const modeOf = (o: Options): Mode =>
  o.task !== undefined || o.mixture !== undefined ? 'task' : o.model === undefined ? 'bytes' : 'model';

/** Options that do nothing in some modes, and where they do. */
const usedIn: Readonly<Record<string, readonly Mode[]>> = {
  ...Object.fromEntries(
    ['preset', 'minutes', 'onSpike', 'shardUpdate', 'plan', 'schedule', 'microBatches', 'chunks', 'stageLayers'].map(
      (name) => [name, ['bytes']],
    ),
  ),
  ...Object.fromEntries(objectiveOptionNames.map((name) => [name, ['model']])),
  ...{ matquant: ['model'], adapter: ['model'] },
  ...{ lora: ['model', 'task'], scanLayers: ['model', 'task'], remat: ['model', 'task'], maxLength: ['model', 'task'] },
  ...{ init: ['task'], packing: ['task'], zLoss: ['task'], workers: ['task'] },
  ...{ seqLen: ['bytes', 'task'], evalEvery: ['bytes', 'task'] },
};
const howToTrain: Readonly<Record<Mode, string>> = {
  bytes: 'training on bytes, without --model and --task',
  model: '--model',
  task: '--task',
};

/** Throws `cli/option-without-use`: what was typed and does nothing was meant to do something. */
function requireOptionsInUse(command: Command, mode: Mode): void {
  for (const option of command.options) {
    const modes = usedIn[option.attributeName()];
    if (!modes || modes.includes(mode) || command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
    throw new UserError('cli/option-without-use', `${option.long} does nothing here`, {
      expected: modes.map((m) => howToTrain[m]).join(' or '),
      given: howToTrain[mode],
    });
  }
}

/** Options of training further: where none is given, other defaults than for training anew. */
function fineTuneOptions(o: Options, model: string, command: Command): FineTuneCommandOptions {
  const isGiven = (name: string): boolean => wasGiven(command, name);
  if (!o.data || o.data.length === 0)
    throw new UserError('cli/data', '--model needs --data', { expected: 'files of JSON lines' });
  const { dtype, learningRate, weightDecay, ...rest } = o;
  return {
    ...rest,
    model,
    data: o.data,
    out: o.out ?? freeRunDir('fine-tune'),
    batchSize: o.batchSize ?? 8,
    learningRate: learningRate ?? (o.lora ? 2e-4 : 2e-5),
    weightDecay: isGiven('weightDecay') ? weightDecay : 0,
    ...(isGiven('dtype') ? { dtype } : {}),
  };
}

/** Options of training on tasks: a model that begins learns faster than one that goes on. */
function taskOptions(o: Options, command: Command): TaskTrainOptions {
  const isGiven = (name: string): boolean => wasGiven(command, name);
  if (o.data)
    throw new UserError('cli/task', '--data and --task name the data twice', { advice: 'name files in the task' });
  const { dtype, learningRate, weightDecay, maxLength, ...rest } = o;
  const usual = o.init ? usualLearningRates[o.optimizer ?? 'adamw'] : o.lora ? 2e-4 : 2e-5;
  return {
    ...rest,
    out: o.out ?? freeRunDir('task'),
    batchSize: o.batchSize ?? 8,
    maxLength: isGiven('maxLength') ? maxLength : (o.seqLen ?? 512),
    learningRate: learningRate ?? usual,
    weightDecay: isGiven('weightDecay') ? weightDecay : 0,
    ...(isGiven('dtype') ? { dtype } : {}),
  };
}

/** Reads the name of a model size or of a known run. Throws `cli/preset`. */
function runPresetOption(text: string): TransformerPreset | KnownRunName {
  if (text in knownRuns) return text as KnownRunName;
  if (text in transformerPresets) return text as TransformerPreset;
  const names = [...Object.keys(transformerPresets), ...Object.keys(knownRuns)];
  const near = nearestName(text, names);
  throw new UserError('cli/preset', `unknown preset "${text}"`, {
    expected: names.join(', '),
    ...(near ? { advice: `did you mean ${near}` } : {}),
  });
}

/** The text of a known run. Throws `cli/data`, which says where to put it. */
function textOf(name: string, { file, text }: KnownRun): string[] {
  if (existsSync(file)) return [file];
  throw new UserError('cli/data', `the text of ${name} is not there`, {
    expected: `${file}: ${text}`,
    advice: 'put it there, or name it with --data',
  });
}

async function runTrain(o: Options, command: Command): Promise<void> {
  const isGiven = (name: string): boolean => wasGiven(command, name);
  const size = o.preset in transformerPresets ? (o.preset as TransformerPreset) : undefined;
  const known: KnownRun | undefined = size ? undefined : knownRuns[o.preset as KnownRunName];
  const steps = o.steps ?? (isGiven('minutes') ? undefined : known?.steps);
  const plan = o.plan === undefined ? undefined : openPlan(o.plan, command);
  if (o.resume && !o.out)
    throw new UserError('cli/resume', '--resume needs --out', { advice: 'name the folder of the run to continue' });
  const engine = useEngine(o);
  const corpus = await loadText(
    o.data ?? (known ? textOf(o.preset, known) : defaultData()),
    o.resume && o.out ? { knownFiles: filesOfRun(o.out) } : {},
  );
  const text = splitCorpus(corpus.bytes, VALIDATION_FRACTION);
  // The reference engine is an interpreter: a run of useful length has to be a small one.
  const isSlow = engine.name === 'reference';
  const seqLen = o.seqLen ?? (isSlow ? 32 : undefined);
  const batchSize = plan?.batchSize ?? o.batchSize ?? known?.batchSize ?? (isSlow ? 4 : defaultBatchSize[size!]);
  const config =
    plan?.config ??
    transformerConfig(size ?? 'tiny', {
      ...known?.model,
      dtype: o.dtype,
      ...(seqLen === undefined ? {} : { maxSeqLen: seqLen }),
    });
  const outDir = o.out ?? freeRunDir(o.preset);
  const mesh = plan?.mesh ?? o.mesh ?? defaultMesh(isSlow, batchSize);

  const learningRate =
    o.learningRate ??
    (isGiven('optimizer') ? undefined : known?.learningRate) ??
    usualLearningRates[o.optimizer ?? 'adamw'];
  const record = new RunRecord(command, outDir);
  record.uses(engine.name, corpus.files);
  record.choose({ mesh, batchSize, seqLen: config.maxSeqLen, learningRate, engine: engine.name });
  if (known) {
    const { weightDecay, evalEvery } = known;
    record.choose({ batchSize, seqLen: config.maxSeqLen, learningRate, weightDecay, evalEvery }, `preset ${o.preset}`);
  }
  const progress = new TrainProgress();
  progress.note(
    `text     ${corpus.files.length} files, ${formatBytes(corpus.bytes.length)}, the last tenth for validation`,
  );
  if (corpus.numLeftOut > 0)
    progress.note(`         ${corpus.numLeftOut} files that have come since the run began are left out`);
  progress.note(`devices  ${mesh.size} (${mesh}) on engine ${engine.name}`);
  const started = performance.now();
  const stop = stopOnSignals((text) => progress.note(text));
  const budgetMs = o.minutes * 60_000;
  if (steps === undefined && !o.resume)
    progress.note(`planning timing a few steps to fill ${formatDuration(o.minutes * 60)}`);
  try {
    const result = await train({
      config,
      text,
      files: corpus.files,
      outDir,
      resume: o.resume ?? false,
      steps: steps ?? ((timeMsPerStep) => Math.max(5, Math.floor((budgetMs * 0.9) / timeMsPerStep / 5) * 5)),
      batchSize,
      seed: o.seed,
      mesh,
      shardUpdate: o.shardUpdate ?? false,
      pipeline: plan?.pipeline ?? pipelineOptions(o, mesh),
      plan,
      engine,
      learningRate,
      optimizer: o.optimizer ?? 'adamw',
      beta2: isGiven('optimizer') ? undefined : known?.beta2,
      skipSpikes: o.onSpike === 'skip',
      rewindsSpikes: o.onSpike === 'rewind',
      weightDecay: known && !isGiven('weightDecay') ? known.weightDecay : o.weightDecay,
      evalEvery: known && !isGiven('evalEvery') ? known.evalEvery : o.evalEvery,
      evalBatches: known?.evalBatches ?? 4,
      checkpointEvery: o.checkpointEvery,
      keep: o.keep,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'planned') record.choose({ steps: event.steps });
        if (event.kind === 'step' || event.kind === 'validated')
          record.write(o.resume ?? false, (line) => progress.note(line));
        show(event, progress, plan ? `of ${o.plan}` : o.preset);
      },
    });
    progress.end();
    const where = relative(process.cwd(), outDir) || '.';
    if (result.stopped) {
      progress.note(`stopped after step ${result.step}, validation loss ${result.valLoss.toFixed(4)} nats per byte`);
      progress.note(
        `continue with: ${['npx espalier train', ...givenOptions(command), `--out ${shellWord(where)}`, '--resume'].join(' ')}`,
      );
      return;
    }
    progress.note(
      `done     ${result.step} steps in ${formatDuration((performance.now() - started) / 1000)}, validation loss ${result.valLoss.toFixed(4)} nats per byte`,
    );
    const checkpoint = loadNewestCheckpoint(outDir);
    const prompt =
      Buffer.from(text.validation.subarray(0, 48))
        .toString('utf8')
        .replace(/\uFFFD+$/, '')
        .slice(0, 40) || '\n';
    progress.note('\nA sample, continuing the first characters of the validation text:\n');
    await writeSample(checkpoint.info.config, checkpoint.model, prompt, {
      maxTokens: 160,
      temperature: 0.8,
      seed: o.seed,
    });
    progress.note('\n\nNext:');
    progress.note(`  npx espalier sample --from ${where} --prompt "Once upon"`);
    progress.note("  npx espalier train --data 'your/texts/**/*.txt' --mesh data=2,model=2 --steps 2000");
    progress.note(`  metrics: ${join(where, 'metrics.jsonl')}`);
  } finally {
    stop.release();
    await engine.close();
  }
}

/** What a plan says, and options besides would contradict. Throws `cli/plan`. */
function openPlan(file: string, command: Command): TrainingPlan {
  const own = ['mesh', 'preset', 'batchSize', 'seqLen', 'dtype', 'shardUpdate', ...pipelineNames];
  for (const option of command.options)
    if (own.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli')
      throw new UserError('cli/plan', `${option.long} is part of the plan`, {
        advice: 'leave it out, or make another plan',
      });
  return readTrainingPlan(file);
}
const pipelineNames = ['schedule', 'microBatches', 'chunks', 'stageLayers'];

/** Options of stages. Throws `cli/stages` for a mesh that has none. */
function pipelineOptions(o: Options, mesh: Mesh): PipelineTraining {
  const { schedule, microBatches, chunks, stageLayers: layers } = o;
  const given = Object.entries({ schedule, 'micro-batches': microBatches, chunks, 'stage-layers': layers });
  const odd = given.find(([, value]) => value !== undefined);
  if (odd && mesh.axisSize(STAGE_AXIS) === 1)
    throw new UserError('cli/stages', `--${odd[0]} needs stages`, {
      given: `--mesh ${mesh}`,
      advice: `add ${STAGE_AXIS}=2 to --mesh`,
    });
  return { schedule, microBatches, chunks, layers };
}

/** The options that were typed, but for those that name the run: what makes a run the same when it goes on. */
function givenOptions(command: Command): string[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli' || name === 'out' || name === 'resume') return [];
    const value: unknown = command.getOptionValue(name);
    if (value === true) return [option.long!];
    const text = textOfOption(command, option, { source: 'cli', value });
    return [[option.long, ...(Array.isArray(text) ? text : [text]).map((v) => shellWord(String(v)))].join(' ')];
  });
}

/** A word as a shell reads it back. */
const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);

function show(event: TrainEvent, progress: TrainProgress, preset: string): void {
  switch (event.kind) {
    case 'planned':
      progress.plan(event.steps);
      break;
    case 'resumed':
      progress.note(`resumed  from step ${event.step}`);
      break;
    case 'compiled':
      progress.note(
        `model    ${preset}, ${(event.numParams / 1e6).toFixed(2)} M parameters; step compiled in ${formatDuration(event.timeMs / 1000)}${event.fromCache ? ' (cached)' : ''}, ${formatBytes(event.bytesPerDevice)} per device`,
      );
      break;
    case 'step':
      progress.step(event);
      break;
    case 'validated':
      progress.validated(event.valLoss);
      break;
    case 'pipeline': {
      const { schedule, stages, meshes } = event.layout;
      const layers = stages.map((s) => (s.to - s.from === 1 ? `${s.from}` : `${s.from}–${s.to - 1}`)).join(' | ');
      progress.note(
        `pipeline ${schedule.name}, ${schedule.microBatches} micro-batches, layers ${layers} on ${meshes.length} sets of ${meshes[0].size} devices`,
      );
      break;
    }
    case 'traced':
      progress.end();
      progress.note(tracedText(event));
      break;
    case 'rewound':
      progress.note(
        `spike    loss ${event.loss.toFixed(3)} at step ${event.spike}: back to step ${event.step}, ${event.numBatches} batches are left out`,
      );
      break;
    case 'checkpoint-failed':
      progress.note(`warning  ${event.error.summary} (${event.error.given}): ${event.error.advice}`);
      break;
    case 'started':
    case 'checkpoint':
      break;
  }
}

/** The last step's passes, and how long device sets waited. */
function tracedText({ layout, measured, timeline, path }: Extract<TrainEvent, { kind: 'traced' }>): string {
  // Medians of a few passes can make a part slightly less than nothing: it is shown so, for the parts to sum.
  const share = (x: number): string => `${(100 * x).toFixed(1).replace('-', '−')} %`;
  const { bubble, replayedBubble, alikeBubble, formulaBubble } = measured;
  const formula = formulaBubble === undefined ? '' : ` (${share(formulaBubble)} by its formula)`;
  const names = layout.meshes.map((m) => `devices ${m.devices!.ids.join(',')}`);
  const width = Math.max(...names.map((n) => n.length));
  return [
    'passes   of the last step: F forward, B backward, I and W its halves, · waiting',
    ...timeline.map((row, i) => `         ${names[i].padEnd(width)} ${row}`),
    `bubble   ${share(bubble)} of the time on this clock: ${share(alikeBubble)} by the order${formula}, ${share(replayedBubble - alikeBubble)} by stages that are not alike, ${share(bubble - replayedBubble)} between passes`,
    `trace    ${relative(process.cwd(), path)}, for ui.perfetto.dev`,
  ].join('\n');
}

/** One device per core, sharing the batch; one device on the reference engine, which has no use for more cores. */
function defaultMesh(isSlow: boolean, batchSize: number): Mesh {
  let data = isSlow ? 1 : cpus().length;
  while (batchSize % data !== 0) data -= 1;
  return new Mesh({ data });
}

/** Text that is there after every installation: TypeScript declarations and our own sources. */
function defaultData(): string[] {
  const own = ['src/**/*.ts', 'dist/**/*.d.ts']
    .map((p) => join(packageRoot, p))
    .slice(existsSync(join(packageRoot, 'src')) ? 0 : 1);
  const modules = join(packageRoot, 'node_modules');
  return existsSync(modules) ? [own[0], join(modules, '**/*.d.ts')] : [own[0]];
}

function freeRunDir(preset: string): string {
  for (let i = 1; ; i++) {
    const dir = join('runs', `${preset}-${i}`);
    mkdirSync('runs', { recursive: true });
    try {
      mkdirSync(dir); // taken at once, for others look for a free one too
      return dir;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
