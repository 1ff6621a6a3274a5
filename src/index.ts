/** Espalier: one tensor program, any mesh. */
export * from './api/index.ts';
export { type DType, EspalierError, HostArray, UserError } from './base/index.ts';
export { createEngine, type Engine, type EngineMaker, type Executable, registerEngine } from './runtime/index.ts';
