import { type Module, type Registry, verifyModule } from '../ir/index.ts';

/** A named rewriting of whole modules. Passes never mutate their input. */
export interface Pass {
  /** kebab-case, the same in file name, `espalier opt --pass`, docs and dumps. */
  readonly name: string;
  readonly doc: string;
  readonly run: (module: Module, registry: Registry) => Module;
}

export interface PipelineOptions {
  /** Verify after every pass (default: true). A failure names the pass. */
  readonly verify?: boolean;
  /** Sees the module after each pass, for dumps. */
  readonly onStage?: (pass: string, module: Module) => void;
}

/** Runs passes in order. */
export function runPipeline(
  module: Module,
  passes: readonly Pass[],
  registry: Registry,
  options: PipelineOptions = {},
): Module {
  let current = module;
  for (const pass of passes) {
    current = pass.run(current, registry);
    if (options.verify !== false) verifyModule(current, `pass ${pass.name}`);
    options.onStage?.(pass.name, current);
  }
  return current;
}
