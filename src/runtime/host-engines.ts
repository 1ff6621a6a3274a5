import { mayHaveCompiler } from './cpu/compiler.ts';
import { CpuEngine } from './cpu/engine.ts';
import type { Engine } from './engine.ts';
import { XlaEngine } from './xla/engine.ts';

/*
 * Engines that need Node. Bundles for browsers take page-engines.ts in its place (see "browser" in package.json).
 */
export * from './cpu/compiler.ts';
export * from './cpu/engine.ts';
export { type MachinePeak, measurePeak } from './cpu/peak.ts';
export * from './xla/buffer.ts';
export * from './xla/client.ts';
export * from './xla/engine.ts';
export * from './xla/executable.ts';
export * from './xla/find-plugin.ts';
export * from './xla/install-plugin.ts';
export { Plugin, type PluginValue } from './xla/plugin.ts';

/** Makers of these engines by name. */
export const hostEngines: ReadonlyMap<string, () => Engine> = new Map<string, () => Engine>([
  ['cpu', () => new CpuEngine()],
  ['xla', () => new XlaEngine()],
  ['xla:global', () => new XlaEngine({ partitioner: 'xla' })],
]);

/** Whether programs can be compiled to native code here. */
export const hasCompiler = mayHaveCompiler;
