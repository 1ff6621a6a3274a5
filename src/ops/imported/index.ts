import type { OpDefinition } from '../../ir/index.ts';
import { composite } from '../control/composite.ts';
import { asyncDone, asyncStart } from '../devices/async.ts';
import { collectiveReduce } from '../devices/collective-reduce.ts';
import * as transfers from '../devices/transfers.ts';
import { besselI0e } from '../elementwise/bessel.ts';
import { raggedDot } from '../products/ragged-dot.ts';
import * as batchNorm from '../reduce/batch-norm.ts';
import { asinAcosKernel, broadcastOps, chloConstant, constantLike } from './chlo-broadcast.ts';
import * as chlo from './chlo-composed.ts';
import * as dynamic from './dynamic-shapes.ts';
import * as legacy from './legacy.ts';
import * as refused from './refused.ts';
import { rng } from './rng.ts';

/** Ops that engines need not know: they disappear in `decompose`, are evaluated by the reference engine only, or are refused. */
export const importedOps = {
  ...broadcastOps,
  'chlo._asin_acos_kernel': asinAcosKernel,
  'chlo.constant': chloConstant,
  'chlo.constant_like': constantLike,
  'chlo.ragged_dot': raggedDot,
  'chlo.conj': chlo.conj,
  'chlo.is_inf': chlo.isInf,
  'chlo.is_neg_inf': chlo.isNegInf,
  'chlo.is_pos_inf': chlo.isPosInf,
  'chlo.polygamma': chlo.polygamma,
  'chlo.square': chlo.square,
  'chlo.zeta': chlo.zeta,
  'espalier.bessel_i0e': besselI0e,
  'stablehlo.async_done': asyncDone,
  'stablehlo.async_start': asyncStart,
  'stablehlo.batch_norm_grad': batchNorm.batchNormGrad,
  'stablehlo.batch_norm_inference': batchNorm.batchNormInference,
  'stablehlo.batch_norm_training': batchNorm.batchNormTraining,
  'stablehlo.broadcast': legacy.broadcast,
  'stablehlo.cross-replica-sum': legacy.crossReplicaSum,
  'stablehlo.einsum': legacy.einsum,
  'stablehlo.rng': rng,
  'stablehlo.torch_index_select': legacy.torchIndexSelect,
  'stablehlo.unary_einsum': legacy.unaryEinsum,
  'stablehlo.uniform_dequantize': refused.uniformDequantize,
  'stablehlo.uniform_quantize': refused.uniformQuantize,
  'stablehlo.collective_reduce': collectiveReduce,
  'stablehlo.composite': composite,
  'stablehlo.dynamic_broadcast_in_dim': dynamic.dynamicBroadcastInDim,
  'stablehlo.dynamic_conv': dynamic.dynamicConv,
  'stablehlo.dynamic_gather': dynamic.dynamicGather,
  'stablehlo.dynamic_iota': dynamic.dynamicIota,
  'stablehlo.dynamic_pad': dynamic.dynamicPad,
  'stablehlo.dynamic_reshape': dynamic.dynamicReshape,
  'stablehlo.get_dimension_size': dynamic.getDimensionSize,
  'stablehlo.real_dynamic_slice': dynamic.realDynamicSlice,
  'stablehlo.set_dimension_size': dynamic.setDimensionSize,
  'stablehlo.infeed': transfers.infeed,
  'stablehlo.outfeed': transfers.outfeed,
  'stablehlo.recv': transfers.recv,
  'stablehlo.send': transfers.send,
} as const satisfies Record<string, OpDefinition>;
