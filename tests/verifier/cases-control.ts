import { constantBody, type OpCases, pairBody } from './case.ts';

const f = 'tensor<f32>';
const b = 'tensor<i1>';
const i = 'tensor<i32>';
const none = constantBody([], [f]).slice(1, -1);
const groups = 'replica_groups = dense<[[0, 1], [2, 3]]> : tensor<2x2xi64>';
const channel = (id: number, type = 1): string =>
  `channel_handle = #stablehlo.channel_handle<handle = ${id}, type = ${type}>`;
const repeated: readonly [string, string] = ['[2, 3]]', '[2, 2]]'];
const outside: readonly [string, string] = ['[2, 3]]', '[2, 4]]'];
const negative: readonly [string, string] = ['[2, 3]]', '[2, -3]]'];
const noChannel: readonly [string, string] = [channel(1), channel(0)];
const global = `${groups}, ${channel(1)}, use_global_device_ids`;
const pairs = 'source_target_pairs = dense<[[0, 1], [1, 2]]> : tensor<2x2xi64>';
const pairCases = {
  C1: [pairs, 'source_target_pairs = dense<[[0], [1]]> : tensor<2x1xi64>'],
  C2: ['[[0, 1], [1, 2]]', '[[0, 1], [0, 2]]'],
  C3: ['[[0, 1], [1, 2]]', '[[0, 1], [1, 1]]'],
  C4: ['[[0, 1], [1, 2]]', '[[0, 1], [-1, 2]]'],
} as const;
const gatherInside =
  `({ %g = "stablehlo.slice"(%a0) {start_indices = array<i64: 0>, limit_indices = array<i64: 2>, strides = array<i64: 1>}` +
  ' : (tensor<4xf32>) -> tensor<2xf32> "stablehlo.return"(%g) : (tensor<2xf32>) -> ()})';
const token = '!stablehlo.token';

/** Control flow, collectives, transfers and tuples. */
export const controlCases: Readonly<Record<string, OpCases>> = {
  while: {
    ok: `(${constantBody([f, i], [b]).slice(1, -1)}, ${constantBody([f, i], [f, i]).slice(1, -1)}) : (${f}, ${i}) -> (${f}, ${i})`,
    C1: [constantBody([f, i], [b]).slice(1, -1), constantBody([f], [b]).slice(1, -1)],
    'C1 result': [constantBody([f, i], [b]).slice(1, -1), constantBody([f, i], [i]).slice(1, -1)],
    C2: [constantBody([f, i], [f, i]).slice(1, -1), constantBody([f, i], [i, f]).slice(1, -1)],
    'C2 arguments': [constantBody([f, i], [f, i]).slice(1, -1), constantBody([f], [f, i]).slice(1, -1)],
    C3: [`-> (${f}, ${i})`, `-> (${f}, ${f})`],
  },
  if: {
    ok: `(${none}, ${none}) : (${b}) -> ${f}`,
    C1: [`${none},`, `${constantBody([f], [f]).slice(1, -1)},`],
    C2: [`${none},`, `${constantBody([], [i]).slice(1, -1)},`],
    C3: [`-> ${f}`, `-> ${i}`],
  },
  case: {
    ok: `(${none}, ${none}, ${none}) : (${i}) -> ${f}`,
    C1: `: (${i}) -> ${f}`,
    C2: [`${none},`, `${constantBody([f], [f]).slice(1, -1)},`],
    C3: [`${none},`, `${constantBody([], [i]).slice(1, -1)},`],
    C4: [`-> ${f}`, `-> ${i}`],
  },
  tuple: {
    ok: `: (${f}, ${i}) -> tuple<${f}, ${i}>`,
    C1: [`tuple<${f}, ${i}>`, `tuple<${i}, ${f}>`],
  },
  get_tuple_element: {
    ok: `{index = 1 : i32} : (tuple<${f}, ${i}>) -> ${i}`,
    C1: ['index = 1', 'index = 2'],
    C2: [`-> ${i}`, `-> ${f}`],
  },
  all_gather: {
    ok: `{all_gather_dim = 1 : i64, ${global}} : (tensor<4x6xf32>) -> tensor<4x12xf32>`,
    C1: ['all_gather_dim = 1', 'all_gather_dim = 2'],
    C2: repeated,
    C4: outside,
    C5: noChannel,
    C6: ['-> tensor<4x12xf32>', '-> tensor<8x6xf32>'],
  },
  all_reduce: {
    ok: `${pairBody()} {${global}} : (tensor<4xf32>) -> tensor<4xf32>`,
    C1: repeated,
    C3: outside,
    C4: noChannel,
    C5: [pairBody(), pairBody(i)],
    C6: ['-> tensor<4xf32>', '-> tensor<5xf32>'],
    C7: ['-> tensor<4xf32>', '-> tensor<4xf64>'],
  },
  reduce_scatter: {
    ok: `${pairBody()} {scatter_dimension = 1 : i64, ${global}} : (tensor<4x6xf32>) -> tensor<4x3xf32>`,
    C1: ['(tensor<4x6xf32>)', '(tensor<4x7xf32>)'],
    C2: ['scatter_dimension = 1', 'scatter_dimension = 2'],
    C3: repeated,
    C5: outside,
    C6: noChannel,
    C7: [pairBody(), pairBody('tensor<2xf32>')],
    C8: ['-> tensor<4x3xf32>', '-> tensor<2x6xf32>'],
    C9: ['-> tensor<4x3xf32>', '-> tensor<4x3xf64>'],
  },
  all_to_all: {
    ok:
      `{split_dimension = 0 : i64, concat_dimension = 1 : i64, split_count = 2 : i64, ${groups}}` +
      ' : (tensor<4x6xf32>) -> tensor<2x12xf32>',
    C1: ['split_dimension = 0', 'split_dimension = 2'],
    C2: ['(tensor<4x6xf32>)', '(tensor<5x6xf32>)'],
    C3: ['concat_dimension = 1', 'concat_dimension = -1'],
    C4: ['split_count = 2', 'split_count = 0'],
    C5: repeated,
    C7: outside,
    C8: ['split_count = 2', 'split_count = 4'],
    C9: ['-> tensor<2x12xf32>', '-> tensor<8x3xf32>'],
  },
  collective_permute: {
    ok: `{${pairs}} : (tensor<4xf32>) -> tensor<4xf32>`,
    ...pairCases,
    C5: ['-> tensor<4xf32>', '-> tensor<5xf32>'],
  },
  collective_broadcast: {
    ok: `{${groups}, has_dynamic_root} : (tensor<4xf32>, tensor<1xi32>) -> tensor<4xf32>`,
    C1: repeated,
    C2: negative,
    C3: `{${groups}} : (tensor<4xf32>) -> tensor<5xf32>`,
    C4: ['tensor<1xi32>', 'tensor<2xi32>'],
    'C4 operands': ['(tensor<4xf32>, tensor<1xi32>)', '(tensor<1xi32>)'],
    C5: ['-> tensor<4xf32>', '-> (tensor<4xf32>, tensor<4xf32>)'],
  },
  collective_reduce: {
    ok: `${pairBody()} {${groups}, has_dynamic_root} : (tensor<4xf32>, tensor<1xi32>) -> tensor<4xf32>`,
    C1: repeated,
    C2: negative,
    C3: ['-> tensor<4xf32>', '-> tensor<5xf32>'],
    'C3 roots': ['tensor<1xi32>', 'tensor<2xi32>'],
    C4: [pairBody(), pairBody(i)],
  },
  send: {
    ok: `{${channel(1)}, ${pairs}} : (tensor<4xf32>, ${token}) -> ${token}`,
    ...pairCases,
    C5: [channel(1), channel(1, 2)],
    'C5 host': [channel(1), `${channel(1)}, is_host_transfer = true`],
  },
  recv: {
    ok: `{${channel(1)}, ${pairs}} : (${token}) -> (tensor<4xf32>, ${token})`,
    ...pairCases,
    C5: [channel(1), channel(1, 3)],
  },
  infeed: {
    ok: `: (${token}) -> (tensor<4xf32>, ${token})`,
    C1: [`-> (tensor<4xf32>, ${token})`, '-> ()'],
    C2: ['-> (tensor<4xf32>', `-> (${token}`],
    C3: [`-> (tensor<4xf32>, ${token})`, '-> (tensor<4xf32>, tensor<4xf32>)'],
  },
  async_start: {
    ok: `${gatherInside} : (tensor<4xf32>) -> !stablehlo.future<tensor<2xf32>>`,
    C1: [gatherInside, constantBody([f, f], [f, f])],
    C2: [gatherInside, constantBody([], [f])],
    C3: ['(tensor<4xf32>) -> !', '(tensor<4xf32>, tensor<4xf32>) -> !'],
    C4: ['future<tensor<2xf32>>', 'future<tensor<3xf32>>'],
  },
  async_done: {
    ok: ': (!stablehlo.future<tensor<2xf32>>) -> tensor<2xf32>',
    C1: ['-> tensor<2xf32>', '-> tensor<3xf32>'],
  },
  composite: {
    ok: `{name = "ns.op", decomposition = @g} : (${f}) -> ${f}`,
    C1: ['"ns.op"', '"op"'],
    C2: ['@g', '@h'],
    C3: [`(${f})`, `(${i})`],
    C4: [`-> ${f}`, `-> ${i}`],
  },
};
