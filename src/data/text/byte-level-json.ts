import type { AddedToken, TokenizerJson } from './tokenizer-json.ts';
import { byteLevelPreTokenizer, type WordPatterns } from './word-patterns.ts';

/** A pair of tokens that become one; the earlier pairs are joined first. */
export type Merge = readonly [left: string, right: string];

/** Lines `left right`, as merges.txt and GGUF files have them. Tokens may begin with a space. */
export const parseMerge = (line: string): Merge | undefined => {
  const space = line.indexOf(' ', 1);
  return space < 0 || space === line.length - 1 ? undefined : [line.slice(0, space), line.slice(space + 1)];
};

/** A byte-level byte-pair tokenizer, as GPT-2's, of its vocabulary and merges. */
export function byteLevelJson(parts: {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly Merge[];
  readonly words: WordPatterns;
  readonly addedTokens: readonly AddedToken[];
}): TokenizerJson {
  return {
    added_tokens: parts.addedTokens,
    normalizer: parts.words.composes ? { type: 'NFC' } : null,
    pre_tokenizer: byteLevelPreTokenizer(parts.words),
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: parts.words.ignoresMerges ?? false,
      vocab: parts.vocab,
      merges: parts.merges,
    },
  };
}
