import { UserError } from '../../base/index.ts';
import { openGguf } from '../tensor-files/index.ts';
import { byteLevelJson, type Merge, parseMerge } from './byte-level-json.ts';
import type { EncoderOptions } from './encoder-thread.ts';
import { type Piece, type PieceKind, pieceKinds, sentencePieceJson } from './sentencepiece-json.ts';
import { frameTemplate } from './special-tokens.ts';
import { type Tokenizer, tokenizerFromJson } from './tokenizer.ts';
import { type AddedToken, type Component, notATokenizer, parseJson, type TokenizerJson } from './tokenizer-json.ts';
import { wordPatternNames, wordPatternsOf } from './word-patterns.ts';

/*
 * The vocabulary inside a GGUF file, as tokenizer.json.
 * Source: github.com/ggml-org/ggml, `docs/gguf.md`; llama.cpp, `src/llama-vocab.cpp`.
 */

type Metadata = Readonly<Record<string, unknown>>;

/**
 * The tokenizer in the metadata of a GGUF file (`openGguf(path).metadata`). Throws `data/tokenizer` when it has none, or one of a kind that
 * is not known.
 */
export async function tokenizerFromGguf(metadata: Metadata, options: EncoderOptions = {}): Promise<Tokenizer> {
  const whole = metadata['tokenizer.huggingface.json'];
  const json = typeof whole === 'string' ? parseJson(whole, 'tokenizer.huggingface.json') : jsonOfGguf(metadata);
  return tokenizerFromJson(json, { ...options, config: rolesOf(metadata) });
}

/** The metadata of a GGUF file. Throws `data/gguf`. */
export function readGgufMetadata(path: string): Metadata {
  const file = openGguf(path);
  file.close();
  return file.metadata;
}

/** Vocabularies that can be read, with whether a first and a last token are put around a text unless the file says otherwise. */
const readers: Readonly<Record<string, { read: (m: Metadata) => TokenizerJson; bos: boolean; eos: boolean }>> = {
  llama: { read: sentencePieces, bos: true, eos: false },
  t5: { read: sentencePieces, bos: false, eos: true },
  gpt2: { read: byteLevel, bos: false, eos: false },
  gemma4: { read: gemma4, bos: true, eos: false },
  bert: { read: wordPiece, bos: true, eos: true },
};

function jsonOfGguf(metadata: Metadata): TokenizerJson {
  const model = metadata['tokenizer.ggml.model'];
  const reader = typeof model === 'string' && Object.hasOwn(readers, model) ? readers[model] : undefined;
  if (!reader)
    throw new UserError('data/tokenizer', 'no tokenizer in this GGUF file that can be read', {
      given: model === undefined ? 'no tokenizer.ggml.model' : `tokenizer.ggml.model ${JSON.stringify(model)}`,
      expected: Object.keys(readers).join(', '),
    });
  const words = wordPatternsOf(String(metadata['tokenizer.ggml.pre']));
  const isAdded = (which: string, otherwise: boolean): boolean =>
    (metadata[`tokenizer.ggml.add_${which}_token`] ?? otherwise) === true;
  const before = isAdded('bos', reader.bos || words?.addsBos === true) ? ['bos', 'cls'] : [];
  const after = isAdded('eos', reader.eos) ? (model === 'bert' ? ['seperator'] : ['eos']) : [];
  return { ...reader.read(metadata), post_processor: frame(metadata, before, after) };
}

function frame(metadata: Metadata, before: readonly string[], after: readonly string[]): Component {
  const tokens = strings(metadata, 'tokenizer.ggml.tokens');
  const first = (roles: readonly string[]): number[] => {
    const ids = roles.map((role) => metadata[`tokenizer.ggml.${role}_token_id`]);
    return ids.filter((id): id is number => typeof id === 'number' && tokens[id] !== undefined).slice(0, 1);
  };
  return frameTemplate(first(before), first(after), (id) => tokens[id]);
}

/** Roles of tokens, as tokenizer_config.json would say them. */
function rolesOf(metadata: Metadata): Readonly<Record<string, string>> {
  const roles: Record<string, string> = {};
  const tokens = metadata['tokenizer.ggml.tokens'];
  for (const [role, key] of [
    ['bos', 'bos'],
    ['eos', 'eos'],
    ['unk', 'unknown'],
    ['pad', 'padding'],
  ]) {
    const token = Array.isArray(tokens)
      ? (tokens[metadata[`tokenizer.ggml.${key}_token_id`] as number] as unknown)
      : undefined;
    if (typeof token === 'string') roles[`${role}_token`] = token;
  }
  return roles;
}

function strings(metadata: Metadata, key: string): readonly string[] {
  const value = metadata[key];
  if (!Array.isArray(value) || !value.every((x) => typeof x === 'string'))
    throw notATokenizer(`no list of texts ${key}`);
  return value as string[];
}

/** Numbers of every token; undefined when the file has none. */
function numbers(metadata: Metadata, key: string, count: number): ArrayLike<number> | undefined {
  const value = metadata[key] as ArrayLike<unknown> | undefined;
  if (value === undefined) return undefined;
  if (!(Array.isArray(value) || ArrayBuffer.isView(value)) || value.length < count || typeof value[0] !== 'number')
    throw notATokenizer(`no list of ${count} numbers ${key}`);
  return value as ArrayLike<number>;
}

function kindsOf(metadata: Metadata, count: number): readonly PieceKind[] {
  const types = numbers(metadata, 'tokenizer.ggml.token_type', count);
  return Array.from({ length: count }, (_, id) => pieceKinds[types?.[id] ?? 1] ?? 'normal');
}

function piecesOf(metadata: Metadata): readonly Piece[] {
  const tokens = strings(metadata, 'tokenizer.ggml.tokens');
  const scores = numbers(metadata, 'tokenizer.ggml.scores', tokens.length);
  const kinds = kindsOf(metadata, tokens.length);
  return tokens.map((text, id) => ({ text, score: scores?.[id] ?? 0, kind: kinds[id] }));
}

function sentencePieces(metadata: Metadata): TokenizerJson {
  const isUnigram = metadata['tokenizer.ggml.model'] === 't5';
  const charsmap = metadata['tokenizer.ggml.precompiled_charsmap'] as ArrayLike<number> | undefined;
  return sentencePieceJson({
    algorithm: isUnigram ? 'unigram' : 'bpe',
    pieces: piecesOf(metadata),
    ...(charsmap === undefined ? {} : { charsmap: Uint8Array.from(charsmap) }),
    prefix: metadata['tokenizer.ggml.add_space_prefix'] === false ? 'never' : 'always',
    removesExtraSpaces: metadata['tokenizer.ggml.remove_extra_whitespaces'] === true,
  });
}

function addedTokens(metadata: Metadata): AddedToken[] {
  return piecesOf(metadata).flatMap(({ text, kind }, id) =>
    kind === 'control' || kind === 'user-defined' || kind === 'unknown'
      ? [
          {
            id,
            content: text,
            special: kind !== 'user-defined',
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
          },
        ]
      : [],
  );
}

const vocabOf = (metadata: Metadata): Readonly<Record<string, number>> =>
  Object.fromEntries(strings(metadata, 'tokenizer.ggml.tokens').map((token, id) => [token, id]));

const mergesOf = (metadata: Metadata): Merge[] =>
  strings(metadata, 'tokenizer.ggml.merges').map((line) => {
    const merge = parseMerge(line);
    if (!merge) throw notATokenizer(`the merge ${JSON.stringify(line.slice(0, 80))}`);
    return merge;
  });

function byteLevel(metadata: Metadata): TokenizerJson {
  const name = metadata['tokenizer.ggml.pre'];
  const words = wordPatternsOf(String(name));
  if (!words)
    throw new UserError('data/tokenizer', 'the file does not say in a known way how texts are cut into words', {
      given: `tokenizer.ggml.pre ${JSON.stringify(name) ?? 'is absent'}`,
      expected: wordPatternNames.join(', '),
      advice: 'load tokenizer.json of the model instead',
    });
  return byteLevelJson({
    vocab: vocabOf(metadata),
    merges: mergesOf(metadata),
    words,
    addedTokens: addedTokens(metadata),
  });
}

/** Pieces of SentencePiece's kind, with the merges spelled out. */
function gemma4(metadata: Metadata): TokenizerJson {
  const json = sentencePieceJson({
    algorithm: 'bpe',
    pieces: piecesOf(metadata).map((p) => ({ ...p, kind: p.kind === 'normal' && isByte(p.text) ? 'byte' : p.kind })),
    prefix: metadata['tokenizer.ggml.add_space_prefix'] === true ? 'always' : 'never',
    removesExtraSpaces: false,
  });
  return { ...json, model: { ...json.model, merges: mergesOf(metadata) } };
}

const isByte = (token: string): boolean => /^<0x[0-9A-F]{2}>$/.test(token);

/** GGUF marks the beginnings of words (▁), where WordPiece marks the rest (##). */
function wordPiece(metadata: Metadata): TokenizerJson {
  const tokens = strings(metadata, 'tokenizer.ggml.tokens');
  const isLower = metadata['tokenizer.ggml.normalizer.lowercase'] !== false;
  const kinds = kindsOf(metadata, tokens.length);
  const unk = metadata['tokenizer.ggml.unknown_token_id'];
  const spelled = tokens.map((token, id) =>
    kinds[id] !== 'normal' ? token : token.startsWith('▁') ? token.slice(1) : `##${token}`,
  );
  return {
    added_tokens: addedTokens(metadata),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: (metadata['tokenizer.ggml.normalizer.strip_accents'] ?? isLower) === true,
      lowercase: isLower,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: tokens[typeof unk === 'number' ? unk : 100] ?? '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(spelled.map((token, id) => [token, id])),
    },
  };
}
