import { defaultMachine, UserError } from '../base/index.ts';
import {
  kernelPassesFor,
  lowerModule,
  prepare,
  printProgram,
  runKernelPasses,
  scheduleText,
} from '../compile/index.ts';
import { type Module, printModule, walk } from '../ir/index.ts';
import { communicationOf, registry } from '../ops/index.ts';
import { type PipelineOptions, passContext, runPipeline } from '../transform/index.ts';
import { adaptStage, type ModuleStage, type PipelineTarget, pipelineFor, type Stage, targetOf } from './stages.ts';

/** A per-device program as an engine asks for it. */
export const adaptTo = (target: PipelineTarget, module: Module): Module =>
  runModuleStage(adaptStage(target), module, target);

const runModuleStage = (
  stage: ModuleStage,
  module: Module,
  target: PipelineTarget,
  options: PipelineOptions = {},
): Module =>
  stage.name === 'prepare'
    ? prepare(module, registry)
    : runPipeline(module, stage.passes, passContext({ registry, target: targetOf(target) }), options);

/** The stage of that name in an engine's pipeline. Throws `program/stage`. */
export function stageNamed(name: string, target: PipelineTarget): Stage {
  const stages = pipelineFor(target);
  const found = stages.find((s) => s.name === name);
  if (found) return found;
  throw new UserError('program/stage', `the pipeline of the engine "${target.engine}" has no stage "${name}"`, {
    expected: stages.map((s) => s.name).join(', '),
  });
}

/**
 * The text of what a stage makes of a module: MLIR or, of the stage `kernels`, the list of kernels with their memory, or of `schedule`
 * their code. `onPass` sees the text after every pass of the stage.
 */
export function stageText(
  stage: Stage,
  module: Module,
  target: PipelineTarget,
  onPass: (pass: string, text: string) => void = () => {},
): string {
  if (stage.kind === 'module')
    return printModule(runModuleStage(stage, module, target, { onStage: (name, m) => onPass(name, printModule(m)) }));
  const list = lowerModule(prepare(module, registry), numDevicesOf(module));
  const emitted = target.engine === 'wasm' ? 'wasm' : 'c';
  const ctx = { machine: defaultMachine, target: emitted, donatedArgs: [] } as const;
  if (stage.kind === 'schedule')
    return scheduleText(runKernelPasses(list, kernelPassesFor(emitted), ctx), emitted, target.lanes ?? 8);
  return printProgram(runKernelPasses(list, stage.passes, ctx, (name, p) => onPass(name, printProgram(p))));
}

/** As many devices as the collectives of a per-device program name. */
function numDevicesOf(module: Module): number {
  let last = 0;
  for (const f of module.funcs)
    walk(f.body, (op) => {
      for (const id of communicationOf(op)?.groups.flat() ?? []) last = Math.max(last, id);
    });
  return last + 1;
}
