import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { IncrementalDetokenizer, loadTokenizer, type Tokenizer } from '../../data/index.ts';
import {
  type GenerateOptions,
  type LoadedModel,
  readConfig,
  readGenerationConfig,
  type SamplingOptions,
} from '../../models/index.ts';
import { type ModelOptions, openFor, withModelOptions } from '../model-options.ts';
import { nonNegativeInteger, nonNegativeNumber, positiveInteger, positiveNumber } from '../options.ts';

interface GenerateCommandOptions extends ModelOptions, SamplingOptions {
  readonly prompt?: string;
  readonly maxTokens: number;
  readonly quiet?: boolean;
}

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
    .option('--quiet', 'the text alone')
    .action(async (o: GenerateCommandOptions) => {
      const prompt = o.prompt ?? (await standardInput());
      // What is no model says so before anything is read from it.
      readConfig(o.model);
      const tokenizer = await loadTokenizer(o.model);
      const model = openFor(o);
      try {
        await write(model, tokenizer, tokenizer.encode(prompt), optionsFor(model, tokenizer, o), o);
      } finally {
        tokenizer.close();
        await model.options.engine?.close();
      }
    });
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

async function write(
  model: LoadedModel,
  tokenizer: Tokenizer,
  prompt: Int32Array,
  options: GenerateOptions,
  o: { readonly quiet?: boolean },
): Promise<string> {
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
  if (!o.quiet) {
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
