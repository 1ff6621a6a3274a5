export {
  type LocalBackendOptions,
  localBackend,
  type ModelBackend,
  type ModelDecoders,
  type ModelFacts,
} from './model-backend.ts';
export { type ModelSpeculation, type SpeculateHow, speculateHows } from './model-speculation.ts';
export { type ServeBackendOptions, type ServeModelOptions, serveBackend, serveModel } from './serve-model.ts';
