export * from './dtype.ts';
export * from './environment.ts';
export * from './errors.ts';
export * from './float-bits.ts';
export { fromHex, toHex } from './hex.ts';
export * from './host-array.ts';
export * from './shape.ts';
export * from './text.ts';
