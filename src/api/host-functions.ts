/* All that hands out no tensors: engines, meshes, trees, text. */
export { defaultBackend, deviceCount, devices, makeMesh } from './devices.ts';
export { type DumpSink, setDumpSink } from './dump.ts';
export { defaultEngine, setDefaultEngine } from './engine.ts';
export { compilationCount } from './executables.ts';
export { collectiveTable, inspectSharding, type ShardingInspection, visualizeSharding } from './inspect-sharding.ts';
export { type LoweredProgram, stagesText } from './lower.ts';
export { currentMesh, Mesh, NamedSharding, P, PartitionSpec, type SpecEntry, withMesh } from './mesh.ts';
export { axisSize } from './named-axes.ts';
export { lowerImported } from './run-module.ts';
export type { SpecTree } from './spec-tree.ts';
export * as tree from './tree.ts';
