/*
 * All that hands out tensors. Who bundles any of it gets their methods as well: this file and methods.ts are the ones that
 * "sideEffects" in package.json tells bundlers to keep. Names are listed because esbuild follows no `export *` to a side effect.
 */
import './numpy/methods.ts';

export { cond, foriLoop, type ScanOptions, scan, switchCase, type WhileOptions, whileLoop } from './control-flow.ts';
export {
  type CheckpointOptions,
  type CustomOptions,
  checkpoint,
  customGradient,
  customJvp,
  customVjp,
  remat,
} from './custom-derivatives.ts';
export { devicePut } from './device-put.ts';
export { blockUntilReady, deviceGet, fwdAndBwd } from './devices.ts';
export { type GradientOf, type GradOptions, grad, jvp, valueAndGrad, valueAndGradAux } from './grad.ts';
export { closureConvert } from './implicit.ts';
export { evalShape, makeJaxpr, shapeDtypeStruct, type TracedProgram, trace } from './inspect.ts';
export { hessian, hvp, type Jacobian, type JacobianOptions, jacfwd, jacobian, jacrev } from './jacobian.ts';
export { type JitOptions, type Jitted, jit } from './jit.ts';
export * as lax from './lax/index.ts';
export { linearize, linearTranspose, vjp } from './linearize.ts';
export { associativeScan, map } from './loops.ts';
export { shard } from './mesh.ts';
export {
  type AllGatherOptions,
  type AllToAllOptions,
  type AxisName,
  allGather,
  allToAll,
  axisIndex,
  type PsumScatterOptions,
  pmax,
  pmean,
  pmin,
  ppermute,
  pshuffle,
  psum,
  psumScatter,
  pswapaxes,
} from './named-axes.ts';
export * as nn from './nn-functions/index.ts';
export * as np from './numpy/index.ts';
export * as random from './random-namespace.ts';
export { compileModule, runModule } from './run-module.ts';
export { type ShardMapOptions, shardMap } from './shard-map.ts';
export { isTensor, Tensor } from './tensor.ts';
export { hostTensor } from './trace.ts';
export { type AxisTree, type VmapOptions, vmap } from './vmap.ts';
