import { devicePut, hostTensor, np, type PartitionSpec, random, type Tensor, tree } from '../api/index.ts';
import { type HostArray, UserError } from '../base/index.ts';
import type { DeclaredTree, Params } from '../nn/index.ts';
import type { Engine } from '../runtime/index.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Snapshot } from './checkpoint-writer.ts';
import { RunState } from './run-state.ts';
import type { TrainPrograms, TrainState } from './train-programs.ts';

/** What a training run keeps by name: weights, and what the optimizer keeps. */
export type SavedState = Pick<Checkpoint, 'model' | 'optimizer'>;

/** One state of a training run, and how it goes on: on one mesh, or as a pipeline of several. */
export interface StepRunner {
  readonly declarations: DeclaredTree;
  /** Compiles for batches like this one; with `snapshots` also what steps after one need. */
  compile(tokens: HostArray, o?: { readonly snapshots?: boolean }): Promise<{ readonly fromCache: boolean }>;
  /** Bytes per device while a step runs. */
  readonly bytesPerDevice: number;
  /** `tokens: i32[batch, seq + 1]`; the loss is that before the update. The next step may be started before this one has ended. */
  step(tokens: HostArray): Promise<{ readonly loss: number }>;
  evaluate(tokens: HostArray): Promise<number>;
  /** The state after the steps that have ended, for a checkpoint. */
  snapshot(): Promise<Snapshot>;
  /** Frees the state. */
  dispose(): void;
}

/** A run of one program on one mesh. */
export class WholeRunner implements StepRunner {
  readonly declarations: DeclaredTree;
  bytesPerDevice = 0;
  readonly #programs: TrainPrograms;
  readonly #state: RunState<TrainState>;

  constructor(programs: TrainPrograms, state: TrainState) {
    this.#programs = programs;
    this.#state = new RunState(state);
    this.declarations = programs.declarations;
  }

  /** New weights of a seed, or those of a checkpoint. Throws `train/other-model` where they do not fit. */
  static start(programs: TrainPrograms, from: Checkpoint | number, engine: Engine): WholeRunner {
    return new WholeRunner(
      programs,
      typeof from === 'number' ? programs.init(random.key(from)) : restoreState(from, programs, engine),
    );
  }

  async compile(tokens: HostArray, { snapshots = false } = {}): Promise<{ readonly fromCache: boolean }> {
    const { current, isLarge } = this.#state;
    const { stats } = await this.#programs.step.compile(current, hostTensor(tokens));
    this.bytesPerDevice = stats.peakBytesPerDevice;
    if (snapshots && isLarge) await this.#programs.keepingStep.compile(current, hostTensor(tokens));
    return stats;
  }
  async step(tokens: HostArray): Promise<{ readonly loss: number }> {
    const { step, keepingStep } = this.#programs;
    const [next, out] = (this.#state.isHeld ? keepingStep : step)(this.#state.current, hostTensor(tokens));
    this.#state.current = next;
    return { loss: Number(await out.loss.item()) };
  }
  async evaluate(tokens: HostArray): Promise<number> {
    return Number(await this.#programs.evaluate(this.#state.current.params, hostTensor(tokens)).item());
  }
  snapshot(): Promise<Snapshot> {
    return this.#state.snapshot(({ params: model, optimizer }) => ({ model, optimizer }));
  }
  dispose(): void {
    this.#state.dispose();
  }
}

/** Tensors of a tree by path. */
export async function hostTensors(tensors: unknown): Promise<Map<string, HostArray>> {
  const found = new Map<string, HostArray>();
  for (const [path, leaf] of tree.entries(tensors)) found.set(path, await (leaf as Tensor).toHost());
  return found;
}

function restoreState(c: Checkpoint, programs: TrainPrograms, engine: Engine): TrainState {
  const specs = programs.stateSpecs as unknown as Record<'params' | 'optimizer', unknown>;
  const build = (from: ReadonlyMap<string, HostArray>, declared: DeclaredTree, spec: unknown): Params => {
    const pieces = tree.leaves(spec) as PartitionSpec[];
    const { treedef } = tree.flatten(declared);
    const tensors = savedTensors(from, declared).map((array, i) =>
      devicePut(hostTensor(array), programs.mesh, pieces[i], engine),
    );
    return tree.unflatten(treedef, tensors) as Params;
  };
  return {
    params: build(c.model, programs.declarations, specs.params),
    optimizer: build(c.optimizer, programs.kept, specs.optimizer),
    step: np.full([], c.info.step, 'i32'),
  };
}

/** What a checkpoint holds for each declaration, in their order. Throws `train/other-model` for what is missing or of another shape. */
export function savedTensors(from: ReadonlyMap<string, HostArray>, declared: DeclaredTree): HostArray[] {
  const { leaves, paths } = tree.flatten(declared);
  return paths.map((path, i) => {
    const array = from.get(path) ?? from.get(nameOfFirstRuns(path));
    const { shape } = leaves[i] as { shape: readonly number[] };
    if (array && array.shape.join() === shape.join()) return array;
    throw new UserError('train/other-model', `the checkpoint lacks a fitting tensor ${path}`, {
      expected: `f32[${shape.join(',')}]`,
      given: array ? `${array.dtype}[${array.shape.join(',')}]` : 'nothing',
    });
  });
}

/** Runs of before there were several optimizers have `mu.<weight>` for what is `adam.<weight>.mu` now. */
const nameOfFirstRuns = (path: string): string => path.replace(/^adam\.(.*)\.(mu|nu)$/, '$2.$1');
