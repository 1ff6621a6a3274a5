export * from './axis-rules.ts';
export * from './declared.ts';
export * from './layers.ts';
export * from './optimizer.ts';
export * from './pipeline.ts';
export * from './routing/index.ts';
export * from './transformer.ts';
