import { type OpDefinition, Registry } from '../ir/index.ts';
import * as arithmetic from './arithmetic.ts';
import * as bitcast from './bitcast_convert.ts';
import * as bitwise from './bitwise.ts';
import * as branches from './branches.ts';
import * as broadcast from './broadcast_in_dim.ts';
import { testOps } from './check.ts';
import * as chlo from './chlo.ts';
import * as collectives from './collectives.ts';
import * as complexes from './complex.ts';
import * as concatenate from './concatenate.ts';
import * as constants from './constant.ts';
import * as conversion from './convert.ts';
import * as convolutions from './convolution.ts';
import * as custom from './custom_call.ts';
import * as customDerivatives from './custom-derivatives.ts';
import * as deviceIds from './device_ids.ts';
import { dot as plainDot } from './dot.ts';
import * as dot from './dot_general.ts';
import * as dynamic from './dynamic_slice.ts';
import * as factorizations from './factorizations.ts';
import { fft } from './fft.ts';
import * as functions from './functions.ts';
import * as gathering from './gather.ts';
import { importedOps } from './imported.ts';
import * as finite from './is_finite.ts';
import * as linearAlgebra from './linear_algebra.ts';
import * as namedAxes from './named-axes.ts';
import * as barrier from './optimization_barrier.ts';
import * as padding from './pad.ts';
import * as reduce from './reduce.ts';
import * as precision from './reduce_precision.ts';
import * as reduceWindow from './reduce_window.ts';
import * as reshape from './reshape.ts';
import * as rng from './rng_bit_generator.ts';
import * as rounding from './rounding.ts';
import * as scans from './scan.ts';
import * as scattering from './scatter.ts';
import { sdyOps } from './sdy/index.ts';

import * as choice from './select.ts';
import * as selectAndScatter from './select_and_scatter.ts';
import * as slices from './slice.ts';
import * as sorting from './sort.ts';
import { stopGradient } from './stop_gradient.ts';
import * as structure from './structure.ts';
import * as topK from './top_k.ts';
import { tracedCall } from './traced-call.ts';
import * as transcendental from './transcendental.ts';
import * as transposition from './transpose.ts';
import * as loops from './while.ts';

/** Every op by its full name; the keys are the type-level list that kernel tables must cover. */
export const opDefinitions = {
  'stablehlo.abs': complexes.abs,
  'stablehlo.add': arithmetic.add,
  'stablehlo.all_gather': collectives.allGather,
  'stablehlo.all_reduce': collectives.allReduce,
  'stablehlo.all_to_all': collectives.allToAll,
  'stablehlo.and': bitwise.and,
  'stablehlo.atan2': arithmetic.atan2,
  'stablehlo.bitcast_convert': bitcast.bitcastConvert,
  'stablehlo.broadcast_in_dim': broadcast.broadcastInDim,
  'stablehlo.case': branches.caseOp,
  'stablehlo.cbrt': transcendental.cbrt,
  'stablehlo.ceil': rounding.ceil,
  'stablehlo.clamp': choice.clamp,
  'stablehlo.collective_broadcast': collectives.collectiveBroadcast,
  'stablehlo.collective_permute': collectives.collectivePermute,
  'stablehlo.complex': complexes.complex,
  'stablehlo.imag': complexes.imagPart,
  'stablehlo.real': complexes.realPart,
  'stablehlo.reduce_window': reduceWindow.reduceWindow,
  'stablehlo.select_and_scatter': selectAndScatter.selectAndScatter,
  'stablehlo.convolution': convolutions.convolution,
  'stablehlo.triangular_solve': linearAlgebra.triangularSolve,
  'stablehlo.cholesky': linearAlgebra.cholesky,
  'stablehlo.create_token': structure.createToken,
  'stablehlo.after_all': structure.afterAll,
  'stablehlo.tuple': structure.tuple,
  'stablehlo.get_tuple_element': structure.getTupleElement,
  'stablehlo.map': structure.map,
  'stablehlo.dot': plainDot,
  'stablehlo.fft': fft,
  'stablehlo.compare': choice.compare,
  'stablehlo.concatenate': concatenate.concatenate,
  'stablehlo.constant': constants.constant,
  'stablehlo.convert': conversion.convert,
  'stablehlo.cosine': transcendental.cosine,
  'stablehlo.count_leading_zeros': bitwise.countLeadingZeros,
  'stablehlo.custom_call': custom.customCall,
  'stablehlo.divide': arithmetic.divide,
  'stablehlo.dot_general': dot.dotGeneral,
  'stablehlo.dynamic_slice': dynamic.dynamicSlice,
  'stablehlo.dynamic_update_slice': dynamic.dynamicUpdateSlice,
  'stablehlo.exponential': transcendental.exponential,
  'stablehlo.exponential_minus_one': transcendental.exponentialMinusOne,
  'stablehlo.floor': rounding.floor,
  'stablehlo.gather': gathering.gather,
  'stablehlo.if': branches.ifOp,
  'stablehlo.iota': constants.iota,
  'stablehlo.is_finite': finite.isFiniteOp,
  'stablehlo.log': transcendental.log,
  'stablehlo.log_plus_one': transcendental.logPlusOne,
  'stablehlo.logistic': transcendental.logistic,
  'stablehlo.maximum': arithmetic.maximum,
  'stablehlo.minimum': arithmetic.minimum,
  'stablehlo.multiply': arithmetic.multiply,
  'stablehlo.negate': arithmetic.negate,
  'stablehlo.not': bitwise.not,
  'stablehlo.optimization_barrier': barrier.optimizationBarrier,
  'stablehlo.or': bitwise.or,
  'stablehlo.pad': padding.pad,
  'stablehlo.partition_id': deviceIds.partitionId,
  'stablehlo.popcnt': bitwise.popcnt,
  'stablehlo.power': arithmetic.power,
  'stablehlo.reduce': reduce.reduce,
  'stablehlo.reduce_precision': precision.reducePrecision,
  'stablehlo.reduce_scatter': collectives.reduceScatter,
  'stablehlo.remainder': arithmetic.remainder,
  'stablehlo.replica_id': deviceIds.replicaId,
  'stablehlo.reshape': reshape.reshape,
  'stablehlo.return': functions.stablehloReturn,
  'stablehlo.reverse': slices.reverse,
  'stablehlo.rng_bit_generator': rng.rngBitGenerator,
  'stablehlo.round_nearest_afz': rounding.roundNearestAfz,
  'stablehlo.round_nearest_even': rounding.roundNearestEven,
  'stablehlo.rsqrt': transcendental.rsqrt,
  'stablehlo.scatter': scattering.scatter,
  'stablehlo.select': choice.select,
  'stablehlo.shift_left': bitwise.shiftLeft,
  'stablehlo.shift_right_arithmetic': bitwise.shiftRightArithmetic,
  'stablehlo.shift_right_logical': bitwise.shiftRightLogical,
  'stablehlo.sign': rounding.sign,
  'stablehlo.sine': transcendental.sine,
  'stablehlo.slice': slices.slice,
  'stablehlo.sort': sorting.sort,
  'stablehlo.sqrt': transcendental.sqrt,
  'stablehlo.subtract': arithmetic.subtract,
  'stablehlo.tan': transcendental.tan,
  'stablehlo.tanh': transcendental.tanh,
  'stablehlo.transpose': transposition.transpose,
  'stablehlo.while': loops.whileOp,
  'stablehlo.xor': bitwise.xor,
  'chlo.acos': chlo.acos,
  'chlo.acosh': chlo.acosh,
  'chlo.asin': chlo.asin,
  'chlo.asinh': chlo.asinh,
  'chlo.atan': chlo.atan,
  'chlo.atanh': chlo.atanh,
  'chlo.bessel_i1e': chlo.besselI1e,
  'chlo.cosh': chlo.coshOp,
  'chlo.digamma': chlo.digamma,
  'chlo.erf_inv': chlo.erfInv,
  'chlo.lgamma': chlo.lgamma,
  'chlo.mulhi': chlo.mulhi,
  'chlo.next_after': chlo.nextAfterOp,
  'chlo.sinh': chlo.sinhOp,
  'chlo.tan': chlo.tan,
  'chlo.erf': transcendental.erf,
  'chlo.erfc': transcendental.erfc,
  'espalier.axis_index': namedAxes.axisIndex,
  'espalier.named_all_gather': namedAxes.namedAllGather,
  'espalier.named_all_reduce': namedAxes.namedAllReduce,
  'espalier.named_all_to_all': namedAxes.namedAllToAll,
  'espalier.named_permute': namedAxes.namedPermute,
  'espalier.named_reduce_scatter': namedAxes.namedReduceScatter,
  'espalier.lu': factorizations.lu,
  'espalier.permutation_of_pivots': factorizations.permutationOfPivots,
  'espalier.householder_qr': factorizations.householderQrOp,
  'espalier.householder_product': factorizations.householderProductOp,
  'espalier.householder_multiply': factorizations.householderMultiply,
  'espalier.pivoted_qr': factorizations.pivotedQrOp,
  'espalier.eigh': factorizations.eigh,
  'espalier.tridiagonalize': factorizations.tridiagonalize,
  'espalier.svd': factorizations.svd,
  'espalier.eig': factorizations.eig,
  'espalier.schur': factorizations.schur,
  'espalier.hessenberg': factorizations.hessenberg,
  'espalier.tridiagonal_solve': factorizations.tridiagonalSolveOp,
  'espalier.stop_gradient': stopGradient,
  'espalier.call': tracedCall,
  'espalier.checkpoint': customDerivatives.checkpoint,
  'espalier.custom_jvp': customDerivatives.customJvp,
  'espalier.custom_vjp': customDerivatives.customVjp,
  'espalier.custom_vjp_linear': customDerivatives.customVjpLinear,
  'chlo.scan': scans.chloScan,
  'chlo.top_k': topK.topK,
  'func.call': functions.funcCall,
  'func.return': functions.funcReturn,
} as const satisfies Record<string, OpDefinition>;

/** Full name of an op of this room. */
export type OpName = keyof typeof opDefinitions;

export const registry = new Registry([
  ...Object.values(opDefinitions),
  ...Object.values(importedOps),
  ...sdyOps,
  ...testOps,
]);

export type { BroadcastInDimAttributes } from './broadcast_in_dim.ts';
export type {
  AllGatherAttributes,
  AllReduceAttributes,
  AllToAllAttributes,
  CollectiveBroadcastAttributes,
  CollectivePermuteAttributes,
  ReduceScatterAttributes,
} from './collectives.ts';
export { expansionOf } from './composed.ts';
export type { ConcatenateAttributes } from './concatenate.ts';
export type { ConstantAttributes, IotaAttributes } from './constant.ts';
export type { ConvolutionAttributes, ConvolutionDimensions } from './convolution.ts';
export {
  asCustomCall,
  type CallOp,
  type CustomCallAttributes,
  type CustomCallTarget,
  type Expand,
  type ExpandInput,
} from './custom-call-target.ts';
export { customCallTargets, expandCustomCall, unknownCustomCall } from './custom-call-targets.ts';
export {
  type ChannelHandle,
  exchangeGrouping,
  type Grouping,
  groupOf,
  type ReplicaGroups,
  reductionGrouping,
} from './device-groups.ts';
export type { DotGeneralAttributes, Precision } from './dot_general.ts';
export type { DynamicSliceAttributes } from './dynamic_slice.ts';
export * from './emit.ts';
export type { FftAttributes } from './fft.ts';
export type { CallAttributes } from './functions.ts';
export type { GatherAttributes, GatherDimensionNumbers } from './gather.ts';
export { importedOps } from './imported.ts';
export type { AxisReduction, NamedAllReduce, NamedAxes } from './named-axes.ts';
export type { PadAttributes } from './pad.ts';
export { bounded, widened } from './positions.ts';
export type { ReduceAttributes } from './reduce.ts';
export type { ReducePrecisionAttributes } from './reduce_precision.ts';
export type { ReduceWindowAttributes } from './reduce_window.ts';
export * from './region.ts';
export { type RngAlgorithm, type RngBitGeneratorAttributes, threefry2x32 } from './rng_bit_generator.ts';
export { besselI1e, digamma, erf, erfc, erfInverse, logGamma, logistic } from './scalar-math.ts';
export { type ScanAttributes, scan, scanParts } from './scan-parts.ts';
export type { ScatterAttributes, ScatterDimensionNumbers } from './scatter.ts';
export type {
  AllGather,
  AllReduce,
  AllSlice,
  AllToAll,
  AllToAllMove,
  AxesPerDim,
  Direction,
  ManualComputation,
  ReduceScatter,
} from './sdy/index.ts';
export * from './sdy/index.ts';
export type { CompareAttributes, CompareDirection, CompareType } from './select.ts';
export { ShardingRuleBuilder } from './sharding-rule-builder.ts';
export type { ReverseAttributes, SliceAttributes } from './slice.ts';
export type { SortAttributes } from './sort.ts';
export * from './syntaxes.ts';
export type { TopKAttributes } from './top_k.ts';
export type { TracedCallAttributes } from './traced-call.ts';
export type { TransposeAttributes } from './transpose.ts';
export * from './varying-axes.ts';
export { runningWindows, type WindowGeometry } from './window-geometry.ts';
