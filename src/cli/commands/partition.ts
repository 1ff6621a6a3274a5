import type { Command } from 'commander';
import { inspectSharding, lowerImported } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { printModule } from '../../ir/index.ts';
import { loadModule } from '../program-file.ts';

export function addPartitionCommand(program: Command): void {
  program
    .command('partition')
    .description('Partition a StableHLO program over the mesh it declares and print the program of one device.')
    .argument('<file>', 'MLIR text or bytecode with an sdy.mesh')
    .option('--report', 'print where every tensor lives and every collective instead of the program')
    .action((file: string, o: { report?: boolean }) => {
      const module = loadModule(file);
      const { lowered, mesh } = lowerImported(module);
      if (!mesh || !lowered.report)
        throw new UserError('cli/mesh', `${file} declares no mesh of several devices`, {
          advice:
            'export it with shardings, or add a line like sdy.mesh @mesh = <["data"=2]> and sdy.sharding attributes',
        });
      if (!o.report) {
        process.stdout.write(printModule(lowered.perDevice));
        return;
      }
      process.stdout.write(`${inspectSharding(lowered).text()}\n`);
    });
}
