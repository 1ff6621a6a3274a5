import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { UserError } from '../../base/index.ts';
import { printModule, writeBytecode } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import {
  modulePasses,
  type PipelineName,
  type PipelineTarget,
  pipelineFor,
  pipelineNames,
  stageNamed,
  stageText,
} from '../../program/index.ts';
import { type Precision, passContext, runPipeline } from '../../transform/index.ts';
import { precisionHelp, precisionOption } from '../options.ts';
import { loadModule } from '../program-file.ts';

/** Every pass under the stage that runs it, then those beside the pipeline. */
function passList(target: PipelineTarget): string {
  const stages = pipelineFor(target);
  const staged = new Set<string>(stages.flatMap((s) => s.passes.map((p) => p.name)));
  const groups = [
    ...stages,
    {
      name: 'beside the pipeline',
      doc: 'On request, or for other engines.',
      passes: modulePasses.filter((p) => !staged.has(p.name)),
    },
  ];
  const width = Math.max(...groups.flatMap((g) => g.passes.map((p) => p.name.length)));
  return groups
    .map((g) => [`${g.name}: ${g.doc}`, ...g.passes.map((p) => `  ${p.name.padEnd(width)}  ${p.doc}`), ''].join('\n'))
    .join('\n');
}

interface Options {
  readonly pass: string[];
  readonly stage?: string;
  readonly engine: PipelineName;
  readonly precision?: Precision;
  readonly lanes: string;
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
    .option(
      '--stage <name>',
      'a stage of the pipeline, see --list; `kernels` prints the list of kernels, `schedule` their loops',
    )
    .addOption(
      new Option('--lanes <n>', 'lanes of 32 bits per vector, for the schedule of cpu')
        .choices(['4', '8', '16'])
        .default('8'),
    )
    .addOption(
      new Option('--engine <name>', 'whose pipeline --stage and --list mean')
        .choices([...pipelineNames])
        .default('cpu'),
    )
    .option('--precision <name>', precisionHelp, precisionOption)
    .option('--list', 'list all passes by the stage that runs them')
    .option('--each', 'print the module after every pass')
    .addOption(
      new Option('--emit <form>', 'text, or a portable artifact for other tools')
        .choices(['text', 'bytecode'])
        .default('text'),
    )
    .option('--output <file>', 'write the result there instead of printing it')
    .action((file: string | undefined, o: Options) => {
      const target = { ...o, lanes: Number(o.lanes) };
      if (o.list) {
        process.stdout.write(passList(target));
        return;
      }
      if (o.stage !== undefined) {
        if (o.pass.length > 0 || o.emit === 'bytecode')
          throw new UserError('cli/stage', '--stage prints the text of one stage', {
            given: o.pass.length > 0 ? '--pass beside it' : '--emit bytecode',
          });
        const show = (pass: string, text: string): void => {
          if (o.each) process.stdout.write(`// after ${pass}\n${text}\n`);
        };
        const text = stageText(stageNamed(o.stage, target), loadModule(file), target, show);
        if (o.output !== undefined) writeFileSync(o.output, text);
        else if (!o.each) process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
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
