import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Mesh } from '../api/index.ts';
import { type DType, UserError } from '../base/index.ts';
import { readAdapter } from '../data/index.ts';
import {
  cacheTypes,
  type ExecutionPlan,
  type LoadedModel,
  layoutNames,
  loadModel,
  type PhaseLayouts,
  trainedBits,
  withAdapterChoice,
  withAdapters,
} from '../models/index.ts';
import { type QuantizeHow, quantizeOptions } from '../nn/index.ts';
import { engineNames } from '../runtime/index.ts';
import type { Precision } from '../transform/index.ts';
import { meshOption, precisionHelp, precisionOption, useEngine } from './options.ts';

/** What every command that runs a model folder takes. */
export interface ModelOptions {
  readonly model: string;
  readonly mesh?: Mesh;
  readonly layout?: PhaseLayouts;
  readonly dtype?: DType;
  readonly engine?: string;
  readonly precision?: Precision;
  readonly adapter?: readonly string[];
  readonly quantize?: QuantizeHow;
  readonly activations?: 'i8';
  readonly cache?: (typeof cacheTypes)[number];
  readonly scanLayers?: boolean;
  readonly remat?: ExecutionPlan['remat'];
}

export const scanLayersHelp =
  'layers that repeat are one loop in passes over whole texts: compiled much sooner, for a copy of their weights';

export const modelHelp = 'model folder as on Hugging Face: config.json, *.safetensors, tokenizer.json';

/** Adds these options to a command. */
export const withModelOptions = (command: Command): Command =>
  withLoadOptions(command.requiredOption('--model <dir>', modelHelp));

/** Adds all of them but the model. */
export const withLoadOptions = (command: Command): Command =>
  command
    .option('--mesh <axes>', 'devices and what they cut, e.g. model=2: heads and MLPs', meshOption)
    .option('--layout <names>', layoutHelp, layoutOption)
    .option('--dtype <type>', 'f32 or bf16: keep and compute weights so; default: as they are stored', dtypeOption)
    .option('--engine <name>', engineNames.join(', '))
    .option('--precision <name>', precisionHelp, precisionOption)
    .option(
      '--quantize <how>',
      'weights in few bits: q8 or q4, with a group as in q4:64, q8:channel, or the first bits of 8: matquant:4',
      quantizeOption,
    )
    .option(
      '--activations <type>',
      'i8, with --quantize: what is multiplied is rounded to 8 bits, too',
      activationsOption,
    )
    .option(
      '--cache <type>',
      `what is remembered of earlier tokens, while writing: ${cacheTypes.join(', ')}`,
      cacheOption,
    )
    .option('--scan-layers', scanLayersHelp)
    .option(
      '--adapter <dir...>',
      'LoRA adapters in PEFT’s format, added to the weights; several as name=DIR: each of --prompts names one, or none',
    );

export const layoutHelp = `what travels on a mesh of embed and model: ${layoutNames.join(', ')}, auto; of reading and of writing as in gathered,2d`;

/** Reads `2d`, `auto`, or the layouts of reading and of writing, `gathered,2d`. */
export function layoutOption(text: string): PhaseLayouts {
  const known = ['auto', ...layoutNames] as const;
  const named = (name: string): (typeof known)[number] | undefined => known.find((k) => k === name);
  const [first, second, ...more] = text.split(',');
  const prefill = named(first);
  const decode = named(second ?? (first === 'gathered' ? '2d' : first));
  if (prefill && decode && decode !== 'gathered' && more.length === 0) return { prefill, decode };
  throw new UserError('cli/layout', `there is no layout "${text}"`, {
    expected: `${known.join(', ')}, or two of them; what is written is not gathered for`,
  });
}

function dtypeOption(text: string): DType {
  if (text === 'f32' || text === 'bf16') return text;
  throw new UserError('cli/dtype', `weights cannot be kept as "${text}"`, { expected: 'f32 or bf16' });
}

export function activationsOption(text: string): 'i8' {
  if (text === 'i8') return text;
  throw new UserError('cli/activations', `activations cannot be rounded to "${text}"`, { expected: 'i8' });
}

function cacheOption(text: string): (typeof cacheTypes)[number] {
  const found = cacheTypes.find((t) => t === text);
  if (found) return found;
  throw new UserError('cli/cache', `keys and values cannot be kept as "${text}"`, { expected: cacheTypes.join(', ') });
}

/** Reads `q8`, `q4`, `q8:channel`, `q4:64`, `matquant:4`, and `matquant:8,2+`: bits of the layers in turn, with the extra bit. */
export function quantizeOption(text: string): QuantizeHow {
  const [, slices, extra] = /^matquant:(\d(?:,\d)*)(\+?)$/.exec(text) ?? [];
  if (slices !== undefined) return { matquant: slices.split(',').map(Number), extraBit: extra === '+' };
  const [, bits, group = '32'] = /^q([84])(?::(channel|\d+))?$/.exec(text) ?? [];
  if (bits === undefined)
    throw new UserError('cli/quantize', `weights cannot be kept as "${text}"`, {
      expected: 'q8, q4, q8:channel, a group of 32, 64 or 128 as in q4:64, or matquant:4',
    });
  return quantizeOptions({ bits: Number(bits) as 8 | 4, group: group === 'channel' ? undefined : Number(group) });
}

/** An adapter that a command names: `DIR`, or `name=DIR`. */
function namedAdapter(text: string): { readonly name: string | undefined; readonly dir: string } {
  const [, name, dir] = (existsSync(text) ? undefined : /^([\w.-]+)=(.+)$/.exec(text)) ?? [undefined, undefined, text];
  return { name, dir };
}

/** Names that prompts can give adapters which a command names. */
export const adapterNamesOf = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => namedAdapter(text).name ?? []);

/**
 * Reads the adapters that a command names; what it returns puts them on a model: all of them, or, where they have names and prompts can name them, each
 * where it is named. Throws `cli/adapter`.
 */
function readAdapters(texts: readonly string[], canChoose: boolean): (model: LoadedModel) => LoadedModel {
  const all = texts.map(namedAdapter);
  const names = all.flatMap((a) => a.name ?? []);
  const isChoice = canChoose ? names.length > 0 : names.length > 1;
  const wrong = (summary: string, advice: string): UserError =>
    new UserError('cli/adapter', summary, { given: texts.join(' '), advice });
  if (names.length > 0 && names.length < all.length)
    throw wrong('some adapters have a name and some have none', 'name all, or none');
  if (new Set(names).size < names.length) throw wrong('two adapters have the same name', 'name them differently');
  if (isChoice && !canChoose)
    throw wrong('nothing says which adapter is meant', 'use generate --prompts, or one adapter');
  const adapters = all.map((a) => readAdapter(a.dir));
  if (adapters.length === 0) return (model) => model;
  if (!isChoice) return (model) => withAdapters(model, adapters);
  return (model) => withAdapterChoice(model, Object.fromEntries(names.map((name, i) => [name, adapters[i]])));
}

/** Loads the model that a command names, on the engine that it names; `canChooseAdapter`: prompts may name theirs. */
export async function openFor(o: ModelOptions, canChooseAdapter = false): Promise<LoadedModel> {
  const engine = useEngine(o);
  // Weights are read into the memory of devices that are there.
  await engine.open();
  const withTheirs = readAdapters(o.adapter ?? [], canChooseAdapter);
  const model = loadModel(o.model, {
    engine,
    ...(o.mesh ? { mesh: o.mesh } : {}),
    ...(o.layout ? { layouts: o.layout } : {}),
    ...(o.dtype ? { dtype: o.dtype, compute: o.dtype } : {}),
    ...(o.quantize ? { quantize: o.quantize } : {}),
    ...(o.activations ? { activations: o.activations } : {}),
    ...(o.cache ? { cache: o.cache } : {}),
    ...(o.scanLayers ? { scan: true } : {}),
  });
  if (o.quantize && 'matquant' in o.quantize && !trainedBits(model.folder.json))
    note('the model was not trained for the first bits of its weights (train --matquant): q8 or q4 may lose less');
  return withTheirs(model);
}

const said = new Set<string>();

/** Says on standard error, once, what may surprise. */
export function note(text: string): void {
  if (said.has(text)) return;
  said.add(text);
  process.stderr.write(`note: ${text}\n`);
}

/**
 * Says it when a text of `numTokens` goes beyond the positions that the model was made for. Throws `models/prompt` where a position is a row of a table,
 * which has no more.
 */
export function noteLength({ folder }: LoadedModel, numTokens: number): void {
  const decoder = folder.family.decoder?.(folder.config);
  if (!decoder || numTokens <= decoder.maxPositions) return;
  if (decoder.learnedPositions !== undefined)
    throw new UserError('models/prompt', 'the text is longer than the model can take', {
      expected: `at most ${decoder.learnedPositions} tokens`,
      given: `${numTokens}`,
    });
  note(`${numTokens} tokens at once; the model was made for at most ${decoder.maxPositions}`);
}
