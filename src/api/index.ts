/*
 * The user's API: JAX's names in camelCase. Nothing but these two lines: were a name listed here, whoever bundles it would get all.
 */
export * from './trace/host-functions.ts';
export * from './trace/tensor-functions.ts';
