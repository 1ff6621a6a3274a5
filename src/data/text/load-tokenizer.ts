import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../base/index.ts';
import { byteLevelJson, parseMerge } from './byte-level-json.ts';
import { byteTokenizer } from './byte-tokenizer.ts';
import type { EncoderOptions } from './encoder-thread.ts';
import { readGgufMetadata, tokenizerFromGguf } from './gguf-tokenizer.ts';
import { jsonOfSentencePiece } from './sentencepiece-families.ts';
import { readSentencePieceModel } from './sentencepiece-model.ts';
import type { TokenizerConfig } from './special-tokens.ts';
import { type Tokenizer, tokenizerFromJson } from './tokenizer.ts';
import { checkTokenizerJson, isRecord, notATokenizer, parseJson } from './tokenizer-json.ts';
import { wordPatternsOf } from './word-patterns.ts';

/** The largest known tokenizer takes 35 MB: nothing longer is read. */
const MAX_FILE_BYTES = 500_000_000;

/** Files that hold a tokenizer, the best first. */
const tokenizerFiles = ['tokenizer.json', 'tokenizer.model', 'spiece.model', 'vocab.json'] as const;

/**
 * Loads the tokenizer of a model: a folder (with tokenizer.json, else tokenizer.model or spiece.model of SentencePiece, else vocab.json and
 * merges.txt), one of these files, a GGUF file, or the metadata of one. What tokenizer_config.json, special_tokens_map.json and added_tokens.json say beside it counts.
 * Throws `data/tokenizer`, which names the file.
 */
export async function loadTokenizer(
  source: string | Readonly<Record<string, unknown>>,
  options: EncoderOptions = {},
): Promise<Tokenizer> {
  if (typeof source !== 'string') return tokenizerFromGguf(source, options);
  return source.endsWith('.gguf')
    ? await inFile(source, () => tokenizerFromGguf(readGgufMetadata(source), options))
    : fromPath(source, options);
}

async function fromPath(path: string, options: EncoderOptions): Promise<Tokenizer> {
  const found = await findFile(path);
  const ofBytes = found ? undefined : await bytesOfFolder(path);
  if (ofBytes) return ofBytes;
  if (!found)
    throw new UserError('data/tokenizer', `no tokenizer in ${path}`, {
      expected: `one of ${tokenizerFiles.join(', ')}`,
    });
  return await inFile(found.path, async () => {
    const { json, config } = await contentsOf(found);
    return tokenizerFromJson(json, { ...options, config });
  });
}

/** Beside a model that was trained on bytes, which need no file (`byteTokenizer`): what stands in its tokenizer_config.json. */
export const byteTokenizerConfig = (extraIds: number, endsTexts: boolean): TokenizerConfig => ({
  espalier_tokenizer: 'bytes',
  extra_ids: extraIds,
  add_eos_token: endsTexts,
  eos_token: '</s>',
  pad_token: '<pad>',
});

async function bytesOfFolder(path: string): Promise<Tokenizer | undefined> {
  const text = await readFile(join(path, 'tokenizer_config.json'), 'utf8').catch(() => undefined);
  const config = text === undefined ? undefined : parseJson(text, 'tokenizer_config.json');
  if (!isRecord(config) || config.espalier_tokenizer !== 'bytes') return undefined;
  return byteTokenizer(
    typeof config.extra_ids === 'number' ? config.extra_ids : undefined,
    config.add_eos_token === true,
  );
}

/** What files say of a tokenizer, in the one form. */
export interface TokenizerFiles {
  readonly json: unknown;
  readonly config: TokenizerConfig;
}

/** The files of a folder's tokenizer; undefined when it has none. Throws `data/tokenizer`, which names the file. */
export async function readTokenizerFiles(path: string): Promise<TokenizerFiles | undefined> {
  const found = await findFile(path);
  return found && (await inFile(found.path, () => contentsOf(found)));
}

interface FoundFile {
  readonly path: string;
  readonly bytes: Buffer;
}

async function findFile(path: string): Promise<FoundFile | undefined> {
  const info = await stat(path).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  const folder = info.isDirectory() ? path : dirname(path);
  for (const name of info.isDirectory() ? tokenizerFiles : [basename(path)]) {
    const file = join(folder, name);
    const bytes = await readIfThere(file);
    if (bytes) return { path: file, bytes };
  }
  return undefined;
}

async function contentsOf({ path, bytes }: FoundFile): Promise<TokenizerFiles> {
  const config = await readConfig(dirname(path));
  if (path.endsWith('.model')) {
    const { json, roles } = jsonOfSentencePiece(readSentencePieceModel(bytes), config);
    return { json, config: { ...roles, ...config } };
  }
  const contents = parseJson(bytes.toString(), basename(path));
  if (isRecord(contents) && isRecord(contents.model)) return { json: contents, config };
  const merges = await readIfThere(join(dirname(path), 'merges.txt'));
  if (!merges) throw notATokenizer('a vocabulary without merges.txt beside it');
  return { json: jsonOfVocabulary(contents, merges.toString(), config), config };
}

/** Families that have always shipped vocab.json and merges.txt, with the words they cut texts into. */
const wordsByFamily: Readonly<Record<string, string>> = {
  GPT2: 'gpt-2',
  CodeGen: 'gpt-2',
  Roberta: 'gpt-2',
  Bart: 'gpt-2',
  Qwen2: 'qwen2',
};

function jsonOfVocabulary(vocab: unknown, mergesText: string, config: TokenizerConfig): unknown {
  const family = String(config.tokenizer_class ?? 'GPT2Tokenizer').replace(/Tokenizer(Fast)?$/, '');
  const name = Object.hasOwn(wordsByFamily, family) ? wordsByFamily[family] : undefined;
  if (name === undefined)
    throw new UserError('data/tokenizer', 'vocab.json and merges.txt do not say how texts are cut into words', {
      given: `tokenizer_class ${JSON.stringify(config.tokenizer_class)}`,
      expected: Object.keys(wordsByFamily).join(', '),
      advice: 'save the tokenizer as tokenizer.json with transformers (use_fast=True)',
    });
  const merges = mergesText
    .split(/\r?\n/)
    .filter((line, i) => line !== '' && !(i === 0 && line.startsWith('#version')))
    .map((line) => parseMerge(line) ?? fail(`the line ${JSON.stringify(line.slice(0, 80))} of merges.txt`));
  const words = wordPatternsOf(name)!;
  const json = byteLevelJson({ vocab: vocab as Record<string, number>, merges, words, addedTokens: [] });
  if (family !== 'Roberta' && family !== 'Bart') return json;
  const checked = checkTokenizerJson(json).model.vocab as Readonly<Record<string, number>>;
  const pair = (token: string): [string, number] => [token, checked[token] ?? fail(`no token ${token}`)];
  return { ...json, post_processor: { type: 'RobertaProcessing', cls: pair('<s>'), sep: pair('</s>') } };
}

const fail = (given: string): never => {
  throw notATokenizer(given);
};

/** What the small files beside a tokenizer say. */
async function readConfig(folder: string): Promise<TokenizerConfig> {
  const read = async (name: string): Promise<Readonly<Record<string, unknown>>> => {
    const bytes = await readIfThere(join(folder, name));
    const value = bytes ? parseJson(bytes.toString(), name) : {};
    return isRecord(value) ? value : fail(`${name}, which is no JSON object`);
  };
  const config = { ...(await read('special_tokens_map.json')), ...withoutNulls(await read('tokenizer_config.json')) };
  const added = Object.entries(await read('added_tokens.json'));
  if (added.length === 0) return config;
  const decoder = isRecord(config.added_tokens_decoder) ? config.added_tokens_decoder : {};
  const byId = Object.fromEntries(added.map(([content, id]) => [String(id), { content }]));
  return { ...config, added_tokens_decoder: { ...byId, ...decoder } };
}

const withoutNulls = (o: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(o).filter(([, value]) => value !== null));

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) throw notATokenizer(`a file of ${size} bytes`);
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause instanceof UserError ? cause : cannotRead(path, cause);
  }
}

const cannotRead = (path: string, cause: unknown): UserError =>
  new UserError('data/tokenizer', `cannot read ${path}`, {
    given: (cause as NodeJS.ErrnoException).code ?? String(cause),
    cause,
  });

/** Errors name the file. */
async function inFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'data/tokenizer') throw error;
    const { given, expected, advice } = error;
    throw new UserError('data/tokenizer', `${path}: ${error.summary}`, {
      ...(given === undefined ? {} : { given }),
      ...(expected === undefined ? {} : { expected }),
      ...(advice === undefined ? {} : { advice }),
      cause: error,
    });
  }
}
