/* Pure mathematics: a door of its own, so that who bundles a few names of `base` does not get it. */
export * as complexMath from './complex-math.ts';
export * as scalarMath from './scalar-math.ts';
export * as singleMath from './single-math.ts';
