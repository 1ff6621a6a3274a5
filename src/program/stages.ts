import { type KernelPass, type KernelTarget, kernelPassesFor, preparePasses } from '../compile/index.ts';
import {
  collectivePasses,
  combineCollectivesPass,
  convertGlobalToLocalPass,
  exportPasses,
  importPasses,
  propagatePass,
} from '../partition/index.ts';
import {
  cleanupPasses,
  decomposePass,
  dropPartitioningCallsPass,
  expandCustomCallsPass,
  optimizePasses,
  type Pass,
  type Precision,
  roundProductsPass,
  type Target,
  widenSumsPass,
} from '../transform/index.ts';

/*
 * The one list of passes per engine, from a traced module to what the engine's emitter or plugin takes. Whoever runs a part of it
 * takes that part from here: `lowerProgram` the shared stages, engines theirs, `espalier opt --stage` any.
 */

/** Passes on StableHLO that are run together; the verifier runs at their end. */
export interface ModuleStage {
  readonly kind: 'module';
  readonly name: string;
  readonly doc: string;
  readonly passes: readonly Pass[];
  /** Name of the program it gives, in `LoweredProgram.stages` and dumps. */
  readonly gives?: string;
  /** Run only for programs with a mesh. */
  readonly partitions?: true;
}

/** Passes on lists of kernels. */
export interface KernelStage {
  readonly kind: 'kernels';
  readonly name: 'kernels';
  readonly doc: string;
  readonly passes: readonly KernelPass[];
}

/** What emitters write down of every kernel. Of lists of kernels as the stage before it leaves them; it has no passes of its own. */
export interface ScheduleStage {
  readonly kind: 'schedule';
  readonly name: 'schedule';
  readonly doc: string;
  readonly passes: readonly [];
}

export type Stage = ModuleStage | KernelStage | ScheduleStage;

/** What all engines share, in the order it is run. */
export const sharedStages: readonly ModuleStage[] = [
  {
    kind: 'module',
    name: 'optimize',
    doc: 'From a fresh trace to primitive ops without calls.',
    passes: optimizePasses,
    gives: 'optimized',
  },
  {
    kind: 'module',
    name: 'propagate',
    doc: 'Read shardings, complete them, make them final.',
    passes: [...importPasses, propagatePass, ...exportPasses],
    gives: 'sharded',
    partitions: true,
  },
  {
    kind: 'module',
    name: 'collectives',
    doc: 'Carry out changes of sharding by collectives.',
    passes: collectivePasses,
    partitions: true,
  },
  {
    kind: 'module',
    name: 'local',
    doc: 'Make the program of one device.',
    passes: [convertGlobalToLocalPass],
    partitions: true,
  },
  {
    kind: 'module',
    name: 'cleanup',
    doc: 'Simplify what partitioning has written.',
    passes: cleanupPasses,
    gives: 'partitioned',
    partitions: true,
  },
];

/** Engines whose lists differ. */
export type PipelineName = 'reference' | 'cpu' | 'wasm' | 'xla';
export const pipelineNames: readonly PipelineName[] = ['reference', 'cpu', 'wasm', 'xla'];

/** What engines ask of a program before it is theirs, and of what their kernels are emitted; precision is that of products. */
const own: Readonly<
  Record<
    PipelineName,
    { adapt: (precision: readonly Pass[]) => readonly Pass[]; kernels?: KernelTarget; target: Partial<Target> }
  >
> = {
  reference: {
    adapt: (precision) => [expandCustomCallsPass, dropPartitioningCallsPass, ...precision, widenSumsPass],
    target: {},
  },
  cpu: {
    // Devices that meet wait for the last one, and which one that is changes all the time: the gradients of a layer are summed
    // together, in one meeting. On shared memory that needs no copies.
    adapt: (precision) => [combineCollectivesPass, ...precision],
    kernels: 'c',
    target: { combineBytes: 2 ** 26 },
  },
  wasm: { adapt: (precision) => precision, kernels: 'wasm', target: {} },
  xla: { adapt: (precision) => [decomposePass, ...precision], target: { decomposes: () => true } },
};

/** What a pipeline is for. */
export interface PipelineTarget {
  readonly engine: PipelineName;
  /** Default `default`. */
  readonly precision?: Precision | undefined;
  /** Lanes of 32 bits per vector register that the cpu engine's kernels are scheduled for; default 8. */
  readonly lanes?: number | undefined;
}

/** The facts that passes of an engine's pipeline read. */
export const targetOf = ({ engine, precision = 'default' }: PipelineTarget): Partial<Target> => ({
  engine,
  precision,
  ...own[engine].target,
});

/**
 * All stages of an engine, in the order they are run: those that all share, `adapt` to what the engine asks for, and where the
 * engine compiles kernels `prepare` and `kernels`.
 */
export function pipelineFor(target: PipelineTarget): readonly Stage[] {
  return [...sharedStages, adaptStage(target), ...kernelStages(own[target.engine].kernels)];
}

export const adaptStage = ({ engine, precision }: PipelineTarget): ModuleStage => ({
  kind: 'module',
  name: 'adapt',
  doc: 'Make the program of one device what the engine asks for.',
  passes: own[engine].adapt(precision === 'bf16' ? [roundProductsPass] : []),
});

const kernelStages = (kernels: KernelTarget | undefined): readonly Stage[] =>
  kernels === undefined
    ? []
    : [
        { kind: 'module', name: 'prepare', doc: 'Leave only ops that have kernels.', passes: preparePasses },
        {
          kind: 'kernels',
          name: 'kernels',
          doc: 'Fuse, tile and place kernels; printed as the list of kernels.',
          passes: kernelPassesFor(kernels),
        },
        {
          kind: 'schedule',
          name: 'schedule',
          doc: 'Decide the loops, lanes and accumulators of every kernel; printed as what emitters write down.',
          passes: [],
        },
      ];
