export type { PagedDecoder } from './decoder.ts';
export * from './engine/index.ts';
export * from './http/index.ts';
export * from './model/index.ts';
export * from './sample.ts';
export * from './scheduler/index.ts';
