import { defaultMachine } from '../../src/base/index.ts';
import {
  type KernelPass,
  type KernelProgram,
  kernelPasses,
  kernelPassesFor,
  lowerModule,
  prepare,
  printProgram,
  runKernelPasses,
} from '../../src/compile/index.ts';
import type { Module } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';

/** Golden cases of kernel lists, `<name>.mlir`: of a pass, of a part of one, or of what passes begin with. */
export interface KernelGolden {
  readonly name: string;
  /** Undefined: the list as it is lowered. */
  readonly pass: KernelPass | undefined;
}

export const kernelGoldens: readonly KernelGolden[] = [
  { name: 'choose-materialized', pass: undefined },
  ...kernelPasses.flatMap((pass) => [pass.name, ...(pass.parts ?? [])].map((name) => ({ name, pass }))),
];

/**
 * What a golden case expects of a module: the kernel list as it is after all passes before this one, and after this one. The first
 * argument may be overwritten.
 */
export function goldenTextOf({ pass }: KernelGolden, module: Module): string {
  const lowered = lowerModule(prepare(module, registry), 1);
  if (!pass) return numbered(printProgram(lowered));
  const target = pass.targets?.[0] ?? 'c';
  const passes = kernelPassesFor(target);
  const ctx = { machine: defaultMachine, target, donatedArgs: [0] };
  const before: KernelProgram = runKernelPasses(lowered, passes.slice(0, passes.indexOf(pass)), ctx);
  const after = pass.run(before, ctx);
  return `${numbered(printProgram(before))}\n// becomes\n${numbered(printProgram(after))}`;
}

/** Loop variables count up over a process: numbers them in the order they appear (element types stand after a colon). */
function numbered(text: string): string {
  const known = new Map<string, string>();
  return text.replace(/(?<!:)(?<=\b|x)[in]\d+(?=\b|x)/g, (name) => {
    if (!known.has(name)) known.set(name, `${name[0]}${known.size}`);
    return known.get(name)!;
  });
}
