export type { ControlledDecoding, ScoredText, Scorer, WeightedScorer } from './control/index.ts';
export { RewardScorer } from './control/index.ts';
export type { PagedDecoder } from './decoder.ts';
export * from './engine/index.ts';
export * from './http/index.ts';
export * from './model/index.ts';
export * from './pool/index.ts';
export * from './process/index.ts';
export * from './sample.ts';
export * from './scheduler/index.ts';
export * from './speculation/index.ts';
export {
  OutputReader,
  type Piece,
  type ReasoningFormatName,
  reasoningFormats,
  type Tool,
  type ToolFormatName,
  toolFormatOf,
  toolFormats,
} from './tools/index.ts';
