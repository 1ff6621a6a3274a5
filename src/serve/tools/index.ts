export { type Tool, type ToolFormat, type ToolFormatName, toolFormatOf, toolFormats } from './formats.ts';
export { type OutputOptions, OutputReader } from './output-reader.ts';
export type { Piece } from './pieces.ts';
export {
  behindReasoning,
  type ReasoningFormat,
  type ReasoningFormatName,
  reasoningFormatOf,
  reasoningFormats,
  reasoningStateOf,
} from './reasoning.ts';
