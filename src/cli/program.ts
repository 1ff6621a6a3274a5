import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { type DumpSink, setDumpSink } from '../api/index.ts';
import { addClusterCommand } from './commands/cluster.ts';
import { addCompileCommand } from './commands/compile.ts';
import { addConvertCommand } from './commands/convert.ts';
import { addDevicesCommand } from './commands/devices.ts';
import { addEngineCommand } from './commands/engine.ts';
import { addEvalCommand } from './commands/eval.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addInspectCommand } from './commands/inspect.ts';
import { addLogitsCommand } from './commands/logits.ts';
import { addOptCommand } from './commands/opt.ts';
import { addPartitionCommand } from './commands/partition.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addProfileCommand } from './commands/profile.ts';
import { addRunCommand } from './commands/run.ts';
import { addSampleCommand } from './commands/sample.ts';
import { addServeCommand } from './commands/serve.ts';
import { addTrainCommand } from './commands/train.ts';
import { makeFolder } from './folder.ts';
import { reportError } from './report.ts';

/** Writes each stage to `<dir>/<program>/<file>`. */
function fileSink(dir: string): DumpSink {
  return (program, file, text) => {
    mkdirSync(join(dir, program), { recursive: true });
    writeFileSync(join(dir, program, file), `${text}\n`);
  };
}

/** All commands with their options, not yet run. */
export function commandLine(): Command {
  const program = new Command('espalier')
    .description('One tensor program, any mesh: train and run Transformers in TypeScript.')
    .version('0.1.0')
    .option('--dump <dir>', 'keep the text of every stage of every compiled program in this folder')
    .hook('preAction', (root) => {
      const { dump } = root.opts<{ dump?: string }>();
      if (!dump) return;
      makeFolder(dump, '--dump');
      setDumpSink(fileSink(dump));
    })
    .showSuggestionAfterError()
    .exitOverride();
  addTrainCommand(program);
  addSampleCommand(program);
  addGenerateCommand(program);
  addServeCommand(program);
  addLogitsCommand(program);
  addConvertCommand(program);
  addEvalCommand(program);
  addInspectCommand(program);
  addProfileCommand(program);
  addDevicesCommand(program);
  addClusterCommand(program);
  addEngineCommand(program);
  addRunCommand(program);
  addPartitionCommand(program);
  addCompileCommand(program);
  addOptCommand(program);
  addPlanCommand(program);
  return program;
}

/** Runs the command line; returns the exit code. */
export async function runCli(argv: readonly string[]): Promise<number> {
  // A reader that goes away (`| head`) must not stop a training run.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await commandLine().parseAsync([...argv]);
    return 0;
  } catch (error) {
    return error instanceof CommanderError ? error.exitCode : reportError(error);
  }
}
