export {
  type CompiledMemory,
  compiledMemory,
  compileToC,
  compileToWasm,
  lowerModule,
  type NativeModule,
  type NativeOptions,
  prepare,
  preparePasses,
  scheduleText,
  type WasmModule,
} from './compile.ts';
export {
  ABI_VERSION,
  abiHeader,
  operandNumber,
  outcomeNumber,
  outcomeText,
  type ProductIntegers,
  packProduct,
} from './emit/c/abi.ts';
export { MAX_EVENTS } from './emit/c/emit-program.ts';
export type { ProfilePoint } from './emit/profile-points.ts';
export { BOUND_FLOPS, emitBounds } from './emit/wasm/bounds.ts';
export type { SpecialFunctionName } from './emit/wasm/imported-functions.ts';
export * from './emit/wasm/parallel.ts';
export { isNativeDType } from './kernels/compute-types.ts';
export type { CallbackStep, KernelProgram, Step, TileStep } from './kernels/kernel-ir.ts';
export type { KeptOperand, KeptProduct, MemoryPlan } from './kernels/plans.ts';
export { printKernels, printMemory, printProgram } from './kernels/print.ts';
export { kernelTable } from './lower/kernel-table.ts';
export type { KernelContext, KernelPass, KernelTarget } from './passes/kernel-pass.ts';
export { kernelPasses, kernelPassesFor, runKernelPasses } from './passes/pipeline.ts';
export { expandFftPass } from './prepare/expand-fft.ts';
export { splitComplexPass } from './prepare/split-complex.ts';
