export {
  compileToC,
  compileToWasm,
  lowerModule,
  type NativeModule,
  type NativeOptions,
  prepare,
  preparePasses,
  type WasmModule,
} from './compile.ts';
export * from './emit/c/c-types.ts';
export { MAX_EVENTS } from './emit/c/emit-program.ts';
export type { ProfilePoint } from './emit/profile-points.ts';
export { BOUND_FLOPS, emitBounds } from './emit/wasm/bounds.ts';
export * from './emit/wasm/parallel.ts';
export type { CallbackStep, KernelProgram, RegionStep, Step } from './kernels/kernel-ir.ts';
export { printKernels, printMemory } from './kernels/print.ts';
export { kernelTable } from './lower/kernel-table.ts';
export { attachEpilogues } from './passes/attach-epilogues.ts';
export type { KeptOperand, KeptProduct } from './passes/kept-operands.ts';
export { mergeKernels } from './passes/merge-kernels.ts';
export { planMemory } from './passes/plan-memory.ts';
export { contractBuffers } from './passes/shrink-buffers.ts';
export { splitFolds } from './passes/tile-reductions.ts';
export { expandFftPass } from './prepare/expand-fft.ts';
export { splitComplexPass } from './prepare/split-complex.ts';
