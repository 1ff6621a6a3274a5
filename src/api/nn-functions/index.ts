/** `nn`: neural-network functions as in `jax.nn`. */

export * from './activations.ts';
export * as initializers from './initializers.ts';
export * from './quantization.ts';
