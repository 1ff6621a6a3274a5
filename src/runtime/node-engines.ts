import { EspalierError, warn } from '../base/index.ts';
import { compilerProblem } from './cpu/compiler.ts';
import { CpuEngine } from './cpu/engine.ts';
import { deviceMemory } from './device-memory.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { nodeCollector } from './node-collector.ts';
import { XlaEngine } from './xla/engine.ts';

/*
 * Engines that need Node: what `#engines` is there; elsewhere it is page-engines.ts ("imports" in package.json and src/package.json).
 */
export { type Compiler, findCompiler } from './cpu/compiler.ts';
export * from './cpu/engine.ts';
export { measureMachine } from './cpu/peak.ts';
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
export const nativeEngines: Readonly<Record<'cpu' | 'xla' | 'xla:global', (options: EngineOptions) => Engine>> = {
  cpu: (options) => new CpuEngine(options),
  xla: (options) => new XlaEngine(options),
  'xla:global': (options) => new XlaEngine({ ...options, partitioner: 'xla' }),
};

let hasWarned = false;

/** The engine to use unless another one is asked for: `cpu` where programs can be compiled here, else undefined, after one warning. */
export function preferredEngine(options: EngineOptions): Engine | undefined {
  const problem = cpuProblem();
  if (problem === undefined) return new CpuEngine(options);
  if (!hasWarned)
    warn(
      `programs run as WebAssembly, several times slower than native code, because no C compiler works here (${problem}). ` +
        'Install gcc or clang, or name one in ESPALIER_CC; ESPALIER_ENGINE=wasm accepts WebAssembly without this warning.',
    );
  hasWarned = true;
  return undefined;
}

function cpuProblem(): string | undefined {
  try {
    return compilerProblem();
  } catch (error) {
    if (error instanceof EspalierError) return error.message.split('\n')[0];
    throw error;
  }
}
