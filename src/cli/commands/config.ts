import { existsSync, statSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { nearestName, textTable, UserError } from '../../base/index.ts';
import { applyLayers, layersFor, settableOptions, textOf, variableOf } from '../config/layers.ts';
import { readManifest } from '../config/manifest.ts';
import { commandLine, commandNames } from '../program.ts';

/** A setting as it is, and where that comes from. */
interface Resolved {
  readonly value: unknown;
  readonly source: string;
}

interface ConfigOptions {
  readonly command: string;
  readonly run?: string;
  readonly json?: boolean;
}

const FILE = 'espalier.config.ts';

export function addConfigCommand(program: Command): void {
  const config = program
    .command('config')
    .description('Settings of commands: what they are, and where each comes from.');
  const common = (c: Command): Command =>
    c
      .option('--command <name>', 'whose settings, as train or "eval perplexity"', 'train')
      .option('--run <dir>', 'those of a run, as it was made');
  common(config.command('show').description('Every setting, and where it comes from.'))
    .option('--json', 'as JSON')
    .action(async (o: ConfigOptions) => show(o, program));
  common(
    config
      .command('explain')
      .description('One setting: what it is for, what every layer says, and what counts.')
      .argument('<setting>', 'as learningRate'),
  ).action(async (setting: string, o: ConfigOptions) => explain(setting, o, program));
  config
    .command('diff')
    .description('Settings in which two runs differ, or a run from what is configured here ("here").')
    .argument('<a>', 'folder of a run, or here')
    .argument('<b>', 'folder of a run, or here')
    .option('--command <name>', 'of what is configured here', 'train')
    .action(async (a: string, b: string, o: ConfigOptions) => diff(a, b, o, program));
  config
    .command('schema')
    .description('A JSON schema of espalier.config.json, for editors.')
    .action(async () => print(JSON.stringify(await schema(), null, 2)));
  config
    .command('init')
    .description(`Write ${FILE} for the settings of a training.`)
    .addOption(new Option('--preset <name>', 'size of the model, or a known run').default('tiny'))
    .action((o: { preset: string }) => init(o.preset));
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const settingsFile = (program: Command): string | undefined => program.opts<{ settings?: string }>().settings;

/** A command that was not called, with what files and environment say of it. Throws `cli/config` for names of none. */
async function commandNamed(name: string, file: string | undefined): Promise<Command> {
  const names = name.split(/[ .]/);
  let command = await commandLine(names);
  for (const part of names) {
    const found = command.commands.find((c) => c.name() === part);
    if (!found) {
      const known = command.parent ? command.commands.map((c) => c.name()) : commandNames;
      const near = nearestName(part, known);
      throw new UserError('cli/config', `there is no command ${name}`, near ? { advice: `did you mean ${near}` } : {});
    }
    command = found;
  }
  await applyLayers(command, file);
  return command;
}

/** Settings that are something. */
async function resolved(o: ConfigOptions, program: Command): Promise<ReadonlyMap<string, Resolved>> {
  if (o.run !== undefined) return new Map(Object.entries(readManifest(o.run).settings));
  const command = await commandNamed(o.command, settingsFile(program));
  return new Map(
    settableOptions(command).flatMap((option): [string, Resolved][] => {
      const last = layersFor(command).get(option.attributeName())?.at(-1);
      return last ? [[option.attributeName(), { value: textOf(command, option, last), source: last.source }]] : [];
    }),
  );
}

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.join(' ') : typeof value === 'object' ? JSON.stringify(value) : String(value);

async function show(o: ConfigOptions, program: Command): Promise<void> {
  const all = await resolved(o, program);
  if (o.json) print(JSON.stringify(Object.fromEntries(all), null, 2));
  else
    print(
      textTable(
        ['setting', 'value', 'from'],
        [...all].map(([name, { value, source }]) => [name, shown(value), source]),
      ),
    );
}

async function explain(asked: string, o: ConfigOptions, program: Command): Promise<void> {
  const manifest = o.run === undefined ? undefined : readManifest(o.run);
  const command = await commandNamed(manifest?.command ?? o.command, manifest ? 'none' : settingsFile(program));
  const options = settableOptions(command);
  const option = options.find((c) => c.attributeName() === asked || c.long === asked);
  if (!option) {
    const near = nearestName(
      asked.replace(/^--/, ''),
      options.map((c) => c.attributeName()),
    );
    throw new UserError(
      'cli/config',
      `${o.command} has no setting ${asked}`,
      near ? { advice: `did you mean ${near}` } : {},
    );
  }
  const name = option.attributeName();
  print(`${name}: ${option.description}`);
  if (option.argChoices) print(`one of ${option.argChoices.join(', ')}`);
  print(`typed as ${option.flags}, set by ${variableOf(command, option)}`);
  const layers = manifest
    ? [manifest.settings[name]].filter((s) => s !== undefined)
    : (layersFor(command).get(name) ?? []).map((layer) => ({
        value: textOf(command, option, layer),
        source: layer.source,
      }));
  if (layers.length === 0) print('nothing is set');
  for (const [i, { value, source }] of layers.entries())
    print(`${i === layers.length - 1 ? '→' : ' '} ${shown(value)}  (${source})`);
}

async function diff(a: string, b: string, o: ConfigOptions, program: Command): Promise<void> {
  const of = (which: string) => resolved(which === 'here' ? o : { ...o, run: which }, program);
  const [one, other] = [await of(a), await of(b)];
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  const text = (r: Resolved | undefined): string => (r ? `${shown(r.value)} (${r.source})` : '–');
  const rows = names
    .filter((name) => shown(one.get(name)?.value) !== shown(other.get(name)?.value))
    .map((name) => [name, text(one.get(name)), text(other.get(name))]);
  print(rows.length === 0 ? 'the same settings' : textTable(['setting', a, b], rows));
}

/** Options of all commands as a JSON schema. */
async function schema(): Promise<object> {
  const program = await commandLine();
  const sections: [string, object][] = [];
  const add = (command: Command, path: string): void => {
    const properties = settableOptions(command).map((option) => [option.attributeName(), schemaOf(option)] as const);
    if (properties.length > 0)
      sections.push([
        path,
        { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) },
      ]);
    for (const sub of command.commands) add(sub, `${path}.${sub.name()}`);
  };
  for (const command of program.commands) add(command, command.name());
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'espalier.config.json',
    type: 'object',
    properties: {
      extends: { type: ['string', 'array'], items: { type: 'string' } },
      commands: { type: 'object', additionalProperties: false, properties: Object.fromEntries(sections) },
    },
  };
}

function schemaOf(option: Option): object {
  const { description, argChoices } = option;
  if (!option.required && !option.optional) return { description, type: 'boolean' };
  const one = argChoices ? { enum: argChoices } : { type: ['string', 'number'] };
  return option.variadic ? { description, anyOf: [one, { type: 'array', items: one }] } : { description, ...one };
}

function init(preset: string): void {
  const there = [FILE, 'espalier.config.mjs', 'espalier.config.js', 'espalier.config.json'].find((f) => existsSync(f));
  if (there !== undefined)
    throw new UserError('cli/config', `${there} is there already`, {
      given: `${statSync(there).size} bytes`,
      advice: 'change it, or move it away',
    });
  writeFileSync(
    FILE,
    `import type { ConfigDeclaration } from 'espalier/train';

export default {
  commands: {
    // What \`espalier train\` is called with, unless its command line or ESPALIER_TRAIN_… say otherwise; \`espalier config show\` tells what counts.
    train: {
      preset: ${JSON.stringify(preset)},
      data: ['texts/**/*.txt'],
      minutes: 10,
    },
  },
} satisfies ConfigDeclaration;
`,
  );
  print(`written  ${FILE}`);
}
