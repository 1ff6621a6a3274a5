/** `lax`: functions close to the ops, with strict shapes and dtypes; and control flow. */

export { cond, foriLoop, scan, switchCase, whileLoop } from '../control-flow.ts';
export { customLinearSolve, customRoot } from '../implicit.ts';
export { linearTranspose } from '../linearize.ts';
export { associativeScan, map } from '../loops.ts';
export { shard as withShardingConstraint } from '../mesh.ts';
export {
  allGather,
  allToAll,
  axisIndex,
  axisSize,
  pmax,
  pmean,
  pmin,
  ppermute,
  pshuffle,
  psum,
  psumScatter,
  pswapaxes,
} from '../named-axes.ts';
export { full } from '../numpy/create.ts';
export { broadcastShapes } from '../numpy/promotion.ts';
export { argmax, argmin } from '../numpy/reductions.ts';
export { expandDims, split, squeeze, stack, tile } from '../numpy/shape.ts';
export * from './core.ts';
export * from './cumulative.ts';
export * from './gamma.ts';
export * from './indexing.ts';
export * from './ragged.ts';
export * from './special.ts';
export * from './windows.ts';
