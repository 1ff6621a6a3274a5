/** `random`: keys and samples, JAX's exact bits. */
export * from './random.ts';
export * from './random-counts.ts';
export * from './random-distributions.ts';
