export { loadText, RUN_MARKER, splitCorpus, type TextCorpus, type TextOptions } from './corpus.ts';
export type { TokenizerBackend } from './encoder-thread.ts';
export { IncrementalDetokenizer } from './incremental-detokenizer.ts';
export { type LoadTokenizerOptions, loadTokenizer } from './load-tokenizer.ts';
export type { SpecialTokens, TokenizerConfig } from './special-tokens.ts';
export {
  type DecodeOptions,
  type EncodeOptions,
  type Tokenizer,
  type TokenizerOptions,
  tokenizerFromJson,
} from './tokenizer.ts';
