import { cpus, totalmem } from 'node:os';
import type { Command } from 'commander';
import { defaultEngine, setDefaultEngine } from '../../api/index.ts';
import { formatBytes } from '../progress.ts';

export function addDevicesCommand(program: Command): void {
  program
    .command('devices')
    .description('Show the engine and the devices programs run on.')
    .option('--engine <name>', 'cpu or reference')
    .action(async (o: { engine?: string }) => {
      const engine = o.engine ? setDefaultEngine(o.engine) : defaultEngine();
      process.stdout.write(
        `machine  ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${formatBytes(totalmem())} memory\n`,
      );
      process.stdout.write(`engine   ${engine.name}, up to ${engine.maxDevices} devices\n`);
      for (const d of engine.devices())
        process.stdout.write(`  ${d.name}  ${d.description}, ${formatBytes(d.bytesInUse)} in use\n`);
      if (shown.length < engine.maxDevices) process.stdout.write('  …       more devices share these cores\n');
      await engine.close();
    });
}
