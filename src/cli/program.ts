import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { DumpSink } from '../api/index.ts';
import { makeFolder } from './folder.ts';
import { reportError } from './report.ts';

/** Writes each stage to `<dir>/<program>/<file>`. */
function fileSink(dir: string): DumpSink {
  return (program, file, text) => {
    mkdirSync(join(dir, program), { recursive: true });
    writeFileSync(join(dir, program, file), `${text}\n`);
  };
}

type AddCommand = (program: Command) => unknown;

/** Commands in the order of the help. Each is loaded when it is asked for: most need a part of the library only. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  train: async () => (await import('./commands/train.ts')).addTrainCommand,
  sample: async () => (await import('./commands/sample.ts')).addSampleCommand,
  generate: async () => (await import('./commands/generate.ts')).addGenerateCommand,
  serve: async () => (await import('./commands/serve.ts')).addServeCommand,
  logits: async () => (await import('./commands/logits.ts')).addLogitsCommand,
  convert: async () => (await import('./commands/convert.ts')).addConvertCommand,
  data: async () => (await import('./commands/data.ts')).addDataCommand,
  tokenizer: async () => (await import('./commands/tokenizer.ts')).addTokenizerCommand,
  eval: async () => (await import('./commands/eval.ts')).addEvalCommand,
  inspect: async () => (await import('./commands/inspect.ts')).addInspectCommand,
  profile: async () => (await import('./commands/profile.ts')).addProfileCommand,
  devices: async () => (await import('./commands/devices.ts')).addDevicesCommand,
  cluster: async () => (await import('./commands/cluster.ts')).addClusterCommand,
  engine: async () => (await import('./commands/engine.ts')).addEngineCommand,
  run: async () => (await import('./commands/run.ts')).addRunCommand,
  partition: async () => (await import('./commands/partition.ts')).addPartitionCommand,
  compile: async () => (await import('./commands/compile.ts')).addCompileCommand,
  plan: async () => (await import('./commands/plan.ts')).addPlanCommand,
  estimate: async () => (await import('./commands/estimate.ts')).addEstimateCommand,
  opt: async () => (await import('./commands/opt.ts')).addOptCommand,
};

/** The commands with their options, not yet run: those of these names, or all where none of them is one. */
export async function commandLine(names: readonly string[] = []): Promise<Command> {
  const program = new Command('espalier')
    .description('One tensor program, any mesh: train and run Transformers in TypeScript.')
    .version('0.1.0')
    .option('--dump <dir>', 'keep the text of every stage of every compiled program in this folder')
    .hook('preAction', async (root) => {
      const { dump } = root.opts<{ dump?: string }>();
      if (!dump) return;
      makeFolder(dump, '--dump');
      const { setDumpSink } = await import('../api/index.ts');
      setDumpSink(fileSink(dump));
    })
    .showSuggestionAfterError()
    .exitOverride();
  const all = Object.keys(commands);
  const asked = /^(-h|--help|help)$/.test(names[0]) ? [] : all.filter((name) => names.includes(name));
  for (const name of asked.length > 0 ? asked : all) (await commands[name]())(program);
  return program;
}

/** Runs the command line; returns the exit code. */
export async function runCli(argv: readonly string[]): Promise<number> {
  // A reader that goes away (`| head`) must not stop a training run.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const program = await commandLine(argv.slice(2));
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    return error instanceof CommanderError ? error.exitCode : reportError(error);
  }
}
