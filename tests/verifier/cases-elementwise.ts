import type { OpCases } from './case.ts';

const unary = (type: string): OpCases => ({
  ok: `: (tensor<4x${type}>) -> tensor<4x${type}>`,
  C1: [`-> tensor<4x${type}>`, `-> tensor<5x${type}>`],
});
const binary = (type: string): OpCases => ({
  ok: `: (tensor<4x${type}>, tensor<4x${type}>) -> tensor<4x${type}>`,
  C1: [`, tensor<4x${type}>)`, `, tensor<5x${type}>)`],
  'C1 result': [`-> tensor<4x${type}>`, '-> tensor<4x!quant>'.replace('!quant', type === 'f32' ? 'f64' : 'i16')],
});

const unaryFloat = [
  ...['cbrt', 'ceil', 'cosine', 'exponential', 'exponential_minus_one', 'floor', 'log', 'log_plus_one', 'logistic'],
  ...['negate', 'round_nearest_afz', 'round_nearest_even', 'rsqrt', 'sign', 'sine', 'sqrt', 'tan', 'tanh'],
];
const unaryInteger = ['count_leading_zeros', 'not', 'popcnt'];
const binaryFloat = [...['add', 'atan2', 'divide', 'maximum', 'minimum', 'multiply', 'power', 'remainder', 'subtract']];
const binaryInteger = ['and', 'or', 'xor', 'shift_left', 'shift_right_arithmetic', 'shift_right_logical'];
const each = (names: readonly string[], cases: OpCases): Record<string, OpCases> =>
  Object.fromEntries(names.map((n) => [n, cases]));

export const elementwiseCases: Readonly<Record<string, OpCases>> = {
  ...each(unaryFloat, unary('f32')),
  ...each(unaryInteger, unary('i32')),
  ...each(binaryFloat, binary('f32')),
  ...each(binaryInteger, binary('i32')),
  abs: {
    ok: ': (tensor<4xcomplex<f32>>) -> tensor<4xf32>',
    C1: ['-> tensor<4xf32>', '-> tensor<5xf32>'],
    C2: ['-> tensor<4xf32>', '-> tensor<4xcomplex<f32>>'],
  },
  real: {
    ok: ': (tensor<4xcomplex<f32>>) -> tensor<4xf32>',
    C1: ['-> tensor<4xf32>', '-> tensor<4x1xf32>'],
    C2: ['-> tensor<4xf32>', '-> tensor<4xf64>'],
  },
  imag: {
    ok: ': (tensor<4xcomplex<f32>>) -> tensor<4xf32>',
    C1: ['-> tensor<4xf32>', '-> tensor<4x1xf32>'],
    C2: ['-> tensor<4xf32>', '-> tensor<4xf64>'],
  },
  complex: {
    ok: ': (tensor<4xf32>, tensor<4xf32>) -> tensor<4xcomplex<f32>>',
    C1: [', tensor<4xf32>', ', tensor<4xf64>'],
    C2: ['-> tensor<4x', '-> tensor<3x'],
    C3: ['-> tensor<4xcomplex<f32>>', '-> tensor<4xcomplex<f64>>'],
  },
  is_finite: { ok: ': (tensor<4xf32>) -> tensor<4xi1>', C1: ['-> tensor<4xi1>', '-> tensor<i1>'] },
  bitcast_convert: {
    ok: ': (tensor<4xf32>) -> tensor<4x4xi8>',
    C1: ['-> tensor<4x4xi8>', '-> tensor<4x2xi8>'],
    'C1 same width': ['-> tensor<4x4xi8>', '-> tensor<2x2xi32>'],
    'C1 wider': ['-> tensor<4x4xi8>', '-> tensor<4xf64>'],
    C2: ['-> tensor<4x4xi8>', '-> tensor<2xcomplex<f32>>'],
  },
  convert: { ok: ': (tensor<4xf32>) -> tensor<4xi8>', C1: ['-> tensor<4xi8>', '-> tensor<2x2xi8>'] },
  constant: {
    ok: '{value = dense<1> : tensor<2xi32>} : () -> tensor<2xi32>',
    C1: ['-> tensor<2xi32>', '-> tensor<3xi32>'],
  },
  iota: {
    ok: '{iota_dimension = 1 : i64} : () -> tensor<2x3xi32>',
    C1: ['iota_dimension = 1', 'iota_dimension = 2'],
  },
  clamp: {
    ok: ': (tensor<f32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>',
    C1: ['(tensor<f32>', '(tensor<1xf32>'],
    C2: [', tensor<4xf32>)', ', tensor<2x2xf32>)'],
    C3: ['(tensor<f32>', '(tensor<f64>'],
    C4: ['-> tensor<4xf32>', '-> tensor<4xf64>'],
  },
  compare: {
    ok:
      '{comparison_direction = #stablehlo<comparison_direction LT>, compare_type = #stablehlo<comparison_type FLOAT>}' +
      ' : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>',
    C1: [', tensor<4xf32>)', ', tensor<4xf64>)'],
    C2: [', tensor<4xf32>)', ', tensor<5xf32>)'],
    'C2 result': ['-> tensor<4xi1>', '-> tensor<5xi1>'],
    C3: ['FLOAT', 'SIGNED'],
  },
  select: {
    ok: ': (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>',
    C1: ['(tensor<4xi1>', '(tensor<5xi1>'],
    C2: [', tensor<4xf32>)', ', tensor<4xf64>)'],
    'C2 result': ['-> tensor<4xf32>', '-> tensor<4x1xf32>'],
  },
  reduce_precision: {
    ok: '{exponent_bits = 5 : i32, mantissa_bits = 10 : i32} : (tensor<4xf32>) -> tensor<4xf32>',
    C1: ['-> tensor<4xf32>', '-> tensor<4xf16>'],
    C2: ['exponent_bits = 5', 'exponent_bits = 0'],
    C3: ['mantissa_bits = 10', 'mantissa_bits = -1'],
  },
  optimization_barrier: {
    ok: ': (tensor<4xf32>, tensor<i32>) -> (tensor<4xf32>, tensor<i32>)',
    C1: ['-> (tensor<4xf32>', '-> (tensor<5xf32>'],
  },
  rng_bit_generator: {
    ok: '{rng_algorithm = #stablehlo<rng_algorithm THREE_FRY>} : (tensor<2xui64>) -> (tensor<2xui64>, tensor<5xui32>)',
    C1: ['-> (tensor<2xui64>', '-> (tensor<3xui64>'],
    C2: ['(tensor<2xui64>) -> (tensor<2xui64>', '(tensor<3xui64>) -> (tensor<3xui64>'],
  },
};
