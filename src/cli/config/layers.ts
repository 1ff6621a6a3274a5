import type { Command, Option } from 'commander';
import { nearestName, UserError } from '../../base/index.ts';
import {
  type ConfigDeclaration,
  configFileHere,
  configKeys,
  contentsOfModule,
  extendedFiles,
  type Setting,
  type Settings,
  taskFileKeys,
} from '../../train/index.ts';

/*
 * Where the settings of a command come from: defaults ◂ configuration files ◂ environment ◂ what was typed, the last of which counts. Options are the schema:
 * what can be typed can be configured, under the same name, and is read by the same function.
 */

/** What one layer says of an option. */
export interface LayerValue {
  /** `default`, a file, a variable, or `--option`. */
  readonly source: string;
  readonly value: unknown;
  /** As it was written, where it was. */
  readonly setting?: Setting;
}

/** Values of an option in the order of the layers; the last one counts. */
export type Layers = ReadonlyMap<string, readonly LayerValue[]>;

interface GivenSetting {
  readonly source: string;
  readonly option: Option;
  readonly setting: Setting;
}

const typedTexts = new WeakMap<Option, string[]>();

/** Keeps what is typed for options whose values are read into something else. */
export function keepTexts(command: Command): void {
  for (const option of command.options) {
    const { parseArg } = option;
    if (!parseArg || option.argChoices || typedTexts.has(option)) continue;
    typedTexts.set(option, []);
    option.argParser((text: string, before: unknown) => {
      typedTexts.get(option)!.push(text);
      return parseArg(text, before);
    });
  }
  for (const sub of command.commands) keepTexts(sub);
}

/** The value of a layer as it was written, numbers as such. */
export function textOf(command: Command, option: Option, layer: LayerValue): Setting {
  if (layer.setting !== undefined) return inNumbers(layer.setting);
  const texts = command.getOptionValueSource(option.attributeName()) === 'cli' ? (typedTexts.get(option) ?? []) : [];
  if (texts.length > 0) return inNumbers(option.variadic ? texts : texts[texts.length - 1]);
  const { value } = layer;
  return inNumbers(
    Array.isArray(value) ? value.map(String) : typeof value === 'object' ? String(value) : (value as Setting),
  );
}

const inNumbers = (setting: Setting): Setting =>
  typeof setting === 'string' && setting !== '' && String(Number(setting)) === setting ? Number(setting) : setting;

const layersOf = new WeakMap<Command, Map<string, LayerValue[]>>();

/** `eval perplexity` of a command and those above it. */
export function commandPath(command: Command): string {
  const names: string[] = [];
  for (let c: Command | null = command; c?.parent; c = c.parent) names.unshift(c.name());
  return names.join(' ');
}

/** Options that belong to the call, not to what is done: they cannot be configured. */
const ofTheCall = ['help', 'version'];

export const settableOptions = (command: Command): readonly Option[] =>
  command.options.filter((option) => !ofTheCall.includes(option.attributeName()));

/** Whether somebody said what an option is: not its default. */
export const isGiven = (command: Command, name: string): boolean =>
  ['cli', 'env', 'config'].includes(command.getOptionValueSource(name) ?? '');

/**
 * Brings what files and environment say of options that a command cannot do without into it before it is parsed; those that are typed are left to it. Throws
 * `cli/config`.
 */
export async function applyMandatory(
  command: Command,
  configFile: string | undefined,
  typed: readonly string[],
): Promise<void> {
  const isTyped = ({ long }: Option): boolean => typed.some((t) => t === long || t.startsWith(`${long}=`));
  if (!command.options.some((option) => option.mandatory && !isTyped(option))) return;
  for (const { source, option, setting } of await givenSettings(command, configFile))
    if (option.mandatory && !isTyped(option))
      command.setOptionValueWithSource(option.attributeName(), readSetting(option, setting, source), kindOf(source));
}

const givenSettings = async (command: Command, configFile: string | undefined): Promise<readonly GivenSetting[]> => [
  ...(await fromFiles(command, configFile)),
  ...fromEnvironment(command),
];
const kindOf = (source: string): 'env' | 'config' => (source.startsWith('ESPALIER_') ? 'env' : 'config');

/** Brings what files and environment say into a command that was parsed. Throws `cli/config`. */
export async function applyLayers(command: Command, configFile: string | undefined): Promise<void> {
  const layers = new Map<string, LayerValue[]>();
  layersOf.set(command, layers);
  const options = settableOptions(command);
  for (const option of options) {
    if (option.defaultValue !== undefined)
      layers.set(option.attributeName(), [{ source: 'default', value: option.defaultValue }]);
  }
  for (const { source, option, setting } of await givenSettings(command, configFile)) {
    const name = option.attributeName();
    const value = readSetting(option, setting, source);
    add(layers, name, { source, value, setting });
    if (command.getOptionValueSource(name) !== 'cli') command.setOptionValueWithSource(name, value, kindOf(source));
  }
  for (const option of options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) === 'cli')
      add(layers, name, { source: option.long ?? option.flags, value: command.getOptionValue(name) });
  }
}

function add(layers: Map<string, LayerValue[]>, name: string, value: LayerValue): void {
  layers.set(name, [...(layers.get(name) ?? []), value]);
}

/** What every layer says of a command's options. */
export const layersFor = (command: Command): Layers => layersOf.get(command) ?? new Map();

const wrong = (
  source: string,
  summary: string,
  details: { expected?: string; given?: string; advice?: string },
): UserError => new UserError('cli/config', `${source}: ${summary}`, details);

/** The configuration files that count, those that others extend first. Throws `cli/config`. */
export async function configFiles(
  configFile: string | undefined,
): Promise<readonly { readonly file: string; readonly config: ConfigDeclaration }[]> {
  const first = configFile === 'none' ? undefined : (configFile ?? configFileHere());
  if (first === undefined) return [];
  const seen = new Set<string>();
  async function read(file: string): Promise<{ file: string; config: ConfigDeclaration }[]> {
    if (seen.has(file))
      throw wrong(file, 'files extend each other in a circle', { given: [...seen, file].join(' → ') });
    seen.add(file);
    const contents = await contentsOfModule(file);
    if (typeof contents !== 'object' || contents === null || Array.isArray(contents))
      throw wrong(file, 'a configuration is an object', { given: JSON.stringify(contents)?.slice(0, 40) ?? 'nothing' });
    const config = contents as ConfigDeclaration;
    checkKeys(file, config);
    const before: { file: string; config: ConfigDeclaration }[] = [];
    for (const other of extendedFiles(file, config)) before.push(...(await read(other)));
    seen.delete(file);
    return [...before, { file, config }];
  }
  return read(first);
}

/** Throws `cli/config` for keys that nobody reads. */
function checkKeys(file: string, config: ConfigDeclaration): void {
  const known = [...configKeys, ...taskFileKeys];
  for (const key of Object.keys(config)) {
    if (known.includes(key)) continue;
    const near = nearestName(key, known);
    const advice = knownCommands.includes(key.split('.')[0])
      ? `put it into "commands"`
      : near && `did you mean ${near}`;
    throw wrong(file, `a configuration has no "${key}"`, advice ? { advice } : {});
  }
  const { extends: of } = config;
  const isText = (x: unknown): boolean => typeof x === 'string' && x !== '';
  if (of !== undefined && !(Array.isArray(of) ? of.every(isText) : isText(of)))
    throw wrong(file, 'extends is no path, nor several', { given: (JSON.stringify(of) ?? '').slice(0, 40) });
}

async function fromFiles(command: Command, configFile: string | undefined): Promise<GivenSetting[]> {
  const path = commandPath(command);
  const given: GivenSetting[] = [];
  for (const { file, config } of await configFiles(configFile)) {
    checkCommands(command, file, config.commands);
    const section: Settings = config.commands?.[path.replaceAll(' ', '.')] ?? {};
    for (const [name, setting] of Object.entries(section))
      given.push({ source: file, option: optionNamed(command, name, file), setting });
  }
  return given;
}

/** Throws `cli/config` where settings are of a command that there is not. */
function checkCommands(command: Command, file: string, commands: ConfigDeclaration['commands']): void {
  if (commands === undefined) return;
  if (typeof commands !== 'object' || commands === null || Array.isArray(commands))
    throw wrong(file, 'commands are an object', { expected: 'settings by command' });
  for (const [name, section] of Object.entries(commands)) {
    if (typeof section !== 'object' || section === null || Array.isArray(section))
      throw wrong(file, `settings of ${name} are an object`, { given: JSON.stringify(section)?.slice(0, 40) });
    if (name.split('.')[0] === commandPath(command).split(' ')[0] || knownCommands.includes(name.split('.')[0]))
      continue;
    const near = nearestName(name, knownCommands);
    throw wrong(file, `there is no command ${name}`, near ? { advice: `did you mean ${near}` } : {});
  }
}

let knownCommands: readonly string[] = [];
/** Names of all commands, few of which are loaded. */
export function tellCommands(names: readonly string[]): void {
  knownCommands = names;
}

function optionNamed(command: Command, name: string, source: string): Option {
  const options = settableOptions(command);
  const found = options.find((option) => option.attributeName() === name);
  if (found) return found;
  const near = nearestName(
    name,
    options.map((option) => option.attributeName()),
  );
  throw wrong(source, `${commandPath(command)} has no setting ${name}`, near ? { advice: `did you mean ${near}` } : {});
}

/** `ESPALIER_TRAIN_LEARNING_RATE` */
export const variableOf = (command: Command, option: Option): string =>
  `${prefixOf(command)}${option
    .attributeName()
    .replace(/[A-Z]/g, (c) => `_${c}`)
    .toUpperCase()}`;
const prefixOf = (command: Command): string =>
  `ESPALIER_${commandPath(command).replaceAll(/[ -]/g, '_').toUpperCase()}_`;

function fromEnvironment(command: Command): GivenSetting[] {
  const options = settableOptions(command);
  const known = new Map(options.map((option) => [variableOf(command, option), option]));
  // Of `data inspect` some begin like those of `data`.
  const others = command.commands.map((c) => `${prefixOf(command)}${c.name().toUpperCase()}_`);
  return Object.entries(process.env).flatMap(([variable, value]): GivenSetting[] => {
    if (value === undefined || !variable.startsWith(prefixOf(command))) return [];
    const option = known.get(variable);
    if (option) return [{ source: variable, option, setting: settingOf(option, value) }];
    if (others.some((other) => variable.startsWith(other))) return [];
    // Others may mean something else with theirs: what is close to one of ours was meant to be it.
    const near = nearestName(variable, [...known.keys()]);
    if (near) throw wrong(variable, `${commandPath(command)} has no such setting`, { advice: `did you mean ${near}` });
    return [];
  });
}

function settingOf(option: Option, text: string): Setting {
  if (option.required || option.optional) return option.variadic ? text.split(',') : text;
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : text;
}

/** The value of an option, as if it had been typed. Throws `cli/config`. */
function readSetting(option: Option, setting: Setting, source: string): unknown {
  const name = option.attributeName();
  const refuse = (expected: string): never => {
    throw wrong(source, `${name} cannot be that`, { expected, given: (JSON.stringify(setting) ?? '').slice(0, 60) });
  };
  const takesValue = option.required || option.optional;
  if (!takesValue) return typeof setting === 'boolean' ? setting : refuse('true or false');
  const isList = Array.isArray(setting);
  if (isList && !option.variadic) refuse('one value');
  const texts = (isList ? setting : [setting]).map((x) =>
    typeof x === 'string' || typeof x === 'number' ? String(x) : refuse('a text or a number'),
  );
  const { argChoices } = option;
  const unknown = texts.find((text) => argChoices && !argChoices.includes(text));
  if (unknown !== undefined) {
    const near = nearestName(unknown, argChoices!);
    throw wrong(source, `${name} cannot be ${unknown}`, {
      expected: argChoices!.join(', '),
      ...(near ? { advice: `did you mean ${near}` } : {}),
    });
  }
  // Commander's own parser of choices takes what was there before; others are called as it calls them.
  const parse = argChoices ? undefined : option.parseArg;
  const numTyped = typedTexts.get(option)?.length ?? 0;
  try {
    let value: unknown = option.variadic ? [] : undefined;
    for (const text of texts) {
      if (parse) value = parse(text, value as never);
      else value = option.variadic ? [...(value as unknown[]), text] : text;
    }
    return value;
  } catch (error) {
    if (error instanceof UserError) throw error;
    return refuse((error as Error).message.replace(/^expected /, '').replace(/\.$/, ''));
  } finally {
    // What was typed is one thing, what files say another.
    typedTexts.get(option)?.splice(numTyped);
  }
}
