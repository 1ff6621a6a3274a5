import {
  attachEpilogues,
  contractBuffers,
  type KernelProgram,
  lowerModule,
  mergeKernels,
  planMemory,
  prepare,
  printKernels,
  printMemory,
  splitFolds,
} from '../../src/compile/index.ts';
import type { Module } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';

/** The passes of src/compile whose golden cases lie beside them, in the order they run. */
export const kernelPasses = [
  'choose-materialized',
  'merge-kernels',
  'shrink-buffers',
  'attach-epilogues',
  'tile-reductions',
  'plan-memory',
] as const;
export type KernelPass = (typeof kernelPasses)[number];

/** What a module looks like after a pass: its kernel list, or where its buffers lie (the first argument may be overwritten). */
export function textAfter(pass: KernelPass, module: Module): string {
  const lowered = lowerModule(prepare(module, registry), 1);
  const after: Readonly<Record<KernelPass, () => string>> = {
    'choose-materialized': () => printKernels(lowered),
    'merge-kernels': () => printKernels(mergeKernels(lowered)),
    'shrink-buffers': () => printKernels(final(lowered)),
    'attach-epilogues': () => printKernels(attachEpilogues(final(lowered))),
    'tile-reductions': () => printKernels(splitFolds(final(lowered))),
    'plan-memory': () =>
      `${printKernels(final(lowered))}\n${printMemory(final(lowered), planMemory(final(lowered), [0]))}`,
  };
  return numbered(after[pass]());
}
const final = (program: KernelProgram): KernelProgram => contractBuffers(mergeKernels(program));

/** Loop variables count up over a process: numbers them in the order they appear (element types stand after a colon). */
function numbered(text: string): string {
  const known = new Map<string, string>();
  return text.replace(/(?<!:)\b[in]\d+\b/g, (name) => {
    if (!known.has(name)) known.set(name, `${name[0]}${known.size}`);
    return known.get(name)!;
  });
}
