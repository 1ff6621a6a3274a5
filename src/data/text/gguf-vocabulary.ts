import { UserError } from '../../base/index.ts';
import { type GgufField, openGguf } from '../tensor-files/index.ts';
import { loadChatTemplate } from './chat-template.ts';
import { readTokenizerFiles } from './load-tokenizer.ts';
import { pieceKinds } from './sentencepiece-json.ts';
import { findSpecialTokens, frameOf, withTokensOfConfig } from './special-tokens.ts';
import { type Component, checkTokenizerJson, isRecord, type TokenizerJson, vocabularyOf } from './tokenizer-json.ts';
import { wordPatternNameOf } from './word-patterns.ts';

/*
 * A tokenizer as metadata of a GGUF file: the inverse of `tokenizerFromGguf`.
 * Source: github.com/ggml-org/ggml, `docs/gguf.md`; the converters of llama.cpp.
 */

/** Values of metadata by key. */
type Fields = Record<string, GgufField | string | boolean | readonly string[]>;

const cannot = (given: string): UserError =>
  new UserError('data/tokenizer', 'this tokenizer cannot be written to a GGUF file', {
    expected: 'byte-level BPE with a known way to cut words, or BPE of SentencePiece’s kind',
    given,
  });

/**
 * The tokenizer and the chat template of a model (a folder, or a GGUF file, whose own are taken as they are) for `vocabSize` tokens: ids that no
 * token has become unused ones. Roles that the tokenizer's files do not give are those of `config.json`. Undefined when there is no tokenizer;
 * throws `data/tokenizer` for one that the format cannot hold.
 */
export async function ggufVocabulary(
  path: string,
  vocabSize: number,
  config: Readonly<Record<string, unknown>> = {},
): Promise<Fields | undefined> {
  if (path.endsWith('.gguf')) return fieldsOfGguf(path);
  const files = await readTokenizerFiles(path);
  if (!files) return undefined;
  const json = withTokensOfConfig(checkTokenizerJson(files.json), files.config);
  const vocab = vocabularyOf(json);
  if (vocab.tokenById.length > vocabSize)
    throw new UserError('data/tokenizer', 'the tokenizer has more tokens than the model', {
      expected: `at most ${vocabSize}`,
      given: `${vocab.tokenById.length}`,
      advice: 'check that tokenizer and weights come from the same model',
    });
  const special = findSpecialTokens(json, files.config, vocab);
  const added = new Map(json.added_tokens.map((t) => [t.id, t]));
  const isPieces = json.model.type === 'BPE' && json.model.byte_fallback === true;
  const kindOf = (id: number, token: string): (typeof pieceKinds)[number] => {
    if (isPieces && /^<0x[0-9A-F]{2}>$/.test(token)) return 'byte';
    if (isPieces && token === json.model.unk_token) return 'unknown';
    const known = added.get(id);
    if (known || special.all.has(id))
      return !known || known.special || looksSpecial(token) ? 'control' : 'user-defined';
    return 'normal';
  };
  const ids = Array.from({ length: vocabSize }, (_, id) => id);
  const tokens = ids.map((id) => vocab.tokenById[id] ?? `[PAD${id}]`);
  const kinds = ids.map((id) => (vocab.tokenById[id] === undefined ? 'unused' : kindOf(id, tokens[id])));
  const frame = frameOf(json, files.config, special, vocab);
  // What stands around a text has the role, if no file says which token has.
  const idByRole: Readonly<Record<string, number | undefined>> = {
    pad: special.pad,
    unk: special.unk,
    bos: special.bos ?? frame.prefix[0],
    eos: special.eos ?? frame.suffix[0],
  };
  const [addsBos, addsEos] = [isAdded(frame.prefix, idByRole.bos), isAdded(frame.suffix, idByRole.eos)];
  const roleOf = (role: 'bos' | 'eos' | 'pad' | 'unk'): number | undefined => {
    const id = idByRole[role] ?? config[`${role}_token_id`];
    return typeof id === 'number' ? id : undefined;
  };
  const template = loadChatTemplate(path);
  const fields: Record<string, Fields[string] | undefined> = {
    ...(isPieces ? pieceFields(json, tokens, kinds) : byteLevelFields(json)),
    'tokenizer.ggml.tokens': tokens.map((t, id) => (kinds[id] === 'user-defined' ? t.replaceAll('▁', ' ') : t)),
    'tokenizer.ggml.token_type': { type: 'i32', value: kinds.map((kind) => pieceKinds.indexOf(kind)) },
    ...Object.fromEntries(
      Object.entries({ bos: 'bos', eos: 'eos', unknown: 'unk', padding: 'pad' } as const).map(([name, role]) => {
        const id = roleOf(role);
        return [`tokenizer.ggml.${name}_token_id`, id === undefined ? id : ({ type: 'u32', value: id } as const)];
      }),
    ),
    'tokenizer.ggml.add_bos_token': addsBos,
    'tokenizer.ggml.add_eos_token': addsEos,
    'tokenizer.chat_template': template?.source,
  };
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Fields[string]] => entry[1] !== undefined),
  );
}

function fieldsOfGguf(path: string): Fields | undefined {
  const file = openGguf(path);
  file.close();
  const fields = [...file.fields].filter(([key]) => key.startsWith('tokenizer.'));
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/** Tokens that are special though their files do not say so. Source: `does_token_look_special` of llama.cpp's converter. */
const looksSpecial = (token: string): boolean =>
  ['<pad>', '<mask>', '<2mass>', '[@BOS@]'].includes(token) || /^(<\|.*\|>|<｜.*｜>|<unused.*>)$/s.test(token);

/** Whether the one token that may stand at an end of a text does. */
function isAdded(ids: readonly number[], id: number | undefined): boolean {
  if (ids.length === 0) return false;
  if (ids.length > 1 || ids[0] !== id) throw cannot(`tokens ${ids.join(', ')} around every text`);
  return true;
}

function byteLevelFields(json: TokenizerJson): Fields {
  if (json.model.type !== 'BPE') throw cannot(`a model of type ${json.model.type}`);
  const pre = wordPatternNameOf(json);
  if (pre === undefined) throw cannot(`the pre-tokenizer ${JSON.stringify(json.pre_tokenizer)?.slice(0, 120)}`);
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': pre,
    'tokenizer.ggml.merges': mergesOf(json).map((pair) => pair.map((t) => t.replaceAll(' ', 'Ġ')).join(' ')),
  };
}

/** Merges are pairs, or, in older files, lines. */
function mergesOf(json: TokenizerJson): (readonly string[])[] {
  const merges = json.model.merges as readonly (string | readonly string[])[];
  return merges.map((m) => (typeof m === 'string' ? m.split(' ') : m));
}

/** SentencePiece joins by score what others join by the order of merges: earlier ones get the better score. */
function pieceFields(json: TokenizerJson, tokens: readonly string[], kinds: readonly unknown[]): Fields {
  const scoreByToken = new Map<string, number>();
  for (const pair of mergesOf(json)) {
    const joined = pair.join('');
    if (!scoreByToken.has(joined)) scoreByToken.set(joined, -scoreByToken.size);
  }
  const scores = tokens.map((token, id) => (kinds[id] === 'normal' ? (scoreByToken.get(token) ?? -1e6) : 0));
  return {
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.pre': 'default',
    'tokenizer.ggml.scores': { type: 'f32', value: scores },
    'tokenizer.ggml.add_space_prefix': prefixesSpace(json),
  };
}

/** Whether a space is put before a text. Throws for what else a tokenizer would do to it. */
function prefixesSpace({ normalizer, pre_tokenizer: words }: TokenizerJson): boolean {
  const isPrefix = (part: Component): boolean => {
    switch (part.type) {
      case 'Sequence': {
        const parts = (part.normalizers ?? part.pretokenizers) as unknown;
        return Array.isArray(parts) && parts.filter(isRecord).some((p) => isPrefix(p as Component));
      }
      case 'Prepend':
        return true;
      case 'Metaspace':
        return part.prepend_scheme !== undefined ? part.prepend_scheme !== 'never' : part.add_prefix_space !== false;
      case 'Replace':
        return false;
      case 'Split':
        return false;
      default:
        throw cannot(`a part of type ${part.type}`);
    }
  };
  return [normalizer, words].some((part) => part !== null && isPrefix(part));
}
