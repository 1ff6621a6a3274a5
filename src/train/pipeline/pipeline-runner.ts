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
  shapeDtypeStruct,
  type Tensor,
  tree,
} from '../../api/index.ts';
import { HostArray, range, UserError } from '../../base/index.ts';
import {
  type AxisRules,
  abstractTensors,
  type DeclaredTree,
  defaultRules,
  globalNorm,
  initialize,
  type Optimizer,
  type OptimizerName,
  type Params,
  specsOf,
  startState,
  type TransformerConfig,
  type TransformerStage,
  transformerParams,
  transformerStages,
  updateSpecs,
} from '../../nn/index.ts';
import { buildSchedule, type Schedule, type ScheduleName } from '../../plan/index.ts';
import type { Engine } from '../../runtime/index.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { Snapshot } from '../checkpoint-writer.ts';
import { wholePiece } from '../pieces.ts';
import { hostTensors, type SavedState, type StepRunner } from '../step-runner.ts';
import { STAGE_AXIS, stageMeshes } from './device-sets.ts';
import { Pipeline, type PipelineEvent, put, type TensorTree } from './pipeline.ts';
import { joined, ofStage } from './stage-tensors.ts';

/** How a model is trained in stages. */
export interface PipelineTraining {
  /** Default `1f1b`. */
  readonly schedule?: ScheduleName | undefined;
  /** Parts of a batch that follow each other through the stages. Default: twice as many as stages lie along the mesh. */
  readonly microBatches?: number | undefined;
  /** Stages per device set, for schedules that ask for it: `interleaved` and `circular`. */
  readonly chunks?: number | undefined;
  /** Layers of each stage, along the model. Default: as equal as they can be, the first ones larger. */
  readonly layers?: readonly number[] | undefined;
}

/** What of a run's options concerns its pipeline. */
export interface PipelineRunOptions {
  readonly config: TransformerConfig;
  readonly mesh?: Mesh | undefined;
  readonly engine?: Engine | undefined;
  readonly rules?: AxisRules;
  readonly batchSize: number;
  readonly optimizer?: OptimizerName;
  readonly shardUpdate?: boolean;
  readonly pipeline?: PipelineTraining;
}

/** Whether a run's mesh has stages. */
export const isPipeline = (o: Pick<PipelineRunOptions, 'mesh'>): boolean => (o.mesh?.axisSize(STAGE_AXIS) ?? 1) > 1;

/** A pipeline as it will run. */
export interface PipelineLayout {
  readonly schedule: Schedule;
  readonly stages: readonly TransformerStage[];
  /** By place along the axis `stage`. */
  readonly meshes: readonly Mesh[];
}

/** Optimizers whose step for a weight depends on layers in other stages. */
const acrossLayers: ReadonlySet<string> = new Set(['lars', 'lamb']);

/** The stages, device sets and order of a run. Throws `train/pipeline`, `plan/schedule` or `nn/stages` where they cannot be. */
export function pipelineOf(o: PipelineRunOptions): PipelineLayout {
  const { config, pipeline = {}, batchSize } = o;
  const mesh = o.mesh!;
  const meshes = stageMeshes(mesh, o.engine ?? defaultEngine());
  const { schedule: name = '1f1b', microBatches = 2 * meshes.length } = pipeline;
  const data = mesh.axisSize('data');
  if (batchSize % (microBatches * data) !== 0)
    throw new UserError('train/pipeline', `a batch of ${batchSize} cannot be cut into ${microBatches} micro-batches`, {
      expected: `a multiple of ${microBatches * data}: ${microBatches} micro-batches on data=${data}`,
      advice: 'choose another --batch-size or --micro-batches',
    });
  if (o.optimizer && acrossLayers.has(o.optimizer))
    throw new UserError('train/pipeline', `${o.optimizer} cannot be used in stages`, {
      given: 'steps that are scaled to the norm of a weight of all layers together',
      advice: 'choose another --optimizer, or a mesh without stages',
    });
  const times = { forwardUs: 1, inputGradientUs: 1, weightGradientUs: 1 };
  const sizes = {
    stages: meshes.length,
    microBatches,
    ...(pipeline.chunks === undefined ? {} : { chunks: pipeline.chunks }),
  };
  const schedule = buildSchedule(name, sizes, times);
  const split = schedule.devices.flat(2).some((t) => t.kind === 'W');
  if (schedule.numStages > config.numLayers && !pipeline.layers)
    throw new UserError('train/pipeline', `${config.numLayers} layers do not fill ${schedule.numStages} stages`, {
      given: `--schedule ${name} on ${meshes.length} device sets`,
      advice: 'choose a schedule with fewer stages, a smaller mesh axis "stage", or a larger model',
    });
  const counts = pipeline.layers ?? evenly(config.numLayers, schedule.numStages);
  if (counts.length !== schedule.numStages)
    throw new UserError('train/pipeline', `the schedule ${name} has ${schedule.numStages} stages`, {
      given: `layers for ${counts.length}: ${counts.join(', ')}`,
    });
  // A loop over layers gives all its gradients at once: halves of a backward pass need the layers one by one.
  const stages = transformerStages(split ? { ...config, scanLayers: false } : config, counts, o.rules);
  return { schedule, stages, meshes };
}

const evenly = (layers: number, stages: number): number[] =>
  range(stages).map((s) => Math.floor(layers / stages) + (s < layers % stages ? 1 : 0));

const rowSpecOf = (mesh: Mesh): PartitionSpec => (mesh.axisSize('data') > 1 ? P('data') : P());

/** The passes of a run in stages, not yet compiled. */
export function openPipeline(o: PipelineRunOptions, { schedule, stages, meshes }: PipelineLayout): Pipeline {
  const { config, rules = defaultRules, batchSize } = o;
  const rowSpec = rowSpecOf(meshes[0]);
  return new Pipeline({
    stages: stages.map((s) => ({
      weights: abstractTensors(s.declared) as TensorTree,
      weightSpecs: specsOf(s.declared, rules, meshes[0]) as SpecTree,
      readsBatch: s.readsBatch,
      apply: (w, x, b) => s.apply(w as Params, x as Tensor | undefined, b as Tensor | undefined),
    })),
    ...{ schedule, meshes, engine: o.engine ?? defaultEngine(), activationSpecs: rowSpec, batchSpecs: rowSpec },
    microBatch: shapeDtypeStruct([batchSize / schedule.microBatches, config.maxSeqLen + 1], 'i32'),
  });
}

/** One stage's part of a run. */
interface StageState {
  readonly stage: TransformerStage;
  /** Weights that are updated here, and what the optimizer keeps for them. */
  readonly owned: DeclaredTree;
  readonly kept: DeclaredTree;
  readonly specs: SpecTree;
  readonly keptSpecs: SpecTree;
  readonly mesh: Mesh;
  params: Params;
  state: Params;
  readonly norm: Jitted<[Params], Tensor>;
  readonly update: Jitted<[Params, Params, Params, Tensor, Tensor, Tensor], [Params, Params]>;
  readonly evaluate: Jitted<[Params, Tensor | undefined, Tensor | undefined], Tensor>;
}

/** Steps of which it is remembered what ran. */
const RECENT_STEPS = 8;
/** The table that first and last stage share, if they do. */
const SHARED = 'embedding';
const sharedSpec = (specs: SpecTree): PartitionSpec => (specs as Record<string, PartitionSpec>)[SHARED];

/** A training run in stages: as many programs as stages have passes, on device sets that work at the same time. */
export class PipelineRunner implements StepRunner {
  readonly declarations: DeclaredTree;
  readonly layout: PipelineLayout;
  bytesPerDevice = 0;
  /** What ran in the last steps. */
  readonly recent: (readonly PipelineEvent[])[] = [];
  readonly #engine: Engine;
  readonly #pipeline: Pipeline;
  readonly #optimizer: Optimizer;
  readonly #stages: readonly StageState[];
  readonly #addShared: Jitted<[Tensor, Tensor], Tensor> | undefined;
  /** By copy of the model, then stage. */
  #weights: Params[][] = [];
  #step: number;
  #last: Promise<unknown> = Promise.resolve();

  /** New weights of a seed, or those of a checkpoint. Throws `train/other-model` where they do not fit. */
  static async start(o: PipelineRunOptions, optimizer: Optimizer, from: Checkpoint | number): Promise<PipelineRunner> {
    if (typeof from !== 'number') return new PipelineRunner(o, optimizer, from, from.info.step);
    // Each weight's first values depend on the seed and its whole shape, so that they are those of any other mesh.
    const init = jit((key: Tensor) => initialize(key, transformerParams(o.config)), { engine: o.engine });
    const model = await hostTensors(init(random.key(from)));
    return new PipelineRunner(o, optimizer, { model }, 0);
  }

  private constructor(
    o: PipelineRunOptions,
    optimizer: Optimizer,
    from: Pick<SavedState, 'model'> & Partial<SavedState>,
    step: number,
  ) {
    const engine = o.engine ?? defaultEngine();
    const { config, rules = defaultRules, shardUpdate = false } = o;
    this.layout = pipelineOf(o);
    const { stages, meshes } = this.layout;
    this.#engine = engine;
    this.#optimizer = optimizer;
    this.#step = step;
    this.declarations = transformerParams(config);
    const rowSpec = rowSpecOf(meshes[0]);
    this.#pipeline = openPipeline(o, this.layout);
    const [places] = this.#pipeline.places;
    this.#stages = stages.map((stage, s): StageState => {
      const mesh = meshes[places[s]];
      const { [SHARED]: shared, ...others } = stage.declared as Record<string, DeclaredTree>;
      const owned = s === 0 || shared === undefined ? stage.declared : others;
      const kept = optimizer.declare(owned);
      const specs = specsOf(owned, rules, mesh) as SpecTree;
      const keptSpecs = (shardUpdate ? updateSpecs : specsOf)(kept, rules, mesh) as SpecTree;
      const tensors = (
        saved: ReadonlyMap<string, HostArray>,
        [whole, own]: readonly [DeclaredTree, DeclaredTree],
        on: SpecTree,
      ): Params => put(ofStage(saved, whole, own, stage), mesh, on, engine);
      const common = { mesh, engine };
      return {
        ...{ stage, owned, kept, specs, keptSpecs, mesh },
        params: tensors(from.model, [this.declarations, owned], specs),
        state: from.optimizer
          ? tensors(from.optimizer, [optimizer.declare(this.declarations), kept], keptSpecs)
          : jit(() => startState(optimizer, owned), { ...common, outShardings: keptSpecs })(),
        norm: jit((gradients: Params) => globalNorm(gradients), { ...common, inShardings: [specs], outShardings: P() }),
        update: jit(
          function update(params, state, gradients, count, gradientNorm, loss): [Params, Params] {
            const u = optimizer.update({
              ...{ gradients, state, params, step: count, declared: owned, gradientNorm, loss },
            });
            return [u.params, u.state];
          },
          {
            ...common,
            inShardings: [specs, keptSpecs, specs, P(), P(), P()],
            outShardings: [specs, keptSpecs],
            donateArgnums: [0, 1, 2],
          },
        ),
        evaluate: jit((w: Params, x: Tensor | undefined, b: Tensor | undefined) => stage.apply(w, x, b), {
          ...common,
          inShardings: [specsOf(stage.declared, rules, mesh) as SpecTree, rowSpec, rowSpec],
          outShardings: stage === stages.at(-1) ? P() : rowSpec,
        }),
      };
    });
    const [first] = this.#stages;
    const isShared = stages.length > 1 && SHARED in (stages.at(-1)!.declared as object);
    this.#addShared = isShared
      ? jit((a: Tensor, b: Tensor) => np.add(a, b), {
          ...{ mesh: first.mesh, engine, donateArgnums: [0, 1] },
          inShardings: [sharedSpec(first.specs), sharedSpec(first.specs)],
          outShardings: sharedSpec(first.specs),
        })
      : undefined;
    this.#shareWeights();
  }

  /** Puts copies of weights where others than their owner read them; those of before are freed. */
  #shareWeights(): void {
    const { meshes } = this.layout;
    const { places } = this.#pipeline;
    const before = this.#weights;
    const owned = new Set(this.#stages.flatMap((s) => tree.flatten(s.params).leaves));
    this.#weights = places.map((row) =>
      this.#stages.map(({ params, specs }, s) => {
        const mesh = meshes[row[s]];
        const own = put(params, mesh, specs, this.#engine);
        if (!this.#addShared || s !== this.#stages.length - 1) return own;
        const [first] = this.#stages;
        return {
          ...own,
          [SHARED]: devicePut(first.params[SHARED] as Tensor, mesh, sharedSpec(first.specs), this.#engine),
        };
      }),
    );
    const live = new Set([...owned, ...tree.flatten(this.#weights).leaves]);
    for (const t of tree.flatten(before).leaves) if (!live.has(t)) (t as Tensor).dispose();
  }

  async compile(tokens: HostArray): Promise<{ readonly fromCache: boolean }> {
    // A rehearsal: every pass is compiled, and nothing is updated.
    const { gradients, peakBytes } = await this.#run(tokens);
    this.bytesPerDevice = Math.max(...peakBytes);
    for (const t of tree.flatten(gradients).leaves) (t as Tensor).dispose();
    return { fromCache: false };
  }

  #run(tokens: HostArray) {
    return this.#pipeline.run(this.#weights as TensorTree[][], this.#microBatches(tokens));
  }

  #microBatches(tokens: HostArray): Tensor[] {
    const { microBatches } = this.layout.schedule;
    const [rows, width] = tokens.shape;
    const each = rows / microBatches;
    return range(microBatches).map((k) =>
      hostTensor(new HostArray('i32', [each, width], tokens.data.slice(k * each * width, (k + 1) * each * width))),
    );
  }

  step(tokens: HostArray): Promise<{ readonly loss: number }> {
    // Where all stages meet, JavaScript has to wait: one step after the other.
    const step = this.#last.then(() => this.#oneStep(tokens));
    this.#last = step;
    return step;
  }

  async #oneStep(tokens: HostArray): Promise<{ readonly loss: number }> {
    const { loss, gradients, events, peakBytes } = await this.#run(tokens);
    this.recent.push(events);
    if (this.recent.length > RECENT_STEPS) this.recent.shift();
    this.bytesPerDevice = Math.max(this.bytesPerDevice, ...peakBytes);
    const own = gradients.map((g) => ({ ...(g as Params) }));
    if (this.#addShared) {
      const last = own.at(-1)!;
      const moved = devicePut(
        last[SHARED] as Tensor,
        this.#stages[0].mesh,
        sharedSpec(this.#stages[0].specs),
        this.#engine,
      );
      if (moved !== last[SHARED]) (last[SHARED] as Tensor).dispose();
      own[0] = { ...own[0], [SHARED]: this.#addShared(own[0][SHARED] as Tensor, moved) };
      const { [SHARED]: _, ...others } = last;
      own[own.length - 1] = others;
    }
    // One number from each stage and one to each: clipping looks at the whole gradient.
    const norms = this.#stages.map((s, i) => s.norm(own[i]));
    const squares = await Promise.all(norms.map(async (n) => Number(await n.item()) ** 2));
    const norm = Math.sqrt(squares.reduce((a, b) => a + b, 0));
    this.#stages.forEach((s, i) => {
      const [count, whole, value] = [
        np.full([], this.#step, 'i32'),
        np.full([], norm, 'f32'),
        np.full([], loss, 'f32'),
      ];
      [s.params, s.state] = s.update(s.params, s.state, own[i], count, whole, value);
    });
    this.#shareWeights();
    this.#step++;
    return { loss };
  }

  async evaluate(tokens: HostArray): Promise<number> {
    const losses = this.#microBatches(tokens).map((batch) => {
      let x: Tensor | undefined;
      this.#stages.forEach((s, i) => {
        x = s.evaluate(this.#weights[0][i], x, s.stage.readsBatch ? batch : undefined);
      });
      return x!;
    });
    const values = await Promise.all(losses.map(async (l) => Number(await l.item())));
    return values.reduce((a, b) => a + b, 0) / values.length;
  }

  /** Layers of all stages in one tensor, copied. */
  async snapshot(): Promise<Snapshot> {
    const join = async (whole: DeclaredTree, part: (s: StageState) => Params) => {
      const arrays = joined(whole, await Promise.all(this.#stages.map((s) => hostTensors(part(s)))));
      return new Map([...arrays].map(([name, x]) => [name, wholePiece(x)] as const));
    };
    const parts = {
      model: await join(this.declarations, (s) => s.params),
      optimizer: await join(this.#optimizer.declare(this.declarations), (s) => s.state),
    };
    return { parts, fits: true, release: () => undefined };
  }

  dispose(): void {
    const all = [this.#weights, this.#stages.map((s) => [s.params, s.state])];
    for (const t of new Set(tree.flatten(all).leaves)) (t as Tensor).dispose();
  }
}
