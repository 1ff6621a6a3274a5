import { environment, UserError } from '../../base/index.ts';
import { createEngine, type Engine, engineNames } from '../../runtime/index.ts';

let current: Engine | undefined;

/**
 * The engine that runs programs: `ESPALIER_ENGINE` if set, else the native CPU engine where a C compiler is present,
 * else WebAssembly.
 * @example defaultEngine().name === defaultBackend() // => true
 */
export function defaultEngine(): Engine {
  current ??= createEngine(environment('ESPALIER_ENGINE') || undefined);
  return current;
}

/**
 * Replaces the default engine; `setDefaultEngine('reference')` or an engine made by `createEngine`.
 * @example setDefaultEngine('reference').name // => 'reference'
 */
export function setDefaultEngine(engine: Engine | string): Engine {
  if (typeof engine === 'string' && !engineNames.includes(engine))
    throw new UserError('api/engine', `unknown engine "${engine}"`, { expected: engineNames.join(', ') });
  current = typeof engine === 'string' ? createEngine(engine) : engine;
  return current;
}
