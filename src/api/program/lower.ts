import {
  type AttrDict,
  type Block,
  Builder,
  type Func,
  Module,
  parseSharding,
  printModule,
  SHARDING_ATTRIBUTE,
  shardingAttr,
  shardingText,
  stringAttr,
  type TensorSharding,
} from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { countCollectives, type PartitionReport, partitionModule } from '../../partition/index.ts';
import type { DeviceSet, Executable, GlobalProgram, KeepOptions } from '../../runtime/index.ts';
import { cleanupPasses, optimizePasses, outlineCalls, passContext, runPipeline } from '../../transform/index.ts';
import { MESH_NAME, type Mesh, PartitionSpec, specToSharding } from '../trace/mesh.ts';
import { dumpStages } from './dump.ts';

/** What jit knows of one argument or result before partitioning. */
export interface Boundary {
  /** Path in the argument tree, e.g. `params.layers.wq`. */
  readonly name: string;
  /** Undefined: the compiler chooses. */
  readonly sharding: TensorSharding | undefined;
}

/** A program on its way from trace to devices; every stage can be printed. */
export interface LoweredProgram {
  /** Stage name → module, in order: `traced`, `optimized`, `sharded`, `partitioned`. */
  readonly stages: ReadonlyMap<string, Module>;
  /** The per-device program. */
  readonly perDevice: Module;
  readonly inShardings: readonly (TensorSharding | undefined)[];
  readonly outShardings: readonly (TensorSharding | undefined)[];
  /** Collectives and shardings; undefined on one device. */
  readonly report: PartitionReport | undefined;
}

/** How arguments and results of a program lie on its mesh. */
export type Shardings = Pick<LoweredProgram, 'inShardings' | 'outShardings'>;

export const writeShardings = ({ inShardings, outShardings }: Shardings): string =>
  JSON.stringify([inShardings, outShardings].map((all) => all.map((s) => (s ? shardingText(s) : null))));

export function readShardings(text: string): Shardings {
  const [inShardings, outShardings] = (JSON.parse(text) as (string | null)[][]).map((all) =>
    all.map((s) => (s === null ? undefined : parseSharding(s))),
  );
  return { inShardings, outShardings };
}

/** The module of a traced function, with its boundaries annotated and its mesh declared. */
export function buildModule(
  func: Func,
  args: readonly Boundary[],
  results: readonly Boundary[],
  mesh: Mesh | undefined,
): Module {
  const annotate = (b: Boundary, key: string): AttrDict => ({
    ...(b.name === '' ? {} : { [key]: stringAttr(b.name) }),
    ...(b.sharding && mesh ? { [SHARDING_ATTRIBUTE]: shardingAttr(b.sharding) } : {}),
  });
  const main = func.with({
    name: 'main',
    visibility: 'public',
    argAttributes: args.map((b) => annotate(b, 'jax.arg_info')),
    resultAttributes: results.map((b) => annotate(b, 'jax.result_info')),
  });
  const symbols = mesh ? [new Builder(registry).create('sdy.mesh', [], { symName: MESH_NAME, mesh: mesh.ir })] : [];
  return outlineCalls(new Module([main], { symbols }), passContext({ registry }));
}

/** Optimizes and, with a mesh, partitions a program. */
export function lowerModule(traced: Module, mesh: Mesh | undefined): LoweredProgram {
  const stages = new Map<string, Module>([['traced', traced]]);
  const ctx = passContext({ registry });
  const optimized = runPipeline(traced, optimizePasses, ctx);
  stages.set('optimized', optimized);
  if (!mesh || (mesh.size === 1 && !hasManualComputation(optimized))) {
    const none = (n: number): undefined[] => new Array<undefined>(n).fill(undefined);
    return {
      stages,
      perDevice: stripShardings(optimized),
      inShardings: none(optimized.main.args.length),
      outShardings: none(optimized.main.results.length),
      report: undefined,
    };
  }
  const partitioned = partitionModule(optimized);
  stages.set('sharded', partitioned.sharded);
  const perDevice = runPipeline(partitioned.module, cleanupPasses, ctx);
  stages.set('partitioned', perDevice);
  return {
    stages,
    perDevice,
    inShardings: partitioned.inShardings,
    outShardings: partitioned.outShardings,
    report: { ...partitioned.report, collectives: countCollectives(perDevice, mesh.ir) },
  };
}

/** A manual computation is taken apart by partitioning, even on one device. */
const hasManualComputation = (module: Module): boolean => {
  const inBlock = (b: Block): boolean =>
    b.ops.some((op) => op.name === 'sdy.manual_computation' || op.regions.some(inBlock));
  return module.funcs.some((f) => inBlock(f.body));
};

/** Compiles a lowered program for some devices: the whole program for one that partitions by itself, else the per-device one. */
export function compileLowered(
  lowered: LoweredProgram,
  devices: DeviceSet,
  mesh: Mesh | undefined,
  donatedArgs: readonly number[] = [],
  keep?: KeepOptions,
): Promise<Executable> {
  const dump = dumpStages(lowered.perDevice.name ?? lowered.perDevice.main.name, lowered.stages);
  const { engine } = devices;
  const options = { devices, donatedArgs, dump, keep };
  if (!mesh || mesh.size === 1 || !engine.partitioner) return engine.compile(lowered.perDevice, options);
  return engine.partitioner.compile(globalProgram(lowered, mesh), options);
}

/** The optimized whole program, with the shardings that propagation found written on its arguments and results. */
function globalProgram(lowered: LoweredProgram, mesh: Mesh): GlobalProgram {
  const { inShardings, outShardings } = lowered;
  const optimized = lowered.stages.get('optimized')!;
  const { main } = optimized;
  const written = (sharding: TensorSharding | undefined, rank: number): AttrDict => ({
    [SHARDING_ATTRIBUTE]: shardingAttr(sharding ?? specToSharding(new PartitionSpec([]), rank, mesh)),
  });
  const annotated = main.with({
    argAttributes: main.args.map((a, i) => written(inShardings[i], a.tensor.shape.length)),
    resultAttributes: main.results.map((r, i) => written(outShardings[i], r.tensor.shape.length)),
  });
  const module = optimized.with({ funcs: optimized.funcs.map((f) => (f === main ? annotated : f)) });
  return { module, mesh: mesh.ir, inShardings, outShardings };
}

function stripShardings(module: Module): Module {
  return module.with({
    symbols: [],
    funcs: module.funcs.map((f) =>
      f.with({ argAttributes: f.argAttributes.map(() => ({})), resultAttributes: f.resultAttributes.map(() => ({})) }),
    ),
  });
}

/**
 * MLIR text of every stage, for dumps.
 * @example [...stagesText(jit((x: Tensor) => np.sin(x)).lower(np.ones([2]))).keys()] // => ['traced', 'optimized']
 */
export function stagesText(program: LoweredProgram): Map<string, string> {
  return new Map([...program.stages].map(([name, module]) => [name, printModule(module)]));
}
