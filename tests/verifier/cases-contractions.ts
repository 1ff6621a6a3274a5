import { constantBody, type OpCases, pairBody } from './case.ts';

const f = 'tensor<f32>';
const scatter = (fields: string): string => `{scatter_dimension_numbers = #stablehlo.scatter<${fields}>}`;
const dotAttributes = (algorithm: string): string =>
  '{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], ' +
  'lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [1]>, ' +
  `precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]${algorithm}}`;
const dotTypes = ' : (tensor<2x3x4xf32>, tensor<2x4x5xf32>) -> tensor<2x3x5xf32>';
const dotAlgorithm =
  ', algorithm = #stablehlo.dot_algorithm<lhs_precision_type = f32, rhs_precision_type = f32, accumulation_type = f32, ' +
  'lhs_component_count = 1, rhs_component_count = 1, num_primitive_operations = 1, allow_imprecise_accumulation = false>';
const withAlgorithm = (from: string, to: string): string =>
  `${dotAttributes(dotAlgorithm)}${dotTypes}`.replace(from, to);
const counted = (feature: number, batch: number): string =>
  `feature_group_count = ${feature} : i64, batch_group_count = ${batch} : i64`;

const convolution =
  '{dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, window_strides = array<i64: 1, 2>, ' +
  'padding = dense<[[1, 1], [0, 0]]> : tensor<2x2xi64>, lhs_dilation = array<i64: 1, 1>, rhs_dilation = array<i64: 1, 1>, ' +
  'window_reversal = array<i1: false, false>, feature_group_count = 1 : i64, batch_group_count = 1 : i64, ' +
  'precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]}' +
  ' : (tensor<4x8x9x6xf32>, tensor<3x3x6x12xf32>) -> tensor<4x8x4x12xf32>';
const convolutionWith = (...changes: readonly (readonly [string, string])[]): string =>
  changes.reduce((text, [from, to]) => text.replace(from, to), convolution);

const window = (attributes: string): string =>
  `${pairBody()} {${attributes}} : (tensor<4x6xf32>, ${f}) -> tensor<2x4xf32>`;
const windowOk = window(
  'window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 1>, base_dilations = array<i64: 1, 1>, ' +
    'window_dilations = array<i64: 1, 1>, padding = dense<0> : tensor<2x2xi64>',
);
const predicate = (type: string): string =>
  `{^bb0(%p: ${type}, %q: ${type}): %g = "stablehlo.compare"(%p, %q) {comparison_direction = #stablehlo<comparison_direction GE>}` +
  ` : (${type}, ${type}) -> tensor<i1> "stablehlo.return"(%g) : (tensor<i1>) -> ()}`;
const selectAndScatter =
  `(${predicate(f)}, ${pairBody().slice(1)} {window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 3>, ` +
  `padding = dense<0> : tensor<2x2xi64>} : (tensor<4x6xf32>, tensor<2x2xf32>, ${f}) -> tensor<4x6xf32>`;
const twoReductions = `${constantBody([f, 'tensor<i32>', f, 'tensor<i32>'], [f, 'tensor<i32>'])}`;

/** Products, reductions and windows. */
export const contractionCases: Readonly<Record<string, OpCases>> = {
  dot_general: {
    ok: `${dotAttributes('')}${dotTypes}`,
    C1: ['lhs_batching_dimensions = [0]', 'lhs_batching_dimensions = [0, 1]'],
    C2: ['lhs_contracting_dimensions = [2]', 'lhs_contracting_dimensions = [1, 2]'],
    C3: ['lhs_contracting_dimensions = [2]', 'lhs_contracting_dimensions = [0]'],
    C4: ['rhs_contracting_dimensions = [1]', 'rhs_contracting_dimensions = [0]'],
    C5: ['lhs_batching_dimensions = [0]', 'lhs_batching_dimensions = [3]'],
    C6: ['lhs_contracting_dimensions = [2]', 'lhs_contracting_dimensions = [3]'],
    C7: ['rhs_batching_dimensions = [0]', 'rhs_batching_dimensions = [-1]'],
    C8: ['rhs_contracting_dimensions = [1]', 'rhs_contracting_dimensions = [3]'],
    C9: ['tensor<2x4x5xf32>', 'tensor<3x4x5xf32>'],
    C10: ['tensor<2x4x5xf32>', 'tensor<2x3x5xf32>'],
    C11: ['[#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]', '[#stablehlo<precision DEFAULT>]'],
    C12: ['-> tensor<2x3x5xf32>', '-> tensor<2x5x3xf32>'],
    C13: ['tensor<2x4x5xf32>', 'tensor<2x4x5xi32>'],
    C21: withAlgorithm('precision DEFAULT', 'precision HIGHEST'),
    C22: withAlgorithm('lhs_component_count = 1', 'lhs_component_count = 0'),
    C23: withAlgorithm('rhs_component_count = 1', 'rhs_component_count = 0'),
    C24: withAlgorithm('num_primitive_operations = 1', 'num_primitive_operations = -1'),
  },
  convolution: {
    ok: convolution,
    C1: ['tensor<3x3x6x12xf32>', 'tensor<3x6x12xf32>'],
    C2: ['window_strides = array<i64: 1, 2>', 'window_strides = array<i64: 1>'],
    C3: ['window_strides = array<i64: 1, 2>', 'window_strides = array<i64: 0, 2>'],
    C4: ['dense<[[1, 1], [0, 0]]> : tensor<2x2xi64>', 'dense<[[1, 1]]> : tensor<1x2xi64>'],
    C5: ['lhs_dilation = array<i64: 1, 1>', 'lhs_dilation = array<i64: 1>'],
    C6: ['lhs_dilation = array<i64: 1, 1>', 'lhs_dilation = array<i64: 1, 0>'],
    C7: ['rhs_dilation = array<i64: 1, 1>', 'rhs_dilation = array<i64: 1, 1, 1>'],
    C8: ['rhs_dilation = array<i64: 1, 1>', 'rhs_dilation = array<i64: -1, 1>'],
    C9: ['window_reversal = array<i1: false, false>', 'window_reversal = array<i1: false>'],
    C10: convolutionWith([counted(1, 1), counted(1, 3)]),
    C11: convolutionWith([counted(1, 1), counted(4, 1)]),
    C12: ['[b, 0, 1, f]x', '[b, 0, f]x'],
    C13: ['[b, 0, 1, f]x', '[b, 0, 1, 4]x'],
    C14: ['tensor<3x3x6x12xf32>', 'tensor<3x3x5x12xf32>'],
    C15: convolutionWith([counted(1, 1), counted(1, 2)], ['tensor<3x3x6x12xf32>', 'tensor<3x3x6x13xf32>']),
    C16: convolutionWith([counted(1, 1), counted(2, 1)], ['tensor<3x3x6x12xf32>', 'tensor<3x3x3x13xf32>']),
    C17: ['x[0, 1, i, o]', 'x[0, i, o]'],
    C18: ['x[0, 1, i, o]', 'x[0, 1, i, 4]'],
    C19: ['->[b, 0, 1, f]', '->[b, 0, f]'],
    C20: ['->[b, 0, 1, f]', '->[b, 0, 1, 4]'],
    C21: convolutionWith([counted(1, 1), counted(0, 1)]),
    C22: convolutionWith([counted(1, 1), counted(1, 0)]),
    C23: convolutionWith([counted(1, 1), counted(2, 2)]),
    C24: ['[#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]', '[#stablehlo<precision DEFAULT>]'],
    C25: ['-> tensor<4x8x4x12xf32>', '-> tensor<4x8x5x12xf32>'],
    C26: ['-> tensor<4x8x4x12xf32>', '-> tensor<4x8x4xf32>'],
    C27: ['tensor<3x3x6x12xf32>', 'tensor<3x3x6x12xi32>'],
  },
  reduce: {
    ok: `${pairBody()} {dimensions = array<i64: 1>} : (tensor<4x6xf32>, ${f}) -> tensor<4xf32>`,
    C1: `${twoReductions} {dimensions = array<i64: 1>} : (tensor<4x6xf32>, tensor<4x5xi32>, ${f}, tensor<i32>) -> (tensor<4xf32>, tensor<4xi32>)`,
    C2: [`(tensor<4x6xf32>, ${f})`, '(tensor<4x6xf32>, tensor<f64>)'],
    C3: ['(tensor<4x6xf32>, tensor<f32>)', '(tensor<4x6xf32>)'],
    'C3 results': ['-> tensor<4xf32>', '-> (tensor<4xf32>, tensor<4xf32>)'],
    C4: ['array<i64: 1>', 'array<i64: 2>'],
    C5: ['array<i64: 1>', 'array<i64: 1, 1>'],
    C6: [pairBody(), pairBody('tensor<2xf32>')],
    'C6 count': [pairBody(), constantBody([f], [f])],
    'C6 type': [pairBody(), pairBody('tensor<i32>')],
    'C6 width': [pairBody(), pairBody('tensor<f16>')],
    C7: ['-> tensor<4xf32>', '-> tensor<6xf32>'],
    C8: ['-> tensor<4xf32>', '-> tensor<4xf64>'],
  },
  reduce_window: {
    ok: windowOk,
    C1: [`(tensor<4x6xf32>, ${f})`, '(tensor<4x6xf32>)'],
    C2: windowOk
      .replace(pairBody(), twoReductions)
      .replace(
        / : \(tensor<4x6xf32>.*$/,
        ` : (tensor<4x6xf32>, tensor<4x5xi32>, ${f}, tensor<i32>) -> (tensor<2x4xf32>, tensor<2x4xi32>)`,
      ),
    C3: [`(tensor<4x6xf32>, ${f})`, '(tensor<4x6xf32>, tensor<f64>)'],
    C4: ['window_dimensions = array<i64: 2, 3>', 'window_dimensions = array<i64: 2>'],
    C5: ['window_dimensions = array<i64: 2, 3>', 'window_dimensions = array<i64: 2, 0>'],
    C6: ['window_strides = array<i64: 2, 1>', 'window_strides = array<i64: 2>'],
    C7: ['window_strides = array<i64: 2, 1>', 'window_strides = array<i64: 2, 0>'],
    C8: ['base_dilations = array<i64: 1, 1>', 'base_dilations = array<i64: 1>'],
    C9: ['base_dilations = array<i64: 1, 1>', 'base_dilations = array<i64: 0, 1>'],
    C10: ['window_dilations = array<i64: 1, 1>', 'window_dilations = array<i64: 1>'],
    C11: ['window_dilations = array<i64: 1, 1>', 'window_dilations = array<i64: 1, -1>'],
    C12: ['tensor<2x2xi64>', 'tensor<2x1xi64>'],
    C13: [pairBody(), pairBody('tensor<i32>')],
    C14: windowOk
      .replace(pairBody(), twoReductions)
      .replace(
        / : \(tensor<4x6xf32>.*$/,
        ` : (tensor<4x6xf32>, tensor<4x6xi32>, ${f}, tensor<i32>) -> (tensor<2x4xf32>, tensor<2x3xi32>)`,
      ),
    C15: ['-> tensor<2x4xf32>', '-> tensor<2x5xf32>'],
    C16: ['-> tensor<2x4xf32>', '-> tensor<2x4xf64>'],
  },
  select_and_scatter: {
    ok: selectAndScatter,
    C1: ['tensor<2x2xf32>', 'tensor<2x2xf64>'],
    C2: ['tensor<2x2xf32>', 'tensor<2x1xf32>'],
    C3: [`tensor<2x2xf32>, ${f})`, 'tensor<2x2xf32>, tensor<f64>)'],
    C4: ['window_dimensions = array<i64: 2, 3>', 'window_dimensions = array<i64: 2>'],
    C5: ['window_dimensions = array<i64: 2, 3>', 'window_dimensions = array<i64: 2, 0>'],
    C6: ['window_strides = array<i64: 2, 3>', 'window_strides = array<i64: 2>'],
    C7: ['window_strides = array<i64: 2, 3>', 'window_strides = array<i64: 0, 3>'],
    C8: ['tensor<2x2xi64>', 'tensor<1x2xi64>'],
    C9: [predicate(f), predicate('tensor<i32>')],
    C10: [pairBody().slice(1), pairBody('tensor<i32>').slice(1)],
    C11: ['-> tensor<4x6xf32>', '-> tensor<4x5xf32>'],
    C12: ['-> tensor<4x6xf32>', '-> tensor<4x6xf64>'],
  },
  sort: {
    ok: `(${predicate(f)}) {dimension = 1 : i64} : (tensor<4x6xf32>) -> tensor<4x6xf32>`,
    C1: ['(tensor<4x6xf32>)', '()'],
    C2: ['-> tensor<4x6xf32>', '-> tensor<4x6xf64>'],
    C3: [
      '(tensor<4x6xf32>) -> tensor<4x6xf32>',
      '(tensor<4x6xf32>, tensor<4x5xf32>) -> (tensor<4x6xf32>, tensor<4x5xf32>)',
    ],
    C4: ['dimension = 1', 'dimension = 2'],
    'C4 negative': ['dimension = 1', 'dimension = -3'],
    C5: [predicate(f), predicate('tensor<i32>')],
  },
  map: {
    ok: `${pairBody()} {dimensions = array<i64: 0, 1>} : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>`,
    C1: [', tensor<4x6xf32>)', ', tensor<4x5xf32>)'],
    C2: ['(tensor<4x6xf32>, tensor<4x6xf32>)', '()'],
    C3: ['array<i64: 0, 1>', 'array<i64: 1, 0>'],
    C4: [pairBody(), pairBody('tensor<f64>')],
    'C4 result': ['-> tensor<4x6xf32>', '-> tensor<4x6xf64>'],
  },
  scatter: {
    ok:
      `${pairBody()} ${scatter('update_window_dims = [2], inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1, 2], index_vector_dim = 2')}` +
      ' : (tensor<2x4x5xf32>, tensor<2x3x2xi32>, tensor<2x3x2xf32>) -> tensor<2x4x5xf32>',
    C1: `${twoReductions} ${scatter('inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]')} : (tensor<4xf32>, tensor<5xi32>, tensor<1xi32>, ${f}, tensor<i32>) -> (tensor<4xf32>, tensor<5xi32>)`,
    C2: ['inserted_window_dims = [1]', 'inserted_window_dims = []'],
    C3: `${twoReductions} ${scatter('update_window_dims = [0], scatter_dims_to_operand_dims = [0]')} : (tensor<4xf32>, tensor<4xi32>, tensor<1xi32>, tensor<2xf32>, tensor<3xi32>) -> (tensor<4xf32>, tensor<4xi32>)`,
    C4: ['tensor<2x3x2xf32>', 'tensor<2x3x6xf32>'],
    'C4 rank': ['tensor<2x3x2xf32>', 'tensor<2x3x2x1xf32>'],
    'C4 scatter': ['tensor<2x3x2xf32>', 'tensor<2x4x2xf32>'],
    C5: [', tensor<2x3x2xf32>)', ')'],
    C6: ['tensor<2x3x2xf32>', 'tensor<2x3x2xf64>'],
    C7: `${pairBody()} ${scatter('update_window_dims = [1, 0], scatter_dims_to_operand_dims = [0]')} : (tensor<4x5xf32>, tensor<1xi32>, tensor<1x1xf32>) -> tensor<4x5xf32>`,
    C8: ['update_window_dims = [2]', 'update_window_dims = [3]'],
    C9: ['inserted_window_dims = [1]', 'inserted_window_dims = [0]'],
    C10: `${pairBody()} ${scatter('inserted_window_dims = [1, 0], scatter_dims_to_operand_dims = [0]')} : (tensor<4x5xf32>, tensor<1xi32>, ${f}) -> tensor<4x5xf32>`,
    C11: ['inserted_window_dims = [1]', 'inserted_window_dims = [3]'],
    C12: `${pairBody()} ${scatter('input_batching_dims = [1, 0], scatter_indices_batching_dims = [0, 1], index_vector_dim = 2')} : (tensor<4x4xf32>, tensor<4x4x0xi32>, tensor<4x4xf32>) -> tensor<4x4xf32>`,
    C13: ['input_batching_dims = [0]', 'input_batching_dims = [3]'],
    C14: `${pairBody()} ${scatter('input_batching_dims = [0, 1], scatter_indices_batching_dims = [0, 0], index_vector_dim = 2')} : (tensor<4x4xf32>, tensor<4x4x0xi32>, tensor<4x4xf32>) -> tensor<4x4xf32>`,
    C15: ['scatter_indices_batching_dims = [0]', 'scatter_indices_batching_dims = [3]'],
    C16: ['scatter_indices_batching_dims = [0]', 'scatter_indices_batching_dims = [2]'],
    C17: ['scatter_indices_batching_dims = [0]', 'scatter_indices_batching_dims = [0, 1]'],
    C18: ['scatter_indices_batching_dims = [0]', 'scatter_indices_batching_dims = [1]'],
    C19: ['scatter_dims_to_operand_dims = [1, 2]', 'scatter_dims_to_operand_dims = [1]'],
    C20: ['scatter_dims_to_operand_dims = [1, 2]', 'scatter_dims_to_operand_dims = [0, 2]'],
    C21: ['scatter_dims_to_operand_dims = [1, 2]', 'scatter_dims_to_operand_dims = [1, 3]'],
    C22: ['index_vector_dim = 2', 'index_vector_dim = 4'],
    C23: [pairBody(), pairBody('tensor<i32>')],
    C24: ['-> tensor<2x4x5xf32>', '-> tensor<2x4x4xf32>'],
    C25: ['-> tensor<2x4x5xf32>', '-> tensor<2x4x5xf64>'],
  },
  cholesky: {
    ok: '{lower = true} : (tensor<2x3x3xf32>) -> tensor<2x3x3xf32>',
    C1: ['-> tensor<2x3x3xf32>', '-> tensor<2x3x3xf64>'],
    C2: ['(tensor<2x3x3xf32>) -> tensor<2x3x3xf32>', '(tensor<3xf32>) -> tensor<3xf32>'],
    C3: ['(tensor<2x3x3xf32>) -> tensor<2x3x3xf32>', '(tensor<2x3x4xf32>) -> tensor<2x3x4xf32>'],
  },
  triangular_solve: {
    ok:
      '{left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}' +
      ' : (tensor<2x3x3xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>',
    C1: [', tensor<2x3x4xf32>)', ', tensor<2x3x4xf64>)'],
    C2: [', tensor<2x3x4xf32>)', ', tensor<3x4xf32>)'],
    C3: [', tensor<2x3x4xf32>)', ', tensor<2x4x4xf32>)'],
    'C3 batch': [', tensor<2x3x4xf32>)', ', tensor<5x3x4xf32>)'],
    'C3 square': ['tensor<2x3x3xf32>', 'tensor<2x3x5xf32>'],
    C4: ['-> tensor<2x3x4xf32>', '-> tensor<2x3x4xf64>'],
  },
  fft: {
    ok: '{fft_type = #stablehlo<fft_type RFFT>, fft_length = array<i64: 8>} : (tensor<3x8xf32>) -> tensor<3x5xcomplex<f32>>',
    C1: ['array<i64: 8>', 'array<i64: 1, 3, 8>'],
    C2: ['(tensor<3x8xf32>)', '(tensor<3x8xcomplex<f32>>)'],
    'C2 result': ['-> tensor<3x5xcomplex<f32>>', '-> tensor<3x5xcomplex<f64>>'],
    C3: ['array<i64: 8>', 'array<i64>'],
    C4: ['array<i64: 8>', 'array<i64: 9>'],
    C5: ['-> tensor<3x5xcomplex<f32>>', '-> tensor<3x8xcomplex<f32>>'],
  },
};
