/** `random`: keys and samples, JAX's exact bits. */

export * from './counts.ts';
export * from './distributions.ts';
export * from './keys.ts';
