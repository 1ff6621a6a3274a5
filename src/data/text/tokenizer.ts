import { checkCharsmaps } from './charsmap.ts';
import { makeDecoder, type TextDecoder } from './decoder.ts';
import { type EncoderOptions, EncoderThread, type TokenizerBackend } from './encoder-thread.ts';
import {
  type Frame,
  findSpecialTokens,
  frameOf,
  type SpecialTokens,
  type TokenizerConfig,
  withTokensOfConfig,
} from './special-tokens.ts';
import {
  checkTokenizerJson,
  isRecord,
  type TokenizerJson,
  type Vocabulary,
  vocabularyOf,
  withoutGaps,
} from './tokenizer-json.ts';
import { isKnownPattern } from './word-patterns.ts';

export interface EncodeOptions {
  /** Puts the tokens around the text that the tokenizer's files ask for, such as `<s>`. Chat templates write them themselves. */
  readonly addSpecialTokens?: boolean;
  /** Whether the text of a special token is that token. False for the text of users, who could forge control tokens otherwise. */
  readonly allowSpecial?: boolean;
  /** The text goes on where another one ended: tokenizers that put a space before the first word of a text put none. */
  readonly continuesText?: boolean;
}

export interface DecodeOptions {
  /** Leaves special tokens out. */
  readonly skipSpecialTokens?: boolean;
  /** But for these. */
  readonly keptTokens?: ReadonlySet<number> | undefined;
}

/** Text to ids of tokens and back. */
export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabSize: number;
  readonly special: SpecialTokens;
  readonly backend: TokenizerBackend;
  /** Ids `[n]` of a text; both options are true unless given. Lone surrogates are U+FFFD. The calling thread waits. */
  encode(text: string, options?: EncodeOptions): Int32Array;
  /** As `encode`, for texts so long that other work should go on. */
  encodeAsync(text: string, options?: EncodeOptions): Promise<Int32Array>;
  /** The text of ids `[n]`; ids without a token are left out. Spaces stay as they are (`clean_up_tokenization_spaces` is false). */
  decode(ids: readonly number[] | Int32Array, options?: DecodeOptions): string;
  /** A token as its vocabulary writes it. */
  tokenOf(id: number): string | undefined;
  idOf(token: string): number | undefined;
  /** The bytes that a token adds in the middle of a text: part of a character, maybe. */
  bytesOf(id: number): Uint8Array | undefined;
  /** Ends the tokenizer's thread; what encodes later throws `data/tokenizer-closed`. Not needed for a process to end. */
  close(): void;
}

export interface TokenizerOptions extends EncoderOptions {
  /** What tokenizer_config.json says (roles of tokens, more added tokens, `add_bos_token`). */
  readonly config?: TokenizerConfig;
}

/** A tokenizer of the contents of tokenizer.json. Throws `data/tokenizer`, which says what is wrong with them. */
export async function tokenizerFromJson(contents: unknown, options: TokenizerOptions = {}): Promise<Tokenizer> {
  const config = options.config ?? {};
  const json = withTokensOfConfig(checkTokenizerJson(contents), config);
  checkCharsmaps(json.normalizer);
  const starting = EncoderThread.start(
    withoutGaps(json),
    hasOnlyKnownPatterns(json) ? options : { backend: 'javascript', ...options },
  );
  try {
    const vocab = vocabularyOf(json);
    const special = findSpecialTokens(json, config, vocab);
    const frame = frameOf(json, config, special, vocab);
    const decoder = makeDecoder(json.decoder);
    return new ThreadTokenizer(json, vocab, special, frame, decoder, await starting);
  } catch (error) {
    starting.then(
      (thread) => thread.close(),
      () => {},
    );
    throw error;
  }
}

function hasOnlyKnownPatterns({ normalizer, pre_tokenizer }: TokenizerJson): boolean {
  const isKnown = (x: unknown): boolean => {
    if (Array.isArray(x)) return x.every(isKnown);
    if (!isRecord(x)) return true;
    return Object.entries(x).every(([key, value]) =>
      key === 'Regex' ? typeof value === 'string' && isKnownPattern(value) : isKnown(value),
    );
  };
  return isKnown([normalizer, pre_tokenizer]);
}

/** Tokenizers that nobody holds any more end their threads. */
const unused = new FinalizationRegistry<EncoderThread>((thread) => thread.close());

class ThreadTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly special: SpecialTokens;
  readonly #vocab: Vocabulary;
  readonly #frame: Frame;
  readonly #decoder: TextDecoder;
  readonly #thread: EncoderThread;
  /** Finds the text of any special token. */
  readonly #specialPattern: RegExp | undefined;
  readonly #isUnigram: boolean;
  readonly #spacesFirstWord: boolean;
  readonly #addedIds: ReadonlySet<number>;

  constructor(
    json: TokenizerJson,
    vocab: Vocabulary,
    special: SpecialTokens,
    frame: Frame,
    decoder: TextDecoder,
    thread: EncoderThread,
  ) {
    this.vocabSize = vocab.tokenById.length;
    this.special = special;
    this.#vocab = vocab;
    this.#frame = frame;
    this.#decoder = decoder;
    this.#thread = thread;
    unused.register(this, thread);
    this.#addedIds = new Set(json.added_tokens.map((t) => t.id));
    this.#isUnigram = Array.isArray(json.model.vocab);
    this.#spacesFirstWord = JSON.stringify(json.pre_tokenizer)?.includes('"prepend_scheme":"first"') ?? false;
    const contents = json.added_tokens.filter((t) => special.all.has(t.id)).map((t) => t.content);
    if (contents.length > 0) this.#specialPattern = new RegExp(contents.map(escapePattern).join('|'), 'iu');
  }

  get backend(): TokenizerBackend {
    return this.#thread.backend;
  }

  encode(text: string, options: EncodeOptions = {}): Int32Array {
    const isPlain = this.#isPlain(text, options);
    const before = this.#before(options);
    const ids = this.#thread.encode(before + wellFormed(text), isPlain);
    const prefix = before === '' ? NO_IDS : this.#thread.encode(before, isPlain);
    return this.#framed(withoutPrefix(ids, prefix), options);
  }

  async encodeAsync(text: string, options: EncodeOptions = {}): Promise<Int32Array> {
    const isPlain = this.#isPlain(text, options);
    const before = this.#before(options);
    const ids = await this.#thread.encodeAsync(before + wellFormed(text), isPlain);
    const prefix = before === '' ? NO_IDS : await this.#thread.encodeAsync(before, isPlain);
    return this.#framed(withoutPrefix(ids, prefix), options);
  }

  decode(ids: readonly number[] | Int32Array, options: DecodeOptions = {}): string {
    const tokens: string[] = [];
    for (const id of ids) {
      const token = this.#vocab.tokenById[id];
      const isLeftOut = options.skipSpecialTokens && this.special.all.has(id) && !options.keptTokens?.has(id);
      if (token !== undefined && !isLeftOut) tokens.push(token);
    }
    return this.#decoder.decode(tokens);
  }

  tokenOf(id: number): string | undefined {
    return this.#vocab.tokenById[id];
  }

  idOf(token: string): number | undefined {
    return this.#vocab.idByToken.get(token);
  }

  bytesOf(id: number): Uint8Array | undefined {
    const token = this.#vocab.tokenById[id];
    if (token === undefined) return undefined;
    return this.#addedIds.has(id) ? Buffer.from(token) : this.#decoder.bytesOf(token);
  }

  close(): void {
    this.#thread.close();
  }

  /**
   * The instance without special tokens is only made when a text may have one, in any spelling that normalization removes. Unigram
   * models know special tokens by their vocabulary too, and their normalization is free to make them of anything.
   */
  #isPlain(text: string, options: EncodeOptions): boolean {
    const pattern = this.#specialPattern;
    if (options.allowSpecial !== false || !pattern) return false;
    return this.#isUnigram || pattern.test(text) || pattern.test(text.normalize('NFKC'));
  }

  /** What stands for the text before: a line break never joins with what follows where only the first word gets a space. */
  #before(options: EncodeOptions): string {
    return options.continuesText && this.#spacesFirstWord ? '\n' : '';
  }

  #framed(ids: Int32Array, options: EncodeOptions): Int32Array {
    const { prefix, suffix } = this.#frame;
    if (options.addSpecialTokens === false || prefix.length + suffix.length === 0) return ids;
    const framed = new Int32Array(prefix.length + ids.length + suffix.length);
    framed.set(prefix);
    framed.set(ids, prefix.length);
    framed.set(suffix, prefix.length + ids.length);
    return framed;
  }
}

const NO_IDS = new Int32Array(0);
const withoutPrefix = (ids: Int32Array, prefix: Int32Array): Int32Array =>
  prefix.every((id, i) => ids[i] === id) ? ids.subarray(prefix.length) : ids;

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Both libraries need Unicode text; half a pair is none. */
const wellFormed = (text: string): string =>
  /\p{Surrogate}/u.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text;
