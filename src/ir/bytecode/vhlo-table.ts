import type { DType } from '../../base/index.ts';

/*
 * What StableHLO's versioned dialect fixes: codes of its attributes, types and enumerations, and the attributes of its ops.
 * Source: StableHLO 1.20, VhloBytecode.cpp, VhloEnums.td, VhloOps.td.
 */

/** The newest version whose ops and attributes are all known here. */
export const NEWEST_VERSION = [1, 20, 0] as const;
/** What is written: the newest version that has only first forms of mathematical ops, so that old readers take it. */
export const WRITTEN_VERSION = [1, 8, 0] as const;

export const attributeCodes = {
  array: 1,
  boolean: 2,
  comparisonDirection: 3,
  comparisonType: 4,
  customCallApiVersion: 5,
  dictionary: 6,
  fftType: 7,
  float: 8,
  integer: 9,
  outputOperandAlias: 10,
  precision: 11,
  rngAlgorithm: 12,
  rngDistribution: 13,
  string: 14,
  tensor: 15,
  transpose: 16,
  type: 17,
  typeExtensions: 18,
  resultAccuracyMode: 19,
  resultAccuracy: 20,
  subAxisInfo: 21,
  axisRef: 22,
  replicaGroupMeshAxes: 23,
  meshAxis: 24,
  mesh: 25,
} as const;

export interface Enumeration {
  readonly code: number;
  /** Name in StableHLO's text: `#stablehlo<precision HIGH>`. */
  readonly kind: string;
  readonly words: readonly string[];
}
export const enumerations: readonly Enumeration[] = [
  {
    code: attributeCodes.comparisonDirection,
    kind: 'comparison_direction',
    words: ['EQ', 'NE', 'GE', 'GT', 'LE', 'LT'],
  },
  {
    code: attributeCodes.comparisonType,
    kind: 'comparison_type',
    words: ['NOTYPE', 'FLOAT', 'TOTALORDER', 'SIGNED', 'UNSIGNED'],
  },
  { code: attributeCodes.fftType, kind: 'fft_type', words: ['FFT', 'IFFT', 'RFFT', 'IRFFT'] },
  { code: attributeCodes.precision, kind: 'precision', words: ['DEFAULT', 'HIGH', 'HIGHEST'] },
  { code: attributeCodes.rngAlgorithm, kind: 'rng_algorithm', words: ['DEFAULT', 'THREE_FRY', 'PHILOX'] },
  { code: attributeCodes.rngDistribution, kind: 'rng_distribution', words: ['', 'UNIFORM', 'NORMAL'] },
  {
    code: attributeCodes.transpose,
    kind: 'transpose',
    words: ['TRANSPOSE_INVALID', 'NO_TRANSPOSE', 'TRANSPOSE', 'ADJOINT'],
  },
  {
    code: attributeCodes.resultAccuracyMode,
    kind: 'result_accuracy_mode',
    words: ['DEFAULT', 'HIGHEST', 'TOLERANCE'],
  },
];

/** Codes of types that are an element type of ours. */
export const elementTypeCodes: readonly (readonly [number, DType])[] = [
  [0, 'bool'],
  [2, 'bf16'],
  [3, 'f16'],
  [4, 'f32'],
  [5, 'f64'],
  [6, 'f8E4M3FN'],
  [7, 'f8E5M2'],
  [10, 'i4'],
  [11, 'i8'],
  [12, 'i16'],
  [13, 'i32'],
  [14, 'i64'],
  [15, 'u4'],
  [16, 'u8'],
  [17, 'u16'],
  [18, 'u32'],
  [19, 'u64'],
  [27, 'f8E4M3FNUZ'],
  [28, 'f8E5M2FNUZ'],
  [29, 'f8E4M3B11FNUZ'],
  [31, 'i2'],
  [32, 'u2'],
  [35, 'f8E4M3'],
  [36, 'f8E3M4'],
  [37, 'f4E2M1FN'],
  [38, 'f6E2M3FN'],
  [39, 'f6E3M2FN'],
  [40, 'f8E8M0FNU'],
];
export const typeCodes = {
  complex: 1,
  function: 8,
  index: 9,
  rankedTensor: 20,
  encodedTensor: 21,
  token: 22,
  tuple: 23,
  quantized: 24,
  unrankedTensor: 25,
  witness: 26,
  quantizedPerAxis: 30,
  none: 33,
  tf32: 34,
  buffer: 41,
  future: 42,
} as const;

const gather = 'collapsed_slice_dims index_vector_dim indices_are_sorted offset_dims';
const convolution =
  'batch_group_count feature_group_count input_batch_dimension input_feature_dimension input_spatial_dimensions kernel_input_feature_dimension kernel_output_feature_dimension kernel_spatial_dimensions lhs_dilation output_batch_dimension output_feature_dimension output_spatial_dimensions';
const customCall =
  'api_version backend_config call_target_name called_computations has_side_effect operand_layouts output_operand_aliases result_layouts';
const composite = 'composite_attributes decomposition name version';
const collective = 'channel_id replica_groups use_global_device_ids';
const transfer = 'channel_id channel_type is_host_transfer';

/** Ops that have attributes, with these in the order in which their properties are stored: by name. */
const withAttributes: Readonly<Record<string, string>> = {
  all_gather_v1: 'all_gather_dim channel_id replica_groups use_global_device_ids',
  all_gather_v2: 'all_gather_dim channel_id replica_groups use_global_device_ids',
  all_reduce_v1: collective,
  all_reduce_v2: collective,
  all_to_all_v1: 'channel_id concat_dimension replica_groups split_count split_dimension',
  all_to_all_v2: 'channel_id concat_dimension replica_groups split_count split_dimension',
  batch_norm_grad_v1: 'epsilon feature_index',
  batch_norm_inference_v1: 'epsilon feature_index',
  batch_norm_training_v1: 'epsilon feature_index',
  broadcast_in_dim_v1: 'broadcast_dimensions',
  broadcast_v1: 'broadcast_sizes',
  call_v1: 'callee',
  cholesky_v1: 'lower',
  collective_broadcast_v1: 'channel_id replica_groups',
  collective_broadcast_v2: 'channel_id has_dynamic_root replica_groups',
  collective_reduce_v1: 'channel_id has_dynamic_root replica_groups use_global_device_ids',
  collective_permute_v1: 'channel_id source_target_pairs',
  compare_v1: 'compare_type comparison_direction',
  composite_v1: composite,
  composite_v2: composite,
  concatenate_v1: 'dimension',
  constant_v1: 'value',
  convolution_v1: `${convolution} padding precision_config rhs_dilation window_reversal window_strides`,
  'cross-replica-sum_v1': 'replica_groups',
  custom_call_v1: customCall,
  custom_call_v2: `${customCall} result_tilings`,
  dot_general_v1:
    'lhs_batching_dimensions lhs_contracting_dimensions precision_config rhs_batching_dimensions rhs_contracting_dimensions',
  dot_general_v2:
    'accumulation_type allow_imprecise_accumulation lhs_batching_dimensions lhs_component_count lhs_contracting_dimensions lhs_precision_type num_primitive_operations precision_config rhs_batching_dimensions rhs_component_count rhs_contracting_dimensions rhs_precision_type',
  dot_v1: 'precision_config',
  dynamic_broadcast_in_dim_v1: 'broadcast_dimensions known_expanding_dimensions known_nonexpanding_dimensions',
  dynamic_conv_v1: `${convolution} padding precision_config rhs_dilation window_reversal window_strides`,
  dynamic_conv_v2: `${convolution} precision_config rhs_dilation window_reversal window_strides`,
  dynamic_gather_v1: `${gather} start_index_map`,
  dynamic_gather_v2: `${gather} operand_batching_dims start_index_map start_indices_batching_dims`,
  dynamic_iota_v1: 'iota_dimension',
  dynamic_slice_v1: 'slice_sizes',
  einsum_v1: 'einsum_config',
  fft_v1: 'fft_length fft_type',
  func_v1: 'arg_attrs function_type res_attrs sym_name sym_visibility',
  gather_v1: `${gather} slice_sizes start_index_map`,
  gather_v2: `${gather} operand_batching_dims slice_sizes start_index_map start_indices_batching_dims`,
  get_dimension_size_v1: 'dimension',
  get_tuple_element_v1: 'index',
  infeed_v1: 'infeed_config layout',
  iota_v1: 'iota_dimension',
  map_v1: 'dimensions',
  outfeed_v1: 'outfeed_config',
  pad_v1: 'edge_padding_high edge_padding_low interior_padding',
  recv_v1: transfer,
  recv_v2: `${transfer} source_target_pairs`,
  reduce_v1: 'dimensions',
  reduce_precision_v1: 'exponent_bits mantissa_bits',
  reduce_scatter_v1: 'channel_id replica_groups scatter_dimension use_global_device_ids',
  reduce_window_v1: 'base_dilations padding window_dilations window_dimensions window_strides',
  reverse_v1: 'dimensions',
  rng_bit_generator_v1: 'rng_algorithm',
  rng_v1: 'rng_distribution',
  scatter_v1:
    'index_vector_dim indices_are_sorted inserted_window_dims scatter_dims_to_operand_dims unique_indices update_window_dims',
  scatter_v2:
    'index_vector_dim indices_are_sorted input_batching_dims inserted_window_dims scatter_dims_to_operand_dims scatter_indices_batching_dims unique_indices update_window_dims',
  select_and_scatter_v1: 'padding window_dimensions window_strides',
  send_v1: transfer,
  send_v2: `${transfer} source_target_pairs`,
  set_dimension_size_v1: 'dimension',
  slice_v1: 'limit_indices start_indices strides',
  sort_v1: 'dimension is_stable',
  torch_index_select_v1: 'batch_dims dim',
  transpose_v1: 'permutation',
  triangular_solve_v1: 'left_side lower transpose_a unit_diagonal',
  unary_einsum_v1: 'einsum_config',
};
const plain =
  'abs add after_all and async_start async_done atan2 bitcast_convert case cbrt ceil clamp count_leading_zeros complex convert cosine create_token divide dynamic_pad dynamic_reshape dynamic_update_slice exponential_minus_one exponential floor if imag is_finite log_plus_one logistic log maximum minimum multiply negate not optimization_barrier or partition_id popcnt power real_dynamic_slice real remainder replica_id reshape return round_nearest_even round_nearest_afz rsqrt select shift_left shift_right_arithmetic shift_right_logical sign sine sqrt subtract tan tanh tuple uniform_dequantize uniform_quantize while xor';
/** Mathematical ops whose second form says how accurate the result must be. */
const accurate = 'cbrt cosine exponential_minus_one exponential log_plus_one logistic log rsqrt sine sqrt tan tanh';

/** Attributes of each versioned op; an op that is not here is unknown. */
export const vhloAttributes: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...plain.split(' ').map((name) => [`${name}_v1`, []] as const),
  ...accurate.split(' ').map((name) => [`${name}_v2`, ['result_accuracy']] as const),
  ...Object.entries(withAttributes).map(([name, list]) => [name, list.split(' ')] as const),
]);

/** Ops of other dialects that portable artifacts keep, with their properties by name; `?` marks optional ones. */
export const otherProperties: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'builtin.module': 'sym_name? sym_visibility?',
    'sdy.mesh': 'mesh sym_name',
    'sdy.sharding_constraint': 'sharding',
    'sdy.reshard': 'sharding',
    'sdy.manual_computation': 'in_shardings manual_axes out_shardings',
    'sdy.sharding_group': 'group_id',
    'sdy.constant': 'value',
    'sdy.data_flow_edge': 'sharding?',
    'sdy.propagation_barrier': 'allowed_direction',
    'sdy.named_computation': 'in_shardings? name out_shardings?',
    'sdy.return': '',
    'sdy.all_gather': 'gathering_axes out_sharding',
    'sdy.all_slice': 'out_sharding slicing_axes',
    'sdy.all_to_all': 'out_sharding params',
    'sdy.collective_permute': 'out_sharding',
    'sdy.all_reduce': 'out_sharding reduction_axes',
    'sdy.reduce_scatter': 'out_sharding reduce_scatter_axes',
  }).map(([name, list]) => [name, list === '' ? [] : list.split(' ')] as const),
);
