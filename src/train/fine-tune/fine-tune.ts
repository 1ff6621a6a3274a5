import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostTensor, type Jitted, jit, np, random, type Tensor, tree, valueAndGradAux } from '../../api/index.ts';
import { type HostArray, type StopSignal, UserError } from '../../base/index.ts';
import { writeAdapter } from '../../data/index.ts';
import { adapterPairs, LoadedModel, saveModel, trainedBitsField } from '../../models/index.ts';
import {
  type DeclaredTree,
  initialize,
  type OptimizerName,
  optimizers,
  type Params,
  startState,
  type TensorsOf,
  warmupDecay,
} from '../../nn/index.ts';
import { type KeepPolicy, newestStep, readPart } from '../checkpoint.ts';
import { CheckpointWriter } from '../checkpoint-writer.ts';
import { MetricsLog } from '../metrics.ts';
import {
  type BatchTensors,
  meanOf,
  nextTokens,
  type Objective,
  type TrainingBatches,
} from '../objectives/objective.ts';
import { claimRunFolder } from '../run-folder.ts';
import { RunState } from '../run-state.ts';
import type { StepMetrics } from '../trainer.ts';
import { runSteps } from '../training-loop.ts';
import { type BitsLoss, bitsLoss, requireBitsLosses } from './bits-loss.ts';
import { ExampleBatches } from './example-batches.ts';
import type { Example } from './examples.ts';
import { declareLora, type LoraOptions, lorasOf, withLora } from './lora.ts';

/* Further training of a loaded model on examples: all of its weights, or LoRA factors beside them. */

export interface FineTuneOptions {
  readonly model: LoadedModel;
  /** Sequences to learn; or `batches`. */
  readonly examples?: readonly Example[];
  /** What each step is given, in place of `examples`. */
  readonly batches?: TrainingBatches;
  /** What is learnt of it. Default: the next tokens of `examples`. */
  readonly objective?: Objective;
  /** Where checkpoints, metrics and the result go. */
  readonly outDir: string;
  /** Train factors beside the weights; default: the weights themselves. */
  readonly lora?: LoraOptions | undefined;
  /** Trains MLPs for several numbers of bits at once, each loss counted so much (MatQuant: 8, 4 and 2 bits by 0.1, 0.1 and 1). */
  readonly matquant?: readonly BitsLoss[] | undefined;
  readonly batchSize: number;
  /** Steps in all; default: three epochs of `examples`. */
  readonly steps?: number | undefined;
  readonly learningRate: number;
  /** How the learning rate falls after warm-up. Default `cosine`. */
  readonly schedule?: 'cosine' | 'linear' | 'constant';
  /** Default `adamw`. */
  readonly optimizer?: OptimizerName;
  readonly warmupSteps?: number;
  readonly weightDecay?: number;
  readonly clipNorm?: number;
  readonly beta2?: number;
  readonly seed: number;
  /** Examples in the order of the file, over and over. Default: shuffled. */
  readonly shuffle?: boolean;
  /** Steps between checkpoints; 0: only at the end. */
  readonly checkpointEvery?: number;
  /** Which of them stay. Default: the newest two. */
  readonly keep?: KeepPolicy | undefined;
  /** A checkpoint that could not be written; the run goes on. */
  readonly onCheckpointFailed?: (error: UserError) => void;
  /** Goes on from the newest checkpoint in `outDir`. */
  readonly resume?: boolean;
  /** Measures the model as it is, every so many steps (0: not before the end) and at the end; what it gives stands in that step’s metrics. */
  readonly evaluate?: {
    readonly every: number;
    readonly run: (current: LoadedModel) => Promise<Readonly<Record<string, number>>>;
  };
  readonly onStep?: (m: StepMetrics) => void;
  /** Stops after the step under way, with a checkpoint. */
  readonly signal?: StopSignal;
}

export interface FineTuneResult {
  readonly step: number;
  readonly loss: number;
  /** Where the trained model or adapter was written; undefined when it was stopped before its end. */
  readonly written: string | undefined;
}

interface State {
  readonly params: Params;
  readonly optimizer: Params;
  readonly step: Tensor;
}

type Step = Jitted<
  [State, TensorsOf<DeclaredTree>, BatchTensors],
  readonly [State, { readonly loss: Tensor; readonly metrics: BatchTensors }]
>;

/**
 * Fine-tunes and writes the result: `adapter/` in PEFT's format, or `model/` as a folder. The loss is what the objective sums of a batch, divided by what it counts.
 * Throws `train/out-exists`, `train/other-run` for a run that is not this one, `train/diverged`.
 */
export async function fineTune(o: FineTuneOptions): Promise<FineTuneResult> {
  const folder = claimRunFolder(o.outDir, []);
  try {
    return await run(o);
  } finally {
    folder.release();
  }
}

async function run(o: FineTuneOptions): Promise<FineTuneResult> {
  const { batches, totalSteps } = batchesOf(o);
  const objective = o.matquant ? bitsObjective(o.matquant) : (o.objective ?? nextTokens);
  const identity = identityOf(o, batches, totalSteps);
  const saved = newestStep(o.outDir);
  if (saved && !o.resume)
    throw new UserError('train/out-exists', `${o.outDir} already holds a run`, {
      advice: 'continue it with --resume or choose another --out',
    });
  if (o.resume && !saved)
    throw new UserError('train/no-checkpoint', `${o.outDir} has no checkpoint`, { advice: 'start without --resume' });
  const { model } = o;
  if (o.lora && o.matquant)
    throw new UserError('train/matquant', 'bits are trained with the weights themselves, not beside them', {
      advice: 'leave out LoRA',
    });
  requireBitsLosses(o.matquant ?? []);
  const lora = o.lora && declareLora(model, o.lora);
  const scale = o.lora ? (o.lora.alpha ?? o.lora.rank) / o.lora.rank : 1;
  const declared: DeclaredTree = lora ?? model.folder.declared;
  const optimizer = optimizers[o.optimizer ?? 'adamw']({
    learningRate: warmupDecay({
      peak: o.learningRate,
      decay: o.schedule ?? 'cosine',
      warmupSteps: o.warmupSteps ?? 0,
      totalSteps,
    }),
    weightDecay: o.weightDecay ?? 0,
    clipNorm: o.clipNorm ?? 1,
    ...(o.optimizer === undefined || o.optimizer === 'adamw' ? { beta2: o.beta2 ?? 0.999 } : {}),
  });
  const kept = optimizer.declare(declared);
  const common = {
    ...(model.options.mesh ? { mesh: model.options.mesh } : {}),
    ...(model.options.engine ? { engine: model.options.engine } : {}),
  };
  const weightsWith = (params: Params, weights: TensorsOf<DeclaredTree>): TensorsOf<DeclaredTree> =>
    lora
      ? withLora(model.folder.declared, weights, params, np.full([], scale, 'f32'))
      : (params as TensorsOf<DeclaredTree>);
  const fineTuneStep = (state: State, weights: TensorsOf<DeclaredTree>, batch: BatchTensors) => {
    const loss = (params: Params): [Tensor, BatchTensors] => {
      const { loss, metrics = {} } = objective.value(model, weightsWith(params, weights), batch);
      return [meanOf(loss), Object.fromEntries(Object.entries(metrics).map(([name, pair]) => [name, meanOf(pair)]))];
    };
    const [[value, metrics], gradients] = valueAndGradAux(loss)(state.params);
    const { params, step, optimizer: before } = state;
    const u = optimizer.update({ gradients, state: before, params, step, declared, loss: value });
    const next = { params: u.params, optimizer: u.state, step: np.add(step, 1) };
    return [next, { loss: value, metrics }] as const;
  };
  const step: Step = jit(fineTuneStep, { ...common, donateArgnums: [0] });
  const keepingStep: Step = jit(fineTuneStep, common);
  const state = new RunState<State>(
    saved
      ? restore(saved.folder, identity, declared, kept)
      : begin(o, lora, common, () => startState(optimizer, declared)),
  );
  let done = saved?.step ?? 0;
  if (saved) goTo(batches, saved.folder);
  const frozen = lora ? model.weights : ({} as TensorsOf<DeclaredTree>);
  const current = (params: Params): LoadedModel =>
    new LoadedModel(model.folder, weightsWith(params, frozen), model.compute, model.options);
  const metrics = new MetricsLog(o.outDir, done);
  const writer = new CheckpointWriter({
    dir: o.outDir,
    keep: o.keep,
    onFailed: (_, error) => o.onCheckpointFailed?.(error),
  });
  let savedAt = saved ? done : -1;
  const save = async (at: number): Promise<void> => {
    const data = await batches.position?.(at);
    const info = { formatVersion: 2, kind: 'fine-tune', step: at, run: identity, data };
    await writer.begin(at, await state.snapshot((whole) => ({ state: whole })), info);
    savedAt = at;
  };
  let loss = Number.NaN;
  const { evaluate, checkpointEvery = 0 } = o;
  const isEvaluated = (at: number): boolean =>
    evaluate !== undefined && (at === totalSteps || (evaluate.every > 0 && at % evaluate.every === 0));
  const isSaved = (at: number): boolean => checkpointEvery > 0 && at % checkpointEvery === 0;
  done = await runSteps({
    from: done,
    until: totalSteps,
    signal: o.signal,
    async start(index) {
      const { params } = state.current;
      const b = await batches.at(index, () => current(params));
      const tensors = Object.fromEntries(Object.entries(b.arrays).map(([name, x]) => [name, hostTensor(x)]));
      const [next, out] = (state.isHeld ? keepingStep : step)(state.current, frozen, tensors);
      state.current = next;
      const numbers = async () => {
        const value = Number(await out.loss.item());
        const measured: Record<string, number> = { ...b.metrics };
        for (const [name, x] of Object.entries(out.metrics)) measured[name] = Number(await x.item());
        return { value, measured, numTargets: b.numTargets };
      };
      return { outcome: numbers() };
    },
    pausesAfter: (at) => isEvaluated(at) || isSaved(at),
    async finish(at, { value, measured, numTargets }, timeMs) {
      loss = value;
      if (!Number.isFinite(loss)) {
        await writer.finish(savedAt);
        throw new UserError('train/diverged', `the loss became ${loss} at step ${at}`, {
          advice: 'lower --learning-rate; the last checkpoint is intact',
        });
      }
      if (isEvaluated(at)) Object.assign(measured, await evaluate!.run(current(state.current.params)));
      const line: StepMetrics = {
        step: at,
        loss,
        tokensPerSec: Math.round((1000 * numTargets) / timeMs),
        timeMs: Math.round(timeMs * 100) / 100,
        bytesPerDevice: 0,
        ...(Object.keys(measured).length > 0 ? { metrics: measured } : {}),
      };
      metrics.append(line);
      o.onStep?.(line);
      if (isSaved(at)) await save(at);
    },
  });
  if (savedAt !== done) await save(done);
  await writer.finish(done);
  metrics.close();
  const written = done < totalSteps ? undefined : await writeResult(o, state.current, scale);
  return { step: done, loss, written };
}

/** The batches of a run, and how many steps it has. */
function batchesOf(o: FineTuneOptions): { readonly batches: TrainingBatches; readonly totalSteps: number } {
  if (o.batches) {
    if (o.steps === undefined)
      throw new UserError('train/steps', 'batches have no end', { expected: 'a number of steps' });
    return { batches: o.batches, totalSteps: o.steps };
  }
  const own = new ExampleBatches(o.examples ?? [], o);
  const batches: TrainingBatches = {
    fingerprint: own.fingerprint,
    at(step) {
      const { tokens, positions, isTarget, numTargets } = own.at(step);
      return { arrays: { tokens, positions, isTarget }, numTargets };
    },
  };
  return { batches, totalSteps: o.steps ?? 3 * own.stepsPerEpoch };
}

/** Has batches go on where the run had come to. */
function goTo(batches: TrainingBatches, folder: string): void {
  const { data } = JSON.parse(readFileSync(join(folder, 'checkpoint.json'), 'utf8')) as {
    data?: Readonly<Record<string, number>>;
  };
  if (data) batches.goTo?.(data);
}

/** Several numbers of bits at once. */
const bitsObjective = (losses: readonly BitsLoss[]): Objective => ({
  name: 'bits',
  value: (model, weights, { tokens, positions, isTarget }) => ({
    // A sum of means: nothing is left to divide.
    loss: { sum: bitsLoss(losses, model, weights, tokens, positions, isTarget), count: np.ones([], 'f32') },
  }),
});

function begin(o: FineTuneOptions, lora: DeclaredTree | undefined, common: object, keep: () => Params): State {
  const start = (params: Params): State => ({ params, optimizer: keep(), step: np.zeros([], 'i32') });
  if (o.lora?.from) return jit(start, common)(lorasOf(o.model, o.lora.from));
  if (lora) return jit(() => start(initialize(random.key(o.seed), lora) as Params), common)();
  return jit((w: TensorsOf<DeclaredTree>) => start(w as Params), common)(o.model.weights);
}

/** What must be the same for a resumed run to go on bit for bit. */
function identityOf(o: FineTuneOptions, batches: TrainingBatches, totalSteps: number): Record<string, string | number> {
  return {
    examples: batches.fingerprint,
    totalSteps,
    batchSize: o.batchSize,
    seed: o.seed,
    shuffle: String(o.shuffle ?? true),
    learningRate: o.learningRate,
    schedule: o.schedule ?? 'cosine',
    warmupSteps: o.warmupSteps ?? 0,
    weightDecay: o.weightDecay ?? 0,
    clipNorm: o.clipNorm ?? 1,
    beta2: o.beta2 ?? 0.999,
    ...(o.optimizer === undefined || o.optimizer === 'adamw' ? {} : { optimizer: o.optimizer }),
    lora: o.lora ? JSON.stringify([o.lora.rank, o.lora.alpha ?? o.lora.rank, o.lora.targets ?? null]) : 'none',
    ...(o.objective ? { objective: o.objective.name } : {}),
    ...(o.matquant ? { matquant: JSON.stringify(o.matquant) } : {}),
    // Loops, and what is computed again, may round otherwise.
    ...(o.model.plan.scan ? { scan: 'true' } : {}),
    ...(o.model.plan.remat ? { remat: o.model.plan.remat } : {}),
    compute: o.model.compute,
  };
}

function restore(
  folder: string,
  identity: Readonly<Record<string, string | number>>,
  declared: DeclaredTree,
  kept: DeclaredTree,
): State {
  const info = JSON.parse(readFileSync(join(folder, 'checkpoint.json'), 'utf8')) as {
    run?: Record<string, unknown>;
    tensors?: unknown;
  };
  const differs = Object.entries(identity).filter(([key, value]) => info.run?.[key] !== value);
  if (differs.length > 0)
    throw new UserError('train/other-run', `the checkpoint ${folder} is of another run`, {
      expected: differs.map(([key]) => `${key} ${JSON.stringify(info.run?.[key])}`).join(', '),
      given: differs.map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(', '),
    });
  const tensors = readPart(folder, 'state', info.tensors);
  const part = (name: 'params' | 'optimizer', declarations: DeclaredTree): Params => {
    const { leaves, treedef } = tree.flatten(declarations);
    const { paths } = tree.flatten({ [name]: declarations });
    const parts = leaves.map((_, i) => {
      const x = tensors.get(paths[i]) ?? tensors.get(nameOfFirstRuns(paths[i]));
      if (!x) throw new UserError('train/damaged-checkpoint', `the checkpoint ${folder} lacks ${paths[i]}`);
      return hostTensor(x);
    });
    return tree.unflatten(treedef, parts) as Params;
  };
  return {
    params: part('params', declared),
    optimizer: part('optimizer', kept),
    step: hostTensor(tensors.get('step')!),
  };
}

/** Runs of before there were several optimizers have `mu.<weight>` for what is `optimizer.adam.<weight>.mu` now. */
const nameOfFirstRuns = (path: string): string => path.replace(/^optimizer\.adam\.(.*)\.(mu|nu)$/, '$2.$1');

async function writeResult(o: FineTuneOptions, state: State, scale: number): Promise<string> {
  if (!o.lora) {
    const dir = join(o.outDir, 'model');
    const { folder, compute, options } = o.model;
    const trained = new LoadedModel(folder, state.params as TensorsOf<DeclaredTree>, compute, options);
    await saveModel(trained, dir, { config: trainedBitsField(o.matquant?.map((b) => b.bits)) });
    return dir;
  }
  const dir = join(o.outDir, 'adapter');
  const factors = new Map<string, { a: HostArray; b: HostArray }>();
  for (const [path, pair] of Object.entries(state.params)) {
    const { a, b } = pair as { readonly a: Tensor; readonly b: Tensor };
    factors.set(path, { a: await a.toHost(), b: await b.toHost() });
  }
  const pairs = adapterPairs(o.model.folder, factors, scale);
  const isTransposed = o.model.folder.json.model_type === 'gpt2';
  await writeAdapter(dir, { pairs, baseModel: o.model.folder.dir, fanInFanOut: isTransposed });
  return dir;
}

/** Whether a folder holds a run of fine-tuning. */
export const isFineTune = (dir: string): boolean => {
  const newest = newestStep(dir);
  return newest !== undefined && existsSync(join(newest.folder, 'state.safetensors'));
};
