import { UserError } from '../base/index.ts';
import {
  type ChatMessage,
  type ChatTemplate,
  encodeChat,
  IncrementalDetokenizer,
  type Tokenizer,
} from '../data/index.ts';
import {
  type BeamOptions,
  type GenerateOptions,
  type LoadedModel,
  limitsOf,
  type ModelInputs,
  type PromptInputs,
  promptWithImages,
  soundInputs,
  type TranscriptOptions,
  transcript,
  transcriptOptions,
  withImages,
} from '../models/index.ts';
import type { FilePrompt } from './prompts-file.ts';
import type { TokenStream } from './speculation.ts';

/* What `espalier generate` does with a model that is loaded. */

export type Message = { readonly role: string; readonly content: string };

/** What stays the same over a conversation. */
export interface Session {
  readonly model: LoadedModel;
  readonly tokenizer: Tokenizer;
  /** Undefined: prompts are continued as they are. */
  readonly template: ChatTemplate | undefined;
  readonly options: Omit<GenerateOptions, 'maxNewTokens'>;
  /** Undefined: the usual number, or what the model has room for. */
  readonly maxTokens: number | undefined;
  /** Beams instead of a stream of tokens. */
  readonly beams: Pick<BeamOptions, 'numBeams' | 'lengthPenalty' | 'numReturnSequences'> | undefined;
  /** Files of images that the prompt is about. */
  readonly images: readonly string[];
  /** Whether long ones are also seen in parts; default: as the model's files say. */
  readonly panAndScan?: boolean | undefined;
  readonly isQuiet: boolean;
  /** Tokens of a model whose next ones are guessed. Default: the model's own. */
  readonly guessed?: TokenStream;
}

/** Writes to the terminal what the model adds to a text or to a conversation, and returns it. */
export async function answer(s: Session, said: string | readonly ChatMessage[]): Promise<string> {
  const { ids, inputs } = await promptFor(s, said);
  return s.beams ? writeBeams(s, ids, inputs) : write(s, ids, inputs);
}

/** Control tokens are those of the template; what the user types is text. */
async function promptFor(s: Session, said: string | readonly ChatMessage[]): Promise<PromptInputs> {
  const { tokenizer, template, images } = s;
  if (typeof said !== 'string' && !template)
    throw new UserError('cli/prompts', 'this model has no chat template', { advice: 'give a prompt, not messages' });
  const chat = (messages: readonly ChatMessage[]) => ({ template: template!, messages });
  if (images.length > 0) {
    const withPlaces = typeof said === 'string' ? said : chat(withImages(said, images.length));
    return promptWithImages(s.model.folder, tokenizer, withPlaces, images, { panAndScan: s.panAndScan });
  }
  const ids =
    typeof said === 'string'
      ? tokenizer.encode(said)
      : await encodeChat(tokenizer, template!, said, { addGenerationPrompt: true });
  return { ids, inputs: {} };
}

/** Writes down what is heard in a file, window after window. */
export async function transcribe(s: Session, path: string, o: TranscriptOptions): Promise<void> {
  const { model } = s;
  if (!model.folder.family.inputs.includes('features'))
    throw new UserError(
      'cli/audio',
      `models of type ${model.folder.family.modelTypes[0]} do not write what they hear`,
      {
        expected: 'a model such as Whisper',
      },
    );
  if (o.timestamps) {
    const maxNew = maxNewTokens(s, 4);
    for await (const { start, end, tokens } of transcript(model, path, o, { ...s.options, maxNewTokens: maxNew })) {
      const text = textOf(s, new Int32Array(0), tokens).trim();
      if (text !== '') process.stdout.write(`[${clock(start)} → ${clock(end)}] ${text}\n`);
    }
    return;
  }
  for (const inputs of soundInputs(model.folder, path))
    await write(s, new Int32Array(0), inputs, await transcriptOptions(model, inputs, o));
}

/** `01:02:03.45`, hours only where there are some. */
function clock(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(hundredths / 360000);
  const rest = `${two(Math.floor(hundredths / 6000) % 60)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
  return hours > 0 ? `${two(hours)}:${rest}` : rest;
}

const USUAL_TOKENS = 256;

/** How many new tokens there may be behind texts of which the longest has `length` tokens. */
function maxNewTokens({ model, maxTokens }: Session, length: number): number {
  if (maxTokens !== undefined) return maxTokens;
  const { maxPositions } = limitsOf(model.folder) ?? { maxPositions: USUAL_TOKENS };
  return Math.max(1, Math.min(USUAL_TOKENS, maxPositions - length));
}

/** Text that a model's text goes on from: what an encoder reads is none. */
const textBefore = ({ model }: Session, ids: Int32Array): Int32Array =>
  model.folder.family.writing?.startToken ? new Int32Array(0) : ids;

/** Writes to the terminal what the model adds to a prompt, as it comes, and returns it. */
async function write(
  s: Session,
  ids: Int32Array,
  inputs: ModelInputs,
  more: Partial<GenerateOptions> = {},
): Promise<string> {
  // An encoder-decoder begins with a token of its own.
  const length = Math.max(textBefore(s, ids).length, 1 + (more.decoderPrompt?.length ?? 0));
  const options = { ...s.options, ...more, maxNewTokens: maxNewTokens(s, length) };
  const detokenizer = new IncrementalDetokenizer(s.tokenizer, textBefore(s, ids), { skipSpecialTokens: true });
  const start = performance.now();
  let first = 0;
  let count = 0;
  let text = '';
  const show = (piece: string): void => {
    text += piece;
    process.stdout.write(piece);
  };
  for await (const { token, finishReason } of s.guessed?.(ids, options) ?? s.model.stream([ids], options, inputs)) {
    if (count++ === 0) first = performance.now();
    if (finishReason !== 'stop') show(detokenizer.push(token));
  }
  show(detokenizer.finish());
  process.stdout.write('\n');
  if (!s.isQuiet) {
    const rate = count > 1 ? (1000 * (count - 1)) / (performance.now() - first) : 0;
    process.stderr.write(
      `${ids.length} tokens read, first after ${((first - start) / 1000).toFixed(2)} s; ${count} written, ${rate.toFixed(1)} per second\n`,
    );
  }
  return text;
}

/** The text of new tokens behind a prompt, without what ended it. */
function textOf(s: Session, ids: Int32Array, tokens: readonly number[]): string {
  const detokenizer = new IncrementalDetokenizer(s.tokenizer, textBefore(s, ids), { skipSpecialTokens: true });
  const own = s.options.stopTokens?.has(tokens[tokens.length - 1]) ? tokens.slice(0, -1) : tokens;
  return own.map((token) => detokenizer.push(token)).join('') + detokenizer.finish();
}

const beamOptions = (s: Session, all: readonly Int32Array[]): BeamOptions => ({
  stopTokens: s.options.stopTokens!,
  maxNewTokens: maxNewTokens(s, Math.max(...all.map((ids) => textBefore(s, ids).length))),
  ...s.beams!,
});

/** Writes the best texts that beams find, the best first, and returns the best. */
async function writeBeams(s: Session, ids: Int32Array, inputs: ModelInputs): Promise<string> {
  const [found] = await s.model.beams([ids], beamOptions(s, [ids]), inputs);
  const texts = found.map(({ tokens }) => textOf(s, ids, tokens));
  for (const [i, text] of texts.entries()) {
    if (!s.isQuiet) process.stderr.write(`${i + 1} of ${texts.length}, score ${found[i].score.toFixed(4)}\n`);
    process.stdout.write(`${text}\n`);
  }
  return texts[0];
}

/** Answers prompts of a file, some at once: a line of JSON for each text, in their order. */
export async function writeAll(s: Session, prompts: readonly FilePrompt[], batchSize: number): Promise<void> {
  for (let at = 0; at < prompts.length; at += batchSize) {
    const batch = prompts.slice(at, at + batchSize);
    const ids = await Promise.all(batch.map(async (p) => (await promptFor(s, p.said)).ids));
    const adapters = batch.map((p) => p.adapter);
    const found: { readonly tokens: readonly number[]; readonly score?: number }[][] = s.beams
      ? await s.model.beams(ids, { ...beamOptions(s, ids), adapters })
      : (await writtenBehind(s, ids, adapters)).map((tokens) => [{ tokens }]);
    for (const [i, own] of found.entries())
      for (const { tokens, score } of own)
        console.log(JSON.stringify({ ...batch[i].line, text: textOf(s, ids[i], tokens), score }));
  }
}

/** What comes behind prompts, all at once. */
function writtenBehind(
  s: Session,
  ids: readonly Int32Array[],
  adapters: readonly (string | undefined)[],
): Promise<readonly (readonly number[])[]> {
  const options = ids.map((own, i) => {
    return { ...s.options, adapter: adapters[i], maxNewTokens: maxNewTokens(s, textBefore(s, own).length) };
  });
  const { guessed } = s;
  if (!guessed) return s.model.generate(ids, options);
  return Promise.all(
    ids.map(async (own, i) => {
      const tokens: number[] = [];
      for await (const { token } of guessed(own, options[i])) tokens.push(token);
      return tokens;
    }),
  );
}
