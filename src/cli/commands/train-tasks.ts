import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../base/index.ts';
import {
  beginModel,
  type EncoderDecoderConfig,
  type LoadedModel,
  loadModel,
  loadModelTemplate,
  loadModelTokenizer,
  type ModelFolder,
  openModel,
} from '../../models/index.ts';
import {
  conversationRenderer,
  type FoundTasks,
  findTasks,
  fineTune,
  type OpenTasks,
  openTasks,
  type TaskModel,
  taskObjective,
  trainingBatchesOf,
} from '../../train/index.ts';
import { useEngine } from '../options.ts';
import { TrainProgress } from '../progress.ts';
import { stopOnSignals } from '../stop-signal.ts';
import type { FineTuneCommandOptions } from './fine-tune.ts';

/** What `espalier train --task` takes. */
export interface TaskTrainOptions extends Omit<FineTuneCommandOptions, 'model' | 'data' | 'adapter' | 'matquant'> {
  /** A folder to train further; or `init`, a configuration to begin with. */
  readonly model?: string;
  readonly init?: string;
  readonly task?: string;
  readonly mixture?: string;
  readonly packing?: 'best' | 'first' | 'next' | 'none';
  readonly zLoss: number;
  readonly workers: number;
}

/** Reads `books=3,chats=1`: tasks of the file and their rates. */
export function mixtureOption(text: string): Readonly<Record<string, number>> {
  const entries = text.split(',').map((part) => {
    const [name, rate] = part.split('=', 2);
    return [name.trim(), Number(rate)] as const;
  });
  if (entries.some(([name, rate]) => name === '' || !(rate >= 0) || !Number.isFinite(rate)))
    throw new UserError('cli/mixture', 'a mixture is tasks and their rates', {
      expected: 'something like books=3,chats=1',
      given: text,
    });
  return Object.fromEntries(entries);
}

/** The task or mixture that the options name. */
export async function tasksAsked(o: { readonly task?: string; readonly mixture?: string }): Promise<FoundTasks> {
  if (o.mixture === undefined) return findTasks(o.task!);
  const rates = mixtureOption(o.mixture);
  const file = o.task === undefined || /\.\w+$/.test(o.task) ? o.task : `${o.task}`;
  const [first] = Object.keys(rates);
  const found = await findTasks(file === undefined ? first : `${file}#${first}`);
  return { ...found, declaration: { ...found.declaration, mixtures: { mixture: rates } }, name: 'mixture' };
}

/** What tasks have to know of a model folder. */
export function taskModelOf(folder: ModelFolder): TaskModel {
  const { family, config, dir } = folder;
  const isEncoderDecoder = family.inputs.includes('decoderTokens');
  const template = isEncoderDecoder ? undefined : loadModelTemplate(dir);
  return {
    isEncoderDecoder,
    tokenizer: () => loadModelTokenizer(dir),
    render: template && conversationRenderer(template),
    ...(isEncoderDecoder ? { startToken: (config as EncoderDecoderConfig).startToken } : {}),
  };
}

/** Trains a model on a task or mixture of tasks, from a folder or from a configuration. */
export async function runTaskTraining(o: TaskTrainOptions): Promise<void> {
  if ((o.model === undefined) === (o.init === undefined))
    throw new UserError('cli/task', '--task needs a model', {
      expected: '--model, a folder to train further, or --init, a config.json to begin with',
    });
  const asked = await tasksAsked(o);
  const engine = useEngine(o);
  const progress = new TrainProgress();
  let tasks: OpenTasks | undefined;
  try {
    await engine.open();
    const dir = o.model ?? (await begun(o, o.init!, engine));
    const folder = openModel(dir);
    folder.store.close();
    tasks = await openTasks(asked.declaration, asked.name, taskModelOf(folder), {
      seed: o.seed,
      batchSize: o.batchSize,
      length: o.maxLength,
      workers: o.workers,
      ...(o.packing ? { packing: o.packing } : {}),
    });
    requireVocabulary(tasks, folder);
    const { batches, stream, lengths } = tasks;
    progress.note(
      `task     ${asked.name} of ${asked.file}: ${stream.tasks.map((t) => `${t.name} ${t.source.length.toLocaleString('en-US')}`).join(', ')} examples`,
    );
    const steps = o.steps ?? (await stepsOfEpoch(tasks, o.batchSize));
    progress.note(
      `rows     ${o.batchSize} a step, ${'inputs' in stream.tasks[0].outputFeatures ? `inputs ${lengths.inputs}, ` : ''}targets ${lengths.targets} tokens; ${steps} steps`,
    );
    const dtype = o.dtype ?? (o.lora ? undefined : 'f32');
    const model: LoadedModel = loadModel(dir, {
      engine,
      ...(o.mesh ? { mesh: o.mesh } : {}),
      ...(dtype ? { dtype, compute: dtype } : {}),
      ...(o.scanLayers ? { scan: true } : {}),
      ...(o.remat ? { remat: o.remat } : {}),
    });
    const stop = stopOnSignals((text) => progress.note(text));
    progress.plan(steps);
    const result = await fineTune({
      model,
      batches: trainingBatchesOf(batches),
      objective: taskObjective({ zLoss: o.zLoss }),
      outDir: o.out,
      lora: o.lora,
      batchSize: o.batchSize,
      steps,
      learningRate: o.learningRate,
      ...(o.optimizer ? { optimizer: o.optimizer } : {}),
      weightDecay: o.weightDecay,
      seed: o.seed,
      checkpointEvery: o.checkpointEvery,
      resume: o.resume ?? false,
      signal: stop.signal,
      onStep: (m) => progress.step(m),
    });
    stop.release();
    progress.note(
      result.written === undefined
        ? `stopped at step ${result.step}; go on with --resume`
        : `written  ${result.written}, loss ${result.loss.toFixed(4)} nats per target token`,
    );
  } finally {
    tasks?.close();
    await engine.close();
  }
}

/** The folder of a model that begins, in that of the run. */
async function begun(o: TaskTrainOptions, init: string, engine: ReturnType<typeof useEngine>): Promise<string> {
  const dir = join(o.out, 'start');
  if (!existsSync(join(dir, 'config.json'))) await beginModel(init, dir, { seed: o.seed, engine });
  return dir;
}

/** Ids have to have a row in the embedding. */
function requireVocabulary({ tokenizer }: OpenTasks, { family, config, dir }: ModelFolder): void {
  const size = family.decoder?.(config).vocabSize;
  if (size !== undefined && size < tokenizer.vocabSize)
    throw new UserError('cli/task', `${dir} knows fewer tokens than the tokenizer makes`, {
      expected: `a vocabulary of at least ${tokenizer.vocabSize} (vocab_size)`,
      given: `${size}`,
    });
}

/** Steps in which every example comes about once, by how the first ones are packed. */
async function stepsOfEpoch({ batches, stream }: OpenTasks, batchSize: number): Promise<number> {
  const rows = await batches.rows(0);
  const perRow = rows.reduce((n, r) => n + r.length, 0) / rows.length;
  return Math.max(1, Math.ceil(stream.length / perRow / batchSize));
}
