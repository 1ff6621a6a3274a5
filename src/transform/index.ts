export * from './batch.ts';
export * from './cse.ts';
export * from './dce.ts';
export * from './decompose.ts';
export * from './inline.ts';
export * from './linearize.ts';
export * from './pass.ts';
export * from './transpose.ts';
