import type { KernelProgram } from '../kernels/kernel-ir.ts';
import { attachEpiloguesPass } from './attach-epilogues.ts';
import { formTilesPass } from './form-tiles.ts';
import { keepOperandsPass } from './keep-operands.ts';
import type { KernelContext, KernelPass, KernelTarget } from './kernel-pass.ts';
import { mergeKernelsPass } from './merge-kernels.ts';
import { planMemoryPass } from './plan-memory.ts';
import { shrinkBuffersPass } from './shrink-buffers.ts';
import { tileReductionsPass } from './tile-reductions.ts';
import { writeStacksInPlacePass } from './write-stacks-in-place.ts';

/** From a freshly lowered kernel list to one that can be emitted, in the order they are run. */
export const kernelPasses: readonly KernelPass[] = [
  mergeKernelsPass,
  shrinkBuffersPass,
  formTilesPass,
  writeStacksInPlacePass,
  attachEpiloguesPass,
  tileReductionsPass,
  keepOperandsPass,
  planMemoryPass,
];

/** The passes that a target's programs go through. */
export function kernelPassesFor(target: KernelTarget): readonly KernelPass[] {
  return kernelPasses.filter((p) => p.targets === undefined || p.targets.includes(target));
}

/** Runs kernel passes in order; `onStage` sees the program after each. */
export function runKernelPasses(
  program: KernelProgram,
  passes: readonly KernelPass[],
  ctx: KernelContext,
  onStage?: (pass: string, program: KernelProgram) => void,
): KernelProgram {
  let current = program;
  for (const pass of passes) {
    current = pass.run(current, ctx);
    onStage?.(pass.name, current);
  }
  return current;
}
