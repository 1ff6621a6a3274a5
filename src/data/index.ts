export * from './batches.ts';
export * from './media/index.ts';
export * from './metrics/index.ts';
export * from './npy.ts';
export * from './sources/index.ts';
export * from './tasks/index.ts';
export * from './tensor-files/index.ts';
export * from './text/index.ts';
