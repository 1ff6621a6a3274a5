export type { EngineCommand } from './engine-process.ts';
export { hostModel, type ServerChannel } from './host-model.ts';
export { ModelProcess, type ModelProcessOptions } from './model-process.ts';
