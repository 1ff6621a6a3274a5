export { loadText, RUN_MARKER, splitCorpus, type TextCorpus, type TextOptions } from './corpus.ts';
export type { EncoderOptions, TokenizerBackend } from './encoder-thread.ts';
export { tokenizerFromGguf } from './gguf-tokenizer.ts';
export { IncrementalDetokenizer } from './incremental-detokenizer.ts';
export { loadTokenizer } from './load-tokenizer.ts';
export type { SpecialTokens, TokenizerConfig } from './special-tokens.ts';
export {
  type DecodeOptions,
  type EncodeOptions,
  type Tokenizer,
  type TokenizerOptions,
  tokenizerFromJson,
} from './tokenizer.ts';
