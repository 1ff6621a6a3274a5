/*
 * All that hands out tensors. Who bundles any of it gets their methods as well: this file and methods.ts are the ones that
 * "sideEffects" in package.json tells bundlers to keep. Names are listed because esbuild follows no `export *` to a side effect.
 */
import '../numpy/methods.ts';

export * as lax from '../lax/index.ts';
export * as nn from '../nn-functions/index.ts';
export * as np from '../numpy/index.ts';
export { type ArrayTarget, makeArrayFromCallback } from '../program/array-from-callback.ts';
export { devicePut, lowerDevicePut } from '../program/device-put.ts';
export { blockUntilReady, deviceGet, fwdAndBwd } from '../program/devices.ts';
export { evalShape, makeJaxpr, shapeDtypeStruct, type TracedProgram, trace } from '../program/inspect.ts';
export { type JitOptions, type Jitted, jit } from '../program/jit.ts';
export { type ModuleFunction, type ModuleFunctionOptions, moduleFunction } from '../program/module-function.ts';
export { compileModule, runModule } from '../program/run-module.ts';
export * as random from '../random/index.ts';
export {
  cond,
  foriLoop,
  type ScanOptions,
  scan,
  switchCase,
  type WhileOptions,
  whileLoop,
} from '../transforms/control-flow.ts';
export {
  type CheckpointOptions,
  type CustomOptions,
  checkpoint,
  customGradient,
  customJvp,
  customVjp,
  remat,
} from '../transforms/custom-derivatives.ts';
export { type GradientOf, type GradOptions, grad, jvp, valueAndGrad, valueAndGradAux } from '../transforms/grad.ts';
export {
  type GradientPasses,
  type GradientPassesOptions,
  gradientPasses,
  type PassArguments,
} from '../transforms/gradient-passes.ts';
export { closureConvert } from '../transforms/implicit.ts';
export { hessian, hvp, type Jacobian, type JacobianOptions, jacfwd, jacobian, jacrev } from '../transforms/jacobian.ts';
export { linearize, linearTranspose, vjp } from '../transforms/linearize.ts';
export { associativeScan, map } from '../transforms/loops.ts';
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
} from '../transforms/named-axes.ts';
export { type ShardMapOptions, shardMap } from '../transforms/shard-map.ts';
export { type AxisTree, type VmapOptions, vmap } from '../transforms/vmap.ts';
export { shard } from './mesh-scope.ts';
export { isTensor, Tensor } from './tensor.ts';
export { hostTensor } from './trace.ts';
