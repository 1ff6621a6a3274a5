export { type Dump, type DumpSink, sendDumps } from './dump.ts';
export { numCompilations } from './executables.ts';
export { type BoundaryShardings, type GlobalProgram, type LoweredProgram, lowerProgram } from './lower.ts';
export { modulePasses } from './module-passes.ts';
export {
  type CompileRequest,
  type Compiler,
  type Devices,
  type KeepOptions,
  Program,
  type ProgramLayout,
  type Recalled,
} from './program.ts';
export { adaptTo, stageNamed, stageText } from './run-stages.ts';
export {
  adaptStage,
  type KernelStage,
  type ModuleStage,
  type PipelineName,
  type PipelineTarget,
  pipelineFor,
  pipelineNames,
  type Stage,
  sharedStages,
  targetOf,
} from './stages.ts';
