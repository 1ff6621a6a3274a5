import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  defaultEngine,
  devicePut,
  hostTensor,
  type Jitted,
  jit,
  type Mesh,
  np,
  P,
  type PartitionSpec,
  random,
  type SpecTree,
  type Tensor,
  tree,
  valueAndGrad,
} from '../api/index.ts';
import { type HostArray, type StopSignal, UserError } from '../base/index.ts';
import { ByteBatches } from '../data/index.ts';
import {
  type AxisRules,
  countElements,
  type DeclaredTree,
  defaultRules,
  initialize,
  type Optimizer,
  type OptimizerName,
  optimizerNamed,
  type Params,
  specsOf,
  startState,
  type TransformerConfig,
  transformerLoss,
  transformerParams,
  updateSpecs,
  warmupDecay,
} from '../nn/index.ts';
import type { Engine } from '../runtime/index.ts';
import { type Checkpoint, checkpointSteps, loadNewestCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { MetricsLog } from './metrics.ts';
import { claimRunFolder } from './run-folder.ts';

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
  /** Steps between validations; 0 = only at the end. */
  readonly evalEvery: number;
  readonly evalBatches: number;
  /** Steps between checkpoints; 0 = only at the end. */
  readonly checkpointEvery: number;
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
  | ({ readonly kind: 'step' } & StepMetrics)
  | { readonly kind: 'validated'; readonly step: number; readonly valLoss: number }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly path: string };

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

interface TrainState {
  readonly params: Params;
  /** What the optimizer keeps. */
  readonly optimizer: Params;
  readonly step: Tensor;
}

/** The compiled pieces of a training run. */
export interface TrainPrograms {
  readonly init: Jitted<[Tensor], TrainState>;
  /** `(state, tokens: i32[batch, seq + 1]) → [state, { loss, gradientNorm }]` */
  readonly step: Jitted<[TrainState, Tensor], [TrainState, { loss: Tensor; gradientNorm: Tensor }]>;
  readonly evaluate: Jitted<[Params, Tensor], Tensor>;
  readonly declarations: DeclaredTree;
  /** What the optimizer keeps. */
  readonly kept: DeclaredTree;
  readonly stateSpecs: SpecTree;
}

function optimizerOfRun(
  o: Pick<TrainOptions, 'learningRate' | 'weightDecay' | 'optimizer'>,
  totalSteps: number,
): Optimizer {
  const warmupSteps = Math.min(100, Math.max(1, Math.floor(totalSteps / 10)));
  return optimizerNamed(o.optimizer ?? 'adamw', {
    learningRate: warmupDecay({ peak: o.learningRate, warmupSteps, totalSteps, finalFraction: 0.1 }),
    weightDecay: o.weightDecay,
  });
}

/** Builds the jitted functions of a run. The number of steps only shapes the learning rate. */
export function trainPrograms(
  o: Pick<
    TrainOptions,
    'config' | 'mesh' | 'engine' | 'rules' | 'learningRate' | 'weightDecay' | 'optimizer' | 'shardUpdate'
  >,
  totalSteps: number,
): TrainPrograms {
  const { config, mesh } = o;
  const engine = o.engine ?? defaultEngine();
  const rules = o.rules ?? defaultRules;
  const declarations = transformerParams(config);
  const specs = specsOf(declarations, rules, mesh) as SpecTree;
  const optimizer = optimizerOfRun(o, totalSteps);
  const kept = optimizer.declare(declarations);
  const keptSpecs = (o.shardUpdate ? updateSpecs : specsOf)(kept, rules, mesh) as SpecTree;
  const stateSpecs: SpecTree = { params: specs, optimizer: keptSpecs, step: P() };
  const tokenSpec = mesh && mesh.axisSize('data') > 1 ? P('data') : P();
  const common = { mesh, engine };
  return {
    declarations,
    kept,
    stateSpecs,
    init: jit(
      function init(key: Tensor): TrainState {
        const params = initialize(key, declarations);
        return { params, optimizer: startState(optimizer, declarations), step: np.zeros([], 'i32') };
      },
      { ...common, outShardings: stateSpecs },
    ),
    step: jit(
      function trainStep(state: TrainState, tokens: Tensor): [TrainState, { loss: Tensor; gradientNorm: Tensor }] {
        const [loss, gradients] = valueAndGrad((p: Params) => transformerLoss(p, tokens, config, rules))(state.params);
        const { params, optimizer: kept, step } = state;
        const u = optimizer.update({ gradients, state: kept, params, step, declared: declarations, loss });
        const next = { params: u.params, optimizer: u.state, step: np.add(step, 1) };
        return [next, { loss, gradientNorm: u.metrics.gradientNorm }];
      },
      { ...common, inShardings: [stateSpecs, tokenSpec], outShardings: [stateSpecs, P()], donateArgnums: [0] },
    ),
    evaluate: jit(
      function evaluate(params: Params, tokens: Tensor): Tensor {
        return transformerLoss(params, tokens, config, rules);
      },
      { ...common, inShardings: [specs, tokenSpec], outShardings: P() },
    ),
  };
}

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

async function trainIn(o: TrainOptions): Promise<TrainResult> {
  const emit = o.onEvent ?? (() => undefined);
  const run = runIdentity(o);
  const checkpoint = o.resume ? loadNewestCheckpoint(o.outDir) : undefined;
  if (checkpoint) requireSameRun(checkpoint, o, run);
  else if (checkpointSteps(o.outDir).length > 0 || existsSync(`${o.outDir}/metrics.jsonl`))
    throw new UserError('train/out-exists', `${o.outDir} already holds a run`, {
      advice: 'continue it with --resume or choose another --out',
    });

  const batches = new ByteBatches(o.text.train, { batchSize: o.batchSize, seqLen: o.config.maxSeqLen, seed: o.seed });
  const validation = new ByteBatches(o.text.validation, {
    batchSize: o.batchSize,
    seqLen: o.config.maxSeqLen,
    seed: o.seed,
  }).evenly(o.evalBatches);

  const totalSteps = checkpoint ? Number(checkpoint.info.run.totalSteps) : await decideSteps(o, batches);
  const programs = trainPrograms(o, totalSteps);
  let state = checkpoint ? restoreState(checkpoint, programs, o) : programs.init(random.key(o.seed));
  let step = checkpoint?.info.step ?? 0;
  if (checkpoint) emit({ kind: 'resumed', step });
  emit({ kind: 'planned', steps: totalSteps });

  const tokens = (array: HostArray): Tensor => hostTensor(array);
  const started = performance.now();
  const executable = await programs.step.compile(state, tokens(batches.at(step)));
  emit({
    kind: 'compiled',
    timeMs: performance.now() - started,
    fromCache: executable.stats.fromCache,
    numParams: countElements(programs.declarations),
    bytesPerDevice: executable.stats.peakBytesPerDevice,
  });
  const metrics = new MetricsLog(o.outDir, step);
  const tokensPerStep = o.batchSize * o.config.maxSeqLen;
  const validate = async (): Promise<number> => {
    let total = 0;
    for (const batch of validation) total += Number(await programs.evaluate(state.params, tokens(batch)).item());
    return total / validation.length;
  };
  const save = async (): Promise<void> => {
    const path = saveCheckpoint(o.outDir, await captureState(state, step, o, { ...run, totalSteps }));
    emit({ kind: 'checkpoint', step, path });
  };

  let loss = Number.NaN;
  let valLoss: number | undefined;
  let validatedAt = -1;
  let savedAt = checkpoint ? step : -1;
  while (step < totalSteps && !o.signal?.aborted) {
    const begin = performance.now();
    const [next, out] = programs.step(state, tokens(batches.at(step)));
    state = next;
    loss = Number(await out.loss.item());
    step += 1;
    const timeMs = performance.now() - begin;
    if (!Number.isFinite(loss))
      throw new UserError('train/diverged', `the loss became ${loss} at step ${step}`, {
        advice: 'lower --learning-rate; the last checkpoint is intact',
      });
    valLoss = undefined;
    if ((o.evalEvery > 0 && step % o.evalEvery === 0) || step === totalSteps) {
      valLoss = await validate();
      validatedAt = step;
    }
    const line: StepMetrics = {
      step,
      loss,
      ...(valLoss === undefined ? {} : { valLoss }),
      tokensPerSec: Math.round(tokensPerStep / (timeMs / 1000)),
      timeMs: Math.round(timeMs * 100) / 100,
      bytesPerDevice: executable.stats.peakBytesPerDevice,
    };
    metrics.append(line);
    emit({ kind: 'step', ...line });
    if (valLoss !== undefined) emit({ kind: 'validated', step, valLoss });
    if (o.checkpointEvery > 0 && step % o.checkpointEvery === 0) {
      await save();
      savedAt = step;
    }
  }
  if (savedAt !== step) await save();
  if (validatedAt !== step) {
    valLoss = await validate();
    emit({ kind: 'validated', step, valLoss });
  }
  metrics.close();
  return { step, loss, valLoss: valLoss ?? (await validate()), stopped: step < totalSteps };
}

function checkOptions(o: TrainOptions): void {
  const dataAxis = o.mesh?.axisSize('data') ?? 1;
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
  for (const name of Object.keys(o.mesh?.axes ?? {})) {
    const known = new Set((o.rules ?? defaultRules).map(([, m]) => m));
    if (!known.has(name))
      throw new UserError('train/mesh', `the model does not use a mesh axis "${name}"`, {
        expected: [...known].join(', '),
      });
  }
  specsOf(transformerParams(o.config), o.rules ?? defaultRules, o.mesh);
}

/** Everything that changes the numbers of a run besides model and seed. */
function runIdentity(o: TrainOptions): Record<string, string | number> {
  return {
    batchSize: o.batchSize,
    learningRate: o.learningRate,
    weightDecay: o.weightDecay,
    // Runs of before there were several do not name it.
    ...(o.optimizer === undefined || o.optimizer === 'adamw' ? {} : { optimizer: o.optimizer }),
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
  const programs = trainPrograms(o, 1000);
  let state = programs.init(random.key(o.seed));
  const times: number[] = [];
  const started = performance.now();
  // At most six steps; a slow engine shows its pace in two.
  for (let i = 0; i < 6 && (i < 2 || performance.now() - started < 5000); i++) {
    const begin = performance.now();
    const [next, out] = programs.step(state, hostTensor(batches.at(i)));
    await out.loss.item();
    state = next;
    times.push(performance.now() - begin);
  }
  tree.leaves(state).forEach((t) => {
    (t as Tensor).dispose();
  });
  const settled = times.slice(1).sort((a, b) => a - b);
  return o.steps(settled[Math.floor(settled.length / 2)]);
}

async function captureState(
  state: TrainState,
  step: number,
  o: TrainOptions,
  run: Record<string, string | number>,
): Promise<Checkpoint> {
  const collect = async (t: unknown, prefix: string, into: Map<string, HostArray>): Promise<void> => {
    for (const [path, leaf] of tree.entries(t)) into.set(prefix + path, await (leaf as Tensor).toHost());
  };
  const model = new Map<string, HostArray>();
  const optimizer = new Map<string, HostArray>();
  await collect(state.params, '', model);
  await collect(state.optimizer, '', optimizer);
  return { info: { formatVersion: 1, step, seed: o.seed, config: o.config, run }, model, optimizer };
}

function restoreState(c: Checkpoint, programs: TrainPrograms, o: TrainOptions): TrainState {
  const specs = programs.stateSpecs as unknown as Record<'params' | 'optimizer', unknown>;
  const engine = o.engine ?? defaultEngine();
  const build = (from: ReadonlyMap<string, HostArray>, declared: DeclaredTree, spec: unknown): Params => {
    const flat = tree.flatten(declared);
    const pieces = tree.leaves(spec) as PartitionSpec[];
    const tensors = flat.paths.map((path, i) => {
      const array = from.get(path) ?? from.get(nameOfFirstRuns(path));
      const { shape } = flat.leaves[i] as { shape: readonly number[] };
      if (!array || array.shape.join() !== shape.join())
        throw new UserError('train/other-model', `the checkpoint lacks a fitting tensor ${path}`, {
          expected: `f32[${shape.join(',')}]`,
          given: array ? `${array.dtype}[${array.shape.join(',')}]` : 'nothing',
        });
      return devicePut(hostTensor(array), o.mesh, pieces[i], engine);
    });
    return tree.unflatten(flat.treedef, tensors) as Params;
  };
  return {
    params: build(c.model, programs.declarations, specs.params),
    optimizer: build(c.optimizer, programs.kept, specs.optimizer),
    step: np.full([], c.info.step, 'i32'),
  };
}

/** Runs of before there were several optimizers have `mu.<weight>` for what is `adam.<weight>.mu` now. */
const nameOfFirstRuns = (path: string): string => path.replace(/^adam\.(.*)\.(mu|nu)$/, '$2.$1');
