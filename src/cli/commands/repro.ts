import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { commandPath, settableOptions } from '../config/layers.ts';
import {
  fingerprintOf,
  type MachineRecord,
  machineNow,
  ofTheRun,
  type RunManifest,
  readManifest,
} from '../config/manifest.ts';
import { commandLine } from '../program.ts';

interface ReproOptions {
  readonly out?: string;
  readonly dryRun?: boolean;
}

export function addReproCommand(program: Command): void {
  program
    .command('repro')
    .description(
      'Make a run again from its manifest: the same settings, whatever is configured here; says first what is different today.',
    )
    .argument('<run>', 'folder of a run')
    .option('--out <dir>', 'folder of the new run (default: a new one under runs/)')
    .option('--dry-run', 'only say what is different, and the command')
    .action(async (run: string, o: ReproOptions) => {
      const manifest = readManifest(run);
      const settings = await argumentsOf(manifest);
      for (const line of differences(manifest)) process.stdout.write(`different  ${line}\n`);
      const out = o.out === undefined ? [] : ['--out', o.out];
      const argv = ['--settings', 'none', ...manifest.command.split(' '), ...settings, ...out];
      process.stdout.write(
        `espalier ${argv.map((a) => (/^[\w@%+=:,./-]+$/.test(a) ? a : JSON.stringify(a))).join(' ')}\n`,
      );
      if (o.dryRun) return;
      // What is set in the environment was not, or was something else.
      for (const name of Object.keys(process.env))
        if (name.startsWith(`ESPALIER_${manifest.command.toUpperCase()}_`)) delete process.env[name];
      await (await commandLine(argv)).parseAsync(argv, { from: 'user' });
    });
}

/** The settings of a run as they are typed: those that were given or chosen, not those that would be the same by themselves. */
async function argumentsOf(manifest: RunManifest): Promise<readonly string[]> {
  const program = await commandLine(manifest.command.split(' '));
  const command = program.commands.find((c) => commandPath(c) === manifest.command);
  if (!command) throw new UserError('cli/manifest', `there is no command ${manifest.command}`);
  const options = new Map(settableOptions(command).map((option) => [option.attributeName(), option]));
  return Object.entries(manifest.settings).flatMap(([name, { value }]) => {
    const option = options.get(name);
    if (!option || ofTheRun.includes(name)) return [];
    if (JSON.stringify(value) === JSON.stringify(option.defaultValue)) return [];
    if (typeof value === 'boolean') return value === !option.negate ? [option.long!] : [];
    return [option.long!, ...(Array.isArray(value) ? value : [value]).map(String)];
  });
}

const words: Readonly<Record<keyof MachineRecord, string>> = {
  espalier: 'version of espalier',
  node: 'version of Node',
  platform: 'platform',
  cpu: 'processor',
  numCores: 'number of cores',
  memoryBytes: 'memory',
  engine: 'engine',
};

/** What is not as it was when the run began. */
function differences({ machine, data, folder }: RunManifest): readonly string[] {
  const now = machineNow(machine.engine);
  const ofMachine = (Object.keys(words) as (keyof MachineRecord)[]).flatMap((key) =>
    machine[key] === now[key] ? [] : [`${words[key]}: was ${machine[key]}, is ${now[key]}`],
  );
  const ofData = data.flatMap((file) => {
    const today = fingerprintOf(file.path);
    if (!today) return [`${file.path} is not there`];
    return today.fingerprint === file.fingerprint
      ? []
      : [`${file.path} has other contents (${file.bytes} bytes, now ${today.bytes})`];
  });
  const elsewhere = folder === process.cwd() ? [] : [`the folder that paths are relative to: was ${folder}`];
  return [...elsewhere, ...ofMachine, ...ofData];
}
