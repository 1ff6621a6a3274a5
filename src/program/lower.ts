import {
  type AttrDict,
  type Block,
  fullyClosed,
  type Mesh,
  type Module,
  SHARDING_ATTRIBUTE,
  shardingAttr,
  type TensorSharding,
} from '../ir/index.ts';
import { registry } from '../ops/index.ts';
import { boundaryShardings, countCollectives, meshesOf, type PartitionReport } from '../partition/index.ts';
import { type PipelineOptions, passContext, runPipeline } from '../transform/index.ts';
import { type ModuleStage, sharedStages } from './stages.ts';

/** How arguments and results of a program lie on its mesh; undefined: whole, on every device. */
export interface BoundaryShardings {
  readonly inShardings: readonly (TensorSharding | undefined)[];
  readonly outShardings: readonly (TensorSharding | undefined)[];
}

/** A program on its way from trace to devices; every stage can be printed. */
export interface LoweredProgram extends BoundaryShardings {
  /** Name of what a stage gave → module, in order: `traced`, `optimized`, `sharded`, `partitioned`. */
  readonly stages: ReadonlyMap<string, Module>;
  /** The per-device program. */
  readonly perDevice: Module;
  /** Collectives and shardings; undefined on one device. */
  readonly report: PartitionReport | undefined;
}

/**
 * Takes a traced module through the stages that all engines share: it is optimized and, where it has a mesh, partitioned over it.
 * @param mesh The mesh that the module declares; without one, or on one device, shardings are dropped.
 */
export function lowerProgram(traced: Module, mesh: Mesh | undefined, options: PipelineOptions = {}): LoweredProgram {
  const stages = new Map<string, Module>([['traced', traced]]);
  const ctx = passContext({ registry });
  let module = traced;
  const run = (stage: ModuleStage): void => {
    module = runPipeline(module, stage.passes, ctx, options);
    if (stage.gives) stages.set(stage.gives, module);
  };
  const isPartitioning = (stage: ModuleStage): boolean => stage.partitions === true;
  for (const stage of sharedStages.filter((s) => !isPartitioning(s))) run(stage);
  if (!mesh || (mesh.size === 1 && !hasManualComputation(module))) {
    const none = (n: number): undefined[] => new Array<undefined>(n).fill(undefined);
    const { main } = module;
    const boundary = { inShardings: none(main.args.length), outShardings: none(main.results.length) };
    return { stages, perDevice: withoutShardings(module), ...boundary, report: undefined };
  }
  let boundary: BoundaryShardings | undefined;
  for (const stage of sharedStages.filter(isPartitioning)) {
    // The last program that still speaks of whole tensors says how they are cut.
    if (stage.name === 'local') boundary = boundaryShardings(module);
    run(stage);
  }
  const report = {
    numDevices: mesh.size,
    collectives: countCollectives(module, mesh),
    replicated: ctx.report.notes,
  };
  return { stages, perDevice: module, ...boundary!, report };
}

/** A manual computation is taken apart by partitioning, even on one device. */
function hasManualComputation(module: Module): boolean {
  const inBlock = (b: Block): boolean =>
    b.ops.some((op) => op.name === 'sdy.manual_computation' || op.regions.some(inBlock));
  return module.funcs.some((f) => inBlock(f.body));
}

function withoutShardings(module: Module): Module {
  return module.with({
    symbols: [],
    funcs: module.funcs.map((f) =>
      f.with({ argAttributes: f.argAttributes.map(() => ({})), resultAttributes: f.resultAttributes.map(() => ({})) }),
    ),
  });
}

/** A whole program with its shardings, for an engine that partitions by itself. */
export interface GlobalProgram extends BoundaryShardings {
  /** Arguments and results of `main` carry `sdy.sharding`; the mesh is declared. */
  readonly module: Module;
  readonly mesh: Mesh;
}

/** The optimized whole program, with the shardings that propagation found written on its arguments and results. */
export function globalProgram({ stages, inShardings, outShardings }: LoweredProgram, mesh: Mesh): GlobalProgram {
  const optimized = stages.get('optimized')!;
  const { main } = optimized;
  const [name] = [...meshesOf(optimized)].find(([, m]) => m.equals(mesh)) ?? ['mesh'];
  const written = (sharding: TensorSharding | undefined, rank: number): AttrDict => ({
    [SHARDING_ATTRIBUTE]: shardingAttr(sharding ?? fullyClosed(name, rank)),
  });
  const annotated = main.with({
    argAttributes: main.args.map((a, i) => written(inShardings[i], a.tensor.shape.length)),
    resultAttributes: main.results.map((r, i) => written(outShardings[i], r.tensor.shape.length)),
  });
  const module = optimized.with({ funcs: optimized.funcs.map((f) => (f === main ? annotated : f)) });
  return { module, mesh, inShardings, outShardings };
}
