export * from './corrupt.ts';
export * from './features.ts';
export * from './mixture.ts';
export * from './packing.ts';
export * from './permutation.ts';
export * from './random-stream.ts';
