/** `lax`: functions close to the ops, with strict shapes and dtypes; and control flow. */

export { full } from '../numpy/create.ts';
export { broadcastShapes } from '../numpy/promotion.ts';
export { argmax, argmin } from '../numpy/reductions.ts';
export { expandDims, split, squeeze, stack, tile } from '../numpy/shape.ts';
export { shard as withShardingConstraint } from '../trace/mesh-scope.ts';
export { cond, foriLoop, scan, switchCase, whileLoop } from '../transforms/control-flow.ts';
export { customLinearSolve, customRoot } from '../transforms/implicit.ts';
export { linearTranspose } from '../transforms/linearize.ts';
export { associativeScan, map } from '../transforms/loops.ts';
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
} from '../transforms/named-axes.ts';
export * from './core.ts';
export * from './cumulative.ts';
export * from './gamma.ts';
export * from './indexing.ts';
export * from './paged-attention.ts';
export * from './ragged.ts';
export * from './special.ts';
export * from './windows.ts';
