import type { Command } from 'commander';
import { type LoweredProgram, lowerImported } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { printModule, shardingText, type TensorSharding, type Type, typeText } from '../../ir/index.ts';
import { loadModule } from '../program-file.ts';
import { reportTable } from '../report-table.ts';

export function addPartitionCommand(program: Command): void {
  program
    .command('partition')
    .description('Partition a StableHLO program over the mesh it declares and print the program of one device.')
    .argument('<file>', 'MLIR text with an sdy.mesh')
    .option('--report', 'print shardings and collectives instead of the program')
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
      const { main } = module;
      process.stdout.write(`${boundaryTable('argument', main.argTypes, lowered, lowered.inShardings)}\n`);
      process.stdout.write(`${boundaryTable('result', main.resultTypes, lowered, lowered.outShardings)}\n`);
      process.stdout.write(reportTable(lowered.report));
    });
}

/** One line per argument or result: whole type, type on one device, sharding. */
function boundaryTable(
  what: 'argument' | 'result',
  types: readonly Type[],
  lowered: LoweredProgram,
  shardings: readonly (TensorSharding | undefined)[],
): string {
  const local = what === 'argument' ? lowered.perDevice.main.argTypes : lowered.perDevice.main.resultTypes;
  const rows = types.map((t, i) => [
    `${what} ${i}`,
    typeText(t),
    typeText(local[i]),
    shardings[i] ? shardingText(shardings[i]) : 'whole',
  ]);
  const header = ['', 'whole', 'per device', 'sharding'];
  const widths = header.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)));
  return `${[header, ...rows]
    .map((r) =>
      r
        .map((c, i) => c.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}
