import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { DumpSink } from '../api/index.ts';
import { applyLayers, applyMandatory, keepTexts, tellCommands } from './config/layers.ts';
import { makeFolder } from './folder.ts';
import { reportError } from './report.ts';
import { VERSION } from './version.ts';

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
  dashboard: async () => (await import('./commands/dashboard.ts')).addDashboardCommand,
  sample: async () => (await import('./commands/sample.ts')).addSampleCommand,
  generate: async () => (await import('./commands/generate.ts')).addGenerateCommand,
  serve: async () => (await import('./commands/serve.ts')).addServeCommand,
  logits: async () => (await import('./commands/logits.ts')).addLogitsCommand,
  convert: async () => (await import('./commands/convert.ts')).addConvertCommand,
  data: async () => (await import('./commands/data.ts')).addDataCommand,
  tokenizer: async () => (await import('./commands/tokenizer.ts')).addTokenizerCommand,
  eval: async () => (await import('./commands/eval/eval.ts')).addEvalCommand,
  inspect: async () => (await import('./commands/inspect.ts')).addInspectCommand,
  profile: async () => (await import('./commands/profile.ts')).addProfileCommand,
  devices: async () => (await import('./commands/machines/devices.ts')).addDevicesCommand,
  cluster: async () => (await import('./commands/machines/cluster.ts')).addClusterCommand,
  engine: async () => (await import('./commands/machines/engine.ts')).addEngineCommand,
  run: async () => (await import('./commands/run.ts')).addRunCommand,
  partition: async () => (await import('./commands/partition.ts')).addPartitionCommand,
  compile: async () => (await import('./commands/compile.ts')).addCompileCommand,
  plan: async () => (await import('./commands/plan.ts')).addPlanCommand,
  estimate: async () => (await import('./commands/estimate.ts')).addEstimateCommand,
  config: async () => (await import('./commands/config.ts')).addConfigCommand,
  repro: async () => (await import('./commands/repro.ts')).addReproCommand,
  opt: async () => (await import('./commands/opt.ts')).addOptCommand,
};

export const commandNames: readonly string[] = Object.keys(commands);

/** The commands with their options, not yet run: those of these names, or all where none of them is one. */
export async function commandLine(names: readonly string[] = []): Promise<Command> {
  const program = new Command('espalier')
    .description('One tensor program, any mesh: train and run Transformers in TypeScript.')
    .version(VERSION)
    .option('--dump <dir>', 'keep the text of every stage of every compiled program in this folder')
    .option(
      '--settings <file>',
      'configuration file that settings come from (default: espalier.config.ts, .mjs, .js or .json of this folder); none: no file',
    )
    .hook('preAction', async (root, command) => {
      const { dump, settings } = root.opts<{ dump?: string; settings?: string }>();
      await applyLayers(command, settings);
      if (!dump) return;
      makeFolder(dump, '--dump');
      const { setDumpSink } = await import('../api/index.ts');
      setDumpSink(fileSink(dump));
    })
    .showSuggestionAfterError()
    .exitOverride();
  const all = commandNames;
  tellCommands(all);
  const asked = /^(-h|--help|help)$/.test(names[0]) ? [] : all.filter((name) => names.includes(name));
  for (const name of asked.length > 0 ? asked : all) (await commands[name]())(program);
  keepTexts(program);
  for (const parent of [program, ...program.commands])
    parent.hook('preSubcommand', (_, command) =>
      applyMandatory(command, program.opts<{ settings?: string }>().settings, names),
    );
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
