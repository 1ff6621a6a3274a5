import { UserError } from '../base/index.ts';
import type { Precision } from '../transform/index.ts';
import { mayHaveCompiler } from './cpu/compiler.ts';
import { CpuEngine } from './cpu/engine.ts';
import type { Engine } from './engine.ts';
import { ReferenceEngine } from './reference/engine.ts';
import { XlaEngine } from './xla/engine.ts';

/** Names `createEngine` knows. */
export const engineNames: readonly string[] = ['cpu', 'reference', 'xla', 'xla:global'];

/** What every engine understands. */
export interface EngineOptions {
  /** Precision of float32 products: see `docs/precision.md`. */
  readonly precision?: Precision;
}

/**
 * Makes an engine. `xla` runs our per-device programs through a PJRT plugin, `xla:global` has XLA partition them.
 * Without a name: `cpu` where a C compiler is found, else `reference` with a warning on standard error.
 * Throws `runtime/unknown-engine`.
 */
export function createEngine(name?: string, options: EngineOptions = {}): Engine {
  if (name === 'reference') return new ReferenceEngine(options);
  if (name === 'cpu') return new CpuEngine(options);
  if (name === 'xla') return new XlaEngine(options);
  if (name === 'xla:global') return new XlaEngine({ ...options, partitioner: 'xla' });
  if (name === undefined) {
    if (mayHaveCompiler()) return new CpuEngine(options);
    process.emitWarning(
      'no C compiler found: using the slow "reference" engine (install gcc or clang, or set ESPALIER_CC)',
    );
    return new ReferenceEngine(options);
  }
  throw new UserError('runtime/unknown-engine', `unknown engine "${name}"`, { expected: engineNames.join(', ') });
}
