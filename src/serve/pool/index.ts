export type { Clock } from './clock.ts';
export * from './model-pool.ts';
export type { ServedModel } from './served-model.ts';
export { rememberingSight, type SeenImage, type Sight } from './sight.ts';
