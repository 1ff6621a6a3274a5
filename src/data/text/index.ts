export { byteTokenizer } from './byte-tokenizer.ts';
export {
  type ChatMessage,
  ChatTemplate,
  type LoadChatTemplateOptions,
  loadChatTemplate,
  type RenderedChat,
  type RenderOptions,
  TextTemplate,
} from './chat-template.ts';
export { loadText, RUN_MARKER, splitCorpus, type TextCorpus, type TextOptions } from './corpus.ts';
export { type EncodeChatOptions, encodeChat } from './encode-chat.ts';
export type { EncoderOptions, TokenizerBackend } from './encoder-thread.ts';
export { tokenizerFromGguf } from './gguf-tokenizer.ts';
export { ggufVocabulary } from './gguf-vocabulary.ts';
export { IncrementalDetokenizer } from './incremental-detokenizer.ts';
export type { Limits as TemplateLimits } from './jinja/evaluate.ts';
export { parseJsonExactly } from './jinja/json.ts';
export type { Span } from './jinja/output.ts';
export { byteTokenizerConfig, loadTokenizer } from './load-tokenizer.ts';
export type { SpecialTokens, TokenizerConfig } from './special-tokens.ts';
export {
  type DecodeOptions,
  type EncodeOptions,
  type Tokenizer,
  type TokenizerOptions,
  tokenizerFromJson,
} from './tokenizer.ts';
export { type BpeTrainingOptions, type TrainedBpe, trainBpe } from './train-bpe.ts';
