import type { KernelProgram } from './kernel-ir.ts';

export function mergeKernels(program: KernelProgram): KernelProgram {
  return program;
}
