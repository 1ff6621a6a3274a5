import { fullyClosed, type Module, type Registry, type TensorSharding } from '../ir/index.ts';
import { registry as allOps } from '../ops/index.ts';
import { type Pass, type PassContext, type PipelineOptions, passContext, runPipeline } from '../transform/index.ts';
import { collectiveMatmul } from './collectives/collective-matmul.ts';
import { combineCollectives } from './collectives/combine-collectives.ts';
import { countCollectives } from './collectives/count-collectives.ts';
import { fuseCollectives } from './collectives/fuse-collectives.ts';
import { reshardToCollectives } from './collectives/reshard-to-collectives.ts';
import {
  cleanManualAxes,
  closeShardings,
  divisibleBoundaries,
  liftInlinedMeshes,
  removeSizeOneAxes,
} from './import/boundaries.ts';
import { exportCalls, importCalls } from './import/calls.ts';
import { addDataFlowEdges, sinkDataFlowEdges } from './import/data-flow-edges.ts';
import { explicitBatching } from './import/explicit-batching.ts';
import { addFuncDataFlowEdges, sinkFuncDataFlowEdges } from './import/func-data-flow-edges.ts';
import { importGspmd } from './import/import-gspmd.ts';
import { applyShardingConstraints, constraintsToReshards } from './import/sharding-constraints.ts';
import { importShardingGroups, removeShardingGroups } from './import/sharding-groups.ts';
import { mergeConstants, restoreConstants, splitConstants } from './import/split-constants.ts';
import { convertGlobalToLocal } from './local/convert-global-to-local.ts';
import { dropShardingRules, populateShardingRules } from './propagate/populate-sharding-rules.ts';
import {
  propagate,
  propagateAggressive,
  propagateBasic,
  propagateByOpPriority,
} from './propagate/propagation-hierarchy.ts';
import type { PartitionReport } from './report.ts';
import { insertExplicitReshards } from './reshard/insert-explicit-reshards.ts';
import { mergeReductions } from './reshard/merge-reductions.ts';
import { replicateUnsupported } from './reshard/replicate-unsupported.ts';
import { settleUnreduced, wholeBoundaries } from './reshard/settle-unreduced.ts';
import { simplifyReshards } from './reshard/simplify-reshards.ts';
import { splitReductions } from './reshard/split-reductions.ts';
import { splitUnevenReshards } from './reshard/split-uneven-reshards.ts';
import { widenPartialSums } from './reshard/widen-partial-sums.ts';
import { meshesOf, rankOf, Shardings } from './shardings.ts';

const pass = (name: string, doc: string, run: (m: Module, ctx: PassContext) => Module): Pass => ({
  name,
  doc,
  run: (module, ctx) => run(module, ctx),
});

/** What propagation needs. */
export const importPasses: readonly Pass[] = [
  pass('import-gspmd', "Read GSPMD's annotations as Shardy's.", importGspmd),
  pass('import-calls', 'Put called functions in place, under their names.', importCalls),
  pass('lift-inlined-meshes', 'Declare meshes that shardings spell out.', liftInlinedMeshes),
  pass('remove-size-one-axes', 'Drop mesh axes of size one from shardings.', removeSizeOneAxes),
  pass('explicit-batching', 'Name batch dimensions that indices count.', explicitBatching),
  pass('split-constants', 'Give every use of a constant its own copy.', splitConstants),
  pass('clean-manual-axes', 'List the unused manual axes of manual computations as replicated.', cleanManualAxes),
  pass('add-data-flow-edges', 'Make values that flow through control flow explicit.', addDataFlowEdges),
  pass('apply-sharding-constraints', 'Let constraints shard the values they constrain.', applyShardingConstraints),
  pass('import-sharding-groups', 'Join sharding groups that share a value.', importShardingGroups),
];

export const propagatePass: Pass = pass('propagate', 'Complete the shardings of all values.', propagate);

/** From complete shardings to a program whose shardings are final. */
export const exportPasses: readonly Pass[] = [
  pass('merge-constants', 'Share equal constants again.', mergeConstants),
  pass('sink-data-flow-edges', 'Move the shardings of data-flow edges onto their ops.', sinkDataFlowEdges),
  pass('remove-sharding-groups', 'Drop sharding groups.', removeShardingGroups),
  pass('constraints-to-reshards', 'Turn sharding constraints into reshards.', constraintsToReshards),
  pass('divisible-boundaries', 'Make shardings of arguments and results divide their dimensions.', divisibleBoundaries),
  pass('close-shardings', 'Close all dimension shardings.', closeShardings),
];

/** From final shardings to explicit collectives, still in global shapes. */
export const collectivePasses: readonly Pass[] = [
  pass('restore-constants', 'Turn separate constants back into plain ones.', restoreConstants),
  pass('settle-unreduced', 'Let results be partial sums only where ops make them.', settleUnreduced),
  pass('split-reductions', 'Reduce shards before gathering what no all_reduce combines.', splitReductions),
  pass('insert-explicit-reshards', 'Make every op fit its sharding rule.', insertExplicitReshards),
  pass('replicate-unsupported', 'Reshard around ops that cannot run on their shards.', replicateUnsupported),
  pass('merge-reductions', 'Add partial sums before reducing them over devices.', mergeReductions),
  pass('simplify-reshards', 'Join and share reshards.', simplifyReshards),
  pass('split-uneven-reshards', 'Take uneven reshards through a gathered state.', splitUnevenReshards),
  pass('reshard-to-collectives', 'Carry out reshards by collectives.', reshardToCollectives),
  pass('fuse-collectives', 'Join all_reduce and all_slice to reduce_scatter.', fuseCollectives),
  pass('widen-partial-sums', 'Keep partial sums of narrow floats float32 until they are added.', widenPartialSums),
];

export const localPass: Pass = pass('convert-global-to-local', 'Make the program of one device.', convertGlobalToLocal);

/** After `localPass`, on request. */
const matmulPass: Pass = pass(
  'collective-matmul',
  'Overlap gathers and scatters with matrix products.',
  collectiveMatmul,
);
const combinePass: Pass = pass('combine-collectives', 'Join small all_reduces.', combineCollectives);

/** Passes beside the pipeline: the inner levels of propagation alone. */
const propagationLevels: readonly Pass[] = [
  pass('propagate-by-op-priority', 'Propagate without user priorities.', propagateByOpPriority),
  pass('propagate-aggressive', 'One round of aggressive propagation.', propagateAggressive),
  pass('propagate-basic', 'One round of basic propagation.', propagateBasic),
];

/** Every pass of this room by its name. */
export const partitionPasses: readonly Pass[] = [
  ...importPasses,
  propagatePass,
  ...propagationLevels,
  ...exportPasses,
  pass('populate-sharding-rules', 'Show the sharding rules of all ops.', populateShardingRules),
  pass('drop-sharding-rules', 'Remove shown sharding rules.', dropShardingRules),
  pass('export-calls', 'Make functions of named computations again.', exportCalls),
  pass('add-func-data-flow-edges', 'Make values that flow through calls explicit.', addFuncDataFlowEdges),
  pass(
    'sink-func-data-flow-edges',
    'Move the shardings of calls’ edges onto functions and calls.',
    sinkFuncDataFlowEdges,
  ),
  ...collectivePasses,
  localPass,
  matmulPass,
  combinePass,
];

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

/** Partitions a module over its mesh: propagation, explicit collectives, one program for all devices. */
export function partitionModule(module: Module, options: PartitionOptions = {}): Partitioned {
  const { combineBytes, collectiveMatmulBytes } = options;
  const target = {
    ...(combineBytes === undefined ? {} : { combineBytes }),
    ...(collectiveMatmulBytes === undefined ? {} : { collectiveMatmulBytes }),
  };
  const ctx = passContext({ registry: options.registry ?? allOps, target });
  const boundaries = pass('whole-boundaries', 'Let @main take and return partial sums only where asked.', (m) =>
    wholeBoundaries(m, module, ctx),
  );
  const sharded = runPipeline(module, [...importPasses, propagatePass, ...exportPasses, boundaries], ctx, options);
  const global = runPipeline(sharded, collectivePasses, ctx, options);
  const onRequest = [
    ...(collectiveMatmulBytes === undefined ? [] : [matmulPass]),
    ...(combineBytes === undefined ? [] : [combinePass]),
  ];
  const local = runPipeline(global, [localPass, ...onRequest], ctx, options);
  const shardings = new Shardings(global);
  const { main } = global;
  const [meshName, mesh] = [...meshesOf(global)].find(([, m]) => !m.isMaximal) ?? ['mesh', undefined];
  return {
    module: local,
    sharded,
    inShardings: main.args.map((a) => shardings.get(a) ?? fullyClosed(meshName, rankOf(a))),
    outShardings: main.results.map((r, i) => shardings.getFuncResult(main, i) ?? fullyClosed(meshName, rankOf(r))),
    report: {
      numDevices: mesh?.size ?? 1,
      collectives: mesh ? countCollectives(local, mesh) : [],
      replicated: ctx.report.notes,
    },
  };
}
