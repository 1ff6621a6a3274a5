import {
  devicePut,
  evalShape,
  type GradientPasses,
  gradientPasses,
  jit,
  type Mesh,
  np,
  P,
  PartitionSpec,
  type PassArguments,
  type SpecTree,
  shapeDtypeStruct,
  type Tensor,
  tree,
} from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { Schedule, StageTask } from '../../plan/index.ts';
import type { Engine } from '../../runtime/index.ts';
import { GradientSum } from './gradient-sum.ts';

/*
 * A pipeline of several programs (MPMD): every stage of a model has device sets and programs of its own, and every device set runs the
 * list of tasks that a schedule gives it. Source: Huang et al. 2019 (GPipe), Narayanan et al. 2019 (PipeDream); orders are those of
 * `plan/schedules`.
 */

/** Tensors by name or number, nested. */
export type TensorTree = tree.Tree<Tensor>;

/** One stage of a model, as plain functions. */
export interface PipelineStage {
  /** Types of its weights: tensors, of which only the types matter. */
  readonly weights: TensorTree;
  /** How the weights lie on the device set of the stage. */
  readonly weightSpecs?: SpecTree;
  /** Whether it reads the batch: those that do not get `undefined`, and nothing is sent to them. */
  readonly readsBatch: boolean;
  /** What goes to the next stage, or the loss `f32[]` of the last. `input`: what the stage before gave; undefined for the first. */
  apply(weights: TensorTree, input: TensorTree | undefined, batch: TensorTree | undefined): TensorTree;
}

export interface PipelineOptions {
  readonly stages: readonly PipelineStage[];
  /** Its `numStages` are the stages, its `devices` the device sets. */
  readonly schedule: Schedule;
  /** One per device set. */
  readonly meshes: readonly Mesh[];
  readonly engine: Engine;
  /** Types of one micro-batch. */
  readonly microBatch: TensorTree;
  /** How what goes from stage to stage, and a micro-batch, lies on a device set: one spec, or a tree of them. */
  readonly activationSpecs?: SpecTree;
  readonly batchSpecs?: SpecTree;
}

/** Something that a device set did. Times on the clock of `performance.now`. */
export interface PipelineEvent {
  readonly device: number;
  readonly task: StageTask;
  readonly startUs: number;
  readonly endUs: number;
}

export interface PipelineResult {
  /** Sum of the losses of micro-batches, divided by their number. */
  readonly loss: number;
  /** Of that loss, by stage, where the first copy of the stage lies. */
  readonly gradients: readonly TensorTree[];
  readonly events: readonly PipelineEvent[];
  /** By device set: most bytes in use on one of its devices between two tasks. */
  readonly peakBytes: readonly number[];
}

/** What a stage keeps of a micro-batch between its passes. */
interface InFlight {
  readonly args: PassArguments<TensorTree, TensorTree | undefined, TensorTree | undefined>;
  readonly saved: readonly Tensor[];
  cotangent?: TensorTree;
  held?: readonly Tensor[];
}

type Passes = GradientPasses<TensorTree, TensorTree | undefined, TensorTree | undefined, TensorTree>;

/** Forward and backward passes of a model in stages. Weights and their updates are the caller's. */
export class Pipeline {
  readonly schedule: Schedule;
  readonly #o: PipelineOptions;
  /** By copy, then stage: the device set it lies on. */
  readonly #places: readonly (readonly number[])[];
  readonly #passes: readonly (readonly Passes[])[];
  /** By stage. */
  readonly #add: readonly ((sum: TensorTree, x: TensorTree) => TensorTree)[];
  readonly #order: (task: StageTask) => number;

  /** Throws `train/pipeline` where stages, schedule and device sets do not fit each other. */
  constructor(o: PipelineOptions) {
    const { schedule, stages, meshes } = o;
    if (stages.length !== schedule.numStages || meshes.length !== schedule.devices.length)
      throw new UserError('train/pipeline', `the schedule ${schedule.name} is for another pipeline`, {
        expected: `${schedule.numStages} stages on ${schedule.devices.length} device sets`,
        given: `${stages.length} stages on ${meshes.length} device sets`,
      });
    this.#o = o;
    this.schedule = schedule;
    this.#places = placesOf(schedule);
    this.#order = dataOrder(schedule);
    const inputs: (TensorTree | undefined)[] = [undefined];
    for (const s of stages) {
      const given = s.readsBatch ? o.microBatch : undefined;
      inputs.push(asTypes(evalShape((w: TensorTree, x, b) => s.apply(w, x, b), s.weights, inputs.at(-1), given)));
    }
    this.#passes = this.#places.map((row) => row.map((device, s) => this.#passesOf(s, meshes[device], inputs[s])));
    this.#add = stages.map((s, i) => {
      const add = (sum: TensorTree, x: TensorTree): TensorTree => {
        const more = tensorsOf(x);
        const { leaves, treedef } = tree.flatten(sum);
        return tree.unflatten(
          treedef,
          leaves.map((t, k) => np.add(t as Tensor, more[k])),
        ) as TensorTree;
      };
      const specs = { inShardings: [s.weightSpecs, s.weightSpecs], outShardings: s.weightSpecs };
      return jit(add, { mesh: meshes[this.#places[0][i]], engine: o.engine, ...specs, donateArgnums: [0, 1] });
    });
  }

  /** By copy, then stage: the device set it lies on. There are two copies in schedules that run the model from both ends. */
  get places(): readonly (readonly number[])[] {
    return this.#places;
  }

  /** The programs of a stage of the first copy, partitioned. */
  lower(stage: number): ReturnType<Passes['lower']> {
    return this.#passes[0][stage].lower();
  }

  #passesOf(stage: number, mesh: Mesh, input: TensorTree | undefined): Passes {
    const { stages, microBatch, activationSpecs, batchSpecs, engine } = this.#o;
    const s = stages[stage];
    const isLast = stage === stages.length - 1;
    return gradientPasses(
      (weights: TensorTree, x: TensorTree | undefined, batch: TensorTree | undefined) => s.apply(weights, x, batch),
      [s.weights, input, s.readsBatch ? microBatch : undefined],
      {
        mesh,
        engine,
        inShardings: [s.weightSpecs, input && activationSpecs, s.readsBatch ? batchSpecs : undefined],
        outShardings: isLast ? P() : activationSpecs,
      },
    );
  }

  /**
   * One step over all micro-batches: `weights` by copy, then stage, on their device sets; `microBatches` in the order in which gradients are
   * added, whatever the schedule.
   */
  async run(weights: readonly (readonly TensorTree[])[], microBatches: readonly TensorTree[]): Promise<PipelineResult> {
    const { schedule, meshes, engine } = this.#o;
    if (microBatches.length !== schedule.microBatches)
      throw new UserError('train/pipeline', 'the schedule is for another number of micro-batches', {
        expected: `${schedule.microBatches}`,
        given: `${microBatches.length}`,
      });
    const step = new StepState(this.#add);
    const events: PipelineEvent[] = [];
    const losses: Tensor[] = [];
    const peakBytes = meshes.map(() => 0);
    const last = schedule.numStages - 1;
    const seeds = this.#places.map((row) =>
      devicePut(np.full([], 1 / microBatches.length, 'f32'), meshes[row[last]], P(), engine),
    );
    const now = (): number => performance.now() * 1000;

    /** Runs one task; its inputs are there. Gives what to wait for. */
    const start = async (device: number, t: StageTask): Promise<Tensor[]> => {
      const passes = this.#passes[t.copy][t.stage];
      const mesh = meshes[device];
      if (t.kind === 'F') {
        const input = t.stage === 0 ? undefined : await step.activations.get(t);
        const { readsBatch } = this.#o.stages[t.stage];
        const batch = readsBatch ? put(microBatches[this.#order(t)], mesh, this.#o.batchSpecs, engine) : undefined;
        const args = { weights: weights[t.copy][t.stage], input, batch };
        const { result, saved } = passes.forward(args);
        step.inFlight.set(keyOf(t), { args, saved });
        if (t.stage === last) losses[this.#order(t)] = result as Tensor;
        else this.#send(step.activations, { ...t, stage: t.stage + 1 }, result, engine);
        return tensorsOf(result);
      }
      const flight = step.inFlight.get(keyOf(t))!;
      if (t.kind !== 'W') flight.cotangent = t.stage === last ? seeds[t.copy] : await step.cotangents.get(t);
      const { args, saved, cotangent } = flight;
      const sendBack = (input: TensorTree | undefined): void => {
        if (t.stage > 0) this.#send(step.cotangents, { ...t, stage: t.stage - 1 }, input!, engine);
      };
      if (t.kind === 'I') {
        const { input, held } = passes.inputGradient(args, saved, cotangent!);
        flight.held = held;
        sendBack(input);
        return [...tensorsOf(input), ...held];
      }
      let gradients: TensorTree;
      if (t.kind === 'W') gradients = passes.weightGradient(args, saved, cotangent!, flight.held!);
      else {
        const both = passes.backward(args, saved, cotangent!);
        gradients = both.weights;
        sendBack(both.input);
      }
      free([args.input, args.batch, saved, flight.held, t.stage === last ? undefined : cotangent]);
      step.inFlight.delete(keyOf(t));
      const owner = meshes[this.#places[0][t.stage]];
      const { weightSpecs } = this.#o.stages[t.stage];
      const own = t.copy === 0 ? gradients : moveAway(gradients, owner, weightSpecs, engine);
      const sum = step.sums[t.stage].add(this.#order(t), own);
      return t.copy === 0 ? tensorsOf(sum ?? gradients).slice(0, 1) : tensorsOf(own).slice(0, 1);
    };
    const runDevice = async (device: number): Promise<void> => {
      for (const tasks of schedule.devices[device])
        for (const t of tasks) {
          await step.inputsOf(t, last);
          const startUs = now();
          for (const out of await start(device, t)) await out.ready();
          events.push({ device, task: t, startUs, endUs: now() });
          const inUse = meshes[device].devicesOn(engine).devices.map((d) => d.bytesInUse);
          peakBytes[device] = Math.max(peakBytes[device], ...inUse);
        }
    };
    try {
      await Promise.all(
        schedule.devices.map((_, device) =>
          runDevice(device).catch((error: unknown) => {
            step.fail(error);
            throw error;
          }),
        ),
      );
    } finally {
      free(seeds);
    }
    const values = await Promise.all(losses.map(async (l) => Number(await l.item())));
    free(losses);
    const loss = values.reduce((a, b) => a + b, 0) / values.length;
    return { loss, gradients: step.sums.map((s) => s.total()), events, peakBytes };
  }

  /** Sends what a task made to the device set of the task that waits for it, while the sender goes on. */
  #send(box: Mailbox, to: StageTask, made: TensorTree, engine: Engine): void {
    const mesh = this.#o.meshes[this.#places[to.copy][to.stage]];
    box.send(to, moveAway(made, mesh, this.#o.activationSpecs, engine));
  }
}

/** What one step holds on its way. */
class StepState {
  readonly activations = new Mailbox();
  readonly cotangents = new Mailbox();
  readonly inFlight = new Map<string, InFlight>();
  readonly sums: readonly GradientSum<TensorTree>[];

  constructor(add: readonly ((sum: TensorTree, x: TensorTree) => TensorTree)[]) {
    this.sums = add.map((f) => new GradientSum(f));
  }

  /** Waits until what a task reads lies on its devices. */
  async inputsOf(t: StageTask, last: number): Promise<void> {
    if (t.kind === 'F' && t.stage > 0) await ready(await this.activations.get(t));
    else if ((t.kind === 'B' || t.kind === 'I') && t.stage < last) await ready(await this.cotangents.get(t));
  }

  fail(error: unknown): void {
    this.activations.fail(error);
    this.cotangents.fail(error);
  }
}

/** Tensors on their way from one device set to another, by the task that waits for them. */
class Mailbox {
  readonly #waiting = new Map<string, PromiseWithResolvers>();
  #error: { readonly cause: unknown } | undefined;

  #at(t: StageTask): PromiseWithResolvers {
    const key = keyOf(t);
    let found = this.#waiting.get(key);
    if (!found) {
      found = withResolvers();
      this.#waiting.set(key, found);
      if (this.#error) found.reject(this.#error.cause);
    }
    return found;
  }
  send(t: StageTask, x: TensorTree): void {
    this.#at(t).resolve(x);
  }
  get(t: StageTask): Promise<TensorTree> {
    return this.#at(t).promise;
  }
  /** Lets everyone who waits know that nothing will come. */
  fail(cause: unknown): void {
    this.#error ??= { cause };
    for (const w of this.#waiting.values()) w.reject(cause);
  }
}

interface PromiseWithResolvers {
  readonly promise: Promise<TensorTree>;
  readonly resolve: (x: TensorTree) => void;
  readonly reject: (error: unknown) => void;
}
function withResolvers(): PromiseWithResolvers {
  let resolve!: (x: TensorTree) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<TensorTree>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined); // reported by whoever failed
  return { promise, resolve, reject };
}

const keyOf = ({ copy, stage, microBatch }: StageTask): string => `${copy}/${stage}/${microBatch}`;
const tensorsOf = (x: TensorTree | undefined): Tensor[] => tree.flatten(x).leaves as Tensor[];
const ready = async (x: TensorTree): Promise<void> => {
  for (const t of tensorsOf(x)) await t.ready();
};
const free = (values: readonly (TensorTree | undefined)[]): void => {
  for (const v of values) for (const t of tensorsOf(v)) t.dispose();
};
const asTypes = (x: TensorTree): TensorTree => {
  const { leaves, treedef } = tree.flatten(x);
  return tree.unflatten(
    treedef,
    (leaves as Tensor[]).map((t) => shapeDtypeStruct(t.shape, t.dtype)),
  ) as TensorTree;
};

const isSpec = (x: unknown): x is PartitionSpec => x instanceof PartitionSpec;

/** Puts every tensor of a tree on a mesh. */
export function put<T>(x: T, mesh: Mesh, specs: SpecTree, engine: Engine): T {
  const { leaves, treedef } = tree.flatten(x);
  const own = tree.matchPrefix(specs, treedef, isSpec, 'the specs');
  return tree.unflatten(
    treedef,
    leaves.map((t, i) => devicePut(t as Tensor, mesh, own[i], engine)),
  ) as T;
}

/** `put` of what nobody else needs: where it was is free then. */
function moveAway<T extends TensorTree>(x: T, mesh: Mesh, specs: SpecTree, engine: Engine): T {
  const moved = put(x, mesh, specs, engine);
  const there = tensorsOf(moved);
  tensorsOf(x).forEach((t, i) => {
    if (t !== there[i]) t.dispose();
  });
  return moved;
}

/** By copy, then stage: the device set that has its tasks. Throws `train/pipeline` where one stage lies in two places. */
function placesOf(schedule: Schedule): number[][] {
  const places: number[][] = [];
  schedule.devices.forEach((steps, device) => {
    for (const { copy, stage } of steps.flat()) {
      places[copy] ??= [];
      const known = places[copy][stage] ?? device;
      if (known !== device)
        throw new UserError('train/pipeline', `the schedule ${schedule.name} has stage ${stage} on two device sets`, {
          given: `${known} and ${device}`,
        });
      places[copy][stage] = device;
    }
  });
  return places;
}

/**
 * Which of a step's micro-batches a task's is: numbered so that backward passes of the last stage come in order, copies in turn. Gradients
 * are then added as they come, with few that wait.
 */
function dataOrder(schedule: Schedule): (task: StageTask) => number {
  const last = schedule.numStages - 1;
  const ends = schedule.devices.flatMap((steps) =>
    steps.flat().filter((t) => t.stage === last && (t.kind === 'B' || t.kind === 'I')),
  );
  const copies = new Set(ends.map((t) => t.copy)).size;
  const numbers = new Map<string, number>();
  const counts = [0, 0];
  for (const t of ends) numbers.set(`${t.copy}/${t.microBatch}`, counts[t.copy]++ * copies + t.copy);
  return (t) => numbers.get(`${t.copy}/${t.microBatch}`)!;
}
