/* All that hands out no tensors: engines, meshes, trees, text. */

export type { DumpSink, LoweredProgram } from '../../program/index.ts';
export { type Device, DeviceSet } from '../../runtime/index.ts';
export { defaultBackend, deviceCount, deviceSet, devices, makeMesh } from '../program/devices.ts';
export { defaultEngine, setDefaultEngine } from '../program/engine.ts';
export {
  collectiveTable,
  inspectSharding,
  type ShardingInspection,
  visualizeSharding,
} from '../program/inspect-sharding.ts';
export { compilationCount, setDumpSink, stagesText } from '../program/observe.ts';
export { lowerImported } from '../program/run-module.ts';
export { addressableShards, type Shard, shardingOf } from '../program/shards.ts';
export { axisSize } from '../transforms/named-axes.ts';
export { Mesh, NamedSharding, P, PartitionSpec, type SpecEntry } from './mesh.ts';
export { currentMesh, withMesh } from './mesh-scope.ts';
export type { SpecTree } from './spec-tree.ts';
export * as tree from './tree.ts';
