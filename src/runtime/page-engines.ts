import type { Engine, EngineOptions } from './engine.ts';

/* What `#engines` is in a browser: there are no native engines. */
export const hostEngines: ReadonlyMap<string, (options: EngineOptions) => Engine> = new Map();
export const preferredEngine = (_options: EngineOptions): Engine | undefined => undefined;
