import { fullyClosed, type Module, type Registry, type TensorSharding } from '../ir/index.ts';
import { registry as allOps } from '../ops/index.ts';
import { type PipelineOptions, passContext, runPipeline } from '../transform/index.ts';
import { collectiveMatmulPass } from './collectives/collective-matmul.ts';
import { combineCollectivesPass } from './collectives/combine-collectives.ts';
import { countCollectives } from './collectives/count-collectives.ts';
import { convertGlobalToLocalPass } from './local/convert-global-to-local.ts';
import { collectivePasses, exportPasses, importPasses } from './passes.ts';
import { propagatePass } from './propagate/propagate.ts';
import type { PartitionReport } from './report.ts';
import { meshesOf, rankOf, Shardings } from './shardings.ts';

export interface PartitionOptions extends PipelineOptions {
  readonly registry?: Registry;
  /** Join all_reduces that do not wait for each other up to this many bytes; absent: leave them alone. */
  readonly combineBytes?: number;
  /** Overlap gathers and scatters of at least this many bytes with the matrix products beside them; absent: never. */
  readonly collectiveMatmulBytes?: number;
}

export interface Partitioned {
  /** The program of one device; `stablehlo.partition_id` tells which. */
  readonly module: Module;
  /** The global program with the shardings that propagation chose. */
  readonly sharded: Module;
  /** How to cut each argument of @main. */
  readonly inShardings: readonly TensorSharding[];
  /** How each result of @main is cut. */
  readonly outShardings: readonly TensorSharding[];
  readonly report: PartitionReport;
}

/** How arguments and results of `@main` are cut in a program whose shardings are final. */
export function boundaryShardings(global: Module): Pick<Partitioned, 'inShardings' | 'outShardings'> {
  const shardings = new Shardings(global);
  const { main } = global;
  const [meshName] = [...meshesOf(global)].find(([, m]) => !m.isMaximal) ?? ['mesh'];
  return {
    inShardings: main.args.map((a) => shardings.get(a) ?? fullyClosed(meshName, rankOf(a))),
    outShardings: main.results.map((r, i) => shardings.getFuncResult(main, i) ?? fullyClosed(meshName, rankOf(r))),
  };
}

/** Partitions a module over its mesh: propagation, explicit collectives, one program for all devices. */
export function partitionModule(module: Module, options: PartitionOptions = {}): Partitioned {
  const { combineBytes, collectiveMatmulBytes } = options;
  const target = {
    ...(combineBytes === undefined ? {} : { combineBytes }),
    ...(collectiveMatmulBytes === undefined ? {} : { collectiveMatmulBytes }),
  };
  const ctx = passContext({ registry: options.registry ?? allOps, target });
  const sharded = runPipeline(module, [...importPasses, propagatePass, ...exportPasses], ctx, options);
  const global = runPipeline(sharded, collectivePasses, ctx, options);
  const onRequest = [
    ...(collectiveMatmulBytes === undefined ? [] : [collectiveMatmulPass]),
    ...(combineBytes === undefined ? [] : [combineCollectivesPass]),
  ];
  const local = runPipeline(global, [convertGlobalToLocalPass, ...onRequest], ctx, options);
  const [mesh] = [...meshesOf(global).values()].filter((m) => !m.isMaximal);
  return {
    module: local,
    sharded,
    ...boundaryShardings(global),
    report: {
      numDevices: mesh?.size ?? 1,
      collectives: mesh ? countCollectives(local, mesh) : [],
      replicated: ctx.report.notes,
    },
  };
}
