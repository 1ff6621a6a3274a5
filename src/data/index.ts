export * from './batches.ts';
export * from './npy.ts';
export * from './safetensors.ts';
export * from './text/index.ts';
