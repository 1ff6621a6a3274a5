import { type Command, Option } from 'commander';
import { UserError } from '../base/index.ts';
import type { Tokenizer } from '../data/index.ts';
import { type GeneratedToken, type GenerateOptions, type LoadedModel, loadModelTokenizer } from '../models/index.ts';
import { type ModelSpeculation, type SpeculateHow, serveModel, speculateHows } from '../serve/index.ts';
import { type ModelOptions, openFor } from './model-options.ts';
import { positiveInteger } from './options.ts';

/* Guesses of what a model writes next, as commands offer them. */

export interface SpeculationCommandOptions {
  readonly speculate?: SpeculateHow;
  readonly draft?: string;
  readonly draftMax?: number;
}

/** Adds these options to a command. */
export const withSpeculation = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--speculate <how>',
        'guess what comes next and check it in one step, where that pays: the same tokens, sooner; default: auto with --draft, else off',
      ).choices(speculateHows),
    )
    .option('--draft <dir>', 'a small model of the same vocabulary, which guesses')
    .option('--draft-max <n>', 'guesses of a text in a step, at most; default 16', positiveInteger);

/** How is guessed, without who does; undefined: not at all. Throws `cli/options` for a bound on guesses that nobody makes. */
export function speculationOf(o: SpeculationCommandOptions): Omit<ModelSpeculation, 'draft'> | undefined {
  const how = o.speculate ?? (o.draft === undefined ? 'off' : 'auto');
  if (how === 'off' && o.draftMax !== undefined)
    throw new UserError('cli/options', '--draft-max has a meaning beside --speculate or --draft only', {
      advice: 'say who guesses: --speculate ngram',
    });
  return how === 'off' ? undefined : { how, ...(o.draftMax === undefined ? {} : { maxDrafts: o.draftMax }) };
}

/** Who guesses, with a model that is opened for it; undefined: nobody does. */
export async function openSpeculation(
  o: SpeculationCommandOptions & Omit<ModelOptions, 'model'>,
): Promise<(ModelSpeculation & { close(): void }) | undefined> {
  const how = speculationOf(o);
  if (!how) return undefined;
  if (o.draft === undefined) return { ...how, close: () => {} };
  const tokenizer = await loadModelTokenizer(o.draft);
  try {
    const model = await openFor({ ...o, model: o.draft, adapter: undefined });
    const close = (): void => {
      model.dispose();
      tokenizer.close();
    };
    return { ...how, draft: { model, tokenizer }, close };
  } catch (error) {
    tokenizer.close();
    throw error;
  }
}

/** Tokens that a model writes behind a prompt, as `LoadedModel.stream` has them. */
export type TokenStream = (ids: Int32Array, options: GenerateOptions) => AsyncIterable<GeneratedToken>;

/** The tokens of a model whose next ones are guessed. Throws `models/paged` for models that see, listen or read first. */
export async function speculativeStream(
  model: LoadedModel,
  tokenizer: Tokenizer,
  speculation: ModelSpeculation,
): Promise<{ readonly stream: TokenStream; close(): Promise<void> }> {
  const { engine } = await serveModel(model, {
    name: 'model',
    tokenizer,
    speculation,
    // Nobody is there who could come back later.
    scheduler: { maxQueued: Number.POSITIVE_INFINITY, maxQueueMs: Number.POSITIVE_INFINITY },
  });
  async function* stream(ids: Int32Array, options: GenerateOptions): AsyncGenerator<GeneratedToken> {
    const { maxNewTokens, stopTokens, grammar, adapter, firstLogitBias, decoderPrompt, timestamps, ...sampling } =
      options;
    if (firstLogitBias || decoderPrompt || timestamps)
      throw new UserError('cli/options', 'what is heard is not guessed', { advice: 'leave out --speculate' });
    const call = engine.generate({
      prompt: [...ids],
      maxTokens: maxNewTokens,
      sampling,
      ...(stopTokens ? { stopTokens } : {}),
      ...(grammar ? { grammar } : {}),
      ...(adapter === undefined ? {} : { adapter }),
    });
    for await (const { tokens, finishReason } of call)
      for (const [i, { token }] of tokens.entries())
        yield { sequence: 0, token, ...(finishReason && i === tokens.length - 1 ? { finishReason } : {}) };
  }
  return { stream, close: () => engine.close() };
}
