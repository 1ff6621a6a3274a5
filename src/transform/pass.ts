import { environment, UserError } from '../base/index.ts';
import { locationText, type Module, type Op, type Registry, verifyModule } from '../ir/index.ts';

/** A named rewriting of whole modules. Passes never mutate their input. */
export interface Pass {
  /** kebab-case, the same in file name, golden cases, `espalier opt --pass`, docs and dumps. */
  readonly name: string;
  /** One sentence. */
  readonly doc: string;
  readonly run: (module: Module, ctx: PassContext) => Module;
  /** The pass takes the program of a whole mesh and makes the one that each of its devices runs. */
  readonly makesPerDevice?: true;
  /** Why a program's results differ after the pass, or cannot be had before it; absent: they are the same. */
  readonly textOnly?: string;
}

/** All that a pass may know beside the module. */
export interface PassContext {
  readonly registry: Registry;
  /** Where passes write what the module does not say. */
  readonly report: Report;
  readonly target: Target;
}

/** How precisely float32 products are computed; JAX's `default_matmul_precision`. */
export type Precision = 'highest' | 'default' | 'bf16';

/** What a program is made for. */
export interface Target {
  /** Name of the engine that runs it; default `reference`. */
  readonly engine: string;
  /** Whether an op that has a decomposition has to be taken apart; default: unless its trait says that engines have kernels of it. */
  readonly decomposes: (op: Op) => boolean;
  /** Precision of float32 products; default `default`. Pipelines that honour it list `round-products` for `bf16`. */
  readonly precision: Precision;
  /** Operand bytes of a joined all_reduce at most; default 1 MiB. */
  readonly combineBytes: number;
  /** Bytes of a gathered operand or scattered result from which on a loop around the product pays; default 0. */
  readonly collectiveMatmulBytes: number;
}

const defaultTarget: Target = {
  engine: 'reference',
  decomposes: (op) => !op.definition.traits.fused,
  precision: 'default',
  combineBytes: 2 ** 20,
  collectiveMatmulBytes: 0,
};

/** Something a pass has to say about an op. */
export interface Note {
  /** `replicated`: the op was made whole on some dimension, because it cannot be cut there. */
  readonly kind: 'replicated';
  /** Name of the op. */
  readonly op: string;
  readonly reason: string;
  readonly location: string | undefined;
}

/** Collects what passes have to say, in order. */
export class Report {
  readonly #notes: Note[] = [];

  get notes(): readonly Note[] {
    return this.#notes;
  }

  /** Writes down that `op` was made whole, and why. */
  replicated(op: Op, reason: string): void {
    this.#notes.push({ kind: 'replicated', op: op.name, reason, location: locationText(op.location) });
  }
}

export interface ContextOptions {
  readonly registry: Registry;
  readonly report?: Report;
  /** What differs from the defaults. */
  readonly target?: Partial<Target>;
}

/** A context with defaults for all that is not given. */
export function passContext({ registry, report = new Report(), target }: ContextOptions): PassContext {
  return { registry, report, target: { ...defaultTarget, ...target } };
}

/** Where the verifier runs: after every pass, or once after a list of them. */
export type Verify = 'passes' | 'stages' | 'none';

export interface PipelineOptions {
  /** Default: `$ESPALIER_VERIFY`, else `stages`. A failure names the pass in any case. */
  readonly verify?: Verify | undefined;
  /** Sees the module after each pass, for dumps. */
  readonly onStage?: (pass: string, module: Module) => void;
}

function verifyByDefault(): Verify {
  const given = environment('ESPALIER_VERIFY');
  if (given === undefined || given === '') return 'stages';
  if (given === 'passes' || given === 'stages' || given === 'none') return given;
  throw new UserError('transform/verify', 'ESPALIER_VERIFY has no such value', {
    expected: 'passes, stages or none',
    given,
  });
}

/** Runs passes in order. Throws `ir/verify` naming the pass whose result is no valid program. */
export function runPipeline(
  module: Module,
  passes: readonly Pass[],
  ctx: PassContext,
  options: PipelineOptions = {},
): Module {
  const { verify = verifyByDefault() } = options;
  let current = module;
  for (const pass of passes) {
    current = pass.run(current, ctx);
    if (verify === 'passes') verifyModule(current, `pass ${pass.name}`);
    options.onStage?.(pass.name, current);
  }
  if (verify === 'stages')
    try {
      verifyModule(current);
    } catch (error) {
      // Passes are pure: once more, to see which one it was.
      runPipeline(module, passes, { ...ctx, report: new Report() }, { verify: 'passes' });
      throw error;
    }
  return current;
}
