export * from './c/c-types.ts';
export { MAX_EVENTS } from './c/emit-program.ts';
export {
  compileToC,
  compileToWasm,
  lowerModule,
  type NativeModule,
  type NativeOptions,
  prepare,
  type WasmModule,
} from './compile.ts';
export { contractBuffers } from './contract.ts';
export { attachEpilogues } from './epilogues.ts';
export type { HostStep, KernelProgram, RegionStep, Step } from './kernel-ir.ts';
export { kernelTable } from './kernel-table.ts';
export { planMemory } from './memory.ts';
export { mergeKernels } from './merge.ts';
export { printKernels, printMemory } from './print.ts';
export type { ProfilePoint } from './profile-points.ts';
export { BOUND_FLOPS, emitBounds } from './wasm/bounds.ts';
export * from './wasm/parallel.ts';
