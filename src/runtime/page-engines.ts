import type { Engine, EngineOptions } from './engine.ts';

/* What `#engines` is in a browser: there are no native engines. */
export const nativeEngines: Readonly<Record<string, (options: EngineOptions) => Engine>> = {};
export const preferredEngine = (_options: EngineOptions): Engine | undefined => undefined;
