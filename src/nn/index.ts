export * from './layers.ts';
export * from './optimizer.ts';
export * from './parameters.ts';
export * from './transformer.ts';
