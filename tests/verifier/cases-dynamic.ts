import type { Change, OpCases } from './case.ts';
import { contractionCases } from './cases-contractions.ts';

const f = 'tensor<f32>';
const n = 'tensor<6xf32>';
const gather = (fields: string): string => `{dimension_numbers = #stablehlo.gather<${fields}>}`;
const gatherTypes = ' : (tensor<4x5xf32>, tensor<3x1xi32>, tensor<2xi64>) -> tensor<3x2xf32>';

/** The cases of convolution, with the padding as an operand. */
function dynamicConv(): OpCases {
  const cases = contractionCases.convolution;
  const operand = (text: string): string =>
    text
      .replace('padding = dense<[[1, 1], [0, 0]]> : tensor<2x2xi64>, ', '')
      .replace(') -> ', ', tensor<2x2xi64>) -> ');
  const changed = Object.entries(cases)
    .filter(([title]) => title !== 'ok' && title !== 'C4')
    .map(([title, change]) => [title, typeof change === 'string' ? operand(change) : change] as const);
  const own: Record<string, Change> = {
    C4: ['tensor<2x2xi64>', 'tensor<1x2xi64>'],
    C25: ['-> tensor<4x8x4x12xf32>', '-> tensor<3x8x4x12xf32>'],
  };
  return { ...Object.fromEntries(changed), ...own, ok: operand(cases.ok) } as OpCases;
}

/** Shapes that are operands, normalization, random numbers. */
export const dynamicCases: Readonly<Record<string, OpCases>> = {
  dynamic_broadcast_in_dim: {
    ok:
      '{broadcast_dimensions = array<i64: 0, 2>, known_expanding_dimensions = array<i64: 1>, ' +
      'known_nonexpanding_dimensions = array<i64: 0>} : (tensor<3x1xf32>, tensor<3xi64>) -> tensor<3x4x5xf32>',
    C1: ['-> tensor<3x4x5xf32>', '-> tensor<3x4x5xf64>'],
    C2: ['broadcast_dimensions = array<i64: 0, 2>', 'broadcast_dimensions = array<i64: 0>'],
    C3: ['broadcast_dimensions = array<i64: 0, 2>', 'broadcast_dimensions = array<i64: 0, 3>'],
    C4: ['broadcast_dimensions = array<i64: 0, 2>', 'broadcast_dimensions = array<i64: 0, 0>'],
    C5: ['broadcast_dimensions = array<i64: 0, 2>', 'broadcast_dimensions = array<i64: 1, 2>'],
    C7: ['tensor<3xi64>', 'tensor<2xi64>'],
    C8: ['expanding_dimensions = array<i64: 1>', 'expanding_dimensions = array<i64: 0>'],
    C9: ['expanding_dimensions = array<i64: 1>', 'expanding_dimensions = array<i64: 2>'],
    C10: ['nonexpanding_dimensions = array<i64: 0>', 'nonexpanding_dimensions = array<i64: 2>'],
  },
  dynamic_reshape: {
    ok: ': (tensor<3x5xf32>, tensor<1xi64>) -> tensor<15xf32>',
    C1: ['-> tensor<15xf32>', '-> tensor<15xf16>'],
    C2: ['-> tensor<15xf32>', '-> tensor<16xf32>'],
    C4: ['tensor<1xi64>', 'tensor<2xi64>'],
  },
  dynamic_iota: {
    ok: '{iota_dimension = 1 : i64} : (tensor<2xi64>) -> tensor<2x3xi32>',
    C1: ['iota_dimension = 1', 'iota_dimension = 2'],
    C2: ['tensor<2xi64>', 'tensor<3xi64>'],
  },
  dynamic_pad: {
    ok: `: (tensor<3xf32>, ${f}, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<7xf32>`,
    C1: [`, ${f},`, ', tensor<f64>,'],
    'C1 result': ['-> tensor<7xf32>', '-> tensor<7xf64>'],
    C2: [', tensor<1xi64>)', ', tensor<2xi64>)'],
    C4: ['-> tensor<7xf32>', '-> tensor<7x1xf32>'],
  },
  dynamic_gather: {
    ok: `${gather('offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1')}${gatherTypes}`,
    C1: ['collapsed_slice_dims = [0]', 'collapsed_slice_dims = []'],
    C2: ['index_vector_dim = 1', 'index_vector_dim = 3'],
    C3: ['start_index_map = [0]', 'start_index_map = [0, 1]'],
    C4: `${gather('offset_dims = [2, 1], start_index_map = [0], index_vector_dim = 1')}${gatherTypes}`,
    C5: ['offset_dims = [1]', 'offset_dims = [2]'],
    C6: `${gather('collapsed_slice_dims = [1, 0], start_index_map = [0], index_vector_dim = 1')}${gatherTypes}`,
    C7: ['collapsed_slice_dims = [0]', 'collapsed_slice_dims = [2]'],
    C9: `${gather('offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0, 0], index_vector_dim = 1')}${gatherTypes.replace('3x1xi32', '3x2xi32')}`,
    C10: ['start_index_map = [0]', 'start_index_map = [2]'],
    C11: ['tensor<2xi64>', 'tensor<3xi64>'],
    C13: ['-> tensor<3x2xf32>', '-> tensor<4x2xf32>'],
    C14: ['-> tensor<3x2xf32>', '-> tensor<3x2xf64>'],
  },
  dynamic_conv: dynamicConv(),
  get_dimension_size: {
    ok: '{dimension = 1 : i64} : (tensor<3x5xf32>) -> tensor<i32>',
    C1: ['dimension = 1', 'dimension = 2'],
  },
  rng: {
    ok: `{rng_distribution = #stablehlo<rng_distribution NORMAL>} : (${f}, ${f}, tensor<2xi64>) -> tensor<3x5xf32>`,
    C1: ['-> tensor<3x5xf32>', '-> tensor<3x5xf64>'],
    C2: `{rng_distribution = #stablehlo<rng_distribution NORMAL>} : (tensor<i32>, tensor<i32>, tensor<2xi64>) -> tensor<3x5xi32>`,
    C3: ['tensor<2xi64>', 'tensor<3xi64>'],
  },
  batch_norm_inference: {
    ok: `{epsilon = 0.1 : f32, feature_index = 1 : i64} : (tensor<4x6xf32>, ${n}, ${n}, ${n}, ${n}) -> tensor<4x6xf32>`,
    C1: ['feature_index = 1', 'feature_index = 2'],
    C2: [`, ${n})`, ', tensor<6xf64>)'],
    C3: [`xf32>, ${n},`, 'xf32>, tensor<5xf32>,'],
    C4: [`xf32>, ${n}, ${n},`, `xf32>, ${n}, tensor<5xf32>,`],
    C5: [`${n}, ${n}) ->`, `tensor<5xf32>, ${n}) ->`],
    C6: [`${n}) ->`, 'tensor<5xf32>) ->'],
    C7: ['-> tensor<4x6xf32>', '-> tensor<4x5xf32>'],
  },
  batch_norm_training: {
    ok: `{epsilon = 0.1 : f32, feature_index = 1 : i64} : (tensor<4x6xf32>, ${n}, ${n}) -> (tensor<4x6xf32>, ${n}, ${n})`,
    C1: ['feature_index = 1', 'feature_index = 2'],
    C2: [`, ${n}) ->`, ', tensor<6xf64>) ->'],
    C3: [`xf32>, ${n},`, 'xf32>, tensor<5xf32>,'],
    C4: [`${n}) ->`, 'tensor<5xf32>) ->'],
    C5: [`-> (tensor<4x6xf32>, ${n}`, '-> (tensor<4x6xf32>, tensor<5xf32>'],
    C6: [`-> (tensor<4x6xf32>, ${n}, ${n}`, `-> (tensor<4x6xf32>, ${n}, tensor<5xf32>`],
    C7: ['-> (tensor<4x6xf32>', '-> (tensor<4x5xf32>'],
  },
  batch_norm_grad: {
    ok: `{epsilon = 0.1 : f32, feature_index = 1 : i64} : (tensor<4x6xf32>, ${n}, ${n}, ${n}, tensor<4x6xf32>) -> (tensor<4x6xf32>, ${n}, ${n})`,
    C1: ['feature_index = 1', 'feature_index = 2'],
    C2: [`${n}, tensor<4x6xf32>) ->`, 'tensor<6xf64>, tensor<4x6xf32>) ->'],
    C3: ['tensor<4x6xf32>) ->', 'tensor<4x5xf32>) ->'],
    C4: [`${n}, tensor<4x6xf32>) ->`, 'tensor<5xf32>, tensor<4x6xf32>) ->'],
    'C4 result': [`-> (tensor<4x6xf32>, ${n}`, '-> (tensor<4x6xf32>, tensor<5xf32>'],
    C5: [`xf32>, ${n},`, 'xf32>, tensor<5xf32>,'],
  },
};
