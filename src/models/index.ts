export * from './adapters.ts';
export type { Beam, BeamOptions } from './decode/beams.ts';
export * from './decode/generator.ts';
export * from './decode/paged-decoder.ts';
export type { GeneratedToken, GenerateOptions } from './decode/requests.ts';
export * from './decode/sampling.ts';
export * from './decode/steps.ts';
export { type Segment, segmentsOf, type TimestampRule } from './decode/timestamps.ts';
export * from './eval/index.ts';
export * from './families/encoder-decoder.ts';
export * from './families/index.ts';
export { beginModel } from './folder/begin.ts';
export * from './folder/config-reader.ts';
export * from './folder/generation-config.ts';
export * from './folder/load.ts';
export * from './folder/name-rules.ts';
export * from './folder/processor.ts';
export { modelTensors, type SaveModelOptions, saveModel } from './folder/save.ts';
export { type SavedGguf, type SaveGgufOptions, saveGguf } from './folder/save-gguf.ts';
export * from './folder/source.ts';
export * from './folder/trained-bits.ts';
export * from './grammar/index.ts';
export * from './inspect.ts';
export * from './load-model.ts';
export * from './prompts/images.ts';
export * from './prompts/seer.ts';
export * from './prompts/speech.ts';
export * from './stack/cache.ts';
export * from './stack/config.ts';
export * from './stack/decoder.ts';
export {
  defaultLayouts,
  type Layout,
  type LayoutName,
  layoutFor,
  layoutNamed,
  layoutNames,
  type PhaseLayouts,
} from './stack/layout.ts';
export * from './stack/paged-cache.ts';
export * from './stack/stack.ts';
export * from './stack/weights.ts';
