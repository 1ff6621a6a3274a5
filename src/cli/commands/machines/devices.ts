import { cpus, totalmem } from 'node:os';
import type { Command } from 'commander';
import { defaultEngine, setDefaultEngine } from '../../../api/index.ts';
import { formatBytes } from '../../../base/index.ts';
import { engineNames } from '../../../runtime/index.ts';

export function addDevicesCommand(program: Command): void {
  program
    .command('devices')
    .description('Show the engine and the devices programs run on.')
    .option('--engine <name>', engineNames.join(', '))
    .action(async (o: { engine?: string }) => {
      const engine = o.engine ? setDefaultEngine(o.engine) : defaultEngine();
      await engine.open();
      const out = (line: string): boolean => process.stdout.write(`${line}\n`);
      const model = cpus()[0]?.model.trim() ?? 'unknown processor';
      out(`machine  ${model}, ${cpus().length} cores, ${formatBytes(totalmem())} memory`);
      out(`engine   ${engine.name}, up to ${engine.maxDevices} devices`);
      const shown = engine.devices().slice(0, Math.max(1, cpus().length));
      for (const d of shown) out(`  ${d.name}  ${d.description}, ${formatBytes(d.bytesInUse)} in use`);
      if (shown.length < engine.maxDevices) out('  …      further devices share these cores');
      await engine.close();
    });
}
