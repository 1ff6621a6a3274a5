/** `np`: numpy's functions on tensors, with numpy's broadcasting and JAX's dtype promotion. */

export * from './arrange.ts';
export * from './at.ts';
export * from './create.ts';
export * from './einsum.ts';
export * from './elementwise.ts';
export * as fft from './fft.ts';
export * from './functional.ts';
export * as linalg from './linalg/index.ts';
export * from './math.ts';
export type { TensorMethods } from './methods.ts';
export * from './more.ts';
export * from './order.ts';
export * from './polynomials.ts';
export * from './products.ts';
export { broadcastShapes, broadcastTo, promoteTypes } from './promotion.ts';
export * from './reductions.ts';
export * from './sets.ts';
export * from './shape.ts';
export * from './statistics.ts';
