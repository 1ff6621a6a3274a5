export { type ModelSpeculation, type SpeculateHow, speculateHows } from './model-speculation.ts';
export { type ServeModelOptions, serveModel } from './serve-model.ts';
