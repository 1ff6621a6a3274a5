import { existsSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { byteTokenizerConfig } from '../../data/index.ts';
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
  requireSomeRate,
  type TaskEvaluation,
  type TaskModel,
  taskEvaluator,
  taskObjective,
  trainingBatchesOf,
  validationOf,
} from '../../train/index.ts';
import { RunRecord } from '../config/manifest.ts';
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
  readonly evalEvery: number;
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
  if (o.task === undefined && o.mixture === undefined)
    throw new UserError('cli/task', 'no task was named', {
      expected: '--task FILE, FILE#name or a name; or --mixture',
    });
  if (o.mixture === undefined) return findTasks(o.task!);
  const rates = mixtureOption(o.mixture);
  const [first] = Object.keys(rates);
  const found = await findTasks(o.task === undefined ? first : `${o.task}#${first}`);
  requireSomeRate(rates, o.mixture, found.file);
  return { ...found, declaration: { ...found.declaration, mixtures: { mixture: rates } }, name: 'mixture' };
}

/** The files that tasks name; globs and folders are not looked into. */
const filesOf = ({ tasks }: FoundTasks['declaration']): readonly string[] =>
  Object.values(tasks).flatMap((t) => t.files);

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
export async function runTaskTraining(o: TaskTrainOptions, command: Command): Promise<void> {
  const record = new RunRecord(command, o.out);
  if ((o.model === undefined) === (o.init === undefined))
    throw new UserError('cli/task', '--task needs a model', {
      expected: '--model, a folder to train further, or --init, a config.json to begin with',
    });
  const asked = await tasksAsked(o);
  const engine = useEngine(o);
  const progress = new TrainProgress();
  let tasks: OpenTasks | undefined;
  let validation: OpenTasks | undefined;
  // What fails before the training has a run leaves no model behind, which the next attempt would go on with.
  let discard = (): void => {};
  try {
    await engine.open();
    const own = o.model === undefined ? await begun(o, o.init!, engine) : undefined;
    if (own) discard = own.discard;
    const dir = o.model ?? own!.dir;
    const folder = openModel(dir);
    folder.store.close();
    if (o.init !== undefined && asked.declaration.tokenizer === 'bytes') noteBytes(folder);
    tasks = await openTasks(asked.declaration, asked.name, taskModelOf(folder), {
      seed: o.seed,
      batchSize: o.batchSize,
      length: o.maxLength,
      workers: o.workers,
      ...(o.packing ? { packing: o.packing } : {}),
    });
    requireVocabulary(tasks, folder);
    const held = validationOf(asked.declaration, asked.name);
    if (held)
      validation = await openTasks(held.declaration, held.name, taskModelOf(folder), {
        seed: o.seed,
        batchSize: o.batchSize,
        length: o.maxLength,
      });
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
    record.uses(engine.name, [asked.file, ...filesOf(asked.declaration)]);
    const { batchSize, learningRate, weightDecay } = o;
    record.choose({ steps, batchSize, learningRate, weightDecay, engine: engine.name });
    discard = () => {};
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
      keep: o.keep,
      onCheckpointFailed: (error) => progress.note(`warning  ${error.summary} (${error.given}): ${error.advice}`),
      resume: o.resume ?? false,
      signal: stop.signal,
      ...(validation ? { evaluate: { every: o.evalEvery, run: evaluation(validation, o.batchSize, progress) } } : {}),
      onStep: (m) => {
        record.write(o.resume ?? false, (line) => progress.note(line));
        progress.step(m);
      },
    });
    stop.release();
    progress.note(
      result.written === undefined
        ? `stopped at step ${result.step}; go on with --resume`
        : `written  ${result.written}, loss ${result.loss.toFixed(4)} nats per target token`,
    );
  } finally {
    discard();
    tasks?.close();
    validation?.close();
    await engine.close();
  }
}

/** The folder of a model that begins, in that of the run; `discard` deletes what this call has made. */
async function begun(
  o: TaskTrainOptions,
  init: string,
  engine: ReturnType<typeof useEngine>,
): Promise<{ readonly dir: string; readonly discard: () => void }> {
  const dir = join(o.out, 'start');
  if (existsSync(join(dir, 'config.json'))) return { dir, discard: () => {} };
  const isNew = !existsSync(dir);
  const discard = (): void => {
    if (isNew) rmSync(dir, { recursive: true, force: true });
    if (existsSync(o.out) && readdirSync(o.out).length === 0) rmdirSync(o.out);
  };
  try {
    await beginModel(init, dir, { seed: o.seed, engine });
  } catch (error) {
    discard();
    throw error;
  }
  return { dir, discard };
}

/** Says that a model was trained on bytes, so that what comes out of the run can be written with. */
function noteBytes(folder: ModelFolder): void {
  const path = join(folder.dir, 'tokenizer_config.json');
  if (existsSync(path)) return;
  writeFileSync(path, `${JSON.stringify(byteTokenizerConfig(125, taskModelOf(folder).isEncoderDecoder), null, 2)}\n`);
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

/** Measures a model on the validation files of tasks, says so, and gives it to the metrics. */
function evaluation(
  tasks: OpenTasks,
  batchSize: number,
  progress: TrainProgress,
): (model: LoadedModel) => Promise<Record<string, number>> {
  const measure = taskEvaluator(tasks, { batchSize });
  return async (model) => {
    const out: Record<string, number> = {};
    for (const e of await measure(model)) {
      progress.note(`valid    ${evaluationText(e)}`);
      const { task, loss, accuracy, metrics } = e;
      for (const [name, value] of Object.entries({ loss, accuracy, ...metrics })) out[`${task}/${name}`] = value;
    }
    return out;
  };
}

/** A line about how a model does on a task. */
export const evaluationText = ({ task, examples, tokens, loss, accuracy, metrics }: TaskEvaluation): string =>
  [
    `${task}: loss ${loss.toFixed(4)} nats per target token`,
    `accuracy ${(100 * accuracy).toFixed(1)} %`,
    ...Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(3)}`),
    `${examples} examples, ${tokens.toLocaleString('en-US')} tokens`,
  ].join(', ');
