export {
  type CallSummary,
  type EngineObserver,
  type EngineOptions,
  type EngineStatus,
  type GenerationRequest,
  ServingEngine,
} from './engine.ts';
export type { Generation, GenerationEvent, WrittenToken } from './generation.ts';
export { type Shown, StopStrings } from './stop-strings.ts';
