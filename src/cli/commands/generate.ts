import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { type ChatTemplate, encodeChat, IncrementalDetokenizer, type Tokenizer } from '../../data/index.ts';
import {
  type GenerateOptions,
  type LoadedModel,
  loadModelTemplate,
  loadModelTokenizer,
  openModel,
  readGenerationConfig,
  type SamplingOptions,
} from '../../models/index.ts';
import { type ModelOptions, openFor, withModelOptions } from '../model-options.ts';
import { nonNegativeInteger, nonNegativeNumber, positiveInteger, positiveNumber } from '../options.ts';

interface GenerateCommandOptions extends ModelOptions, SamplingOptions {
  readonly prompt?: string;
  readonly maxTokens: number;
  readonly quiet?: boolean;
  readonly system?: string;
  readonly raw?: boolean;
  readonly chat?: boolean;
}

type Message = { readonly role: string; readonly content: string };

export function addGenerateCommand(program: Command): void {
  withModelOptions(program.command('generate'))
    .description('Write text with a model.')
    .option('--prompt <text>', 'what to continue; default: standard input')
    .option('--max-tokens <n>', 'at most so many new tokens', positiveInteger, 256)
    .option('--temperature <x>', '0 takes the likeliest token; default: as the model asks for', nonNegativeNumber)
    .option('--top-k <n>', 'only the n likeliest tokens', positiveInteger)
    .option('--top-p <x>', 'only the likeliest that together have this probability', positiveNumber)
    .option('--min-p <x>', 'only those at least this likely, relative to the likeliest', nonNegativeNumber)
    .option('--repetition-penalty <x>', 'above 1: less of what occurred', positiveNumber)
    .option('--seed <n>', 'seed of the draw', nonNegativeInteger)
    .option('--system <text>', 'how the model should answer')
    .option('--raw', 'continue the prompt as it is, without the model’s chat template')
    .option('--chat', 'a conversation in the terminal, with its history')
    .option('--quiet', 'the text alone')
    .action(async (o: GenerateCommandOptions) => {
      // What is no model says so before anything is loaded.
      openModel(o.model).store.close();
      const template = o.raw ? undefined : loadModelTemplate(o.model);
      if (o.chat && !template)
        throw new UserError('cli/chat', 'this model has no chat template', {
          advice: 'use --prompt, which it continues',
        });
      const prompt = o.chat ? undefined : (o.prompt ?? (await standardInput()));
      const tokenizer = await loadModelTokenizer(o.model);
      const model = await openFor(o);
      try {
        const session: Session = {
          model,
          tokenizer,
          options: optionsFor(model, tokenizer, o),
          isQuiet: o.quiet ?? false,
        };
        const system = o.system === undefined ? [] : [{ role: 'system', content: o.system }];
        if (prompt === undefined) await converse(session, template!, system, o.prompt);
        else if (template) await answer(session, template, [...system, { role: 'user', content: prompt }]);
        else await write(session, tokenizer.encode(prompt));
      } finally {
        tokenizer.close();
        await model.options.engine?.close();
      }
    });
}

/** What stays the same over a conversation. */
interface Session {
  readonly model: LoadedModel;
  readonly tokenizer: Tokenizer;
  readonly options: GenerateOptions;
  readonly isQuiet: boolean;
}

/** The model's answer to a conversation. Control tokens are those of the template; what the user types is text. */
async function answer(s: Session, template: ChatTemplate, messages: readonly Message[]): Promise<string> {
  return write(s, await encodeChat(s.tokenizer, template, messages, { addGenerationPrompt: true }));
}

/** Reads what the user says line by line, until the input ends or says /bye; /reset forgets. */
async function converse(s: Session, template: ChatTemplate, system: readonly Message[], first?: string): Promise<void> {
  const input = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: process.stdin.isTTY ?? false,
  });
  if (process.stdin.isTTY) process.stderr.write('/bye ends the conversation, /reset begins anew\n');
  input.setPrompt('> ');
  let messages = [...system];
  const say = async (content: string): Promise<void> => {
    messages.push({ role: 'user', content });
    messages.push({ role: 'assistant', content: await answer(s, template, messages) });
  };
  if (first !== undefined) await say(first);
  input.prompt();
  for await (const line of input) {
    const said = line.trim();
    if (said === '/bye') break;
    if (said === '/reset') messages = [...system];
    else if (said !== '') await say(said);
    input.prompt();
  }
  input.close();
}

/** What the command line says, else what the folder asks for. */
function optionsFor(model: LoadedModel, tokenizer: Tokenizer, o: GenerateCommandOptions): GenerateOptions {
  const { sampling, stopTokens } = readGenerationConfig(model.folder.dir, model.folder.json);
  const { temperature, topK, topP, minP, repetitionPenalty, seed } = o;
  const given = Object.entries({ temperature, topK, topP, minP, repetitionPenalty }).filter(([, x]) => x !== undefined);
  const { eos } = tokenizer.special;
  return {
    ...sampling,
    ...(Object.fromEntries(given) as SamplingOptions),
    seed: seed ?? Math.floor(Math.random() * 2 ** 32),
    maxNewTokens: o.maxTokens,
    stopTokens: new Set([...stopTokens, ...(eos === undefined ? [] : [eos])]),
  };
}

/** Writes to the terminal what the model adds to a prompt, and returns it. */
async function write({ model, tokenizer, options, isQuiet }: Session, prompt: Int32Array): Promise<string> {
  const detokenizer = new IncrementalDetokenizer(tokenizer, prompt, { skipSpecialTokens: true });
  const start = performance.now();
  let first = 0;
  let count = 0;
  let text = '';
  const show = (piece: string): void => {
    text += piece;
    process.stdout.write(piece);
  };
  for await (const { token, finishReason } of model.stream([prompt], options)) {
    if (count++ === 0) first = performance.now();
    if (finishReason !== 'stop') show(detokenizer.push(token));
  }
  show(detokenizer.finish());
  process.stdout.write('\n');
  if (!isQuiet) {
    const rate = count > 1 ? (1000 * (count - 1)) / (performance.now() - first) : 0;
    process.stderr.write(
      `${prompt.length} tokens read, first after ${((first - start) / 1000).toFixed(2)} s; ${count} written, ${rate.toFixed(1)} per second\n`,
    );
  }
  return text;
}

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY)
    throw new UserError('cli/prompt', 'there is nothing to continue', {
      advice: 'give --prompt, or a text on standard input',
    });
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) lines.push(line);
  return lines.join('\n');
}
