import type { OpCases } from './case.ts';

const gather = (fields: string, slices: string): string =>
  `{dimension_numbers = #stablehlo.gather<${fields}>, slice_sizes = array<i64: ${slices}>}`;
/** Movement of data: results follow from shapes and attributes. */
export const shapeCases: Readonly<Record<string, OpCases>> = {
  slice: {
    ok:
      '{start_indices = array<i64: 0, 1>, limit_indices = array<i64: 2, 5>, strides = array<i64: 1, 2>}' +
      ' : (tensor<3x5xf32>) -> tensor<2x2xf32>',
    C1: ['-> tensor<2x2xf32>', '-> tensor<2x2xf64>'],
    C2: ['strides = array<i64: 1, 2>', 'strides = array<i64: 1>'],
    C3: ['limit_indices = array<i64: 2, 5>', 'limit_indices = array<i64: 2, 6>'],
    'C3 start': ['start_indices = array<i64: 0, 1>', 'start_indices = array<i64: 0, -1>'],
    'C3 order': ['start_indices = array<i64: 0', 'start_indices = array<i64: 3'],
    C4: ['strides = array<i64: 1, 2>', 'strides = array<i64: 0, 2>'],
    C5: ['-> tensor<2x2xf32>', '-> tensor<2x4xf32>'],
  },
  reverse: {
    ok: '{dimensions = array<i64: 1>} : (tensor<3x5xf32>) -> tensor<3x5xf32>',
    C1: ['-> tensor<3x5xf32>', '-> tensor<5x3xf32>'],
    C2: ['array<i64: 1>', 'array<i64: 1, 1>'],
    C3: ['array<i64: 1>', 'array<i64: 2>'],
  },
  reshape: {
    ok: ': (tensor<3x5xf32>) -> tensor<15xf32>',
    C1: ['-> tensor<15xf32>', '-> tensor<15xf16>'],
    C2: ['-> tensor<15xf32>', '-> tensor<16xf32>'],
  },
  transpose: {
    ok: '{permutation = array<i64: 1, 0>} : (tensor<3x5xf32>) -> tensor<5x3xf32>',
    C1: ['-> tensor<5x3xf32>', '-> tensor<5x3xf64>'],
    C2: ['array<i64: 1, 0>', 'array<i64: 1, 1>'],
    C3: ['-> tensor<5x3xf32>', '-> tensor<3x5xf32>'],
  },
  broadcast_in_dim: {
    ok: '{broadcast_dimensions = array<i64: 0, 2>} : (tensor<3x1xf32>) -> tensor<3x4x5xf32>',
    C1: ['-> tensor<3x4x5xf32>', '-> tensor<3x4x5xf64>'],
    C2: ['array<i64: 0, 2>', 'array<i64: 0>'],
    C3: ['array<i64: 0, 2>', 'array<i64: 0, 3>'],
    C4: ['array<i64: 0, 2>', 'array<i64: 0, 0>'],
    C5: ['array<i64: 0, 2>', 'array<i64: 1, 2>'],
  },
  concatenate: {
    ok: '{dimension = 1 : i64} : (tensor<3x5xf32>, tensor<3x2xf32>) -> tensor<3x7xf32>',
    C1: [', tensor<3x2xf32>)', ', tensor<3x2xf64>)'],
    C2: [', tensor<3x2xf32>)', ', tensor<4x2xf32>)'],
    C3: ['(tensor<3x5xf32>, tensor<3x2xf32>)', '()'],
    C4: ['dimension = 1', 'dimension = 2'],
    C5: ['-> tensor<3x7xf32>', '-> tensor<3x7xf64>'],
    C6: ['-> tensor<3x7xf32>', '-> tensor<3x8xf32>'],
  },
  pad: {
    ok:
      '{edge_padding_low = array<i64: 1>, edge_padding_high = array<i64: -1>, interior_padding = array<i64: 2>}' +
      ' : (tensor<3xf32>, tensor<f32>) -> tensor<7xf32>',
    C1: [', tensor<f32>)', ', tensor<f64>)'],
    'C1 result': ['-> tensor<7xf32>', '-> tensor<7xf64>'],
    C2: ['edge_padding_low = array<i64: 1>', 'edge_padding_low = array<i64: 1, 0>'],
    C3: ['interior_padding = array<i64: 2>', 'interior_padding = array<i64: -1>'],
    C4: ['-> tensor<7xf32>', '-> tensor<8xf32>'],
    'C4 negative': ['edge_padding_high = array<i64: -1>', 'edge_padding_high = array<i64: -9>'],
  },
  dynamic_slice: {
    ok: '{slice_sizes = array<i64: 2, 1>} : (tensor<3x5xf32>, tensor<i32>, tensor<i32>) -> tensor<2x1xf32>',
    C1: ['-> tensor<2x1xf32>', '-> tensor<2x1xf64>'],
    C2: ['array<i64: 2, 1>', 'array<i64: 2>'],
    'C2 starts': [', tensor<i32>, tensor<i32>)', ', tensor<i32>)'],
    C3: [', tensor<i32>)', ', tensor<i64>)'],
    C4: ['array<i64: 2, 1>', 'array<i64: 4, 1>'],
    C5: ['-> tensor<2x1xf32>', '-> tensor<2x2xf32>'],
  },
  dynamic_update_slice: {
    ok: ': (tensor<3x5xf32>, tensor<2x1xf32>, tensor<i32>, tensor<i32>) -> tensor<3x5xf32>',
    C1: ['-> tensor<3x5xf32>', '-> tensor<3x4xf32>'],
    C2: ['tensor<2x1xf32>', 'tensor<2x1xf64>'],
    C3: ['tensor<2x1xf32>', 'tensor<2xf32>'],
    C4: [', tensor<i32>, tensor<i32>)', ', tensor<i32>)'],
    C5: [', tensor<i32>)', ', tensor<i64>)'],
    C6: ['tensor<2x1xf32>', 'tensor<2x6xf32>'],
  },
  gather: {
    ok: `${gather(
      'offset_dims = [2], collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1, 2], index_vector_dim = 2',
      '1, 1, 2',
    )} : (tensor<2x4x5xf32>, tensor<2x3x2xi32>) -> tensor<2x3x2xf32>`,
    C1: ['collapsed_slice_dims = [1]', 'collapsed_slice_dims = []'],
    C2: ['index_vector_dim = 2', 'index_vector_dim = 4'],
    C3: ['start_index_map = [1, 2]', 'start_index_map = [1]'],
    C4: `${gather('offset_dims = [1, 0], start_index_map = [0]', '1, 1')} : (tensor<4x5xf32>, tensor<1xi32>) -> tensor<1x1xf32>`,
    C5: ['offset_dims = [2]', 'offset_dims = [3]'],
    C6: ['collapsed_slice_dims = [1]', 'collapsed_slice_dims = [0]'],
    C7: `${gather('collapsed_slice_dims = [1, 0], start_index_map = [0]', '1, 1')} : (tensor<4x5xf32>, tensor<1xi32>) -> tensor<f32>`,
    C8: ['collapsed_slice_dims = [1]', 'collapsed_slice_dims = [3]'],
    C9: ['slice_sizes = array<i64: 1, 1, 2>', 'slice_sizes = array<i64: 1, 2, 2>'],
    C10: `${gather(
      'operand_batching_dims = [1, 0], start_indices_batching_dims = [0, 1], index_vector_dim = 2',
      '1, 1',
    )} : (tensor<4x4xf32>, tensor<4x4x0xi32>) -> tensor<4x4xf32>`,
    C11: ['operand_batching_dims = [0]', 'operand_batching_dims = [3]'],
    C12: ['slice_sizes = array<i64: 1, 1, 2>', 'slice_sizes = array<i64: 2, 1, 2>'],
    C13: `${gather(
      'operand_batching_dims = [0, 1], start_indices_batching_dims = [0, 0], index_vector_dim = 2',
      '1, 1',
    )} : (tensor<4x4xf32>, tensor<4x4x0xi32>) -> tensor<4x4xf32>`,
    C14: ['start_indices_batching_dims = [0]', 'start_indices_batching_dims = [3]'],
    C15: ['start_indices_batching_dims = [0]', 'start_indices_batching_dims = [2]'],
    C16: ['start_indices_batching_dims = [0]', 'start_indices_batching_dims = [0, 1]'],
    C17: ['start_indices_batching_dims = [0]', 'start_indices_batching_dims = [1]'],
    C18: ['start_index_map = [1, 2]', 'start_index_map = [0, 2]'],
    C19: ['start_index_map = [1, 2]', 'start_index_map = [1, 3]'],
    C20: ['slice_sizes = array<i64: 1, 1, 2>', 'slice_sizes = array<i64: 1, 1>'],
    C21: ['slice_sizes = array<i64: 1, 1, 2>', 'slice_sizes = array<i64: 1, 1, 6>'],
    C22: ['-> tensor<2x3x2xf32>', '-> tensor<2x3x1xf32>'],
    C23: ['-> tensor<2x3x2xf32>', '-> tensor<2x3x2xf64>'],
  },
};
