import { hostEngines, preferredEngine } from '#engines';
import { UserError, warn } from '../base/index.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { ReferenceEngine } from './reference/engine.ts';
import { WasmEngine } from './wasm/engine.ts';
import { hasWebAssembly } from './wasm/features.ts';

const engines: ReadonlyMap<string, (options: EngineOptions) => Engine> = new Map<
  string,
  (options: EngineOptions) => Engine
>([
  ['wasm', (options) => new WasmEngine(options)],
  ['reference', (options) => new ReferenceEngine(options)],
  ...hostEngines,
]);

/** Names `createEngine` knows. */
export const engineNames: readonly string[] = [...engines.keys()].sort();

/**
 * Makes an engine. `xla` runs our per-device programs through a PJRT plugin, `xla:global` has XLA partition them.
 * Without a name: `cpu` where a C compiler works, which is tried out once per machine; else `wasm`, with one warning per process in Node;
 * `reference` where there is no WebAssembly either.
 * Throws `runtime/unknown-engine`.
 */
export function createEngine(name?: string, options: EngineOptions = {}): Engine {
  if (name !== undefined) {
    const make = engines.get(name);
    if (make) return make(options);
    throw new UserError('runtime/unknown-engine', `unknown engine "${name}"`, { expected: engineNames.join(', ') });
  }
  const preferred = preferredEngine(options);
  if (preferred) return preferred;
  if (hasWebAssembly()) return new WasmEngine(options);
  warn('neither a C compiler nor WebAssembly found: using the slow "reference" engine');
  return new ReferenceEngine(options);
}
