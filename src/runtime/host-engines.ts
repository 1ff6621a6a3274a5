import { mayHaveCompiler } from './cpu/compiler.ts';
import { CpuEngine } from './cpu/engine.ts';
import { deviceMemory } from './device-memory.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { nodeCollector } from './node-collector.ts';
import { XlaEngine } from './xla/engine.ts';

/*
 * Engines that need Node. Bundles for browsers take page-engines.ts in its place (see "browser" in package.json).
 */
export * from './cpu/compiler.ts';
export * from './cpu/engine.ts';
export { measurePeak } from './cpu/peak.ts';
export * from './xla/buffer.ts';
export * from './xla/client.ts';
export * from './xla/engine.ts';
export * from './xla/executable.ts';
export * from './xla/find-plugin.ts';
export * from './xla/install-plugin.ts';
export { Plugin, type PluginValue } from './xla/plugin.ts';
export * from './xla/topology.ts';
export * from './xla/topology-engine.ts';

deviceMemory.use(nodeCollector);

/** Makers of these engines by name. */
export const hostEngines: ReadonlyMap<string, (options: EngineOptions) => Engine> = new Map<
  string,
  (options: EngineOptions) => Engine
>([
  ['cpu', (options) => new CpuEngine(options)],
  ['xla', (options) => new XlaEngine(options)],
  ['xla:global', (options) => new XlaEngine({ ...options, partitioner: 'xla' })],
]);

/** Whether programs can be compiled to native code here. */
export const hasCompiler = mayHaveCompiler;
