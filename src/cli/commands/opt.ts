import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { UserError } from '../../base/index.ts';
import { printModule, writeBytecode } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { modulePasses } from '../../program/index.ts';
import { passContext, runPipeline } from '../../transform/index.ts';
import { loadModule } from '../program-file.ts';

interface Options {
  readonly pass: string[];
  readonly list?: boolean;
  readonly each?: boolean;
  readonly emit: 'text' | 'bytecode';
  readonly output?: string;
}

export function addOptCommand(program: Command): void {
  program
    .command('opt')
    .description('Run compiler passes on a StableHLO file and print the result.')
    .argument('[file]', 'MLIR text or bytecode; - or nothing reads standard input')
    .option(
      '--pass <name>',
      'a pass to run; repeat it for several, in order',
      (name, all: string[]) => [...all, name],
      [],
    )
    .option('--list', 'list all passes')
    .option('--each', 'print the module after every pass')
    .addOption(
      new Option('--emit <form>', 'text, or a portable artifact for other tools')
        .choices(['text', 'bytecode'])
        .default('text'),
    )
    .option('--output <file>', 'write the result there instead of printing it')
    .action((file: string | undefined, o: Options) => {
      if (o.list) {
        const width = Math.max(...modulePasses.map((p) => p.name.length));
        for (const p of modulePasses) process.stdout.write(`${p.name.padEnd(width)}  ${p.doc}\n`);
        return;
      }
      const selected = o.pass.map((name) => {
        const pass = modulePasses.find((p) => p.name === name);
        if (!pass)
          throw new UserError('cli/pass', `unknown pass "${name}"`, {
            expected: modulePasses.map((p) => p.name).join(', '),
          });
        return pass;
      });
      const module = loadModule(file);
      const result = runPipeline(module, selected, passContext({ registry }), {
        onStage: (name, stage) => {
          if (o.each) process.stdout.write(`// after ${name}\n${printModule(stage)}\n`);
        },
      });
      if (o.each) return;
      const content = o.emit === 'bytecode' ? writeBytecode(result) : printModule(result);
      if (o.output !== undefined) writeFileSync(o.output, content);
      else process.stdout.write(content);
    });
}
