export * from './create.ts';
export * from './einsum.ts';
export * from './elementwise.ts';
export { broadcastShapes, broadcastTo, promoteTypes } from './promotion.ts';
export * from './reductions.ts';
export * from './shape.ts';
