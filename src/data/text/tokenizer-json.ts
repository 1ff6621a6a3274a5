import { randomUUID } from 'node:crypto';
import { UserError } from '../../base/index.ts';

/*
 * tokenizer.json of Hugging Face's libraries: the one form into which every other kind of vocabulary is brought.
 * Source: github.com/huggingface/tokenizers, `Tokenizer::from_str`.
 */

/** A normalizer, pre-tokenizer, post-processor or decoder: a type and its settings. */
export interface Component {
  readonly type: string;
  readonly [setting: string]: unknown;
}

/** A token that is matched in the text itself before the model sees it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly normalized?: boolean;
}

/** The vocabulary and how words are cut into its tokens. */
export interface TokenModel {
  readonly type?: string;
  /** Ids by token; of Unigram models tokens and their scores in the order of their ids. */
  readonly vocab: Readonly<Record<string, number>> | readonly (readonly [token: string, score: number])[];
  readonly [setting: string]: unknown;
}

export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: Component | null;
  readonly pre_tokenizer: Component | null;
  readonly post_processor: Component | null;
  readonly decoder: Component | null;
  readonly model: TokenModel;
  readonly truncation?: unknown;
  readonly padding?: unknown;
}

/** Ids are indices of tables: a larger one is a mistake or an attack. */
const MAX_ID = 1 << 22;

export const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && !Array.isArray(x);
const isId = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0 && (x as number) < MAX_ID;

export const notATokenizer = (given: string, cause?: unknown): UserError =>
  new UserError('data/tokenizer', 'not a complete tokenizer', { given: given.slice(0, 200), cause });

const show = (x: unknown): string => (JSON.stringify(x) ?? String(x)).slice(0, 80);

/** Text as JSON. Throws `data/tokenizer`, which names the file. */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notATokenizer(`${name}, which is no JSON${text.length === 0 ? ' (it is empty)' : ''}`, cause);
  }
}

/** Checks what the rest relies on: ids, tokens and the kinds of the parts. Throws `data/tokenizer`. */
export function checkTokenizerJson(value: unknown): TokenizerJson {
  if (!isRecord(value)) throw notATokenizer('no JSON object');
  const { model, added_tokens: added = [] } = value;
  if (!isRecord(model)) throw notATokenizer('no model');
  const type = typeOfModel(model);
  checkVocabulary(type, model.vocab);
  if (type === 'BPE' && !Array.isArray(model.merges)) throw notATokenizer(`the merges ${show(model.merges)}`);
  if (!Array.isArray(added)) throw notATokenizer(`added_tokens ${show(added)}`);
  for (const t of added as unknown[])
    if (!isRecord(t) || !isId(t.id) || typeof t.content !== 'string' || t.content === '')
      throw notATokenizer(`the added token ${show(t)}`);
  for (const part of ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder'])
    if (value[part] != null && !(isRecord(value[part]) && typeof value[part].type === 'string'))
      throw notATokenizer(`the ${part} ${show(value[part])}`);
  checkSettings(value.pre_tokenizer);
  const component = (part: string): Component | null => (value[part] as Component | undefined) ?? null;
  return {
    ...value,
    added_tokens: (added as AddedToken[]).map(withFlags),
    normalizer: component('normalizer'),
    pre_tokenizer: component('pre_tokenizer'),
    post_processor: component('post_processor'),
    decoder: component('decoder'),
    model: { ...(model as unknown as TokenModel), type },
  };
}

/** Settings that the libraries do not check before they use them. */
function checkSettings(part: unknown): void {
  if (!isRecord(part)) return;
  if (Array.isArray(part.pretokenizers)) for (const p of part.pretokenizers as unknown[]) checkSettings(p);
  if (part.type === 'FixedLength' && !(Number.isSafeInteger(part.length) && (part.length as number) > 0))
    throw notATokenizer(`pieces of ${show(part.length)} characters`);
}

/** The native library wants every flag. */
const withFlags = (token: AddedToken): AddedToken => ({
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: token.special !== true,
  ...token,
  special: token.special === true,
});

const modelTypes = ['BPE', 'Unigram', 'WordPiece', 'WordLevel'];

/** Older files leave the type out. */
function typeOfModel(model: Readonly<Record<string, unknown>>): string {
  const { type = model.merges ? 'BPE' : Array.isArray(model.vocab) ? 'Unigram' : 'WordPiece' } = model;
  if (typeof type !== 'string' || !modelTypes.includes(type))
    throw notATokenizer(`the model ${show(type)}, none of ${modelTypes.join(', ')}`);
  return type;
}

function checkVocabulary(type: string, vocab: unknown): void {
  if (type === 'Unigram' && Array.isArray(vocab)) {
    const wrong = vocab.find(
      (entry) => !Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1] !== 'number',
    );
    if (wrong !== undefined) throw notATokenizer(`the entry ${show(wrong)} of its vocabulary`);
  } else if (type !== 'Unigram' && isRecord(vocab)) {
    for (const token in vocab)
      if (!isId(vocab[token])) throw notATokenizer(`the id ${show(vocab[token])} of token ${show(token)}`);
  } else throw notATokenizer('no vocabulary');
}

/** Tokens by id, those of the model and the added ones, and the other way round. */
export interface Vocabulary {
  readonly tokenById: readonly (string | undefined)[];
  readonly idByToken: ReadonlyMap<string, number>;
}

/** Throws `data/tokenizer` when an id belongs to two tokens or an added token to two ids. */
export function vocabularyOf(json: TokenizerJson): Vocabulary {
  const tokenById: (string | undefined)[] = [];
  const idByToken = new Map<string, number>();
  const { vocab } = json.model;
  const entries = Array.isArray(vocab)
    ? (vocab as [string, number][]).map(([token], id) => [token, id] as const)
    : Object.entries(vocab as Record<string, number>);
  for (const [token, id] of entries) {
    if (tokenById[id] !== undefined) throw notATokenizer(`id ${id} of both ${show(tokenById[id])} and ${show(token)}`);
    tokenById[id] = token;
    if (!idByToken.has(token)) idByToken.set(token, id);
  }
  for (const { id, content } of json.added_tokens) {
    const known = idByToken.get(content);
    if (known !== undefined && known !== id)
      throw notATokenizer(`ids ${known} and ${id} of the added token ${show(content)}`);
    if (tokenById[id] !== undefined && tokenById[id] !== content)
      throw notATokenizer(`id ${id} of both ${show(tokenById[id])} and the added token ${show(content)}`);
    tokenById[id] = content;
    idByToken.set(content, id);
  }
  return { tokenById, idByToken };
}

/**
 * The same, for libraries that number added tokens one after the other: in the order of their ids, and where the file leaves ids free,
 * tokens that no text contains take them.
 */
export function withoutGaps(json: TokenizerJson): TokenizerJson {
  const { vocab } = json.model;
  const isInModel = Array.isArray(vocab)
    ? (
        (tokens) => (token: string) =>
          tokens.has(token)
      )(new Set((vocab as [string, number][]).map(([token]) => token)))
    : (token: string) => Object.hasOwn(vocab, token);
  let next = Array.isArray(vocab) ? vocab.length : Object.keys(vocab).length;
  const added_tokens: AddedToken[] = [];
  for (const token of [...json.added_tokens].sort((a, b) => a.id - b.id)) {
    if (!isInModel(token.content)) {
      for (; next < token.id; next++)
        added_tokens.push(withFlags({ id: next, content: `\0${randomUUID()}`, special: true }));
      next = token.id + 1;
    }
    added_tokens.push(token);
  }
  return { ...json, added_tokens };
}
