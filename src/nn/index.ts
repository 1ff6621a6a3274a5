export * from './layers.ts';
export * from './optimizer.ts';
export * from './parameters.ts';
export * from './pipeline.ts';
export * from './transformer.ts';
