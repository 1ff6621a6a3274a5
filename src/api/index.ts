/** The user's API: JAX's names in camelCase. */

export * from './control-flow.ts';
export * from './custom-derivatives.ts';
export { devicePut } from './device-put.ts';
export * from './devices.ts';
export { type DumpSink, setDumpSink } from './dump.ts';
export { defaultEngine, setDefaultEngine } from './engine.ts';
export { compilationCount } from './executables.ts';
export * from './grad.ts';
export { closureConvert } from './implicit.ts';
export * from './inspect.ts';
export { collectiveTable, inspectSharding, type ShardingInspection, visualizeSharding } from './inspect-sharding.ts';
export * from './jacobian.ts';
export { type JitOptions, type Jitted, jit } from './jit.ts';
export * as lax from './lax/index.ts';
export { linearize, linearTranspose, vjp } from './linearize.ts';
export * from './loops.ts';
export { type LoweredProgram, stagesText } from './lower.ts';
export { currentMesh, Mesh, NamedSharding, P, PartitionSpec, type SpecEntry, shard, withMesh } from './mesh.ts';
export {
  type AllGatherOptions,
  type AllToAllOptions,
  type AxisName,
  allGather,
  allToAll,
  axisIndex,
  axisSize,
  type PsumScatterOptions,
  pmax,
  pmean,
  pmin,
  ppermute,
  pshuffle,
  psum,
  psumScatter,
  pswapaxes,
} from './named-axes.ts';
export * as nn from './nn-functions/index.ts';
export * as np from './numpy/index.ts';
export * as random from './random-namespace.ts';
export { compileModule, lowerImported, runModule } from './run-module.ts';
export { type ShardMapOptions, shardMap } from './shard-map.ts';
export type { SpecTree } from './spec-tree.ts';
export { isTensor, Tensor } from './tensor.ts';
export { hostTensor } from './trace.ts';
export * as tree from './tree.ts';
export * from './vmap.ts';
