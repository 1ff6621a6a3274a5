import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';
import {
  Grammar,
  type GrammarSource,
  type JsonValue,
  type LoadedModel,
  limitsOf,
  loadModelTemplate,
  loadModelTokenizer,
  openModel,
  readGenerationConfig,
  type SamplingOptions,
  type TranscriptOptions,
  Vocabulary,
} from '../../models/index.ts';
import { isGiven as wasGiven } from '../config/layers.ts';
import { type ModelOptions, openFor, withModelOptions } from '../model-options.ts';
import { nonNegativeInteger, nonNegativeNumber, number, positiveInteger, positiveNumber } from '../options.ts';
import { readPrompts } from '../prompts-file.ts';
import {
  openSpeculation,
  type SpeculationCommandOptions,
  speculationOf,
  speculativeStream,
  withSpeculation,
} from '../speculation.ts';
import { answer, type Message, type Session, transcribe, writeAll } from '../writing.ts';

interface GenerateCommandOptions extends ModelOptions, SamplingOptions, TranscriptOptions, SpeculationCommandOptions {
  readonly prompt?: string;
  readonly prompts?: string;
  readonly batchSize: number;
  readonly image?: readonly string[];
  readonly panAndScan?: boolean;
  readonly audio?: string;
  readonly maxTokens?: number;
  readonly beams?: number;
  readonly lengthPenalty?: number;
  readonly numReturnSequences?: number;
  readonly quiet?: boolean;
  readonly system?: string;
  readonly raw?: boolean;
  readonly chat?: boolean;
  readonly jsonSchema?: string;
  readonly regex?: string;
  readonly grammar?: string;
}

/** Options that each of some options has no use for. */
const excluded: Readonly<Record<string, readonly string[]>> = {
  prompts: ['prompt', 'chat', 'image', 'audio'],
  audio: ['prompt', 'chat', 'image', 'system', 'beams'],
  beams: ['temperature', 'topK', 'topP', 'minP', 'repetitionPenalty', 'seed', 'jsonSchema', 'regex', 'grammar'],
  jsonSchema: ['regex', 'grammar', 'audio'],
  regex: ['grammar', 'audio'],
  grammar: ['audio'],
  speculate: ['audio', 'image', 'beams'],
  draft: ['audio', 'image', 'beams'],
};
/** Options that mean something beside another only. */
const beside: Readonly<Record<string, string>> = {
  lengthPenalty: 'beams',
  numReturnSequences: 'beams',
  language: 'audio',
  task: 'audio',
  timestamps: 'audio',
  panAndScan: 'image',
};

export function addGenerateCommand(program: Command): void {
  withSpeculation(withModelOptions(program.command('generate')))
    .description('Write text with a model.')
    .option('--prompt <text>', 'what to continue; default: standard input')
    .option('--prompts <file>', 'a prompt per line: texts as JSON, or {"prompt": …} or {"messages": …}, with "adapter"')
    .option('--batch-size <n>', 'prompts of --prompts at once', positiveInteger, 8)
    .option('--image <file...>', 'images that the prompt is about, for models that see')
    .option('--pan-and-scan', 'of --image: long images are also seen in parts (Gemma 3)')
    .option('--audio <file>', 'what to write down, for models that listen: WAV')
    .option('--language <code>', 'what is spoken, such as en; default: what the model hears')
    .addOption(new Option('--task <name>', 'translate: into English').choices(['transcribe', 'translate']))
    .option('--timestamps', 'of --audio: when what was said; longer sound is cut between texts, not between windows')
    .option(
      '--max-tokens <n>',
      'at most so many new tokens; default: 256, or what the model has room for',
      positiveInteger,
    )
    .option('--temperature <x>', '0 takes the likeliest token; default: as the model asks for', nonNegativeNumber)
    .option('--top-k <n>', 'only the n likeliest tokens', positiveInteger)
    .option('--top-p <x>', 'only the likeliest that together have this probability', positiveNumber)
    .option('--min-p <x>', 'only those at least this likely, relative to the likeliest', nonNegativeNumber)
    .option('--repetition-penalty <x>', 'above 1: less of what occurred', positiveNumber)
    .option('--seed <n>', 'seed of the draw', nonNegativeInteger)
    .option('--beams <n>', 'beam search: the likeliest text that n beams side by side find', positiveInteger)
    .option('--length-penalty <x>', 'of beams: above 0 favours longer texts; default 1', number)
    .option('--num-return-sequences <n>', 'of beams: the n best texts', positiveInteger)
    .option('--json-schema <file>', 'only JSON that fits the schema is written')
    .option('--regex <pattern>', 'only texts that fit the pattern as a whole')
    .option('--grammar <file>', 'only texts of a grammar, as llama.cpp writes them (GBNF)')
    .option('--system <text>', 'how the model should answer')
    .option('--raw', 'continue the prompt as it is, without the model’s chat template')
    .option('--chat', 'a conversation in the terminal, with its history')
    .option('--quiet', 'the text alone')
    .action(async (o: GenerateCommandOptions, command: Command) => {
      checkTogether(command);
      speculationOf(o);
      // What is no model says so before anything is loaded.
      openModel(o.model).store.close();
      const template = o.raw ? undefined : loadModelTemplate(o.model);
      if (o.chat && !template)
        throw new UserError('cli/chat', 'this model has no chat template', {
          advice: 'use --prompt, which it continues',
        });
      const prompts = o.prompts === undefined ? undefined : readPrompts(o.prompts, template, o.system);
      const isAsked = !prompts && !o.chat && o.audio === undefined;
      const prompt = isAsked ? (o.prompt ?? (await standardInput())) : o.prompt;
      const tokenizer = await loadModelTokenizer(o.model);
      const model = await openFor(o, prompts !== undefined);
      let guessed: Awaited<ReturnType<typeof speculativeStream>> | undefined;
      try {
        const speculation = await openSpeculation(o);
        guessed = speculation && (await speculativeStream(model, tokenizer, speculation));
        const session: Session = {
          model,
          tokenizer,
          template,
          options: optionsFor(model, tokenizer, o),
          maxTokens: o.maxTokens,
          beams: o.beams === undefined ? undefined : beamsFor(o, o.beams),
          images: o.image ?? [],
          panAndScan: o.panAndScan,
          isQuiet: o.quiet ?? false,
          ...(guessed ? { guessed: guessed.stream } : {}),
        };
        const system = o.system === undefined ? [] : [{ role: 'system', content: o.system }];
        if (prompts) await writeAll(session, prompts, o.batchSize);
        else if (o.audio !== undefined) await transcribe(session, o.audio, o);
        else if (o.chat) await converse(session, system, prompt);
        else await answer(session, template ? [...system, { role: 'user', content: prompt! }] : prompt!);
      } finally {
        await guessed?.close();
        tokenizer.close();
        await model.options.engine?.close();
      }
    });
}

/** Throws `cli/options` for options that do not go together. */
function checkTogether(command: Command): void {
  const isGiven = (name: string): boolean => wasGiven(command, name);
  const flag = (name: string): string =>
    command.options.find((option) => option.attributeName() === name)?.long ?? `--${name}`;
  for (const [name, others] of Object.entries(excluded)) {
    const other = isGiven(name) ? others.find(isGiven) : undefined;
    if (other !== undefined)
      throw new UserError('cli/options', `${flag(other)} has no meaning beside ${flag(name)}`, {
        advice: `leave out one of them`,
      });
  }
  for (const [name, needed] of Object.entries(beside))
    if (isGiven(name) && !isGiven(needed))
      throw new UserError('cli/options', `${flag(name)} has a meaning beside ${flag(needed)} only`);
}

/** Reads what the user says line by line, until the input ends or says /bye; /reset forgets. */
async function converse(s: Session, system: readonly Message[], first?: string): Promise<void> {
  const input = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: process.stdin.isTTY ?? false,
  });
  if (process.stdin.isTTY) process.stderr.write('/bye ends the conversation, /reset begins anew\n');
  input.setPrompt('> ');
  // From the beginning: an input that ends while the first answer is written would never end for who asks later.
  const lines = input[Symbol.asyncIterator]();
  let isOpen = true;
  input.once('close', () => {
    isOpen = false;
  });
  const ask = (): void => {
    if (isOpen) input.prompt();
  };
  let messages = [...system];
  const say = async (content: string): Promise<void> => {
    messages.push({ role: 'user', content });
    messages.push({ role: 'assistant', content: await answer(s, messages) });
  };
  if (first !== undefined) await say(first);
  ask();
  for await (const line of lines) {
    const said = line.trim();
    if (said === '/bye') break;
    if (said === '/reset') messages = [...system];
    else if (said !== '') await say(said);
    ask();
  }
  input.close();
}

/** What the command line says, else what the folder asks for. */
function optionsFor(model: LoadedModel, tokenizer: Tokenizer, o: GenerateCommandOptions): Session['options'] {
  const { sampling, stopTokens } = readGenerationConfig(model.folder.dir, model.folder.json);
  const { temperature, topK, topP, minP, repetitionPenalty, seed } = o;
  const given = Object.entries({ temperature, topK, topP, minP, repetitionPenalty }).filter(([, x]) => x !== undefined);
  const { eos } = tokenizer.special;
  const ends = new Set([...stopTokens, ...(eos === undefined ? [] : [eos])]);
  const source = grammarSource(o);
  const vocabSize = limitsOf(model.folder)?.vocabSize;
  const grammar =
    source && vocabSize !== undefined
      ? { grammar: new Grammar(source, new Vocabulary(tokenizer, vocabSize, ends)) }
      : undefined;
  return {
    ...sampling,
    ...(Object.fromEntries(given) as SamplingOptions),
    seed: seed ?? Math.floor(Math.random() * 2 ** 32),
    stopTokens: ends,
    ...grammar,
  };
}

/** What may be written, if not everything. Throws `cli/grammar` for files that cannot be read. */
function grammarSource({ jsonSchema, regex, grammar }: GenerateCommandOptions): GrammarSource | undefined {
  if (regex !== undefined) return { kind: 'regex', pattern: regex };
  const file = jsonSchema ?? grammar;
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError('cli/grammar', `cannot read ${file}`, { cause });
  }
  if (grammar !== undefined) return { kind: 'gbnf', text };
  try {
    return { kind: 'schema', schema: JSON.parse(text) as JsonValue };
  } catch (cause) {
    throw new UserError('cli/grammar', `${file} is no JSON`, { cause });
  }
}

const beamsFor = (o: GenerateCommandOptions, numBeams: number): NonNullable<Session['beams']> => ({
  numBeams,
  ...(o.lengthPenalty === undefined ? {} : { lengthPenalty: o.lengthPenalty }),
  ...(o.numReturnSequences === undefined ? {} : { numReturnSequences: o.numReturnSequences }),
});

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY)
    throw new UserError('cli/prompt', 'there is nothing to continue', {
      advice: 'give --prompt, or a text on standard input',
    });
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) lines.push(line);
  return lines.join('\n');
}
