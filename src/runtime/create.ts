import { nativeEngines, preferredEngine } from '#engines';
import { UserError, warn } from '../base/index.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { ReferenceEngine } from './reference/engine.ts';
import { WasmEngine } from './wasm/engine.ts';
import { hasWebAssembly } from './wasm/features.ts';

/** Makes an engine. */
export type EngineMaker = (options: EngineOptions) => Engine;

/** Engines that run anywhere, and those of this platform (`#engines`). */
const makers: Record<string, EngineMaker> = {
  reference: (options) => new ReferenceEngine(options),
  wasm: (options) => new WasmEngine(options),
  ...nativeEngines,
};

const names = Object.keys(makers).sort();

/** Names `createEngine` knows; `registerEngine` adds to them. */
export const engineNames: readonly string[] = names;

/**
 * Makes an engine known by a name, to `createEngine`, `ESPALIER_ENGINE` and the command line. What engines promise is `Engine`; the suite
 * `tests/runtime/engines.test.ts` runs every engine that has a name. Throws `runtime/engine-name` for a name that is taken.
 */
export function registerEngine(name: string, make: EngineMaker): void {
  if (Object.hasOwn(makers, name))
    throw new UserError('runtime/engine-name', `there is an engine "${name}" already`, {
      expected: `a name other than ${names.join(', ')}`,
    });
  makers[name] = make;
  names.push(name);
  names.sort();
}

/**
 * Makes an engine. `xla` runs our per-device programs through a PJRT plugin, `xla:global` has XLA partition them.
 * Without a name: `cpu` where a C compiler works, which is tried out once per machine; else `wasm`, with one warning per process in Node;
 * `reference` where there is no WebAssembly either.
 * Throws `runtime/unknown-engine`.
 */
export function createEngine(name?: string, options: EngineOptions = {}): Engine {
  if (name !== undefined) {
    if (Object.hasOwn(makers, name)) return makers[name](options);
    throw new UserError('runtime/unknown-engine', `unknown engine "${name}"`, { expected: engineNames.join(', ') });
  }
  const preferred = preferredEngine(options);
  if (preferred) return preferred;
  if (hasWebAssembly()) return new WasmEngine(options);
  warn('neither a C compiler nor WebAssembly found: using the slow "reference" engine');
  return new ReferenceEngine(options);
}
