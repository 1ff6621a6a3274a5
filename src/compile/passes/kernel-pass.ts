import type { Machine } from '../../base/index.ts';
import type { KernelProgram } from '../kernels/kernel-ir.ts';

/** What kernel lists are emitted as. */
export type KernelTarget = 'c' | 'wasm';

/** All that a kernel pass may know beside the program. */
export interface KernelContext {
  readonly machine: Machine;
  readonly target: KernelTarget;
  /** Arguments whose memory may be overwritten. */
  readonly donatedArgs: readonly number[];
}

/** A named rewriting of kernel lists. Passes never mutate their input. */
export interface KernelPass {
  /** kebab-case: the name of its file, of its golden cases beside it, and in `espalier opt`. */
  readonly name: string;
  /** One sentence. */
  readonly doc: string;
  /** The targets whose pipelines run it; default: all. */
  readonly targets?: readonly KernelTarget[];
  /** Files of rules that the pass applies and that have golden cases of their own, of what the whole pass does. */
  readonly parts?: readonly string[];
  readonly run: (program: KernelProgram, ctx: KernelContext) => KernelProgram;
}
