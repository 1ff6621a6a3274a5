import { UserError } from '../base/index.ts';
import { mayHaveCompiler } from './cpu/compiler.ts';
import { CpuEngine } from './cpu/engine.ts';
import type { Engine } from './engine.ts';
import { ReferenceEngine } from './reference/engine.ts';
import { WasmEngine } from './wasm/engine.ts';
import { XlaEngine } from './xla/engine.ts';

/** Names `createEngine` knows. */
export const engineNames: readonly string[] = ['cpu', 'wasm', 'reference', 'xla', 'xla:global'];

/**
 * Makes an engine. `xla` runs our per-device programs through a PJRT plugin, `xla:global` has XLA partition them.
 * Without a name: `cpu` where a C compiler is found, else `reference` with a warning on standard error.
 * Throws `runtime/unknown-engine`.
 */
export function createEngine(name?: string): Engine {
  if (name === 'reference') return new ReferenceEngine();
  if (name === 'cpu') return new CpuEngine();
  if (name === 'wasm') return new WasmEngine();
  if (name === 'xla') return new XlaEngine();
  if (name === 'xla:global') return new XlaEngine({ partitioner: 'xla' });
  if (name === undefined) {
    if (mayHaveCompiler()) return new CpuEngine();
    process.emitWarning(
      'no C compiler found: using the slow "reference" engine (install gcc or clang, or set ESPALIER_CC)',
    );
    return new ReferenceEngine();
  }
  throw new UserError('runtime/unknown-engine', `unknown engine "${name}"`, { expected: engineNames.join(', ') });
}
