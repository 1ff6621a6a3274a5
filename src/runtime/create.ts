import { UserError, warn } from '../base/index.ts';
import type { Engine } from './engine.ts';
import { hasCompiler, hostEngines } from './host-engines.ts';
import { ReferenceEngine } from './reference/engine.ts';
import { WasmEngine } from './wasm/engine.ts';
import { hasWebAssembly } from './wasm/features.ts';

const engines: ReadonlyMap<string, () => Engine> = new Map<string, () => Engine>([
  ['wasm', () => new WasmEngine()],
  ['reference', () => new ReferenceEngine()],
  ...hostEngines,
]);

/** Names `createEngine` knows. */
export const engineNames: readonly string[] = [...engines.keys()].sort();

/**
 * Makes an engine. `xla` runs our per-device programs through a PJRT plugin, `xla:global` has XLA partition them.
 * Without a name: `cpu` where a C compiler is found, else `wasm`; `reference` where there is no WebAssembly either.
 * Throws `runtime/unknown-engine`.
 */
export function createEngine(name?: string): Engine {
  if (name !== undefined) {
    const make = engines.get(name);
    if (make) return make();
    throw new UserError('runtime/unknown-engine', `unknown engine "${name}"`, { expected: engineNames.join(', ') });
  }
  if (hasCompiler()) return engines.get('cpu')!();
  if (hasWebAssembly()) return new WasmEngine();
  warn('neither a C compiler nor WebAssembly found: using the slow "reference" engine');
  return new ReferenceEngine();
}
