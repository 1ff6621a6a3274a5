import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { printModule } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { partitionPasses } from '../../partition/index.ts';
import {
  optimizePasses,
  outlineCallsPass,
  roundProductsPass,
  runPipeline,
  widenSumsPass,
} from '../../transform/index.ts';
import { loadModule } from '../program-file.ts';

/** Every pass by its name. */
export const passes = [outlineCallsPass, ...optimizePasses, roundProductsPass, widenSumsPass, ...partitionPasses];

export function addOptCommand(program: Command): void {
  program
    .command('opt')
    .description('Run compiler passes on a StableHLO file and print the result.')
    .argument('[file]', 'MLIR text; - or nothing reads standard input')
    .option(
      '--pass <name>',
      'a pass to run; repeat it for several, in order',
      (name, all: string[]) => [...all, name],
      [],
    )
    .option('--list', 'list all passes')
    .option('--each', 'print the module after every pass')
    .action((file: string | undefined, o: { pass: string[]; list?: boolean; each?: boolean }) => {
      if (o.list) {
        const width = Math.max(...passes.map((p) => p.name.length));
        for (const p of passes) process.stdout.write(`${p.name.padEnd(width)}  ${p.doc}\n`);
        return;
      }
      const selected = o.pass.map((name) => {
        const pass = passes.find((p) => p.name === name);
        if (!pass)
          throw new UserError('cli/pass', `unknown pass "${name}"`, { expected: passes.map((p) => p.name).join(', ') });
        return pass;
      });
      const module = loadModule(file);
      const result = runPipeline(module, selected, registry, {
        onStage: (name, stage) => {
          if (o.each) process.stdout.write(`// after ${name}\n${printModule(stage)}\n`);
        },
      });
      if (!o.each) process.stdout.write(printModule(result));
    });
}
