import { type OpDefinition, Registry } from '../ir/index.ts';
import * as branches from './control/branches.ts';
import * as customDerivatives from './control/custom-derivatives.ts';
import * as functions from './control/functions.ts';
import * as barrier from './control/optimization-barrier.ts';
import * as scans from './control/scan.ts';
import { stopGradient } from './control/stop-gradient.ts';
import * as structure from './control/structure.ts';
import { tracedCall } from './control/traced-call.ts';
import * as loops from './control/while.ts';
import * as collectives from './devices/collectives.ts';
import * as deviceIds from './devices/device-ids.ts';
import * as namedAxes from './devices/named-axes.ts';
import * as arithmetic from './elementwise/arithmetic.ts';
import * as bitcast from './elementwise/bitcast-convert.ts';
import * as bitwise from './elementwise/bitwise.ts';
import * as chlo from './elementwise/chlo.ts';
import * as complexes from './elementwise/complex.ts';
import * as conversion from './elementwise/convert.ts';
import * as finite from './elementwise/is-finite.ts';
import * as precision from './elementwise/reduce-precision.ts';
import * as rounding from './elementwise/rounding.ts';
import * as choice from './elementwise/select.ts';
import * as transcendental from './elementwise/transcendental.ts';
import { testOps } from './imported/check.ts';
import * as custom from './imported/custom-call.ts';
import { importedOps } from './imported/index.ts';
import * as convolutions from './products/convolution.ts';
import { dot as plainDot } from './products/dot.ts';
import * as dot from './products/dot-general.ts';
import * as factorizations from './products/factorizations.ts';
import { fft } from './products/fft.ts';
import * as linearAlgebra from './products/linear-algebra.ts';
import { pagedAttention } from './products/paged-attention.ts';
import * as reduce from './reduce/reduce.ts';
import * as reduceWindow from './reduce/reduce-window.ts';
import * as selectAndScatter from './reduce/select-and-scatter.ts';
import * as sorting from './reduce/sort.ts';
import * as topK from './reduce/top-k.ts';
import { sdyOps } from './sdy/index.ts';
import * as broadcast from './shape/broadcast-in-dim.ts';
import * as concatenate from './shape/concatenate.ts';
import * as constants from './shape/constant.ts';
import * as dynamic from './shape/dynamic-slice.ts';
import * as gathering from './shape/gather.ts';
import * as padding from './shape/pad.ts';
import * as reshape from './shape/reshape.ts';
import * as rng from './shape/rng-bit-generator.ts';
import * as scattering from './shape/scatter.ts';
import * as slices from './shape/slice.ts';
import * as transposition from './shape/transpose.ts';

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
  'espalier.paged_attention': pagedAttention,
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

/** Full name of an op of this room that programs may be traced into. */
export type OpName = keyof typeof opDefinitions;
/** Full name of an op that only read programs have. */
export type ImportedOpName = keyof typeof importedOps;

export const registry = new Registry([
  ...Object.values(opDefinitions),
  ...Object.values(importedOps),
  ...sdyOps,
  ...testOps,
]);

export type { CallAttributes } from './control/functions.ts';
export { type ScanAttributes, scan, scanParts } from './control/scan-parts.ts';
export type { TracedCallAttributes } from './control/traced-call.ts';
export { tripCount } from './control/trip-count.ts';
export { expansionOf } from './define/composed.ts';
export * from './define/emit.ts';
export { bounded, widened } from './define/positions.ts';
export * from './define/region.ts';
export { ShardingRuleBuilder } from './define/sharding-rule-builder.ts';
export * from './define/syntaxes.ts';
export type {
  AllGatherAttributes,
  AllReduceAttributes,
  AllToAllAttributes,
  CollectiveBroadcastAttributes,
  CollectivePermuteAttributes,
  ReduceScatterAttributes,
} from './devices/collectives.ts';
export { communicationOf } from './devices/communication.ts';
export {
  type ChannelHandle,
  exchangeGrouping,
  type Grouping,
  groupOf,
  type ReplicaGroups,
  reductionGrouping,
} from './devices/device-groups.ts';
export type { AxisReduction, NamedAllReduce, NamedAxes } from './devices/named-axes.ts';
export * from './devices/varying-axes.ts';
export type { ReducePrecisionAttributes } from './elementwise/reduce-precision.ts';
export type { CompareAttributes, CompareDirection, CompareType } from './elementwise/select.ts';
export {
  asCustomCall,
  type CallOp,
  type CustomCallAttributes,
  type CustomCallTarget,
  type Expand,
  type ExpandInput,
} from './imported/custom-call-target.ts';
export { customCallTargets, expandCustomCall, unknownCustomCall } from './imported/custom-call-targets.ts';
export { importedOps } from './imported/index.ts';
export type { ConvolutionAttributes, ConvolutionDimensions } from './products/convolution.ts';
export type { DotGeneralAttributes, Precision } from './products/dot-general.ts';
export type { FftAttributes } from './products/fft.ts';
export { type CommunicationTotal, type ProgramCost, programCost } from './program-cost.ts';
export type { ReduceAttributes } from './reduce/reduce.ts';
export { type ReduceWindowAttributes, windowGeometry } from './reduce/reduce-window.ts';
export type { SortAttributes } from './reduce/sort.ts';
export type { TopKAttributes } from './reduce/top-k.ts';
export { runningWindows, type WindowGeometry } from './reduce/window-geometry.ts';
export type {
  AllGather,
  AllReduce,
  AllSlice,
  AllToAll,
  AllToAllMove,
  AxesPerDim,
  ManualComputation,
  ReduceScatter,
} from './sdy/index.ts';
export * from './sdy/index.ts';
export type { BroadcastInDimAttributes } from './shape/broadcast-in-dim.ts';
export type { ConcatenateAttributes } from './shape/concatenate.ts';
export type { ConstantAttributes, IotaAttributes } from './shape/constant.ts';
export type { DynamicSliceAttributes } from './shape/dynamic-slice.ts';
export type { GatherAttributes, GatherDimensionNumbers } from './shape/gather.ts';
export type { PadAttributes } from './shape/pad.ts';
export { type RngAlgorithm, type RngBitGeneratorAttributes, threefry2x32 } from './shape/rng-bit-generator.ts';
export type { ScatterAttributes, ScatterDimensionNumbers } from './shape/scatter.ts';
export type { ReverseAttributes, SliceAttributes } from './shape/slice.ts';
export type { TransposeAttributes } from './shape/transpose.ts';
